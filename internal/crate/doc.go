// Package crate is the vocabulary of the Cargo half: sources, package ids,
// dependencies, features and summaries, as manifests, registries, Cargo.lock and
// the resolver all mean them.
//
// Everything here is immutable once it is made, may be shared by any number of
// goroutines, and does no I/O. Sources are compared by kind, canonical URL and
// git reference; how a URL was spelled, a locked commit and a registry's name in
// the configuration are carried along for messages and files.
package crate
