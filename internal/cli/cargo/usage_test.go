package cargo_test

import (
	"strings"
	"testing"
)

// wrongLines are command lines that cannot be read.
func wrongLines() []string {
	return strings.Split(strings.TrimSpace(`
update --bogus
update --bogus x
update x --bogus
update --precise
update --precise=
update --precise 1
update --precise 1 --bogus
update --precise --recursive
update --precise --bogus
update --precise 1 --precise 2 x
update --recursive --precise 1 x
update x --recursive --precise 1
update --aggressive --precise 1 x
update -x
update -vx
update -v=1
update -nv=1
update -né
update --dry-run=1
update -n x --dry-run=1
update -n -n
update -nn
update --preciss 1 x
update --precis=1 x
update x --preciss 1
update --recursiv
update --hel
update --help=1
update -s
update -ns
update --silent
update --silent x --bogus
update --path
update --path=3
update --path x
update -p --bogus
update -p x --precise
update -p x y --recursive --precise 2
update --workspac
update -w --bogus
update -w -w
update --manifest-path
update --manifest-path a --manifest-path b
update --ignore-rust-versio
update --locked=1
update --locked --locked
update --color
update --color x
update --color alway
update --color ALWAYS --color never
update --offlin
update -q -q
update -c x
update -z x
update -Zx=1 --bogus
update --breakin
update -- -x --bogus -- --precise=1 -n
fetch x
fetch x y
fetch -- x
fetch --manifest-path
fetch --bogus
fetch --targe
fetch --target x y
fetch -t
fetch -t x
fetch -tx
fetch -p x
fetch -s
fetch --path x
generate-lockfile x
generate-lockfile --publish-time
generate-lockfile --publish
generate-lockfile --ignore-rust-version --ignore-rust-version
generate-lockfile -t
metadata x
metadata --format-version
metadata --format-version 2
metadata --format-version=
metadata --format-version=1 --format-version=1
metadata --format-versio=1
metadata --no-deps --no-deps
metadata --no-dep
metadata --features
metadata -F
metadata -F a --all-features --all-features
metadata --filter-platform
metadata --all-feature
metadata -p x
tree x
tree --charset
tree --charset utf9
tree --charset utf
tree --charset UTF8
tree -e
tree -e all,foo
tree -e=all,no
tree -e all, foo
tree -e ,
tree -eall -ex
tree --edges all --edges bogus
tree --edges=no-dve
tree --prefix
tree --prefix x
tree --prefix=indent --prefix=none
tree --prune
tree --depth
tree --format
tree -f
tree -f x -f y
tree --invert --bogus
tree -i -x
tree -x foo
tree -x
tree --exclude
tree --duplicat
tree --duplicate --duplicates
tree --no-dedup
tree --no-dedupe=1
tree --all-target
tree --target x --bogus
tree -t
tree -s
tree -d -d
tree -a --bogus
tree -a=1
tree -V=2
tree --no-indent --bogus
tree --no-indent=3
add
add --dev
add -n
add --path
add --path= --git
add --git x --path y
add --path y --git x
add --branch b foo
add --branch b
add --branch b --tag t --git x
add --tag t --rev r --git x
add --tag t --rev r
add --dev --build x
add --build --dev x
add --optional --dev x
add --dev --no-optional x
add --public --dev x
add --no-public --build x
add --base b x
add --base b
add --rename
add --rename a --rename b x
add x --bogus
add x --registri y
add --features
add --target= x
add --target
add -p
add -p a -p b x
add -s x
add --silent
add --optional=1 x
add --no-default-feature x
add --dry-run=3 x
add x -t
remove
remove --dev
remove --dev --build x
remove --build --dev x
remove --target= x
remove --target
remove --target a --target b x
remove --bogus
remove x --bogus
remove -p x
remove -p
remove -p a -p b x
remove --path x
remove -s
remove --dr x
rm
rm --bogus x
vendor a b
vendor --no-merge-sources=1
vendor --relative-path=x
vendor --only-git-dep
vendor --sync
vendor --sync=
vendor -s
vendor --no-delet
vendor --no-delete --no-delete
vendor --versioned-dirs=1
vendor --path x
new
new a b
new --vcs
new --vcs gti x
new --vcs=
new --vcs GIT x
new --edition 2020 x
new --edition 2018
new --edition=2018 --edition=2021 x
new --lib
new --name
new --nam x y
new --bin --bin x
new --registry
new -s x
new --path x
new x --bogus
new --lib --bogus
init a b
init --vcs bogus
init --bogus
init --edition
init --edition=2O21
init -s
locate-project x
locate-project --message-format
locate-project --message-format jso
locate-project --message-format=PLAI
locate-project --workspace --workspace
locate-project --work
pkgid a b
pkgid --bogus
pkgid -p a -p b
pkgid -p a --pat
pkgid a -p b c
pkgid -s
info
info a b
info --registry
info --index a --registry b x
info --registry a --index b x
info --bogus
info x --bogus
info --registr b
info -s x
search --limit
search --limit 1 --limit 2 x
search --index a --registry b q
search q --registry b --index a
search --bogus
search x --bogus
search x --limi 3
search --registr y
search -s
package --list x
package x
package --message-format human
package --message-format=json --allow-dirty
package --message-format huma -l
package --message-format -l
package -l -l
package --jobs
package -j
package -j -1 --bogus
package -j -1 -j 2
package --jobs --list x
package --exclude
package --exclude-lockfil
package -x y
package -t y
package --no-verif
package --target-dir
package --index a --registry b
package --features
package --keep-goin
package -s
build a
build --debug
build --debug --profile x
build -r --profile x
build --profile x --release -v
build --message-format
build --message-format x
build --message-format human,jso
build --message-format short --bogus
build --jobs
build -j
build -j -j 2
build --keep-going --keep-going
build --bin a --bogus
build --bin --bogus
build --tests --tests
build --all --bogus
build -x a
build -t
build --targt x
build --path x
build --silent
build --unit-grap
check a
check --bogus
check --release --profile test
check --debug
fix a
fix --bogus
fix --allow-stag
fix --allow-dirty --allow-dirty
fix --broken
fix --edition 2021
fix --edition-idiom
fix --debug
fix -r --profile x
fix --silent
fix --unit-graph
fix -x a
test a b
test a b -- c
test --bogus
test a --bogus
test --no-run --no-fail-fast --bogus -- x
test --keep-going
test -q -q
test --doc --doc
test -s
bench a b
bench --release
bench --keep-going
bench -s
run --bogus
run --lib
run -p a -p b
run --bin a --bogus
run --keep-goin
rustc --bogus
rustc --print
rustc --crate-type
rustc -p a -p b
read-manifest x
read-manifest --bogus
read-manifest --manifest
verify-project -x
verify-project x
verify-project --manifest-pat x
clean foo
clean gcc
clean -n gc
clean -n foo
clean -r --profile x
clean --profile x -r
clean --profile x --release -n
clean --profile
clean --release=1
clean -r -r
clean --doc --doc
clean --doc=1
clean --doc x
clean -r --doc -n -vv x
clean x -n
clean --target-dir
clean --target-di x
clean -t
clean -p x y
clean --worksp
clean -s
config foo
config gett
config help
config --bogus
config get a b
config get --format
config get --format xx
config get --format=jsonn
config get --merged maybe
config get --show-origi
config get --show-origin --show-origin
config -v gett
version x
version --bogus
version -s
version --path
help a b
help --x
help a --x
help -vz
--color bla
--color bla update
--color bla update --bogus
--color never --color always update
--color never update --color alway
--config
-vq --color
--locked --locked update
--offline --bogus2 update
--explain
--explain E0001 --explain E0002
`), "\n")
}

// Every one is refused as by stock, to the byte, by berth itself and not by the
// toolchain's cargo that it could ask.
func TestRefusedAsByStock(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	for _, line := range wrongLines() {
		p.both(nil, line, stderr)
	}
}
