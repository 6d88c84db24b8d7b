package proxy

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/app"
	"berth/internal/lockfs"
	"berth/internal/store"
	"berth/internal/toolchain"
)

// pinCargo keeps cargo on the compiler that its build began with.
//
// Cargo saves itself the proxies: where it takes the rustc on PATH for one, it
// runs $RUSTUP_HOME/toolchains/$RUSTUP_TOOLCHAIN/bin/rustc. That is the pointer,
// which an update swaps in the middle of the build. So cargo is told its compiler
// by the weakest means that it has, a variable that only cargo reads. Whoever
// chose a compiler themselves, by RUSTC, by that variable or in a configuration
// file, keeps their choice.
func (c *call) pinCargo(env *app.ChildEnv) {
	for _, tool := range []string{"rustc", "rustdoc"} {
		variable := "CARGO_BUILD_" + strings.ToUpper(tool)
		if c.isOfATree(env.Get(variable)) {
			env.Unset(variable) // by the proxy of the build above
		}
		if c.tool != "cargo" || c.lease.Kind != store.InStore || !toolchain.IsFile(bin(c.lease.Path, tool)) {
			continue
		}
		if env.Get(variable) == "" && env.Get(strings.ToUpper(tool)) == "" && !c.isConfigured(tool) {
			env.Set(variable, bin(c.lease.Path, tool))
		}
	}
}

// isOfATree tells whether a path is that of a program in one of our trees.
func (c *call) isOfATree(program string) bool {
	if !filepath.IsAbs(program) {
		return false
	}
	_, ours := c.Home.Store().TreeOf(filepath.Dir(filepath.Dir(program)))
	return ours
}

// isConfigured tells whether cargo's configuration may name the tool. It errs on
// the side of yes: then cargo does what it does under stock rustup.
func (c *call) isConfigured(tool string) bool {
	if slices.ContainsFunc(c.args, func(a string) bool { return strings.HasPrefix(a, "--config") }) {
		return true
	}
	dirs := []string{c.Env.CargoHome}
	if dir, err := c.Dir(); err == nil {
		for ; ; dir = filepath.Dir(dir) {
			dirs = append(dirs, filepath.Join(dir, ".cargo"))
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return slices.ContainsFunc(dirs, func(dir string) bool {
		return mentions(filepath.Join(dir, "config.toml"), tool) || mentions(filepath.Join(dir, "config"), tool)
	})
}

// mentions looks for a key of that name, or for a file that includes others.
func mentions(path, key string) bool {
	data, err := lockfs.At(path).ReadFile()
	return err == nil && (hasKey(data, key) || hasKey(data, "include"))
}

// hasKey finds key before an equals sign, quoted or dotted or in an inline table.
func hasKey(data []byte, key string) bool {
	for {
		i := bytes.Index(data, []byte(key))
		if i < 0 {
			return false
		}
		before, after := data[:i], bytes.TrimLeft(data[i+len(key):], "\"' \t")
		if bytes.HasPrefix(after, []byte("=")) && (i == 0 || bytes.ContainsAny(before[i-1:], "\"' \t\n.{,")) {
			return true
		}
		data = data[i+len(key):]
	}
}

// unproxy rewrites CARGO where it names a proxy, so that what cargo starts calls
// cargo and not us.
func unproxy(env *app.ChildEnv, cargo string) {
	named := env.Get("CARGO")
	if named == "" || !isProxy(named) {
		return
	}
	env.Set("CARGO", cargo)
}

// isProxy recognises links to rustup, as stock does, and to berth.
func isProxy(path string) bool {
	target, err := os.Readlink(path)
	if err == nil && stem(target) == "rustup" {
		return true
	}
	return stem(path) != "rustup" && stem(path) != "berth" && isSelf(path)
}

// stem is a program's name, without what Windows appends.
func stem(path string) string { return strings.TrimSuffix(filepath.Base(path), ".exe") }

// isSelf tells whether path leads to the program that runs.
func isSelf(path string) bool {
	self := newIdentity()
	return self != nil && self.is(path)
}

// identity is the program that runs, as a file.
type identity struct{ info os.FileInfo }

func newIdentity() *identity {
	path, err := os.Executable()
	if err != nil {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil // removed while it runs
	}
	return &identity{info}
}

// is takes a file of the very same size for a copy: some install the proxies so,
// and to read ten megabytes at each call is out of the question.
func (i *identity) is(path string) bool {
	info, err := os.Stat(path)
	return err == nil && (os.SameFile(i.info, info) || info.Size() == i.info.Size())
}
