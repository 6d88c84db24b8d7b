package ops_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/internal/cargohome"
	"berth/internal/cfgexpr"
	"berth/internal/config"
	"berth/internal/crate"
	"berth/internal/lockfs"
	"berth/internal/ops"
	"berth/internal/ops/tree"
	"berth/internal/rustc"
	"berth/internal/testkit/stock"
	"berth/internal/workspace"
)

// TestTreesAsStock draws random workspaces in many ways, each as stock draws it.
func TestTreesAsStock(t *testing.T) {
	cargo := stock.NewCargo(t)
	host := hostPlatform(t)
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			root := randomWorkspace(t, seed)
			cargo.Run(root, "generate-lockfile", "--offline")
			for _, flags := range treeFlags() {
				want := cargo.Try(root, nil, append([]string{"tree", "--offline"}, strings.Fields(flags)...)...)
				got, err := drawTree(t, cargo, root, host, strings.Fields(flags))
				if got != want.Stdout || (err != nil) != (want.Code != 0) {
					ours, theirs := firstDifference(got, want.Stdout)
					t.Errorf("tree %s: %v\n%s\nstock: %d\n%s\n%s", flags, err, ours, want.Code, theirs, want.Stderr)
				}
			}
		})
	}
}

// firstDifference are the lines before and at the first that is not the same.
func firstDifference(a, b string) (string, string) {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	i := 0
	for i < len(x) && i < len(y) && x[i] == y[i] {
		i++
	}
	from := max(0, i-8)
	return strings.Join(x[from:min(len(x), i+2)], "\n"), strings.Join(y[from:min(len(y), i+2)], "\n")
}

func treeFlags() []string {
	return []string{
		"", "-e all", "-e features", "-e normal", "-e no-dev", "-e no-dev,no-proc-macro", "-e build,dev", "-e all --target all", "--target all",
		"--target x86_64-pc-windows-gnu -e features", "--workspace -e all", "-d", "-d --workspace", "-i p3", "-i p3 -e all", "-i p5 -e features --workspace",
		"--no-dedupe --depth 3 --workspace", "--prefix depth -e all", "--prefix none", "--charset ascii -e all", "--depth workspace -e all", "--depth 1 --workspace", "--depth 0",
		"--prune p4 -e all", "--no-default-features -e features", "-F f0 -e all", "--all-features -e all -i p6", "--all-features --workspace -e all --no-dedupe --depth 5",
		"--color always -e all", "-p p2", "-p p2 -e all", "--workspace --exclude p0", "-i none", "--prune none", "-f {p}-{f}-{lib}-{l}-{r}{{}}", "-f {x}", "-f {p",
		"-e normal,no-dev", "--target x86_64-unknown-linux-gnu --target x86_64-pc-windows-gnu -e all --workspace",
	}
}

// randomWorkspace has 9 members and as many packages beside, with dependencies and features of all kinds.
func randomWorkspace(t *testing.T, seed uint64) string {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	root := filepath.Join(t.TempDir(), "w")
	write(t, root, "Cargo.toml", "[workspace]\nmembers = [\"m/*\"]\ndefault-members = [\"m/p0\", \"m/p1\"]\nresolver = \""+fmt.Sprint(1+seed%3)+"\"\n")
	const n = 18
	for i := range n {
		name, version := fmt.Sprint("p", i), "0.1.0"
		if i >= 15 { // an older one of a name that is there
			name, version = fmt.Sprint("p", i-10), "0.0.9"
		}
		var m strings.Builder
		fmt.Fprintf(&m, "[package]\nname = %q\nversion = %q\nedition = \"2021\"\nlicense = \"MIT\"\n", name, version)
		if r.IntN(5) == 0 && i > 2 {
			m.WriteString("[lib]\nproc-macro = true\n")
		}
		var optional []string
		for _, table := range []string{"dependencies", "build-dependencies", "dev-dependencies", `target.'cfg(unix)'.dependencies`, `target.'cfg(windows)'.dependencies`} {
			fmt.Fprintf(&m, "[%s]\n", table)
			for range r.IntN(4) {
				if i+1 >= n {
					break
				}
				to := i + 1 + r.IntN(n-i-1)
				if table == "dev-dependencies" && r.IntN(3) == 0 && i < 9 {
					to = r.IntN(9) // may be a circle
					if to == i {
						continue
					}
				}
				key := fmt.Sprintf("d%d_%d", to, m.Len())
				opt := table != "dev-dependencies" && r.IntN(3) == 0
				if opt {
					optional = append(optional, key)
				}
				fmt.Fprintf(&m, "%s = { package = %q, path = %q, optional = %v, default-features = %v, features = [%s] }\n",
					key, packageName(to), pathTo(i, to), opt, r.IntN(2) == 0, strings.Join([]string{`"f0"`, `"f1"`}[:r.IntN(3)], ", "))
			}
		}
		m.WriteString("[features]\ndefault = [\"f1\"]\n")
		f0 := []string{`"f2"`}
		for _, key := range optional {
			switch r.IntN(4) {
			case 0:
				f0 = append(f0, `"`+key+`/f1"`)
			case 1:
				f0 = append(f0, `"`+key+`?/f0"`)
			case 2:
				f0 = append(f0, `"`+key+`"`)
			}
		}
		fmt.Fprintf(&m, "f0 = [%s]\nf1 = []\nf2 = [\"f1\"]\n", strings.Join(f0, ", "))
		dir := dirOf(i)
		write(t, filepath.Join(root, dir), "Cargo.toml", m.String())
		write(t, filepath.Join(root, dir), "src/lib.rs", "")
		write(t, filepath.Join(root, dir), "build.rs", "fn main() {}")
	}
	return root
}

func packageName(i int) string {
	if i >= 15 {
		i -= 10
	}
	return fmt.Sprint("p", i)
}

func dirOf(i int) string {
	if i < 9 {
		return fmt.Sprint("m/p", i)
	}
	return fmt.Sprint("../beside/q", i)
}

func pathTo(from, to int) string {
	rel, _ := filepath.Rel(dirOf(from), dirOf(to))
	return filepath.ToSlash(rel)
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

type silent struct{}

func (silent) Status(string, string) {}
func (silent) Warn(string)           {}
func (silent) Note(string)           {}

// hostPlatform is what the compiler that stock uses says of the host.
func hostPlatform(t *testing.T) ops.Platform {
	t.Helper()
	asker := rustc.New(lockfs.At(t.TempDir()), os.Environ())
	program := filepath.Join(filepath.Dir(stock.NewCargo(t).Path()), "rustc")
	version, err := asker.Version(t.Context(), program)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := asker.Ask(t.Context(), program, "--print=cfg")
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := cfgexpr.ParseSet(answer.Stdout)
	if err != nil {
		t.Fatal(err)
	}
	return ops.Platform{Triple: version.Host, Cfg: cfg}
}

func platforms(t *testing.T, triples []string, host ops.Platform) []ops.Platform {
	t.Helper()
	var all []ops.Platform
	for _, triple := range triples {
		p := ops.Platform{Triple: triple, Cfg: host.Cfg}
		if triple != host.Triple {
			set, err := cfgexpr.ParseSet("windows\ntarget_os=\"windows\"\n")
			if err != nil {
				t.Fatal(err)
			}
			p.Cfg = set
		}
		all = append(all, p)
	}
	return all
}

func drawTree(t *testing.T, cargo *stock.Cargo, cwd string, host ops.Platform, flags []string) (string, error) {
	t.Helper()
	cfg, err := config.Load(config.Options{Dir: cwd, Home: cargo.Home, Env: cargo.Env(), Files: config.Disk{}, Release: cargo.Release()})
	if err != nil {
		t.Fatal(err)
	}
	run := &ops.Run{Config: cfg, Home: cargohome.Open(lockfs.At(cargo.Home)), Cwd: cwd, Voice: silent{},
		Real:  func(id crate.SourceID) (crate.SourceID, error) { return id, nil },
		Rustc: func(context.Context) (*rustc.Version, error) { return &rustc.Version{Host: host.Triple}, nil }}
	ws, err := run.Load("")
	if err != nil {
		t.Fatal(err)
	}
	request, err := treeRequest(t, host, flags)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	_, err = run.Tree(t.Context(), &out, ws, request)
	return out.String(), err
}

func treeRequest(t *testing.T, host ops.Platform, flags []string) (ops.TreeRequest, error) {
	t.Helper()
	q := ops.TreeRequest{Host: host}
	q.Options.Format, q.Options.MaxDepth = "{p}", -1
	var edges, features, targets []string
	var all, noDefault bool
	spec := func(text string) crate.Spec {
		s, err := crate.ParseSpec(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for i := 0; i < len(flags); i++ {
		value := ""
		if i+1 < len(flags) {
			value = flags[i+1]
		}
		used := 1
		switch flags[i] {
		case "-e":
			edges = append(edges, strings.Split(value, ",")...)
		case "-i":
			q.Options.Invert = append(q.Options.Invert, spec(value))
		case "-p":
			q.Selection.Names = append(q.Selection.Names, value)
		case "--exclude":
			q.Selection.Exclude = append(q.Selection.Exclude, value)
		case "--prune":
			q.Options.Prune = append(q.Options.Prune, spec(value))
		case "--target":
			targets = append(targets, value)
		case "-f":
			q.Options.Format = value
		case "-F":
			features = append(features, value)
		case "--depth":
			q.Options.MaxDepth, q.Options.WorkspaceOnly, _ = tree.ParseDepth(value)
		case "--prefix":
			q.Options.Prefix = map[string]tree.Prefix{"depth": tree.Depth, "none": tree.NoPrefix}[value]
		case "--charset":
			q.Options.ASCII = true
		case "--color":
			q.Options.Colors = true
		default:
			used = 0
			switch flags[i] {
			case "-d":
				q.Options.Duplicates = true
			case "--workspace":
				q.Selection.All = true
			case "--no-dedupe":
				q.Options.NoDedupe = true
			case "--no-default-features":
				noDefault = true
			case "--all-features":
				all = true
			default:
				t.Fatalf("flag %s", flags[i])
			}
		}
		i += used
	}
	if len(targets) == 1 && targets[0] == "all" {
		q.Options.AllPlatforms = true
	} else {
		q.Platforms = platforms(t, targets, host)
	}
	var err error
	if q.Features, err = workspace.ParseFeatures(features, all, noDefault); err != nil {
		t.Fatal(err)
	}
	q.Options.Kinds, err = tree.ParseKinds(edges)
	return q, err
}
