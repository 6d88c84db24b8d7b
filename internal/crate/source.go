package crate

import (
	"cmp"
	"net/url"
	"strings"
	"unique"
)

// SourceKind is where a package comes from. The numbers go into the names of
// directories in CARGO_HOME.
type SourceKind uint8

const (
	Git            SourceKind = iota // a commit of a git repository
	Path                             // a directory of the user's
	Registry                         // a registry whose index is a git repository
	SparseRegistry                   // a registry whose index is read by HTTP
	LocalRegistry                    // a directory of index files and .crate files
	Directory                        // a directory of unpacked, checksummed packages
)

// RefKind is what the reference of a git source names.
type RefKind uint8

const (
	Tag RefKind = iota
	Branch
	Rev
	DefaultBranch
)

// GitRef is what a git dependency asks for.
type GitRef struct {
	Kind RefKind
	Name string // empty for the default branch
}

// Query is the reference as it stands in a source's URL, empty for the default
// branch. Since version 4 of Cargo.lock the name is percent-encoded.
func (r GitRef) Query(encoded bool) string {
	if r.Kind == DefaultBranch {
		return ""
	}
	name := r.Name
	if encoded {
		name = url.QueryEscape(name)
		name = strings.NewReplacer("%2A", "*", "~", "%7E").Replace(name)
	}
	return [...]string{"tag", "branch", "rev"}[r.Kind] + "=" + name
}

// SourceID names a source. It is small, immutable and may be copied. Two of them
// are == only if they are the same in every respect; Same asks what matters:
// whether they name the same source.
type SourceID struct {
	data unique.Handle[sourceData]
}

type sourceIdentity struct {
	kind      SourceKind
	ref       GitRef
	canonical string
}

type sourceData struct {
	identity unique.Handle[sourceIdentity]
	url      string // as written, in normal form
	precise  string // a commit; or "locked"
	key      string // the registry's name in the configuration
}

// SourceKey is what SourceIDs of the same source have in common; a map's key.
type SourceKey struct {
	identity unique.Handle[sourceIdentity]
}

func newSource(kind SourceKind, ref GitRef, normalURL, precise, key string) SourceID {
	identity := sourceIdentity{kind: kind, ref: ref, canonical: canonicalURL(normalURL)}
	return SourceID{unique.Make(sourceData{identity: unique.Make(identity), url: normalURL, precise: precise, key: key})}
}

// IsZero tells whether s names nothing.
func (s SourceID) IsZero() bool { return s == SourceID{} }

// GitSource is a repository at a reference.
func GitSource(repository string, ref GitRef) (SourceID, error) {
	normal, err := ParseURL(repository)
	if err != nil {
		return SourceID{}, err
	}
	return newSource(Git, ref, normal, "", ""), nil
}

// PathSource is a directory, given by its absolute path.
func PathSource(dir string) SourceID { return newSource(Path, GitRef{}, FileURL(dir), "", "") }

// DirectorySource is a directory of vendored packages, given by its absolute path.
func DirectorySource(dir string) SourceID {
	return newSource(Directory, GitRef{}, FileURL(dir), "", "")
}

// LocalRegistrySource is a local registry, given by its absolute path.
func LocalRegistrySource(dir string) SourceID {
	return newSource(LocalRegistry, GitRef{}, FileURL(dir), "", "")
}

// RegistrySource is a registry by the URL of its index: sparse if that begins
// with sparse+. The key is its name in the configuration, or empty.
func RegistrySource(index, key string) (SourceID, error) {
	normal, err := ParseURL(index)
	if err != nil {
		return SourceID{}, err
	}
	kind := Registry
	if strings.HasPrefix(normal, "sparse+") {
		kind = SparseRegistry
	}
	return newSource(kind, GitRef{}, normal, "", key), nil
}

func (s SourceID) identity() sourceIdentity { return s.data.Value().identity.Value() }

// Kind is where packages of s come from.
func (s SourceID) Kind() SourceKind { return s.identity().kind }

// GitRef is what a git source asks for.
func (s SourceID) GitRef() GitRef { return s.identity().ref }

// URL is the address as it was written, in normal form; that of a sparse
// registry begins with sparse+.
func (s SourceID) URL() string { return s.data.Value().url }

// Canonical is what URLs of sources are compared by; [patch] goes by it alone,
// whatever the kind or the reference.
func (s SourceID) Canonical() string { return s.identity().canonical }

// Precise is the commit that a git source is locked to, or empty.
func (s SourceID) Precise() string { return s.data.Value().precise }

// RegistryKey is the name that the configuration gives a registry, or empty.
func (s SourceID) RegistryKey() string { return s.data.Value().key }

// Key is equal for SourceIDs of the same source.
func (s SourceID) Key() SourceKey {
	if s.IsZero() {
		return SourceKey{}
	}
	return SourceKey{s.data.Value().identity}
}

// Same tells whether s and o are the same kind, canonical URL and git reference.
func (s SourceID) Same(o SourceID) bool { return s == o || s.Key() == o.Key() }

// WithPrecise is s locked to a commit, or not locked any more.
func (s SourceID) WithPrecise(commit string) SourceID {
	d := s.data.Value()
	d.precise = commit
	return SourceID{unique.Make(d)}
}

// IsRegistry tells whether packages come by name and version with a checksum.
func (s SourceID) IsRegistry() bool {
	switch s.Kind() {
	case Registry, SparseRegistry, LocalRegistry:
		return true
	}
	return false
}

// IsGit and IsPath tell the two other kinds that a manifest can name.
func (s SourceID) IsGit() bool  { return s.Kind() == Git }
func (s SourceID) IsPath() bool { return s.Kind() == Path }

// Dir is the directory of a path, directory or local registry source.
func (s SourceID) Dir() string { return filePath(s.URL()) }

// Compare is the order in which packages of equal name and version stand in a
// Cargo.lock: by kind, then by canonical URL.
func (s SourceID) Compare(o SourceID) int {
	if s == o {
		return 0
	}
	a, b := s.identity(), o.identity()
	if c := cmp.Compare(kindOrder(a.kind), kindOrder(b.kind)); c != 0 {
		return c
	}
	if a.kind == Git {
		if c := cmp.Or(cmp.Compare(a.ref.Kind, b.ref.Kind), strings.Compare(a.ref.Name, b.ref.Name)); c != 0 {
			return c
		}
	}
	return strings.Compare(a.canonical, b.canonical)
}

func kindOrder(k SourceKind) int {
	return [...]int{Path: 0, Registry: 1, SparseRegistry: 2, LocalRegistry: 3, Directory: 4, Git: 5}[k]
}
