package gitconfig

import (
	"path/filepath"
	"testing"
)

func TestHome(t *testing.T) {
	dir := t.TempDir()
	drive := filepath.VolumeName(dir)
	for _, c := range []struct {
		env  map[string]string
		want string
	}{
		{map[string]string{"USERPROFILE": `C:\u`}, `C:\u`},
		{map[string]string{"USERPROFILE": `C:\u`, "HOMEDRIVE": drive, "HOMEPATH": dir[len(drive):]}, dir},
		{map[string]string{"USERPROFILE": `C:\u`, "HOMEDRIVE": drive, "HOMEPATH": dir[len(drive):] + `\gone`}, `C:\u`},
		{map[string]string{"USERPROFILE": `C:\u`, "HOMEDRIVE": drive, "HOMEPATH": dir[len(drive):], "HOME": `D:\h`}, `D:\h`},
	} {
		if got := Home(func(name string) string { return c.env[name] }); got != c.want {
			t.Errorf("%v: %s, expected %s", c.env, got, c.want)
		}
	}
}
