// Package source knows which source really answers for a package: the one that its manifest names, or the one that the
// configuration puts in its place ([source], replace-with), and what the registries are that have names there.
//
// What holds: a source that replaces another is expected to hold the same packages, byte for byte, so what it says is
// said in the name of the one that was asked for, and a Cargo.lock does not tell who answered. What cannot keep that
// (no checksums where there were some) is refused.
package source

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"sync"

	"berth/internal/config"
	"berth/internal/crate"
)

// Map is the sources of one configuration. It may be used by many goroutines.
type Map struct {
	cfg  *config.Config
	read func() (*table, error)
}

// table is what the configuration says of sources.
type table struct {
	cfg    *config.Config
	named  map[string]entry
	byID   map[crate.SourceKey]string
	sparse bool // how the public registry is asked where nothing else is said
}

type entry struct {
	id          crate.SourceID
	replaceWith config.Value[string]
}

// NewMap is the sources that [source] defines. They are read when somebody asks which one answers: a command that needs no packages
// has nothing to do with them.
func NewMap(cfg *config.Config) *Map { return newMap(cfg, (*table).readSources) }

// NewPlainMap is NewMap without [source]: nothing stands in for anything.
func NewPlainMap(cfg *config.Config) *Map {
	return newMap(cfg, func(*table) error { return nil })
}

func newMap(cfg *config.Config, fill func(*table) error) *Map {
	return &Map{cfg, sync.OnceValues(func() (*table, error) {
		t, err := newTable(cfg)
		if err != nil {
			return nil, err
		}
		return t, fill(t)
	})}
}

// newTable has the public registry, as it is to be asked.
func newTable(cfg *config.Config) (*table, error) {
	if err := cfg.CheckPublicIndex(); err != nil {
		return nil, err
	}
	t := &table{cfg: cfg, named: map[string]entry{}, byID: map[crate.SourceKey]string{}}
	var err error
	if t.sparse, err = publicIsSparse(cfg); err != nil {
		return nil, err
	}
	if err := t.add(crate.PublicKey, entry{id: crate.PublicSource()}); err != nil {
		return nil, err
	}
	if t.sparse {
		if err := t.add(crate.PublicKey, entry{id: crate.PublicSparseSource()}); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *table) readSources() error {
	sources, err := t.cfg.Sources()
	if err != nil {
		return err
	}
	for _, s := range sources {
		id, err := t.define(s)
		if err != nil {
			return err
		}
		if err := t.add(s.Name, entry{id, s.ReplaceWith}); err != nil {
			return err
		}
	}
	return nil
}

func publicIsSparse(cfg *config.Config) (bool, error) {
	protocol, err := cfg.String("registries." + crate.PublicKey + ".protocol")
	if err != nil {
		return false, err
	}
	switch protocol.Val {
	case "", "sparse":
		return true, nil
	case "git":
		return false, nil
	}
	return false, fmt.Errorf("unsupported registry protocol `%s`, expected sparse or git (defined in %s)", protocol.Val, protocol.Origin)
}

func (t *table) add(name string, e entry) error {
	if other, taken := t.byID[e.id.Key()]; taken && name != crate.PublicKey {
		return fmt.Errorf("source `%s` defines source %s, but that source is already defined by `%s`; leave one of the two", name, e.id, other)
	}
	t.byID[e.id.Key()] = name
	t.named[name] = e
	return nil
}

// define is the one place that a table names.
func (t *table) define(s config.Source) (crate.SourceID, error) {
	var all []crate.SourceID
	if s.Registry.Val != "" {
		id, err := crate.RegistrySource(s.Registry.Val, s.Name)
		if err != nil {
			return id, fmt.Errorf("configuration key `source.%s.registry` (in %s): %w", s.Name, s.Registry.Origin, err)
		}
		all = append(all, id)
	}
	if s.LocalRegistry.Val != "" {
		all = append(all, crate.LocalRegistrySource(t.cfg.Path(s.LocalRegistry)))
	}
	if s.Directory.Val != "" {
		all = append(all, crate.DirectorySource(t.cfg.Path(s.Directory)))
	}
	git, err := gitSource(s)
	if err != nil {
		return git, err
	}
	if !git.IsZero() {
		all = append(all, git)
	}
	switch {
	case len(all) == 1:
		return all[0], nil
	case len(all) > 1:
		return crate.SourceID{}, fmt.Errorf("more than one source location specified for `source.%s`; expected one of `registry`, `local-registry`, `directory` and `git`", s.Name)
	case s.Name == crate.PublicKey && t.sparse:
		return crate.PublicSparseSource(), nil
	case s.Name == crate.PublicKey:
		return crate.PublicSource(), nil
	}
	return crate.SourceID{}, fmt.Errorf("no source location specified for `source.%s`; expected `registry`, `local-registry`, `directory` or `git`", s.Name)
}

func gitSource(s config.Source) (crate.SourceID, error) {
	ref := crate.GitRef{Kind: crate.DefaultBranch}
	for _, r := range []struct {
		key  string
		val  config.Value[string]
		kind crate.RefKind
	}{{"rev", s.Rev, crate.Rev}, {"tag", s.Tag, crate.Tag}, {"branch", s.Branch, crate.Branch}} {
		if r.val.Val == "" {
			continue
		}
		if s.Git.Val == "" {
			return crate.SourceID{}, fmt.Errorf("source definition `source.%s` specifies `%s`, which means nothing without `git` (in %s)", s.Name, r.key, r.val.Origin)
		}
		ref = crate.GitRef{Kind: r.kind, Name: r.val.Val}
	}
	if s.Git.Val == "" {
		return crate.SourceID{}, nil
	}
	id, err := crate.GitSource(s.Git.Val, ref)
	if err != nil {
		err = fmt.Errorf("configuration key `source.%s.git` (in %s): %w", s.Name, s.Git.Origin, err)
	}
	return id, err
}

// Check is the error of a configuration whose sources cannot be read.
func (m *Map) Check() error {
	_, err := m.read()
	return err
}

// Registry is the registry that has a name in the configuration.
func (m *Map) Registry(name string) (crate.SourceID, error) {
	if name == crate.PublicKey {
		return crate.PublicSource(), nil
	}
	index, err := m.cfg.RegistryIndex(name)
	if err != nil {
		return crate.SourceID{}, err
	}
	id, err := crate.RegistrySource(m.address(index), name)
	if err == nil && holdsPassword(id.URL()) {
		err = errors.New("expected a URL without a password, which would come into Cargo.lock; use a token, or git's credential.helper")
	}
	if err != nil {
		err = fmt.Errorf("the index of registry `%s` (in %s): %w", name, index.Origin, err)
	}
	return id, err
}

// address is the URL of an index: file: without a slash behind it is a path that starts where relative paths of that configuration do.
func (m *Map) address(index config.Value[string]) string {
	const scheme = "file:"
	text := strings.TrimSpace(index.Val)
	if len(text) <= len(scheme) || !strings.EqualFold(text[:len(scheme)], scheme) || text[len(scheme)] == '/' || text[len(scheme)] == '\\' {
		return index.Val
	}
	if path := filepath.FromSlash(text[len(scheme):]); !filepath.IsAbs(path) {
		index.Val = ""
		return crate.FileURL(m.cfg.Path(index)) + text[len(scheme):]
	}
	return index.Val
}

func holdsPassword(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	_, holds := u.User.Password()
	return holds
}

// Real is the source that answers for another: itself where nothing replaces it.
func (m *Map) Real(id crate.SourceID) (crate.SourceID, error) {
	t, err := m.read()
	if err != nil {
		return id, err
	}
	first, ok := t.byID[id.Key()]
	if !ok {
		return id, nil
	}
	name, origin := first, ""
	for passed := map[string]bool{first: true}; ; {
		e, ok := t.named[name]
		if !ok {
			registry, err := m.Registry(name)
			if err != nil {
				return id, fmt.Errorf("could not find a configured source with the name `%s` when attempting to lookup `%s` (configuration in `%s`)", name, first, origin)
			}
			return replaced(first, name, id, registry)
		}
		if e.replaceWith.Val == "" {
			if e.id.Same(id) {
				return id, nil
			}
			return replaced(first, name, id, e.id)
		}
		name, origin = e.replaceWith.Val, e.replaceWith.Origin.String()
		if passed[name] { // stock goes round for ever in a cycle that the first is not in
			return id, fmt.Errorf("detected a cycle of `replace-with` sources, the source `%s` is eventually replaced with itself (configuration in `%s`)", name, origin)
		}
		passed[name] = true
	}
}

func replaced(first, name string, id, real crate.SourceID) (crate.SourceID, error) {
	if hasChecksums(id) && !hasChecksums(real) {
		return id, fmt.Errorf("cannot replace `%s` with `%s`, the source `%s` supports checksums, but `%s` does not; replace it by a registry or a directory of vendored packages",
			first, name, first, name)
	}
	if id.IsGit() && !real.IsGit() && id.Precise() == "" {
		return id, fmt.Errorf("the source %s requires a lock file to be present first before it can be used against vendored source code; "+
			"make the lock file without the source replacement, then put that back", first)
	}
	return real.WithPrecise(id.Precise()), nil
}

func hasChecksums(id crate.SourceID) bool { return id.IsRegistry() || id.Kind() == crate.Directory }
