package buildscript

import (
	"fmt"
	"slices"
	"strings"

	"berth/internal/manifest"
)

// linkKind is of a key whose arguments are for the linker.
func linkKind(key string) (LinkKind, bool) {
	switch key {
	case "rustc-link-arg":
		return LinkAll, true
	case "rustc-link-arg-cdylib", "rustc-cdylib-link-arg":
		return LinkCdylib, true
	case "rustc-link-arg-bins":
		return LinkBins, true
	case "rustc-link-arg-bin":
		return LinkBin, true
	case "rustc-link-arg-tests":
		return LinkTests, true
	case "rustc-link-arg-benches":
		return LinkBenches, true
	case "rustc-link-arg-examples":
		return LinkExamples, true
	}
	return 0, false
}

func isCdylib(t *manifest.Target) bool {
	return t.Kind == manifest.Lib && slices.Contains(t.CrateTypes, "cdylib")
}

// linkArg refuses arguments for targets that the package has not got; for cdylib it warns, as that was once taken.
func (p *parser) linkArg(key, value string) (known bool, err error) {
	kind, known := linkKind(key)
	if !known {
		return false, nil
	}
	arg := LinkArg{Kind: kind, Arg: value}
	switch kind {
	case LinkCdylib:
		if !p.has(isCdylib) {
			p.out.Messages = append(p.out.Messages, Message{false, fmt.Sprintf("%s%s was specified in the build script of %s, but that package does not contain a cdylib target\n\n"+
				"This is taken because 1.50 took it by mistake, and may be refused some day; see <https://github.com/rust-lang/cargo/issues/9562>.", p.colon, key, p.Package.ID())})
		}
	case LinkBin:
		var ok bool
		if arg.Bin, arg.Arg, ok = strings.Cut(value, "="); !ok {
			return true, p.fail("invalid instruction `%s%s=%s` from %s\nit is to be %[1]s%[2]s=BIN=ARG", p.colon, key, value, p.whence())
		}
		if !p.has(func(t *manifest.Target) bool { return t.Kind == manifest.Bin && t.Name == arg.Bin }) {
			return true, p.fail("invalid instruction `%s%s` from %s\nthe package %s has no binary `%s`", p.colon, key, p.whence(), p.Package.ID(), arg.Bin)
		}
	case LinkBins:
		err = p.need(key, manifest.Bin, "bin")
	case LinkTests:
		err = p.need(key, manifest.Test, "test")
	case LinkBenches:
		err = p.need(key, manifest.Bench, "benchmark")
	case LinkExamples:
		err = p.need(key, manifest.Example, "example")
	}
	p.out.LinkArgs = append(p.out.LinkArgs, arg)
	return true, err
}

func (p *parser) need(key string, kind manifest.TargetKind, noun string) error {
	if p.has(func(t *manifest.Target) bool { return t.Kind == kind }) {
		return nil
	}
	return p.fail("invalid instruction `%s%s` from %s\nthe package %s has no %s target", p.colon, key, p.whence(), p.Package.ID(), noun)
}

func (p *parser) has(fits func(*manifest.Target) bool) bool {
	for i := range p.Package.Targets {
		if fits(&p.Package.Targets[i]) {
			return true
		}
	}
	return false
}
