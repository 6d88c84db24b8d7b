package dist

import "strings"

// DefaultRoot is the distribution server that manifests name in their addresses. This is the one place that spells it.
func DefaultRoot() string {
	const project, domain = "rust-lang", "org"
	return "https://static." + project + "." + domain
}

// Root is the server to use, from the values of RUSTUP_DIST_SERVER and of its predecessor RUSTUP_DIST_ROOT, which named
// the folder below it.
func Root(distServer, distRoot string) string {
	switch {
	case distServer != "":
		return distServer
	case distRoot != "":
		return strings.TrimSuffix(distRoot, "/dist")
	}
	return DefaultRoot()
}

// MirrorURL is where root has what a manifest says is at url.
func MirrorURL(url, root string) string {
	return strings.ReplaceAll(url, DefaultRoot(), root)
}

// ManifestURL is the address of a channel's manifest. date is "" for the newest. Staged manifests exist undated only, so
// a date wins over staged.
func ManifestURL(root, channel, date string, staged bool) string {
	return V1ManifestURL(root, channel, date, staged) + ".toml"
}

// V1ManifestURL is where a channel's manifest lay before there was version 2.
func V1ManifestURL(root, channel, date string, staged bool) string {
	folder := packageFolder(root, date)
	if staged && date == "" {
		folder += "/staging"
	}
	return folder + "/channel-rust-" + channel
}

// V1InstallerURL is the installer of a single version from then, which had no manifest at all.
func V1InstallerURL(root, version, date, target string) string {
	return packageFolder(root, date) + "/rust-" + version + "-" + target + ".tar.gz"
}

func packageFolder(root, date string) string {
	if date == "" {
		return root + "/dist"
	}
	return root + "/dist/" + date
}

// ChecksumURL is where the SHA-256 of what is at url lies.
func ChecksumURL(url string) string { return url + ".sha256" }
