package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// demo has one of each kind of thing that can be completed.
func demo() *Command {
	return &Command{
		Name:  "rustup",
		About: "A small command line",
		Flags: []Flag{{Long: "quiet", Short: 'q', About: "Say less"}},
		Args:  []Arg{{Name: "+toolchain"}},
		Commands: []*Command{
			{Name: "install", Aliases: []string{"add"}, About: "Install it's things", Args: []Arg{{Name: "TOOLCHAIN", Many: true}}, Flags: []Flag{
				{Long: "profile", Value: "PROFILE", Choices: []string{"minimal", "default"}, About: "Which [set]: small or not"},
				{Long: "toolchain", Short: 't', Value: "TOOLCHAIN"},
				{Long: "path", Value: "PATH"},
				{Long: "secret", Hidden: true},
			}},
			{Name: "set", About: "Set", Commands: []*Command{
				{Name: "auto", About: "Auto", Args: []Arg{{Name: "MODE", Choices: []string{"enable", "disable"}}}},
			}},
			{Name: "dump", Hidden: true},
		},
	}
}

// completions are the same for each shell: a line, and words that must be offered
// for its end, and no others if whole is set.
type completionCase struct {
	line  string
	want  []string
	whole bool
}

func completionCases() []completionCase {
	return []completionCase{
		{"rustup inst", []string{"install"}, true},
		{"rustup s", []string{"set"}, true},
		{"rustup dum", nil, true},
		{"rustup set ", []string{"auto", "help"}, false},
		{"rustup set auto ", []string{"enable", "disable"}, false},
		{"rustup -q set auto e", []string{"enable"}, true},
		{"rustup help set a", []string{"auto"}, true},
		{"rustup install --pr", []string{"--profile"}, true},
		{"rustup add --pr", []string{"--profile"}, true},
		{"rustup install --sec", nil, true},
		{"rustup install --profile m", []string{"minimal"}, true},
		{"rustup install s", []string{"stable-host"}, true},
		{"rustup install -t m", []string{"mine"}, true},
		{"rustup install mine --toolchain s", []string{"stable-host"}, true},
		{"rustup +s", []string{"+stable-host"}, true},
		{"rustup install --quiet", nil, true},
	}
}

// fakeRustup answers the question for toolchains, and holds that asking does not
// install anything.
func fakeRustup(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	script := "#!/bin/sh\n[ \"$RUSTUP_AUTO_INSTALL $*\" = '0 toolchain list --quiet' ] || exit 9\nprintf '%s\\n' stable-host mine\n"
	if err := os.WriteFile(filepath.Join(dir, "rustup"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// drivers print what a shell offers for a line, a word a line. %SCRIPT% is the
// completion script, %TEXT% what is in it, $LINE the line.
func drivers() map[string]string {
	return map[string]string{
		"bash": `. %SCRIPT%
COMP_WORDS=($LINE); case "$LINE" in *' ') COMP_WORDS+=("") ;; esac
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_rustup; printf '%s\n' "${COMPREPLY[@]}"`,
		"zsh": `compdef() { }
offer() { for w in "$@"; do w=${w%%:*}; [[ $w == $cur* ]] && print -r -- $w; done; true }
_describe() { [[ $1 == -o ]] && shift; offer "${(@P)2}" }
compadd() { shift; offer "$@" }
_files() { }
. %SCRIPT%
words=(${=LINE}); [[ $LINE == *' ' ]] && words+=('')
CURRENT=${#words}
_rustup`,
		"fish": `set fish_complete_path
source %SCRIPT%; complete -C "$LINE" | string replace -r '\t.*' ''; true`,
		"elvish": `use str
fn complex {|stem &display=''| put $stem }
var edit: = (ns [&complex-candidate~=$complex~ &completion:=(ns [&arg-completer=[&]])])
%TEXT%
var words = [(str:split ' ' $E:LINE)]
for c [($edit:completion:arg-completer[rustup] $@words)] {
  if (str:has-prefix $c $words[-1]) { echo $c }
}`,
	}
}

// TestCompletionInShells runs each script in its shell, where that is there; bash
// always is.
func TestCompletionInShells(t *testing.T) {
	bin := fakeRustup(t)
	for shell, driver := range drivers() {
		path, err := exec.LookPath(shell)
		if err != nil && shell != "bash" {
			t.Logf("%s is not on this machine", shell)
			continue
		}
		script := filepath.Join(t.TempDir(), "script")
		if err := os.WriteFile(script, []byte(demo().Completion(shell)), 0o644); err != nil {
			t.Fatal(err)
		}
		driver = strings.NewReplacer("%SCRIPT%", script, "%TEXT%", demo().Completion(shell)).Replace(driver)
		for _, c := range completionCases() {
			t.Run(shell+"/"+c.line, func(t *testing.T) {
				args := []string{"-c", driver}
				if shell == "zsh" {
					args = slices.Insert(args, 0, "-f")
				}
				cmd := exec.Command(path, args...)
				cmd.Dir = t.TempDir()
				cmd.Env = append(os.Environ(), "LINE="+c.line, "PATH="+bin+":/usr/bin:/bin", "HOME="+cmd.Dir)
				out, err := cmd.CombinedOutput()
				if err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
				got := strings.Fields(string(out))
				slices.Sort(got)
				got = slices.Compact(got)
				for _, w := range c.want {
					if !slices.Contains(got, w) {
						t.Errorf("%q is not offered, only %q", w, got)
					}
				}
				if c.whole && len(got) != len(c.want) {
					t.Errorf("offered %q, want %q", got, c.want)
				}
			})
		}
	}
}
