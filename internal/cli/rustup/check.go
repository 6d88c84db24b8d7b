package rustup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sync/errgroup"

	"berth/internal/app"
	"berth/internal/cli/rustup/command"
	"berth/internal/dist"
	"berth/internal/download"
	"berth/internal/lockfs"
	"berth/internal/names"
	"berth/internal/settings"
	"berth/internal/store"
	"berth/internal/ui"
)

// updateFound is the exit code of a check that found an update.
const updateFound = status(100)

const (
	upToDate        = "up to date"
	updateAvailable = "update available"
)

func (c *cli) check() *command.Command {
	var noSelfUpdate bool
	return &command.Command{
		Name:  "check",
		About: "Say which toolchains have an update, and change nothing",
		More: `
Discussion:
  The exit code is 100 if there is an update, 0 if there is none.`,
		Flags: []command.Flag{noSelfUpdateFlag(&noSelfUpdate)},
		Run:   func(ctx context.Context) error { return c.runCheck(ctx, noSelfUpdate) },
	}
}

func (c *cli) runCheck(ctx context.Context, noSelfUpdate bool) error {
	s, err := c.Settings(ctx)
	if err != nil {
		return err
	}
	if err := c.Env.Check(); err != nil {
		return err
	}
	tracking, err := c.tracking()
	if err != nil {
		return err
	}
	found, err := c.checkAll(ctx, tracking)
	if err != nil {
		return err
	}
	if !noSelfUpdate && s.AutoSelfUpdate != settings.SelfUpdateDisable {
		c.printSelfUpToDate()
	}
	if found {
		return updateFound
	}
	return nil
}

// checkAll asks for all toolchains side by side and prints in the order of lists.
// Stock ends at the first one that it learns nothing of; here the others are
// printed all the same.
func (c *cli) checkAll(ctx context.Context, tracking []names.Official) (found bool, err error) {
	results := make([]checked, len(tracking))
	failures := make([]error, len(tracking))
	ask := c.newInquiry()
	var group errgroup.Group
	if n := c.Env.ConcurrentDownloads; n > 0 {
		group.SetLimit(n)
	}
	for i, tc := range tracking {
		group.Go(func() error {
			results[i], failures[i] = ask.about(ctx, tc)
			return nil
		})
	}
	_ = group.Wait() // failures has what went wrong
	for i, tc := range tracking {
		if failures[i] == nil {
			found = c.printChecked(tc.String(), results[i]) || found
		}
	}
	return found, errors.Join(failures...)
}

// checked is what is known of a toolchain: the release that is installed and the
// server's, "" where it is not known or not another one.
type checked struct{ installed, offered string }

func (c *cli) printChecked(name string, r checked) (update bool) {
	switch {
	case r.offered != "" && r.installed != "":
		c.printCheck(name, updateAvailable, fmt.Sprintf(": %s -> %s", r.installed, r.offered))
	case r.offered != "":
		c.printCheck(name, updateAvailable, ": (unknown version) -> "+r.offered)
	case r.installed != "":
		c.printCheck(name, upToDate, ": "+r.installed)
	default:
		c.UI.Print(c.UI.Paint(ui.Strong, name+" - ") + "cannot identify installed or update versions\n")
	}
	return r.offered != ""
}

func (c *cli) printCheck(name, state, rest string) {
	tone := ui.Heading
	if state == updateAvailable {
		tone = ui.Caution
	}
	c.UI.Print(c.UI.Paint(ui.Strong, name+" - ") + c.UI.Paint(tone, state) + rest + "\n")
}

// inquiry asks a server for what is new. It reads both manifests no further than
// to their version, and the server's only if it is another one than that of the
// stored hash; this one is then kept, so that the update need not fetch it again.
type inquiry struct {
	app       *app.App
	root      string
	client    *download.Client
	documents *download.Dir
}

func (c *cli) newInquiry() *inquiry {
	client := download.NewClient(download.Config{
		UserAgent: "rustup/" + app.RustupVersion + " (berth/" + app.Version + ")",
		Retries:   c.Env.MaxRetries,
		Timeout:   c.Env.DownloadTimeout,
		Getenv:    func(name string) string { value, _ := c.Lookup(name); return value },
	})
	return &inquiry{
		app: c.App, root: dist.Root(c.Env.DistServer, ""),
		client: client, documents: download.NewDir(client, c.Home.Store().Root()),
	}
}

func (q *inquiry) about(ctx context.Context, tc names.Official) (checked, error) {
	place, err := q.app.Home.Store().Look(tc.String())
	if err != nil || place.Kind == store.None {
		return checked{}, err
	}
	now, err := versionAt(place)
	if err != nil {
		return checked{}, err
	}
	offered, err := q.offered(ctx, tc)
	return checked{now, offered}, err
}

// versionAt is the installed release; "" where the toolchain does not know it.
func versionAt(place store.Place) (string, error) {
	doc, err := lockfs.At(place.Path).Join("lib", "rustlib", dist.ManifestFile).ReadFile()
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	summary, err := dist.Summarize(doc)
	if err != nil {
		return "", fmt.Errorf("the manifest of the installed toolchain '%s': %w", place.Name, err)
	}
	return summary.Version, nil
}

// manifestLimit bounds a channel manifest; the real one has 1 MB.
const manifestLimit = 64 << 20

// offered is the server's release, "" if it is the installed one by its hash.
func (q *inquiry) offered(ctx context.Context, tc names.Official) (string, error) {
	url := dist.ManifestURL(q.root, tc.Channel.String(), tc.Date, q.app.Env.StagedManifest)
	doc, err := q.client.GetBytes(ctx, dist.ChecksumURL(url), 4096)
	if err != nil {
		return "", fmt.Errorf("could not check '%s': %w", tc, err)
	}
	sum, err := dist.ParseChecksum(doc)
	if err != nil {
		return "", fmt.Errorf("could not check '%s': %s: %w", tc, dist.ChecksumURL(url), err)
	}
	stored, err := q.app.Home.Dir().Join("update-hashes", tc.String()).ReadFile()
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", err
	}
	if dist.UpToDate(stored, sum) {
		return "", nil
	}
	want := download.Want{URL: url, SHA256: sum, Name: "manifest of " + tc.ManifestName()}
	if doc, err = q.documents.FetchBytes(ctx, want, manifestLimit); err != nil {
		return "", fmt.Errorf("could not check '%s': %w", tc, err)
	}
	summary, err := dist.Summarize(doc)
	if err != nil {
		return "", fmt.Errorf("could not check '%s': the manifest at %s: %w", tc, url, err)
	}
	return summary.Version, nil
}
