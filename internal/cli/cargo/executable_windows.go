package cargo

import "os"

const exeSuffix = ".exe"

func isExecutable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
