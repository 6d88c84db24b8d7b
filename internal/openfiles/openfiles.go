// Package openfiles says how much may be done at once where a process may have few files open (ulimit -n).
//
// Each kind of work asks once, with the number that is best for it and with how many files one piece of it has open: sockets,
// lock files and what is read or written. Up to three kinds that are at work at the same time share what is left when a command
// has opened what it has open anyway; compilers have all of it. Under the usual limits every kind has what is best for it.
//
// Where it ends: nothing is counted while it is open. Under a limit so low that one piece of each kind does not fit
// the kernel's refusal is an error like any other. Go has raised the soft limit to the hard one before anybody asks, and gives
// children the one that berth was started with.
package openfiles

// always is what a command has open whatever it does: standard streams, what Go waits with, and locks that are held to the end.
const always = 12

// together is how many kinds of work are under way at the same time.
const together = 3

// AtOnce is how many pieces of work, each of which has so many files open, are done at once: best, or what the limit allows;
// one at least.
func AtOnce(best, files int) int { return fitting(limit(), best, together*files) }

// Alone is the same of work beside which hardly anything else is done.
func Alone(best, files int) int { return fitting(limit(), best, files) }

func fitting(limit uint64, best, files int) int {
	free := int(min(limit, 1<<20)) - always
	return max(1, min(best, free/files))
}
