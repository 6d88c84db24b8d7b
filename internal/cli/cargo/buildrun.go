package cargo

import (
	"context"
	"slices"

	"berth/internal/plan"
)

func (c *cli) runBuild(ctx context.Context, o *compileFlags) error {
	profile, err := o.profileName("dev")
	if err != nil {
		return err
	}
	if !c.allows(o) {
		return errHandOver
	}
	if c.nothingToDo(ctx, o) != nil {
		return nil
	}
	if err := c.checkArtifactDir(); err != nil {
		return err
	}
	m, err := c.compilation(ctx, o, wish{intent: plan.Build, profile: profile})
	if err != nil {
		return err
	}
	return c.buildAndRemember(ctx, m, o)
}

func (c *cli) buildAndRemember(ctx context.Context, m *compilation, o *compileFlags) error {
	defer m.close()
	result, err := c.execute(ctx, m, o)
	if err == nil {
		c.remember(ctx, m, result, nil, nil)
	}
	return err
}

// allows tells whether what is unstable in a line of build or check is --compile-time-deps, and said to be meant.
func (c *cli) allows(o *compileFlags) bool {
	if !o.compileTimeDeps {
		return len(c.session.unstable) == 0
	}
	return slices.Contains(c.session.unstable, unstableOptions)
}

// checkArtifactDir hands over where the configuration asks for what --artifact-dir does, which is unstable.
func (c *cli) checkArtifactDir() error {
	cfg, err := c.session.configuration()
	if err != nil {
		return err
	}
	b, err := cfg.Build()
	if err == nil && b.ArtifactDir.Set {
		return errHandOver
	}
	return err
}

// checked is what check looks at, and what fix mends: --profile test means code as tests have it.
func (o *compileFlags) checked() (wish, error) {
	profile, err := o.profileName("dev", "test")
	w := wish{intent: plan.Check, profile: profile}
	if profile == "test" {
		w.intent = plan.CheckTests
	}
	return w, err
}

func (c *cli) runCheck(ctx context.Context, o *compileFlags) error {
	w, err := o.checked()
	if err != nil {
		return err
	}
	if !c.allows(o) {
		return errHandOver
	}
	if c.nothingToDo(ctx, o) != nil {
		return nil
	}
	m, err := c.compilation(ctx, o, w)
	if err != nil {
		return err
	}
	return c.buildAndRemember(ctx, m, o)
}
