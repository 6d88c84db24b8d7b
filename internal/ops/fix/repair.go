package fix

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"berth/internal/build"
	"berth/internal/lockfs"
	"berth/internal/unit"
	"berth/internal/unitstore"
)

// repair is the fixing of one unit.
type repair struct {
	*Fixer
	ctx    context.Context
	unit   *unit.Unit
	call   func() (build.Output, error)
	say    func(func(build.Voice))
	dir    string // that names of files are relative to
	source string

	files map[string]*file // by the name that the compiler has for them
	order []string

	record lockfs.Filesystem // directory of what is kept
	kept   map[string]*kept  // by path
}

// file is one that suggestions are about.
type file struct {
	path     string
	original []byte
	written  []byte // by us, at last, where anything was
	changed  bool
	fixes    int
	errors   []error // of the last round
}

// attempts is how often a compiler is called again because something else has changed a file meanwhile.
const attempts = 20

// run is what the compiler said in the end: of the fixed code, or of the original if that is there again.
func (r *repair) run() (build.Output, error) {
	r.begin()
	if err := r.putBack(); err != nil {
		return build.Output{}, err
	}
	first, last, err := r.rounds()
	if err != nil {
		return last, errors.Join(err, r.takeBack()) // nobody has said that the fixes are right
	}
	r.notApplied()
	if last.Exit.Success() {
		r.fixed()
		return last, r.forget()
	}
	if err := r.takeBack(); err != nil || len(r.files) == 0 {
		return last, err
	}
	r.failed(last)
	return first, nil
}

// rounds calls the compiler and applies what it suggests, until nothing is in the way of anything, nothing changes, or it
// was often enough: of two suggestions that overlap one waits for the next round.
func (r *repair) rounds() (first, last build.Output, err error) {
	changed := false
	for round := 0; ; round++ {
		for _, f := range r.files {
			f.errors = nil
		}
		if last, changed, err = r.round(); err != nil {
			return first, last, err
		}
		if round == 0 {
			first = last
		}
		if !changed || !r.isWaiting() || round+1 >= r.Rounds {
			break
		}
	}
	if changed {
		last, err = r.call()
	}
	return first, last, err
}

func (r *repair) isWaiting() bool {
	for _, f := range r.files {
		if len(f.errors) > 0 {
			return true
		}
	}
	return false
}

// round calls the compiler once and applies what it suggests; once more where a file is not what it has read.
func (r *repair) round() (out build.Output, changed bool, err error) {
	for range attempts {
		if out, err = r.call(); err != nil || !out.Exit.Success() && !r.Broken {
			return out, false, err
		}
		found := byFile(out.Stderr, r.Everything)
		settled := true
		for _, name := range sorted(found) {
			if r.isForeign(name) {
				continue
			}
			did, ok, err := r.apply(name, found[name], out.Began)
			if err != nil {
				return out, changed, err
			}
			changed = changed || did
			settled = settled && ok
		}
		if settled {
			return out, changed, nil
		}
	}
	return out, changed, errors.New("something else changes the sources all the time; run it again when nothing does")
}

func sorted(found map[string][]suggestion) []string {
	names := make([]string, 0, len(found))
	for name := range found {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// isForeign: a macro of somebody else's may lead a compiler to suggest changes there.
func (r *repair) isForeign(name string) bool {
	return isBelow(name, r.home.Root().Display()) || r.Sysroot != "" && isBelow(name, r.Sysroot)
}

func isBelow(name, dir string) bool {
	return strings.HasPrefix(filepath.Clean(name), filepath.Clean(dir)+string(filepath.Separator))
}

// apply applies suggestions to a file, the last ones first. It is not settled if the compiler that was begun at a certain
// moment may have read something else than what is there.
func (r *repair) apply(name string, suggestions []suggestion, began time.Time) (changed, settled bool, err error) {
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.dir, path)
	}
	code, err := os.ReadFile(path)
	if err != nil {
		return false, true, nil // made up by a macro, or gone: there is nothing to fix
	}
	if same, err := unitstore.UnchangedSince(path, began); err != nil || !same {
		return false, false, nil
	}
	t := &text{original: code}
	fixes := 0
	var errs []error
	for _, s := range slices.Backward(suggestions) {
		switch err := t.apply(s); {
		case err == nil:
			fixes++
		case !errors.Is(err, errSame):
			errs = append(errs, err)
		}
	}
	fixed := t.bytes()
	if t.changed && !utf8.Valid(fixed) {
		return false, true, fmt.Errorf("cannot fix `%s`: what the compiler suggests is no UTF-8", name)
	}
	if t.changed {
		keep := func(held *lockfs.FileLock) error { return r.keep(held, path, code, fixed) }
		if ok, err := r.exchange(path, code, fixed, keep); err != nil || !ok {
			return false, ok, err
		}
	}
	f := r.files[name]
	if f == nil {
		f = &file{path: path, original: code}
		r.files[name] = f
		r.order = append(r.order, name)
	}
	if f.changed && !bytes.Equal(code, f.written) { // somebody saved it between two rounds: that is not ours to take back
		f.original = code
	}
	f.fixes += fixes
	f.errors = append(f.errors, errs...)
	if t.changed {
		f.written, f.changed = fixed, true
	}
	return t.changed, true, nil
}

// takeBack puts the originals back, the last first: two names may be of one file.
func (r *repair) takeBack() error {
	if r.Broken {
		return nil
	}
	var errs []error
	for _, name := range slices.Backward(r.order) {
		f := r.files[name]
		if !f.changed {
			continue
		}
		ok, err := r.exchange(f.path, f.written, f.original, nil)
		if err == nil && !ok {
			r.say(func(v build.Voice) {
				v.Warn(fmt.Sprintf("`%s` was changed by something else meanwhile, so what was fixed in it stays", name))
			})
		}
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return r.forget()
}
