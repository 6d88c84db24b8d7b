package toolchain

import (
	"context"
	"errors"
	"fmt"

	"berth/internal/dist"
	"berth/internal/download"
	"berth/internal/names"
)

// manifestLimit bounds a channel manifest; the real one has 1 MB.
const manifestLimit = 64 << 20

// notOurs is the next step where something answers that is no dist server:
// the login page of a network, or a mirror that is none.
const notOurs = "check RUSTUP_DIST_SERVER, and whether this network wants a login first"

// release is a manifest as fetched.
type release struct {
	*dist.Manifest
	sha string
}

// checksum fetches what the server says is the SHA-256 of a channel's manifest.
func (h *Home) checksum(ctx context.Context, o names.Official, date string) (string, error) {
	url := dist.ChecksumURL(h.manifestURL(o, date))
	doc, err := h.client.GetBytes(ctx, url, 4096)
	if err != nil {
		return "", err
	}
	sum, err := dist.ParseChecksum(doc)
	if err != nil {
		return "", fmt.Errorf("%s: %w; %s", url, err, notOurs)
	}
	return sum, nil
}

func (h *Home) manifestURL(o names.Official, date string) string {
	return dist.ManifestURL(h.server.Root, o.Channel.String(), date, h.server.Staged)
}

// manifest fetches a release's manifest by its SHA-256, once per machine.
func (h *Home) manifest(ctx context.Context, o names.Official, date, sum string) (*release, error) {
	url := h.manifestURL(o, date)
	doc, err := h.archives.FetchBytes(ctx, h.wantManifest(o, date, sum), manifestLimit)
	if err != nil {
		return nil, err
	}
	m, err := dist.ParseManifest(doc)
	if err != nil {
		return nil, fmt.Errorf("could not parse the manifest at %s: %w; %s", url, err, notOurs)
	}
	return &release{m, sum}, nil
}

// missing words the absence of a channel: first of version 2, then of version 1.
func (h *Home) missing(ctx context.Context, o names.Official, absent error) error {
	version := dist.IsVersion(o.Channel.String())
	url := dist.V1ManifestURL(h.server.Root, o.Channel.String(), o.Date, h.server.Staged)
	if version {
		url = dist.V1InstallerURL(h.server.Root, o.Channel.String(), o.Date, o.Target)
	}
	_, err := h.client.GetBytes(ctx, dist.ChecksumURL(url), 4096)
	switch {
	case err == nil:
		return &dist.ObsoleteError{Toolchain: o.ManifestName()}
	case !download.IsNotFound(err):
		return err
	case version:
		return &dist.NoReleaseError{Channel: o.String(), Version: true}
	default:
		return errors.Join(&dist.NoReleaseError{Channel: o.ManifestName()}, absent)
	}
}
