package buildscript

import (
	"fmt"
	"slices"
	"strings"

	"berth/internal/manifest"
)

// linkKinds are the keys whose arguments are for the linker.
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
				"Allowing this was an unintended change in the 1.50 release, and may become an error in the future. For more information, see "+
				"<https://github.com/rust-lang/cargo/issues/9562>.", p.colon, key, p.Package.ID())})
		}
	case LinkBin:
		var ok bool
		if arg.Bin, arg.Arg, ok = strings.Cut(value, "="); !ok {
			return true, p.fail("The instruction should have the form %s%s=BIN=ARG", p.colon, key)
		}
		if !p.has(func(t *manifest.Target) bool { return t.Kind == manifest.Bin && t.Name == arg.Bin }) {
			return true, p.fail("The package %s does not have a bin target with the name `%s`.", p.Package.ID(), arg.Bin)
		}
	case LinkBins:
		err = p.need(manifest.Bin, "bin")
	case LinkTests:
		err = p.need(manifest.Test, "test")
	case LinkBenches:
		err = p.need(manifest.Bench, "benchmark")
	case LinkExamples:
		err = p.need(manifest.Example, "example")
	}
	p.out.LinkArgs = append(p.out.LinkArgs, arg)
	return true, err
}

func (p *parser) need(kind manifest.TargetKind, noun string) error {
	if p.has(func(t *manifest.Target) bool { return t.Kind == kind }) {
		return nil
	}
	return p.fail("The package %s does not have a %s target.", p.Package.ID(), noun)
}

func (p *parser) has(fits func(*manifest.Target) bool) bool {
	for i := range p.Package.Targets {
		if fits(&p.Package.Targets[i]) {
			return true
		}
	}
	return false
}
