package program

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/cespare/xxhash/v2"
)

// LosePower makes every stamp of a RUSTUP_HOME one of another boot, and takes the
// marks away that say that bytes are on the disk: as if the machine had lost power
// soon after all of it was made. What the disk forgot is left to the caller.
func LosePower(home string) error {
	root := filepath.Join(home, "berth", "v1")
	for _, pattern := range []string{"toolchains/*/stamp", "components/*/stamp"} {
		stamps, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return err
		}
		if len(stamps) == 0 {
			return fmt.Errorf("there is nothing like %s", pattern)
		}
		for _, stamp := range stamps {
			if err := otherBoot(stamp); err != nil {
				return err
			}
			os.Remove(filepath.Join(filepath.Dir(stamp), "durable"))
		}
	}
	return nil
}

// otherBoot rewrites the boot of a stamp and its last line, which is a digest of
// all before it.
func otherBoot(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	boot := regexp.MustCompile(`(?m)^boot .*$`)
	if !boot.Match(data) {
		return fmt.Errorf("%s names no boot", file)
	}
	data = boot.ReplaceAll(data, []byte("boot 00000000-0000-0000-0000-000000000000"))
	end := bytes.LastIndex(data, []byte("\nend ")) + 1
	if end == 0 {
		return fmt.Errorf("%s has no end", file)
	}
	data = fmt.Appendf(data[:end:end], "end %016x\n", xxhash.Sum64(data[:end]))
	return os.WriteFile(file, data, 0o644)
}
