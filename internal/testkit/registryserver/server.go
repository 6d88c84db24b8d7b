// Package registryserver serves a [cratekit.Tree] as a registry: over the sparse protocol, with its archives and its search, and as a git index; it
// counts all requests and misbehaves on request, being a [faulthttp.Server].
//
// The paths are /index/… (config.json and index files, with entity tags and dates, 304 and gzip), /api/v1/crates/<crate>/<version>/download or
// whatever Options.Download says, /api/v1/crates?q= (search), and /git/index (the index as a git repository; see GitIndex). A crate that is
// published into the tree is there with the next request.
package registryserver

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/faulthttp"
)

// Options are what registries differ in.
type Options struct {
	URL          string // the URL as clients call it, if they reach the server through a proxy by a name
	Download     string // "dl" of config.json, {url} being the server's; the API's path if empty
	Token        string // if set everything asks for it
	NoTags       bool   // no ETag
	NoDates      bool   // no Last-Modified
	Gzip         bool   // index files are compressed for those who take it, as the public registry does
	GitIndex     string // where the git repository of the index is made; no git index if empty
	ConfigFields string // more fields of config.json, as in `"x": 1`
}

// Server is a registry.
type Server struct {
	*faulthttp.Server
	Tree    *cratekit.Tree
	options Options
	root    *os.Root
	cache   indexCache
	gitMu   sync.Mutex
}

// New returns a handler of the tree; StartTLS and Start give it a socket.
func New(tree *cratekit.Tree, options Options) (*Server, error) {
	root, err := os.OpenRoot(tree.Dir)
	if err != nil {
		return nil, fmt.Errorf("serve a registry: %w", err)
	}
	s := &Server{Tree: tree, options: options, root: root}
	s.Server = faulthttp.New(s.routes())
	return s, nil
}

// TB is the part of testing.TB that Run uses.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
	TempDir() string
}

// Run serves the crates on a free loopback port until the test ends.
func Run(t TB, options Options, crates ...cratekit.Crate) *Server {
	t.Helper()
	return RunTree(t, NewTree(t, crates...), options)
}

// NewTree is a tree of the crates in a folder of the test.
func NewTree(t TB, crates ...cratekit.Crate) *cratekit.Tree {
	t.Helper()
	tree, err := cratekit.NewTree(t.TempDir())
	if err == nil {
		err = tree.Publish(crates...)
	}
	if err != nil {
		t.Fatalf("%v", err)
	}
	return tree
}

// RunTree is Run for a tree that is there.
func RunTree(t TB, tree *cratekit.Tree, options Options) *Server {
	t.Helper()
	s, err := New(tree, options)
	if err == nil {
		err = s.Start("127.0.0.1:0")
	}
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// RunTLS is RunTree over HTTPS, with a certificate of whatever authority.
func RunTLS(t TB, tree *cratekit.Tree, options Options, cert tls.Certificate, offer faulthttp.Protocol) *Server {
	t.Helper()
	s, err := New(tree, options)
	if err == nil {
		err = s.StartTLS("127.0.0.1:0", cert, offer)
	}
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// URL is the server's address for clients, without a slash at its end.
func (s *Server) URL() string { return cmp.Or(s.options.URL, s.Server.URL()) }

// Addr is host:port of the server's socket, for the Hosts of a proxy.
func (s *Server) Addr() string {
	_, addr, _ := strings.Cut(s.Server.URL(), "://")
	return addr
}

// Close cuts all connections and returns when the last request has ended.
func (s *Server) Close() error { return errors.Join(s.Server.Close(), s.root.Close()) }

// Index is the registry's URL for the sparse protocol.
func (s *Server) Index() string { return "sparse+" + s.URL() + "/index/" }

// IndexPath is the path of a crate's index file, for faults and counts.
func IndexPath(crate string) string { return "/index/" + cratekit.IndexPath(crate) }

// CratePath is the path of an archive if Options.Download is empty, for faults and counts.
func CratePath(crate, version string) string { return api + "/" + crate + "/" + version + "/download" }

// Replace is a Cargo configuration that lets this registry stand in for the public one.
func (s *Server) Replace() string { return Replace(fmt.Sprintf("registry = %q", s.Index())) }

// Replace is a Cargo configuration that lets a source stand in for the public registry: `registry = "…"`, `local-registry = "…"`, `directory = "…"`.
func Replace(source string) string {
	return "[source.crates-io]\nreplace-with = \"stand-in\"\n\n[source.stand-in]\n" + source + "\n"
}

// Registry is a Cargo configuration that calls this registry name.
func (s *Server) Registry(name string) string {
	return fmt.Sprintf("[registries.%s]\nindex = %q\n", name, s.Index())
}

func (s *Server) config() string {
	dl := s.URL() + api
	if s.options.Download != "" {
		dl = strings.ReplaceAll(s.options.Download, "{url}", s.URL())
	}
	fields := []string{fmt.Sprintf("%q: %q", "dl", dl), fmt.Sprintf("%q: %q", "api", s.URL())}
	if s.options.Token != "" {
		fields = append(fields, `"auth-required": true`)
	}
	if s.options.ConfigFields != "" {
		fields = append(fields, s.options.ConfigFields)
	}
	return "{" + strings.Join(fields, ", ") + "}\n"
}
