package cargo_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/randomcrates"
)

// TestLockfileBesideStock: generate-lockfile and update leave the Cargo.lock that stock leaves, and say the same. What they choose is held against
// stock at length in ops/update; here it is the way from the command line to the file.
func TestLockfileBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	solved := 0
	for seed := uint64(40); seed < 60 && solved < 3; seed++ {
		dir := realDir(t)
		w := randomcrates.New(seed, randomcrates.Small())
		p.dir = filepath.Join(dir, "ws")
		p.world(w, dir)
		if p.stock(nil, "generate-lockfile").Code != 0 {
			continue
		}
		solved++
		p.sameLock("generate-lockfile")
		name := w.Pick(p.locked())
		for _, line := range []string{
			"update", "update --dry-run", "update -v", "update " + name, "update -p " + name, "update --recursive " + name, "update --workspace", "update --locked",
			"update --precise 77.0.0 " + name, "update nonsense", "update --precise 1 " + name, "update --recursive --precise 1.0.0 " + name, "generate-lockfile --ignore-rust-version",
			"update --quiet", "generate-lockfile --locked", "update -p",
		} {
			w.Change()
			p.world(w, dir)
			p.sameLock(line)
		}
		if err := os.Remove(filepath.Join(p.dir, "Cargo.lock")); err != nil {
			t.Fatal(err)
		}
		p.sameLock("update +stable")
		p.sameLock("update")
	}
	if solved < 3 {
		t.Error("too few worlds have a solution")
	}
}

// TestGenerateLockfileOverWhatIsNone: who makes Cargo.lock anew need not be able to read it; everybody else does.
func TestGenerateLockfileOverWhatIsNone(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "app", "0.1.0", "[dependencies]\nlib = { path = \"lib\" }\n")
	p.pkg("lib", "lib", "0.1.0", "")
	const good = "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"lib\",\n]\n\n[[package]]\nname = \"lib\"\nversion = \"0.1.0\"\n"
	for _, text := range []string{
		"<<<<<<< HEAD\nversion = 4\n=======\nversion = 3\n>>>>>>> other\n", "# mine\nversion = 9\n", "version = \"4\"\n", "nonsense", "\xff", "",
		"[[package]]\nname = \"x\"\nversion = \"1\"\nsource = \"registry+https://x/y\"\n", "[[package]]\nname = \"gone\"\nversion = \"1\"\n",
	} {
		for _, line := range []string{"generate-lockfile", "generate-lockfile --locked", "fetch", "update"} {
			var left [2]string
			var code [2]int
			for i, run := range []func(string) int{
				func(line string) int { return p.stock(nil, strings.Fields(line)...).Code },
				func(line string) int { return p.berth(nil, strings.Fields(line)...).Code },
			} {
				p.write("Cargo.lock", text)
				code[i] = run(line)
				now, err := os.ReadFile(p.lockFile())
				if err != nil {
					t.Fatal(err)
				}
				left[i] = string(now)
			}
			if code[0] != code[1] || left[0] != left[1] {
				t.Errorf("%q: cargo %s exits with %d and leaves %q, stock with %d and %q", text, line, code[1], left[1], code[0], left[0])
			}
			if line == "generate-lockfile" && !strings.HasSuffix(left[1], good) {
				t.Errorf("%q: became %q", text, left[1])
			}
		}
	}
}

// TestEmptyTargetDirectory: it is no directory, whatever is to be done in the workspace.
func TestEmptyTargetDirectory(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "app", "0.1.0", "")
	for _, line := range []string{"tree", "update", "generate-lockfile", "metadata --format-version 1", "pkgid", "locate-project", "read-manifest", "clean", "fetch", "vendor"} {
		p.both([]string{"CARGO_TARGET_DIR="}, line, neither)
	}
}

func (p *pair) world(w *randomcrates.World, dir string) {
	p.Helper()
	err := os.RemoveAll(filepath.Join(dir, "registry"))
	if err == nil {
		err = w.Write(dir)
	}
	if err != nil {
		p.Fatal(err)
	}
}

func (p *pair) lockFile() string { return filepath.Join(p.dir, "Cargo.lock") }

// locked are specifications of the published packages in Cargo.lock.
func (p *pair) locked() []string {
	p.Helper()
	text, err := os.ReadFile(p.lockFile())
	if err != nil {
		p.Fatal(err)
	}
	var all []string
	for part := range strings.SplitSeq(string(text), "[[package]]\n") {
		words := strings.Fields(part)
		if strings.Contains(part, "source = ") {
			all = append(all, strings.Trim(words[2], `"`)+"@"+strings.Trim(words[5], `"`))
		}
	}
	if len(all) == 0 {
		return []string{"member0"}
	}
	return all
}

// sameLock runs both from one Cargo.lock, and goes on with what stock makes of it.
func (p *pair) sameLock(line string) {
	p.Helper()
	p.sameLockIn(nil, line)
}

func (p *pair) sameLockIn(env []string, line string) {
	p.Helper()
	words := strings.Fields(line)
	before, missing := os.ReadFile(p.lockFile())
	ours := p.berth(env, words...)
	got, _ := os.ReadFile(p.lockFile())
	var err error
	if missing != nil {
		err = os.RemoveAll(p.lockFile())
	} else {
		err = os.WriteFile(p.lockFile(), before, 0o644)
	}
	if err != nil {
		p.Fatal(err)
	}
	theirs := p.stock(env, words...)
	want, _ := os.ReadFile(p.lockFile())
	if theirs.Code != ours.Code || string(got) != string(want) || theirs.Code == 0 && p.status(theirs.Stderr) != p.status(ours.Stderr) || theirs.Stdout != ours.Stdout {
		p.Errorf("cargo %s\nstock: exit %d\nstderr: %s\nCargo.lock: %s\nberth: exit %d\nstderr: %s\nCargo.lock: %s", line, theirs.Code, theirs.Stderr, want, ours.Code, ours.Stderr, got)
	}
}

// status are the lines that are not sentences.
func (p *pair) status(stderr string) string {
	lines := strings.SplitAfter(stderr, "\n")
	// Sources are asked side by side.
	asked := 0
	for asked < len(lines) && strings.HasPrefix(lines[asked], "    Updating ") && (strings.Contains(lines[asked], "` index") || strings.Contains(lines[asked], "git repository")) {
		asked++
	}
	if slices.Sort(lines[:asked]); p.anySources {
		lines = lines[asked:]
	}
	verbs := []string{"Locking", "Adding", "Removing", "Updating", "Downgrading", "Unchanged"}
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool {
		verb, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		return !strings.HasPrefix(line, " ") || !slices.Contains(verbs, verb)
	}), "")
}
