//go:build !windows

package download

import "net/url"

func pathOf(u *url.URL) string { return u.Path }
