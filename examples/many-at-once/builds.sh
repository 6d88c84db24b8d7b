#!/bin/sh
# Eight builds at once in one workspace, three of them killed with kill -9 while a build script runs: first berth, then the stock cargo of
# the same toolchain. Needs Go and a Rust toolchain of 1.95 to 1.100 on PATH; no network, no home of yours: all of it happens in a temporary
# folder, which goes.
#
#   sh examples/many-at-once/builds.sh
#
# Ends with 0 if berth kept its promises, whatever stock cargo did.
set -eu

many=8
killed=3
for tool in go rustc timeout; do
	command -v $tool >/dev/null || { echo "error: '$tool' is not on PATH; install it first" >&2; exit 1; }
done
toolchain=$(rustc --print sysroot)
stock=$toolchain/bin/cargo
case $("$stock" -V) in
"cargo 1.9"[5-9].* | "cargo 1.100."*) ;;
*) echo "error: expected a cargo of 1.95 to 1.100 in $toolchain, to which berth would leave the work otherwise" >&2; exit 1 ;;
esac

cd "$(dirname "$0")/../.."
dir=$(mktemp -d)
pids=
pipes() {
	rm -f "$dir/started" "$dir/go-on"
	mkfifo "$dir/started" "$dir/go-on"
	exec 8<>"$dir/started" 9<>"$dir/go-on"
}
pipes
tidy() {
	for pid in $pids; do kill -9 "$pid" 2>/dev/null || :; done
	echo "go, go, go" >&9 # a build script of stock's outlives it
	rm -rf "$dir"
}
trap tidy EXIT
trap 'exit 130' INT TERM HUP

. examples/many-at-once/say.sh

# workspace: `app` needs three libraries; `slow` has a build script that tells when it runs and ends when it may. The compiler is called
# through a script that writes down what was compiled to the end.
workspace() {
	work=$dir/$1
	mkdir -p "$work/home"
	pipes
	package() { # NAME FILE LINES…
		mkdir -p "$work/$1/src"
		name=$1 file=$2
		shift 2
		printf '[package]\nname = "%s"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\n' "$name" >"$work/$name/Cargo.toml"
		printf '%s\n' "$@" >>"$work/$name/Cargo.toml"
		echo 'pub fn main() {}' >"$work/$name/src/$file.rs"
	}
	printf '[workspace]\nmembers = ["one", "two", "three", "app", "slow"]\nresolver = "2"\n' >"$work/Cargo.toml"
	package one lib
	package two lib 'one = { path = "../one" }'
	package three lib 'one = { path = "../one" }'
	package app main 'two = { path = "../two" }' 'three = { path = "../three" }'
	package slow lib
	cat >"$work/slow/build.rs" <<-END
		use std::{fs, io::{Read, Write}};
		fn main() {
		    let add = |path, line: &[u8]| fs::OpenOptions::new().append(true).create(true).open(path).unwrap().write_all(line).unwrap();
		    add("$dir/started", b"started\n");
		    fs::File::open("$dir/go-on").unwrap().read_exact(&mut [0]).unwrap(); // waits for a byte
		    add("$work/scripts", b"ended\n");
		}
	END
	cat >"$work/compiler" <<-END
		#!/bin/sh
		"\$@" || exit
		case "\$*" in *"--crate-name ___"*) ;; *"--crate-name "*) echo "\$*" >>"$work/compiled" ;; esac
	END
	chmod +x "$work/compiler"
	for variable in $(env | sed -n 's/^\(RUST[A-Z_]*\|CARGO_[A-Z_]*\|BERTH_[A-Z_]*\)=.*/\1/p'); do unset "$variable"; done
	CARGO_HOME=$work/home RUSTUP_HOME=$dir/rustup RUSTUP_TOOLCHAIN=here RUSTC_WRAPPER=$work/compiler PATH=$toolchain/bin:$PATH
	export CARGO_HOME RUSTUP_HOME RUSTUP_TOOLCHAIN RUSTC_WRAPPER PATH
}

lines() { wc -l <"$1" | tr -d ' '; }

# crowd PROGRAM: sets good, beside, scripts, compiled.
crowd() {
	cd "$work"
	"$1" build -q -p app
	pids= n=0
	while [ $n -lt $many ]; do
		n=$((n + 1))
		"$1" build >"$n.log" 2>&1 &
		pids="$pids $!"
		[ $n -gt 1 ] || read -r _ <&8 # the first one is at the build script
	done
	say "$many builds of one workspace were started; the first is at a slow build script"
	beside=no
	if timeout 10 "$1" run -q -p app; then beside=yes; fi
	say "run of a program in it that was built before, meanwhile: $([ $beside = yes ] && echo runs || echo "still waits after 10 s")"
	n=0
	for pid in $pids; do
		n=$((n + 1))
		[ $n -gt $killed ] || kill -9 "$pid"
	done
	read -r _ <&8 # another one is at it
	say "$killed of them, that one too, were killed with kill -9; another took over"
	echo "go, go, go" >&9
	good=0 n=0
	for pid in $pids; do
		n=$((n + 1))
		status=0
		wait "$pid" 2>/dev/null || status=$?
		if [ $n -gt $killed ] && [ $status = 0 ]; then good=$((good + 1)); fi
	done
	pids=
	scripts=$(lines scripts) compiled=$(lines compiled)
	say "of the other $((many - killed)): $good succeeded"
	say "the build script came to its end $scripts times, $compiled units were compiled"
	cd - >/dev/null
}

echo "== building berth"
CGO_ENABLED=0 go build -o "$dir/bin/berth" ./cmd/berth
ln -s berth "$dir/bin/cargo"
mkdir -p "$dir/rustup/toolchains"
ln -s "$toolchain" "$dir/rustup/toolchains/here"

echo "== berth"
workspace berth
crowd "$dir/bin/cargo"
[ $good = $((many - killed)) ] || wrong "no build may fail because another one runs or is killed: $(grep -h error "$work"/*.log | head -n 1)"
[ $beside = yes ] || wrong "what needs nothing of a build may not wait for it"
[ "$scripts" = 1 ] || wrong "a build script of a killed build may not go on"
[ "$compiled" = 6 ] || wrong "each of the 6 units is compiled once"

echo "== $("$stock" -V), the same"
workspace stock
crowd "$stock"

echo
if [ $fails -gt 0 ]; then
	echo "berth broke $fails promises"
	exit 1
fi
echo "berth kept its promises"
