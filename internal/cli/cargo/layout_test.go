package cargo

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"berth/internal/app"
	"berth/internal/cli/command"
	"berth/internal/lockfs"
	"berth/internal/rustc"
	"berth/internal/testkit/stock"
)

// TestHelpHasStocksLayout: with stock's sentences in the place of ours, our help is
// stock's to the byte: terms, usage, headings, order, columns and line breaks.
func TestHelpHasStocksLayout(t *testing.T) {
	t.Parallel()
	theirs := stock.NewCargo(t)
	version, err := rustc.New(lockfs.At(t.TempDir()), theirs.Env()).Version(t.Context(), theirs.Path())
	if err != nil {
		t.Fatal(err)
	}
	root := (&cli{App: &app.App{}, cargo: version}).root("cargo")
	rustup := []string{"RUSTUP_HOME=" + t.TempDir(), "RUSTUP_TOOLCHAIN=stable"} // who calls cargo through a proxy
	// place gives a command its place below root, as whoever calls it does.
	place := func(words ...string) {
		if _, err := root.Parse(append(words, "--help")); !errors.As(err, new(*command.HelpError)) {
			t.Fatalf("%q: %v", words, err)
		}
	}
	compare := func(path string, cmd *command.Command, words ...string) {
		r := theirs.Try(t.TempDir(), rustup, append(words, "-h")...)
		if r.Code != 0 {
			t.Fatalf("stock cargo %s -h: %+v", path, r)
		}
		takeSentences(root, cmd, r.Stdout)
		got := printHelp(cmd.Help())
		want := trimmed(r.Stdout)
		if got != want {
			t.Errorf("cargo %s -h\nstock:\n%s\nberth:\n%s", path, want, got)
		}
	}
	compare("", root)
	for _, cmd := range root.Commands {
		place(cmd.Name)
		compare(cmd.Name, cmd, cmd.Name)
		for _, sub := range cmd.Commands {
			if !sub.Hidden {
				place(cmd.Name, sub.Name)
				compare(cmd.Name+" "+sub.Name, sub, cmd.Name, sub.Name)
			}
		}
	}
	if len(root.Commands) != 32 {
		t.Errorf("%d commands were compared", len(root.Commands))
	}
}

// printHelp puts stock's words for --help, which every command has, in place of ours.
func printHelp(text string) string {
	text = strings.ReplaceAll(text, "Show this text; --help says more than -h", "Print help (see more with '--help')")
	return trimmed(strings.ReplaceAll(text, "Show this text", "Print help"))
}

func trimmed(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// takeSentences fills a command's texts with those of stock's help.
func takeSentences(root, cmd *command.Command, text string) {
	before, _, _ := strings.Cut(text, "Usage: ")
	cmd.About = strings.TrimSpace(before)
	cmd.More = ""
	if i := strings.LastIndex(strings.TrimRight(text, "\n"), "\n\n"); strings.Contains(text[i:], "cargo help") {
		cmd.More = text[i:]
	}
	if i := strings.Index(text, "\nCommands:\n    "); i >= 0 {
		cmd.More = text[i:]
	}
	for i := range cmd.Flags {
		f := &cmd.Flags[i]
		term := f.String()
		if f.Long != "" && f.Short != 0 {
			term = "-" + string(f.Short) + ", " + term
		}
		f.About = sentence(text, term)
	}
	for i := range cmd.Args {
		cmd.Args[i].About = sentence(text, strings.TrimSuffix(strings.TrimPrefix(cmd.Args[i].String(), "[-- "), "...]")+strings.Repeat("...", strings.Count(cmd.Args[i].String(), "...]")))
	}
	for _, sub := range cmd.Commands {
		sub.About = sentence(text, sub.Name)
	}
	if cmd.Name != "cargo" {
		takeGlobals(root, text)
	}
}

// takeGlobals are the texts of flags that are declared above.
func takeGlobals(root *command.Command, text string) {
	for i := range root.Flags {
		if f := &root.Flags[i]; f.Global && !f.Hidden {
			term := f.String()
			if f.Long != "" && f.Short != 0 {
				term = "-" + string(f.Short) + ", " + term
			}
			f.About = sentence(text, term)
		}
	}
}

// sentence finds what stands beside a term, or below it, and puts its lines together.
func sentence(text, term string) string {
	row := regexp.MustCompile(`(?m)^ {2,6}` + regexp.QuoteMeta(term) + `(?: {2,}(.*))?\n((?: {10,}.*\n)*)`)
	m := row.FindStringSubmatch(text)
	if m == nil {
		return "(" + term + " is not in stock's help)"
	}
	all := strings.Join(strings.Fields(m[1]+" "+m[2]), " ")
	if i := strings.Index(all, "[default: "); i >= 0 {
		all = all[:i]
	}
	if i := strings.Index(all, "[possible values: "); i >= 0 {
		all = all[:i]
	}
	return strings.TrimSpace(all)
}
