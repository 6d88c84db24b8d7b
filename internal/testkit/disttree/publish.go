package disttree

import (
	"fmt"
	"slices"
)

// Release is what a publication put into the tree.
type Release struct {
	Date     string
	Channels []string
	Manifest string // SHA-256 of the channel manifest
	Archives []Archive
}

// Archive finds the archive of a component in the format that a client prefers; target may be left out where there is one.
func (r Release) Archive(component string, target ...string) (Archive, bool) {
	for _, format := range []Format{Zstd, XZ, Gzip} {
		i := slices.IndexFunc(r.Archives, func(a Archive) bool {
			return a.Component == component && a.Format == format && (len(target) == 0 || a.Target == target[0])
		})
		if i >= 0 {
			return r.Archives[i], true
		}
	}
	return Archive{}, false
}

// Publish makes the archives and the manifest of a described toolchain and shows them in one step.
func (t *Tree) Publish(tc Toolchain) (Release, error) {
	releases, err := t.PublishAll(tc)
	if err != nil {
		return Release{}, err
	}
	return releases[0], nil
}

// PublishAll shows several toolchains in one step. Of two with the same channel the later one is what the undated files say.
func (t *Tree) PublishAll(toolchains ...Toolchain) ([]Release, error) {
	var releases []Release
	err := t.Change(func(rev *Revision) error {
		for _, tc := range toolchains {
			release, err := rev.add(tc)
			if err != nil {
				return fmt.Errorf("publish %v of %s: %w", tc.Channels, tc.Date, err)
			}
			releases = append(releases, release)
		}
		return nil
	})
	return releases, err
}

func (r *Revision) add(tc Toolchain) (Release, error) {
	archives, err := r.addArchives(&tc)
	if err != nil {
		return Release{}, err
	}
	text := tc.manifest(r.tree.DefaultRoot, archives)
	release := Release{Date: tc.Date, Channels: tc.Channels, Manifest: digest(text), Archives: archives}
	return release, r.addManifest(tc.Date, tc.Channels, text, !tc.DatedOnly)
}

func (r *Revision) addArchives(tc *Toolchain) ([]Archive, error) {
	var archives []Archive
	for i := range tc.Components {
		c := &tc.Components[i]
		if c.Unavailable {
			continue
		}
		for _, format := range c.formats(tc) {
			packed, err := r.tree.Archives.compress(tc.image(c), format)
			if err != nil {
				return nil, err
			}
			a := Archive{
				Component: c.Name, Target: c.Target, Format: format, Hash: digest(packed), Size: int64(len(packed)),
				Path: fmt.Sprintf("dist/%s/%s.tar.%s", tc.Date, tc.stem(c), format),
			}
			if err := r.Write(a.Path, packed); err != nil {
				return nil, err
			}
			archives = append(archives, a)
		}
	}
	return archives, nil
}

// addManifest writes a manifest and its hash under all its names.
func (r *Revision) addManifest(date string, channels []string, text []byte, undated bool) error {
	for _, channel := range channels {
		file := "channel-rust-" + channel + ".toml"
		folders := []string{"dist/" + date + "/"}
		if undated {
			folders = append(folders, "dist/")
		}
		for _, folder := range folders {
			if err := r.Write(folder+file, text); err != nil {
				return err
			}
			if err := r.Write(folder+file+".sha256", []byte(digest(text)+"  "+file+"\n")); err != nil {
				return err
			}
		}
	}
	return nil
}

// Point lets the undated files of the channels say what they said on that date: the way to publish, on a running server, an update
// that was prepared before, or to take it back.
func (t *Tree) Point(date string, channels ...string) error {
	return t.Change(func(rev *Revision) error {
		for _, channel := range channels {
			text, err := rev.Read("dist/" + date + "/channel-rust-" + channel + ".toml")
			if err != nil {
				return fmt.Errorf("point channel %s at %s: %w", channel, date, err)
			}
			if err := rev.addManifest(date, []string{channel}, text, true); err != nil {
				return err
			}
		}
		return nil
	})
}
