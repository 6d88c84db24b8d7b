// Package registry asks registries, sparse, git-index and local ones, for versions of crates, and has crates downloaded and unpacked,
// in the stock layout of CARGO_HOME.
//
// # What holds
//
// Each index file and each crate is asked for once on a machine, however many processes want it at the same moment: who
// asks holds its lock, the others do something else meanwhile and then use the answer. An answer counts as fresh for a
// command if it arrived after the command had begun; without an update (what Cargo.lock names and the cache has, and what
// only a feature brings in) nothing is asked at all.
//
// An index that is a git repository is fetched as a whole, by one process at a time, while others read the commit that
// is here.
//
// What is in registry/index, registry/cache and registry/src appears whole, by a rename. An archive is there only if it
// has the checksum that the index says; one that stock left cut is found and downloaded anew. A crate's directory is
// unpacked in another place, by all cores, once its archive is whole, and appears with its .cargo-ok in it; that of a
// stock Cargo is used as it is.
//
// Of processes that keep all cores busy with unpacking in one home, those with fewer crates left go first. That is a
// courtesy with an end; see way.go.
//
// A kill at any moment loses what was on its way at that moment, or with the kernel: what was taken from it before is in
// registry/cache or in berth/v1/downloads, and is gone on with by the next process.
//
// # What does not
//
// Like stock, nothing looks again at what is unpacked: who edits a file below registry/src compiles his edit. A power loss
// may leave a directory whose files are empty, as with stock.
package registry
