package cargo_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// trybuild looks up beside the test program that it is part of what features that has.
func TestFeaturesOfTestProgramsBesideStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	p.pkg(".", "p", "1.0.0", "[features]\ndefault = [\"one\"]\none = []\ntwo = []\n")
	p.write("tests/it.rs", "")
	if p.theirs.Release().DirPerUnit() {
		p.featuresBesideTests()
		return
	}
	for _, line := range []string{"test --no-run --no-default-features", "test --no-run --features two", "test --no-run"} {
		theirs, ours := p.apart(nil, line)
		if theirs.Code != 0 || ours.Code != 0 {
			t.Fatalf("cargo %s: %s%s", line, theirs.Stderr, ours.Stderr)
		}
		if want, got := p.testFeatures("theirs"), p.testFeatures("ours"); !slices.Equal(want, got) || len(got) == 0 {
			t.Errorf("after cargo %s the features of tests are %q, with stock %q", line, got, want)
		}
	}
	p.apart(nil, "test --no-run") // notes that nothing is to be done
	if err := os.RemoveAll(filepath.Join(p.dir, "ours/debug/.fingerprint")); err != nil {
		t.Fatal(err)
	}
	p.apart(nil, "test --no-run")
	if back, _ := filepath.Glob(filepath.Join(p.dir, "ours/debug/.fingerprint/p-*/*.json")); len(back) != 2 {
		t.Errorf("of what was removed is back: %q", back)
	}
}

// featuresBesideTests: where each unit has a directory stock leaves no note that trybuild finds, and we leave it there.
func (p *pair) featuresBesideTests() {
	p.Helper()
	p.apart(nil, "test --no-run --features two")
	for target, count := range map[string]int{"theirs": 0, "ours": 2} {
		notes, err := filepath.Glob(filepath.Join(p.dir, target, "debug/build/p/*/.fingerprint/p-*/features.json"))
		if err != nil || len(notes) != count {
			p.Errorf("%s: %q, %v", target, notes, err)
		}
	}
}

// testFeatures are the features of each test program, found as trybuild finds them.
func (p *pair) testFeatures(target string) (all []string) {
	p.Helper()
	programs, err := filepath.Glob(filepath.Join(p.dir, target, "debug/deps/*.d"))
	if err != nil {
		p.Fatal(err)
	}
	for _, path := range programs {
		if _, err := os.Stat(strings.TrimSuffix(path, ".d")); err != nil {
			continue // a library
		}
		name := strings.TrimSuffix(filepath.Base(path), ".d")
		i := strings.LastIndexByte(name, '-')
		notes, _ := filepath.Glob(filepath.Join(p.dir, target, "debug/.fingerprint", "*"+name[i:], "*.json"))
		if len(notes) != 1 {
			p.Fatalf("%s has the notes %q", name, notes)
		}
		var note struct{ Features string }
		var features []string
		data, err := os.ReadFile(notes[0])
		if err = errors.Join(err, json.Unmarshal(data, &note), json.Unmarshal([]byte(note.Features), &features)); err != nil {
			p.Fatal(err)
		}
		all = append(all, fmt.Sprint(name[:i], " ", features))
	}
	slices.Sort(all)
	return all
}
