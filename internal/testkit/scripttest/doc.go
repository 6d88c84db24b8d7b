// Package scripttest runs testdata/script: the real program and stock rustup as
// many processes on one home, with a dist server that counts and misbehaves; and
// testdata/script/packages: the real program and stock cargo on one home, with a
// registry and git repositories that do; and testdata/script/builds: with compilers that are counted.
//
// Besides the commands of testscript a script has
//
//	server fault KIND [path=P] [bytes=N] [event=E] [times=N] [skip=N] [status=N]
//	server clear | reset | release EVENT | point CHANNEL DATE
//	served [-max] PATTERN N     the server was asked exactly (at most) N times
//	sent [-max] PATTERN N       … and sent N bytes
//	resumed [-max] PATTERN N    … and N times for a range
//	served-once PATTERN         no path of the pattern was asked for twice, and one at least was
//	until event E N | requests PATTERN N | bytes PATTERN N | file F | line F TEXT | waiters N | parked N | size F N
//	together FILE [N EVENT]     all lines of the file at the same moment, "[N] COMMAND…"; none may fail. EVENT is
//	                            released when N processes wait for another
//	crash POINT COMMAND…        the command is killed at that crash point
//	interrupt POINT COMMAND…    the command gets a Ctrl-C at that crash point and ends at once
//	unpark                      who stands at a crash point (BERTH_CRASHPOINT=POINT=$PARK) goes on
//	whole [NAME…]               these toolchains (or all) are there, and whole
//	absent NAME…                nothing stands for them
//	project NAME [DEP…]         a package with dependencies: c01, c01=1.0, one@git, one@git#tag
//	same VERB…                  berth and stock cargo print the same
//	compiled [-max] REGEXP N    so many compilers ran, by name, --emit, test, -C metadata; recount begins anew
//	compiled-once               … and none for the same unit as another
//	killed-everywhere COMMAND…  killed at each crash point that it passes: the next one compiles what was not complete
//	killed-at-random N SEED COMMAND…
//	stops SIGNAL FILE COMMAND…  as soon as the file is there: all that it started is dead 100 ms later, no lock is left
//	random-edits N SEED         a workspace is edited and built, and its program prints all that it must be made from
//	tidy                        no run left anything over
//	unclean                     as if the machine had lost power since all of it was made
//
// and as processes of their own watcher, which looks at all toolchains until it
// is interrupted and fails at the first torn one, and unprivileged COMMAND…, for which permissions of files count also where the test is root's. Toolchains are
// called by channel and host: $HOST; git's paths begin with /git/. Nothing sleeps; until waits for events.
//
// The package has tests only.
package scripttest
