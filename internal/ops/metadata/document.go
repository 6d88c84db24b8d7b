package metadata

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"sync"
	"unicode/utf8"

	"berth/internal/crate"
	"berth/internal/jsonquote"
	"berth/internal/manifest"
	"berth/internal/tomldoc"
)

// Document is all of what cargo metadata prints.
type Document struct {
	Packages       []*manifest.Manifest
	Members        []crate.PackageID
	DefaultMembers []crate.PackageID
	Resolve        *Graph // nil is null, as with --no-deps
	TargetDir      string
	BuildDir       string
	Root           string         // the directory of the workspace
	Metadata       *tomldoc.Value // of [workspace.metadata]
}

// few is up to how many packages one goroutine writes: the objects of a thousand are several megabytes.
const few = 64

// CheckPath is the error of a path that JSON cannot hold.
func CheckPath(path string) error {
	if !utf8.ValidString(path) {
		return fmt.Errorf("path contains invalid UTF-8 characters, and JSON has no way to write it: %q", path)
	}
	return nil
}

func (d *Document) check() error {
	for _, m := range d.Packages {
		if err := CheckPath(m.Path); err != nil {
			return err
		}
	}
	return cmp.Or(CheckPath(d.Root), CheckPath(d.TargetDir), CheckPath(d.BuildDir))
}

// WriteTo writes the document, without a line end.
func (d *Document) WriteTo(to io.Writer) (int64, error) {
	if err := d.check(); err != nil {
		return 0, err
	}
	packages := d.packages()
	rest := d.rest() // while the packages are being written
	written := int64(0)
	write := func(text []byte) error {
		n, err := to.Write(text)
		written += int64(n)
		return err
	}
	err := write([]byte(`{"packages":[`))
	for i := 0; i < len(packages) && err == nil; i++ {
		err = write(packages[i]())
	}
	if err == nil {
		err = write(rest)
	}
	return written, err
}

// packages are the texts of all packages; they are being written, and each can be waited for.
func (d *Document) packages() []func() []byte {
	cores := make(chan struct{}, runtime.GOMAXPROCS(0))
	var pieces []func() []byte
	for from := 0; from < len(d.Packages); from += few {
		var text []byte
		var writing sync.WaitGroup
		writing.Go(func() {
			cores <- struct{}{}
			defer func() { <-cores }()
			text = appendPackages(from > 0, d.Packages[from:min(from+few, len(d.Packages))])
		})
		pieces = append(pieces, func() []byte { writing.Wait(); return text })
	}
	return pieces
}

// usual is more than the object of most packages takes.
const usual = 8 << 10

func appendPackages(later bool, packages []*manifest.Manifest) []byte {
	w := &writer{jsonquote.Writer{Buf: make([]byte, 0, usual*len(packages))}}
	for _, m := range packages {
		if w.Comma(); later {
			w.Raw(",")
			later = false
		}
		w.packageObject(m.Package, m.Path)
	}
	return w.Buf
}

// rest is what comes after the packages.
func (d *Document) rest() []byte {
	w := &writer{jsonquote.Writer{Buf: []byte("]")}}
	w.ids("workspace_members", d.Members)
	w.ids("workspace_default_members", d.DefaultMembers)
	w.Key("resolve")
	if d.Resolve == nil {
		w.Raw("null")
	} else {
		w.graph(d.Resolve)
	}
	w.Text("target_directory", d.TargetDir)
	w.Text("build_directory", d.BuildDir)
	w.Key("version")
	w.Raw("1")
	w.Text("workspace_root", d.Root)
	w.Key("metadata")
	w.value(d.Metadata)
	w.Close('}')
	return w.Buf
}

func (w *writer) ids(key string, ids []crate.PackageID) {
	w.Key(key)
	w.Open('[')
	for _, id := range ids {
		w.Comma()
		w.Quote(id.Spec())
	}
	w.Close(']')
}
