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

	"berth/internal/testkit/disttree"
	"berth/internal/testkit/soak/program"
	"berth/internal/testkit/soak/witness"
)

// scene is an operation with what was learnt from runs that were not killed.
type scene struct {
	*world
	operation
	prepared string

	before, after view
	end           map[string]string // the state that every run has to end in
	points        []string          // in the order of their first passage
	passages      map[string]int
}

// view is what readers see of a home.
type view struct {
	Toolchains []string
	Settings   string
}

// learn prepares the home, runs the operation once and traces it.
func (w *world) learn(t *testing.T, o operation) *scene {
	t.Helper()
	sc := &scene{world: w, operation: o}
	if sc.date == "" {
		sc.date = firstDate
	}
	first := w.open(t, "", firstDate)
	if o.prepare != nil {
		o.prepare(first)
	}
	sc.prepared = first.homes.Dir
	s := sc.open(t)
	sc.before = sc.view(s)
	trace := filepath.Join(t.TempDir(), "trace")
	if r := s.try([]string{"BERTH_CRASHPOINT_TRACE=" + trace}, sc.args()...); r.Code != 0 {
		t.Fatal(r)
	}
	sc.next(s)
	sc.after, sc.end = sc.view(s), must(witness.State(s.homes.Rustup()))
	sc.mustBeTidy(s)
	if o.faults != nil {
		trace += " with faults"
		sc.traceWithFaults(t, trace)
	}
	sc.points, sc.passages = passed(string(must(os.ReadFile(trace))))
	return sc
}

// passed are the points of a trace, in the order of their first passage, and how often each was passed.
func passed(trace string) (points []string, passages map[string]int) {
	passages = map[string]int{}
	for _, p := range strings.Fields(trace) {
		if passages[p]++; passages[p] == 1 {
			points = append(points, p)
		}
	}
	return points, passages
}

func (sc *scene) args() []string {
	if other, ok := strings.CutPrefix(sc.command, "="); ok {
		return strings.Fields(other)
	}
	return append([]string{"rustup"}, strings.Fields(sc.command)...)
}

// traceWithFaults learns the points of a run that fails.
func (sc *scene) traceWithFaults(t *testing.T, trace string) {
	s := sc.open(t)
	sc.inject(s)
	if r := s.try([]string{"BERTH_CRASHPOINT_TRACE=" + trace}, sc.args()...); r.Code == 0 {
		t.Fatalf("a lie was believed: %v", r)
	}
}

func (sc *scene) open(t *testing.T) *stage {
	t.Helper()
	s := sc.world.open(t, sc.prepared, sc.date)
	if sc.befall != nil {
		sc.befall(s)
	}
	return s
}

func (sc *scene) inject(s *stage) {
	for _, f := range sc.faults {
		if err := s.server.Inject(f); err != nil {
			s.t.Fatal(err)
		}
	}
}

// view looks as a reader does; what it sees must be whole.
func (sc *scene) view(s *stage) view {
	s.t.Helper()
	var v view
	for _, name := range toolchainNames(s) {
		if name == sc.foreign || name == "mine" || sc.torn {
			v.Toolchains = append(v.Toolchains, name)
			continue
		}
		seen, err := sc.releases.LookAt(s.homes.Rustup(), name)
		if err != nil {
			s.t.Errorf("toolchain %s: %v", name, err)
		} else if seen != nil {
			v.Toolchains = append(v.Toolchains, seen.String())
		}
	}
	settings, _ := os.ReadFile(s.path("settings.toml"))
	v.Settings = strings.ReplaceAll(string(settings), s.homes.Dir, "<home>")
	return v
}

func toolchainNames(s *stage) (names []string) {
	entries, _ := os.ReadDir(s.path("toolchains"))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// killed is one run that is killed, and all that has to hold afterwards; false if
// it ended before it came to where it was to be killed.
func (sc *scene) killed(t *testing.T, kill func(*stage) program.Result) bool {
	t.Helper()
	s := sc.open(t)
	sc.inject(s)
	if r := kill(s); r.Code != -1 {
		if r.Code != 0 && sc.faults == nil {
			t.Errorf("it was neither killed nor did it succeed: %v", r)
		}
		return false
	}
	s.server.ClearFaults()
	now := sc.view(s)
	sc.mustBeOldOrNew(s, now)
	sc.stockWorks(s)
	have := sc.arrived(s)
	must(0, s.server.AwaitGone(t.Context()))
	s.server.Reset()
	sc.again(s, cmp.Equal(sc.after, now))
	sc.next(s)
	sc.mustNotFetchAgain(s, have)
	sc.mustBeTidy(s)
	if _, err := sc.releases.Look(s.homes.Rustup()); err != nil && sc.torn {
		t.Error(err)
	}
	if d := witness.Diff(sc.end, must(witness.State(s.homes.Rustup()))); d != "" {
		t.Errorf("it ends in another state than a run that was not killed (-expected +got):\n%s", d)
	}
	return true
}

func (sc *scene) next(s *stage) {
	s.t.Helper()
	if sc.then != "" {
		s.rustup(sc.then)
	}
}

// mustBeOldOrNew: toolchains and settings are each as before or as after; they
// are written one after the other, so one may be old and the other new.
func (sc *scene) mustBeOldOrNew(s *stage, now view) {
	s.t.Helper()
	old, end := sc.before.Toolchains, sc.after.Toolchains
	if !slices.Equal(now.Toolchains, old) && !slices.Equal(now.Toolchains, end) {
		s.t.Errorf("a reader sees neither the toolchains of before nor those of after:\nnow    %q\nbefore %q\nafter  %q", now.Toolchains, old, end)
	}
	if now.Settings != sc.before.Settings && now.Settings != sc.after.Settings {
		s.t.Errorf("a reader sees neither the settings of before nor those of after:\nnow    %q\nbefore %q\nafter  %q", now.Settings, sc.before.Settings, sc.after.Settings)
	}
}

// again is the same command with no help.
func (sc *scene) again(s *stage, isDone bool) {
	s.t.Helper()
	if isDone && strings.Contains(sc.command, "rollback") && sc.isRolledBack(s) {
		s.rustup("toolchain list") // it was all done: the same again would take it back
		return
	}
	r := s.try(nil, sc.args()...)
	if r.Code != 0 && !(isDone && sc.done != "" && strings.Contains(r.Output, sc.done)) {
		s.t.Errorf("the same command again: %v", r)
	}
}

// isRolledBack: the toolchain is what it was, and so are the pointers of ours.
func (sc *scene) isRolledBack(s *stage) bool {
	state := must(witness.State(s.homes.Rustup()))
	for _, pointer := range []string{"berth/v1/previous/", "berth/v1/rollback/"} {
		if state[pointer+full("stable")] != sc.end[pointer+full("stable")] {
			return false
		}
	}
	return true
}

func (sc *scene) stockWorks(s *stage) {
	s.t.Helper()
	r := s.stock("toolchain", "list")
	if r.Code != 0 {
		s.t.Errorf("stock %v", r)
	}
	for _, name := range toolchainNames(s) {
		if place, err := os.Stat(s.path("toolchains", name)); err == nil && place.IsDir() && !strings.Contains(r.Output, name) {
			s.t.Errorf("stock does not list %s: %v", name, r)
		}
	}
}

func (sc *scene) mustBeTidy(s *stage) {
	s.t.Helper()
	if left := must(witness.Leftovers(s.homes.Rustup())); len(left) > 0 {
		s.t.Errorf("left over: %q", left)
	}
}

// arrived is how many bytes of each archive lie in the home in any form, by path
// on the server.
func (sc *scene) arrived(s *stage) map[string]int64 {
	have := map[string]int64{}
	for _, a := range sc.archives {
		have["/"+a.Path] = max(have["/"+a.Path], sc.arrivedOf(s, a))
	}
	return have
}

func (sc *scene) arrivedOf(s *stage, a disttree.Archive) int64 {
	if _, err := os.Stat(s.path("berth", "v1", "components", a.Hash[:16], "stamp")); err == nil {
		return a.Size
	}
	var have int64
	for _, file := range []string{"berth/v1/downloads/" + a.Hash, "berth/v1/downloads/" + a.Hash + ".partial", "downloads/" + a.Hash, "downloads/" + a.Hash + ".partial"} {
		if info, err := os.Stat(s.path(filepath.FromSlash(file))); err == nil {
			have = max(have, info.Size())
		}
	}
	return have
}

// spoilt: what lies in the downloads is not what was published.
func (sc *scene) spoilt() bool {
	return sc.faults != nil || strings.Contains(sc.name, "damaged") || sc.foreign != ""
}

// mustNotFetchAgain: a byte that is in the home is not asked for again, and a
// file that is whole there is not asked for at all.
func (sc *scene) mustNotFetchAgain(s *stage, have map[string]int64) {
	s.t.Helper()
	if sc.spoilt() {
		return // what was there was wrong
	}
	stats := s.server.Stats()
	for _, a := range sc.archives {
		path := "/" + a.Path
		if sent, missing := stats.Bytes[path], a.Size-have[path]; sent > missing {
			s.t.Errorf("%s: %d bytes were missing, and %d were fetched", path, missing, sent)
		}
		if have[path] == a.Size && stats.Requests[path] > 0 {
			s.t.Errorf("%s was there, and was asked for", path)
		}
	}
}

// atPoint kills the run at the n-th passage of a crash point.
func (sc *scene) atPoint(point string, n int) func(*stage) program.Result {
	return func(s *stage) program.Result {
		return s.try([]string{fmt.Sprintf("BERTH_CRASHPOINT=%s#%d=kill", point, n)}, sc.args()...)
	}
}

// place is where to kill an operation.
type place struct {
	point string
	n     int
}

// places are the first and the last passage of each point.
func (sc *scene) places() []place {
	var all []place
	for _, p := range sc.points {
		all = append(all, place{p, 1})
		if n := sc.passages[p]; n > 1 {
			all = append(all, place{p, n})
		}
	}
	return all
}

// TestKilledAtEveryPoint: every operation at every point in a long run; else
// install at each point, and of the other operations every point once.
func TestKilledAtEveryPoint(t *testing.T) {
	w := newWorld(t)
	done := map[string]bool{}
	learnt := 0
	for _, o := range operations() {
		t.Run(strings.ReplaceAll(o.name, " ", "_"), func(t *testing.T) {
			sc := w.learn(t, o)
			learnt++
			chosen := slices.DeleteFunc(sc.places(), func(p place) bool { return !isLong() && done[p.point] })
			for _, p := range sc.points {
				done[p] = true
			}
			t.Logf("%d points, %d passages, killed %d times", len(sc.points), sum(sc.passages), len(chosen))
			for _, p := range chosen {
				t.Run(fmt.Sprintf("%s#%d", p.point, p.n), func(t *testing.T) {
					t.Parallel()
					if !sc.killed(t, sc.atPoint(p.point, p.n)) {
						t.Error("it did not pass this point as often as the run that was traced")
					}
				})
			}
		})
	}
	if learnt == len(operations()) { // not with -run of some of them
		mustCoverTheSources(t, slices.Collect(maps.Keys(done)))
	}
}

func sum(passages map[string]int) (n int) {
	for _, p := range passages {
		n += p
	}
	return n
}
