// Package locate finds the Cargo.toml that a command would work on, for "cargo locate-project".
//
// Guarantee: what is printed is what Cargo 1.95 prints. The edge: without --workspace the manifest is only found and not read, so it may be
// anything.
package locate

import (
	"errors"
	"unicode/utf8"

	"berth/internal/jsonquote"
	"berth/internal/workspace"
)

// Options are the command's flags.
type Options struct {
	Manifest  string // --manifest-path, "" if not given
	Workspace bool   // of the root, not of the package
	Load      workspace.Options
}

// ErrNotUnicode: a path cannot be printed.
var ErrNotUnicode = errors.New("the path of the package is not UTF-8, so it cannot be printed")

// Manifest is the path of the Cargo.toml.
func Manifest(o Options) (path string, err error) {
	if o.Manifest != "" {
		path, err = workspace.ManifestPath(o.Load.Cwd, o.Manifest)
	} else {
		path, err = workspace.FindManifest(o.Load.Cwd, nil)
	}
	if err == nil && o.Workspace {
		path, err = workspace.FindRoot(path, o.Load)
	}
	if err == nil && !utf8.ValidString(path) {
		err = ErrNotUnicode
	}
	return path, err
}

// JSON is the line that --message-format json prints.
func JSON(path string) string { return string(jsonquote.Append([]byte(`{"root":`), path)) + "}\n" }
