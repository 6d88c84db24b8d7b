package killtest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"berth/internal/testkit/registryserver"
	"berth/internal/testkit/soak/program"
	"berth/internal/testkit/soak/witness"
)

// lesson is what a run that nobody kills teaches.
type lesson struct {
	end      map[string]string
	points   []string
	passages map[string]int
}

func (w packageWorld) learn(t *testing.T, e errand) lesson {
	t.Helper()
	s := w.open(t, e)
	trace := filepath.Join(s.homes.Dir, "trace")
	if r := s.run(e.command, "BERTH_CRASHPOINT_TRACE="+trace); (r.Code != 0) != e.fails {
		t.Fatal(r)
	}
	l := lesson{end: s.state()}
	text, _ := os.ReadFile(trace) // there is none where no point was passed
	l.points, l.passages = passed(string(text))
	return l
}

// killed is one run that is killed, and what has to hold afterwards; false if it came to its end first.
func (l lesson) killed(t *testing.T, w packageWorld, e errand, kill func(*packageStage) program.Result) bool {
	t.Helper()
	s := w.open(t, e)
	if r := kill(s); r.Code != -1 {
		if (r.Code != 0) != e.fails {
			t.Errorf("it was neither killed nor did it end as ever: %v", r)
		}
		return false
	}
	have := s.arrived()
	must(0, s.server.AwaitGone(t.Context()))
	s.server.Reset()
	switch r := s.run(e.command); {
	case alreadyDone(e, r):
		s.must("metadata --format-version 1 --offline")
	case (r.Code != 0) != e.fails:
		t.Errorf("the same command again: %v", r)
	}
	for _, name := range []string{"a", "b", "c"} {
		for _, version := range []string{"1.0.0", "1.1.0"} {
			if n := s.server.Requests(registryserver.CratePath(name, version)); !e.fails && (n > 1 || n > 0 && have[name+"-"+version]) {
				t.Errorf("%s %s was asked for %d times, and had arrived: %v", name, version, n, have[name+"-"+version])
			}
		}
	}
	if left := must(witness.Leftovers(s.homes.Cargo())); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
	if d := cmp.Diff(l.end, s.state()); d != "" {
		t.Errorf("it ends in another state than a run that was not killed (-expected +got):\n%s", d)
	}
	if !e.fails && e.command != "clean" {
		s.stock("metadata --format-version 1 --locked")
	}
	return true
}

// alreadyDone: the killed run had removed the dependency, and said so to nobody. As with stock, it is the next command of
// any other kind that takes it out of Cargo.lock.
func alreadyDone(e errand, r program.Result) bool {
	return e.name == "remove" && strings.Contains(r.Output, "could not be found")
}

// TestPackagesKilledAtEveryPoint: each errand at each point that it passes, at the first and at the last passage; in
// an ordinary run each point at its first one, in the first errand that passes it.
func TestPackagesKilledAtEveryPoint(t *testing.T) {
	w := newPackageWorld(t)
	done := map[string]bool{}
	learnt := 0
	for _, e := range errands() {
		t.Run(strings.ReplaceAll(e.name, " ", "_"), func(t *testing.T) {
			l := w.learn(t, e)
			learnt++
			kills := 0
			for _, p := range l.points {
				times := slices.Compact([]int{1, l.passages[p]})
				if !isLong() {
					times = times[:1]
				}
				if done[p] && !isLong() {
					continue
				}
				done[p] = true
				for _, n := range times {
					kills++
					t.Run(fmt.Sprintf("%s#%d", p, n), func(t *testing.T) {
						t.Parallel()
						if !l.killed(t, w, e, func(s *packageStage) program.Result {
							return s.run(e.command, fmt.Sprintf("BERTH_CRASHPOINT=%s#%d=kill", p, n))
						}) {
							t.Error("it did not pass this point as often as the run that was traced")
						}
					})
				}
			}
			t.Logf("%d points, killed %d times", len(l.points), kills)
		})
	}
	if learnt == len(errands()) { // not with -run of some of them
		mustCoverPackages(t, slices.Collect(maps.Keys(done)))
	}
}

// TestPackagesKilledAtEveryCall kills a small fetch at its n-th system call of a group.
func TestPackagesKilledAtEveryCall(t *testing.T) {
	w := newPackageWorld(t)
	e := errands()[0]
	l := w.learn(t, e)
	for group := range calls() {
		t.Run(group, func(t *testing.T) {
			t.Parallel()
			killed := 0
			for n := 1; l.killed(t, w, e, func(s *packageStage) program.Result { return atCallOf(t, s.command(nil, e.command), group, n) }); n = next(n) {
				if killed++; t.Failed() {
					t.Fatalf("killed at call %d of %s", n, calls()[group])
				}
			}
			t.Logf("killed %d times", killed)
			if group == "open" && killed < 3 {
				t.Error("strace does not count as it should")
			}
		})
	}
}
