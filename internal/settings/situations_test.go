package settings

// situation is a home, a directory and an environment for which stock and Find have
// to agree. In all texts $W stands for a directory made for the situation alone,
// which holds a/b/c, and $TOOL for a toolchain outside of the home.
type situation struct {
	name     string
	settings string            // below the version line
	fallback string            // the administrator's file
	files    map[string]string // below $W
	links    map[string]string // below $W: name to target
	cwd      string            // below $W; a/b/c if empty
	env      string            // RUSTUP_TOOLCHAIN
	plus     string
	want     string // what show active-toolchain prints; empty: an error
	problem  string // in our error, after stock's words where they are fixed
	theirs   string // in stock's error, where the words are not ours
}

func situations() []situation {
	toml := func(body string) map[string]string {
		return map[string]string{"rust-toolchain.toml": "[toolchain]\n" + body + "\n"}
	}
	bare := func(content string) map[string]string { return map[string]string{"rust-toolchain": content} }
	const byFile = " (overridden by '$W/rust-toolchain')"
	const byTOML = " (overridden by '$W/rust-toolchain.toml')"
	return []situation{
		// Precedence.
		{name: "nothing", problem: "no toolchain is selected", theirs: "no active toolchain"},
		{name: "default", settings: `default_toolchain = "fake"`, want: "fake (default)"},
		{name: "partial default", settings: `default_toolchain = "stable-gnu"`, want: installed + " (default)"},
		{name: "default host", settings: "default_toolchain = 'stable'\ndefault_host_triple = 'x86_64-unknown-linux-gnu'", want: installed + " (default)"},
		{name: "path as default", settings: `default_toolchain = "$TOOL"`, problem: "default_toolchain in settings.toml: invalid toolchain name '$TOOL'", theirs: "invalid toolchain name '$TOOL'"},
		{name: "fallback", fallback: `default_toolchain = "fake"`, want: "fake (default)"},
		{name: "default before fallback", settings: `default_toolchain = "stable"`, fallback: `default_toolchain = "fake"`, want: installed + " (default)"},
		{name: "fallback without", fallback: `other = 1`, problem: "no toolchain is selected", theirs: "no active toolchain"},
		{name: "broken fallback", fallback: `default_toolchain = 1`, problem: "'default_toolchain' is an integer", theirs: "expected a string"},
		{name: "env", settings: `default_toolchain = "stable"`, files: bare("stable"), env: "fake", want: "fake (overridden by environment variable RUSTUP_TOOLCHAIN)"},
		{name: "env with slash", env: "fake//", want: "fake (overridden by environment variable RUSTUP_TOOLCHAIN)"},
		{name: "env path", env: "$TOOL/", want: "$TOOL (overridden by environment variable RUSTUP_TOOLCHAIN)"},
		{name: "env path without bin", env: "$W", problem: "invalid toolchain: the path '$W' has no bin/ directory"},
		{name: "env relative", env: "a/b", problem: "relative path toolchain 'a/b'"},
		{name: "env none", env: "none", problem: "invalid path toolchain 'none'"},
		{name: "env plus", env: "+fake", problem: "invalid toolchain name '+fake'; valid toolchain names do not start with '+'"},
		{name: "plus before env", env: "stable", plus: "fake", want: "fake (overridden by +toolchain on the command line)"},
		{name: "plus", plus: "stable", want: installed + " (overridden by +toolchain on the command line)"},
		{name: "override", settings: "[overrides]\n'$W' = 'fake'", want: "fake (directory override for '$W')"},
		{name: "override of root", settings: "[overrides]\n'/' = 'fake'", want: "fake (directory override for '/')"},
		{name: "partial override", settings: "[overrides]\n'$W/a' = 'stable'", want: installed + " (directory override for '$W/a')"},
		{name: "path as override", settings: "[overrides]\n'$W' = '$TOOL'", problem: "invalid toolchain name '$TOOL'"},
		{name: "override before file of the same directory", settings: "[overrides]\n'$W' = 'fake'", files: bare("stable"), want: "fake (directory override for '$W')"},
		{name: "deeper file before override", settings: "[overrides]\n'$W' = 'fake'", files: map[string]string{"a/rust-toolchain": "stable"}, want: installed + " (overridden by '$W/a/rust-toolchain')"},
		{name: "deeper override before file", settings: "[overrides]\n'$W/a' = 'fake'", files: bare("stable"), want: "fake (directory override for '$W/a')"},
		{name: "an override with a slash is of no directory", settings: "default_toolchain = 'stable'\n[overrides]\n'$W/' = 'fake'", want: installed + " (default)"},
		{name: "through a link", settings: "[overrides]\n'$W/a/b' = 'fake'", links: map[string]string{"link": "a/b"}, cwd: "link/c", want: "fake (directory override for '$W/a/b')"},
		{name: "an override of a link is none", settings: "default_toolchain = 'stable'\n[overrides]\n'$W/link' = 'fake'", links: map[string]string{"link": "a/b"}, cwd: "link/c", want: installed + " (default)"},

		// Toolchain files: which is read, and how.
		{name: "bare", files: bare("fake\n"), want: "fake" + byFile},
		{name: "bare with space", files: bare(" \tfake \r\n"), want: "fake" + byFile},
		{name: "bare without newline", files: bare("fake"), want: "fake" + byFile},
		{name: "bare, then an empty line", files: bare("fake\n\n"), problem: "line 1", theirs: "error parsing override file"},
		{name: "bare path", files: bare("$TOOL\n"), want: "$TOOL" + byFile},
		{name: "bare path with slash", files: bare("$TOOL/\n"), want: "$TOOL/" + byFile},
		{name: "bare path to nothing", files: bare("/not/there"), problem: "invalid toolchain: the path '/not/there' has no bin/ directory"},
		{name: "bare relative path", files: bare("a/b"), problem: "invalid toolchain name 'a/b' detected in override file", theirs: "invalid toolchain name detected in override file '$W/rust-toolchain'"},
		{name: "bare plus", files: bare("+fake"), problem: "invalid toolchain name '+fake' detected", theirs: "invalid toolchain name detected"},
		{name: "bare none", files: bare("none"), problem: "invalid toolchain name 'none' detected", theirs: "invalid toolchain name detected"},
		{name: "one line of TOML", files: bare(`toolchain.channel = "fake"`), problem: "custom toolchain 'toolchain.channel = \"fake\"' is not installed", theirs: "custom toolchain 'toolchain.channel = \"fake\"' specified in override file"},
		{name: "TOML without extension", files: bare("[toolchain]\nchannel = 'fake'"), want: "fake" + byFile},
		{name: "bare with mark", files: bare("\ufefffake"), problem: "line 1, column 1: a byte order mark before 'fake'", theirs: "custom toolchain '\ufefffake'"},
		{name: "bare in a TOML file", files: map[string]string{"rust-toolchain.toml": "fake\n"}, problem: "line 1", theirs: "error parsing override file"},
		{name: "both", files: map[string]string{"rust-toolchain": "fake", "rust-toolchain.toml": "[toolchain]\nchannel='stable'"}, want: "fake" + byFile},
		{name: "empty beside good", files: map[string]string{"rust-toolchain": "", "rust-toolchain.toml": "[toolchain]\nchannel='stable'"}, problem: "the toolchain file is empty", theirs: "empty toolchain override file"},
		{name: "a directory of that name", files: map[string]string{"rust-toolchain/x": ""}, settings: `default_toolchain = "fake"`, want: "fake (default)"},
		{name: "a directory beside the file", files: map[string]string{"rust-toolchain/x": "", "rust-toolchain.toml": "[toolchain]\nchannel='fake'"}, want: "fake" + byTOML},
		{name: "not UTF-8", files: bare("fa\xffke"), settings: `default_toolchain = "fake"`, want: "fake (default)"},
		{name: "not UTF-8, but the other", files: map[string]string{"rust-toolchain": "\xff", "rust-toolchain.toml": "[toolchain]\nchannel='fake'"}, want: "fake" + byTOML},
		{name: "empty", files: bare(""), problem: "the toolchain file is empty", theirs: "empty toolchain override file"},
		{name: "empty line", files: bare("\n"), problem: "the toolchain file is empty", theirs: "empty toolchain override file"},
		{name: "empty lines", files: bare("\n\n"), problem: "[toolchain] is missing", theirs: "missing field `toolchain`"},
		{name: "empty TOML", files: map[string]string{"rust-toolchain.toml": ""}, problem: "the toolchain file is empty", theirs: "empty toolchain override file"},
		{name: "file that is a link", files: map[string]string{"other": "fake"}, links: map[string]string{"rust-toolchain": "other"}, want: "fake" + byFile},

		// What they say.
		{name: "channel", files: toml(`channel = "stable"`), want: installed + byTOML},
		{name: "dotted", files: map[string]string{"rust-toolchain.toml": `toolchain.channel = "fake"`}, want: "fake" + byTOML},
		{name: "inline, of several lines", files: map[string]string{"rust-toolchain.toml": "toolchain = { channel = 'fake',\n}"}, want: "fake" + byTOML},
		{name: "mark", files: map[string]string{"rust-toolchain.toml": "\ufeff[toolchain]\nchannel = 'fake'"}, want: "fake" + byTOML},
		{name: "unknown keys, other case", files: toml("Channel = 'x'\nchannel = 'fake'\nmore = [1]\n[other]\na = 1979-05-27"), want: "fake" + byTOML},
		{name: "slash", files: toml(`channel = "fake/"`), want: "fake" + byTOML},
		{name: "empty channel", files: toml(`channel = ""`), problem: "line 2, column 11: invalid toolchain name '' detected", theirs: "invalid toolchain name detected"},
		{name: "path as channel", files: toml(`channel = "$TOOL"`), problem: "invalid toolchain name '$TOOL' detected", theirs: "invalid toolchain name detected"},
		{name: "host, not installed", files: toml(`channel = "nightly-x86_64-unknown-linux-gnu"`), problem: "line 2, column 11: target tuple in channel name 'nightly-x86_64-unknown-linux-gnu'", theirs: "target tuple in channel name"},
		{name: "host, installed", files: toml(`channel = "` + installed + `"`), want: installed + byTOML},
		{name: "part of a host, although the whole is installed", files: toml(`channel = "stable-gnu"`), problem: "target tuple in channel name 'stable-gnu'"},
		{name: "custom, not installed", files: toml(`channel = "mine"`), problem: "custom toolchain 'mine' is not installed; correct the name, or run: rustup toolchain link mine <path>", theirs: "custom toolchain 'mine' specified in override file '$W/rust-toolchain.toml' is not installed"},
		{name: "custom, a broken link", files: toml(`channel = "broken"`), problem: "custom toolchain 'broken' is not installed", theirs: "custom toolchain 'broken' specified"},
		{name: "near to a channel", files: toml(`channel = "stabel"`), problem: "custom toolchain 'stabel' is not installed; a channel with a similar name exists: \"stable\"", theirs: "custom toolchain 'stabel' specified"},
		{name: "path", files: toml(`path = "$TOOL"`), want: "$TOOL" + byTOML},
		{name: "relative path", files: toml(`path = "../tool"`), problem: "line 2, column 8: relative path toolchain '../tool'", theirs: "relative path toolchain '../tool'"},
		{name: "word as path", files: toml(`path = "tool"`), problem: "invalid path toolchain 'tool'"},
		{name: "path and channel", files: toml("path = '$TOOL'\nchannel = 'fake'"), problem: "cannot specify both channel (fake) and path ($TOOL) simultaneously"},
		{name: "path and profile", files: toml("path = '$TOOL'\nprofile = 'minimal'"), problem: "toolchain options are ignored for path toolchain ($TOOL)"},
		{name: "path and no components", files: toml("path = '$TOOL'\ncomponents = []"), problem: "toolchain options are ignored for path toolchain ($TOOL)"},
		{name: "section alone", files: toml(""), problem: "line 1, column 2: [toolchain] chooses nothing", theirs: "missing toolchain properties"},
		{name: "misspelled key", files: toml(`chanel = "stable"`), problem: "line 2, column 1: [toolchain] has no key 'chanel'; a key with a similar name exists: channel", theirs: "missing toolchain properties"},
		{name: "curly quotes", files: toml(`channel = “stable”`), problem: "line 2, column 11: unexpected character U+201C '“' at start of value; correct it; a whole file is", theirs: "string values must be quoted"},
		{name: "profile alone", files: toml(`profile = "minimal"`), problem: "[toolchain] chooses nothing", theirs: "missing toolchain properties"},
		{name: "components for the default", files: toml("components = []\nprofile = 'nonsense'"), settings: `default_toolchain = "fake"`, want: "fake" + byTOML},
		{name: "targets for no default", files: toml(`targets = ["x"]`), problem: "no toolchain is selected", theirs: "could not choose a version"},
		{name: "unknown profile", files: toml("channel = 'stable'\nprofile = 'tiny'"), problem: "line 3, column 11: unknown profile name: 'tiny'; valid profile names are: minimal, default, complete", theirs: "unknown profile name: 'tiny'; valid profile names are: minimal, default, complete"},
		{name: "short profile", files: toml("channel = 'stable'\nprofile = 'c'"), want: installed + byTOML},
		{name: "unknown profile of a custom toolchain", files: toml("channel = 'fake'\nprofile = 'tiny'"), want: "fake" + byTOML},
		{name: "number as channel", files: toml(`channel = 1.80`), problem: "line 2, column 11: 'channel' is a float, expected a string; write channel = \"stable\"", theirs: "expected a string"},
		{name: "string as components", files: toml("channel = 'fake'\ncomponents = 'clippy'"), problem: "line 3, column 14: 'components' is a string, expected an array of strings", theirs: "expected a sequence"},
		{name: "number in targets", files: toml("channel = 'fake'\ntargets = ['a', 1]"), problem: "line 3, column 17: 'targets' holds an integer, expected strings only", theirs: "expected a string"},
		{name: "twice", files: toml("channel = 'fake'\nchannel = 'stable'"), problem: "line 3, column 1: 'channel' is defined twice", theirs: "duplicate key"},
		{name: "twice elsewhere", files: toml("channel = 'fake'\n[a]\nb=1\nb=2"), problem: "line 5, column 1: 'b' is defined twice", theirs: "duplicate key"},
		{name: "array of sections", files: map[string]string{"rust-toolchain.toml": "[[toolchain]]\nchannel = 'fake'"}, problem: "'toolchain' is an array, expected a table", theirs: "invalid type"},
		{name: "no TOML", files: toml("channel fake"), problem: "line 2, column", theirs: "line 2, column"},
	}
}
