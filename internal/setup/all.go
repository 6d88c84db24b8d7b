package setup

import "context"

// UndoAll is Undo, and leaves both homes as if stock rustup alone had been there:
// every toolchain becomes a directory, and berth's folders go. The toolchains come
// first, so that it can be repeated as long as the command is there.
func (s *Setup) UndoAll(ctx context.Context, keepProfile bool) error {
	if err := s.Home.Dissolve(ctx); err != nil {
		return err
	}
	if s.Home.Dir().Join("toolchains").Exists() {
		// Stock makes these with its first toolchain and never removes them.
		for _, name := range []string{"downloads", "tmp", "update-hashes"} {
			if err := s.Home.Dir().Join(name).MkdirAll(); err != nil {
				return err
			}
		}
	}
	return s.Undo(ctx, keepProfile)
}
