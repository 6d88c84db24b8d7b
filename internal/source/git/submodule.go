package git

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"strings"

	"berth/internal/crate"
	"berth/internal/gitdb"
	"berth/internal/redact"
)

// deepest is how deep submodules may be nested; a repository that has itself would have no end.
const deepest = 32

// modules finds the submodules of a commit, and theirs, and has the objects of all in their databases.
func (s *Source) modules(ctx context.Context, repo *repository, commit string, depth int) ([]module, error) {
	file, err := repo.db.File(ctx, commit, ".gitmodules")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, unreadable(ctx, repo, commit, err)
	}
	if depth == deepest {
		return nil, fmt.Errorf("submodules are nested deeper than %d", deepest)
	}
	listed, err := gitdb.ParseModules(file)
	if err != nil {
		return nil, fmt.Errorf("commit %s: %w", commit, err)
	}
	var found []module
	for _, m := range listed {
		sub, err := s.module(ctx, repo, commit, m, depth)
		if err != nil {
			return nil, fmt.Errorf("submodule %s: %w", m.Name, err)
		}
		if sub != nil {
			found = append(found, *sub)
		}
	}
	return found, nil
}

// module is one submodule; nil where there is none to check out.
func (s *Source) module(ctx context.Context, repo *repository, commit string, m gitdb.Module, depth int) (*module, error) {
	if m.URL == "" {
		return nil, fmt.Errorf("expected a url in .gitmodules")
	}
	if m.Skip {
		s.voice.Status("Skipping", "git submodule `"+redact.Strict(m.URL)+"` due to update strategy in .gitmodules")
		return nil, nil
	}
	at, err := repo.db.Submodule(ctx, commit, m.Path)
	if err != nil || at == "" {
		return nil, unreadable(ctx, repo, commit, err) // listed, and not in the commit
	}
	address, err := submoduleURL(repo.url, m.URL)
	if err != nil {
		return nil, err
	}
	ident, fetched, err := submoduleIdent(address)
	if err != nil {
		return nil, err
	}
	sub := s.repository(fetched, ident, "submodule")
	if err := s.haveCommit(ctx, sub, at, crate.GitRef{Kind: crate.Rev, Name: at}); err != nil {
		return nil, err
	}
	below, err := s.modules(ctx, sub, at, depth+1)
	return &module{m.Path, sub, at, below}, err
}

// submoduleURL is the address of a submodule; one that begins with ./ or ../ starts from its parent's.
func submoduleURL(parent, address string) (string, error) {
	if !strings.HasPrefix(address, "./") && !strings.HasPrefix(address, "../") {
		return address, nil
	}
	if !strings.Contains(parent, "://") { // host:path
		return strings.TrimSuffix(parent, "/") + "/" + address, nil
	}
	base, err := url.Parse(parent)
	if err != nil {
		return "", fmt.Errorf("the address %s of the repository is no URL", redact.Strict(parent))
	}
	if !strings.HasSuffix(base.Path, "/") {
		base.Path += "/"
		base.RawPath = ""
	}
	relative, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("expected a relative URL, got %q", address)
	}
	return base.ResolveReference(relative).String(), nil
}

// submoduleIdent is the name of the database of an address, and how git is told the address: host:path is for git, and
// named as if it were an ssh:// URL.
func submoduleIdent(address string) (ident, fetched string, err error) {
	named := address
	switch host, path, ok := strings.Cut(address, ":"); {
	case strings.Contains(address, "://"):
	case filepath.IsAbs(address):
		named = crate.FileURL(address)
	case ok && !strings.Contains(host, "/"):
		named = "ssh://" + host + "/" + strings.TrimPrefix(path, "/")
	}
	id, err := crate.GitSource(named, crate.GitRef{Kind: crate.DefaultBranch})
	if err != nil {
		return "", "", err
	}
	if strings.Contains(address, "://") {
		return id.GitName(), id.URL(), nil
	}
	return id.GitName(), address, nil
}
