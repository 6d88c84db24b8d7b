package disttree

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Rebuild says how to make a release out of an installed toolchain.
type Rebuild struct {
	Toolchain  string               // its folder
	Format     Format               // XZ runs the xz program at preset 9, as the real archives are; Gzip and Zstd are quick
	Channels   []string             // to publish it under
	Date       string               // empty: the date of the toolchain's manifest
	Only       []string             // packages to rebuild; none means all that are installed
	Change     []string             // packages that get one file more than the installed ones: an update for a second date
	StdAs      []string             // targets under whose names the host's rust-std is published too
	OnlyServed bool                 // mark what is not in the tree as not available; otherwise it stays in the manifest and is a 404
	DatedOnly  bool                 // leave the undated channel files as they are
	Progress   func(message string) // may be nil; never called twice at once
}

// atOnce is how many archives are compressed side by side: each takes a core, and xz at preset 9 takes 674 MiB.
const atOnce = 2

// Rebuild makes and publishes the release. Archives that the pool has already are not made again, so an interrupted run goes on where
// it was, and a second date costs the components that differ.
func (t *Tree) Rebuild(ctx context.Context, r Rebuild) (Release, error) {
	manifest, err := os.ReadFile(filepath.Join(r.Toolchain, manifestFile))
	if err != nil {
		return Release{}, fmt.Errorf("rebuild: %w (expected a toolchain that rustup installed)", err)
	}
	if t.DefaultRoot, err = rootOf(manifest); err != nil {
		return Release{}, err
	}
	if r.Date == "" {
		r.Date = dateOf(manifest)
	}
	chosen, err := r.parts(sections(manifest))
	if err != nil {
		return Release{}, err
	}
	r.Progress = oneAtATime(r.Progress)
	packed, err := t.packAll(ctx, r, chosen)
	if err != nil {
		return Release{}, err
	}
	return t.publishRebuilt(r, manifest, packed)
}

func oneAtATime(progress func(string)) func(string) {
	var mu sync.Mutex
	return func(message string) {
		if progress == nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		progress(message)
	}
}

func dateOf(manifest []byte) string {
	_, rest, _ := strings.Cut(string(manifest), `date = "`)
	date, _, _ := strings.Cut(rest, `"`)
	return date
}

// parts are the components to make archives of.
func (r Rebuild) parts(index []section) ([]part, error) {
	installed, err := parts(r.Toolchain, index)
	if err != nil {
		return nil, err
	}
	if err := checkNames(installed, slices.Concat(r.Only, r.Change)); err != nil {
		return nil, err
	}
	var chosen []part
	for _, p := range installed {
		if len(r.Only) > 0 && !slices.ContainsFunc(r.Only, p.named) {
			continue
		}
		if slices.ContainsFunc(r.Change, p.named) {
			p = p.changed(r.Date)
		}
		chosen = append(chosen, p)
		if p.pkg != "rust-std" {
			continue
		}
		for _, target := range r.StdAs {
			s, err := findSection(index, "rust-std-"+target)
			if err != nil {
				return nil, err
			}
			chosen = append(chosen, p.retargeted(s))
		}
	}
	return chosen, nil
}

func checkNames(installed []part, names []string) error {
	for _, name := range names {
		if !slices.ContainsFunc(installed, func(p part) bool { return p.named(name) }) {
			return fmt.Errorf("package %s is not installed in the toolchain; its packages are %s", name, packages(installed))
		}
	}
	return nil
}

// named tells whether a user means the part: previews are known by their short names too.
func (p part) named(name string) bool { return p.pkg == name || p.pkg == name+"-preview" }

func packages(parts []part) string {
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = p.pkg
	}
	return strings.Join(names, ", ")
}

// packAll fills the pool and returns the archives in the order of the parts.
func (t *Tree) packAll(ctx context.Context, r Rebuild, chosen []part) ([]pooled, error) {
	packed := make([]pooled, len(chosen))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, p := range chosen {
		group.Go(func() error {
			var err error
			packed[i], err = t.pool(ctx, p, r.Format, r.Progress)
			if err != nil {
				return fmt.Errorf("rebuild %s for %s: %w", p.pkg, p.target, err)
			}
			return nil
		})
	}
	return packed, group.Wait()
}

func (t *Tree) publishRebuilt(r Rebuild, manifest []byte, packed []pooled) (Release, error) {
	release := Release{Date: r.Date, Channels: r.Channels}
	err := t.Change(func(rev *Revision) error {
		for _, p := range packed {
			a := p.archive
			a.Path = fmt.Sprintf("dist/%s/%s.tar.%s", r.Date, p.part.image.top, a.Format)
			if err := rev.Link(a.Path, p.file); err != nil {
				return err
			}
			release.Archives = append(release.Archives, a)
		}
		e := edition{root: t.DefaultRoot, date: r.Date, archives: release.Archives, onlyServed: r.OnlyServed}
		text := e.rewrite(manifest)
		release.Manifest = digest(text)
		if len(r.Channels) == 0 {
			return errors.New("rebuild: no channel to publish under")
		}
		return rev.addManifest(r.Date, r.Channels, text, !r.DatedOnly)
	})
	return release, err
}
