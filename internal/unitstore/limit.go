package unitstore

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"berth/internal/diskspace"
	"berth/internal/lockfs"
)

// mostByDefault bounds a store on a large disk; on a small one it is a tenth of it.
const mostByDefault = 20 << 30

// LimitOf is what a store may take: as the user says it ("30 GiB", "500MB", "5%" of the disk), or a tenth of the disk and
// 20 GiB at most where he says nothing. Root need not exist.
func LimitOf(said string, root lockfs.Filesystem) (int64, error) {
	if said == "" {
		return min(mostByDefault, diskSize(root)/10), nil
	}
	number := strings.TrimRight(said, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ% ")
	n, err := strconv.ParseFloat(number, 64)
	unit := strings.TrimSpace(said[len(number):])
	if err != nil || n < 0 || math.IsInf(n, 0) || math.IsNaN(n) {
		return 0, fmt.Errorf("expected a size like 20 GiB, 500 MB or 5%%, got %q", said)
	}
	if unit == "%" {
		return int64(min(n, 100) / 100 * float64(diskSize(root))), nil
	}
	factor, ok := map[string]float64{
		"": 1, "b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "tb": 1e12, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40,
		"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
	}[strings.ToLower(unit)]
	if !ok {
		return 0, fmt.Errorf("expected a size like 20 GiB, 500 MB or 5%%, got %q", said)
	}
	return int64(min(n*factor, math.MaxInt64/2)), nil
}

// DefaultPolicy keeps a store within limit. What is only of the same unit made again may take a tenth of that.
func DefaultPolicy(limit int64) Policy {
	return Policy{Limit: limit, Soft: limit / 10, Few: Few, Most: most, Age: time.Hour}
}

const tidiedName = "tidied"

// tidyAge is how often a store is swept by builds that have made something: to look through thousands of units takes a
// tenth of a second.
const tidyAge = 10 * time.Minute

// Tidy is Sweep for the end of a build: only if this process made units, only now and then, and by one process at a time.
func (s *Store) Tidy(ctx context.Context, policy Policy) error {
	if s.count.made.Load() == 0 {
		return nil
	}
	mark := s.root.Join(tidiedName)
	if info, err := mark.Lstat(); err == nil && s.now().Sub(info.ModTime()).Abs() < tidyAge {
		return nil
	}
	lock := lockfs.NewLock(s.root.Join("sweep"+lockSuffix), lockfs.RankSweep, "removing what was not used for long")
	ctx, held, err := lock.Try(ctx, lockfs.Exclusive)
	if errors.Is(err, lockfs.ErrBusy) || cannotWrite(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer held.Retire()
	if err := os.WriteFile(held.Path(mark), nil, 0o666); err != nil { // first, so that others need not look
		return err
	}
	_, err = s.Sweep(ctx, policy)
	return err
}

// diskSize is without limit where it is not known.
func diskSize(root lockfs.Filesystem) int64 {
	n, ok := diskspace.Size(root.Display())
	if !ok {
		return math.MaxInt64
	}
	return n
}
