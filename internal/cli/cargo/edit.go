package cargo

import (
	"context"

	"berth/internal/crate"
	"berth/internal/manifest"
	"berth/internal/ops"
	"berth/internal/ops/edit"
	"berth/internal/ops/manifestfile"
	"berth/internal/resolve"
	"berth/internal/semver"
	"berth/internal/ui"
	"berth/internal/workspace"
)

// editVoice is how changes of a manifest are told.
type editVoice struct{ voice }

func (v editVoice) Features(heading string) { v.ui.Below("", "", heading) }

func (v editVoice) Feature(mark, text string) {
	tone := ui.Heading
	if mark == "-" {
		tone = ui.Off
	}
	v.ui.Below(tone, mark, text)
}

// editSources answers from all sources of a run.
type editSources struct{ all *ops.Packages }

func (s editSources) Query(ctx context.Context, q resolve.Query) ([]*crate.Summary, error) {
	return s.all.Query(ctx, q)
}

func (s editSources) Packages(ctx context.Context, source crate.SourceID) ([]*crate.Summary, error) {
	return s.all.All(ctx, source)
}

// editor loads a workspace to change it.
func (s *session) editor(manifestPath string) (*ops.Run, *workspace.Workspace, *edit.Editor, error) {
	run, ws, err := s.load(manifestPath)
	if err != nil {
		return nil, nil, nil, err
	}
	age, err := run.Age()
	if err != nil {
		return nil, nil, nil, err
	}
	return run, ws, &edit.Editor{
		Workspace: ws, Cwd: run.Cwd, Release: run.Config.Release(), Voice: editVoice{s.voice()}, Sources: editSources{run.Packages(ws)}, Registry: run.Registry, Age: age,
		Rustc: func(ctx context.Context) (semver.Version, error) {
			compiler, err := run.Rustc(ctx)
			if err != nil {
				return semver.Version{}, err
			}
			return compiler.Release, nil
		},
		Edit: func(ctx context.Context, path string, change func([]byte) ([]byte, error)) error {
			return manifestfile.Edit(ctx, run.Home, path, change)
		},
	}, nil
}

// pickMember is the one package to change.
func pickMember(ws *workspace.Workspace, pkg *optional, verb string) (*manifest.Manifest, error) {
	if pkg.listed() {
		return nil, membersError(ws)
	}
	return edit.PickMember(ws, workspace.Selection{Names: pkg.values}, verb)
}

func tableOf(dev, build bool, target string) edit.Table {
	t := edit.Table{Target: target}
	switch {
	case dev:
		t.Kind = crate.Dev
	case build:
		t.Kind = crate.Build
	}
	return t
}

// resolveAgain brings Cargo.lock up to date with manifests that were changed.
func resolveAgain(ctx context.Context, run *ops.Run, manifestPath string, dryRun bool) (*ops.Resolution, error) {
	ws, err := run.Load(manifestPath)
	if err != nil {
		return nil, err
	}
	return run.Resolve(ctx, ws, ops.Wish{DryRun: dryRun})
}
