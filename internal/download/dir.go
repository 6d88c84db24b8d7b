package download

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"

	"berth/internal/lockfs"
)

// Dir is the store of downloaded files of one home.
type Dir struct {
	client *Client
	files  lockfs.Filesystem
	locks  lockfs.Filesystem
}

// NewDir is the store below home, which is $RUSTUP_HOME/berth/v1; nothing is touched.
func NewDir(client *Client, home lockfs.Filesystem) *Dir {
	return &Dir{client, home.Join("downloads"), home.Join("locks", "download")}
}

// Want is a file that is wanted.
type Want struct {
	URL    string
	SHA256 string      // 64 lower-case hexadecimal digits
	Name   string      // of the component, for people
	Header http.Header // sent with each request; may be nil
	// StockDir is stock rustup's downloads; zero for none. It is read only, and trusted with nothing.
	StockDir lockfs.Filesystem
}

// Progress is told how far a download is.
type Progress interface {
	// Start is called when it is known how long the file is (-1: the server does not say) and how much of it is
	// there; again when the transfer goes on or begins anew.
	Start(total, have int64)
	// Add is called when n more bytes are in the file.
	Add(n int)
}

// job is one call of Fetch.
type job struct {
	Want
	progress Progress // never nil
	follow   FollowFunc
	limit    int64 // on the file's length; 0 for none
}

type noProgress struct{}

func (noProgress) Start(int64, int64) {}
func (noProgress) Add(int)            {}

// Fetch sees to it that the file is there, complete and right. Where it is not it is transferred, by one process on
// the machine at a time; what that one, an earlier run or stock rustup left is gone on with.
//
// follow, which may be nil, is called with a reader of the file's bytes, from the first one on, while they arrive. The
// reader ends with io.EOF when all of them are there, which is before their hash is known: what follow makes of them
// counts only if Fetch returns nil. It may be called several times: whenever a transfer begins again the reader fails
// with ErrRestarted, or what was read proves wrong, and everything that follow made is void. An error of its own is
// returned by Fetch, once it is known that the bytes were right; they stay for the next time. Fetch does not return
// before follow has, which must therefore end when its reader or its context does.
//
// A file that is complete is read without a lock: it is never changed, and its hash is checked on the way.
func (d *Dir) Fetch(ctx context.Context, w Want, p Progress, follow FollowFunc) error {
	return d.fetch(ctx, job{Want: w, progress: p, follow: follow})
}

// FetchHeld is Fetch for who holds a lock of their own on what the file is for, and only then: no other lock is taken. The
// complete file is at File, to be taken away under that lock.
func (d *Dir) FetchHeld(ctx context.Context, held *lockfs.FileLock, w Want, p Progress, follow FollowFunc) error {
	j := job{Want: w, progress: p, follow: follow}
	if err := d.check(&j); err != nil {
		return err
	}
	return d.client.advised(d.fetchLocked(ctx, held, j))
}

// File is where the complete file is, if it is there.
func (d *Dir) File(sha string) lockfs.Filesystem { return d.complete(sha) }

func (d *Dir) check(j *job) error {
	if !isSHA256(j.SHA256) {
		return fmt.Errorf("cannot download %s: expected a sha256 of 64 hexadecimal digits, got '%s'; the manifest is damaged, check %s", shownText(j.URL), j.SHA256, d.client.config.Advice.server())
	}
	if j.progress == nil {
		j.progress = noProgress{}
	}
	return nil
}

func (d *Dir) fetch(ctx context.Context, j job) error {
	if err := d.check(&j); err != nil {
		return err
	}
	return d.client.advised(d.find(ctx, j))
}

func (d *Dir) find(ctx context.Context, j job) error {
	err := j.readWhole(ctx, &d.client.buffers, d.complete(j.SHA256))
	if err == nil || !needsTransfer(err) {
		return err
	}
	return d.lock(j.Want).With(ctx, lockfs.Exclusive, func(ctx context.Context, held *lockfs.FileLock) error {
		return d.fetchLocked(ctx, held, j)
	})
}

// fetchLocked looks again, at our file and at stock's, and transfers what is missing.
func (d *Dir) fetchLocked(ctx context.Context, held *lockfs.FileLock, j job) error {
	err := j.readWhole(ctx, &d.client.buffers, d.complete(j.SHA256))
	if errors.As(err, new(*damaged)) {
		if err := held.Remove("download.damaged", d.complete(j.SHA256)); err != nil {
			return err
		}
	} else if !needsTransfer(err) {
		return err
	}
	if err := d.files.MkdirAll(); err != nil {
		return fmt.Errorf("cannot make %s: %w", d.files.Display(), err)
	}
	if j.hasStock() {
		err := j.readWhole(ctx, &d.client.buffers, j.StockDir.Join(j.SHA256))
		if !needsTransfer(err) {
			return errors.Join(err, d.adopt(ctx, held, j))
		}
	}
	return d.transfer(ctx, held, j)
}

func (d *Dir) complete(sha string) lockfs.Filesystem { return d.files.Join(sha) }
func (d *Dir) partial(sha string) lockfs.Filesystem  { return d.files.Join(sha + partialSuffix) }
func (d *Dir) etag(sha string) lockfs.Filesystem     { return d.files.Join(sha + etagSuffix) }

const (
	partialSuffix = ".partial"
	etagSuffix    = ".etag"
)

func (d *Dir) lock(w Want) lockfs.Lock {
	name := w.Name
	if name == "" {
		name = w.SHA256[:16]
	}
	l := lockfs.NewLock(d.locks.Join(w.SHA256[:16]+".lock"), lockfs.RankDownload, "download of "+name)
	l.Progress = func() string { return amount(d.Size(w.SHA256)) + " so far" }
	return l
}

func isSHA256(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}

// damaged is a complete file with other bytes than its name says.
type damaged struct{ path, got string }

func (e *damaged) Error() string { return e.path + " is damaged: its sha256 is " + e.got }

// errAbsent is an error of its own because a follower may fail with fs.ErrNotExist, too.
var errAbsent = errors.New("no complete file")

func needsTransfer(err error) bool {
	return errors.Is(err, errAbsent) || errors.As(err, new(*damaged))
}

// readWhole reads a complete file, lets the follower read it, and says whether it is what its name says. Whether
// a follower's error means anything is known only then.
func (j job) readWhole(ctx context.Context, b *buffers, file lockfs.Filesystem) error {
	f, err := file.Open()
	if errors.Is(err, fs.ErrNotExist) {
		return errAbsent
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if j.limit > 0 && info.Size() > j.limit {
		return &TooLargeError{URL: shownText(j.URL), Limit: j.limit}
	}
	j.progress.Start(info.Size(), info.Size())
	reading := follow(ctx, b, f, j.follow, func(error) {})
	reading.feed.grow(info.Size())
	reading.end(nil)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case reading.read != nil:
		return &damaged{file.Display(), reading.read.Error()}
	case reading.sum != j.SHA256:
		return &damaged{file.Display(), reading.sum}
	default:
		return reading.fn
	}
}

// forgetPartial removes the tag first: alone it would be taken for that of the next partial file.
func (d *Dir) forgetPartial(held *lockfs.FileLock, sha string) error {
	if err := held.Remove("download.etag.remove", d.etag(sha)); err != nil {
		return err
	}
	return held.Remove("download.partial.remove", d.partial(sha))
}
