package rustup_test

// A scene is command lines, one after the other, that both programs run. Their
// output on stdout, exit codes and what programs read of the homes must be equal
// after each.
//
//	!point CHANNEL DATE   the server goes on to another release
//	!rm PATH              removes something of the home
//	!keep PATH            makes a directory beside the home
//	!write PATH TEXT      writes a file beside the home
//	!newline PATH         adds a newline to a file of the home
//	VAR=value …           in front of a line is its environment; @ is the directory of the homes
//	… ## WORD             one of differences: only the exit code must be equal
type scene struct {
	name  string
	given bool // begins with stable and nightly-2026-05-20, minimal, made by stock rustup
	lines string
}

// differences are the ones that are meant.
func differences() map[string]string {
	return map[string]string{
		"all-or-none": "one command is one change: a name that is wrong fails all, stock does those before it",
		"brand":       "what stands in brackets behind the version is whose it is",
		"goes-on":     "check prints what it knows of the other channels, stock ends at the first that fails",
		"hash":        "an update that finds the newest release installed writes its hash, so that the next one need not look again",
		"nothing":     "a change that changes nothing is no update",
		"no-rustc":    "stock asks any rustc on PATH when the toolchain has none",
	}
}

func scenes() []scene {
	return []scene{
		{name: "the first one by update", lines: `
			update beta --no-self-update
			default
			update stable --no-self-update
			toolchain list`},
		{name: "nothing there", lines: `
			toolchain list
			toolchain list -v
			toolchain list -q
			default
			check
			check --no-self-update
			update --no-self-update
			install --no-self-update
			override list
			uninstall stable
			component list
			target list --installed
			default mine
			override set mine
			default none
			override unset
			self upgrade-data
		`},
		{name: "first install", lines: `
			install stable --no-self-update
			toolchain list
			toolchain list --verbose
			default
			install stable --no-self-update
			install stable --no-update --no-self-update
			install stable --profile minimal --no-self-update
			install nightly --no-self-update --profile=complete
			toolchain list
			check
			update --no-self-update
			check
			override set 1.95 --path @/desk
			toolchain list
			default beta
			component list --toolchain beta
			uninstall stable
			default
			RUSTUP_AUTO_INSTALL=0 toolchain list
			uninstall stable nightly mine
		`},
		{name: "update", given: true, lines: `
			check
			!point stable 2026-05-28
			check
			update --no-self-update
			check
			update stable nightly-2026-05-20 --no-self-update
			!point beta 2001-01-01
			install stable beta --no-self-update
			update beta --no-self-update
			check
			RUSTUP_CONCURRENT_DOWNLOADS=1 check --no-self-update
			!rm update-hashes/stable-x86_64-unknown-linux-gnu
			check
			update stable --no-self-update ## hash
			!rm update-hashes/stable-x86_64-unknown-linux-gnu
			check
			!rm toolchains/stable-x86_64-unknown-linux-gnu/lib/rustlib/multirust-channel-manifest.toml
			check
			install stable --no-self-update
			component list --toolchain stable
			!rm update-hashes/stable-x86_64-unknown-linux-gnu
			check
			update --force --no-self-update ## hash
		`},
		{name: "one of several channels fails", given: true, lines: `
			install beta --profile minimal --no-self-update
			!point beta 2001-01-01
			!point stable 2026-05-28
			check ## goes-on
			update --no-self-update
			check ## goes-on
		`},
		{name: "the last line about rustup itself", given: true, lines: `
			check
			set auto-self-update check-only
			check
			install stable
			update
			set auto-self-update disable
			check
			update stable
			set auto-self-update
			check --no-self-update
			self update
			self up
			update stable
		`},
		{name: "in a CI job", given: true, lines: `
			CI=true check
			CI= check
			CI=false check
			CI=true RUSTUP_CI=1 check
			CI= RUSTUP_CI= check
			CI=true RUSTUP_CI= check
			RUSTUP_CI=1 check
			CI=true install stable
			CI=true update stable
			CI=true update
			CI=true set auto-self-update check-only
			CI=true check
			CI=true install stable
			CI=true update
			CI=true RUSTUP_CI=1 update
			CI=true self update
			CI=true set auto-self-update enable
			CI=true set auto-self-update
			check
			CI=true show
			CI=true set auto-self-update disable
			CI=true RUSTUP_CI=1 check
			CI=true self update
		`},
		{name: "components", given: true, lines: `
			component list
			component list --installed
			component list -q
			component list --quiet --installed
			component add clippy rustfmt
			component add clippy rust-src
			component add rustfmt
			component list
			component add nope
			component add clipy
			component add clippy-x86_64-unknown-linux-gnu rust-docs-x86_64-unknown-linux-gnu
			component add rust-std --target wasm32-unknown-unknown
			component add rust-analyzer-preview
			component remove clippy
			component remove clippy
			component uninstall rust-src rustfmt --toolchain stable
			component list --installed --toolchain nightly-2026-05-20
			component add --toolchain nightly-2026-05-20 clippy
			component rm --toolchain nightly-2026-05-20 clippy
			component list --toolchain=nightly-2026-05-20
			component add clippy nope ## all-or-none
		`},
		{name: "targets", given: true, lines: `
			target list
			target list --installed
			target list -q
			target add wasm32-unknown-unknown
			target list
			target list --installed
			target install wasm32-unknown-unknown
			target add nope
			target add i686-pc-windows-msvc
			target remove wasm32-unknown-unknown
			target remove wasm32-unknown-unknown
			target add all
			target add all wasm32-unknown-unknown
			target add --toolchain nightly-2026-05-20 wasm32-unknown-unknown wasm32-unknown-unknown
			target rm x86_64-unknown-linux-gnu
			target list
			component list --installed
			target add x86_64-unknown-linux-gnu
		`},
		{name: "lists of a toolchain of one's own", given: true, lines: `
			toolchain link mine @/rustup/toolchains/stable-x86_64-unknown-linux-gnu
			+mine component list
			+mine component list --installed
			+mine component list -q
			+mine target list
			+mine component add clippy
			+mine component remove rustc
			+mine target add wasm32-unknown-unknown
			RUSTUP_TOOLCHAIN=@/rustup/toolchains/stable-x86_64-unknown-linux-gnu component list
			!keep rustup/toolchains/bare/lib
			!keep rustup/toolchains/bare/bin
			+bare component list
			+bare target list
			+gone component list
			RUSTUP_TOOLCHAIN=gone target list
			toolchain list
		`},
		{name: "links", given: true, lines: `
			toolchain link mine @/rustup/toolchains/stable-x86_64-unknown-linux-gnu
			toolchain link stable-x ../rustup/toolchains/./stable-x86_64-unknown-linux-gnu
			toolchain list -v
			toolchain list
			toolchain link mine @/rustup/toolchains/nightly-2026-05-20-x86_64-unknown-linux-gnu
			toolchain list -v
			toolchain link other @/nothing
			+other show active-toolchain
			+other show active-toolchain -v
			+other show
			toolchain link stable @/rustup/toolchains/stable-x86_64-unknown-linux-gnu
			toolchain link none @/rustup/toolchains/stable-x86_64-unknown-linux-gnu
			default mine
			default
			override set mine
			toolchain list
			uninstall mine
			toolchain list
			uninstall mine
			override list
		`},
		{name: "overrides", given: true, lines: `
			override list
			override set nightly-2026-05-20
			toolchain list
			override set stable --path @/nothing/here
			override list
			!keep desk/sub
			override add --path sub stable
			override set stable --path not/there
			override list
			install stable --override --no-self-update
			override unset --path @/nothing/here
			override unset --path never
			override unset
			override unset
			override list
			override unset --nonexistent
			override remove --nonexistent
			override rm --path sub
			override list
		`},
		{name: "settings", given: true, lines: `
			set profile minimal
			set profile
			set profile complete
			set auto-self-update disable
			set auto-install disable
			set auto-install
			set default-host i686-unknown-linux-gnu
			default stable
			set default-host x86_64-unknown-linux-gnu
			set default-host x86_64
			set default-host nonsense
			set profile bogus
			default none
			default stable
			default nightly-2026-05-20
			default 9.99
		`},
		{name: "the active toolchain", given: true, lines: `
			install --no-self-update
			RUSTUP_TOOLCHAIN=stable install --no-self-update
			RUSTUP_TOOLCHAIN=1.95.0 RUSTUP_AUTO_INSTALL=0 install --no-self-update
			RUSTUP_TOOLCHAIN=gone install --no-self-update
			RUSTUP_TOOLCHAIN=gone toolchain list
			RUSTUP_TOOLCHAIN=/nothing/x toolchain list
			+nightly-2026-05-20 toolchain list
			+nightly-2026-05-20 component list
			+gone toolchain list
			+stable default
			RUSTUP_AUTO_INSTALL=0 RUSTUP_TOOLCHAIN=beta component list
			RUSTUP_AUTO_INSTALL=0 component list --toolchain beta
			RUSTUP_TOOLCHAIN=beta component list
			RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS=@/none.toml default
			RUSTUP_TOOLCHAIN=../x default
			RUSTUP_TOOLCHAIN=../x default stable
			RUSTUP_TOOLCHAIN=../x override list
			RUSTUP_TOOLCHAIN=../x override set stable
			RUSTUP_TOOLCHAIN=../x check
			RUSTUP_TOOLCHAIN=../x run stable rustc --version
			RUSTUP_TOOLCHAIN=../x uninstall mine
			RUSTUP_TOOLCHAIN=../x -V ## brand
			RUSTUP_TOOLCHAIN=/nothing/x default
			RUSTUP_TOOLCHAIN=/nothing/x toolchain list -q
			RUSTUP_TOOLCHAIN=/nothing/x show profile
			RUSTUP_TOOLCHAIN=/nothing/x completions zsh cargo
			!write rustup/settings.toml version="12"\nprofile="huge"
			toolchain list -q
		`},
		{name: "what cannot be installed", given: true, lines: `
			install 1.70 --no-self-update
			install nightly-2020-01-01 --no-self-update
			install stable-i686-unknown-linux-gnu --no-self-update
			install stable-i686-unknown-linux-gnu --force-non-host --no-self-update
			default stable-i686-unknown-linux-gnu
			install stable --component nope --no-self-update
			install stable --component nope --force --no-self-update ## nothing
			install stable -c clippy,rust-src -t wasm32-unknown-unknown --no-self-update
			install stable -c clippy -c rust-src --no-self-update
			install stable 1.70 1.95 --no-self-update
			toolchain list
			install nightly -c clippy --profile minimal --no-self-update
			check
			update nightly --no-self-update
			update nightly --force --no-self-update
			component list --toolchain nightly
		`},
		{name: "stray files", given: true, lines: `
			!rm toolchains/nightly-2026-05-20-x86_64-unknown-linux-gnu
			install nightly-2026-05-20 --profile minimal --no-self-update
			!rm settings.toml
			default
			toolchain list
			install stable --no-self-update
			default
			!rm toolchains/stable-x86_64-unknown-linux-gnu/bin/rustc
			update stable --no-self-update ## no-rustc
			default stable ## no-rustc
		`},
		{name: "traps", given: true, lines: `
			!newline update-hashes/stable-x86_64-unknown-linux-gnu
			check
			install stable --no-self-update ## hash
			!rm update-hashes/stable-x86_64-unknown-linux-gnu
			install stable -c clippy --no-self-update
			!rm toolchains/stable-x86_64-unknown-linux-gnu/lib/rustlib/multirust-channel-manifest.toml
			install stable --no-self-update
			check
			component list
			component add rust-src
			target list
			!keep rustup/toolchains/stable-x86_64-unknown-linux-gnu.d
			!write rustup/toolchains/plain a file is no toolchain
			toolchain list
			install stable-x86_64-unknown-linux --force-non-host --no-self-update
			install stable-msvc --force-non-host --no-self-update
			uninstall stable
			default
			toolchain list
			toolchain list
			+nightly-2026-05-20 uninstall nightly-2026-05-20
			RUSTUP_TOOLCHAIN= toolchain list
			uninstall stable/
		`},
		{name: "the administrator's default", given: true, lines: `
			!write fallback.toml default_toolchain = "nightly-2026-05-20"
			RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS=@/fallback.toml default
			default none
			default
			RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS=@/fallback.toml default
			RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS=@/fallback.toml toolchain list
			RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS=@/fallback.toml component list --installed
			RUSTUP_OVERRIDE_UNIX_FALLBACK_SETTINGS=@/fallback.toml install beta --profile minimal --no-self-update
			default
		`},
		{name: "settings that cannot be read", given: true, lines: `
			!write rustup/settings.toml version = "2"
			toolchain list
			check
			self upgrade-data
			install stable --no-self-update
			set profile minimal
			!write rustup/settings.toml version = 12
			toolchain list
			default
			override list
			uninstall stable
			!write rustup/settings.toml default_toolchain = "stable"
			default
			self upgrade-data
		`},
	}
}
