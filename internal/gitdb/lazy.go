package gitdb

import "context"

// Lazy is an engine that is looked for when it is first wanted.
func Lazy(engine func() Engine) Engine { return lazy{engine} }

type lazy struct{ engine func() Engine }

func (l lazy) Fetch(ctx context.Context, dir, url string, w Wants) error {
	return l.engine().Fetch(ctx, dir, url, w)
}

func (l lazy) Commit(ctx context.Context, dir, name string) (string, error) {
	return l.engine().Commit(ctx, dir, name)
}

func (l lazy) Abbreviate(ctx context.Context, dir, commit string) (string, error) {
	return l.engine().Abbreviate(ctx, dir, commit)
}

func (l lazy) File(ctx context.Context, dir, commit, path string) ([]byte, error) {
	return l.engine().File(ctx, dir, commit, path)
}

func (l lazy) Tree(ctx context.Context, dir, commit string) (Tree, error) {
	return l.engine().Tree(ctx, dir, commit)
}

func (l lazy) Submodule(ctx context.Context, dir, commit, path string) (string, error) {
	return l.engine().Submodule(ctx, dir, commit, path)
}

func (l lazy) CheckOut(ctx context.Context, dir, tree, commit string) error {
	return l.engine().CheckOut(ctx, dir, tree, commit)
}

func (l lazy) Repack(ctx context.Context, dir string) error { return l.engine().Repack(ctx, dir) }
