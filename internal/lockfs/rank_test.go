package lockfs_test

import (
	"context"
	"errors"
	"testing"

	"berth/internal/lockfs"
)

type wish struct {
	rank lockfs.Rank
	name string
	mode lockfs.Mode
	try  bool
}

func (w wish) take(ctx context.Context, dir lockfs.Filesystem) (context.Context, *lockfs.FileLock, error) {
	lock := lockfs.NewLock(dir.Join(w.name+".lock"), w.rank, w.name)
	if w.try {
		return lock.Try(ctx, w.mode)
	}
	return lock.Acquire(ctx, w.mode)
}

func TestRanks(t *testing.T) {
	const low, high = lockfs.RankToolchain, lockfs.RankComponent
	shared, exclusive := lockfs.Shared, lockfs.Exclusive
	for name, c := range map[string]struct {
		held, wanted wish
		refused      bool
	}{
		"rising":                          {wish{low, "a", exclusive, false}, wish{high, "b", exclusive, false}, false},
		"rising, shared":                  {wish{low, "a", shared, false}, wish{high, "b", shared, false}, false},
		"falling":                         {wish{high, "a", shared, false}, wish{low, "b", shared, false}, true},
		"falling, tried":                  {wish{high, "a", shared, false}, wish{low, "b", shared, true}, true},
		"same, both shared":               {wish{high, "a", shared, false}, wish{high, "b", shared, false}, false},
		"same, exclusive waits":           {wish{high, "a", shared, false}, wish{high, "b", exclusive, false}, true},
		"same, waits beside exclusive":    {wish{high, "a", exclusive, false}, wish{high, "b", shared, false}, true},
		"same, exclusive tried":           {wish{high, "a", exclusive, false}, wish{high, "b", exclusive, true}, false},
		"same, exclusive beside a tried":  {wish{high, "a", exclusive, true}, wish{high, "b", exclusive, false}, true},
		"same lock again, shared":         {wish{high, "a", shared, false}, wish{high, "a", shared, false}, false},
		"same lock again, would deadlock": {wish{high, "a", shared, false}, wish{high, "a", exclusive, false}, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := lockfs.At(t.TempDir())
			ctx, held, err := c.held.take(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			_, second, err := c.wanted.take(ctx, dir)
			var rank *lockfs.RankError
			if errors.As(err, &rank) != c.refused || !c.refused && err != nil {
				t.Fatalf("refused: %v, expected %v", err, c.refused)
			}
			held.Close()
			second.Close()
			_, again, err := c.wanted.take(ctx, dir)
			if err != nil {
				t.Errorf("after the first was released: %v", err)
			}
			again.Close()
		})
	}
}

func TestRankLooksPastReleasedLocks(t *testing.T) {
	dir := lockfs.At(t.TempDir())
	ctx, outer, err := wish{lockfs.RankTree, "outer", lockfs.Shared, false}.take(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, inner, err := wish{lockfs.RankSettings, "inner", lockfs.Exclusive, false}.take(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	inner.Close()
	_, _, err = wish{lockfs.RankToolchain, "low", lockfs.Exclusive, false}.take(ctx, dir)
	var rank *lockfs.RankError
	if !errors.As(err, &rank) || rank.HeldName != "outer" {
		t.Fatalf("%v, expected a refusal because of the outer lock", err)
	}
	outer.Close()
}
