package cargo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"berth/internal/build"
	"berth/internal/crate"
	"berth/internal/lockfs"
	"berth/internal/ops/futurereport"
	"berth/internal/resolve"
	"berth/internal/semver"
)

// reportFuture keeps what later compilers will refuse for `cargo report future-incompatibilities`, which the toolchain's
// cargo does, and says that there is something. That it cannot be kept makes no build fail.
func (c *cli) reportFuture(ctx context.Context, m *compilation, found []build.Future, asked bool) error {
	frequency, err := m.run.Config.FutureIncompatFrequency()
	if err != nil {
		c.UI.Warnf("cannot read how often to tell of future incompatibilities: %v", err)
	}
	if len(found) == 0 {
		if asked {
			c.UI.Infof("0 dependencies had future-incompatible warnings")
		}
		return nil
	}
	report := futurereport.New(futurePackages(found))
	dir := lockfs.At(m.build)
	var newer []futurereport.Newer
	if asked || report.IsNew(dir) {
		newer = c.newerVersions(ctx, m, report.IDs())
	}
	saved, err := report.Save(ctx, dir, newer)
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		c.UI.Warnf("cannot keep the report of future incompatibilities: %v", err)
		return nil
	}
	if asked || frequency != "never" {
		c.tellFuture(report, saved, asked)
	}
	return nil
}

func futurePackages(found []build.Future) []futurereport.Package {
	var packages []futurereport.Package
	for _, f := range found {
		p := futurereport.Package{ID: f.Unit.ID, Local: f.Unit.Local}
		if about := f.Unit.Package.Repository; about != nil {
			p.Repository = *about
		}
		for _, item := range f.Items {
			p.Lints = append(p.Lints, item.Rendered)
		}
		packages = append(packages, p)
	}
	return packages
}

// tellFuture speaks to people, after the last line of a build.
func (c *cli) tellFuture(report *futurereport.Report, saved futurereport.Saved, asked bool) {
	var names []string
	for _, id := range report.IDs() {
		names = append(names, id.String())
	}
	c.UI.Warnf("the following packages contain code that will be rejected by a future version of Rust: %s", strings.Join(names, ", "))
	show := fmt.Sprintf("`cargo report future-incompatibilities --id %d`", saved.Number)
	if !asked {
		c.UI.Infof("to see what the problems were, use the option `--future-incompat-report`, or run %s", show)
		return
	}
	for _, advice := range saved.Advices {
		c.UI.Help(advice)
	}
	c.UI.Infof("this report can be shown with %s", show)
}

// newerVersions are those that registries have of packages; where they cannot be asked there are none.
func (c *cli) newerVersions(ctx context.Context, m *compilation, ids []crate.PackageID) []futurereport.Newer {
	packages := m.run.Packages(m.ws)
	var all []futurereport.Newer
	for _, id := range ids {
		if !id.Source.IsRegistry() {
			continue
		}
		found, err := packages.Query(ctx, resolve.Query{Name: id.Name, Source: id.Source, Any: true})
		if err != nil {
			continue
		}
		var versions []semver.Version
		for _, s := range found {
			if !s.Yanked && s.ID.Version.Compare(id.Version) > 0 {
				versions = append(versions, s.ID.Version)
			}
		}
		if len(versions) == 0 {
			continue
		}
		slices.SortFunc(versions, semver.Version.Compare)
		n := futurereport.Newer{ID: id}
		for _, v := range versions {
			n.Versions = append(n.Versions, v.String())
		}
		all = append(all, n)
	}
	return all
}
