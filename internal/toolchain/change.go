package toolchain

import (
	"context"
	"errors"
	"fmt"

	"berth/internal/dist"
	"berth/internal/lockfs"
	"berth/internal/names"
	"berth/internal/store"
)

// Choice is what a component or target command wants of a toolchain, by the
// user's words: worked out under the lock of the name, on what is there then.
type Choice func(*dist.View) (add, remove []dist.Component, err error)

// Change adds and removes components of an installed toolchain. No manifest is
// fetched: the toolchain's own one says what belongs to it.
func (h *Home) Change(ctx context.Context, o names.Official, choose Choice) (*dist.Plan, error) {
	var plan *dist.Plan
	name := o.String()
	err := h.transact(ctx, name, func(ctx context.Context, held *lockfs.FileLock) error {
		t, err := h.look(ctx, o, held)
		if err != nil {
			return err
		}
		if !t.isInstalled() {
			return &NotInstalledError{Name: name}
		}
		plan, err = t.change(ctx, choose)
		return err
	})
	if err != nil {
		return nil, err
	}
	return plan, nil
}

func (t *transaction) change(ctx context.Context, choose Choice) (*dist.Plan, error) {
	if err := t.loadWhole(ctx); err != nil {
		return nil, err
	}
	view, err := t.now.View(t.toolchain)
	if err != nil {
		return nil, err
	}
	add, remove, err := choose(view)
	if err != nil {
		return nil, err
	}
	change := dist.Change{
		Toolchain: t.toolchain.ManifestName(),
		Host:      t.toolchain.Target,
		Old:       t.now.Manifest,
		New:       t.now.Manifest,
		Config:    t.now.Config,
		V1:        t.now.V1,
		Add:       add,
		Remove:    remove,
	}
	plan, err := change.Plan()
	if err != nil || plan.Nothing() {
		return plan, err
	}
	return plan, t.apply(ctx, plan, &release{t.now.Manifest, t.manifestSum()})
}

// loadWhole reads the records, and makes a tree of ours anew where somebody
// broke them: without a manifest nobody knows what there is to add.
func (t *transaction) loadWhole(ctx context.Context) error {
	now, err := readPlace(t.now.Place)
	if err != nil && t.now.Place.Kind == store.InStore {
		t.warnDamaged(err)
		if err := t.repair(ctx); err != nil {
			return err
		}
		if t.now.Place, err = t.store.Look(t.name); err != nil {
			return err
		}
		now, err = readPlace(t.now.Place)
	}
	if err == nil {
		t.now = now
	}
	return err
}

// manifestSum is the SHA-256 of the manifest that the tree was made from; "" for
// a toolchain of stock's, of which nobody knows it.
func (t *transaction) manifestSum() string {
	if t.now.Place.Kind != store.InStore {
		return ""
	}
	return t.store.ManifestOf(t.now.Place.Hash)
}

// Uninstall makes name stand for nothing. The hash goes first: killed between
// the two, the toolchain is there and the next install looks at the server.
// false means that there was nothing.
func (h *Home) Uninstall(ctx context.Context, name string) (bool, error) {
	was := false
	err := h.transact(ctx, name, func(ctx context.Context, held *lockfs.FileLock) error {
		place, err := h.settled(ctx, name)
		if err != nil {
			return err
		}
		was = place.Kind != store.None || h.dir.Join("toolchains", name).Exists()
		if err := held.Remove("toolchain.uninstall.hash", h.updateHash(name)); err != nil {
			return err
		}
		t := &transaction{Home: h, name: name, held: held, now: unread(place)}
		lease, err := t.makeWay(ctx)
		if err != nil {
			return err
		}
		defer lease.Close()
		return h.store.Unlink(ctx, held, name)
	})
	return was, err
}

// ErrNoPrevious says that there is nothing to roll back to.
var ErrNoPrevious = errors.New("there is no tree from before the last switch")

// Rollback points name to the tree before the last switch. The update hash goes,
// so that the next update brings the newer one back.
func (h *Home) Rollback(ctx context.Context, name string) (store.Place, error) {
	var to store.Place
	err := h.transact(ctx, name, func(ctx context.Context, held *lockfs.FileLock) error {
		previous, err := h.store.Previous(name)
		if err == nil && previous.Kind == store.None {
			return fmt.Errorf("toolchain '%s' cannot be rolled back: %w", name, ErrNoPrevious)
		}
		if err == nil {
			err = held.Remove("toolchain.rollback.hash", h.updateHash(name))
		}
		if err != nil {
			return err
		}
		to, err = h.store.Rollback(ctx, held, name)
		if err == nil && to.Kind == store.None {
			return fmt.Errorf("toolchain '%s' cannot be rolled back: %w", name, ErrNoPrevious)
		}
		return err
	})
	return to, err
}

// LinkError says that a directory cannot be a toolchain.
type LinkError struct{ Path, Problem string }

func (e *LinkError) Error() string {
	return fmt.Sprintf("invalid toolchain: the path '%s' %s", e.Path, e.Problem)
}

// Link makes name a link to the user's own toolchain at path.
func (h *Home) Link(ctx context.Context, name names.Custom, path string) error {
	return h.transact(ctx, name.String(), func(ctx context.Context, held *lockfs.FileLock) error {
		return h.store.LinkTo(ctx, held, name.String(), path)
	})
}
