package crate

import (
	"fmt"
	"net/url"
	"strings"
)

// ParseSource reads a source as Cargo.lock and package ids write it:
// registry+URL, sparse+URL, git+URL?branch=x#commit, path+URL.
func ParseSource(text string) (SourceID, error) {
	kind, rest, ok := strings.Cut(text, "+")
	if !ok {
		return SourceID{}, fmt.Errorf("invalid source %q: expected registry+URL, sparse+URL, git+URL or path+URL", text)
	}
	switch kind {
	case "git":
		return parseGitSource(rest)
	case "registry":
		return RegistrySource(rest, "")
	case "sparse":
		return RegistrySource(text, "")
	case "path":
		normal, err := ParseURL(rest)
		return newSource(Path, GitRef{}, normal, "", ""), err
	}
	return SourceID{}, fmt.Errorf("invalid source %q: sources of the kind %q are not known", text, kind)
}

func parseGitSource(text string) (SourceID, error) {
	address, commit, _ := strings.Cut(text, "#")
	address, query, _ := strings.Cut(address, "?")
	s, err := GitSource(address, refOfQuery(query))
	if err != nil || commit == "" {
		return s, err
	}
	return s.WithPrecise(commit), nil
}

// refOfQuery is the reference that the query of a git source's URL names.
func refOfQuery(query string) GitRef {
	ref := GitRef{Kind: DefaultBranch}
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(value); err == nil {
			value = decoded
		}
		switch name {
		case "branch", "ref":
			ref = GitRef{Branch, value}
		case "rev":
			ref = GitRef{Rev, value}
		case "tag":
			ref = GitRef{Tag, value}
		}
	}
	return ref
}

// Text is the source as a Cargo.lock of version 3 and below, and cargo metadata
// write it; EncodedText as a Cargo.lock of version 4 does.
func (s SourceID) Text() string        { return s.text(false) }
func (s SourceID) EncodedText() string { return s.text(true) }

func (s SourceID) text(encoded bool) string {
	text := s.protocol() + s.URL()
	if !s.IsGit() {
		return text
	}
	if query := s.GitRef().Query(encoded); query != "" {
		text += "?" + query
	}
	if s.Precise() != "" {
		text += "#" + s.Precise()
	}
	return text
}

func (s SourceID) protocol() string {
	return [...]string{Git: "git+", Path: "path+", Registry: "registry+", SparseRegistry: "", LocalRegistry: "local-registry+", Directory: "directory+"}[s.Kind()]
}

// String is the source as messages name it.
func (s SourceID) String() string {
	switch s.Kind() {
	case Git:
		text := s.URL()
		if query := s.GitRef().Query(true); query != "" {
			text += "?" + query
		}
		if commit := s.Precise(); commit != "" {
			text += "#" + commit[:min(len(commit), 8)]
		}
		return text
	case Registry, SparseRegistry:
		return "registry `" + s.RegistryName() + "`"
	case LocalRegistry:
		return "registry `" + s.displayURL() + "`"
	case Directory:
		return "dir " + s.displayURL()
	}
	return s.displayURL()
}

func (s SourceID) displayURL() string {
	if strings.HasPrefix(s.URL(), "file:///") {
		return s.Dir()
	}
	return s.URL()
}

// RegistryName is the registry's name in the configuration, or its URL.
func (s SourceID) RegistryName() string {
	switch {
	case s.RegistryKey() != "":
		return s.RegistryKey()
	case s.IsPublic():
		return PublicKey
	}
	return s.displayURL()
}

// IndexName is what the status line Updating says of a registry.
func (s SourceID) IndexName() string {
	if s.IsPublic() {
		return publicHost() + " index"
	}
	return "`" + s.RegistryName() + "` index"
}

// DirName is the name of the source's directory below registry/index,
// registry/cache and registry/src.
func (s SourceID) DirName() string {
	id := s.identity()
	hash := shortHash(hashString([]byte{byte(id.kind)}, id.canonical))
	return hostOf(s.URL()) + "-" + hash
}

// GitName is the name of a repository's directory below git/db and
// git/checkouts: one for all of its references.
func (s SourceID) GitName() string {
	id := s.identity()
	name := lastSegment(id.canonical)
	if name == "" {
		name = "_empty"
	}
	return name + "-" + shortHash(hashString(nil, id.canonical))
}
