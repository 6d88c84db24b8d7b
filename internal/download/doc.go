// Package download fetches bytes that are known by their SHA-256, once per machine however many processes ask at once.
//
// # What holds
//
//   - A file `<sha256>` in a [Dir] is complete: it appears there by one rename (or as a second name of stock's), after
//     every byte of it was read back from the file and hashed. It is hashed again whenever it is used, so neither a power loss (nothing here is
//     synced), nor a bad disk, nor another program can make anybody unpack other bytes than those that the hash names.
//   - Whoever follows a download reads the very bytes that are hashed: [Dir.Fetch] succeeds only if what its follower
//     was given has the wanted hash. This does not rest on a lock.
//   - One process transfers, under the lock of the hash; the others wait in the kernel. When it dies the next one goes
//     on where it stopped: bytes are written to `<sha256>.partial` as they come, at most 32 KiB at a time and never
//     kept back, so kill -9 loses what was on its way and nothing else.
//   - Answers of servers are not trusted. A range, a length or a hash that is not the expected one costs one new
//     beginning at the first byte; the second one in a row is an error that names URL, expected and got.
//   - No error shows user names, passwords or the query of a URL, neither of the server's nor of the proxy's.
//
// # What does not
//
// Where the file system has no locks, or two containers see different lock files, two processes may transfer the same
// bytes into the same partial file; one of them may then have to begin again. After a power loss a partial file may
// hold anything; that is found when its hash is wrong in the end, and costs its bytes.
//
// # On disk
//
//	downloads/<sha256>           complete
//	downloads/<sha256>.partial   the first bytes of it
//	downloads/<sha256>.etag      what the server called the version that .partial comes from; a hint, for If-Range
//	locks/download/<first 16 digits>.lock
package download
