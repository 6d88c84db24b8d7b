package compile

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/manifest"
	"berth/internal/unit"
)

// Flavor is what kind of file an output is.
type Flavor uint8

const (
	Normal    Flavor = iota // a program, or a library for other languages
	Auxiliary               // beside a normal one, as .wasm beside .js
	Linkable                // a library for Rust
	Metadata                // .rmeta
	Debug                   // .pdb, .dSYM, .dwp
)

// Output is a file that a unit may make. Debug and Auxiliary ones need not be there in the end.
type Output struct {
	Name    string // below the unit's directory
	Written string // the name that rustc gives it, where it is to have another
	Final   string // where users find it, below target/debug; empty for what is not for them
	Flavor  Flavor
}

// fileType is a kind of file that comes of a type of crate. rustc always names it after the crate.
type fileType struct {
	Affixes
	flavor Flavor
	dylib  bool
	crate  bool // also for users the name is that of the crate, with underscores
}

// UnsupportedError is a crate that cannot be made for a target at all.
type UnsupportedError struct {
	Package, Target string
	CrateTypes      []string
}

func (e *UnsupportedError) Error() string {
	known := []string{"lib", "rlib", "dylib", "cdylib", "staticlib", "proc-macro", "bin"}
	for _, crateType := range e.CrateTypes {
		if !slices.Contains(known, crateType) {
			return fmt.Sprintf("unknown crate type `%s` of `%s`, expected one of: `%s`", crateType, e.Package, strings.Join(known, "`, `"))
		}
	}
	return fmt.Sprintf("cannot produce %s for `%s` as the target `%s` does not support these crate types", strings.Join(e.CrateTypes, ", "), e.Package, e.Target)
}

// Outputs are the files that a unit makes, in stock's order. Doctests and runs of build scripts have none.
func (c *Compiler) Outputs(u *unit.Unit) ([]Output, error) {
	switch u.Mode {
	case unit.RunBuildScript, unit.Doctest:
		return nil, nil
	case unit.Doc:
		return []Output{{Name: filepath.Join(u.Target.CrateName(), "index.html")}}, nil
	}
	types, err := c.fileTypes(u)
	if err != nil {
		return nil, err
	}
	outputs := make([]Output, 0, len(types))
	for _, t := range types {
		o := Output{
			Name:   t.Prefix + u.Target.CrateName() + c.suffix(u) + t.Suffix,
			Final:  c.final(u, t),
			Flavor: t.flavor,
		}
		if u.Target.Kind == manifest.CustomBuild && o.Final != "" && !t.crate && !c.Release.DirPerUnit() {
			o.Name, o.Written = filepath.Base(o.Final), o.Name // scripts see by which name they are called
		}
		outputs = append(outputs, o)
	}
	return outputs, nil
}

// suffix is the hash in the names of files.
func (c *Compiler) suffix(u *unit.Unit) string {
	if c.hasSuffix(u) {
		return "-" + c.Name(u)
	}
	return ""
}

// hasSuffix: names of dynamic libraries stand in the programs that are linked with them, and those of debug files in
// programs of Windows, so the user's own keep the name that they have in the manifest. Later releases do so with all of them,
// and with all programs.
func (c *Compiler) hasSuffix(u *unit.Unit) bool {
	if u.Mode != unit.Build {
		return u.Mode != unit.Doc && u.Mode != unit.Doctest
	}
	_, channel := c.getenv("__CARGO_DEFAULT_LIB_METADATA")
	dynamic := u.Target.Kind == manifest.Lib && (hasType(u.Target, "dylib") || hasType(u.Target, "cdylib"))
	if c.Release.DirPerUnit() {
		return u.Target.Kind != manifest.CustomBuild && (channel || !dynamic && !isExecutable(u.Target))
	}
	target := c.target(u.Kind)
	keeps := dynamic || isExecutable(u.Target) && (target.Name == "wasm32-unknown-emscripten" || target.is("msvc"))
	return channel || !keeps || !u.ID.Source.IsPath()
}

// DepInfo is the name of the .d file that rustc writes.
func (c *Compiler) DepInfo(u *unit.Unit) string { return u.Target.CrateName() + c.suffix(u) + ".d" }

func (c *Compiler) fileTypes(u *unit.Unit) ([]fileType, error) {
	rmeta := fileType{Affixes: Affixes{"lib", ".rmeta"}, flavor: Metadata, crate: true}
	target := c.target(u.Kind)
	types := u.Target.RustcTypes()
	switch u.Mode {
	case unit.Check, unit.CheckTest:
		return []fileType{rmeta}, nil
	case unit.Test:
		types = []string{"bin"}
	}
	var files []fileType
	var unsupported []string
	for _, crateType := range types {
		of := target.fileTypes(crateType)
		if of == nil {
			unsupported = append(unsupported, crateType)
		}
		files = append(files, of...)
	}
	if len(files) == 0 {
		return nil, &UnsupportedError{u.ID.String(), target.Name, unsupported}
	}
	if MakesMetadata(u) {
		files = append(files, rmeta)
	}
	return files, nil
}

// fileTypes are what rustc and the linker make of a type of crate.
func (t *Target) fileTypes(crateType string) []fileType {
	if crateType == "lib" {
		crateType = "rlib"
	}
	affixes, ok := t.Files[crateType]
	if !ok {
		return nil
	}
	first := fileType{Affixes: affixes, crate: crateType != "bin", dylib: crateType == "dylib"}
	dynamic := crateType == "dylib" || crateType == "cdylib" || crateType == "proc-macro"
	if crateType == "rlib" || crateType == "dylib" || crateType == "proc-macro" {
		first.flavor = Linkable
	}
	files := []fileType{first}
	add := func(flavor Flavor, prefix, suffix string, crate bool) {
		files = append(files, fileType{Affixes{prefix, suffix}, flavor, first.dylib, crate})
	}
	switch {
	case dynamic && affixes.Suffix == ".dll" && strings.HasSuffix(t.Name, "-windows-msvc"):
		add(Auxiliary, affixes.Prefix, ".dll.lib", true)
		add(Auxiliary, affixes.Prefix, ".dll.exp", true)
	case dynamic && affixes.Suffix == ".dll" && (strings.HasSuffix(t.Name, "windows-gnu") || strings.HasSuffix(t.Name, "windows-gnullvm") || strings.HasSuffix(t.Name, "cygwin")):
		add(Auxiliary, "lib", ".dll.a", true)
	case crateType == "bin" && affixes.Suffix == ".js" && strings.HasPrefix(t.Name, "wasm32-"):
		add(Auxiliary, affixes.Prefix, ".wasm", true)
		add(Debug, affixes.Prefix, ".wasm.map", true)
	}
	if !dynamic && crateType != "bin" {
		return files
	}
	switch {
	case t.is("-apple-") && crateType == "bin":
		add(Debug, affixes.Prefix, ".dSYM", false)
	case t.is("-apple-"):
		add(Debug, affixes.Prefix, ".dylib.dSYM", false)
	case strings.HasSuffix(t.Name, "-msvc") || strings.HasSuffix(t.Name, "-uefi"):
		add(Debug, affixes.Prefix, ".pdb", true)
	default:
		add(Debug, affixes.Prefix, affixes.Suffix+".dwp", crateType != "bin")
	}
	return files
}

// final is where a user finds a file. Programs and dylibs are always wanted there, also those that were only made for
// another unit; libraries where they were asked for; and of a check nothing.
func (c *Compiler) final(u *unit.Unit, t fileType) string {
	if u.Mode != unit.Build || t.flavor == Metadata {
		return ""
	}
	script := u.Target.Kind == manifest.CustomBuild
	if !script && (c.checks || u.Target.Kind != manifest.Bin && !t.dylib && !c.roots[u]) {
		return ""
	}
	name := programName(u.Target)
	if t.crate && u.Target.FileName == "" {
		name = u.Target.CrateName()
	}
	name = t.Prefix + name + t.Suffix
	switch u.Target.Kind {
	case manifest.Example:
		return filepath.Join("examples", name)
	case manifest.CustomBuild:
		if c.Release.DirPerUnit() {
			return filepath.Join(c.OutDir(u), t.Prefix+u.Target.CrateName()+t.Suffix)
		}
		return filepath.Join(c.runDir(u), name)
	}
	return name
}

func (c *Compiler) runDir(u *unit.Unit) string {
	if c.Release.DirPerUnit() {
		return filepath.Join("build", u.ID.Name, c.Name(u))
	}
	return filepath.Join("build", u.ID.Name+"-"+c.Name(u))
}

// OutDir is the directory, below that of the profile, in which stock has what a build script makes; in later releases what
// any unit makes.
func (c *Compiler) OutDir(u *unit.Unit) string { return filepath.Join(c.runDir(u), "out") }

// Executable is the output that is run: of programs and of tests.
func (c *Compiler) Executable(u *unit.Unit, outputs []Output) (Output, bool) {
	if u.Mode != unit.Test && (u.Mode != unit.Build || !isExecutable(u.Target)) {
		return Output{}, false
	}
	return firstNormal(outputs)
}

func firstNormal(outputs []Output) (Output, bool) {
	for _, o := range outputs {
		if o.Flavor == Normal {
			return o, true
		}
	}
	return Output{}, false
}
