package edit

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/resolve"
	"berth/internal/semver"
	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/stock"
	"berth/internal/tomldoc"
	"berth/internal/workspace"
)

// published is the registry of these tests.
func published() []cratekit.Crate {
	features := map[string][]string{"default": {"std"}, "std": {}, "extra": {}, "more": {"extra"}}
	many := map[string][]string{}
	for i := range 40 {
		many[fmt.Sprintf("f%02d", i)] = []string{}
	}
	return []cratekit.Crate{
		{Name: "alpha", Version: "0.1.0", Features: map[string][]string{"std": {}}},
		{Name: "alpha", Version: "1.0.0", Features: features},
		{Name: "alpha", Version: "1.2.3", Features: features},
		{Name: "alpha", Version: "2.0.0-rc.1"},
		{Name: "beta", Version: "2.0.0-pre.1"},
		{Name: "gamma", Version: "1.0.0+build", Features: map[string][]string{"g": {}}},
		{Name: "nofeat", Version: "0.3.0"},
		{Name: "many", Version: "1.0.0", Features: many},
		{Name: "withdrawn", Version: "1.0.0"},
		{Name: "withdrawn", Version: "1.1.0", Yanked: true},
		{Name: "under_score", Version: "1.0.0", Features: map[string][]string{"u": {}}},
		{Name: "aged", Version: "1.0.0", RustVersion: "1.50"},
		{Name: "aged", Version: "1.1.0", RustVersion: "1.70"},
		{Name: "aged", Version: "1.2.0", RustVersion: "1.99"},
		{Name: "young", Version: "1.0.0", RustVersion: "1.70"},
		{Name: "gitty", Version: "3.0.0"},
	}
}

const alt = "sparse+https://127.0.0.1:1/alt/"

// world is a stock Cargo whose registries are folders, and a git repository.
type world struct {
	cargo *stock.Cargo
	repo  string // a directory, the repository's work tree
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{cargo: stock.NewCargo(t), repo: filepath.Join(t.TempDir(), "repo")}
	tree, err := cratekit.NewTree(filepath.Join(t.TempDir(), "registry"))
	if err != nil {
		t.Fatal(err)
	}
	if err := tree.Publish(published()...); err != nil {
		t.Fatal(err)
	}
	config := fmt.Sprintf("[source.crates-io]\nreplace-with = 'local'\n[source.local]\nlocal-registry = %q\n[registries.alt]\nindex = %q\n[source.alt]\nregistry = %[2]q\nreplace-with = 'local'\n", tree.Dir, alt)
	writeFiles(t, w.cargo.Home, map[string]string{"config.toml": config})
	writeFiles(t, w.repo, map[string]string{"Cargo.toml": "[package]\nname = \"gitty\"\nversion = \"3.1.4\"\nedition = \"2021\"\n[features]\ngf = []\n", "src/lib.rs": ""})
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", "."}, {"-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "one"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir, cmd.Env = w.repo, w.cargo.Env()
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	return w
}

func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := cmp.Or(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
}

// Query answers for the registry, for directories and for the repository.
func (w *world) Query(_ context.Context, q resolve.Query) ([]*crate.Summary, error) {
	var all []*crate.Summary
	switch {
	case q.Source.IsPath():
		s, err := summaryIn(q.Source.Dir(), q.Source)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	case q.Source.IsGit():
		s, err := summaryIn(w.repo, q.Source)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	default:
		for _, c := range published() {
			all = append(all, summaryOf(c, q.Source))
		}
	}
	return slices.DeleteFunc(all, func(s *crate.Summary) bool { return s.ID.Name != q.Name || !q.Matches(s.ID.Version) }), nil
}

func (w *world) Packages(_ context.Context, source crate.SourceID) ([]*crate.Summary, error) {
	s, err := summaryIn(w.repo, source)
	return []*crate.Summary{s}, err
}

func summaryIn(dir string, source crate.SourceID) (*crate.Summary, error) {
	path := filepath.Join(dir, "Cargo.toml")
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	doc, err := tomldoc.Parse(path, text)
	if err != nil {
		return nil, err
	}
	m, err := manifest.Read(manifest.File{Path: path, Source: source, Files: os.DirFS(dir)}, doc, manifest.Options{})
	if err != nil {
		return nil, err
	}
	return m.Package.Summary, nil
}

func summaryOf(c cratekit.Crate, source crate.SourceID) *crate.Summary {
	v, err := semver.Parse(c.Version)
	if err != nil {
		panic(err)
	}
	features, err := crate.NewFeatures(c.Features, nil)
	if err != nil {
		panic(err)
	}
	rust, _ := semver.ParsePartial(c.RustVersion)
	return &crate.Summary{ID: crate.PackageID{Name: c.Name, Version: v, Source: source}, Features: features, RustVersion: rust, Yanked: c.Yanked}
}

// recorder is a voice that keeps what it says as a terminal would show it.
type recorder struct{ lines []string }

func (r *recorder) Status(verb, text string) {
	r.lines = append(r.lines, fmt.Sprintf("%12s %s", verb, text))
}
func (r *recorder) Warn(text string) { r.lines = append(r.lines, "warning: "+text) }
func (r *recorder) Features(heading string) {
	r.lines = append(r.lines, strings.Repeat(" ", 13)+heading)
}
func (r *recorder) Feature(mark, text string) {
	if mark != "" {
		text = mark + " " + text
	}
	r.lines = append(r.lines, strings.Repeat(" ", 13)+text)
}

// command is the part of the command line that these tests need.
func (w *world) command(dir string, args []string, voice *recorder) error {
	ws, err := workspace.Load(filepath.Join(dir, "Cargo.toml"), workspace.Options{Cwd: dir, Home: w.cargo.Home, Manifest: manifest.Options{Release: w.cargo.Release(), Registry: altRegistry}})
	if err != nil {
		return err
	}
	ed := &Editor{Workspace: ws, Cwd: dir, Release: w.cargo.Release(), Voice: voice, Sources: w, Registry: altRegistry, Edit: editFile,
		Rustc: func(context.Context) (semver.Version, error) {
			return semver.Version{Major: 1, Minor: uint64(w.cargo.Release())}, nil
		}}
	var common Request
	var names, features []string
	var table Table
	var selection workspace.Selection
	dry, ignore := false, false
	yes, no := true, false
	for rest := args[1:]; len(rest) > 0; rest = rest[1:] {
		value := func() string { rest = rest[1:]; return rest[0] }
		switch rest[0] {
		case "--dev":
			table.Kind = crate.Dev
		case "--build":
			table.Kind = crate.Build
		case "--target":
			table.Target = value()
		case "-F", "--features":
			features = append(features, value())
		case "--no-default-features":
			common.Defaults = &no
		case "--default-features":
			common.Defaults = &yes
		case "--optional":
			common.Optional = &yes
		case "--no-optional":
			common.Optional = &no
		case "--rename":
			common.Rename = value()
		case "--path":
			common.Path = value()
		case "--git":
			common.Git = value()
		case "--branch":
			common.Branch = value()
		case "--registry":
			registry := value()
			common.Registry = &registry
		case "--ignore-rust-version":
			ignore = true
		case "-n":
			dry = true
		case "-p":
			selection.Names = append(selection.Names, value())
		default:
			names = append(names, rest[0])
		}
	}
	m, err := PickMember(ws, selection, "change")
	if err != nil {
		return err
	}
	ctx := context.Background()
	if args[0] == "remove" {
		if err := ed.Remove(ctx, Remove{Member: m, Names: names, Table: table, DryRun: dry}); err != nil || dry {
			return err
		}
		return ed.CollectWorkspace(ctx)
	}
	requests, err := Requests(names, features, common)
	if err != nil {
		return err
	}
	return ed.Add(ctx, Add{Member: m, Requests: requests, Table: table, DryRun: dry, IgnoreRustVersion: ignore})
}

func altRegistry(name string) (crate.SourceID, error) {
	if name != "alt" {
		return crate.SourceID{}, fmt.Errorf("no registry %s", name)
	}
	return crate.RegistrySource(alt, name)
}

func editFile(_ context.Context, path string, change func([]byte) ([]byte, error)) error {
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text, err := change(old)
	if err != nil || text == nil {
		return err
	}
	return os.WriteFile(path, text, 0o666)
}

type example struct {
	name     string
	commands [][]string
	refused  bool
	files    map[string]string
}

func examples(t *testing.T) []example {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "cases.txt"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n=== ")
	var list []example
	for part := range strings.SplitSeq(rest, "\n=== ") {
		name, body, _ := strings.Cut(part, "\n")
		archive := txtar.Parse([]byte(body))
		e := example{name: name, files: map[string]string{}}
		for line := range strings.SplitSeq(strings.TrimSpace(string(archive.Comment)), "\n") {
			e.refused = e.refused || line[0] == '!'
			e.commands = append(e.commands, strings.Fields(line[1:]))
		}
		for _, f := range archive.Files {
			e.files[f.Name] = string(f.Data)
			e.files[filepath.Dir(f.Name)+"/src/lib.rs"] = ""
		}
		if name == "no_end_of_last_line" {
			e.files["Cargo.toml"] = strings.TrimSpace(e.files["Cargo.toml"])
		}
		list = append(list, e)
	}
	if len(list) < 80 {
		t.Fatalf("there are only %d cases", len(list))
	}
	return list
}

// manifests are the Cargo.tomls below a directory.
func manifests(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "Cargo.toml" {
			return err
		}
		text, err := os.ReadFile(path)
		relative, _ := filepath.Rel(dir, path)
		found[relative] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// own are the lines that the command says itself, and not the resolve that follows.
func own(stderr string) []string {
	var lines []string
	for line := range strings.SplitSeq(stderr, "\n") {
		isStatus := strings.HasPrefix(line, "      Adding ") || strings.HasPrefix(line, "    Removing ") || strings.HasPrefix(line, strings.Repeat(" ", 13))
		if isStatus && !strings.Contains(line, "(available: ") && !strings.Contains(line, "(requires Rust ") || strings.HasPrefix(line, "warning: ") && !strings.Contains(line, "unused") {
			lines = append(lines, line)
		}
	}
	return lines
}

// TestAsStock runs every case with both.
func TestAsStock(t *testing.T) {
	w := newWorld(t)
	for _, e := range examples(t) {
		t.Run(e.name, func(t *testing.T) {
			theirs, ours := filepath.Join(t.TempDir(), "x"), filepath.Join(t.TempDir(), "x")
			writeFiles(t, theirs, e.files)
			writeFiles(t, ours, e.files)
			for _, command := range e.commands {
				args := slices.Clone(command)
				for i := range args {
					args[i] = strings.Replace(args[i], "REPO", crate.FileURL(w.repo), 1)
				}
				r := w.cargo.Try(theirs, nil, append([]string{"--offline"}, args...)...)
				if e.name[:3] == "git" {
					r = w.cargo.Try(theirs, nil, args...)
				}
				voice := &recorder{}
				err := w.command(ours, args, voice)
				told := strings.Join(voice.lines, "\n")
				if err != nil {
					told += "\nerror: " + err.Error()
				}
				if (err != nil) != e.refused || (r.Code != 0) != e.refused {
					t.Errorf("%v: stock ended with %d\n%s\nours with %v", args, r.Code, r.Stderr, err)
				}
				if diff := gocmp.Diff(own(r.Stderr), own(told)); diff != "" && !e.refused {
					t.Errorf("%v says otherwise than stock: %s\nwhich said\n%s", args, diff, r.Stderr)
				}
			}
			if diff := gocmp.Diff(manifests(t, theirs), manifests(t, ours)); diff != "" {
				t.Errorf("differs from stock: %s", diff)
			}
		})
	}
}

// FuzzInsert: whatever the manifest looks like, the dependency that was put into it is there when it is read again, and
// once it is taken out everything else is as it was.
func FuzzInsert(f *testing.F) {
	f.Add("[dependencies]\na = '1'\n", "a", "1.2", "x", true)
	f.Add("dependencies.a.version = '1'\n[b]\n", "b", "1.2", "", false)
	f.Add("[dependencies.a] # c\nversion = '1'\nfeatures = ['y', # z\n]\n", "a", "2", "q", true)
	f.Add("dependencies = { a = { version = '1', optional = true } }", "a", "2", "q", false)
	f.Fuzz(func(t *testing.T, text, name, version, feature string, isOptional bool) {
		before, err := tomldoc.Parse("x", []byte(text))
		if err != nil || crate.CheckPackageName(name) != nil || version == "" || !utf8.ValidString(version) || !utf8.ValidString(feature) || strings.Contains(text+version+feature, "\r") {
			return
		}
		d := before.Draft()
		table := d.Root().Table("dependencies")
		if table == nil {
			return
		}
		if old := table.Get(name); old != nil && !old.IsTable() && old.Kind() != tomldoc.String {
			return
		}
		dep := &dependency{name: name, origin: fromRegistry, version: version, optional: &isOptional}
		if feature != "" {
			dep.addFeatures([]string{feature})
		}
		dep.insert(table, "/x")
		after, err := tomldoc.Parse("x", d.Bytes())
		if err != nil {
			t.Fatalf("%q became %q: %v", text, d.Bytes(), err)
		}
		e := after.Root().Find("dependencies", name)
		got, isText := e.Text()
		if !isText {
			got, _ = e.Get("version").Text()
		}
		if got != version {
			t.Fatalf("%q became %q", text, d.Bytes())
		}
		if stated, _ := e.Get("optional").Bool(); stated != isOptional {
			t.Fatalf("%q became %q", text, d.Bytes())
		}
	})
}
