package archive

import (
	"strings"
)

// Part is one line of a component's manifest: a file, or a directory with all that is below it.
type Part struct {
	Dir  bool
	Path string // relative, forward slashes, cleaned
}

func (p Part) String() string {
	if p.Dir {
		return "dir:" + p.Path
	}
	return "file:" + p.Path
}

// Manifest is a component's manifest in its own order.
type Manifest []Part

// Encode gives the text that stock keeps as lib/rustlib/manifest-<component>.
func (m Manifest) Encode() []byte {
	var b []byte
	for _, p := range m {
		b = append(append(b, p.String()...), '\n')
	}
	return b
}

// ParseManifest reads manifest.in or an installed manifest, which have one grammar: lines of file:<path> or dir:<path>.
// No path may come twice or lie below a dir: line, for then stock would find a conflict when it installs or uninstalls.
func ParseManifest(text []byte) (Manifest, error) {
	var m Manifest
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		kind, name, ok := strings.Cut(line, ":")
		if !ok || kind != "file" && kind != "dir" {
			return nil, corrupt("manifest.in", "line %q is neither file:<path> nor dir:<path>", line)
		}
		clean, problem := cleanName(name, defaultLimits())
		if problem == "" && clean == "" {
			problem = "it names no path"
		}
		if problem != "" {
			return nil, corrupt("manifest.in", "line %q: %s", line, problem)
		}
		m = append(m, Part{Dir: kind == "dir", Path: clean})
	}
	if p, found := newCover(m).overlap(m); found {
		return nil, corrupt("manifest.in", "names %q twice", p)
	}
	return m, nil
}

// cover answers which paths a manifest takes in. Directories are remembered, for tens of thousands of files share them.
type cover struct {
	parts map[string]bool // path → is a dir: line
	below map[string]bool // directory → it or one above is a dir: line
}

func newCover(m Manifest) *cover {
	c := &cover{parts: make(map[string]bool, len(m)), below: map[string]bool{"": false}}
	for _, p := range m {
		c.parts[p.Path] = p.Dir
	}
	return c
}

// dir tells whether everything in the directory belongs to the component.
func (c *cover) dir(name string) bool {
	if known, ok := c.below[name]; ok {
		return known
	}
	in := c.parts[name] || c.dir(parent(name))
	c.below[name] = in
	return in
}

func (c *cover) file(name string) bool {
	_, named := c.parts[name]
	return named || c.dir(parent(name))
}

func (c *cover) overlap(m Manifest) (string, bool) {
	if len(c.parts) != len(m) {
		seen := map[string]bool{}
		for _, p := range m {
			if seen[p.Path] {
				return p.Path, true
			}
			seen[p.Path] = true
		}
	}
	for _, p := range m {
		if c.dir(parent(p.Path)) {
			return p.Path, true
		}
	}
	return "", false
}
