// Package disttree makes the file tree of a dist server: channel manifests with their hashes, dated copies and component archives.
//
// A tree comes from one of two sources. [Tree.Publish] makes it from nothing, out of Go values that describe a tiny toolchain
// ([Tiny] fills in the usual ones). [Tree.Rebuild] makes it out of a toolchain that is installed, so that archives, manifest and
// timing are the real ones. Both can publish several channels and dates into one tree.
//
//	ROOT/dist -> .revisions/000002/dist          what a server shows; the link is swapped by one rename
//	ROOT/dist/channel-rust-stable.toml{,.sha256}
//	ROOT/dist/2026-04-16/channel-rust-stable.toml{,.sha256}
//	ROOT/dist/2026-04-16/cargo-1.95.0-x86_64-unknown-linux-gnu.tar.xz
//	ROOT/rustup/release-stable.toml              what a self-update of stock rustup asks for
//	ROOT/pool/<sha256 of the tar>.tar.xz         rebuilt archives, hard-linked into dist
//
// What holds: the same values give the same bytes, on any machine. A reader of ROOT sees the revision before a publication or
// the one after it, never a manifest beside the hash of another; revisions stay, so a path that a reader is resolving does not vanish.
// Published files are never written again. Rebuild is resumable: an archive is in the pool whole or not at all.
// What does not hold: one writer at a time per root is taken for granted, nothing is synced for power loss, and the swap of the link
// needs a system where a rename replaces a symbolic link. A client that reads the hash before a publication and the manifest after it
// sees two revisions, as it does in the world outside.
package disttree
