package build

import (
	"errors"
	"io/fs"

	"berth/internal/compile"
	"berth/internal/unit"
	"berth/internal/unitstore"
)

// accept tells whether what a variant has read is still so, and notes why not.
func (b *builder) accept(u *unit.Unit, cmd *compile.Command) unitstore.Accept {
	j := &b.jobs[u.Index]
	return func(v *unitstore.Variant) bool {
		if j.shared && v.Made.Before(b.outdated[u.ID.Name]) {
			return false // somebody has cleaned it here
		}
		if b.mustMake(u) {
			return false
		}
		why := b.differs(u, cmd, v)
		if why != nil && j.why == nil {
			j.why = why // the variant that was used last comes first
		}
		return why == nil
	}
}

// differs is why a variant is not what would be made now, nil where it is.
func (b *builder) differs(u *unit.Unit, cmd *compile.Command, v *unitstore.Variant) *reason {
	for _, x := range v.Vars {
		if x.Name == page {
			if x.Value == "" || b.pageState(u) != x.Value {
				return &reason{outputDamaged, b.pagePath(u)}
			}
			continue
		}
		if x.Name == listedFiles {
			files, err := b.List(u)
			if err != nil || b.listing(files) != x.Value {
				return &reason{kind: listingChanged}
			}
			continue
		}
		if value, set := b.value(cmd, x.Name); value != x.Value || set != x.Set {
			return &reason{variableChanged, x.Name}
		}
	}
	for i := range v.Files {
		f := &v.Files[i]
		path := b.pathOf(f.Path)
		same, noted, err := b.Inputs.Same(f, path)
		if noted {
			v.Noted()
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return &reason{fileMissing, path}
		case err != nil || !same:
			return &reason{fileChanged, path}
		}
	}
	return nil
}

type reasonKind uint8

const (
	fileChanged reasonKind = iota
	fileMissing
	variableChanged
	listingChanged
	outputDamaged
)

// reason is why a unit is made again.
type reason struct {
	kind reasonKind
	name string
}

// text is a reason in words.
func (r *reason) text(c *compile.Compiler) string {
	name := r.name
	if below, ok := c.BelowRoot(name); ok {
		name = below
	}
	switch r.kind {
	case fileMissing:
		return "the file `" + name + "` is missing"
	case variableChanged:
		return "the environment variable " + r.name + " changed"
	case listingChanged:
		return "files were added to the package or removed from it"
	case outputDamaged:
		return "what was made of it is damaged: " + r.name
	}
	return "the file `" + name + "` has changed"
}
