package newpkg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"berth/internal/cargohome"
	"berth/internal/config"
	"berth/internal/lockfs"
	"berth/internal/testkit/stock"
	"berth/internal/workspace"
)

// situation is files, and a command in one of their directories.
type situation struct {
	name  string
	files map[string]string // what ends in a slash is a directory
	dir   string
	line  string
}

// notes hears what is said.
type notes struct {
	status   []string
	warnings int
	text     strings.Builder
}

func (n *notes) Statusf(verb, format string, args ...any) {
	n.status = append(n.status, fmt.Sprintf("%12s ", verb)+fmt.Sprintf(format, args...))
}

func (n *notes) Warnf(format string, args ...any) {
	n.warnings++
	fmt.Fprintf(&n.text, "warning: "+format+"\n", args...)
}

func (n *notes) Infof(format string, args ...any) {
	fmt.Fprintf(&n.text, "note: "+format+"\n", args...)
}

func TestStockMakesTheSame(t *testing.T) {
	// Of rustfmt the toolchain's own: rustup's proxy would look for a toolchain in the private home.
	t.Setenv("PATH", filepath.Dir(stock.NewCargo(t).Path())+string(os.PathListSeparator)+os.Getenv("PATH"))
	for _, s := range situations() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			s.compare(t)
		})
	}
}

func (s situation) compare(t *testing.T) {
	cargo := stock.NewCargo(t)
	theirs, mine := s.lay(t), s.lay(t)
	want := cargo.Try(filepath.Join(theirs, s.dir), nil, strings.Fields(s.line)...)
	said := &notes{}
	err := run(t, cargo, filepath.Join(mine, s.dir), s.line, said)
	code := 0
	if err != nil {
		code = 101
	}
	if code != want.Code {
		t.Errorf("exit code %d, stock's is %d\n%v\nstock: %s", code, want.Code, err, want.Stderr)
	}
	status := strings.Join(said.status, "\n")
	wanted := strings.Join(regexp.MustCompile(`(?m)^ {3,}[A-Z][a-z]+ .*$`).FindAllString(strings.ReplaceAll(want.Stderr, theirs, mine), -1), "\n")
	if status != wanted {
		t.Errorf("status\n%s\nstock:\n%s", status, wanted)
	}
	if n := strings.Count("\n"+want.Stderr, "\nwarning: "); n != said.warnings {
		t.Errorf("%d warnings:\n%s\nstock: %s", said.warnings, &said.text, want.Stderr)
	}
	if got, want := tree(t, mine), tree(t, theirs); got != want {
		t.Errorf("made\n%s\nstock:\n%s", got, want)
	}
}

// lay makes the files. Their directory has no git above it, wherever temporary files lie.
func (s situation) lay(t *testing.T) string {
	root := filepath.Join(t.TempDir(), "w")
	for name, text := range s.files {
		path := filepath.Join(root, filepath.FromSlash(name))
		dir := filepath.Dir(path)
		if strings.HasSuffix(name, "/") {
			dir = path
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if dir != path {
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.MkdirAll(filepath.Join(root, s.dir), 0o755); err != nil {
		t.Fatal(err)
	}
	return root
}

func run(t *testing.T, cargo *stock.Cargo, dir, line string, voice Voice) error {
	t.Helper()
	c, err := config.Load(config.Options{Dir: dir, Home: cargo.Home, Env: cargo.Env(), Files: config.Disk{}, Warn: func(text string) { voice.Warnf("%s", text) }})
	if err != nil {
		t.Fatal(err)
	}
	w := World{Config: c, Home: cargohome.Open(lockfs.At(cargo.Home)), UserHome: cargo.Home, Env: cargo.Env(), Load: workspace.Options{Home: cargo.Home, Cwd: dir}, Voice: voice}
	words := strings.Fields(line)
	o := Options{}
	path := ""
	for i := 1; i < len(words); i++ {
		word, value, _ := strings.Cut(words[i], "=")
		switch word {
		case "--lib":
			o.Lib = true
		case "--bin":
			o.Bin = true
		case "--name":
			o.Name = &value
		case "--edition":
			o.Edition = value
		case "--vcs":
			o.VCS = value
		case "--registry":
			o.Registry = value
		default:
			path = word
		}
	}
	if words[0] == "init" && path == "" {
		path = "."
	}
	o.Path = path
	if !filepath.IsAbs(path) {
		o.Path = dir + string(filepath.Separator) + path
	}
	if words[0] == "init" {
		return Init(context.Background(), w, o)
	}
	return New(context.Background(), w, o)
}

// tree is all files with what is in them; of a repository of git only that it is one.
func tree(t *testing.T, root string) string {
	var b strings.Builder
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(root, path)
		switch {
		case d.IsDir() && d.Name() == ".git":
			if _, err := os.Stat(filepath.Join(path, "HEAD")); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			fmt.Fprintf(&b, "%s/\n", name)
			return filepath.SkipDir
		case d.IsDir():
			fmt.Fprintf(&b, "%s/\n", name)
		default:
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "%s %q\n", name, text)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
