package looked

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// later is when a command began that found everything settled.
func later() time.Time { return time.Now().Add(coarse + time.Second) }

// nextTick comes back when the clock of the file system has gone on: that is what settled asks for.
func nextTick(t *testing.T) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "clock")
	for first := int64(0); ; {
		write(t, path, "")
		now, ok := stateOf(path, false)
		switch {
		case !ok:
			t.Fatal("no time to be had")
		case first == 0:
			first = now.Changed
		case now.Changed != first:
			return
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, []byte(text), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Each change of what was seen is found, and no other is.
func TestChanges(t *testing.T) {
	for _, c := range []struct {
		why    string
		change func(dir string) error
		found  bool
	}{
		{"nothing", func(string) error { return nil }, false},
		{"what nobody looked at", func(dir string) error { return os.WriteFile(filepath.Join(dir, "other"), nil, 0o644) }, false},
		{"content of what was only seen to be there", func(dir string) error { return os.WriteFile(filepath.Join(dir, "src/lib.rs"), []byte("x"), 0o644) }, false},
		{"what was seen is gone", func(dir string) error { return os.Remove(filepath.Join(dir, "src/lib.rs")) }, true},
		{"something where nothing was", func(dir string) error { return os.WriteFile(filepath.Join(dir, "build.rs"), nil, 0o644) }, true},
		{"a directory where nothing was", func(dir string) error { return os.Mkdir(filepath.Join(dir, "build.rs"), 0o755) }, true},
		{"a directory that was listed", func(dir string) error { return os.WriteFile(filepath.Join(dir, "src/bin/y.rs"), nil, 0o644) }, true},
		{"a directory that was to be listed", func(dir string) error { return os.Mkdir(filepath.Join(dir, "tests"), 0o755) }, true},
		{"what was read", func(dir string) error { return os.WriteFile(filepath.Join(dir, "Cargo.toml"), []byte("longer"), 0o644) }, true},
		{"what was read, with its size and time as they were", func(dir string) error {
			path := filepath.Join(dir, "Cargo.toml")
			info, err := os.Stat(path)
			if err == nil {
				err = os.WriteFile(path, []byte("othr"), 0o644)
			}
			if err == nil {
				err = os.Chtimes(path, info.ModTime(), info.ModTime())
			}
			return err
		}, true},
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "Cargo.toml"), "text")
		write(t, filepath.Join(dir, "src/lib.rs"), "")
		write(t, filepath.Join(dir, "src/bin/x.rs"), "")
		l := New()
		l.Read(filepath.Join(dir, "Cargo.toml"))
		f := l.FS(dir)
		for _, name := range []string{"src/lib.rs", "build.rs"} {
			_, _ = fs.Stat(f, name)
		}
		for _, name := range []string{"src/bin", "tests"} {
			_, _ = fs.ReadDir(f, name)
		}
		places, ok := l.Settled(later())
		if !ok || len(places) != 5 {
			t.Fatalf("settled: %v, %d places", ok, len(places))
		}
		nextTick(t)
		if err := c.change(dir); err != nil {
			t.Fatal(err)
		}
		found := false
		for _, p := range places {
			found = found || !p.Still()
		}
		if found != c.found {
			t.Errorf("%s: found: %v", c.why, found)
		}
	}
}

// What was changed after a command began, or so shortly before that its time does not tell, is not known.
func TestSettled(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	write(t, path, "")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	for after, want := range map[time.Duration]bool{-time.Second: false, 0: false, tick / 2: false, coarse + time.Second: true} {
		l := New()
		l.Read(path)
		if _, ok := l.Settled(info.ModTime().Add(after)); ok != want {
			t.Errorf("begun %v after the change: settled: %v", after, ok)
		}
	}
	l := New()
	l.Saw(path, nil)
	if _, ok := l.Settled(later()); ok {
		t.Error("nothing was seen where a file is, and that is settled")
	}
	l = New()
	l.Saw(path, info)
	l.Saw(path, nil)
	if _, ok := l.Settled(later()); ok {
		t.Error("a file came and went, and that is settled")
	}
	l = New()
	l.Refuse()
	if _, ok := l.Settled(later()); ok {
		t.Error("what was refused is settled")
	}
	var none *List
	none.Saw(path, nil)
	none.Read(path)
	none.Refuse()
}
