#!/bin/sh
# 32 installs of one channel at once, 8 of them killed with kill -9 while bytes are on their way: first berth, then the stock rustup of
# this machine, if it has one. Needs Go and curl; no network, no home of yours: all of it happens in a temporary folder, which goes.
#
#   sh examples/many-at-once/run.sh [PROCESSES [KILLED]]
#
# Ends with 0 if berth kept its promises, whatever stock rustup did.
set -eu

many=${1:-32}
killed=${2:-8}
case "$many$killed" in *[!0-9]*) echo "usage: run.sh [PROCESSES [KILLED]]" >&2; exit 1 ;; esac
if [ "$killed" -ge "$many" ]; then
	echo "error: $killed of $many processes cannot be killed; at least one must be left" >&2
	exit 1
fi
for tool in go curl; do
	command -v $tool >/dev/null || { echo "error: '$tool' is not on PATH; install it first" >&2; exit 1; }
done
stock=$(command -v rustup || true)

cd "$(dirname "$0")/../.."
dir=$(mktemp -d)
server=
tidy() {
	if [ -n "$server" ]; then kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || :; fi
	rm -rf "$dir"
}
trap tidy EXIT
trap 'exit 130' INT TERM HUP

. examples/many-at-once/say.sh

# The server, and a tiny toolchain whose rustc has 4 MB that no compressor makes smaller, at 4 MB a second.
echo "== building berth and a dist server"
go build -o "$dir/bin/berth" ./cmd/berth
go build -o "$dir/bin/distserver" ./internal/testkit/cmd/distserver
ln -s berth "$dir/bin/rustup"
mkdir "$dir/tree"
"$dir/bin/distserver" serve --root "$dir/tree" --port-file "$dir/url" --ignore-stdin >/dev/null </dev/null &
server=$!
until [ -s "$dir/url" ]; do
	kill -0 "$server" 2>/dev/null || { echo "error: the server did not start" >&2; exit 1; }
	sleep 0.1
done
url=$(cat "$dir/url")
"$dir/bin/distserver" tiny --out "$dir/tree" --default-root "$url" --ballast 4000000 --format gz >/dev/null
kit() { curl -fsS -X "$1" "$url/_kit/$2"; }
kit POST 'fault?kind=rate&path=*/rustc-*.tar.gz&bytes=4000000'

# count PATTERN FIELD: 1 requests, 2 bytes, 3 requests for a part
count() { kit GET "count?path=$1" | cut -d ' ' -f "$2"; }

# use NAME PROGRAM: homes of its own, and nothing of the caller's that would change what it does.
use() {
	program=$2
	for variable in $(env | sed -n 's/^\(RUSTUP_[A-Z_]*\|RUST_[A-Z_]*\|CARGO_[A-Z_]*\)=.*/\1/p'); do unset "$variable"; done
	home=$dir/$1
	mkdir -p "$home/cargo/bin"
	ln -s "$program" "$home/cargo/bin/rustup"
	RUSTUP_HOME=$home/rustup CARGO_HOME=$home/cargo RUSTUP_DIST_SERVER=$url RUSTUP_UPDATE_ROOT=$url/rustup
	export RUSTUP_HOME CARGO_HOME RUSTUP_DIST_SERVER RUSTUP_UPDATE_ROOT
	kit POST reset
}

install() { "$program" toolchain install stable --profile minimal --no-self-update; }

# crowd: all at once, some killed in the middle. The others start when the first one has begun to download, so that it is among the killed.
# Sets good, bad.
crowd() {
	pids=
	n=0
	while [ $n -lt "$many" ]; do
		n=$((n + 1))
		"$program" toolchain install stable --profile minimal --no-self-update >"$home/$n.log" 2>&1 &
		pids="$pids $!"
		[ $n -gt 1 ] || kit GET 'await?path=*/rustc-*.tar.gz&n=1'
	done
	kit GET 'await?path=*/rustc-*.tar.gz&bytes=1000000'
	n=0
	for pid in $pids; do
		n=$((n + 1))
		[ $n -le "$killed" ] || break
		kill -9 "$pid" 2>/dev/null || :
	done
	say "$many started; $killed of them killed with kill -9 in the middle of a download"
	good=0 bad=0 n=0
	for pid in $pids; do
		n=$((n + 1))
		status=0
		wait "$pid" 2>/dev/null || status=$?
		[ $n -gt "$killed" ] || continue
		if [ $status = 0 ]; then good=$((good + 1)); else bad=$((bad + 1)) failed=$home/$n.log; fi
	done
	say "of the other $((many - killed)): $good succeeded, $bad failed"
	if [ "$bad" -gt 0 ]; then say "one of them said: $(grep -m 1 error: "$failed" || tail -n 1 "$failed")"; fi
}

# again: what those who were killed would do next. Sets good.
again() {
	good=0 n=0
	while [ $n -lt "$killed" ]; do
		n=$((n + 1))
		if install >"$home/again.$n.log" 2>&1; then good=$((good + 1)); fi
	done
	say "the same command once more for each of the $killed: $good succeeded"
}

# traffic: what the server was asked for
traffic() {
	size=$(wc -c <"$(ls "$dir"/tree/dist/2026-04-16/rustc-*.tar.gz)" | tr -d ' ')
	requests=$(count '*/rustc-*.tar.gz' 1) parts=$(count '*/rustc-*.tar.gz' 3) sent=$(count '*/rustc-*.tar.gz' 2)
	say "rustc's archive has $size bytes: $requests requests ($parts of them for the rest of it), $sent bytes sent"
}

echo "== berth"
use berth "$dir/bin/rustup"
crowd
[ "$bad" = 0 ] || wrong "no install may fail because another one runs or is killed"
traffic
if [ "$killed" -gt 0 ] && [ "$parts" = 0 ]; then wrong "nobody took the download over"; fi
[ "$((requests - parts))" = 1 ] || wrong "the archive was begun more than once"
[ "$sent" -le "$((size + (killed + 1) * 1048576))" ] || wrong "bytes that had arrived were fetched again"
again
[ "$good" = "$killed" ] || wrong "the next run must succeed with no help"
version=$("$program" run stable rustc --version) || version=
say "rustc says: $version"
[ "$version" = "rustc 1.95.0 (59807616e 2026-04-14)" ] || wrong "the toolchain is not whole"
[ "$("$program" component list --installed | wc -l)" -eq 3 ] || wrong "components are missing"
left=$(find "$RUSTUP_HOME" -name '*.partial' -o -path '*/staging/*' ! -name '*.lock')
[ -z "$left" ] || wrong "left over: $left"
[ -n "$left" ] || say "nothing is left over"

if [ -z "$stock" ]; then
	echo "== no stock rustup on PATH to compare with"
elif "$stock" --version 2>/dev/null | grep -q berth; then
	echo "== the rustup on PATH is berth, so there is no stock one to compare with"
else
	echo "== $("$stock" --version 2>/dev/null), the same"
	use stock "$stock"
	crowd
	traffic
	again
	say "rustc says: $("$program" run stable rustc --version 2>&1 | head -n 1)"
	say "garbage: $(find "$RUSTUP_HOME/tmp" "$RUSTUP_HOME/downloads" -type f 2>/dev/null | wc -l | tr -d ' ') files in tmp/ and downloads/"
fi

echo
if [ $fails -gt 0 ]; then
	echo "berth broke $fails promises"
	exit 1
fi
echo "berth kept its promises"
