package git

import (
	"context"
	"errors"
	"slices"
	"strings"

	"berth/internal/crate"
	"berth/internal/gitdb"
	"berth/internal/redact"
)

// lockedCommit is the commit that id is locked to, or that its manifest names in full. What `update --precise` names comes
// before what the manifest does, also where it is no commit.
func lockedCommit(id crate.SourceID) string {
	switch precise := id.Precise(); {
	case isFull(precise):
		return strings.ToLower(precise)
	case precise != "":
		return ""
	}
	if ref := id.GitRef(); ref.Kind == crate.Rev && isFull(ref.Name) {
		return strings.ToLower(ref.Name)
	}
	return ""
}

func isFull(rev string) bool { return (len(rev) == 40 || len(rev) == 64) && isHex(rev) }

func isHex(text string) bool { return strings.Trim(text, "0123456789abcdefABCDEF") == "" }

// revision finds the commit that id means, and has its objects in the database.
func (s *Source) revision(ctx context.Context, repo *repository, id crate.SourceID) (string, error) {
	ref := id.GitRef()
	if commit := lockedCommit(id); commit != "" && id.Precise() != "" {
		return commit, s.haveCommit(ctx, repo, commit, ref)
	} else if commit != "" {
		return s.namedCommit(ctx, repo, commit, ref)
	}
	if precise := id.Precise(); precise != "" {
		ref = crate.GitRef{Kind: crate.Rev, Name: precise} // `update --precise` takes any name
	}
	if s.policy.Offline != "" {
		return s.resolveOffline(ctx, repo, ref)
	}
	if ref.Kind == crate.Rev && len(ref.Name) >= 7 && isHex(ref.Name) {
		if commit, err := repo.db.Commit(ctx, ref.Name); err == nil && strings.HasPrefix(commit, strings.ToLower(ref.Name)) {
			return commit, nil // the beginning of a commit's name means that commit for ever
		}
	}
	if err := s.fetch(ctx, repo, s.request(repo, wantsOf(ref), ref, nil)); err != nil {
		return s.knownBefore(ctx, repo, ref, explain(repo, ref, err))
	}
	return s.resolve(ctx, repo, ref)
}

// knownBefore is what a branch or a tag was that the repository has no more: as with stock it stays what it was. err says
// why there is no news of it.
func (s *Source) knownBefore(ctx context.Context, repo *repository, ref crate.GitRef, err error) (string, error) {
	var missing *RevisionError
	if !errors.As(err, &missing) || ref.Kind == crate.Rev {
		return "", err
	}
	if commit, known := s.resolve(ctx, repo, ref); known == nil {
		return commit, nil
	}
	return "", err
}

// namedCommit has the objects of a commit that a manifest names in full. As with stock all branches and tags come along, so
// that they are known here without network, but from GitHub, of which stock asks for the commit alone. Where there is no such
// commit it is the name of a tag.
func (s *Source) namedCommit(ctx context.Context, repo *repository, commit string, ref crate.GitRef) (string, error) {
	ways := []gitdb.Wants{wantsOf(ref), alone(commit)}
	if strings.HasPrefix(repo.url, "https://github.com/") {
		slices.Reverse(ways)
	}
	err := s.fetchCommit(ctx, repo, commit, ways...)
	var missing *RevisionError
	if errors.As(err, &missing) {
		if tagged, known := repo.db.Commit(ctx, "refs/tags/"+ref.Name); known == nil {
			return tagged, nil
		}
	}
	return commit, err
}

// resolve finds what ref means in the database.
func (s *Source) resolve(ctx context.Context, repo *repository, ref crate.GitRef) (string, error) {
	name := ref.Name
	switch ref.Kind {
	case crate.Branch:
		name = "refs/remotes/origin/" + ref.Name
	case crate.Tag:
		name = "refs/remotes/origin/tags/" + ref.Name
	case crate.DefaultBranch:
		name = "refs/remotes/origin/HEAD"
	}
	commit, err := repo.db.Commit(ctx, name)
	if errors.Is(err, gitdb.ErrNoRevision) {
		return "", notFound(repo, ref)
	}
	return commit, err
}

func (s *Source) resolveOffline(ctx context.Context, repo *repository, ref crate.GitRef) (string, error) {
	commit, err := s.resolve(ctx, repo, ref)
	var missing *RevisionError
	if errors.As(err, &missing) {
		return "", &OfflineError{redact.Strict(repo.url), what(ref), s.policy.Offline}
	}
	return commit, err
}

// wantsOf says what has to be fetched to know what ref means, as stock fetches it.
func wantsOf(ref crate.GitRef) gitdb.Wants {
	switch ref.Kind {
	case crate.Branch:
		return gitdb.Wants{Refs: []string{"+refs/heads/" + ref.Name + ":refs/remotes/origin/" + ref.Name}}
	case crate.Tag:
		return gitdb.Wants{Refs: []string{"+refs/tags/" + ref.Name + ":refs/remotes/origin/tags/" + ref.Name}}
	case crate.DefaultBranch:
		return gitdb.Wants{Refs: []string{"+HEAD:refs/remotes/origin/HEAD"}}
	}
	if strings.HasPrefix(ref.Name, "refs/") {
		return gitdb.Wants{Refs: []string{"+" + ref.Name + ":" + ref.Name}}
	}
	return gitdb.Wants{Refs: []string{"+refs/heads/*:refs/remotes/origin/*", "+HEAD:refs/remotes/origin/HEAD"}, Tags: true}
}

// haveCommit has the objects of a commit in the database: asked for by its name first, which costs the least, then, where
// the server does not answer that, with what the manifest names, which is what stock fetches.
func (s *Source) haveCommit(ctx context.Context, repo *repository, commit string, ref crate.GitRef) error {
	if ref.Kind != crate.Rev || !strings.HasPrefix(ref.Name, "refs/") {
		ref = crate.GitRef{Kind: crate.Rev, Name: commit}
	}
	return s.fetchCommit(ctx, repo, commit, alone(commit), wantsOf(ref))
}

// alone is a commit by its name.
func alone(commit string) gitdb.Wants {
	return gitdb.Wants{Refs: []string{"+" + commit + ":refs/commit/" + commit}}
}

// fetchCommit has the objects of a commit in the database, by the first of the ways that brings them.
func (s *Source) fetchCommit(ctx context.Context, repo *repository, commit string, ways ...gitdb.Wants) error {
	asked := crate.GitRef{Kind: crate.Rev, Name: commit}
	present := func(ctx context.Context) (bool, error) {
		_, err := repo.db.Commit(ctx, commit)
		if errors.Is(err, gitdb.ErrNoRevision) {
			return false, nil
		}
		return err == nil, err
	}
	var last error
	answered := false
	for i, wants := range ways {
		request := s.request(repo, wants, asked, present)
		if i > 0 {
			request.Begin = s.policy.Patience // it is said already that the repository is updated
		}
		err := s.fetch(ctx, repo, request)
		if err == nil {
			if there, err := present(ctx); there || err != nil {
				return err
			}
			answered = true
		} else if last = err; !isNoAnswer(err) {
			return err
		}
	}
	if answered {
		return notFound(repo, asked)
	}
	return explain(repo, asked, last)
}

// isNoAnswer tells whether a server may answer if it is asked otherwise.
func isNoAnswer(err error) bool {
	var failed *gitdb.FetchError
	return errors.As(err, &failed) && (failed.Kind == gitdb.Missing || failed.Kind == gitdb.Other)
}

func (s *Source) request(repo *repository, wants gitdb.Wants, ref crate.GitRef, present func(context.Context) (bool, error)) gitdb.Request {
	return gitdb.Request{URL: repo.url, Wants: wants, Present: present, Begin: func() (gitdb.Patience, error) {
		if s.policy.Offline != "" {
			return gitdb.Patience{}, &OfflineError{redact.Strict(repo.url), what(ref), s.policy.Offline}
		}
		s.voice.Status("Updating", "git "+repo.scope+" `"+redact.Text(repo.shown)+"`")
		return s.policy.Patience()
	}}
}

// what is a reference for people.
func what(ref crate.GitRef) string {
	switch ref.Kind {
	case crate.Branch:
		return "branch `" + ref.Name + "`"
	case crate.Tag:
		return "tag `" + ref.Name + "`"
	case crate.DefaultBranch:
		return "the default branch"
	default:
		return "revision `" + ref.Name + "`"
	}
}

func notFound(repo *repository, ref crate.GitRef) error {
	return &RevisionError{redact.Strict(repo.url), what(ref), ""}
}

// explain turns git's words for a missing reference into ours, and knows the address of a pull request's page.
func explain(repo *repository, ref crate.GitRef, err error) error {
	var failed *gitdb.FetchError
	if !errors.As(err, &failed) || failed.Kind != gitdb.Missing {
		return err
	}
	if page, number, ok := pullRequest(repo.url); ok {
		return &RevisionError{redact.Strict(repo.url), "a repository", ", which is the page of a pull request; write git = \"" + page + "\", rev = \"refs/pull/" + number + "/head\""}
	}
	if strings.Contains(failed.Said, "remote ref") || strings.Contains(failed.Said, "refspec") || strings.Contains(failed.Said, "reference not found") {
		return notFound(repo, ref)
	}
	return err
}

// pullRequest takes the address of a pull request's page apart.
func pullRequest(url string) (repository, number string, ok bool) {
	path, found := strings.CutPrefix(url, "https://github.com/")
	parts := strings.Split(path, "/")
	if !found || len(parts) < 4 || parts[2] != "pull" {
		return "", "", false
	}
	return "https://github.com/" + parts[0] + "/" + parts[1] + ".git", parts[3], true
}
