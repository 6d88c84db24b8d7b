//go:build unix

package rustc

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"berth/internal/lockfs"
	"berth/internal/testkit/stock"
)

// program writes a compiler that counts how often it is asked.
func program(t *testing.T, dir, text string) string {
	t.Helper()
	path := filepath.Join(dir, "rustc")
	script := "#!/bin/sh\necho >>" + path + ".calls\n" + text + "\n"
	if err := os.WriteFile(path+".new", []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-time.Hour)
	if err := errors.Join(os.Chtimes(path+".new", old, old), os.Rename(path+".new", path)); err != nil {
		t.Fatal(err)
	}
	return path
}

func calls(t *testing.T, path string) int {
	t.Helper()
	data, err := os.ReadFile(path + ".calls")
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return strings.Count(string(data), "\n")
}

// What a program is called in is part of the question.
func TestSurroundings(t *testing.T) {
	dir := t.TempDir()
	records := lockfs.At(filepath.Join(dir, "answers"))
	path := program(t, dir, "echo $VALUE")
	for _, value := range []string{"one", "two", "one", "two"} {
		in := Surroundings{Env: []string{"VALUE=" + value}}
		if a, err := New(records, []string{"VALUE=zero"}).AskIn(t.Context(), in, path); err != nil || a.Stdout != value+"\n" {
			t.Errorf("with %s: %+v, %v", value, a, err)
		}
	}
	if got := calls(t, path); got != 2 {
		t.Errorf("asked %d times, expected 2", got)
	}
}

func TestAskedOnce(t *testing.T) {
	dir := t.TempDir()
	records := lockfs.At(filepath.Join(dir, "answers"))
	path := program(t, dir, "echo one $1; echo two >&2")
	ask := func(env ...string) Answer {
		t.Helper()
		a, err := New(records, env).Ask(t.Context(), path, "x")
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	expect := func(n int, why string) {
		t.Helper()
		if got := calls(t, path); got != n {
			t.Fatalf("%s: asked %d times, expected %d", why, got, n)
		}
	}
	one := New(records, nil)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if a, err := one.Ask(t.Context(), path, "x"); err != nil || a.Stdout != "one x\n" || a.Stderr != "two\n" {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
	group.Wait()
	expect(1, "eight goroutines")
	if a := ask(); a.Stdout != "one x\n" || a.Stderr != "two\n" {
		t.Errorf("recorded: %+v", a)
	}
	expect(1, "another process")
	ask("RUSTUP_TOOLCHAIN=other")
	expect(2, "another toolchain")
	ask("CARGO_CACHE_RUSTC_INFO=0")
	expect(3, "records switched off")
	program(t, dir, "echo one $1; echo two >&2")
	ask()
	expect(4, "replaced by a file of the same size and time")
	damage(t, records)
	ask()
	expect(5, "torn records")
	ask()
	expect(5, "a new record")
}

// A proxy says what the compiler says that it becomes.
func TestTheCompilerBehindAProxy(t *testing.T) {
	dir := t.TempDir()
	bin := filepath.Join(dir, "toolchains", "stable", "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	proxy := program(t, dir, "exec "+bin+"/rustc")
	for _, toolchain := range []string{"stable", filepath.Dir(bin)} {
		for _, version := range []string{"1", "2"} {
			program(t, bin, "echo "+version)
			a := New(lockfs.At(filepath.Join(dir, "answers")), []string{"RUSTUP_HOME=" + dir, "RUSTUP_TOOLCHAIN=" + toolchain})
			if answer, err := a.Ask(t.Context(), proxy); err != nil || answer.Stdout != version+"\n" {
				t.Errorf("%s: %q, %v, expected %s", toolchain, answer.Stdout, err, version)
			}
		}
	}
}

// damage cuts every record in the middle.
func damage(t *testing.T, records lockfs.Filesystem) {
	files, err := filepath.Glob(records.Display() + "/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no records: %v", err)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if err == nil {
			err = os.Truncate(f, info.Size()/2)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestFailuresAreSaid(t *testing.T) {
	dir := t.TempDir()
	a := New(lockfs.At(filepath.Join(dir, "answers")), nil)
	_, err := a.Ask(t.Context(), filepath.Join(dir, "none"), "-vV")
	if failed := new(FailedError); !errors.As(err, &failed) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a program that is not there: %v", err)
	}
	path := program(t, dir, "echo no such target >&2; exit 3")
	_, err = a.Ask(t.Context(), path, "--print=cfg", "--target", "moon")
	if failed := new(FailedError); !errors.As(err, &failed) || failed.Code != 3 || !strings.Contains(err.Error(), "`"+path+" --print=cfg --target moon` ended with exit status 3:\nno such target") {
		t.Errorf("a program that fails: %v", err)
	}
}

func TestOldRecordsGo(t *testing.T) {
	dir := t.TempDir()
	records := filepath.Join(dir, "answers")
	if err := os.Mkdir(records, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range mostRecords {
		if err := os.WriteFile(filepath.Join(records, fmt.Sprintf("%d.json", i)), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	path := program(t, dir, "echo x")
	for range 2 {
		if _, err := New(lockfs.At(records), nil).Ask(t.Context(), path); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(records + "/*.json")
	if err != nil || len(files) != mostRecords/2 || calls(t, path) != 1 {
		t.Errorf("%d records, asked %d times: %v", len(files), calls(t, path), err)
	}
}

// TestUnfinishedRecordsGo: also that of an answer which is recorded by nobody any more.
func TestUnfinishedRecordsGo(t *testing.T) {
	dir := t.TempDir()
	records := filepath.Join(dir, "answers")
	if err := os.Mkdir(records, 0o755); err != nil {
		t.Fatal(err)
	}
	unfinished := filepath.Join(records, "65d8f9a05ae170a1.json.berth-new-f49ba75def74bbf6")
	if err := os.WriteFile(unfinished, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := New(lockfs.At(records), nil).Ask(t.Context(), program(t, dir, "echo x")); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(unfinished); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still there (%v)", err)
	}
}

func TestStockAnswers(t *testing.T) {
	cargo := stock.NewCargo(t)
	a := New(lockfs.At(filepath.Join(t.TempDir(), "answers")), cargo.Env())
	v, err := a.Version(t.Context(), cargo.Path())
	if err != nil || v.Release.String() != stock.CargoVersion || !strings.HasPrefix(v.Line, "cargo "+stock.CargoVersion+" (") || v.Host == "" || len(v.CommitHash) != 40 {
		t.Fatalf("%+v, %v", v, err)
	}
	rustc := filepath.Join(filepath.Dir(cargo.Path()), "rustc")
	said, err := a.Ask(t.Context(), rustc, "--print=cfg", "--cfg", `mine="1"`)
	if err != nil || !strings.Contains(said.Stdout, "mine=\"1\"\n") {
		t.Errorf("%+v, %v", said, err)
	}
	if _, err := a.Ask(t.Context(), rustc, "--print=cfg", "--target", "no-such-target"); err == nil {
		t.Error("a target that there is not")
	}
}

func FuzzParseVersion(f *testing.F) {
	f.Add("rustc 1.95.0 (59807616e 2026-04-14)\nbinary: rustc\ncommit-hash: 1\nrelease: 1.95.0\nhost: x\n")
	f.Add("cargo 1.0.0\r\nrelease: 1.0.0-nightly\r\n")
	f.Add("release: ")
	f.Fuzz(func(t *testing.T, text string) {
		v, err := ParseVersion(text)
		if (v == nil) == (err == nil) || err == nil && strings.ContainsAny(v.Line, "\n") {
			t.Errorf("%q: %+v, %v", text, v, err)
		}
	})
}
