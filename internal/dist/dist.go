// Package dist knows what a distribution server serves and what an installed toolchain says about itself: channel
// manifests, the toolchain's own record of its components, component file lists, update hashes, addresses, and from
// these the plan of a change: which components a toolchain shall have, and which archives that takes.
//
// What it promises: every file that stock rustup also reads is written to the byte as rustup 1.29 writes it, what is
// parsed can be written and parsed again without change, and whatever bytes come in, the answer is a value that has been
// checked (names that are safe as file names, hashes that are hashes, addresses that are addresses, every component with
// a package behind it) or an error that names line and column.
//
// Where that ends: the package does no I/O, takes no locks and holds no state; a *Manifest is not changed after
// ParseManifest and may be shared by any number of goroutines. It does not check that a document is the one that its
// server meant (that is the SHA-256 beside it, and the caller's work), and it reads TOML as rustup does except for two
// leniencies that no server makes use of: tables that are not kept are not searched for keys that occur twice, and an
// inline table may be continued by a later header.
//
// Targets, hosts and channels are plain strings here; their grammar is package names' business.
package dist
