package stock

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"berth/internal/dialect"
)

// CargoVersion is the Cargo that is the oracle.
const CargoVersion = "1.95.0"

// otherToolchain names the folder of a toolchain to compare with instead of the installed one with that Cargo: a later release.
const otherToolchain = "BERTH_TEST_TOOLCHAIN"

// Cargo is the stock Cargo with a private CARGO_HOME. Its toolchain is the user's, and only read.
type Cargo struct {
	Home string // CARGO_HOME, and HOME of git and others
	t    TB
	bin  string // folder of cargo and rustc
}

// NewCargo makes an empty home for the stock Cargo that rustup has installed.
func NewCargo(t TB) *Cargo {
	t.Helper()
	bin, err := cargoBin()
	if err != nil {
		t.Fatalf("%v (these tests compare with stock Cargo %s: rustup toolchain install %[2]s)", err, CargoVersion)
	}
	return &Cargo{Home: t.TempDir(), t: t, bin: bin}
}

// cargoBin is bin/ of the installed toolchain that has the oracle. It is run by its own path: through rustup's proxies each run takes longer.
var cargoBin = sync.OnceValues(func() (string, error) {
	if dir := os.Getenv(otherToolchain); dir != "" {
		return filepath.Join(dir, "bin"), nil
	}
	dirs, err := Installed()
	if err != nil {
		return "", fmt.Errorf("find stock Cargo: %w", err)
	}
	for _, dir := range dirs {
		bin := filepath.Join(dir, "bin")
		out, err := exec.Command(filepath.Join(bin, "cargo"+exe()), "-V").Output()
		if err == nil && strings.HasPrefix(string(out), "cargo "+CargoVersion+" ") {
			return bin, nil
		}
	}
	return "", fmt.Errorf("no installed toolchain has cargo %s", CargoVersion)
})

// Toolchain is the folder of the installed toolchain that has the oracle.
func Toolchain() (string, error) {
	bin, err := cargoBin()
	return filepath.Dir(bin), err
}

func exe() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}

// Path is the program.
func (c *Cargo) Path() string { return filepath.Join(c.bin, "cargo"+exe()) }

// Env is the environment of a Cargo, stock or not, that works on this home: nothing of the user's that would change what it does, and no terminal's
// colors.
func (c *Cargo) Env(extra ...string) []string {
	clean := slices.DeleteFunc(os.Environ(), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return strings.HasPrefix(name, "RUSTUP_") || strings.HasPrefix(name, "CARGO") || strings.HasPrefix(name, "RUST") || strings.HasPrefix(name, "GIT_") ||
			strings.HasSuffix(strings.ToUpper(name), "_PROXY") || name == "PATH" || name == "TERM" || name == "HOME" || name == "USER" || name == "EMAIL"
	})
	path := c.bin + string(os.PathListSeparator) + os.Getenv("PATH")
	return append(append(clean, "HOME="+c.Home, "CARGO_HOME="+c.Home, "PATH="+path, "TERM=dumb"), extra...)
}

// Release is the release that it is of.
func (c *Cargo) Release() dialect.Release {
	c.t.Helper()
	version := strings.Fields(c.Run(c.Home, "-V"))[1]
	minor, err := strconv.Atoi(strings.Split(version, ".")[1])
	if err != nil {
		c.t.Fatalf("stock cargo -V says %q", version)
	}
	return dialect.Release(minor)
}

// Try runs Cargo in dir and returns how it ended. Entries of extra are added to the environment.
func (c *Cargo) Try(dir string, extra []string, args ...string) Result {
	c.t.Helper()
	cmd := exec.Command(c.Path(), args...)
	cmd.Env, cmd.Dir = c.Env(extra...), dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		c.t.Fatalf("run stock cargo: %v", err)
	}
	return Result{Stdout: stdout.String(), Stderr: stderr.String(), Code: cmd.ProcessState.ExitCode()}
}

// Run runs Cargo, which has to succeed, and returns its standard output.
func (c *Cargo) Run(dir string, args ...string) string {
	c.t.Helper()
	r := c.Try(dir, nil, args...)
	if r.Code != 0 {
		c.t.Fatalf("stock cargo %s: exit %d\n%s%s", strings.Join(args, " "), r.Code, r.Stdout, r.Stderr)
	}
	return r.Stdout
}
