package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// got is what a line has set.
type got struct {
	verbose, quiet, version, force bool
	path, size                     string
	items                          []string
	words                          []string
	number                         int
	ran                            string
}

// sample is a command line with one of everything.
func sample(g *got) *Command {
	run := func(name string) func(context.Context) error {
		return func(context.Context) error { g.ran = name; return nil }
	}
	return &Command{
		Name: "tool", About: "Does things", Run: run("tool"),
		Flags: []Flag{
			{Long: "verbose", Short: 'v', Exclude: []string{"quiet"}, Set: True(&g.verbose)},
			{Long: "quiet", Short: 'q', Set: True(&g.quiet)},
			{Long: "version", Short: 'V', Ends: true, Set: True(&g.version)},
		},
		Args: []Arg{{Name: "+name", Set: Append(&g.words, Text)}},
		Commands: []*Command{
			{
				Name: "make", Aliases: []string{"mk"}, About: "Makes", Run: run("make"),
				Flags: []Flag{
					{Long: "path", Short: 'p', Value: "PATH", Filled: true, Set: To(&g.path, Text)},
					{Long: "size", Value: "SIZE", Choices: []string{"small", "large"}, Set: To(&g.size, Text)},
					{Long: "item", Short: 'i', Value: "ITEM", Many: true, Comma: true, Set: Append(&g.items, Text)},
					{Long: "force", Short: 'f', Set: True(&g.force)},
					{Long: "secret", Hidden: true, Set: True(new(bool))},
				},
				Args: []Arg{{Name: "WORD", Many: true, Set: Append(&g.words, Text)}},
			},
			{
				Name: "go", Run: run("go"), Verbatim: true,
				Flags: []Flag{{Long: "force", Set: True(&g.force)}},
				Args: []Arg{
					{Name: "N", Required: true, Set: To(&g.number, strconv.Atoi)},
					{Name: "COMMAND", Required: true, Many: true, Set: Append(&g.words, Text)},
				},
			},
			{Name: "family", Commands: []*Command{{Name: "member", Run: run("member")}, {Name: "remember", Hidden: true, Run: run("hidden")}}},
			{Name: "asks", HelpIfEmpty: true, Run: run("asks"), Args: []Arg{{Name: "WHAT", Required: true, Set: Append(&g.words, Text)}}},
		},
	}
}

func parse(t *testing.T, line string) (*got, error) {
	t.Helper()
	g := &got{}
	cmd, err := sample(g).Parse(strings.Fields(line))
	if err == nil {
		if err := cmd.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return g, err
}

func TestParse(t *testing.T) {
	for line, want := range map[string]got{
		"":                             {ran: "tool"},
		"-v":                           {ran: "tool", verbose: true},
		"+x":                           {ran: "tool", words: []string{"+x"}},
		"-v +x make":                   {ran: "make", verbose: true, words: []string{"+x"}},
		"+x -v mk":                     {ran: "make", verbose: true, words: []string{"+x"}},
		"make a b make":                {ran: "make", words: []string{"a", "b", "make"}},
		"make --path x":                {ran: "make", path: "x"},
		"make --path=x=y":              {ran: "make", path: "x=y"},
		"make -px":                     {ran: "make", path: "x"},
		"make -p=x":                    {ran: "make", path: "x"},
		"make -p - a":                  {ran: "make", path: "-", words: []string{"a"}},
		"make -fp x":                   {ran: "make", path: "x", force: true},
		"make -fpx":                    {ran: "make", path: "x", force: true},
		"make -i a,b c --item=d -ie,f": {ran: "make", items: []string{"a", "b", "d", "e", "f"}, words: []string{"c"}},
		"make a --force b":             {ran: "make", words: []string{"a", "b"}, force: true},
		"make -- --force -p":           {ran: "make", words: []string{"--force", "-p"}},
		"make a -- -- b":               {ran: "make", words: []string{"a", "--", "b"}},
		"make --size small":            {ran: "make", size: "small"},
		"go 7 ls -l --force -- x":      {ran: "go", number: 7, words: []string{"ls", "-l", "--force", "--", "x"}},
		"go --force 7 ls":              {ran: "go", number: 7, force: true, words: []string{"ls"}},
		"go 7 --force ls":              {ran: "go", number: 7, force: true, words: []string{"ls"}},
		"go 7 -- ls --force":           {ran: "go", number: 7, words: []string{"ls", "--force"}},
		"go 7 make":                    {ran: "go", number: 7, words: []string{"make"}},
		"family member":                {ran: "member"},
		"family remember":              {ran: "hidden"},
		"asks x":                       {ran: "asks", words: []string{"x"}},
		"-V --bogus":                   {ran: "tool", version: true},
		"-qV make --help":              {ran: "tool", quiet: true, version: true},
		"-Vz":                          {ran: "tool", version: true},
		"make -i ,":                    {ran: "make", items: []string{"", ""}},
		"-- make":                      {ran: "tool", words: []string{"make"}},
		"make --path help":             {ran: "make", path: "help"},
		"go 7 help":                    {ran: "go", number: 7, words: []string{"help"}},
		"make help":                    {ran: "make", words: []string{"help"}},
		"make --path make mk":          {ran: "make", path: "make", words: []string{"mk"}},
		"make -i a -i b,c -f":          {ran: "make", items: []string{"a", "b", "c"}, force: true},
	} {
		g, err := parse(t, line)
		if err != nil || fmt.Sprint(*g) != fmt.Sprint(want) {
			t.Errorf("%q: %+v, %v; want %+v", line, *g, err, want)
		}
	}
}

func TestRefused(t *testing.T) {
	for line, want := range map[string]struct {
		kind Kind
		says []string
	}{
		"--bogus":             {UnknownArgument, []string{"'--bogus'", "'-- --bogus'", "Usage: tool [OPTIONS] [+name] [COMMAND]"}},
		"-v --quite":          {UnknownArgument, []string{"a similar argument exists: '--quiet'", "Usage: tool --verbose --quiet [+name]"}},
		"-vq":                 {Conflict, []string{"'--verbose' cannot be used with '--quiet'"}},
		"-q -v make":          {Conflict, []string{"'--quiet' cannot be used with '--verbose'"}},
		"-v -v":               {Conflict, []string{"multiple times"}},
		"make --secre":        {UnknownArgument, []string{"unexpected argument"}},
		"make -f -x":          {UnknownArgument, []string{"'-x'", "Usage: tool make [OPTIONS] [WORD]..."}},
		"make -fé":            {UnknownArgument, []string{"'-é'"}},
		"make a --bogus":      {UnknownArgument, []string{"Usage: tool make <WORD>..."}},
		"make --path":         {MissingValue, []string{"a value is required for '--path <PATH>' but none was supplied"}},
		"make --path --force": {MissingValue, []string{"a value is required for '--path <PATH>' but none was supplied"}},
		"make --path=":        {MissingValue, []string{"a value is required for '--path <PATH>' but none was supplied"}},
		"make --path a -p b":  {Conflict, []string{"multiple times"}},
		"make --size larg":    {WrongValue, []string{"[possible values: small, large]", "a similar value exists: 'large'"}},
		"make --size":         {MissingValue, []string{"[possible values: small, large]"}},
		"make --force=yes":    {UnexpectedValue, []string{"unexpected value 'yes' for '--force' found; no more were expected"}},
		"make --help=yes":     {UnexpectedValue, []string{"unexpected value 'yes' for '--help'"}},
		"make -f=x":           {UnknownArgument, []string{"unexpected argument '-=' found", "use '-- -='"}},
		"go":                  {MissingArgument, []string{"<N>", "<COMMAND>...", "Usage: tool go <N> <COMMAND>..."}},
		"go 1":                {MissingArgument, []string{"  <COMMAND>...", "Usage: tool go <N> <COMMAND>..."}},
		"go one ls":           {WrongValue, []string{"invalid value 'one' for '<N>'", "invalid syntax"}},
		"go one --help":       {WrongValue, []string{"invalid value 'one'"}},
		"go one --bogus":      {UnknownArgument, []string{"'--bogus'"}},
		"family":              {UnknownArgument, nil},
		"family membre":       {UnknownCommand, []string{"unrecognized subcommand 'membre'", "similar subcommands exist: 'remember', 'member'", "Usage: tool family <COMMAND>"}},
		"family x":            {UnknownCommand, []string{"unrecognized subcommand 'x'"}},
		"family member x":     {UnknownArgument, []string{"unexpected argument 'x'"}},
		"help make nothing":   {UnknownCommand, []string{"unrecognized subcommand 'nothing'"}},
		"help nothing":        {UnknownCommand, []string{"unrecognized subcommand 'nothing'"}},
		"+x mak":              {UnknownCommand, []string{"some similar subcommands exist: 'asks', 'make'"}},
		"+x other":            {UnknownArgument, []string{"unexpected argument 'other'"}},
	} {
		_, err := parse(t, line)
		var usage *UsageError
		if want.says == nil {
			if help := new(HelpError); !errors.As(err, &help) || help.Asked {
				t.Errorf("%q: %v; want help that nobody asked for", line, err)
			}
			continue
		}
		if !errors.As(err, &usage) || usage.Kind != want.kind {
			t.Errorf("%q: %#v; want a usage error of kind %v", line, err, want.kind)
			continue
		}
		for _, part := range want.says {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q lacks %q:\n%v", line, part, err)
			}
		}
	}
}

func TestHelpIsFound(t *testing.T) {
	for line, want := range map[string]string{
		"--help": "tool", "-h make": "tool", "help": "tool", "help make": "tool make", "help mk": "tool make", "make --help": "tool make",
		"make a -h": "tool make", "make -fh": "tool make", "family help": "tool family", "family help member": "tool family member",
		"help family member": "tool family member", "help help": "tool help", "family --help member": "tool family", "-v help go": "tool go",
		"go 7 --help": "tool go", "asks": "tool asks", "family -h": "tool family",
	} {
		_, err := parse(t, line)
		var help *HelpError
		if !errors.As(err, &help) || help.Command.Path() != want {
			t.Errorf("%q: %v; want help on %s", line, err, want)
		}
	}
}

func TestHelpText(t *testing.T) {
	c := sample(&got{})
	c.More = "\nDiscussion:\n  Words.\n"
	c.Args[0].About = strings.Repeat("word ", 30)
	text := c.Help()
	for _, part := range []string{
		"Does things\n\nUsage: tool [OPTIONS] [+name] [COMMAND]\n\nCommands:\n  make ", "\n  -v, --verbose\n", "\n  -h, --help     Show", "\nDiscussion:\n  Words.\n",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("lacks %q:\n%s", part, text)
		}
	}
	for line := range strings.Lines(text) {
		if len(line) > helpWidth+1 || strings.HasSuffix(line, " \n") {
			t.Errorf("line %q", line)
		}
	}
	if strings.Contains(c.Find("make").Help(), "secret") || strings.Contains(c.Find("family").Help(), "remember") {
		t.Error("help shows what is hidden")
	}
}

func TestJaro(t *testing.T) {
	for _, pair := range []struct {
		a, b string
		want float64
	}{
		{"martha", "marhta", 0.944}, {"dixon", "dicksonx", 0.767}, {"jellyfish", "smellyfish", 0.896}, {"a", "a", 1}, {"a", "b", 0},
		{"", "a", 0}, {"", "", 0},
	} {
		if got := jaro(pair.a, pair.b); got < pair.want-0.001 || got > pair.want+0.001 {
			t.Errorf("jaro(%q, %q) = %.4f, want %.3f", pair.a, pair.b, got, pair.want)
		}
	}
}

// FuzzParse: whatever is typed is either run or refused, and refused in words; and
// behind "--" every word is a word.
func FuzzParse(f *testing.F) {
	seeds := []string{"make -i a,b --path x c", "go 7 ls -l", "-vq", "help make", "--=", "-", "--", "-=", "make -p=", "+x make --force=é"}
	if len(seeds) == 0 {
		f.Fatal("no seeds")
	}
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		g := &got{}
		words := strings.Split(line, " ")
		cmd, err := sample(g).Parse(words)
		switch {
		case err == nil && cmd.Run == nil:
			t.Errorf("%q is a command that cannot be run", line)
		case err != nil && (err.Error() == "" || cmd != nil):
			t.Errorf("%q: %v, %v", line, cmd, err)
		}
		g = &got{}
		if _, err := sample(g).Parse(append([]string{"make", "--"}, words...)); err != nil || !slices.Equal(g.words, words) {
			t.Errorf("behind --: %q, %v", g.words, err)
		}
	})
}

// Behind -- there is nothing but the last argument, and it is nowhere else.
func TestLast(t *testing.T) {
	for _, c := range []struct{ line, name, args, fails string }{
		{line: "t"},
		{line: "t a", name: "a"},
		{line: "t a -- b -c", name: "a", args: "b -c"},
		{line: "t -- b", args: "b"},
		{line: "t a b", fails: "unexpected argument 'b' found"},
		{line: "t a -x", fails: "unexpected argument '-x' found"},
	} {
		var name string
		var args []string
		cmd := &Command{Name: "c", Commands: []*Command{{Name: "t", Run: func(context.Context) error { return nil }, Args: []Arg{
			{Name: "NAME", Set: To(&name, Text)}, {Name: "ARGS", Many: true, Last: true, Set: Append(&args, Text)},
		}}}}
		_, err := cmd.Parse(strings.Fields(c.line))
		switch {
		case c.fails != "":
			if err == nil || !strings.Contains(err.Error(), c.fails) || !strings.Contains(err.Error(), "[NAME] [-- [ARGS]...]") && !strings.Contains(err.Error(), "<NAME> [-- [ARGS]...]") {
				t.Errorf("%s: %v", c.line, err)
			}
		case err != nil || name != c.name || strings.Join(args, " ") != c.args:
			t.Errorf("%s: name %q, args %q, %v", c.line, name, args, err)
		}
	}
}
