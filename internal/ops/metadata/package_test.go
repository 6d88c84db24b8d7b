package metadata

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"berth/internal/dialect"
	"berth/internal/manifest"
	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/stock"
	"berth/internal/tomldoc"
	"berth/internal/workspace"
)

// scene is a case of a file in testdata.
type scene struct {
	name  string
	wants string // lines "error: …" and "warning: …"
	dir   string
}

func scenes(t *testing.T, file string) []scene {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n=== ")
	var list []scene
	for part := range strings.SplitSeq(rest, "\n=== ") {
		name, body, _ := strings.Cut(part, "\n")
		archive := txtar.Parse([]byte(body))
		s := scene{name: name, wants: strings.TrimSpace(string(archive.Comment)), dir: filepath.Join(t.TempDir(), name)}
		for _, f := range archive.Files {
			path := filepath.Join(s.dir, filepath.FromSlash(f.Name))
			if err := cmp.Or(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, f.Data, 0o666)); err != nil {
				t.Fatal(err)
			}
		}
		list = append(list, s)
	}
	if len(list) < 5 {
		t.Fatalf("%s has %d cases", file, len(list))
	}
	return list
}

// readPackage is what berth makes of a directory: the JSON, or nothing; and what it tells of it.
func readPackage(t *testing.T, release dialect.Release, path string) (json, told string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var m *manifest.Manifest
	doc, err := tomldoc.Parse("Cargo.toml", text)
	if err == nil {
		m, err = manifest.Read(manifest.File{Path: path, Files: os.DirFS(filepath.Dir(path))}, doc, manifest.Options{Release: release})
	}
	if err != nil {
		return "", "error: " + firstLine(err.Error())
	}
	var lines []string
	for _, w := range m.Warnings {
		lines = append(lines, "warning: "+firstLine(w.Message))
	}
	if m.Package != nil {
		json = string(AppendPackage(nil, m.Package, path)) + "\n"
	}
	return json, strings.Join(lines, "\n")
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// TestPackagesAsStock: for every package in testdata the same JSON as stock's, or an error of both.
func TestPackagesAsStock(t *testing.T) {
	cargo := stock.NewCargo(t)
	release := cargo.Release()
	for _, s := range scenes(t, "packages.txt") {
		t.Run(s.name, func(t *testing.T) {
			path := filepath.Join(s.dir, "Cargo.toml")
			json, told := readPackage(t, release, path)
			told = strings.ReplaceAll(told, s.dir, "DIR")
			if diff := gocmp.Diff(s.wants, told); diff != "" && s.wants != "" && release == dialect.First {
				t.Errorf("told: %s", diff)
			}
			r := cargo.Try(s.dir, nil, "read-manifest")
			if diff := gocmp.Diff(r.Stdout, json); diff != "" {
				t.Errorf("differs from stock: %s\nstock says %s\nours says %s", diff, r.Stderr, told)
			}
		})
	}
}

// loadWorkspace is what cargo metadata --no-deps is to print in a directory, and what berth tells.
func loadWorkspace(path string, cwd string) (json, told string) {
	w, err := workspace.Load(path, workspace.Options{Cwd: cwd})
	if err != nil {
		return "", "error: " + firstLine(err.Error())
	}
	var lines []string
	for _, warning := range w.Warnings {
		lines = append(lines, "warning: "+firstLine(warning))
	}
	var text strings.Builder
	if _, err := noDeps(w).WriteTo(&text); err != nil {
		return "", "error: " + err.Error()
	}
	return text.String() + "\n", strings.Join(lines, "\n")
}

func noDeps(w *workspace.Workspace) *Document {
	target := w.TargetDir("")
	d := &Document{Packages: w.Members(), TargetDir: target, BuildDir: target, Root: w.Dir()}
	for _, m := range w.Members() {
		d.Members = append(d.Members, m.Package.ID())
	}
	for _, m := range w.DefaultMembers() {
		d.DefaultMembers = append(d.DefaultMembers, m.Package.ID())
	}
	if w.Root.Workspace != nil {
		d.Metadata = w.Root.Workspace.Metadata
	}
	return d
}

// TestWorkspacesAsStock: for every workspace in testdata the same JSON as stock's, or an error of both.
func TestWorkspacesAsStock(t *testing.T) {
	cargo := stock.NewCargo(t)
	for _, s := range scenes(t, "workspaces.txt") {
		t.Run(s.name, func(t *testing.T) {
			wants, in := s.wants, "."
			if before, after, ok := strings.Cut(s.wants, "in: "); ok {
				wants, in = strings.TrimSpace(before), after
			}
			dir := filepath.Join(s.dir, in)
			json, told := loadWorkspace(filepath.Join(dir, "Cargo.toml"), dir)
			if diff := gocmp.Diff(wants, strings.ReplaceAll(told, s.dir, "DIR")); diff != "" {
				t.Errorf("told: %s", diff)
			}
			r := cargo.Try(dir, nil, "metadata", "--no-deps", "--format-version=1")
			if diff := gocmp.Diff(r.Stdout, json); diff != "" {
				t.Errorf("differs from stock: %s\nstock says %s\nours says %s", diff, r.Stderr, told)
			}
		})
	}
}

// TestPublishedAsStock reads packages as they are published: stock packs those of testdata that can be, which writes their
// manifests anew, with everything in them spelled out.
func TestPublishedAsStock(t *testing.T) {
	const enough = 20 // each takes two runs of stock
	cargo := stock.NewCargo(t)
	release := cargo.Release()
	published := 0
	for _, s := range scenes(t, "packages.txt") {
		if published == enough {
			break
		}
		if json, _ := readPackage(t, release, filepath.Join(s.dir, "Cargo.toml")); json == "" {
			continue
		}
		archive := packed(t, cargo, s.dir)
		if archive == "" {
			continue
		}
		published++
		dir := t.TempDir()
		if err := cratekit.Unpack(archive, dir); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, strings.TrimSuffix(filepath.Base(archive), ".crate"), "Cargo.toml")
		json, told := readPackage(t, release, path)
		if r := cargo.Try(filepath.Dir(path), nil, "read-manifest"); r.Stdout != json || json == "" {
			t.Errorf("%s differs from stock:\nours  %s\nstock %s\n%s\n%s", s.name, json, r.Stdout, told, r.Stderr)
		}
	}
	if published < enough {
		t.Errorf("%d packages could be packed", published)
	}
}

// packed is the archive that stock makes of a package, or nothing where it refuses.
func packed(t *testing.T, cargo *stock.Cargo, dir string) string {
	t.Helper()
	target := t.TempDir()
	cargo.Try(dir, nil, "package", "--no-verify", "--exclude-lockfile", "--allow-dirty", "--offline", "--target-dir", target)
	archives, err := filepath.Glob(filepath.Join(target, "package", "*.crate"))
	if err != nil || len(archives) > 1 {
		t.Fatal(archives, err)
	}
	if len(archives) == 0 {
		return ""
	}
	return archives[0]
}
