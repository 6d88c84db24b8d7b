package rustup

import (
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"berth/internal/cli/command"
	"berth/internal/dist"
	"berth/internal/names"
)

// docRequest is what the command line asks of `doc`.
type docRequest struct {
	page      docPage
	topic     string
	pathOnly  bool
	toolchain names.Ref
}

func (c *cli) doc() *command.Command {
	var r docRequest
	flags := []command.Flag{
		{Long: "path", Set: command.True(&r.pathOnly), About: "Print where the page lies and do not open it"},
		officialFlag(&r.toolchain),
	}
	return &command.Command{
		Name:    "doc",
		Aliases: []string{"docs"},
		About:   "Open the documentation of the active toolchain",
		More: `
Discussion:
  Opens the index, a book or crate by its flag, or a topic, in the browser
  that $BROWSER names or else the system's.

    $ rustup doc --book
    $ rustup doc std::fs::read_dir
    $ rustup doc --reference destructors

  The documentation is that of the toolchain: it needs no network.`,
		Flags: append(flags, pageFlags(&r.page)...),
		Args: []command.Arg{{Name: "TOPIC", Set: command.To(&r.topic, command.Text),
			About: "Such as 'fn', 'primitive:fn', 'usize', 'eprintln!', 'core::arch', 'std::fs', 'std::fs::read_dir', 'std::io::Bytes'"}},
		Run: func(ctx context.Context) error { return c.runDoc(ctx, r) },
	}
}

// pageFlags are one switch a page, each of which excludes the others.
func pageFlags(chosen *docPage) (flags []command.Flag) {
	pages := docPages()
	for i, page := range pages {
		var others []string
		for _, other := range pages[i+1:] {
			others = append(others, other.flag)
		}
		flags = append(flags, command.Flag{
			Long: page.flag, About: page.about, Exclude: others,
			Set: func(string) error { *chosen = page; return nil },
		})
	}
	return flags
}

func (c *cli) runDoc(ctx context.Context, r docRequest) error {
	o, err := c.chosen(ctx, r.toolchain)
	if err != nil {
		return err
	}
	if err := c.needDocs(o.Toolchain); err != nil {
		return err
	}
	root := filepath.Join(c.shownPath(o.Toolchain), "share", "doc", "rust", "html")
	place, err := docs{root}.find(r.page, r.topic)
	if err != nil {
		return err
	}
	path := filepath.Join(root, filepath.FromSlash(place.file))
	if r.pathOnly {
		c.UI.Print(path + "\n")
		return nil
	}
	if !(docs{root}).has(place.file) {
		c.UI.Warnf("toolchain '%s' has no '%s'", o.Toolchain, path)
	}
	c.UI.Infof("opening %s in the browser", path)
	return c.browse(fileURL(path, place.section))
}

// needDocs holds that the component is there. Toolchains that keep no record of
// components may have documentation all the same.
func (c *cli) needDocs(tc names.Toolchain) error {
	official, ok := tc.(names.Official)
	if !ok {
		return nil
	}
	in, err := c.Home.Inspect(tc.String())
	if err != nil {
		return err
	}
	if in.Config == nil || in.Config.Has(dist.Component{Pkg: "rust-docs", Target: official.Target}) {
		return nil
	}
	return &noDocsError{tc.String()}
}

// noDocsError says that the documentation is not installed.
type noDocsError struct{ toolchain string }

func (e *noDocsError) Error() string {
	return fmt.Sprintf("`rust-docs` is not installed for toolchain '%s'", e.toolchain)
}

// Hint is the next step.
func (e *noDocsError) Hint() string {
	return fmt.Sprintf("run `rustup component add --toolchain %s rust-docs` to install it", e.toolchain)
}

// fileURL is the address of a section of a file as browsers take it.
func fileURL(path, section string) string {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") { // a drive letter
		slashed = "/" + slashed
	}
	return (&url.URL{Scheme: "file", Path: slashed, Fragment: section}).String()
}

// officialFlag is --toolchain where only official toolchains make sense.
func officialFlag(ref *names.Ref) command.Flag {
	parse := func(s string) (names.Ref, error) {
		p, err := names.ParseOfficial(s)
		return p, err
	}
	return command.Flag{
		Long: "toolchain", Value: "TOOLCHAIN", Set: command.To(ref, parse),
		About: "The toolchain, such as 'stable' or '1.85.0', instead of the active one",
	}
}
