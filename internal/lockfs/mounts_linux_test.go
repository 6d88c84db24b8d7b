package lockfs

import "testing"

func TestIsMountedBelow(t *testing.T) {
	const mounts = `22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
41 22 0:35 / /app/target/debug/build rw,relatime - tmpfs none rw
42 22 0:36 / /my\040app/target rw,relatime - tmpfs none rw
`
	for dir, want := range map[string]bool{
		"/app/target": true, "/app/target/debug": true, "/app/target/debug/build": false, "/app/target/deb": false, "/my app": true, "/my": false,
	} {
		if got := isMountedBelow(dir, mounts); got != want {
			t.Errorf("%s: %v", dir, got)
		}
	}
}
