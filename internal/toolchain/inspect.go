package toolchain

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"berth/internal/dist"
	"berth/internal/lockfs"
	"berth/internal/names"
	"berth/internal/store"
)

func sortToolchains(list []names.Toolchain) { slices.SortFunc(list, names.Compare) }

// Installed is what an installed toolchain says about itself.
type Installed struct {
	Place      store.Place
	Manifest   *dist.Manifest // nil where it keeps none (custom, or from before version 2)
	Config     *dist.Config
	Components []string // lib/rustlib/components, in the order of installation
	V1         bool
	list       fs.FileInfo // lib/rustlib/components before all this was read
}

// unread is what stands at place, of which nothing is known yet.
func unread(place store.Place) *Installed {
	return &Installed{Place: place, list: componentsList(place)}
}

func rustlib(place store.Place, file string) lockfs.Filesystem {
	return lockfs.At(place.Path).Join("lib", "rustlib", file)
}

// readPlace reads a toolchain's records; a missing one is nil, a broken one an
// error that names the file.
func readPlace(place store.Place) (*Installed, error) {
	in := unread(place)
	if place.Kind == store.None {
		return in, nil
	}
	if err := checkVersion(place); err != nil {
		return nil, err
	}
	err := errors.Join(
		readRecord(place, dist.ManifestFile, func(b []byte) (err error) { in.Manifest, err = dist.ParseManifest(b); return }),
		readRecord(place, dist.ConfigFile, func(b []byte) (err error) { in.Config, err = dist.ParseConfig(b); return }),
		readRecord(place, dist.ComponentsFile, func(b []byte) (err error) { in.Components, err = dist.ParseComponents(b); return }),
	)
	if err != nil {
		return nil, err
	}
	in.V1 = dist.LooksV1(func(name string) bool { return rustlib(place, name).Exists() })
	return in, nil
}

func checkVersion(place store.Place) error {
	return readRecord(place, dist.VersionFile, dist.CheckInstallerVersion)
}

func readRecord(place store.Place, name string, parse func([]byte) error) error {
	file := rustlib(place, name)
	data, err := file.ReadFile()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = parse(data)
	}
	if err != nil {
		return &RecordError{file.Display(), place.Name, err}
	}
	return nil
}

// RecordError is a file that cannot be read in which a toolchain says what it is.
type RecordError struct {
	Path, Toolchain string
	Err             error
}

func (e *RecordError) Error() string { return e.Path + ": " + e.Err.Error() }

func (e *RecordError) Unwrap() error { return e.Err }

// Hint is the next step.
func (e *RecordError) Hint() string {
	return fmt.Sprintf("run `rustup toolchain install %s` to make it anew; if that does not, uninstall it before", e.Toolchain)
}

// Inspect reads what an installed toolchain says about itself.
func (h *Home) Inspect(name string) (*Installed, error) {
	place, err := h.store.Look(name)
	if err != nil {
		return nil, err
	}
	if place.Kind == store.None {
		return nil, &NotInstalledError{Name: name}
	}
	return readPlace(place)
}

// View is what component and target commands look at.
func (in *Installed) View(o names.Official) (*dist.View, error) {
	if in.Manifest == nil {
		return nil, &NoComponentsError{Name: o.String()}
	}
	return &dist.View{Toolchain: o.String(), Channel: o.ManifestName(), Host: o.Target, Manifest: in.Manifest, Config: in.Config}, nil
}

// NotInstalledError says that a toolchain is not there.
type NotInstalledError struct {
	Name   string
	Custom bool
}

func (e *NotInstalledError) Error() string {
	return fmt.Sprintf("toolchain '%s' is not installed", e.Name)
}

// Hint is the next step. What is no name of a release is more often a slip
// than a toolchain of the user's own.
func (e *NotInstalledError) Hint() string {
	if near := names.NearChannel(e.Name); e.Custom && near != "" {
		return fmt.Sprintf("a channel with a similar name exists: `%s`; `rustup toolchain list` lists what is installed", near)
	}
	if e.Custom {
		return fmt.Sprintf("`rustup toolchain list` lists what is installed; a toolchain of your own is linked with `rustup toolchain link %s <path>`", e.Name)
	}
	return fmt.Sprintf("run `rustup toolchain install %s` to install it", e.Name)
}

// NoComponentsError says that a toolchain keeps no record of components.
type NoComponentsError struct{ Name string }

func (e *NoComponentsError) Error() string {
	return fmt.Sprintf("toolchain '%s' does not support components", e.Name)
}

// Hint is the next step.
func (e *NoComponentsError) Hint() string {
	return "components are of toolchains that rustup installs from a channel; one of these that has lost its manifest is uninstalled and installed again"
}
