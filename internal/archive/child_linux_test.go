package archive

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// runSelf runs one test of this binary again as a child with a variable set.
func runSelf(t *testing.T, name, variable string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+name+"$", "-test.v")
	cmd.Env = append(os.Environ(), variable+"=1")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+name) {
		t.Fatalf("child: %v\n%s", err, out)
	}
}
