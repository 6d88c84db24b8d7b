package cargo

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"

	"berth/internal/app"
	"berth/internal/crate"
	"berth/internal/lockfs"
	"berth/internal/manifest"
	"berth/internal/ops"
	"berth/internal/ops/proof"
	"berth/internal/plan"
	"berth/internal/workspace"
)

// packing is one package of which the toolchain's cargo makes the archive, and berth builds what is in it: that cargo would
// compile all dependencies, of which it knows none that berth has made.
type packing struct {
	*cli
	flags  *packageOptions
	run    *ops.Run
	pkg    *manifest.Package
	target string
}

// unverified is the one package of the line, nil where there are several: they may need each other, of which only that cargo
// knows to make a registry. What is wrong with the line or the workspace is for it to say, too.
func (c *cli) unverified(o *packageOptions) *packing {
	if o.list || o.noVerify || o.excludeLockfile || len(c.globals.unstable) > 0 {
		return nil
	}
	run, ws, err := c.session.load(o.manifest)
	if err != nil {
		return nil
	}
	chosen, _, err := ws.Select(o.packages.selection())
	if err != nil || len(chosen) != 1 {
		return nil
	}
	target, build, err := c.session.outputDirs(ws, o.targetDir)
	if err != nil || target != build {
		return nil
	}
	return &packing{c, o, run, chosen[0].Package, target}
}

// verify has the archive made, and builds what is in it.
func (p *packing) verify(ctx context.Context) error {
	name := p.pkg.Name() + "-" + p.pkg.Version().String()
	dir := filepath.Join(p.target, "package", name)
	ctx, held, err := p.run.PackageDir(dir).Acquire(ctx, lockfs.Exclusive)
	if err != nil {
		return err
	}
	defer held.Retire()
	file := dir + ".crate"
	unverified, err := p.archive(ctx, file)
	if err != nil {
		return err
	}
	defer os.Remove(unverified)
	p.UI.Statusf("Verifying", "%s", p.pkg.ID())
	if err := p.build(ctx, unverified, dir); err != nil {
		return unbuilt(ctx, err, "failed to verify package tarball")
	}
	return os.Rename(unverified, file)
}

// archive makes the archive, in another place than users look for it: it comes there when it has been verified, and until then
// what was there before stays.
func (p *packing) archive(ctx context.Context, file string) (unverified string, err error) {
	hidden := filepath.Join(filepath.Dir(file), "."+filepath.Base(file))
	before, unverified := hidden+".before", hidden+".unverified"
	os.Rename(before, file) // of a killed one
	had := os.Rename(file, before) == nil
	if err = p.pack(ctx); err == nil {
		err = os.Rename(file, unverified)
	}
	if had {
		err = errors.Join(err, os.Rename(before, file))
	}
	return unverified, err
}

// pack has the toolchain's cargo make the archive.
func (p *packing) pack(ctx context.Context) error {
	cargo := exec.Command(p.tool.Program("cargo"), append(p.tool.Args(), "--no-verify")...)
	cargo.Env = p.programEnv(ctx).List()
	cargo.Stdin, cargo.Stdout, cargo.Stderr = p.Stdin, p.Stdout, p.Stderr
	state, err := runOrLeave(ctx, cargo, stubborn)
	if state != nil && state.ExitCode() > 0 {
		return &app.ExitCodeError{Code: state.ExitCode()}
	}
	return err
}

// build builds what is in the archive, as a package that is in nobody's workspace.
func (p *packing) build(ctx context.Context, file, dir string) error {
	unpacked, err := proof.Unpack(ctx, file, dir)
	if err != nil {
		return err
	}
	ws, err := workspace.Alone(dir, &crate.Summary{ID: crate.PackageID{Name: p.pkg.Name(), Version: p.pkg.Version(), Source: crate.PathSource(dir)}}, p.run.Options())
	if err != nil {
		return err
	}
	o := &compileFlags{features: p.flags.features, target: p.flags.target, targetDir: p.target, keepGoing: p.flags.keepGoing}
	if p.flags.jobs != "" {
		o.jobs = []string{p.flags.jobs}
	}
	m, err := p.compilationOf(ctx, o, wish{intent: plan.Build, profile: "dev"}, p.run, ws)
	if err != nil {
		return err
	}
	defer m.close()
	if _, err := p.execute(ctx, m, o); err != nil {
		return err
	}
	return unpacked.Unchanged()
}
