package toolchain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"berth/internal/archive"
	"berth/internal/dist"
	"berth/internal/download"
	"berth/internal/lockfs"
	"berth/internal/openfiles"
	"berth/internal/store"
)

// takeComponents holds every wanted component, and makes those that are not in the
// store. Each is held from the moment it is there until the tree is linked: made for
// no tree yet, it would go with the next sweep, and who uninstalls often enough would
// have us fetch it for ever.
func (t *transaction) takeComponents(ctx context.Context, list []*wanted) error {
	absent, err := t.takePresent(ctx, list)
	if err != nil || len(absent) == 0 {
		return err
	}
	busy, err := t.firstPass(ctx, absent)
	if err != nil || len(busy) == 0 {
		return err
	}
	slots := t.slots()
	group, ctx := errgroup.WithContext(ctx)
	for _, w := range busy {
		group.Go(func() error { return t.makeComponent(ctx, w, true, slots) })
	}
	return group.Wait()
}

func closeAll(list []*wanted) {
	for _, w := range list {
		if w.held != nil {
			w.held.Close()
		}
	}
}

// takePresent holds what is in the store already.
func (t *transaction) takePresent(ctx context.Context, list []*wanted) (absent []*wanted, err error) {
	for _, w := range list {
		if w.adopted != nil {
			continue
		}
		if w.Hash == "" || !t.store.HasComponent(w.Hash) {
			absent = append(absent, w)
			continue
		}
		w.held, err = t.store.OpenComponent(ctx, w.Hash, w.name)
		if errors.Is(err, store.ErrNoComponent) {
			absent = append(absent, w)
		} else if err != nil {
			return nil, err
		}
	}
	return absent, nil
}

// firstPass does what nobody else does, the biggest first.
func (t *transaction) firstPass(ctx context.Context, list []*wanted) (busy []*wanted, err error) {
	slots := t.slots()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(t.parallel())
	results := make([]bool, len(list))
	ordered := heaviestFirst(list)
	t.announce(ordered)
	for i, w := range ordered {
		group.Go(func() error {
			err := t.makeComponent(ctx, w, false, slots)
			if errors.Is(err, lockfs.ErrBusy) {
				results[i] = true
				return nil
			}
			return err
		})
	}
	err = group.Wait()
	for i, isBusy := range results {
		if isBusy {
			busy = append(busy, ordered[i])
		}
	}
	return busy, err
}

func (t *transaction) announce(list []*wanted) {
	var names []string
	for _, w := range list {
		names = append(names, w.shown)
	}
	if len(names) > 0 {
		t.voice.Announce(names...)
	}
}

// heaviestFirst starts with what takes longest, so that the last one to run is a
// short one: compiler and documentation, then the standard libraries.
func heaviestFirst(list []*wanted) []*wanted {
	weight := map[string]int{"rustc": 4, "rust-docs": 3, "rustc-dev": 3, "rust-std": 2, "llvm-tools-preview": 2, "cargo": 1}
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b *wanted) int { return weight[b.Pkg] - weight[a.Pkg] })
	return sorted
}

// filesOfComponent is how many files are open while a component is made: a connection, what has come, locks, and what is unpacked.
const filesOfComponent = 16

// parallel is how many components are made at once. Decoding is what takes the
// time, so more than there are cores only costs memory.
func (t *transaction) parallel() int {
	if t.server.Parallel > 0 {
		return t.server.Parallel
	}
	return openfiles.Alone(max(2, min(8, runtime.GOMAXPROCS(0))), filesOfComponent)
}

func (t *transaction) slots() *semaphore.Weighted { return semaphore.NewWeighted(int64(t.parallel())) }

// makeComponent makes a component, unless somebody else did meanwhile, and holds it.
func (t *transaction) makeComponent(ctx context.Context, w *wanted, wait bool, slots *semaphore.Weighted) error {
	if w.Hash == "" {
		return fmt.Errorf("component %s is not in the release's manifest and cannot be taken from the installed toolchain", w.name)
	}
	format, err := archive.FormatOf(w.URL)
	if err != nil {
		return err
	}
	progress := func() string { return bytesSoFar(t.archives.Size(w.Hash)) }
	w.held, err = t.store.TakeComponent(ctx, w.Hash, w.name, wait, progress, func(ctx context.Context, dir string) (*archive.Contents, error) {
		if err := slots.Acquire(ctx, 1); err != nil {
			return nil, context.Cause(ctx)
		}
		defer slots.Release(1)
		return t.fetchAndUnpack(ctx, w, format, dir)
	})
	return err
}

func bytesSoFar(n int64) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf("%.1f MiB so far", float64(n)/(1<<20))
}

// fetchAndUnpack unpacks behind the download. When the transfer has to begin
// again the directory is emptied; when the digest is wrong in the end, Fetch
// fails and the caller throws the directory away.
func (t *transaction) fetchAndUnpack(ctx context.Context, w *wanted, format archive.Format, dir string) (*archive.Contents, error) {
	task := t.voice.Task(w.shown)
	defer task.Done()
	want := download.Want{
		URL:      dist.MirrorURL(w.URL, t.server.Root),
		SHA256:   w.Hash,
		Name:     w.name,
		StockDir: t.dir.Join("downloads"),
	}
	var contents *archive.Contents
	err := t.archives.Fetch(ctx, want, &taskProgress{task: task}, func(ctx context.Context, r io.Reader) (err error) {
		if err := empty(dir); err != nil {
			return err
		}
		contents, err = archive.Unpack(ctx, r, format, archive.Options{
			Dir: dir, Component: w.name, Short: w.Pkg,
			Warn: func(text string) { t.voice.Warnf("%s: %s", w.name, text) },
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("component %s: %w", w.name, err)
	}
	return contents, nil
}

func empty(dir string) error {
	if entries, err := os.ReadDir(dir); err != nil || len(entries) == 0 {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Mkdir(dir, 0o777)
}

// taskProgress tells a task what a download tells. Unpacking ends after the
// last byte has come, by seconds in a large component: the row says so rather
// than that nothing is left to do.
type taskProgress struct {
	task Task
	left int64 // bytes that are still to come; negative where the server names no length
}

func (p *taskProgress) Start(total, have int64) {
	p.left = total - have
	p.task.Stage("downloading", total)
	p.task.Skip(have)
	p.arrived()
}

func (p *taskProgress) Add(n int) {
	p.left -= int64(n)
	p.task.Add(int64(n))
	p.arrived()
}

func (p *taskProgress) arrived() {
	if p.left == 0 {
		p.task.Stage("unpacking", 0)
	}
}
