// Package proof takes the archive of a package apart, to show by a build that it is whole: `cargo package`.
//
// What holds: what is built is what is in the archive. A build that changes it proves nothing, and is told so.
//
// Where it ends: who makes the archive, and what is built with what flags, is for the caller to say; and to keep others from
// the same directory.
package proof

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/archive"
	"berth/internal/crashpoint"
)

// Proof is an archive taken apart, to be built where it lies: what it must show is that it is whole.
type Proof struct {
	Dir   string
	files map[string]string // what each is, by its path below Dir
}

// Unpack takes an archive apart as dir, which is replaced; nobody else does so at the same time. The name of dir is that
// of the package and its version, below which all that is in the archive has to be.
func Unpack(ctx context.Context, file, dir string) (*Proof, error) {
	in, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return nil, err
	}
	staging := filepath.Join(filepath.Dir(dir), "."+filepath.Base(dir)+".unpacked") // of a killed one as well
	if err := os.RemoveAll(staging); err != nil {
		return nil, err
	}
	defer os.RemoveAll(staging)
	if err := os.Mkdir(staging, 0o777); err != nil {
		return nil, err
	}
	o := archive.CrateOptions{Dir: staging, Top: filepath.Base(dir), Limit: func() int64 { return archive.CrateLimit(info.Size()) }}
	if _, err := new(archive.Crates).Unpack(ctx, in, o); err != nil {
		return nil, fmt.Errorf("cannot unpack `%s`: %w", file, err)
	}
	if err := crashpoint.Here("proof.place.before"); err != nil {
		return nil, err
	}
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	if err := os.Rename(filepath.Join(staging, o.Top), dir); err != nil {
		return nil, err
	}
	if err := crashpoint.Here("proof.place.done"); err != nil {
		return nil, err
	}
	p := &Proof{Dir: dir}
	p.files, err = contents(dir)
	return p, err
}

// Unchanged is an error where what was unpacked is not any more what it was: then its build depends on what is not in the
// archive.
func (p *Proof) Unchanged() error {
	now, err := contents(p.Dir)
	if err != nil {
		return err
	}
	var changed, added, removed []string
	for path, was := range p.files {
		if is, there := now[path]; !there {
			removed = append(removed, filepath.Join(p.Dir, path))
		} else if is != was {
			changed = append(changed, filepath.Join(p.Dir, path))
		}
	}
	for path := range now {
		if _, was := p.files[path]; !was {
			added = append(added, filepath.Join(p.Dir, path))
		}
	}
	var lines []string
	for _, list := range []struct {
		what  string
		paths []string
	}{{"Changed", changed}, {"Added", added}, {"Removed", removed}} {
		if len(list.paths) > 0 {
			slices.Sort(list.paths)
			lines = append(lines, list.what+": "+strings.Join(list.paths, "\n\t"))
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return fmt.Errorf("building the package changed its source directory, which a build script must not do outside of OUT_DIR\n%s\n\nif that is meant to be, pass `--no-verify`", strings.Join(lines, "\n"))
}

// contents tells of each file, link and directory what it is.
func contents(dir string) (map[string]string, error) {
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(dir, path)
		switch {
		case err != nil:
		case below == "target" && d.IsDir():
			return fs.SkipDir
		case d.IsDir():
			found[below] = "directory"
		case d.Type()&fs.ModeSymlink != 0:
			found[below], err = os.Readlink(path)
		default:
			var text []byte
			text, err = os.ReadFile(path)
			sum := sha256.Sum256(text)
			found[below] = hex.EncodeToString(sum[:])
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("cannot look through what was unpacked: %w", err)
	}
	return found, nil
}
