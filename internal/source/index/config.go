package index

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// Config is a registry's config.json.
type Config struct {
	Download     string `json:"dl"`
	API          string `json:"api"`
	AuthRequired bool   `json:"auth-required"`
}

// ParseConfig reads a config.json. The name is for errors.
func ParseConfig(name string, data []byte) (Config, error) {
	var c Config
	if err := json.Unmarshal(data, &c); err != nil {
		return c, fmt.Errorf("%s: expected a registry's config.json: %w", name, err)
	}
	if c.Download == "" {
		return c, fmt.Errorf("%s: expected \"dl\", the address of downloads", name)
	}
	return c, nil
}

// DownloadURL is the address of a crate's archive.
func (c Config) DownloadURL(name, version, checksum string) string {
	markers := []string{
		"{crate}", name, "{version}", version, "{prefix}", prefix(name), "{lowerprefix}", prefix(strings.ToLower(name)), "{sha256-checksum}", checksum,
	}
	for i := 0; i < len(markers); i += 2 {
		if strings.Contains(c.Download, markers[i]) {
			return strings.NewReplacer(markers...).Replace(c.Download)
		}
	}
	return strings.TrimRight(c.Download, "/") + "/" + url.PathEscape(name) + "/" + url.PathEscape(version) + "/download"
}
