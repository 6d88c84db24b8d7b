package ops

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/resolve"
	"berth/internal/workspace"
)

// checkout is the packages of one commit of a repository.
type checkout struct {
	once   sync.Once
	source crate.SourceID // with the commit
	found  []*manifest.Manifest
	err    error

	warn  func(text string)             // may be nil
	twice map[crate.PackageKey][]string // the manifests of packages that are there once more
	told  sync.Map                      // the names whose second packages were told of
}

// tellOf says which other package of the name is not taken, to who asks for the name.
func (c *checkout) tellOf(m *manifest.Manifest) {
	others := c.twice[m.Package.ID().Key()]
	if len(others) == 0 || c.warn == nil {
		return
	}
	if _, again := c.told.LoadOrStore(m.Package.ID().Key(), true); !again {
		c.warn(fmt.Sprintf("skipping duplicate package `%s v%s` in git checkout: using %s, not %s", m.Package.Name(), m.Package.Version(), m.Path, strings.Join(others, ", ")))
	}
}

func (p *Packages) queryGit(ctx context.Context, q resolve.Query) ([]*crate.Summary, error) {
	c, err := p.checkout(ctx, q.Source)
	if err != nil {
		return nil, err
	}
	var found []*crate.Summary
	for _, m := range c.found {
		if m.Package.Name() != q.Name {
			continue
		}
		c.tellOf(m)
		if q.Matches(m.Package.Version()) {
			found = append(found, m.Package.Summary)
		}
	}
	return found, nil
}

// checkout has the commit on the disk that a git source means, and its packages read.
func (p *Packages) checkout(ctx context.Context, source crate.SourceID) (*checkout, error) {
	p.mu.Lock()
	c := p.checkouts[source]
	if c == nil {
		c = &checkout{}
		p.checkouts[source] = c
	}
	p.mu.Unlock()
	c.once.Do(func() {
		if c.err = p.readCheckout(ctx, c, source); c.err == nil {
			p.mu.Lock()
			if p.checkouts[c.source] == nil {
				p.checkouts[c.source] = c
			}
			p.mu.Unlock()
		}
	})
	return c, c.err
}

func (p *Packages) readCheckout(ctx context.Context, c *checkout, source crate.SourceID) error {
	real, err := p.run.Real(source)
	if err != nil {
		return err
	}
	made, err := p.run.Git.Checkout(ctx, real)
	if err != nil {
		return err
	}
	c.source = source.WithPrecise(made.Source.Precise())
	p.run.Looked.Read(filepath.Join(made.Dir, ".git", "HEAD"))
	p.run.Looked.Read(filepath.Join(made.Dir, ".cargo-ok"))
	found, err := workspace.OpenForeign(made.Dir, c.source, p.run.Options()).Find()
	if err != nil {
		return err
	}
	c.found, c.twice, c.warn = found.Packages, found.Twice, made.Warn
	if c.warn != nil {
		for _, broken := range found.Malformed {
			c.warn("skipping malformed manifest in git checkout: " + broken.Error())
		}
	}
	return nil
}
