package settings

import (
	"bytes"
	"path/filepath"
	"strings"

	"berth/internal/nearest"
)

// The two names of a toolchain file. Where both lie in a directory the first is read.
const (
	toolchainFileName     = "rust-toolchain"
	toolchainFileNameTOML = "rust-toolchain.toml"
)

// ToolchainFile is the content of a toolchain file. A nil field was not written.
type ToolchainFile struct {
	Channel    *string
	Path       *string // as written; it may turn out not to be absolute
	Components []string
	Targets    []string
	Profile    *string // as written; whether it is one counts only for official toolchains

	channelAt, pathAt, profileAt place
}

const (
	emptyFileNext = `remove the file, or write below [toolchain]: channel = "stable"`
	channelNext   = `write below [toolchain]: channel = "stable"`
	formNext      = `correct it; a whole file is [toolchain] and, on a line below it, channel = "stable"`
)

// ParseToolchainFile reads a toolchain file; of path, the extension decides the format.
//
// Without ".toml" a file of exactly one line is the bare name of a channel or the
// absolute path of a toolchain, which is what the file was before it became TOML.
// Everything else is TOML, so also a name with an empty line after it.
func ParseToolchainFile(path string, data []byte) (*ToolchainFile, error) {
	f := &file{kind: "override", path: path, data: data, next: formNext}
	switch lines := countLines(data); {
	case lines == 0:
		return nil, f.empty()
	case lines == 1 && !strings.HasSuffix(path, ".toml"):
		return f.bareName()
	}
	return f.parseToolchain()
}

func (f *file) bareName() (*ToolchainFile, error) {
	name := string(bytes.TrimSpace(f.data))
	at := place{f, bytes.Index(f.data, []byte(name))}
	switch {
	case name == "":
		return nil, f.empty()
	case filepath.IsAbs(name):
		return &ToolchainFile{Path: &name, pathAt: at}, nil
	}
	return &ToolchainFile{Channel: &name, channelAt: at}, nil
}

// countLines counts as readers of lines do: a last newline begins no line.
func countLines(data []byte) int {
	n := bytes.Count(data, []byte{'\n'})
	if len(data) > 0 && data[len(data)-1] != '\n' {
		n++
	}
	return n
}

func (f *file) empty() *FileError {
	return &FileError{Kind: f.kind, Path: f.path, Problem: "the toolchain file is empty, expected a toolchain", Next: emptyFileNext}
}

func (f *file) parseToolchain() (*ToolchainFile, error) {
	root, err := f.parse()
	if err != nil {
		return nil, err
	}
	t, err := f.section(root, "toolchain")
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, f.wrong(0, "the section [toolchain] is missing", `write [toolchain], and below it: channel = "stable"`)
	}
	tf := &ToolchainFile{}
	for _, key := range []struct {
		name, example string
		to            **string
		at            *place
	}{
		{"channel", `channel = "stable"`, &tf.Channel, &tf.channelAt},
		{"path", `path = "/absolute/path"`, &tf.Path, &tf.pathAt},
		{"profile", `profile = "minimal"`, &tf.Profile, &tf.profileAt},
	} {
		s, found, err := f.text(t, key.name, key.example)
		if err != nil {
			return nil, err
		}
		if found {
			*key.to, *key.at = &s, place{f, t.get(key.name).value.at}
		}
	}
	if tf.Components, err = f.texts(t, "components", `components = ["clippy"]`); err != nil {
		return nil, err
	}
	if tf.Targets, err = f.texts(t, "targets", `targets = ["wasm32-unknown-unknown"]`); err != nil {
		return nil, err
	}
	if err := f.check(tf, root.get("toolchain").at); err != nil {
		if slip := f.misspelled(t); slip != nil && tf.choosesNothing() {
			return nil, slip
		}
		return nil, err
	}
	return tf, nil
}

// misspelled is the error for the first key of [toolchain] that is none and is near to one, or nil.
func (f *file) misspelled(t *table) *FileError {
	known := []string{"channel", "path", "components", "targets", "profile"}
	for _, e := range t.entries {
		if near := nearest.Of(e.key, known...); near != "" && near != e.key {
			return f.wrong(e.at, "[toolchain] has no key '"+e.key+"'", "a key with a similar name exists: "+near)
		}
	}
	return nil
}

func (tf *ToolchainFile) choosesNothing() bool {
	return tf.Channel == nil && tf.Path == nil && tf.Components == nil && tf.Targets == nil
}

// check holds the keys against each other. A profile by itself chooses nothing, and
// a toolchain at a path is used as it is.
func (f *file) check(tf *ToolchainFile, at int) error {
	extras := tf.Components != nil || tf.Targets != nil
	switch {
	case tf.choosesNothing():
		return f.wrong(at, "[toolchain] chooses nothing, expected channel, path, components or targets", channelNext)
	case tf.Channel != nil && tf.Path != nil:
		return f.wrong(at, "cannot specify both channel ("+*tf.Channel+") and path ("+*tf.Path+") simultaneously", "remove one of the two")
	case tf.Path != nil && (extras || tf.Profile != nil):
		return f.wrong(at, "toolchain options are ignored for path toolchain ("+*tf.Path+")", "remove components, targets and profile")
	}
	return nil
}
