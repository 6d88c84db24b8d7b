package disttree

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Where an installer leaves its records, relative to the toolchain.
const (
	recordsDir   = "lib/rustlib"
	manifestFile = recordsDir + "/multirust-channel-manifest.toml"
)

// part is one component of an installed toolchain.
type part struct {
	pkg, target string
	image       image
}

// parts reads which components a toolchain has and lays each out as the archive that it came in.
func parts(toolchain string, index []section) ([]part, error) {
	list, err := os.ReadFile(filepath.Join(toolchain, recordsDir, "components"))
	if err != nil {
		return nil, fmt.Errorf("components of an installed toolchain: %w", err)
	}
	var all []part
	for _, name := range strings.Fields(string(list)) {
		s, err := findSection(index, name)
		if err != nil {
			return nil, err
		}
		p := part{pkg: s.pkg, target: s.target}
		p.image, err = installedImage(toolchain, name, s)
		if err != nil {
			return nil, fmt.Errorf("component %s of %s: %w", name, toolchain, err)
		}
		all = append(all, p)
	}
	return all, nil
}

// findSection splits an installed name such as rust-std-x86_64-unknown-linux-gnu by looking which section of the channel manifest it
// belongs to: neither half has a grammar that tells where it ends.
func findSection(index []section, installed string) (section, error) {
	for _, s := range index {
		if s.target == AnyTarget && s.pkg == installed || s.pkg+"-"+s.target == installed {
			return s, nil
		}
	}
	return section{}, fmt.Errorf("component %s is not in the channel manifest of its toolchain", installed)
}

func installedImage(toolchain, name string, s section) (image, error) {
	record, err := os.ReadFile(filepath.Join(toolchain, recordsDir, "manifest-"+name))
	if err != nil {
		return image{}, err
	}
	c := Component{Name: s.pkg, Target: s.target}
	im := image{top: s.stem(), folder: c.folder(), version: s.version, record: record}
	lines := bufio.NewScanner(bytes.NewReader(record))
	for lines.Scan() {
		kind, rel, _ := strings.Cut(lines.Text(), ":")
		files, err := installedFiles(toolchain, kind, rel)
		if err != nil {
			return image{}, err
		}
		im.files = append(im.files, files...)
	}
	return im, lines.Err()
}

func installedFiles(toolchain, kind, rel string) ([]content, error) {
	switch kind {
	case "file":
		info, err := os.Stat(filepath.Join(toolchain, filepath.FromSlash(rel)))
		if err != nil {
			return nil, err
		}
		return []content{onDisk(toolchain, rel, info)}, nil
	case "dir":
		return filesBelow(toolchain, rel)
	}
	return nil, fmt.Errorf("unknown entry %q in the component's record, expected file:PATH or dir:PATH", kind+":"+rel)
}

func filesBelow(toolchain, dir string) ([]content, error) {
	var files []content
	top := filepath.Join(toolchain, filepath.FromSlash(dir))
	err := filepath.WalkDir(top, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, file)
		if err != nil {
			return err
		}
		files = append(files, onDisk(toolchain, path.Join(dir, filepath.ToSlash(rel)), info))
		return nil
	})
	return files, err
}

func onDisk(toolchain, rel string, info fs.FileInfo) content {
	return content{path: rel, mode: info.Mode(), size: info.Size(), open: func() (io.ReadCloser, error) {
		return os.Open(filepath.Join(toolchain, filepath.FromSlash(rel)))
	}}
}

// changed is the image with one file more: a component that a later date has renewed.
func (p part) changed(date string) part {
	rel := "share/doc/" + p.pkg + "/RENEWED-" + date
	p.image.files = append(p.image.files[:len(p.image.files):len(p.image.files)], inMemory(rel, 0o644, []byte(date+"\n")))
	p.image.record = append(p.image.record[:len(p.image.record):len(p.image.record)], "file:"+rel+"\n"...)
	return p
}

// retargeted is a host's rust-std under the name of another target: a real amount of files and bytes where the true ones are not
// installed. What it holds is still for the host.
func (p part) retargeted(s section) part {
	from, to := recordsDir+"/"+p.target+"/", recordsDir+"/"+s.target+"/"
	im := p.image
	im.top, im.folder = s.stem(), s.pkg+"-"+s.target
	im.record = bytes.ReplaceAll(im.record, []byte(":"+from), []byte(":"+to))
	im.files = nil
	for _, f := range p.image.files {
		f.path = strings.Replace(f.path, from, to, 1)
		im.files = append(im.files, f)
	}
	return part{pkg: s.pkg, target: s.target, image: im}
}
