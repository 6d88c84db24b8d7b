package registry_test

import (
	"archive/tar"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"berth/internal/testkit/cratekit"
	"berth/internal/testkit/registryserver"
	"berth/internal/testkit/stock"
)

// project is a package that depends on crates, for the stock Cargo; its configuration puts the server in the place of the
// public registry, as the orders here do.
func project(t *testing.T, replace string, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	var deps strings.Builder
	for _, name := range names {
		fmt.Fprintf(&deps, "%s = \"1\"\n", name)
	}
	for file, text := range map[string]string{
		"Cargo.toml":         "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[dependencies]\n" + deps.String(),
		"src/lib.rs":         "",
		".cargo/config.toml": replace,
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func locked(names []string) []string {
	var list []string
	for _, name := range names {
		list = append(list, name+" 1.0.0")
	}
	return list
}

// oddCrates have what archives may have: modes, links, times and names, and a link in place of the mark that a crate is whole.
func oddCrates() []cratekit.Crate {
	c := cratekit.New("odd", "1.0.0")
	entry := func(name string, mode int64, at int64, data string) cratekit.Entry {
		var e cratekit.Entry
		e.Name, e.Mode, e.ModTime, e.Data = "odd-1.0.0/"+name, mode, time.Unix(at, 0), data
		return e
	}
	c.Extra = []cratekit.Entry{
		entry("run.sh", 0o755, 1_600_000_000, "#!/bin/sh\n"), entry("private", 0o600, 0, "x"), entry("read-only", 0o444, 1, "x"),
		entry("set-id", 0o4755, 1, "x"), entry("deep/er/"+strings.Repeat("n", 150), 0o644, 1, "long"), entry("Cargo.lock", 0o644, 5, "# lock\n"),
		entry("deep/.cargo-ok", 0o644, 5, "no"), entry("src/lib.rs", 0o644, 7, "// the second one counts\n"),
	}
	mark := entry(".cargo-ok", 0o777, 5, "")
	mark.Typeflag, mark.Linkname = tar.TypeSymlink, "src/lib.rs"
	c.Extra = append(c.Extra, mark)
	upper := cratekit.New("Bar-Baz", "1.0.0")
	return []cratekit.Crate{c, upper}
}

// TestHomeAsStock: the same homes, to the byte, and each goes on with the other's.
func TestHomeAsStock(t *testing.T) {
	crates, names := someCrates(3)
	crates, names = append(crates, oddCrates()...), append(names, "odd", "Bar-Baz")
	for name, options := range map[string]registryserver.Options{"tags": {}, "dates": {NoTags: true}, "neither": {NoTags: true, NoDates: true}} {
		t.Run(name, func(t *testing.T) {
			server := registryserver.Run(t, options, crates...)
			cargo := stock.NewCargo(t)
			dir := project(t, server.Replace(), names...)
			cargo.Run(dir, "fetch")
			ours := order{Home: t.TempDir(), Index: server.Index(), Query: names, Fetch: true}
			ours.must(t)
			expectSame(t, cargo.Home, ours.Home, "index", "cache", "src")
			server.Reset()
			order{Home: cargo.Home, Index: server.Index(), Locked: locked(names), Fetch: true}.must(t)
			goOn(cargo, dir, ours.Home, cargo.Home)
			if n := server.Requests("*"); n != 0 {
				t.Errorf("%d requests for what the other has", n)
			}
		})
	}
}

// expectSame holds parts of registry/ of two homes against each other, to the byte.
func expectSame(t *testing.T, stockHome, ourHome string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		theirs, mine := tree(t, filepath.Join(stockHome, "registry", part)), tree(t, filepath.Join(ourHome, "registry", part))
		if part != "src" {
			theirs, mine = withoutTimes(theirs), withoutTimes(mine)
		}
		if theirs != mine {
			t.Errorf("registry/%s of stock\n%s\nours\n%s", part, theirs, mine)
		}
	}
}

// goOn has stock take what is locked out of each home.
func goOn(cargo *stock.Cargo, dir string, homes ...string) {
	in := *cargo
	for _, home := range homes {
		in.Home = home
		in.Run(dir, "fetch", "--offline", "--locked")
		in.Run(dir, "fetch", "--locked")
	}
}

// withoutTimes leaves out when files were written.
func withoutTimes(listing string) string {
	var b strings.Builder
	for line := range strings.Lines(listing) {
		fields := strings.SplitN(line, " ", 3)
		if len(fields) == 3 {
			line = fields[0] + " " + fields[2]
		}
		b.WriteString(line)
	}
	return b.String()
}

// TestBesideStock: many of both at once in one home, cold.
func TestBesideStock(t *testing.T) {
	crates, names := someCrates(12)
	server := registryserver.Run(t, registryserver.Options{}, crates...)
	cargo := stock.NewCargo(t)
	dir := project(t, server.Replace(), names...)
	cargo.Run(dir, "generate-lockfile")
	home := t.TempDir()
	var running sync.WaitGroup
	for range 3 {
		copied := t.TempDir()
		if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		running.Go(func() {
			cmd := exec.Command(cargo.Path(), "fetch", "--locked")
			cmd.Dir, cmd.Env = copied, append(cargo.Env(), "CARGO_HOME="+home)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("stock: %v\n%s", err, out)
			}
		})
	}
	o := order{Home: home, Index: server.Index(), Locked: locked(names), Fetch: true}
	together(t, o, o, o, o, o, o)
	running.Wait()
	for _, name := range names {
		expectUnpacked(t, home, name+"-1.0.0")
	}
	expectTidy(t, home)
}

// TestUnpackedDirectoriesOfStock: which of them are used, which are unpacked over, and which are made anew.
func TestUnpackedDirectoriesOfStock(t *testing.T) {
	crates, names := someCrates(1)
	server := registryserver.Run(t, registryserver.Options{}, crates...)
	cargo := stock.NewCargo(t)
	dir := project(t, server.Replace(), names...)
	cargo.Run(dir, "fetch")
	src := sourceDir(t, cargo.Home, "c0-1.0.0")
	for name, c := range map[string]struct {
		ok   string // what is in .cargo-ok; "-" for none
		edit bool   // an edited file stays
		more bool   // another file stays
	}{
		"valid":   {`{"v":1}`, true, true},
		"spaced":  {` { "v" : 1, "x": 2 } `, true, true},
		"missing": {"-", false, true},
		"empty":   {"", false, false},
		"old":     {"ok", false, false},
		"newer":   {`{"v":2}`, false, false},
		"text":    {`{"v":"1"}`, false, false},
	} {
		for who, run := range map[string]func(){
			"stock": func() { cargo.Run(dir, "fetch", "--offline") },
			"berth": func() { order{Home: cargo.Home, Index: server.Index(), Locked: locked(names), Fetch: true}.must(t) },
		} {
			t.Run(name+" "+who, func(t *testing.T) {
				write := func(file, text string) {
					if err := os.WriteFile(filepath.Join(src, file), []byte(text), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				write("more", "more")
				write("src/lib.rs", "edited")
				write(".cargo-ok", c.ok)
				if c.ok == "-" {
					os.Remove(filepath.Join(src, ".cargo-ok"))
				}
				run()
				_, err := os.Stat(filepath.Join(src, "more"))
				edited := string(must(os.ReadFile(filepath.Join(src, "src/lib.rs")))) == "edited"
				if (err == nil) != c.more || edited != c.edit {
					t.Errorf("another file is there: %v, expected %v; the edit is there: %v, expected %v", err == nil, c.more, edited, c.edit)
				}
				os.Remove(filepath.Join(src, "more"))
			})
		}
	}
}

// TestCollectionSparesWhatWasUsed: stock collects what nobody used for months, and not what berth used.
func TestCollectionSparesWhatWasUsed(t *testing.T) {
	crates, names := someCrates(2)
	server := registryserver.Run(t, registryserver.Options{}, crates...)
	cargo := stock.NewCargo(t)
	dir := project(t, server.Replace(), names...)
	other := project(t, server.Replace())
	cargo.Run(dir, "fetch")
	age(t, filepath.Join(cargo.Home, ".global-cache"))
	together(t, order{Home: cargo.Home, Index: server.Index(), Locked: locked(names[:1]), Fetch: true}) // a process that ends
	cargo.Run(other, "check", "--config", `cache.auto-clean-frequency = "always"`)
	expectUnpacked(t, cargo.Home, "c0-1.0.0")
	for _, pattern := range []string{"src/*/c1-1.0.0", "cache/*/c1-1.0.0.crate"} {
		if left := must(filepath.Glob(filepath.Join(cargo.Home, "registry", pattern))); len(left) > 0 {
			t.Errorf("what nobody used was not collected, so this test shows nothing: %v", left)
		}
	}
}

// age makes all uses half a year old, and the last collection one of yesterday.
func age(t *testing.T, database string) {
	t.Helper()
	db := must(sql.Open("sqlite", database))
	defer db.Close()
	for _, table := range []string{"registry_index", "registry_crate", "registry_src"} {
		must(db.Exec("UPDATE " + table + " SET timestamp = timestamp - 180 * 86400"))
	}
	must(db.Exec("UPDATE global_data SET last_auto_gc = last_auto_gc - 86400"))
}
