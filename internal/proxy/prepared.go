package proxy

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"berth/internal/app"
	"berth/internal/exe"
	"berth/internal/settings"
	"berth/internal/toolchain"
)

// Prepared is a tool that could run: its toolchain is chosen, there, and
// leased, and nothing is started. It is for who does some of the tool's work itself and
// leaves the rest to it.
type Prepared struct{ call *call }

// Prepare goes as far as Tool without becoming anything. The lease ends with Close,
// or with the last process that inherits it.
func Prepare(ctx context.Context, a *app.App, tool string, args []string) (*Prepared, error) {
	if err := checkRecursion(a); err != nil {
		return nil, err
	}
	c := &call{App: a, tool: tool, args: args}
	if err := c.takePlus(); err != nil {
		return nil, err
	}
	if err := c.choose(a.Session(ctx, tool)); err != nil {
		if errors.Is(err, settings.ErrNotSelected) {
			return nil, &NotChosenError{c.tool}
		}
		return nil, err
	}
	return &Prepared{c}, nil
}

// Close gives the toolchain back.
func (p *Prepared) Close() { p.call.release() }

// AwaitWhole waits while stock rustup takes the toolchain apart, for who asks for its
// programs; Become does so by itself.
func (p *Prepared) AwaitWhole(ctx context.Context) error {
	return p.call.Home.AwaitWhole(ctx, p.call.lease.Place)
}

// Args are the arguments without +toolchain.
func (p *Prepared) Args() []string { return p.call.args }

// Program is the path of one of the toolchain's programs, "" if it has none of that
// name.
func (p *Prepared) Program(tool string) string {
	if path := bin(p.call.lease.Path, tool); toolchain.IsFile(path) {
		return path
	}
	return ""
}

// Environment is what the tool would find, and so what programs find that are run
// for it.
func (p *Prepared) Environment(ctx context.Context) *app.ChildEnv {
	env := p.call.environment(ctx)
	env.Set("RUSTUP_TOOLCHAIN_SOURCE", p.call.override.Source.Word())
	return env
}

// Basic is the environment of the toolchain's own programs, for who only asks them
// something: children that call further tools get Environment.
func (p *Prepared) Basic() *app.ChildEnv {
	env := p.call.ChildEnv()
	env.PutLibraries(p.call.lease.Path)
	env.Set("CARGO_HOME", p.call.Env.CargoHome)
	env.Set("RUSTUP_HOME", p.call.Env.RustupHome)
	env.Set("RUSTUP_TOOLCHAIN", p.call.tc.String())
	env.Set("RUST_RECURSION_COUNT", strconv.Itoa(p.call.Env.Recursion+1))
	return env
}

// Become becomes the tool. It returns only if that fails.
func (p *Prepared) Become(ctx context.Context) error {
	ctx = p.call.Session(ctx, p.call.tool)
	env := p.Environment(ctx)
	if p.call.tool == "cargo" && firstOnPath(env.Get("PATH"), "rustc") == "" {
		p.call.makeReachable(ctx, env) // cargo alone was linked, and would find no compiler
	}
	return p.call.becomeFound(ctx, env, p.call.find)
}

// BecomeOther becomes another program in the tool's place, with the toolchain that
// the tool would have. words are its name, as it is told to it, and its arguments.
func (p *Prepared) BecomeOther(ctx context.Context, path string, words []string, env *app.ChildEnv) error {
	p.call.tool, p.call.argv0, p.call.args = path, words[0], words[1:]
	return p.call.become(ctx, path, env)
}

// Link is the path by which children with this environment come back to berth as the
// tool; "" where there is none.
func (p *Prepared) Link(env *app.ChildEnv) string {
	self := newIdentity()
	if self == nil {
		return ""
	}
	candidates := []string{filepath.Join(p.call.cargoBin(), exe.Named(p.call.tool)), firstOnPath(env.Get("PATH"), p.call.tool)}
	if program, err := os.Executable(); err == nil {
		candidates = append(candidates, filepath.Join(filepath.Dir(program), exe.Named(p.call.tool)))
	}
	for _, path := range candidates {
		if path != "" && self.is(path) {
			return path
		}
	}
	return ""
}
