package lockfs

import "context"

// Ensure is the one spelling of: look, lock, look again, make. present must be
// cheap and true only for something whole; make runs under the exclusive lock,
// which proves that an earlier maker is dead, so it may clear what that one
// left. Whoever comes second finds it present and does nothing.
func Ensure(ctx context.Context, l Lock, present func() (bool, error), make func(context.Context, *FileLock) error) error {
	return ensure(ctx, l.Acquire, present, make)
}

// TryEnsure is Ensure for who has other work to do first: ErrBusy while somebody
// else is at it.
func TryEnsure(ctx context.Context, l Lock, present func() (bool, error), make func(context.Context, *FileLock) error) error {
	return ensure(ctx, l.Try, present, make)
}

func ensure(ctx context.Context, take func(context.Context, Mode) (context.Context, *FileLock, error),
	present func() (bool, error), make func(context.Context, *FileLock) error) error {
	if there, err := present(); there || err != nil {
		return err
	}
	ctx, held, err := take(ctx, Exclusive)
	if err != nil {
		return err
	}
	defer held.Close()
	if there, err := present(); there || err != nil {
		return err
	}
	return make(ctx, held)
}
