package gitkit

import (
	"fmt"
	"os/exec"
	"path/filepath"
)

// BuildHelper builds berth-git, which does git's work where there is no git command, into dir.
func BuildHelper(dir string) (program string, err error) {
	out, err := exec.Command("go", "build", "-o", dir+string(filepath.Separator), "berth/cmd/berth-git").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build berth-git: %w\n%s", err, out)
	}
	return exec.LookPath(filepath.Join(dir, "berth-git"))
}
