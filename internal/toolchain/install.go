package toolchain

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"berth/internal/dist"
	"berth/internal/download"
	"berth/internal/lockfs"
	"berth/internal/names"
	"berth/internal/store"
)

// Request asks for an official toolchain to be installed or brought up to date.
type Request struct {
	Toolchain  names.Official
	Profile    dist.Profile // of a first install; default where empty
	Components []string     // to have besides, by the names that users give them
	Targets    []string
	Force      bool // do without what cannot be had
	Downgrade  bool // a nightly may go back behind the installed one
	NoUpdate   bool // an installed toolchain is left as it is
	// First is called when the toolchain stands there for the first time, before
	// the transaction ends: killed in between, the same request calls it again.
	First func(context.Context, names.Official) error
}

// Status is how a transaction ended.
type Status int

const (
	Unchanged Status = iota
	Freshly          // installed for the first time
	Updated
)

// Outcome is what became of a request.
type Outcome struct {
	Status Status
	Before string // rustc's release before an update, as the manifest had it
}

// Install installs the toolchain or brings it up to date.
func (h *Home) Install(ctx context.Context, r Request) (Outcome, error) {
	var out Outcome
	name := r.Toolchain.String()
	err := h.transact(ctx, name, func(ctx context.Context, held *lockfs.FileLock) error {
		t, err := h.look(ctx, r.Toolchain, held)
		if err != nil {
			return err
		}
		out, err = t.install(ctx, r)
		return err
	})
	return out, err
}

// transaction is one name under its lock.
type transaction struct {
	*Home
	toolchain names.Official
	name      string
	held      *lockfs.FileLock
	now       *Installed
}

func (h *Home) look(ctx context.Context, o names.Official, held *lockfs.FileLock) (*transaction, error) {
	t := &transaction{Home: h, toolchain: o, name: o.String(), held: held}
	place, err := h.settled(ctx, t.name)
	t.now = unread(place)
	return t, err
}

// load reads the records of the present toolchain. It is not done before it is
// known that something changes: the manifest alone has a megabyte. Where somebody
// broke them, what a tree of ours consists of is known from its stamp.
func (t *transaction) load(rel *release) error {
	now, err := readPlace(t.now.Place)
	switch {
	case err == nil:
		t.now = now
	case t.now.Place.Kind != store.InStore:
		return err
	default:
		t.warnDamaged(err)
		t.now.Config = t.recordOf(rel)
	}
	return nil
}

func (t *transaction) warnDamaged(err error) {
	t.voice.Warnf("toolchain '%s' is damaged and is made anew: %v", t.name, err)
}

// isDamaged is asked where there may be nothing to do: the update hash says
// nothing about what somebody did to the tree since. It costs nothing where
// nobody touched the records. One that is missing is no damage, as in stock.
func (t *transaction) isDamaged() bool {
	if t.now.Place.Kind != store.InStore || !t.isStock() {
		return false
	}
	_, err := readPlace(t.now.Place)
	return err != nil
}

func (t *transaction) isInstalled() bool { return t.now.Place.Kind != store.None }

func (t *transaction) install(ctx context.Context, r Request) (Outcome, error) {
	if r.NoUpdate && t.isInstalled() {
		return Outcome{}, nil
	}
	stored, err := t.storedHash()
	if err != nil {
		return Outcome{}, err
	}
	asked := len(r.Components)+len(r.Targets) > 0 || t.isDamaged()
	rel, err := t.newer(ctx, stored, asked)
	if err != nil {
		return Outcome{}, err
	}
	if rel == nil {
		return Outcome{}, nil
	}
	if err := t.load(rel); err != nil {
		return Outcome{}, err
	}
	plan, rel, err := t.planInstall(ctx, r, rel)
	if err != nil {
		return Outcome{}, err
	}
	if plan.Nothing() && !t.isInstalled() {
		return Outcome{}, &NotInstallableError{Name: t.name} // the release has nothing for this host
	}
	for _, c := range plan.Skipped {
		t.voice.Warnf("skipping unavailable component %s", rel.Describe(c))
	}
	if plan.Nothing() && t.now.Manifest.Equal(rel.Manifest) {
		return Outcome{}, t.finish(ctx, r, rel, stored)
	}
	out, err := t.carryOut(ctx, plan, rel)
	if err != nil {
		return Outcome{}, err
	}
	return out, t.finish(ctx, r, rel, stored)
}

func (t *transaction) carryOut(ctx context.Context, plan *dist.Plan, rel *release) (Outcome, error) {
	out := Outcome{Status: Freshly}
	if t.isInstalled() {
		out.Status = Updated
		if t.now.Manifest != nil {
			out.Before, _ = t.now.Manifest.Version()
		}
	}
	return out, t.apply(ctx, plan, rel)
}

// finish writes the update hash, whose absence says that the first transaction of
// this toolchain is not over.
func (t *transaction) finish(ctx context.Context, r Request, rel *release, stored []byte) error {
	if r.First != nil && len(stored) == 0 {
		if err := r.First(ctx, t.toolchain); err != nil {
			return err
		}
	}
	return t.writeHash(rel.sha)
}

// storedHash reads the update hash. One without a toolchain is removed, or an
// install would take itself for done (CI caches bring such states back).
func (t *transaction) storedHash() ([]byte, error) {
	file := t.updateHash(t.name)
	stored, err := file.ReadFile()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && !t.isInstalled() {
		t.voice.Warnf("removing stray hash file in order to continue: %s", file.Display())
		return nil, t.held.Remove("toolchain.hash.stray", file)
	}
	return stored, err
}

// newer fetches the manifest if it is another one than that of the stored hash,
// or if components were asked for; nil means that there is nothing to do.
func (t *transaction) newer(ctx context.Context, stored []byte, asked bool) (*release, error) {
	t.voice.Infof("syncing channel updates for %s", t.name)
	sum, err := t.checksum(ctx, t.toolchain, t.toolchain.Date)
	if download.IsNotFound(err) {
		return nil, t.missing(ctx, t.toolchain, nil)
	}
	if err != nil {
		return nil, fmt.Errorf("could not download the checksum of the manifest of '%s': %w", t.toolchain.ManifestName(), err)
	}
	if !asked && t.isInstalled() && dist.UpToDate(stored, sum) {
		return nil, nil
	}
	rel, err := t.manifest(ctx, t.toolchain, t.toolchain.Date, sum)
	var wrong *download.ChecksumError
	if errors.As(err, &wrong) {
		return nil, t.inconsistent(err)
	}
	if download.IsNotFound(err) {
		return nil, t.missing(ctx, t.toolchain, nil)
	}
	if err == nil {
		t.voice.Infof("latest update on %s for version %s", rel.Date, versionOf(rel.Manifest))
	}
	return rel, err
}

// inconsistent: manifest and checksum disagree, which happens while a release is
// being published. An installed toolchain stays, without an error.
func (t *transaction) inconsistent(cause error) error {
	t.voice.Warnf("%v", cause)
	t.voice.Warnf("the server's manifest and its checksum disagree, as they do for some minutes while a release is published")
	if t.isInstalled() {
		return nil
	}
	return &NotInstallableError{Name: t.name}
}

// NotInstallableError says that the server has the release only half, or nothing of it for the host.
type NotInstallableError struct{ Name string }

func (e *NotInstallableError) Error() string {
	return fmt.Sprintf("toolchain '%s' is not installable", e.Name)
}

// Hint is the next step.
func (e *NotInstallableError) Hint() string {
	return "wait until the server has published it, or check RUSTUP_DIST_SERVER"
}

func versionOf(m *dist.Manifest) string {
	v, err := m.Version()
	if err != nil {
		return "unknown"
	}
	return v
}

func (t *transaction) writeHash(sum string) error {
	file := t.updateHash(t.name)
	if err := file.Join("..").MkdirAll(); err != nil {
		return err
	}
	return t.held.WriteUnsynced("toolchain.hash", file, []byte(dist.UpdateHash(sum)))
}
