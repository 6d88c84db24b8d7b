package cargo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"berth/internal/app"
	"berth/internal/build"
	"berth/internal/crate"
	"berth/internal/ops/install"
	"berth/internal/plan"
)

// unbuiltError is what is not to be had because a package could not be built.
type unbuiltError struct {
	what string
	err  error // nil where all was said
}

func (e *unbuiltError) Headline() string { return e.what }

func (e *unbuiltError) Error() string {
	if e.err == nil {
		return e.what
	}
	return e.what + ": " + e.err.Error()
}

func (e *unbuiltError) Unwrap() error { return e.err }

// unbuilt is the error of a build in its place among what it was for; none where there was none.
func unbuilt(ctx context.Context, err error, what string) error {
	switch {
	case err == nil:
		return nil
	case errors.As(err, new(*app.ExitCodeError)):
		return &unbuiltError{what: what}
	case errors.Is(err, errHandOver), ctx.Err() != nil:
		return err
	}
	return &unbuiltError{what, err}
}

// installOne builds a package and puts its programs in place. It tells whether there were any.
func (i *installer) installOne(ctx context.Context, it *installation) (bool, error) {
	i.UI.Statusf("Installing", "%s", it.want.ID)
	w := wish{intent: plan.Build, profile: i.profile, foreign: crate.SpecOf(it.ws.Current.Package.ID()).String(), frozen: !i.source.IsPath()}
	_, named, err := i.run.Config.TargetDir()
	if err != nil {
		return false, err
	}
	if w.frozen && !named {
		i.run.Home.Staging().Clear(ctx) // what the dead left is in nobody's way
		scratch, err := i.run.Home.Staging().New(ctx)
		if err != nil {
			return false, err
		}
		defer scratch.Close()
		w.scratch = scratch.Path()
	}
	programs, err := i.compile(ctx, it, w)
	if err != nil {
		return false, err
	}
	if len(programs) == 0 {
		return false, i.sayNothing(it)
	}
	return true, i.put(ctx, it, programs)
}

// compile builds the package; programs are told by their names.
func (i *installer) compile(ctx context.Context, it *installation, w wish) (map[string]string, error) {
	run := *i.run
	run.AnyVersion = i.source.IsRegistry()
	m, err := i.compilationOf(ctx, &i.flags.compileFlags, w, &run, it.ws)
	var result *build.Result
	if err == nil {
		defer m.close()
		result, err = i.execute(ctx, m, &i.flags.compileFlags)
	}
	if err != nil {
		return nil, unbuilt(ctx, err, fmt.Sprintf("failed to compile `%s`; what could be compiled is kept for the next time", it.want.ID))
	}
	programs := map[string]string{}
	for _, made := range result.Programs {
		programs[filepath.Base(made.Path)] = made.Path
	}
	return programs, nil
}

// sayNothing tells that the features leave no program to install.
func (i *installer) sayNothing(it *installation) error {
	if f := i.flags.targets.filter(); len(f.Bins.Names)+len(f.Examples.Names) > 0 {
		return errors.New("no binaries are available for install using the selected features")
	}
	if text := install.MissingFeatures(it.pkg); text != "" {
		i.UI.Warnf("%s", text)
	}
	return nil
}

// put places programs and records them, and removes what the package does not have any more.
func (i *installer) put(ctx context.Context, it *installation, programs map[string]string) error {
	names := slices.Sorted(maps.Keys(programs))
	if i.flags.noTrack {
		if err := i.checkUntracked(it); err != nil {
			return err
		}
		taken := install.Present{Exists: i.root.Exists}.Taken(names)
		i.sayPlaces(names, taken)
		if err := i.root.Place(programs); err != nil {
			return err
		}
		i.sayPut(it, names, taken)
		return nil
	}
	_, list, err := i.root.Change(ctx)
	if err != nil {
		return err
	}
	defer list.Close()
	_, taken, err := install.Present{Packages: list.Packages(), Exists: list.Exists}.Check(it.want, i.flags.force)
	if err != nil {
		return err
	}
	i.sayPlaces(names, taken)
	record := *it.want
	record.Programs = names
	if err := list.Install(&record, programs); err != nil {
		return err
	}
	for old, orphans := range taken.Orphans(list.Packages(), it.want.ID, it.names) {
		for _, name := range orphans {
			if list.Exists(name) {
				i.UI.Statusf("Removing", "executable `%s` from previous version %s", filepath.Join(i.programsDir(), name), old.ID)
			}
		}
		if err := list.Remove(old, orphans); err != nil {
			i.UI.Warnf("failed to remove orphan: %v", err)
		}
	}
	i.sayPut(it, names, taken)
	return nil
}

// sayPlaces tells what goes where: new ones first.
func (i *installer) sayPlaces(names []string, taken install.Taken) {
	for _, verb := range [...]string{"Installing", "Replacing"} {
		for _, name := range names {
			if _, there := taken[name]; there == (verb == "Replacing") {
				i.UI.Statusf(verb, "%s", filepath.Join(i.programsDir(), name))
			}
		}
	}
}

func (i *installer) sayPut(it *installation, names []string, taken install.Taken) {
	for _, line := range taken.Lines(it.want.ID, names) {
		i.UI.Statusf(line[0], "%s", line[1])
	}
}
