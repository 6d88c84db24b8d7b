// Package killtest kills the real program, everywhere.
//
// Every operation is run once to learn which crash points it passes (package
// crashpoint), and then again for each of them and killed there; independent of
// our own points it is killed at its n-th system call by strace. After each kill
// a reader sees every toolchain as it was before or as it is after, stock rustup
// still works on the home, and the same command run again, with no help,
// succeeds, fetches no byte that had arrived, leaves nothing over and ends in
// the state of a run that was never killed.
//
// The same is done to errands of cargo: changes of a project and of CARGO_HOME, with a registry and a git server that
// count. After each kill the same command succeeds, fetches no crate that had arrived, leaves nothing over, and stock
// cargo goes on with what it made.
//
// The package has tests only. An ordinary run takes a sample; BERTH_LONG=1 takes
// everything (.ci/long).
package killtest
