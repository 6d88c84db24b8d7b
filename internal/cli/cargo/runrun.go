package cargo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/app"
	"berth/internal/build"
	"berth/internal/compile"
	"berth/internal/manifest"
	"berth/internal/plan"
	"berth/internal/unchanged"
	"berth/internal/unitstore"
	"berth/internal/workspace"
)

// candidate is a target that `run` could mean.
type candidate struct {
	pkg    *manifest.Package
	target *manifest.Target
}

func (c *cli) runRun(ctx context.Context, o *runFlags) error {
	profile, err := o.profileName("dev")
	if err != nil {
		return err
	}
	if r := c.nothingToDo(ctx, &o.compileFlags, o.args...); r != nil && r.Call != nil {
		err := c.becomeProgram(ctx, r.Call, o.args, func() error { return nil })
		if !errors.Is(err, errTakenAway) {
			return err
		}
	}
	_, ws, err := c.session.load(o.manifest)
	if err != nil {
		return err
	}
	filter, err := c.whatToRun(ws, o)
	if err != nil {
		return err
	}
	if names, err := c.session.targets(ctx, o.target); err != nil {
		return err
	} else if slices.Sort(names); len(slices.Compact(names)) > 1 {
		return errOneTarget // before anything is said of manifests, as by stock
	}
	m, err := c.compilation(ctx, &o.compileFlags, wish{intent: plan.Build, profile: profile, filter: &filter})
	if err != nil {
		return err
	}
	if len(m.settings.Targets) > 2 {
		return errOneTarget
	}
	for range 10 {
		if err = c.buildAndBecome(ctx, m, o); !errors.Is(err, errTakenAway) {
			return err
		}
	}
	return err
}

// errTakenAway: somebody cleans.
var errTakenAway = errors.New("the program was removed before it could be run")

func (c *cli) buildAndBecome(ctx context.Context, m *compilation, o *runFlags) error {
	defer m.close()
	result, err := c.execute(ctx, m, &o.compileFlags)
	if err != nil {
		return err
	}
	if len(result.Programs) != 1 {
		return fmt.Errorf("expected one program to run, and %d were built", len(result.Programs))
	}
	made := &result.Programs[0]
	call := c.callOf(result, made)
	c.remember(ctx, m, result, nil, call)
	return c.becomeProgram(ctx, call, o.args, func() error {
		defer m.close() // a program that runs has its file, whatever becomes of its name
		return made.Restore()
	})
}

// whatToRun chooses the program before anything is compiled.
func (c *cli) whatToRun(ws *workspace.Workspace, o *runFlags) (plan.Filter, error) {
	selection := o.packages.selection()
	filter := o.targets.filter()
	for _, name := range selection.Names {
		if isPattern(name) {
			return filter, fmt.Errorf("`cargo run` does not support glob pattern `%s` on package selection", name)
		}
	}
	for _, name := range append(slices.Clone(filter.Bins.Names), filter.Examples.Names...) {
		if isPattern(name) {
			return filter, errors.New("`cargo run` does not support glob patterns on target selection")
		}
	}
	if o.packages.specs.listed() || o.targets.bin.listed() || o.targets.example.listed() {
		return filter, nil // what there is is said later
	}
	chosen, _, err := ws.Select(selection)
	if err != nil {
		return filter, err
	}
	if !filter.IsSpecific() {
		filter = defaultProgram(chosen)
	}
	var found []candidate
	for _, m := range chosen {
		for i := range m.Package.Targets {
			t := &m.Package.Targets[i]
			if t.Kind == manifest.Bin && filter.Runs(t) || t.Kind != manifest.Lib && t.Kind != manifest.CustomBuild && filter.IsSpecific() && filter.Runs(t) {
				found = append(found, candidate{m.Package, t})
			}
		}
	}
	return filter, oneProgram(filter, found)
}

// defaultProgram is the one that the package names, if there is but one that does.
func defaultProgram(chosen []*manifest.Manifest) plan.Filter {
	var names []string
	for _, m := range chosen {
		if m.Package.DefaultRun != nil {
			names = append(names, *m.Package.DefaultRun)
		}
	}
	if len(names) == 1 {
		return plan.Filter{Bins: plan.Rule{Names: names}}
	}
	return plan.Filter{Strict: true}
}

func oneProgram(filter plan.Filter, found []candidate) error {
	specific := filter.IsSpecific()
	switch {
	case len(found) == 0 && !specific:
		return errors.New("a bin target must be available for `cargo run`")
	case len(found) == 1 && found[0].target.IsExampleLib():
		return fmt.Errorf("example target `%s` is a library and cannot be executed", found[0].target.Name)
	case len(found) < 2:
		return nil
	case !specific:
		var names []string
		for _, f := range found {
			names = append(names, f.target.Name)
		}
		slices.Sort(names)
		return fmt.Errorf("`cargo run` could not determine which binary to run. Use the `--bin` option to specify a binary, or the `default-run` manifest key.\navailable binaries: %s", strings.Join(names, ", "))
	}
	text := "`cargo run` can run at most one executable, but multiple were specified\nhelp: available targets:"
	for _, f := range found {
		text += fmt.Sprintf("\n    %s `%s` in package `%s`", f.target.Kinds()[0], f.target.Name, f.pkg.Name())
	}
	return errors.New(text)
}

// callOf is how a program is run: named as people see it.
func (c *cli) callOf(result *build.Result, made *build.Made) *unchanged.Call {
	program := c.belowHere(made.Path)
	if filepath.Base(program) == program {
		program = "." + string(filepath.Separator) + program
	}
	cmd := result.Compiler.Run(made.Unit, result.Places, program, nil)
	call := &unchanged.Call{Made: made.Path, Program: cmd.Program, Args: cmd.Args}
	for _, v := range cmd.Env {
		call.Env = append(call.Env, unitstore.Var{Name: v.Name, Value: v.Value, Set: !v.Unset})
	}
	return call
}

// becomeProgram runs what was built in the place of this process; prepare is the last that is done before.
func (c *cli) becomeProgram(ctx context.Context, call *unchanged.Call, args []string, prepare func() error) error {
	cmd := &compile.Command{Program: call.Program, Args: slices.Concat(call.Args, args)}
	env := c.programEnv(ctx)
	for _, v := range call.Env {
		cmd.Env = append(cmd.Env, compile.Variable{Name: v.Name, Value: v.Value, Unset: !v.Set})
		if v.Set {
			env.Set(v.Name, v.Value)
		} else {
			env.Unset(v.Name)
		}
	}
	c.sayRunning(cmd)
	path, err := c.session.at(cmd.Program)
	if err != nil {
		return err
	}
	if filepath.Base(cmd.Program) == cmd.Program {
		if path, err = onPath(cmd.Program); err != nil {
			return err
		}
	}
	if err := prepare(); err != nil {
		return err
	}
	err = c.tool.BecomeOther(ctx, path, append([]string{cmd.Program}, cmd.Args...), env)
	if errors.As(err, new(*app.ExitCodeError)) {
		return err
	}
	if _, gone := os.Lstat(call.Made); errors.Is(gone, fs.ErrNotExist) {
		return errTakenAway
	}
	return fmt.Errorf("could not execute process `%s` (never executed)\n\nCaused by:\n  %w", cmd, err)
}

// sayRunning shows a call, with -vv its variables too.
func (c *cli) sayRunning(cmd *compile.Command) {
	if c.session.verbose >= 2 {
		c.UI.Statusf("Running", "`%s`", cmd.Verbose())
		return
	}
	c.UI.Statusf("Running", "`%s`", cmd)
}

// belowHere is a path as people see it: relative where it lies below the working directory.
func (c *cli) belowHere(path string) string {
	dir, err := c.Dir()
	if err != nil {
		return path
	}
	if below, ok := strings.CutPrefix(path, strings.TrimSuffix(dir, string(filepath.Separator))+string(filepath.Separator)); ok {
		return below
	}
	return path
}
