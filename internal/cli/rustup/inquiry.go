package rustup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"berth/internal/app"
	"berth/internal/dist"
	"berth/internal/download"
	"berth/internal/lockfs"
	"berth/internal/names"
	"berth/internal/store"
)

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
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
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
