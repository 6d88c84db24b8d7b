package download

import (
	"net/url"
	"path/filepath"
	"strings"
)

// pathOf: file:///C:/x is C:\x, and file://server/share/x is \\server\share\x.
func pathOf(u *url.URL) string {
	if u.Host != "" && u.Host != "localhost" {
		return filepath.FromSlash("//" + u.Host + u.Path)
	}
	return filepath.FromSlash(strings.TrimPrefix(u.Path, "/"))
}
