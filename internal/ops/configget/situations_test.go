package configget

func situations() []situation {
	everything := []string{"", "--show-origin", "--format=json", "--format=json-value", "--merged=no", "--merged=no --show-origin"}
	two := map[string]string{
		"home/config.toml": `
alias.foo = "abc --xyz"
build = { jobs = 99, rustflags = ["--home"] }
[profile.dev]
opt-level = 3
package.foo.opt-level = 1
[target.'cfg(target_os = "linux")']
runner = "runme"
[extra-table]
somekey = "somevalue"
`,
		"a/.cargo/config.toml": "alias.sub = [\"sub\", \"example\"]\nbuild.rustflags = [\"--a\"]\nbuild.jobs = 3\nextra = true\n",
		".cargo/config.toml":   "build.rustflags = ['--work']\nbuild.rustc = 'up'\n",
	}
	one := func(text string) map[string]string { return map[string]string{".cargo/config.toml": text} }
	return []situation{
		{name: "nothing", ask: append(everything, "a", "a.b", ".")},
		{name: "two files and the home", files: two, dir: "a/b", ask: append(everything, "build", "build.jobs", "build.rustflags", "build.rustflags --show-origin",
			"build.rustflags --format=json", "build --merged=no", "build.rustc --merged=no", "profile.dev", "profile.dev.package.foo.opt-level --format=json",
			"target", "not.set", "build.jobs.x", "build.jobs.x --merged=no", "build.rustc.x.y", "extra-table.somekey --format=json-value", "build. ", "alias.foo")},
		{name: "variables", files: two, dir: "a", env: []string{"CARGO_BUILD_JOBS=100", "CARGO_ALIAS_BAR=cat dog's!", "CARGO_BUILD_RUSTFLAGS=x y", "CARGO_EXTRA=no",
			"CARGO_EMPTY=", "CARGO_TERM_QUIET=true", "CARGO_NUM=-5", "CARGO_PLUS=+7", "CARGO_BIG=9223372036854775808", "CARGO_build_rustc=z", "CARGO_NOTEXT=\xff"},
			ask: append(everything, "build.jobs", "build.jobs --show-origin", "alias.bar", "build.rustflags", "build.rustflags --show-origin", "build.rustflags --merged=no",
				"extra", "empty", "term.quiet", "term.quiet --format=json", "num", "plus", "big", "notext", "build", "build --format=json", "build.rustc", "alias.sub", "build --merged=no", "build.j --merged=no")},
		{name: "arguments", files: two, dir: "a", args: []string{"build.jobs=7", "build.rustflags=['--cli']", "new.\"a b\".'c'=1", "build.rustflags = ['--more']", " extra=false "},
			env: []string{"CARGO_BUILD_JOBS=100", "CARGO_BUILD_RUSTFLAGS=--env"}, ask: append(everything, "build.jobs", "build.rustflags", "build.rustflags --show-origin", "build.rustflags --merged=no")},
		{name: "a file as argument", files: map[string]string{"x.toml": "k='x'\nl=['x']\ninclude=['y.toml']\n", "y.toml": "k='y'\nm='y'\nl=['y']\n", ".cargo/config.toml": "k='f'\nl=['f']\n"},
			args: []string{"k='before'", "x.toml", "l=['after']"}, ask: append(everything, "k", "k --show-origin", "l --show-origin")},
		{name: "the same file twice as argument", files: map[string]string{"x.toml": "l=['x']"}, args: []string{"x.toml", "x.toml"}, ask: []string{"l"}},
		{name: "values of every kind", files: one("ints = [1, 0x10, -3]\nbools=[true,false]\ns=[\"a\",'b']\nn=[[1,[2]],[[]]]\nt=[{x=1},{y={}},{}]\nm=[{x=1},true,[false],'h',5]\nbig=1_000\n[[tables]]\nname='b'\na=1\n[[tables]]\n[empty]\n[e.f]\n"),
			ask: append(everything, "t", "empty", "empty --merged=no", "e.f --format=json")},
		{name: "strings", files: one("a=\"q\\\"q\"\nb=\"q'q\\\"q\"\nc=\"back\\\\slash\"\nd=\"nl\\nnl\"\ne=\"tab\\ttab\"\nf=\"ctrl\\u0001x\\u007f\"\ng=\"\"\nh=\"''' \\\"\\\"\\\" x\"\ni=\"\\r\\n\"\nj=\"é日\\u2028<&>\"\nk=\"nl\\n\\\"\\\"\\\"\"\nl=['a\"b', \"c\\nd\"]\nm=\"\\b\\f\\u001f\"\n"),
			ask: append(everything, "d", "j --format=json-value")},
		{name: "keys", files: one("\"a b\"=1\n\"\"=2\n'q\"'=3\n\"nl\\n\"=4\né=5\n\"x.y\"={'c d'=[{'e f'=1,''=2}]}\n"), ask: append(everything, "é", "x")},
		{name: "variables in shells", env: []string{"CARGO_A=it's", "CARGO_B=a!b", "CARGO_C=", "CARGO_D=a b", "CARGO_E=-_=/,.+", "CARGO_F=~", "CARGO_G=a\nb", "CARGO_H=\\", "CARGO_I=é",
			"CARGO_J=\x1b[31mred\x1b[0m", "CARGO_K=bell\a", "CARGO_L=\x1b]0;title\a.", "CARGO_M=\x1b]0;title\x1b\\."}, ask: everything},
		{name: "both names", files: map[string]string{".cargo/config": "a=1", ".cargo/config.toml": "a=2\nb=2"}, ask: everything},
		{name: "the old name", files: map[string]string{".cargo/config": "a=1", "home/config": "b=1"}, ask: everything},
		// One key a file: with more than one table stock compares the wrong key, in the order of a hash that changes from run to run.
		{name: "an array that is a program", files: map[string]string{".cargo/config.toml": "target.x.runner=['near','1']\n", "home/config.toml": "target.x.runner=['far','2','3']\n"},
			ask: []string{"target.x.runner", "target.x.runner --show-origin"}},
		{name: "an array that is none", files: map[string]string{".cargo/config.toml": "other.runner=['near']\n", "home/config.toml": "other.runner=['far']\n"}, ask: []string{"other.runner"}},
		{name: "a program from a variable", files: map[string]string{".cargo/config.toml": "target.x.runner=['near','1']\n"}, env: []string{"CARGO_TARGET_X_RUNNER=e f"}, ask: []string{"target.x.runner"}},
		{name: "a program from an argument", files: map[string]string{".cargo/config.toml": "target.x.runner=['near','1']\n"}, args: []string{"target.x.runner=['c']"}, env: []string{"CARGO_TARGET_X_RUNNER=e f"}, ask: []string{"target.x.runner"}},
		{name: "includes", files: map[string]string{".cargo/config.toml": "include=['b.toml','sub/c.toml',{path='gone.toml',optional=true},{path='d.toml'}]\nk='own'\nl=['own']\n",
			".cargo/b.toml": "k='b'\nb=1\nl=['b']\n", ".cargo/sub/c.toml": "include=['../e.toml']\nk='c'\nb=2\nl=['c']\nt.c=1\n", ".cargo/d.toml": "l=['d']\nt.d=1", ".cargo/e.toml": "l=['e']\ne=1",
			"home/config.toml": "include=['far.toml']\nl=['home']\n", "home/far.toml": "k='far'\nl=['far']\nf=1"}, ask: append(everything, "l --show-origin", "include", "include --merged=no")},
		{name: "an include by argument", files: map[string]string{"i.toml": "k='i'", "sub/x.toml": ""}, dir: "sub", args: []string{"include=['../i.toml']"}, ask: append(everything, "k")},
		{name: "include that is not there", files: one("include=['gone.toml']"), ask: []string{"", "--merged=no"}},
		{name: "include of itself", files: one("include=['config.toml']"), ask: []string{"", "--merged=no"}},
		{name: "include in a circle", files: map[string]string{".cargo/config.toml": "include=['a.toml']", ".cargo/a.toml": "include=['b.toml']", ".cargo/b.toml": "include=['a.toml']"}, ask: []string{""}},
		{name: "include twice by two ways", files: map[string]string{".cargo/config.toml": "include=['a.toml','b.toml']", ".cargo/a.toml": "include=['b.toml']", ".cargo/b.toml": "x=1"}, ask: []string{"", "--merged=no"}},
		{name: "include as a string", files: one("include='a.toml'"), ask: []string{""}},
		{name: "include of another name", files: one("include=['a.txt']"), ask: []string{""}},
		{name: "include of a pattern", files: one("include=['*.toml']"), ask: []string{""}},
		{name: "include of a placeholder", files: one("include=['{x}.toml']"), ask: []string{""}},
		{name: "include with a wrong item", files: one("include=[1]"), ask: []string{""}},
		{name: "include with a wrong path", files: one("include=[{path=1}]"), ask: []string{""}},
		{name: "include without path", files: one("include=[{optional=true}]"), ask: []string{""}},
		{name: "include with a wrong flag", files: one("include=[{path='a.toml',optional='x'}]"), ask: []string{""}},
		{name: "include with a key nobody knows", files: one("include=[{path='a.toml',optional=true,x=1}]"), ask: []string{""}},
		{name: "a home that is above", files: map[string]string{".cargo/config.toml": "l=['up']\n", "a/.cargo/config.toml": "l=['a']\n"}, dir: "a", env: []string{}, ask: everything},
		{name: "string over array", files: map[string]string{".cargo/config.toml": "a='s'", "home/config.toml": "a=['l']"}, ask: []string{""}},
		{name: "table under integer", files: map[string]string{".cargo/config.toml": "a=1", "home/config.toml": "a.b=1"}, ask: []string{"", "a --merged=no"}},
		{name: "integer over string", files: map[string]string{".cargo/config.toml": "a=1", "home/config.toml": "a='s'"}, ask: []string{"a", "a --show-origin"}},
		{name: "a float", files: one("a=1.5"), ask: []string{"", "b"}},
		{name: "a date in a list", files: one("a.b=[1979-05-27]"), ask: []string{""}},
		{name: "a number too big", files: one("a=9223372036854775808"), ask: []string{""}},
		{name: "no TOML", files: one("a="), ask: []string{""}},
		{name: "not UTF-8", files: one("a='\xff'"), ask: []string{""}},
		{name: "byte order mark", files: one("\ufeffa=1"), ask: []string{""}},
		{name: "a directory", files: map[string]string{".cargo/config.toml/x": ""}, ask: []string{""}},
	}
}
