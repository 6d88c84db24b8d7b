package futurereport

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"berth/internal/crate"
	"berth/internal/lockfs"
	"berth/internal/semver"
)

func report(text string) *Report {
	id := crate.PackageID{Name: "b", Version: semver.Version{Major: 1}, Source: crate.PublicSource()}
	return New([]Package{{ID: id, Lints: []string{text}}})
}

func save(t *testing.T, dir, text string) uint32 {
	t.Helper()
	saved, err := report(text).Save(t.Context(), lockfs.At(dir), nil)
	if err != nil {
		t.Fatal(err)
	}
	return saved.Number
}

func TestSave(t *testing.T) {
	dir := t.TempDir()
	for i, text := range []string{"one", "two", "one", "three\r\n\nx\n", "four", "five", "six", "two", "one"} {
		want := []uint32{1, 2, 1, 3, 4, 5, 6, 2, 7}[i]
		if got := save(t, dir, text); got != want {
			t.Errorf("report %d, %q, has number %d, expected %d", i, text, got, want)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil || !strings.HasPrefix(string(data), `{"version":0,"next_id":8,"reports":[{"id":3,"suggestion_message":"`) ||
		!strings.Contains(string(data), `"per_package":{"b@1.0.0":"The package `+"`b v1.0.0`"+` currently triggers the following future incompatibility lints:\n> three\n> \n> x\n"}}`) {
		t.Errorf("%s, %v", data, err)
	}
}

// What is no report is begun anew, as stock does it.
func TestUnusable(t *testing.T) {
	for _, text := range []string{"", "{", "[]", `{"version":1,"next_id":4,"reports":[]}`, `{"version":0}`, "\xff"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, FileName), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if !report("x").IsNew(lockfs.At(dir)) || save(t, dir, "x") != 1 || report("x").IsNew(lockfs.At(dir)) {
			t.Errorf("%q", text)
		}
	}
}

// Of many that save at the same time none loses that of another.
func TestAtOnce(t *testing.T) {
	dir := t.TempDir()
	var group sync.WaitGroup
	for i := range most {
		group.Go(func() { save(t, dir, strconv.Itoa(i)) })
	}
	group.Wait()
	f, err := load(lockfs.At(dir).Join(FileName))
	if err != nil || len(f.Reports) != most || f.NextID != most+1 {
		t.Errorf("%+v, %v", f, err)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(`{"version":0,"next_id":2,"reports":[{"id":1,"suggestion_message":"","per_package":{"a@1":"x"}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, FileName), data, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := report("x").Save(t.Context(), lockfs.At(dir), nil); err != nil {
			t.Fatal(err)
		}
		if report("x").IsNew(lockfs.At(dir)) {
			t.Error("what was saved is not there")
		}
	})
}
