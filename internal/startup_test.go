package internal_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// heavy are libraries that berth does without, since it is the proxy of every rustc call: what they do at start-up costs
// more than all of berth may (go-git and what it brings along: two milliseconds). Who needs one of them puts it into a
// program of its own, as cmd/berth-git is.
const heavy = "github.com/go-git/ github.com/ProtonMail/ golang.org/x/crypto/ssh encoding/gob sqlite text/template html/template"

func TestStartUpIsLight(t *testing.T) {
	for _, system := range []string{"linux", "darwin", "windows"} {
		cmd := exec.Command("go", "list", "-deps", "berth/cmd/berth")
		cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		for pkg := range strings.FieldsSeq(string(out)) {
			for _, name := range strings.Fields(heavy) {
				if strings.Contains(pkg+"/", name) {
					t.Errorf("on %s cmd/berth links %s", system, pkg)
				}
			}
		}
	}
}
