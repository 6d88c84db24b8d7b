//go:build unix

package settings

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// BenchmarkFind is the cost for a rustc that a proxy has to find the toolchain for:
// a directory six deep, a home with twenty overrides, a default toolchain.
func BenchmarkFind(b *testing.B) {
	home, deep := deepDirectory(b)
	for name, toolchain := range map[string]string{"walk": "", "nested": "stable-x86_64-unknown-linux-gnu"} {
		b.Run(name, func(b *testing.B) {
			before := cpu()
			for b.Loop() {
				f := Finder{FS: OS{}, Env: &Env{RustupHome: home, Toolchain: toolchain, HostOverride: "x86_64-unknown-linux-gnu"}}
				if o, err := f.Find(deep); err != nil || o.Toolchain == nil {
					b.Fatal(o, err)
				}
			}
			b.ReportMetric(float64(cpu()-before)/float64(b.N), "cpu-ns/op")
		})
	}
}

func BenchmarkFromEnviron(b *testing.B) {
	for b.Loop() {
		if _, err := FromEnviron(os.LookupEnv, "/"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	home, _ := deepDirectory(b)
	data, _ := os.ReadFile(filepath.Join(home, "settings.toml"))
	for b.Loop() {
		if _, err := Parse("", data); err != nil {
			b.Fatal(err)
		}
	}
}

func deepDirectory(b *testing.B) (home, deep string) {
	home, _ = filepath.EvalSymlinks(b.TempDir())
	deep = filepath.Join(home, "a", "b", "c")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		b.Fatal(err)
	}
	s := Settings{DefaultToolchain: "stable", Profile: Minimal, Overrides: map[string]string{}}
	for i := range 20 {
		s.Overrides[fmt.Sprintf("/home/someone/projects/number-%d", i)] = "nightly-x86_64-unknown-linux-gnu"
	}
	if err := os.WriteFile(filepath.Join(home, "settings.toml"), s.Marshal(), 0o644); err != nil {
		b.Fatal(err)
	}
	return home, deep
}

// cpu is the time that the process has used, in nanoseconds.
func cpu() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
