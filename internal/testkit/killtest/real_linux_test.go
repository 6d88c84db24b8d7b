package killtest

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"berth/internal/testkit/distserver"
	"berth/internal/testkit/soak/program"
	"berth/internal/testkit/soak/witness"
)

// TestKilledAtRandomCalls kills installs at random system calls, and what runs
// again is killed again, until it comes through. BERTH_DIST names the tree of a
// dist server with real archives (distserver rebuild), BERTH_KILLS how many kills
// there are to be, BERTH_SEED what they are drawn from; without them it is the
// tiny tree and a few.
func TestKilledAtRandomCalls(t *testing.T) {
	w := newWorld(t)
	kills, seed := 5, rand.Uint64N(1<<32)
	if dist := os.Getenv("BERTH_DIST"); dist != "" {
		w.root = dist
	}
	if n := os.Getenv("BERTH_KILLS"); n != "" {
		kills = must(strconv.Atoi(n))
	}
	if n := os.Getenv("BERTH_SEED"); n != "" {
		seed = must(strconv.ParseUint(n, 10, 64))
	}
	t.Logf("BERTH_SEED=%d", seed)
	c := &chain{scene: &scene{world: w, operation: operation{command: minimal, prepare: chosen}}, r: rand.New(rand.NewPCG(seed, 0))}
	c.reference(t)
	for installs := 0; c.killed < kills; installs++ {
		c.install(t, kills)
		t.Logf("%d installs came through after %d kills in all", installs+1, c.killed)
		if t.Failed() {
			return
		}
	}
}

// chain is one operation that is killed again and again.
type chain struct {
	*scene
	r      *rand.Rand
	most   map[string]int // calls of each group, by the thread with most of them
	killed int
}

// reference learns the end and how many calls there are.
func (c *chain) reference(t *testing.T) {
	s := c.fresh(t)
	c.most = map[string]int{}
	if r := s.traced(c.most, c.args()); r.Code != 0 {
		t.Fatal(r)
	}
	c.end = must(witness.State(s.homes.Rustup()))
}

// fresh is a home without toolchains; what is in it goes at once when it is done.
func (c *chain) fresh(t *testing.T) *stage {
	s := &stage{world: c.world, t: t, server: distserver.Run(t, c.root)}
	s.homes = program.Homes{Dir: t.TempDir(), Server: s.server.URL()}
	c.prepare(s)
	return s
}

// install is one home: killed until it comes through, or until there were enough
// kills.
func (c *chain) install(t *testing.T, kills int) {
	s := c.fresh(t)
	defer os.RemoveAll(s.homes.Rustup())
	for {
		group := slices.Sorted(maps.Keys(c.most))[c.r.IntN(len(c.most))]
		n := 1 + c.r.IntN(c.most[group])
		r := c.goOn(s, c.atCall(group, n))
		if c.killed >= kills && r.Code != 0 {
			r = c.goOn(s, func(s *stage) program.Result { return s.try(nil, c.args()...) })
		}
		if r.Code == 0 {
			break
		}
		if c.killed++; r.Code != -1 {
			t.Errorf("it was neither killed nor did it succeed (call %d of %s): %v", n, group, r)
			return
		}
	}
	c.mustBeTidy(s)
	got := must(witness.State(s.homes.Rustup()))
	if d := witness.Diff(settledLike(c.end, got), got); d != "" {
		t.Errorf("it ends in another state than a run that was not killed (-expected +got):\n%s", d)
	}
}

// goOn is one run, which has to go on where the one before it ended.
func (c *chain) goOn(s *stage, run func(*stage) program.Result) program.Result {
	have := c.parts(s)
	must(0, s.server.AwaitGone(s.t.Context()))
	s.server.Reset()
	r := run(s)
	c.mustGoOn(s, have)
	return r
}

// settledLike is the end that was learnt with those components marked durable that
// are in got, and their archives gone: where the runs of one home take longer than
// 45 seconds the later ones do that.
func settledLike(end, got map[string]string) map[string]string {
	end = maps.Clone(end)
	for name, mark := range got {
		key, isMark := strings.CutSuffix(strings.TrimPrefix(name, "berth/v1/components/"), "/durable")
		if !isMark || strings.Contains(key, "/") {
			continue
		}
		end[name] = mark
		maps.DeleteFunc(end, func(file, _ string) bool { return strings.HasPrefix(file, "berth/v1/downloads/"+key) })
	}
	return end
}

// parts are the sizes of what lies in the downloads, by hash.
func (c *chain) parts(s *stage) map[string]int64 {
	have := map[string]int64{}
	entries, _ := os.ReadDir(s.path("berth", "v1", "downloads"))
	for _, e := range entries {
		if info, err := e.Info(); err == nil && !strings.HasSuffix(e.Name(), ".etag") {
			have[e.Name()] = info.Size()
		}
	}
	return have
}

// mustGoOn: whatever was asked of the server begins where the file on the disk
// ended. The archive's hash is in the manifest; here its size and the server's own
// file tell which one a partial file belongs to.
func (c *chain) mustGoOn(s *stage, have map[string]int64) {
	s.t.Helper()
	for _, request := range s.server.Stats().Log {
		if !strings.Contains(request.Path, ".tar.") {
			continue
		}
		hash := c.hashOf(s.t, request.Path)
		if size, whole := have[hash]; whole {
			s.t.Errorf("%s (%d bytes) was there, and was asked for", request.Path, size)
		}
		size := have[hash+".partial"]
		if want := fmt.Sprintf("bytes=%d-", size); size > 0 && request.Range != want {
			s.t.Errorf("%d bytes of %s were there, and it was asked for %q", size, request.Path, request.Range)
		}
	}
}

// hashOf reads the hash that stands beside each archive's url in the manifests.
func (c *chain) hashOf(t *testing.T, path string) string {
	t.Helper()
	for _, manifest := range c.manifests(t) {
		_, after, found := bytes.Cut(manifest, []byte(path+"\""))
		if !found {
			continue
		}
		_, after, _ = bytes.Cut(after, []byte("hash = \""))
		if len(after) > 64 {
			return string(after[:64])
		}
	}
	t.Fatalf("no manifest names %s", path)
	return ""
}

func (c *chain) manifests(t *testing.T) (all [][]byte) {
	dir := must(filepath.EvalSymlinks(filepath.Join(c.root, "dist")))
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(file, ".toml") {
			data, err := os.ReadFile(file)
			all = append(all, data)
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// traced runs a command and counts the calls of each group by thread.
func (s *stage) traced(most map[string]int, args []string) program.Result {
	s.t.Helper()
	cmd := s.command(nil, args...)
	file := filepath.Join(s.t.TempDir(), "calls")
	strace := must(exec.LookPath("strace"))
	var sets []string
	for _, set := range calls() {
		sets = append(sets, set)
	}
	cmd.Args = append([]string{strace, "-f", "-qq", "-o", file, "-e", "trace=" + strings.Join(sets, ","), cmd.Path}, cmd.Args[1:]...)
	cmd.Path = strace
	r := must(program.Run(cmd))
	byThread := map[string]int{}
	for line := range strings.Lines(string(must(os.ReadFile(file)))) {
		pid, call, _ := strings.Cut(line, " ")
		name, _, _ := strings.Cut(strings.TrimSpace(call), "(")
		for group, set := range calls() {
			if slices.Contains(strings.Split(strings.ReplaceAll(set, "?", ""), ","), name) {
				byThread[group+" "+pid]++
				most[group] = max(most[group], byThread[group+" "+pid])
			}
		}
	}
	return r
}
