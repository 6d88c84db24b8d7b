package build

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"berth/internal/buildscript"
	"berth/internal/cachedir"
	"berth/internal/textsum"
	"berth/internal/unit"
	"berth/internal/unitstore"
)

// targetName is the directory below an attempt that stands for a target directory: scripts look for one above OUT_DIR.
const targetName = "target"

// outDir is where the outputs of an attempt go.
func (b *builder) outDir(u *unit.Unit, a *unitstore.Attempt) string { return b.outputsBelow(u, a.Dir) }

func (b *builder) outputsBelow(u *unit.Unit, dir string) string {
	if u.Mode != unit.RunBuildScript {
		return dir
	}
	return filepath.Join(dir, targetName, b.Layout.Triple(u.Kind), b.Layout.Profile, b.Compiler.OutDir(u))
}

// makeOutDir makes OUT_DIR below what tells backup programs, and scripts, that it is a target directory: scripts write into
// what they know of one.
func (b *builder) makeOutDir(u *unit.Unit, attempt string) error {
	profile := filepath.Join(attempt, targetName, b.Layout.Triple(u.Kind), b.Layout.Profile)
	dirs := []string{b.outputsBelow(u, attempt), filepath.Join(profile, "examples")}
	if !b.Compiler.Release.DirPerUnit() {
		dirs = append(dirs, filepath.Join(profile, "deps"))
	}
	for _, dir := range dirs {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(attempt, targetName, cachedir.Name), []byte(cachedir.Tag), 0o666)
}

// stageScript gives a script a second name in the directory that is the target directory of its run: scripts look for one
// above their own program, too, and may write there. Where there can be no second name it runs where it is.
func (b *builder) stageScript(run *unit.Unit, attempt, program string) (staged string, clear func()) {
	compiled, o := b.Compiler.Script(run)
	if compiled == nil {
		return program, func() {}
	}
	staged = filepath.Join(attempt, targetName, b.Layout.Triple(compiled.Kind), b.Layout.Profile, o.Final)
	clear = func() {
		os.Remove(staged)
		os.Remove(filepath.Dir(staged)) // unless the script has put something there
	}
	if os.MkdirAll(filepath.Dir(staged), 0o777) != nil || os.Link(program, staged) != nil {
		clear()
		return program, func() {}
	}
	return staged, clear
}

// scriptKey puts what a run of a build script depends on.
func (b *builder) scriptKey(t textsum.Sum, u *unit.Unit) {
	for _, d := range u.Deps {
		j := &b.jobs[d.Unit.Index]
		t.Put(b.Compiler.Name(d.Unit), j.all)
	}
	t.Put(b.outputsBelow(u, "")) // where its OUT_DIR is: profiles that are the same in all else have directories of their own
	cmd := b.Compiler.Command(u, places{b})
	for _, v := range cmd.Env {
		if !v.Place && strings.HasPrefix(v.Name, "DEP_") {
			t.Put(v.Name, v.Value)
		}
	}
	t.Put(b.scriptSurroundings())
	for _, v := range b.Compiler.Env {
		if !b.isOfNoPackage(u, v.Name) {
			t.Put(v.Name, v.Value)
		}
	}
}

// override takes what the configuration says in a script's place.
func (b *builder) override(u *unit.Unit) {
	j := &b.jobs[u.Index]
	j.said = b.Compiler.Overridden(u)
	t := textsum.New()
	b.saidText(t, j.said)
	j.all = t.Text()
}

// hear reads what a script that has run had to say.
func (b *builder) hear(u *unit.Unit, v *unitstore.Variant) error {
	j := &b.jobs[u.Index]
	j.dir = b.outputsBelow(u, v.Dir)
	stdout, err := os.ReadFile(filepath.Join(v.Dir, stdoutName))
	if err != nil {
		return err
	}
	written := ""
	if v.MadeIn != "" {
		written = b.outputsBelow(u, v.MadeIn)
	}
	if j.said, err = b.parse(u, stdout, j.dir, written); err != nil {
		return err
	}
	t := textsum.New()
	b.saidText(t, j.said)
	// Who is compiled with it may name OUT_DIR only where there is something in it, or where the script did.
	made := bytes.Contains(stdout, []byte(v.Dir)) || v.MadeIn != "" && bytes.Contains(stdout, []byte(v.MadeIn))
	for _, o := range v.Outputs {
		if strings.HasPrefix(o.Path, targetName+"/") && o.Path != targetName+"/"+cachedir.Name {
			made = true
			t.Put(o.Path, o.Digest.String())
		}
	}
	if made {
		t.Put(j.dir)
	}
	j.all = t.Text()
	return nil
}

// saidText puts all that a script said which others are compiled with.
func (b *builder) saidText(t textsum.Sum, said *buildscript.Output) {
	for _, s := range said.Search {
		t.Put("search", s.Path, yesNo(s.Inside))
	}
	for _, a := range said.LinkArgs {
		t.Put("arg", string(rune('0'+a.Kind)), a.Bin, a.Arg)
	}
	t.List(said.Libs)
	t.List(said.Cfgs)
	t.List(said.CheckCfgs)
	for _, p := range said.Env {
		t.Put("env", p.Name, p.Value)
	}
	for _, p := range said.Metadata {
		t.Put("meta", p.Name, p.Value)
	}
}

// scriptMessages says what a script wants the user to know.
func (b *builder) scriptMessages(i int, messages []buildscript.Message, all bool) {
	u := b.queue.units[i]
	if !all && !b.Compiler.ShowsWarnings(u) {
		return
	}
	for _, m := range messages {
		text := about(u, m.Text)
		if m.Error {
			b.Say.Error(text)
		} else {
			b.Say.Warn(text)
		}
	}
}

// about is a sentence about a package, as stock begins it.
func about(u *unit.Unit, text string) string {
	return u.ID.Name + "@" + u.ID.Version.String() + ": " + text
}

// repeatMessages says once more what build scripts of a package that does not compile wanted the user to know, whoever's package
// it is: that may be why it does not.
func (b *builder) repeatMessages(u *unit.Unit) {
	for _, d := range u.Deps {
		if d.Unit.Mode == unit.RunBuildScript && d.Unit.ID.Same(u.ID) {
			b.scriptMessages(d.Unit.Index, b.jobs[d.Unit.Index].said.Messages, true)
		}
	}
}
