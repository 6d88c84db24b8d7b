package pack

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/manifest"
	sources "berth/internal/source/path"
	"berth/internal/workspace"
	"berth/internal/worktree"
)

// checkState tells whether the archive says which commit it is of, and refuses files that are not as that commit has them.
func checkState(ctx context.Context, ws *workspace.Workspace, m *manifest.Manifest, entries []sources.Entry, o Options) (bool, error) {
	repo, err := worktree.Discover(m.Package.Dir, o.Environ)
	if err != nil {
		return false, err
	}
	if repo == nil {
		say(o, "no (git) VCS found for `"+m.Package.Dir+"`")
		return false, nil
	}
	rel, ok := repo.Relative(m.Path)
	if !ok {
		rel = filepath.ToSlash(m.Path)
	}
	if ok && repo.Ignored(rel) {
		say(o, "found (git) Cargo.toml ignored at `"+rel+"` in workdir `"+repo.Root+"`")
		return false, nil
	}
	if !repo.Links() && slices.ContainsFunc(entries, func(e sources.Entry) bool { return e.Text }) {
		o.Voice.Warn("found symbolic links that may be checked out as regular files for git repo at `" + repo.Root + "/`")
		o.Voice.Note("the archive may then hold the text of a link in place of a file; set core.symlinks to true in git's configuration and check out again")
	}
	changed, err := changes(ctx, repo, prefixOf(repo, m.Package.Dir))
	if err != nil {
		return false, err
	}
	outside, err := outsideChanges(ctx, repo, ws, m, entries, o.Cwd)
	if err != nil {
		return false, err
	}
	dirty := append(dirtyOf(entries, changed), outside...)
	if len(dirty) > 0 && !o.AllowDirty {
		return false, dirtyError(dirty, o.Cwd)
	}
	return repo.HasCommit(ctx)
}

func say(o Options, text string) {
	if o.Verbose {
		o.Voice.Warn(text)
	}
}

func prefixOf(repo *worktree.Repo, dir string) []string {
	rel, err := filepath.Rel(repo.Root, dir)
	if err != nil || !filepath.IsLocal(rel) || rel == "." {
		return nil
	}
	return []string{filepath.ToSlash(rel)}
}

// changes are the absolute paths of what differs, submodules included. An ignored Cargo.lock is nobody's concern.
func changes(ctx context.Context, repo *worktree.Repo, paths []string) ([]string, error) {
	found, err := repo.Changes(ctx, paths...)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, c := range found {
		if full := filepath.Join(repo.Root, filepath.FromSlash(c.Path)); !c.Ignored || filepath.Base(full) != "Cargo.lock" {
			all = append(all, full)
		}
	}
	modules, err := repo.Modules()
	if err != nil {
		return nil, err
	}
	for _, module := range modules {
		more, err := changes(ctx, module, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// dirtyOf are the entries that are, or lie in, something that differs.
func dirtyOf(entries []sources.Entry, changed []string) []string {
	var dirty []string
	for _, e := range entries {
		path := e.Path
		if e.Links {
			if real, err := filepath.EvalSymlinks(path); err == nil {
				path = real
			}
		}
		if slices.ContainsFunc(changed, func(c string) bool { return path == c || strings.HasPrefix(path, c+string(filepath.Separator)) }) {
			dirty = append(dirty, e.Path)
		}
	}
	return dirty
}

// outsideChanges are files outside of the package that its archive depends on: what links, license-file and readme lead
// to, and the workspace's manifest, whatever was changed in it.
//
// Stock (1.95) finds them only where it runs in the root of the work tree or outside of it: it hands git paths that begin
// at that root, and git takes them to begin at the working directory. So does this, as a package that stock makes is to be
// made here.
func outsideChanges(ctx context.Context, repo *worktree.Repo, ws *workspace.Workspace, m *manifest.Manifest, entries []sources.Entry, cwd string) ([]string, error) {
	var paths []string
	for _, e := range entries {
		if e.Links {
			paths = append(paths, e.Path)
		}
	}
	for _, named := range []*string{m.Package.LicenseFile, m.Package.Readme} {
		if named != nil {
			paths = append(paths, filepath.Join(m.Package.Dir, filepath.FromSlash(*named)))
		}
	}
	paths = append(paths, ws.Root.Path)
	var within []string
	from, _ := repo.Relative(cwd)
	for _, p := range paths {
		rel, ok := repo.Relative(p)
		if ok && !isWithin(p, m.Package.Dir) {
			within = append(within, path.Join(from, rel))
		}
	}
	if len(within) == 0 {
		return nil, nil
	}
	found, err := repo.Changes(ctx, within...)
	var all []string
	for _, c := range found {
		all = append(all, filepath.Join(repo.Root, filepath.FromSlash(c.Path)))
	}
	return all, err
}

// isWithin: links followed.
func isWithin(path, dir string) bool {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false
	}
	if root, err := filepath.EvalSymlinks(dir); err == nil {
		dir = root
	}
	rel, err := filepath.Rel(dir, real)
	return err == nil && filepath.IsLocal(rel)
}

func dirtyError(dirty []string, cwd string) error {
	var shown []string
	for _, path := range dirty {
		if rel, err := filepath.Rel(cwd, path); err == nil {
			path = rel
		}
		shown = append(shown, path)
	}
	slices.Sort(shown)
	return fmt.Errorf("%d files in the working directory contain changes that were not yet committed into git:\n\n%s\n\n"+
		"to proceed despite this and include the uncommitted changes, pass the `--allow-dirty` flag", len(shown), strings.Join(shown, "\n"))
}
