package rustup_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"berth/internal/testkit/stock"
)

// wrongLines are command lines that cannot be read. Both programs must refuse them
// with the same exit code, on the same stream and, where stock shows a usage line,
// with the same.
func wrongLines() []string {
	return []string{
		"--bogus", "bogus", "instal", "bogus --bogus2", "-x", "-q -v show", "-qv", "-q -q show", "-vv show", "+stable", "+stable bogus",
		"+stable instal", "+", "show +stable", "--version=3", "list --help", "install --bogus", "install foo --bogus", "install stable --bogus",
		"install --profile", "install --profile x stable", "install --profile= foo", "install --profile -- foo", "install --profile minima",
		"install --profile=minimal --profile=default x", "install -c", "install -c -t", "install foo", "install +stable", "install -V",
		"install --no-self-updat", "install --vrsion", "install nightly-2023-6-1", "add foo", "toolchain", "toolchain bogus",
		"toolchain lis", "toolchain list -v -q", "toolchain list -vq", "toolchain list -vx", "toolchain list -", "toolchain list --verbose=1",
		"toolchain list help", "toolchain link", "toolchain link stable", "toolchain link stable /x", "toolchain link a", "toolchain up foo",
		"default a b", "default +stable", "default none extra", "default /a/b", "uninstall", "toolchain uninstall", "uninstall a/b", "update --forc",
		"update foo", "update -c", "update -fx", "update +stable", "show -q", "show bogus", "show -vv", "check -q", "check foo", "target",
		"target add", "target add --toolchain", "target list foo", "target ad", "component", "component lisst", "component add",
		"component add --toolchain stable", "component add --target", "component add --toolchain mine clippy", "component remove", "override",
		"override foo", "override set", "override set a b", "override set a/b", "override unset foo", "override unset --path",
		"override unset --path=", "run", "run stable", "run --bogus stable x", "run foo- --bogus", "run a/b c", "which", "which rustc x",
		"which --toolchain a/b rustc", "doc --book --std", "doc --boook", "man", "completions", "completions foo", "completions bash foo",
		"self", "self updat", "self update x", "self uninstall -y --bogus", "set", "set foo", "set profile bogus", "set profile Minimal",
		"set auto-self-update bogus", "set auto-install Enable", "set default-host", "dump-testament x", "help bogus", "help toolchain bogus",
		"help -h", "help install --foo", "toolchain help bogus",
	}
}

func TestRefusedAsByStock(t *testing.T) {
	p := newPair(t)
	for _, line := range wrongLines() {
		words := strings.Fields(line)
		theirs, ours := p.stock.run(nil, words...), p.berth.run(nil, words...)
		if theirs.Code != ours.Code || (theirs.Stdout == "") != (ours.Stdout == "") || (theirs.Stderr == "") != (ours.Stderr == "") {
			t.Errorf("%s\nstock: exit %d\nstdout: %s\nstderr: %s\nberth: exit %d\nstdout: %s\nstderr: %s", line,
				theirs.Code, theirs.Stdout, theirs.Stderr, ours.Code, ours.Stdout, ours.Stderr)
			continue
		}
		if want, got := usageLine(theirs), usageLine(ours); want != got {
			t.Errorf("%s\nstock: %s\nberth: %s", line, want, got)
		}
	}
	p.compareState("nothing but refused lines")
}

// usageLine is the line that shows the right form. Stock writes the program's name
// with a placeholder for the suffix that programs have on Windows.
func usageLine(r stock.Result) string {
	for line := range strings.Lines(r.Stdout + r.Stderr) {
		if usage, ok := strings.CutPrefix(line, "Usage: "); ok {
			return strings.TrimSpace(strings.ReplaceAll(usage, "[EXE]", ""))
		}
	}
	return ""
}

// helpLines are the commands, each in one of the ways to ask for help.
func helpLines() []string {
	return []string{
		"--help", "-h", "help", "-h install", "help help", "install --help", "install -c a,b --help", "help add", "uninstall -h", "rm --help",
		"toolchain --help", "toolchain help", "toolchain help list", "toolchain list -h", "toolchain install -h", "toolchain add -h",
		"toolchain uninstall -h", "toolchain link -h", "default -h", "show -h", "show active-toolchain -h", "show home -h", "show profile -h",
		"update -h", "up -h", "check -h", "target -h", "target list -h", "target add -h", "target remove -h", "component -h",
		"component list -h", "component add -h", "help component remove", "override -h", "override list -h", "override set -h",
		"override unset -h", "run -h", "run stable --help", "which -h", "doc -h", "man -h", "self -h", "self update -h",
		"self uninstall -h", "self upgrade-data -h", "set -h", "set default-host -h", "set profile -h", "set auto-self-update -h",
		"set auto-install -h", "help completions", "dump-testament -h",
	}
}

// terms are the commands, arguments and flags that help explains.
func terms(help string) (found []string) {
	term := regexp.MustCompile(`^  ((?:-\w, |    )?--?[\w-]+(?: <[\w-]+>)?|[[<]\+?\w+[\]>](?:\.\.\.)?|[a-z][a-z-]*)(?:  |$)`)
	for line := range strings.Lines(help) {
		if strings.HasPrefix(line, "Discussion") {
			break
		}
		if m := term.FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil {
			found = append(found, strings.TrimSpace(m[1]))
		}
	}
	return found
}

func TestHelpHasStocksTerms(t *testing.T) {
	p := newPair(t)
	for _, line := range helpLines() {
		words := strings.Fields(line)
		theirs, ours := p.stock.run(nil, words...), p.berth.run(nil, words...)
		if theirs.Code != 0 || ours.Code != 0 || ours.Stderr != "" {
			t.Errorf("%s: stock: exit %d; berth: exit %d, stderr %q", line, theirs.Code, ours.Code, ours.Stderr)
		}
		if want, got := usageLine(theirs), usageLine(ours); want != got {
			t.Errorf("%s\nstock: %s\nberth: %s", line, want, got)
		}
		want, got := terms(theirs.Stdout), terms(ours.Stdout)
		got = slices.DeleteFunc(got, func(term string) bool { return term == "rollback" }) // berth's own
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) || len(want) == 0 {
			t.Errorf("%s\nstock: %q\nberth: %q", line, want, got)
		}
	}
}
