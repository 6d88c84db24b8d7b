package lockfs

import "context"

// Ensure is the one spelling of: look, lock, look again, make. present must be
// cheap and true only for something whole; make runs under the exclusive lock,
// which proves that an earlier maker is dead, so it may clear what that one
// left. Whoever comes second finds it present and does nothing.
func Ensure(ctx context.Context, l Lock, present func() (bool, error), make func(context.Context, *FileLock) error) error {
	if there, err := present(); there || err != nil {
		return err
	}
	return l.With(ctx, Exclusive, func(ctx context.Context, held *FileLock) error {
		if there, err := present(); there || err != nil {
			return err
		}
		return make(ctx, held)
	})
}
