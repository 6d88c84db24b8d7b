// Package deaths tells when processes died, as the kernel reports it: a pidfd becomes readable at that moment, whoever the
// parent is, and who has it open never sees another process that got the number. What the tests themselves wait for until
// they have a processor again is in the figure, so it is an upper bound: of several tries the shortest says most.
package deaths
