package build

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"berth/internal/buildscript"
	"berth/internal/cachedir"
	"berth/internal/unit"
	"berth/internal/unitstore"
)

// # What scripts leave beside OUT_DIR
//
// Many a script goes up from OUT_DIR and puts libraries or data into target/<profile>, where programs look for them. What
// it finds there is the target directory of its run alone; so what lies in that, and not in the directory that is the
// run's own, is copied to the same place below the build directory by everyone who uses the run, as if the script had run
// there. They are copies and no second names, as programs may write to them.
//
// With stock the script does so whenever it runs. Here a build that finds the run of a script counts as that if the build
// before it used another run; otherwise it puts there only what is missing, and lets be what somebody has changed. Which
// run was used is noted beside the store, after its files are in place.

// carry puts what a run has left beside OUT_DIR where users look for it.
func (b *builder) carry(u *unit.Unit, v *unitstore.Variant) error {
	left := b.leftBeside(u, v)
	if len(left) == 0 {
		return nil
	}
	note := filepath.Join(b.besideOwn("carried", u.Kind), u.ID.Name+"-"+b.Compiler.Name(u))
	last, _ := os.ReadFile(note)
	used := v.Dir + "\n" + strconv.FormatInt(v.Made.UnixNano(), 10) // a later run that made the same stands for it
	isLast := string(last) == used
	for below := range left {
		to := filepath.Join(b.Layout.Build, filepath.FromSlash(below))
		if _, err := os.Lstat(to); isLast && err == nil {
			continue
		}
		if err := b.carryOne(v.Dir, below, to, left); err != nil {
			return fmt.Errorf("cannot put `%s`, which %s has made, in its place: %w", to, b.identity(u), err)
		}
	}
	if err := b.writeIfOther(note, []byte(used)); err != nil {
		return err
	}
	b.noteCarried(note, left)
	return nil
}

// leftBeside is what a run has made outside of its own directory, by its path below the target directory.
func (b *builder) leftBeside(u *unit.Unit, v *unitstore.Variant) map[string]bool {
	own := path.Dir(filepath.ToSlash(b.outputsBelow(u, ""))) + "/"
	left := map[string]bool{}
	for _, o := range v.Outputs {
		if below, ok := strings.CutPrefix(o.Path, targetName+"/"); ok && below != cachedir.Name && !strings.HasPrefix(o.Path, own) {
			left[below] = true
		}
	}
	return left
}

func (p *placer) carryOne(attempt, below, to string, left map[string]bool) error {
	from := filepath.Join(attempt, targetName, filepath.FromSlash(below))
	if text, err := os.Readlink(from); err == nil {
		real, err := filepath.EvalSymlinks(from)
		if err != nil || left[path.Join(path.Dir(below), filepath.ToSlash(text))] || !buildscript.Within(real, realPath(attempt)) {
			return p.placeLink(text, to)
		}
		from = real // what it points to stays where it is, and goes with the attempt
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	there, err := os.Lstat(to)
	switch {
	case err == nil && isSame(from, to, info, there):
		return nil
	case err == nil && there.IsDir():
		return errors.New("there is a directory")
	}
	return p.put(to, func(beside string) error { return copyAny(from, beside, info) })
}

func (p *placer) placeLink(text, to string) error {
	if old, err := os.Readlink(to); err == nil && old == text {
		return nil
	}
	if there, err := os.Lstat(to); err == nil && there.IsDir() {
		return errors.New("there is a directory")
	}
	return p.put(to, func(beside string) error { return os.Symlink(text, beside) })
}

func realPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}
