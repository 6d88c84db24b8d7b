package toolchain

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"berth/internal/dist"
	"berth/internal/download"
	"berth/internal/names"
	"berth/internal/store"
)

// Checked is what is known of a toolchain: the release that is installed and the
// server's, "" where it is not known or not another one.
type Checked struct{ Installed, Offered string }

// Check asks the server for what is new. It reads both manifests no further than
// to their version, and the server's only if it is another one than that of the
// stored hash; that one is then kept, so that the update need not fetch it again.
func (h *Home) Check(ctx context.Context, o names.Official) (Checked, error) {
	place, err := h.store.Look(o.String())
	if err != nil || place.Kind == store.None {
		return Checked{}, err
	}
	now, err := versionAt(place)
	if err != nil {
		return Checked{}, err
	}
	offered, err := h.offered(ctx, o)
	if err != nil {
		return Checked{}, fmt.Errorf("could not check '%s': %w", o, err)
	}
	return Checked{now, offered}, nil
}

// versionAt is the installed release; "" where the toolchain does not know it.
func versionAt(place store.Place) (string, error) {
	var summary dist.Summary
	err := readRecord(place, dist.ManifestFile, func(doc []byte) (err error) {
		summary, err = dist.Summarize(doc)
		return err
	})
	return summary.Version, err
}

// offered is the server's release, "" if it is the installed one by its hash.
func (h *Home) offered(ctx context.Context, o names.Official) (string, error) {
	sum, err := h.checksum(ctx, o, o.Date)
	if err != nil {
		return "", err
	}
	stored, err := h.updateHash(o.String()).ReadFile()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	if dist.UpToDate(stored, sum) {
		return "", nil
	}
	doc, err := h.archives.FetchBytes(ctx, h.wantManifest(o, o.Date, sum), manifestLimit)
	if err != nil {
		return "", err
	}
	summary, err := dist.Summarize(doc)
	if err != nil {
		return "", fmt.Errorf("the manifest at %s: %w", h.manifestURL(o, o.Date), err)
	}
	return summary.Version, nil
}

func (h *Home) wantManifest(o names.Official, date, sum string) download.Want {
	return download.Want{URL: h.manifestURL(o, date), SHA256: sum, Name: "manifest of " + o.ManifestName()}
}
