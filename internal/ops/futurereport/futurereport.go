// Package futurereport keeps what compilers said that later ones will refuse, where stock Cargo keeps it and finds it.
//
// Guarantee: `cargo report future-incompatibilities` of stock shows what is saved here, a report that is there already
// keeps its number whoever saved it, and of all berths that save one at the same time none loses that of another.
//
// The edge: stock cuts the file and writes it anew under its lock, and it may have waited for that lock on a file which
// has been replaced meanwhile; then its report is lost, and made again by its next build. A file that cannot be read is
// begun anew, as stock does it: all that is lost are reports that the next build makes again.
package futurereport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/jsonquote"
	"berth/internal/lockfs"
)

// FileName is that of the file in the build directory.
const FileName = ".future-incompat-report.json"

// Package is what compilers said of a package, a unit after the other.
type Package struct {
	ID         crate.PackageID
	Local      bool
	Repository string // empty where the manifest names none
	Lints      []string
}

// Report is all that a build has to say.
type Report struct {
	packages []Package
	texts    map[string]string // by name@version, as stock writes it: it is how reports are known again
}

// New puts together what was said of units.
func New(packages []Package) *Report {
	r := &Report{packages: slices.Clone(packages), texts: map[string]string{}}
	slices.SortStableFunc(r.packages, func(a, b Package) int { return a.ID.Compare(b.ID) })
	for _, p := range r.packages {
		var b strings.Builder
		fmt.Fprintf(&b, "The package `%s` currently triggers the following future incompatibility lints:\n", p.ID)
		for _, lint := range p.Lints {
			for line := range strings.Lines(lint) {
				b.WriteString("> " + strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r") + "\n")
			}
		}
		r.texts[specOf(p.ID)] += b.String()
	}
	return r
}

func specOf(id crate.PackageID) string { return id.Name + "@" + id.Version.String() }

// IDs are the packages that it is about, each once.
func (r *Report) IDs() []crate.PackageID {
	var ids []crate.PackageID
	for _, p := range r.packages {
		if len(ids) == 0 || !ids[len(ids)-1].Same(p.ID) {
			ids = append(ids, p.ID)
		}
	}
	return ids
}

// Saved is a report that is on the disk.
type Saved struct {
	Number  uint32
	Advices []string // what can be done about it, some lines each
}

// Newer are versions that could be taken instead of a package's.
type Newer struct {
	ID       crate.PackageID
	Versions []string
}

// IsNew tells whether a report like this is not on the disk yet.
func (r *Report) IsNew(dir lockfs.Filesystem) bool {
	f, err := load(dir.Join(FileName))
	return err != nil || f.find(r) == nil
}

// Save puts a report into the file of a build directory.
func (r *Report) Save(ctx context.Context, dir lockfs.Filesystem, newer []Newer) (Saved, error) {
	file := dir.Join(FileName)
	saved := Saved{}
	lock := lockfs.NewStockLock(file, lockfs.RankFutureReport, "the report of future incompatibilities")
	err := lock.With(ctx, lockfs.Exclusive, func(_ context.Context, held *lockfs.FileLock) error {
		f, err := load(file)
		if err != nil && !errors.Is(err, errUnusable) {
			return err
		}
		if there := f.find(r); there != nil {
			saved = Saved{there.ID, r.advices(there.ID, newer)}
			return nil
		}
		saved = Saved{f.NextID, r.advices(f.NextID, newer)}
		f.add(stored{f.NextID, suggestion(saved.Advices), r.texts})
		return held.WriteUnsynced("futurereport.save", file, f.json())
	})
	return saved, err
}

// stored is a report in the file.
type stored struct {
	ID         uint32            `json:"id"`
	Suggestion string            `json:"suggestion_message"`
	Packages   map[string]string `json:"per_package"`
}

// file is what stock has on the disk.
type file struct {
	Version uint32   `json:"version"`
	NextID  uint32   `json:"next_id"`
	Reports []stored `json:"reports"`
}

// most is how many reports are kept.
const most = 5

// errUnusable says that a file is to be begun anew.
var errUnusable = errors.New("not a report of this format")

// load reads the file; an empty one is as good as none, since stock cuts it before it writes.
func load(at lockfs.Filesystem) (*file, error) {
	f := &file{NextID: 1}
	data, err := at.ReadFile()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return f, nil
	case err != nil:
		return nil, err
	}
	if len(data) == 0 {
		return f, nil
	}
	read := &file{}
	if err := json.Unmarshal(data, read); err != nil || read.Version != 0 || read.NextID == 0 || read.NextID == math.MaxUint32 {
		return f, errUnusable
	}
	return read, nil
}

func (f *file) find(r *Report) *stored {
	for i := range f.Reports {
		if maps.Equal(f.Reports[i].Packages, r.texts) {
			return &f.Reports[i]
		}
	}
	return nil
}

func (f *file) add(s stored) {
	f.NextID++
	f.Reports = append(f.Reports, s)
	if len(f.Reports) > most {
		f.Reports = f.Reports[1:]
	}
}

// json is the file as stock writes it.
func (f *file) json() []byte {
	b := fmt.Appendf(nil, `{"version":%d,"next_id":%d,"reports":[`, f.Version, f.NextID)
	for i, s := range f.Reports {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, `{"id":%d,"suggestion_message":`, s.ID)
		b = append(jsonquote.Append(b, s.Suggestion), `,"per_package":{`...)
		for k, name := range slices.Sorted(maps.Keys(s.Packages)) {
			if k > 0 {
				b = append(b, ',')
			}
			b = append(jsonquote.Append(b, name), ':')
			b = jsonquote.Append(b, s.Packages[name])
		}
		b = append(b, "}}"...)
	}
	return append(b, "]}"...)
}
