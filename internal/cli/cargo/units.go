package cargo

import (
	"context"
	"fmt"
	"path/filepath"

	"berth/internal/app"
	"berth/internal/config"
	"berth/internal/lockfs"
	"berth/internal/unitstore"
)

// Units is a place where compiled units are kept, with what it may take.
type Units struct {
	*unitstore.Store
	Shared bool // by all workspaces; else of one target directory
	Limit  int64
}

// StoresHere are the store of CARGO_HOME and, where there is one, that of the target directory: the one that is named, or
// that of the configuration, or target/ in the current directory or above it.
func StoresHere(a *app.App, targetDir string) ([]Units, error) {
	c := &cli{App: a}
	cfg, err := c.load(nil)
	if err != nil {
		return nil, err
	}
	settings, err := cfg.Build()
	if err != nil {
		return nil, err
	}
	home := lockfs.At(a.Env.CargoHome)
	stores := []*unitstore.Store{unitstore.Shared(home)}
	target, err := c.targetHere(cfg, settings, targetDir)
	if err != nil {
		return nil, err
	}
	if target != "" {
		stores = append(stores, unitstore.Workspace(lockfs.At(target), home))
	}
	var all []Units
	for i, s := range stores {
		limit, err := c.storeLimit(settings, s)
		if err != nil {
			return nil, err
		}
		all = append(all, Units{s, i == 0, limit})
	}
	return all, nil
}

// storeLimit is what a store may take: BERTH_STORE_SIZE, then [build] store-size.
func (c *cli) storeLimit(settings config.Build, s *unitstore.Store) (int64, error) {
	by := "BERTH_STORE_SIZE"
	said, _ := c.Lookup(by)
	if said == "" {
		by, said = "`build.store-size`", settings.StoreSize.Val
	}
	limit, err := unitstore.LimitOf(said, s.Root())
	if err != nil {
		return 0, fmt.Errorf("%s: %w", by, err)
	}
	return limit, nil
}

func (c *cli) targetHere(cfg *config.Config, settings config.Build, named string) (string, error) {
	dir, err := c.Dir()
	if err != nil {
		return "", err
	}
	switch {
	case named != "" && filepath.IsAbs(named):
		return named, nil
	case named != "":
		return filepath.Join(dir, named), nil
	case settings.BuildDir.Set:
		return cfg.Path(settings.BuildDir), nil
	case settings.TargetDir.Set:
		return cfg.Path(settings.TargetDir), nil
	}
	for at := dir; ; at = filepath.Dir(at) {
		target := filepath.Join(at, "target")
		if lockfs.At(target).Join("berth", unitstore.Version, "units").Exists() {
			return target, nil
		}
		if filepath.Dir(at) == at {
			return "", nil
		}
	}
}

// tidy keeps stores to their limits after a build. That it fails is no reason for a build to fail.
func (c *cli) tidy(ctx context.Context, cfg *config.Config, stores ...*unitstore.Store) {
	settings, err := cfg.Build()
	if err != nil {
		return
	}
	for _, s := range stores {
		limit, err := c.storeLimit(settings, s)
		if err != nil {
			c.UI.Warnf("the store of compiled units is not kept to a size: %v", err)
			return
		}
		if err := s.Tidy(ctx, unitstore.DefaultPolicy(limit)); err != nil && ctx.Err() == nil {
			c.UI.Debugf("units", "%v", err)
		}
	}
}
