package registryserver

import (
	"context"
	"net/http"
	"path/filepath"

	"berth/internal/testkit/gitkit"
)

// GitIndex is the URL of the index as a git repository over HTTP. CommitIndex has to have made it.
func (s *Server) GitIndex() string { return s.URL() + "/git/" + filepath.Base(s.options.GitIndex) }

// CommitIndex makes a commit of what is published now, and returns its id. Until then git clients see the last one.
func (s *Server) CommitIndex(ctx context.Context) (string, error) {
	s.gitMu.Lock()
	defer s.gitMu.Unlock()
	return gitkit.Snapshot(ctx, s.options.GitIndex, filepath.Join(s.Tree.Dir, "index"), map[string]string{"config.json": s.config()})
}

func (s *Server) serveGit() http.Handler {
	return http.StripPrefix("/git", gitkit.Handler(filepath.Dir(s.options.GitIndex)))
}
