package disttree

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Text is an ordinary file with that content.
func Text(path, content string) File { return File{Path: path, Data: []byte(content)} }

// Noise is a file of n bytes that no compressor makes smaller: what a test needs to cut a download in the middle.
// Its bytes follow from path and n.
func Noise(path string, n int) File {
	var seed [32]byte
	copy(seed[:], path)
	seed[31] = byte(n)
	data := make([]byte, n)
	_, _ = rand.NewChaCha8(seed).Read(data) // documented to return no error
	return File{Path: path, Data: data}
}

// toolScript answers what a tool of a toolchain is asked for its identity, and a few requests of tests:
// where it runs from, what its environment is, to wait, to run another program, to fail.
// Waiting is an open of a FIFO where FILE is one, for a test without polling; FILE.here tells the test that the tool has begun.
const toolScript = `#!/bin/sh
case "$1" in
-V|--version) echo '%[1]s %[2]s'; exit 0 ;;
-vV|-Vv)
	echo '%[1]s %[2]s'
	echo 'binary: %[1]s'
	echo 'release: %[3]s'
	echo 'host: %[4]s'
	exit 0 ;;
--kit-env) env; exit 0 ;;
--kit-self) echo "$0"; exit 0 ;;
--kit-exit) exit "$2" ;;
--kit-exec) shift; exec "$@" ;;
--kit-wait)
	: >"$2.here"
	if [ -p "$2" ]; then read -r _ <"$2"; exit 0; fi
	until [ -e "$2" ]; do sleep 0.02; done
	exit 0 ;;
esac
if [ "$1 $2" = '--print sysroot' ]; then cd "$(dirname "$0")/.." && pwd; exit 0; fi
%[5]s
`

// Tool is an executable shell script bin/NAME that prints "NAME VERSION" when asked for its version, and the rest of the arguments
// else (or runs body, if one is given). On top it understands, as its first argument:
//
//	--kit-env          print the environment
//	--kit-self         print the path that it was started by
//	--kit-wait FILE    make FILE.here, then wait until FILE exists (or, if FILE is a FIFO, until someone writes a line)
//	--kit-exec CMD…    become another program
//	--kit-exit N       exit with that status
func Tool(name, version, host, body string) File {
	if body == "" {
		body = `echo "` + name + `: $*"`
	}
	number, _, _ := strings.Cut(version, " ")
	script := fmt.Sprintf(toolScript, name, version, number, host, body)
	return File{Path: "bin/" + name, Mode: 0o755, Data: []byte(script)}
}
