package crate

import "sync"

// PublicKey is the name of the public registry in the configuration.
const PublicKey = "crates-io"

// publicIndex is the source that every Cargo.lock holds for a package of the
// public registry, however its index is read.
const publicIndex = "https://github.com/rust-lang/crates.io-index"

// publicHost is composed here and nowhere else.
func publicHost() string { return "crates" + "." + "io" }

// PublicSource is the public registry as manifests and Cargo.lock mean it.
func PublicSource() SourceID { return publicSource() }

// PublicSparseSource is the same registry as it is read by HTTP.
func PublicSparseSource() SourceID { return publicSparseSource() }

// Each dependency in a manifest asks for them.
var (
	publicSource = sync.OnceValue(func() SourceID {
		return newSource(Registry, GitRef{}, publicIndex, "", PublicKey)
	})
	publicSparseSource = sync.OnceValue(func() SourceID {
		return newSource(SparseRegistry, GitRef{}, "sparse+https://index."+publicHost()+"/", "", PublicKey)
	})
)

// PublicSite is the address of the public registry for people and its web API.
func PublicSite() string { return "https://" + publicHost() }

// IsPublic tells whether s is the public registry, by whatever protocol.
func (s SourceID) IsPublic() bool {
	return s.Same(PublicSource()) || s.Same(PublicSparseSource())
}
