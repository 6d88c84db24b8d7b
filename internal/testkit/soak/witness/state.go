package witness

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// State describes every entry of a home but lock files: kind, mode, content or
// target. What must differ from run to run is left out: times and boots in
// stamps, the order in which components were unpacked, the marks that say since
// when a tree is unused, where the home lies.
func State(home string) (map[string]string, error) {
	state := map[string]string{}
	err := filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(home, path)
		rel = filepath.ToSlash(rel)
		switch {
		case rel == "berth/v1/locks" || rel == "tmp":
			return filepath.SkipDir
		case d.Type().IsRegular() && isLock(rel):
			return nil
		}
		text, err := describe(path, rel, d)
		state[rel] = strings.ReplaceAll(text, home, "<home>")
		return err
	})
	return state, err
}

func isLock(rel string) bool {
	return strings.HasPrefix(rel, "berth/") && strings.HasSuffix(rel, ".lock")
}

func describe(path, rel string, d fs.DirEntry) (string, error) {
	info, err := d.Info()
	if err != nil {
		return "", err
	}
	switch {
	case d.Type()&fs.ModeSymlink != 0:
		target, err := os.Readlink(path)
		return "-> " + target, err
	case !d.Type().IsRegular():
		return info.Mode().String(), nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	text := string(normal(rel, data))
	if len(text) > 1000 {
		text = fmt.Sprintf("%d bytes %x", len(text), sha256.Sum256([]byte(text)))
	}
	return info.Mode().String() + "\n" + text, nil
}

// normal takes out of a file what differs from run to run.
func normal(rel string, data []byte) []byte {
	switch base := filepath.Base(rel); {
	case !strings.HasPrefix(rel, "berth/"):
		return data
	case base == "stamp":
		return normalStamp(data)
	case base == "unused":
		return []byte("times and boot")
	case strings.HasSuffix(rel, "lib/rustlib/components"):
		lines := strings.Split(string(data), "\n")
		slices.Sort(lines)
		return []byte(strings.Join(lines, "\n"))
	}
	return data
}

// normalStamp takes the times of "f <mode> <size> <time> <digest> <path>" out, the
// digest of the file whose order is by chance, and the digest at the end.
func normalStamp(data []byte) []byte {
	components := regexp.MustCompile(`(?m)^(f \d+ \d+) \d+ [0-9a-f]+ lib/rustlib/components$`)
	data = components.ReplaceAll(data, []byte("$1 <time> <digest> lib/rustlib/components"))
	times := regexp.MustCompile(`(?m)^(f \d+ \d+) \d+ `)
	data = times.ReplaceAll(data, []byte("$1 <time> "))
	if end := bytes.LastIndex(data, []byte("\nend ")); end >= 0 {
		data = data[:end]
	}
	return data
}

// Leftovers lists what no finished or killed run may leave behind once the next
// one has ended: scratch directories, partial downloads, temporary files.
func Leftovers(home string) ([]string, error) {
	var found []string
	err := filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(home, path)
		rel = filepath.ToSlash(rel)
		staged := strings.HasPrefix(rel, "berth/v1/staging/")
		if staged || isTemporary(filepath.Base(rel)) && !strings.HasPrefix(rel, "downloads/") {
			found = append(found, rel)
		}
		return nil
	})
	return found, err
}

func isTemporary(base string) bool {
	return strings.HasSuffix(base, ".partial") || strings.HasSuffix(base, ".etag") ||
		strings.Contains(base, ".berth-new-") || strings.HasSuffix(base, ".berth-aside")
}
