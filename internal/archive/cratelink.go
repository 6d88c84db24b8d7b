package archive

import (
	"archive/tar"
	"fmt"
	"strings"
)

type crateLink struct {
	name, target string
	hard         bool
}

func (u *crateUnpacker) link(h *tar.Header, name string) error {
	if u.known[name] != 0 {
		return corrupt(h.Name, "it comes twice, once as a link")
	}
	if err := u.parents(h, name); err != nil {
		return err
	}
	u.known[name] = isLink
	u.links = append(u.links, crateLink{name, h.Linkname, h.Typeflag == tar.TypeLink})
	return nil
}

func (u *crateUnpacker) makeLinks() error {
	for _, l := range u.links {
		if err := u.makeLink(l); err != nil {
			return err
		}
	}
	return nil
}

func (u *crateUnpacker) makeLink(l crateLink) error {
	if l.hard {
		target, problem := cleanName(l.target, crateLimits())
		if problem != "" || u.known[target]&isFile == 0 {
			return corrupt(l.name, "it is a link to %q, which is no file of the crate", l.target)
		}
		if err := u.dest.link(target, l.name); err != nil {
			return u.diskError("link", l.name, err)
		}
		return nil
	}
	if problem := u.leadsOut(l); problem != "" {
		return corrupt(l.name, "it is a link to %q: %s", l.target, problem)
	}
	if err := u.dest.symlink(l.target, l.name); err != nil {
		return u.diskError("link", l.name, err)
	}
	return nil
}

// leadsOut looks at the text of a target: up at its beginning, not above the crate's own directory, and from there on
// only down.
func (u *crateUnpacker) leadsOut(l crateLink) string {
	up := strings.Count(l.name, "/") - 1 // directories between the link and the crate's top
	rest := l.target
	for strings.HasPrefix(rest, "../") || rest == ".." || strings.HasPrefix(rest, "./") {
		if strings.HasPrefix(rest, "..") {
			up--
		}
		_, rest, _ = strings.Cut(rest, "/")
	}
	if up < 0 {
		return "it leads out of the crate"
	}
	if rest == "" && l.target != "" {
		return "" // the directory itself, or one above it
	}
	if _, problem := cleanName(rest, crateLimits()); problem != "" || rest == "" {
		return fmt.Sprintf("expected a path within the crate (%s)", problem)
	}
	return ""
}
