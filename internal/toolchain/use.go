package toolchain

import (
	"context"
	"errors"

	"berth/internal/dist"
	"berth/internal/download"
	"berth/internal/lockfs"
	"berth/internal/names"
	"berth/internal/store"
)

// Use takes a toolchain to run a tool out of it: the place, and the lease that
// keeps it there. Kind None means that it is not installed. After an unclean
// shutdown the tree is checked first, once, and made anew if it is torn.
func (h *Home) Use(ctx context.Context, name string) (*store.Lease, error) {
	for {
		lease, err := h.store.Lease(ctx, name)
		if err != nil || !h.store.NeedsCheck(lease.Place) {
			return lease, err
		}
		place := lease.Place
		lease.Close() // the check comes before the lease in rank
		sound, err := h.store.Check(ctx, place, func() {
			h.voice.Infof("checking toolchain '%s' after an unclean shutdown", name)
		})
		if errors.Is(err, lockfs.ErrNoLockFile) {
			return h.store.Lease(ctx, name) // a read-only home, maybe an image that was made on another machine
		}
		if err != nil {
			return nil, err
		}
		if !sound {
			if err := h.repair(ctx, place); err != nil {
				return nil, err
			}
		}
	}
}

// UsePath is Use for an absolute path: one of our trees is leased, anything else
// is the user's own and taken as it is.
func (h *Home) UsePath(ctx context.Context, path string) (*store.Lease, error) {
	place, ours := h.store.TreeOf(path)
	if !ours {
		return &store.Lease{Place: store.Place{Kind: store.Linked, Path: path, Name: path}}, nil
	}
	return h.store.LeasePlace(ctx, place)
}

// repair makes a torn tree anew under another name, from what its stamp says:
// the archives are still there, because the tree was never marked durable.
func (h *Home) repair(ctx context.Context, torn store.Place) error {
	h.voice.Warnf("toolchain '%s' was damaged by the shutdown and is made anew", torn.Name)
	parsed, err := names.ParseDirectory(torn.Name)
	if err != nil {
		return err
	}
	o, ok := parsed.(names.Official)
	if !ok {
		return &NotInstalledError{Name: torn.Name, Custom: true}
	}
	return h.transact(ctx, torn.Name, func(ctx context.Context, held *lockfs.FileLock) error {
		now, err := h.store.Look(torn.Name)
		if err != nil || now.Hash != torn.Hash {
			return err // somebody else has done it
		}
		t := &transaction{Home: h, toolchain: o, name: torn.Name, held: held, now: unread(now)}
		return t.repair(ctx)
	})
}

// repair takes the release from what the power loss left: the manifest that the
// stamp names, or the toolchain's own copy of it.
func (t *transaction) repair(ctx context.Context) error {
	sum := t.store.ManifestOf(t.now.Place.Hash)
	in, err := readPlace(t.now.Place)
	if err != nil {
		in = &Installed{}
	}
	if sum == "" && (in.Manifest == nil || in.Config == nil) {
		return t.reinstall(ctx)
	}
	rel := &release{in.Manifest, sum}
	if sum != "" {
		rel, err = t.manifest(ctx, t.toolchain, t.toolchain.Date, sum)
		if errors.As(err, new(*download.ChecksumError)) || download.IsNotFound(err) {
			return t.reinstall(ctx) // the channel has gone on since
		}
		if err != nil {
			return err
		}
	}
	if in.Config == nil {
		in.Config = t.recordOf(rel)
	}
	plan := &dist.Plan{Components: in.Config.Components}
	for _, c := range plan.Components {
		archive, _ := rel.Archive(c)
		plan.Install = append(plan.Install, dist.Download{Component: c, Archive: archive})
	}
	return t.apply(ctx, plan, rel)
}

// recordOf makes the list of components anew from the stamp, which names them.
func (t *transaction) recordOf(rel *release) *dist.Config {
	list := t.store.PartsOf(t.now.Place.Hash)
	config := &dist.Config{}
	offered, _ := rel.Offered(t.toolchain.Target)
	for _, c := range dist.Sorted(offered) {
		if list[c.Name()] {
			config.Components = append(config.Components, c)
		}
	}
	return config
}

// reinstall is for a toolchain that does not know any more what it was: it becomes
// the channel's present release, whatever the update hash says.
func (t *transaction) reinstall(ctx context.Context) error {
	if err := t.held.Remove("toolchain.repair.hash", t.updateHash(t.name)); err != nil {
		return err
	}
	rel, err := t.newer(ctx, nil, true)
	if err != nil {
		return err
	}
	if rel == nil {
		return &NotInstallableError{Name: t.name}
	}
	plan, rel, err := t.planInstall(ctx, Request{Toolchain: t.toolchain, Force: true}, rel)
	if err != nil {
		return err
	}
	if _, err = t.carryOut(ctx, plan, rel); err != nil {
		return err
	}
	return t.writeHash(rel.sha)
}
