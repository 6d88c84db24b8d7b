package timings

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Latest is the name of the last page.
const Latest = "cargo-timing.html"

// Save writes a page under a name of its own, which it returns, and as the last one, which changes in one step.
func Save(dir string, page []byte, now time.Time) (string, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", fmt.Errorf("cannot make a directory for the timing report: %w", err)
	}
	id := make([]byte, 8)
	rand.Read(id)
	stamp := strings.Replace(now.UTC().Format("20060102T150405.000Z"), ".", "", 1) + "-" + hex.EncodeToString(id)
	own := filepath.Join(dir, "cargo-timing-"+stamp+".html")
	if err := os.WriteFile(own, page, 0o666); err != nil {
		return "", fmt.Errorf("cannot write the timing report: %w", err)
	}
	beside := filepath.Join(dir, ".berth-"+stamp)
	err := os.WriteFile(beside, page, 0o666)
	if err == nil {
		err = os.Rename(beside, filepath.Join(dir, Latest))
	}
	if err != nil {
		os.Remove(beside)
		return "", fmt.Errorf("cannot write the timing report: %w", err)
	}
	return own, nil
}
