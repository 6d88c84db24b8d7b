package ui

import (
	"bytes"
	"testing"
)

// speak makes a UI without a terminal and returns what f makes it say on stderr.
func speak(t *testing.T, c Config, f func(*UI)) string {
	t.Helper()
	var out bytes.Buffer
	c.Stderr = &out
	if c.clock == nil {
		c.clock = newClock()
	}
	u := New(c)
	f(u)
	if err := u.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func everything(u *UI) {
	u.Errorf("e%d", 1)
	u.Warnf("w")
	u.Infof("i")
	u.Statusf("Updating", "s")
	u.Debugf("download", "d")
	u.Tracef("download", "t")
	u.Wait("x", "", nil).Done()
	p := u.Progress()
	p.Announce("rustc")
	task := p.Task("rustc")
	task.Stage("downloading", 10)
	task.Finish("installed")
	p.Done()
}

func TestLevels(t *testing.T) {
	const stamp = "2026-03-05T12:00:00.000000Z "
	tests := []struct {
		name   string
		config Config
		want   string
	}{
		{"plain", Config{}, "error: e1\nwarn: w\ninfo: i\ninfo: updating s\ninfo: waiting for x\ninfo: downloading component rustc\n"},
		{"verbose", Config{Verbose: true}, "error: e1\nwarn: w\ninfo: i\ninfo: updating s\ndebug: d\ninfo: waiting for x\n" +
			"info: downloading component rustc\ndebug: rustc: downloading\ndebug: rustc: installed\n"},
		{"quiet", Config{Quiet: true, Verbose: true}, "error: e1\nwarn: w\n"},
		{"cargo", Config{Style: Cargo}, "error: e1\nwarning: w\nnote: i\n    Updating s\n    Blocking waiting for x\n" +
			"note: downloading component rustc\n"},
		{"cargo quiet", Config{Style: Cargo, Quiet: true}, "error: e1\n"},
		{"coloured", Config{Color: "always", Verbose: true}, "\x1b[1m\x1b[31merror:\x1b[0m e1\n\x1b[1m\x1b[33mwarn:\x1b[0m w\n" +
			"\x1b[1minfo:\x1b[0m i\n\x1b[1minfo:\x1b[0m updating s\n\x1b[1m\x1b[35mdebug:\x1b[0m d\n\x1b[1minfo:\x1b[0m waiting for x\n" +
			"\x1b[1minfo:\x1b[0m downloading component rustc\n" +
			"\x1b[1m\x1b[35mdebug:\x1b[0m rustc: downloading\n\x1b[1m\x1b[35mdebug:\x1b[0m rustc: installed\n"},
		{"cargo coloured", Config{Style: Cargo, Color: "always"}, "\x1b[1m\x1b[91merror\x1b[0m: e1\n\x1b[1m\x1b[33mwarning\x1b[0m: w\n" +
			"\x1b[1m\x1b[92mnote\x1b[0m: i\n\x1b[1m\x1b[92m    Updating\x1b[0m s\n\x1b[1m\x1b[92m    Blocking\x1b[0m waiting for x\n" +
			"\x1b[1m\x1b[92mnote\x1b[0m: downloading component rustc\n"},
		{"log", Config{Quiet: true, Getenv: environment("RUSTUP_LOG=warn,download=trace")},
			stamp + "ERROR berth: e1\n" + stamp + " WARN berth: w\n" + stamp + "DEBUG berth::download: d\n" +
				stamp + "TRACE berth::download: t\n"},
		{"log coloured", Config{Color: "always", Getenv: environment("RUSTUP_LOG=error,download=debug")},
			"\x1b[2m2026-03-05T12:00:00.000000Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[2mberth\x1b[0m\x1b[2m:\x1b[0m e1\n" +
				"\x1b[2m2026-03-05T12:00:00.000000Z\x1b[0m \x1b[34mDEBUG\x1b[0m \x1b[2mberth::download\x1b[0m\x1b[2m:\x1b[0m d\n"},
		{"log off", Config{Getenv: environment("RUSTUP_LOG=off")}, ""},
		{"empty variable", Config{Quiet: true, Getenv: environment("RUSTUP_LOG=")}, "error: e1\nwarn: w\n"},
		{"berth's variable first", Config{Getenv: environment("RUSTUP_LOG=trace", "BERTH_LOG=error")}, stamp + "ERROR berth: e1\n"},
		{"cargo's log leaves its lines alone", Config{Style: Cargo, Quiet: true, Getenv: environment("CARGO_LOG=berth::download=debug", "RUSTUP_LOG=trace")},
			"error: e1\n" + stamp + "DEBUG berth::download: d\n"},
		{"bad directive", Config{Quiet: true, Getenv: environment("BERTH_LOG=download=loud,error")},
			"warn: cannot read \"download=loud\" in BERTH_LOG: expected a level (off, error, warn, info, debug, trace), a target, or target=level\n" +
				stamp + "ERROR berth: e1\n"},
	}
	for _, test := range tests {
		if got := speak(t, test.config, everything); got != test.want {
			t.Errorf("%s:\n%q\nwant\n%q", test.name, got, test.want)
		}
	}
}

func TestFilter(t *testing.T) {
	tests := []struct {
		value, target string
		want          level
	}{
		{"info", "download", levelInfo},
		{"INFO", "", levelInfo},
		{"rustup=debug", "download", levelDebug},
		{"berth::download=debug", "download", levelDebug},
		{"berth::download=debug", "store", levelOff},
		{"download=debug", "download::http", levelDebug},
		{"download=debug", "downloads", levelOff},
		{"debug,download=off", "download::http", levelOff},
		{"debug, download = off", "download", levelDebug},
		{"off,download::http=trace", "download", levelOff},
		{"download", "download", levelTrace},
		{"download", "", levelOff},
		{",,warn,", "x", levelWarn},
	}
	for _, test := range tests {
		f, _ := parseFilter(test.value)
		got := levelOff
		for l := levelError; l <= levelTrace; l++ {
			if f.allows(test.target, l) {
				got = l
			}
		}
		if got != test.want {
			t.Errorf("%q lets %q speak up to %d, want %d", test.value, test.target, got, test.want)
		}
	}
}

func TestColorChoice(t *testing.T) {
	tests := []struct {
		flag string
		tty  bool
		env  []string
		want bool
	}{
		{"", true, []string{"TERM=xterm"}, true},
		{"", true, []string{"TERM="}, true},
		{"", true, nil, !termIsRequired},
		{"", false, []string{"TERM=xterm"}, false},
		{"", true, []string{"TERM=dumb"}, false},
		{"", true, []string{"TERM=xterm", "NO_COLOR=1"}, false},
		{"", true, []string{"TERM=xterm", "NO_COLOR="}, true},
		{"", true, []string{"TERM=xterm", "CLICOLOR=0"}, false},
		{"", false, []string{"RUSTUP_TERM_COLOR=always", "NO_COLOR=1", "TERM=dumb"}, true},
		{"", true, []string{"RUSTUP_TERM_COLOR=never", "TERM=xterm"}, false},
		{"", true, []string{"RUSTUP_TERM_COLOR=purple", "TERM=xterm"}, true},
		{"", true, []string{"CARGO_TERM_COLOR=never", "TERM=xterm"}, true},
		{"never", true, []string{"RUSTUP_TERM_COLOR=always", "TERM=xterm"}, false},
		{"auto", false, []string{"RUSTUP_TERM_COLOR=always"}, false},
	}
	for _, test := range tests {
		e := environ{lookup: environment(test.env...)}
		if got := e.color(test.flag, test.tty); got != test.want {
			t.Errorf("flag %q, terminal %v, %q: %v", test.flag, test.tty, test.env, got)
		}
	}
	cargo := environ{lookup: environment("CARGO_TERM_COLOR=always", "RUSTUP_TERM_COLOR=never"), style: Cargo}
	if !cargo.color("", false) {
		t.Error("CARGO_TERM_COLOR is not seen")
	}
	for _, env := range [][]string{{"CLICOLOR_FORCE=1"}, {"CLICOLOR_FORCE=1", "NO_COLOR=1"}, {"CLICOLOR_FORCE=0"}} {
		cargo := environ{lookup: environment(env...), style: Cargo}
		if got, want := cargo.color("", false), len(env) == 1 && env[0] == "CLICOLOR_FORCE=1"; got != want {
			t.Errorf("%q: %v", env, got)
		}
	}
}

func TestProgressChoice(t *testing.T) {
	tests := []struct {
		style Style
		tty   bool
		env   []string
		want  bool
	}{
		{Rustup, true, []string{"TERM=xterm", "CI=true"}, true},
		{Cargo, true, []string{"TERM=xterm", "CI=true"}, false},
		{Cargo, true, []string{"TERM=xterm"}, true},
		{Rustup, true, []string{"TERM=dumb"}, false},
		{Rustup, false, []string{"TERM=xterm"}, false},
		{Rustup, false, []string{"RUSTUP_TERM_PROGRESS_WHEN=always"}, true},
		{Rustup, true, []string{"TERM=xterm", "RUSTUP_TERM_PROGRESS_WHEN=never"}, false},
		{Cargo, true, []string{"TERM=xterm", "CARGO_TERM_PROGRESS_WHEN=never"}, false},
	}
	for _, test := range tests {
		e := environ{lookup: environment(test.env...), style: test.style}
		if got := e.progress("", test.tty); got != test.want {
			t.Errorf("style %d, terminal %v, %q: %v", test.style, test.tty, test.env, got)
		}
	}
}

func TestProgressAlwaysWithoutTerminal(t *testing.T) {
	got := speak(t, Config{Getenv: environment("RUSTUP_TERM_PROGRESS_WHEN=always", "RUSTUP_TERM_WIDTH=40")}, func(u *UI) {
		task := u.Progress().Task("rustc")
		task.Stage("downloading", 10)
		u.frame()
		task.Finish("installed")
	})
	want := "        rustc downloading 0/10 B\x1b[K\r\r\x1b[J        rustc installed\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestPlainProgress: a bar in a file has no escape sequences where there are no colours.
func TestPlainProgress(t *testing.T) {
	got := speak(t, Config{Style: Cargo, Progress: "always", Width: 60}, func(u *UI) {
		bar := u.Bar("Building")
		bar.Set(0, 3, false, "lib-a(build), lib-b")
		u.frame()
		u.Statusf("Compiling", "lib-a")
		bar.Set(1, 3, false, "")
		u.frame()
		bar.Done()
	})
	want := "    Building [                             ] 0/3: lib-a(b…\r   Compiling lib-a\n    Building [========>                    ] 1/3          \r"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMessagesAreSafe(t *testing.T) {
	got := speak(t, Config{}, func(u *UI) {
		u.Infof("%s", "got \x1b]0;title\x07\x1b[31mred\x1b[0m\x1b[2J\r\nfrom https://me:secret@host/?token=abc \u009b")
	})
	if want := "info: got ?]0;title?red?[2J\nfrom https://host/?token=*** ?\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestOffIsFree(t *testing.T) {
	u := New(Config{})
	if n := testing.AllocsPerRun(100, func() { u.Debugf("download", "begin"); u.Tracef("download", "begin") }); n != 0 {
		t.Errorf("%v allocations for a debug line that is not shown", n)
	}
}

func BenchmarkDebugOff(b *testing.B) {
	u := New(Config{})
	for b.Loop() {
		u.Debugf("download", "begin")
	}
}

func BenchmarkNew(b *testing.B) {
	getenv := environment("TERM=xterm")
	for b.Loop() {
		New(Config{Getenv: getenv})
	}
}

func BenchmarkAdd(b *testing.B) {
	task := New(Config{}).Progress().Task("rustc")
	for b.Loop() {
		task.Add(1)
	}
}
