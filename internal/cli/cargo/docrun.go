package cargo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"berth/internal/plan"
	"berth/internal/ui"
	"berth/internal/unit"
)

var errNothingToOpen = errors.New("cannot open specified crate's documentation: no documentation generated")

func (c *cli) runDoc(ctx context.Context, o *docFlags) error {
	if o.outputFormat != "" {
		return errHandOver
	}
	profile, err := o.profileName("dev")
	if err != nil {
		return err
	}
	w := wish{intent: plan.Doc, profile: profile}
	if o.noDeps {
		w.intent = plan.DocOnly
	}
	m, err := c.compilation(ctx, &o.compileFlags, w)
	if err != nil {
		return err
	}
	m.settings.DocumentPrivate = o.private
	return c.document(ctx, m, &o.compileFlags, o.open)
}

func (c *cli) runRustdoc(ctx context.Context, o *rustdocFlags) error {
	if o.outputFormat != "" {
		return errHandOver
	}
	profile, err := o.profileName("dev")
	if err != nil {
		return err
	}
	m, err := c.compilation(ctx, &o.compileFlags, wish{intent: plan.DocOnly, profile: profile, single: true})
	if err != nil {
		return err
	}
	if err := m.pass(o.args); err != nil {
		return err
	}
	return c.document(ctx, m, &o.compileFlags, o.open)
}

// document makes documentation, says where it lies, and shows it.
func (c *cli) document(ctx context.Context, m *compilation, o *compileFlags, open bool) error {
	defer m.close()
	if err := m.dropForeignDocs(); err != nil {
		return err
	}
	if _, err := c.execute(ctx, m, o); err != nil {
		return err
	}
	pages := m.pages()
	if !open {
		c.sayGenerated(pages)
		return nil
	}
	switch {
	case len(m.Graph.Roots) == 0:
		return errNothingToOpen
	case len(m.kinds()) > 1:
		return errOneTarget
	case len(pages) > 0:
		return c.openPage(ctx, m, pages[0])
	}
	return nil
}

// kinds are the targets that were asked for, or the host.
func (m *compilation) kinds() []unit.Kind {
	var kinds []unit.Kind
	for kind := range m.settings.Targets {
		if kind != unit.Host {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	if len(kinds) == 0 {
		return []unit.Kind{unit.Host}
	}
	return kinds
}

func (m *compilation) docDir(kind unit.Kind) string {
	return filepath.Join(m.below(m.target, kind), "doc")
}

// below is what a directory has for a kind.
func (m *compilation) below(dir string, kind unit.Kind) string {
	if kind == unit.Host {
		return dir
	}
	return filepath.Join(dir, m.settings.Targets[kind].Name)
}

// pages are the first pages of what was asked for, as far as they are there.
func (m *compilation) pages() []string {
	var pages []string
	for _, root := range m.Graph.Roots {
		for _, kind := range m.kinds() {
			if path := filepath.Join(m.docDir(kind), root.Target.CrateName(), "index.html"); isFile(path) {
				pages = append(pages, path)
			}
		}
	}
	return pages
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

func (c *cli) sayGenerated(pages []string) {
	switch {
	case c.session.verbose > 0:
		for _, path := range pages {
			c.UI.StatusLink("Generated", "", ui.FileLink(path), "")
		}
	case len(pages) == 1:
		c.UI.StatusLink("Generated", "", ui.FileLink(pages[0]), "")
	case len(pages) == 2:
		c.UI.StatusLink("Generated", "", ui.FileLink(pages[0]), " and 1 other file")
	case len(pages) > 2:
		c.UI.StatusLink("Generated", "", ui.FileLink(pages[0]), fmt.Sprintf(" and %d other files", len(pages)-1))
	}
}

// rustdocRecord is stock's note of the compiler whose documentation lies beside it; each target has its own.
const rustdocRecord = ".rustdoc_fingerprint.json"

type docsOf struct {
	Rustc string `json:"rustc_vv"`
}

// dropForeignDocs removes documentation that another compiler has made: pages of two do not fit together.
func (m *compilation) dropForeignDocs() error {
	for _, kind := range m.kinds() {
		if err := m.dropForeignDocsIn(m.docDir(kind), m.below(m.build, kind)); err != nil {
			return err
		}
	}
	return nil
}

// dropForeignDocsIn: where there is no record, or an empty one, which another process may be writing, nobody knows of another
// compiler; one that cannot be read is of another.
func (m *compilation) dropForeignDocsIn(docs, root string) error {
	record := filepath.Join(root, rustdocRecord)
	data, err := os.ReadFile(record)
	if err == nil && len(data) > 0 {
		var was docsOf
		if json.Unmarshal(data, &was) == nil && was.Rustc == m.settings.Version.Verbose {
			return nil
		}
		if err := emptyDocs(docs); err != nil {
			return err
		}
	}
	if err := prepareTarget(m.build, root); err != nil {
		return err
	}
	if data, err = json.Marshal(docsOf{m.settings.Version.Verbose}); err != nil {
		return err
	}
	return os.WriteFile(record, data, 0o666)
}

// emptyDocs leaves what is hidden: rustdoc's lock is among it.
func emptyDocs(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
		}
	}
	return err
}

// openPage shows a page in the browser that is configured, else in the system's.
func (c *cli) openPage(ctx context.Context, m *compilation, path string) error {
	c.UI.StatusLink("Opening", "", ui.FileLink(path), "")
	browser, err := m.run.Config.Browser()
	if err != nil {
		return err
	}
	if name, ok := c.Lookup("BROWSER"); ok && len(browser) == 0 {
		browser = []string{name}
	}
	if len(browser) > 0 {
		cmd := exec.CommandContext(ctx, browser[0], append(browser[1:], path)...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Stdin, c.Stdout, c.Stderr
		if err := cmd.Run(); err != nil {
			c.UI.Warnf("couldn't open docs with %s: %v", browser[0], err)
		}
		return nil
	}
	var failed error
	for _, opener := range openers() {
		cmd := exec.CommandContext(ctx, opener[0], append(opener[1:], path)...)
		if err := cmd.Run(); err == nil {
			return nil
		} else {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", opener[0], err))
		}
	}
	c.UI.Warnf("couldn't open docs: %v", failed)
	return nil
}
