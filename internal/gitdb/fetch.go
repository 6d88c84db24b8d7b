package gitdb

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"berth/internal/lockfs"
)

// Request is one fetch that somebody needs.
type Request struct {
	URL   string
	Wants Wants
	// Present is asked before and after the wait for the lock; true ends the request without a fetch. nil is for what may
	// have moved since, and so is fetched by each process, but for those that waited for one that began after they did.
	Present func(ctx context.Context) (bool, error)
	// Since makes do with what any process has fetched from then on; the zero time is for what this one begins or waits for.
	Since time.Time
	// Begin is called before the network is used, and says how patiently; an error ends the request (offline). May be nil.
	Begin func() (Patience, error)
}

// Patience is how failures that may pass are borne.
type Patience struct {
	Retries  int
	Retrying func(err error, left int)                        // may be nil
	Wait     func(ctx context.Context, d time.Duration) error // nil is a timer
}

// Fetch has the database hold what r wants.
func (d *Database) Fetch(ctx context.Context, r Request) error {
	if err := d.recover(ctx); err != nil {
		return err
	}
	if there, err := r.present(ctx); there || err != nil {
		return err
	}
	seen := d.readRecord()
	if d.isFresh(seen, r) {
		return nil
	}
	return d.place.Lock.With(ctx, lockfs.Exclusive, func(ctx context.Context, held *lockfs.FileLock) error {
		if err := d.publishLeftover(ctx, held); err != nil {
			return err
		}
		if there, err := r.present(ctx); there || err != nil {
			return err
		}
		if now := d.readRecord(); d.isFresh(now, r) || r.Present == nil && d.Exists() && now.Done[r.key()] > seen.Begun {
			return nil
		}
		return d.fetch(ctx, held, r)
	})
}

// isFresh tells whether a fetch of the same ended since the time that r names. One that ended in the future tells nothing.
func (d *Database) isFresh(seen record, r Request) bool {
	ended := seen.Ended[r.key()]
	return !r.Since.IsZero() && d.Exists() && !ended.Before(r.Since) && !ended.After(time.Now().Add(time.Second))
}

func (r Request) present(ctx context.Context) (bool, error) {
	if r.Present == nil {
		return false, nil
	}
	return r.Present(ctx)
}

// Identity tells databases apart that took each other's place; nil of one that is not there.
func (d *Database) Identity() fs.FileInfo {
	info, err := os.Stat(d.dir)
	if err != nil {
		return nil
	}
	return info
}

// Renew fetches r into a database made from nothing, which takes the place of one that was found damaged, unless another
// one has its place already.
func (d *Database) Renew(ctx context.Context, damaged fs.FileInfo, r Request) error {
	return d.place.Lock.With(ctx, lockfs.Exclusive, func(ctx context.Context, held *lockfs.FileLock) error {
		if now := d.Identity(); now != nil && damaged != nil && !os.SameFile(now, damaged) {
			return nil
		}
		if _, err := r.begin(); err != nil {
			return err
		}
		return d.attempt(ctx, held, r, fresh)
	})
}

func (r Request) begin() (Patience, error) {
	if r.Begin == nil {
		return Patience{}, nil
	}
	return r.Begin()
}

// start says what a fetch starts from.
type start int

const (
	borrow start = iota // the database's objects
	fresh               // nothing: the database is replaced
)

// fetch fetches, again where a failure may pass, and from nothing where the database is damaged.
func (d *Database) fetch(ctx context.Context, held *lockfs.FileLock, r Request) error {
	patience, err := r.begin()
	if err != nil {
		return err
	}
	number, err := d.recordBegun(held)
	if err != nil {
		return err
	}
	if err := d.tidy(ctx, held); err != nil {
		return err
	}
	from := borrow
	for failures := 0; ; {
		err := d.attempt(ctx, held, r, from)
		var failed *FetchError
		switch {
		case err == nil:
			return d.recordDone(held, r.key(), number)
		case !errors.As(err, &failed) || ctx.Err() != nil:
			return err
		case failed.Kind == Damaged && from == borrow && d.Exists():
			from = fresh
		case failed.Kind != Network || failures >= patience.Retries:
			return err
		default:
			if err := patience.bear(ctx, err, failures); err != nil {
				return err
			}
			failures++
		}
	}
}

const (
	firstWait   = 500 * time.Millisecond
	longestWait = 10 * time.Second
)

func (p Patience) bear(ctx context.Context, err error, failures int) error {
	if p.Retrying != nil {
		p.Retrying(err, p.Retries-failures)
	}
	wait := min(firstWait<<min(failures, 10), longestWait)
	if p.Wait != nil {
		return p.Wait(ctx, wait)
	}
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// attempt fetches into a scratch directory, and publishes it.
func (d *Database) attempt(ctx context.Context, held *lockfs.FileLock, r Request, from start) error {
	scratch, err := d.place.Staging.New(ctx)
	if err != nil {
		return err
	}
	defer scratch.Close()
	repository := scratch.Dir.Join("repository")
	dir := scratch.Path() + string(filepath.Separator) + "repository"
	if err := initGit(dir, !d.place.HasTree); err != nil {
		return err
	}
	if from == borrow && d.Exists() {
		if err := d.lend(dir); err != nil {
			return err
		}
	}
	if err := d.engine.Fetch(ctx, dir, r.URL, r.Wants); err != nil {
		return err
	}
	os.Remove(filepath.Join(dir, "FETCH_HEAD"))
	if err := d.place.Work.MkdirAll(); err != nil {
		return err
	}
	if err := held.Rename("gitdb.fetch.arrived", repository, d.place.arrived()); err != nil {
		return err
	}
	return d.publish(ctx, held, from == fresh)
}

// lend gives the repository at dir the objects of the database, and references to them, so that the server is told what
// there is. They have names of their own: what is fetched then meets no reference that stands where it belongs.
func (d *Database) lend(dir string) error {
	objects, err := filepath.Abs(filepath.Join(d.dir, "objects"))
	if err != nil {
		return err
	}
	all, err := readRefs(d.dir)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "objects", "info", "alternates"), []byte(filepath.ToSlash(objects)+"\n"), 0o666); err != nil {
		return err
	}
	lent := refs{}
	for _, object := range all {
		lent[lentPrefix+object] = object
	}
	return os.WriteFile(filepath.Join(dir, packedName), lent.pack(), 0o666)
}

const lentPrefix = "refs/berth/lent/"

// Init makes an empty repository at dir, as git and stock make one, without templates. What is bare has its files in dir
// itself, else they are in dir/.git; dir may exist.
func Init(dir string, bare bool) error {
	if !bare {
		dir = filepath.Join(dir, ".git")
	}
	return initGit(dir, bare)
}

// initGit makes the files of an empty repository in dir itself.
func initGit(dir string, bare bool) error {
	config := "[core]\n\trepositoryformatversion = 0\n\tfilemode = " + fileMode + "\n\tbare = true\n"
	if !bare {
		config = "[core]\n\trepositoryformatversion = 0\n\tfilemode = " + fileMode + "\n\tbare = false\n\tlogallrefupdates = true\n\tautocrlf = false\n"
	}
	for _, sub := range []string{"objects/info", "objects/pack", "refs/heads", "refs/tags"} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.FromSlash(sub)), 0o777); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "config"), []byte(config), 0o666); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "HEAD"), []byte("ref: refs/heads/master\n"), 0o666)
}

// recover publishes a leftover where nobody is at work, and removes an unfinished record: who needs no fetch would let them lie.
func (d *Database) recover(ctx context.Context) error {
	if !d.place.arrived().Exists() && !d.place.record().HasUnfinished() {
		return nil
	}
	ctx, held, err := d.place.Lock.Try(ctx, lockfs.Exclusive)
	if errors.Is(err, lockfs.ErrBusy) || errors.Is(err, lockfs.ErrNoLockFile) {
		return nil
	}
	if err != nil {
		return err
	}
	defer held.Close()
	held.RemoveUnfinishedOf(d.place.record())
	return d.publishLeftover(ctx, held)
}

// publishLeftover publishes what a killed process had fetched to the end.
func (d *Database) publishLeftover(ctx context.Context, held *lockfs.FileLock) error {
	if _, err := d.place.arrived().Lstat(); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return d.publish(ctx, held, false)
}

// mostPacks is how many fetches make it worth to pack anew; git's own limit.
const mostPacks = 50

// tidy packs anew where there are many packs: each object is looked for in each of them.
func (d *Database) tidy(ctx context.Context, held *lockfs.FileLock) error {
	entries, err := d.place.database().Join("objects", "pack").ReadDir()
	if err != nil {
		return err
	}
	packs := 0
	for _, e := range entries {
		if filepath.Ext(e.Name()) == ".pack" {
			packs++
		}
	}
	if packs < mostPacks {
		return nil
	}
	d.engine.Repack(ctx, held.Path(d.place.database())) // it only makes reading faster
	return ctx.Err()
}
