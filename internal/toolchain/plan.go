package toolchain

import (
	"context"
	"errors"
	"time"

	"berth/internal/dist"
	"berth/internal/download"
	"berth/internal/names"
)

// planInstall works out an install or update, on an undated nightly with
// backtracking: a day that lacks what the toolchain has is passed over.
func (t *transaction) planInstall(ctx context.Context, r Request, rel *release) (*dist.Plan, *release, error) {
	budget := max(1, t.server.Backtrack)
	if t.server.Backtrack == 0 {
		budget = 21
	}
	for {
		plan, err := t.planOn(r, rel)
		var lacks *dist.MissingComponentsError
		if !errors.As(err, &lacks) || !t.mayBacktrack() {
			return plan, rel, err
		}
		t.voice.Infof("skipping nightly which is missing installed component '%s'", lacks.Skipped(t.now.Manifest, t.toolchain.Target))
		budget--
		earlier, backErr := t.before(ctx, r, rel, &budget)
		if backErr != nil {
			return nil, rel, backErr
		}
		if earlier == nil {
			return nil, rel, err
		}
		rel = earlier
	}
}

func (t *transaction) mayBacktrack() bool {
	return t.toolchain.Channel == names.Nightly() && t.toolchain.Date == ""
}

// before finds the release of the nearest earlier day that has one. It does not
// go behind the installed one unless that was asked for. A day without a release
// counts against the budget as one does that lacks a component.
func (t *transaction) before(ctx context.Context, r Request, rel *release, budget *int) (*release, error) {
	day, err := rel.Day()
	if err != nil {
		return nil, err
	}
	limit, err := t.oldest(r, day)
	if err != nil {
		return nil, err
	}
	for *budget > 0 {
		day = day.AddDate(0, 0, -1)
		if day.Before(limit) {
			return nil, nil
		}
		date := day.Format(time.DateOnly)
		sum, err := t.checksum(ctx, t.toolchain, date)
		if download.IsNotFound(err) {
			*budget--
			continue
		}
		if err != nil {
			return nil, err
		}
		return t.manifest(ctx, t.toolchain, date, sum)
	}
	return nil, nil
}

// oldest is the first day that backtracking does not look at: that of the
// installed release, or the first nightly with a manifest of this version.
func (t *transaction) oldest(r Request, from time.Time) (time.Time, error) {
	if t.now.Manifest == nil || r.Downgrade {
		return from.AddDate(-10, 0, 0), nil
	}
	return t.now.Manifest.Day()
}

func (t *transaction) planOn(r Request, rel *release) (*dist.Plan, error) {
	profile := dist.Profile("")
	if !t.isInstalled() || t.now.Config == nil && !t.now.V1 {
		profile = profileOr(r.Profile)
	}
	add, err := rel.Requested(profile, t.toolchain.Target, r.Components, r.Targets)
	if err != nil {
		return nil, err
	}
	change := dist.Change{
		Toolchain: t.toolchain.ManifestName(),
		Host:      t.toolchain.Target,
		Old:       t.now.Manifest,
		New:       rel.Manifest,
		Config:    t.now.Config,
		V1:        t.now.V1,
		Add:       add,
		Force:     r.Force,
	}
	plan, err := change.Plan()
	var unavailable *dist.UnavailableError
	if errors.As(err, &unavailable) {
		return nil, unavailable.Release()
	}
	return plan, err
}
