package ops

import (
	"berth/internal/config"
	"berth/internal/crate"
	"berth/internal/plan/profile"
	"berth/internal/unit"
	"berth/internal/workspace"
)

// Profiles reads those of the workspace and the configuration, of which one is asked for.
func (r *Run) Profiles(ws *workspace.Workspace, asked string) (*profile.Set, error) {
	if err := crate.CheckProfileName(asked, r.Config.Release()); err != nil {
		return nil, err
	}
	incremental, err := r.incremental()
	if err != nil {
		return nil, err
	}
	return profile.New(profile.Options{Asked: asked, Manifest: ws.Root.Profiles, Config: profile.FromConfig(r.Config), Incremental: incremental})
}

// incremental is what is said for all profiles.
func (r *Run) incremental() (*bool, error) {
	if text, ok := r.Config.Getenv("CARGO_INCREMENTAL"); ok {
		on := text == "1"
		return &on, nil
	}
	b, err := r.Config.Build()
	switch {
	case err != nil:
		return nil, err
	case b.Incremental.Set:
		return &b.Incremental.Val, nil
	case r.Config.Release().NoIncrementalInCI() && r.isCI():
		return new(bool), nil
	}
	return nil, nil
}

// isCI tells of a machine that builds once, as stock does.
func (r *Run) isCI() bool {
	_, ci := r.Config.Getenv("CI")
	_, azure := r.Config.Getenv("TF_BUILD")
	return ci || azure
}

// overridden: target.TRIPLE.LINKS stands for what a build script would say.
func (r *Run) overridden(host string) func(unit.Kind, string) bool {
	return func(kind unit.Kind, links string) bool {
		triple := string(kind)
		if kind == unit.Host {
			triple = host
		}
		n, err := r.Config.Lookup(config.ParseKey("target").Child(triple).Child(links))
		return err == nil && n.Kind() == config.Table
	}
}
