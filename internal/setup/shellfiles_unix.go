//go:build unix

package setup

import "strings"

// shell is how one family of shells learns where the programs are: a file in
// $CARGO_HOME that changes PATH, and a line in a profile that reads it. Files,
// places and lines are those of rustup's installer, so that the two may follow
// one another.
type shell struct {
	env      string // name of the file in $CARGO_HOME
	content  string // with {bin} for the directory
	line     string // with {env} for the file
	present  bool
	profiles []string // every one of them that is there gets the line; the first is made where none is
	always   []string // made where they are missing
}

const posixEnv = `#!/bin/sh
# rustup shell setup
# affix colons on either side of $PATH to simplify matching
case ":${PATH}:" in
    *:"{bin}":*)
        ;;
    *)
        # Prepending path in case a system-installed rustc needs to be overridden
        export PATH="{bin}:$PATH"
        ;;
esac
`

const fishEnv = `# rustup shell setup
if not contains "{bin}" $PATH
    # Prepending path in case a system-installed rustc needs to be overridden
    set -x PATH "{bin}" $PATH
end
`

const nuEnv = `use std/util "path add"
path add "{bin}"
`

const powerShellEnv = `# rustup shell setup
if (-not ":${env:PATH}:".Contains(":{bin}:")) {
    ${env:PATH} = "{bin}:${env:PATH}";
}
`

const tcshEnv = `# rustup environment for tcsh
if ( $?PATH ) then
    if ( "$PATH" !~ *{bin}* ) then
        setenv PATH "{bin}:$PATH"
    endif
else
    setenv PATH "{bin}"
endif
`

// spell names a path as the shells shall read it: $HOME stays a variable, since
// profiles are shared among machines.
func spell(path, home, variable string) string {
	if rest, ok := strings.CutPrefix(path, home+"/"); ok && home != "" {
		return variable + "/" + rest
	}
	return path
}
