package vendor

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"berth/internal/jsonquote"
	"berth/internal/manifest/normal"
	sources "berth/internal/source/path"
)

const checksumFile = ".cargo-checksum.json"

// making is one package that is being made, in a directory that is ours alone.
type making struct {
	ctx   context.Context
	p     Package
	o     Options
	dir   string
	files map[string]string // checksums, by path below dir
}

func (m *making) fill() error {
	var err error
	if m.p.Unpack != nil {
		err = m.sumAll()
	} else {
		err = m.copyAll()
	}
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(m.dir, checksumFile), m.checksums(), 0o666)
}

// checksums is the text of .cargo-checksum.json.
func (m *making) checksums() []byte {
	text := []byte("{")
	if m.o.Release.CommentedChecksums() {
		text = append(text, `"$comment":"This file only protects against accidental modifications. It is not a security mechanism and does not protect against malicious changes.",`...)
	}
	text = append(text, `"files":{`...)
	for i, name := range slices.Sorted(maps.Keys(m.files)) {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(jsonquote.Append(text, name), `:"`+m.files[name]+`"`...)
	}
	return append(text, endOfChecksums(m.p.Checksum)...)
}

func endOfChecksums(ofPackage string) string {
	if ofPackage == "" {
		return `},"package":null}`
	}
	return `},"package":"` + ofPackage + `"}`
}

// sumAll reads what was unpacked.
func (m *making) sumAll() error {
	return filepath.WalkDir(m.dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return errors.Join(err, m.ctx.Err())
		}
		rel, err := filepath.Rel(m.dir, file)
		if err != nil {
			return err
		}
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		return m.sum(filepath.ToSlash(rel), f, io.Discard)
	})
}

// sum copies a file and notes its checksum.
func (m *making) sum(rel string, from io.Reader, to io.Writer) error {
	if !utf8.ValidString(rel) {
		return fmt.Errorf("the name of the file %q is not UTF-8, and can have no checksum", rel)
	}
	hash := sha256.New()
	if _, err := io.Copy(io.MultiWriter(hash, to), from); err != nil {
		return err
	}
	m.files[rel] = hex.EncodeToString(hash.Sum(nil))
	return nil
}

// copyAll copies the files that belong to a package in a directory.
func (m *making) copyAll() error {
	pkg := m.p.Manifest.Package
	entries, err := sources.List(sources.Package{Dir: pkg.Dir, Include: pkg.Include, Exclude: pkg.Exclude}, sources.Options{Environ: m.o.Environ, Warn: m.o.Voice.Warn})
	if err != nil {
		return err
	}
	if err := os.Mkdir(m.dir, 0o777); err != nil {
		return err
	}
	has := map[string]bool{}
	for _, e := range entries {
		has[e.Rel] = true
	}
	for _, e := range entries {
		if err := m.ctx.Err(); err != nil {
			return err
		}
		if !wanted(e.Rel) {
			continue
		}
		if err := os.MkdirAll(filepath.Join(m.dir, filepath.FromSlash(path.Dir(e.Rel))), 0o777); err != nil {
			return err
		}
		if err := m.copyOne(e, has); err != nil {
			return err
		}
	}
	return nil
}

// copyOne copies a file; the manifest of a package in a repository is written anew, since what it inherits from stays
// behind.
func (m *making) copyOne(e sources.Entry, has map[string]bool) error {
	to := filepath.Join(m.dir, filepath.FromSlash(e.Rel))
	if path.Base(e.Rel) == "Cargo.toml" && m.p.ID.Source.IsGit() {
		text := normal.Text(m.p.Manifest, normal.Options{
			Has: func(rel string) bool { return has[rel] }, Warn: m.o.Voice.Warn, DefaultsOff: m.o.Release.InheritedDefaultsOff(),
		})
		return m.write(e.Rel, to, strings.NewReader(text), 0o644)
	}
	from, err := os.Open(e.Path)
	if err != nil {
		return err
	}
	defer from.Close()
	info, err := from.Stat()
	if err != nil {
		return err
	}
	return m.write(e.Rel, to, from, info.Mode().Perm())
}

func (m *making) write(rel, to string, from io.Reader, mode fs.FileMode) error {
	f, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	return errors.Join(m.sum(rel, from, f), f.Close())
}
