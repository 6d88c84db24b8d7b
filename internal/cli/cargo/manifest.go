package cargo

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"berth/internal/app"
	"berth/internal/cli/command"
	"berth/internal/ops/locate"
	"berth/internal/ops/metadata"
)

type locateProjectOptions struct {
	workspace        bool
	format, manifest string
}

func (c *cli) locateProject() *command.Command {
	o := &locateProjectOptions{}
	return &command.Command{
		Name: "locate-project", About: "Print where Cargo.toml lies, as JSON", More: more("locate-project"),
		Flags: slices.Concat([]command.Flag{
			{Long: "workspace", Set: command.True(&o.workspace), About: "That of the workspace's root"},
			{Long: "message-format", Value: "FMT", Choices: []string{"json", "plain"}, AnyCase: true, Set: command.To(&o.format, command.Text), About: "Form of the answer"},
			silent(),
		}, manifestPath(&o.manifest)),
		Run: func(context.Context) error { return c.runLocateProject(o) },
	}
}

func (c *cli) readManifest() *command.Command {
	manifest := ""
	return &command.Command{
		Name: "read-manifest", Hidden: true, About: "DEPRECATED: Print a Cargo.toml as JSON.\n\n`cargo metadata --no-deps` tells the same and more.",
		Flags: slices.Concat([]command.Flag{silent()}, manifestPath(&manifest)),
		Run:   func(context.Context) error { return c.runReadManifest(manifest) },
	}
}

func (c *cli) verifyProject() *command.Command {
	manifest := ""
	return &command.Command{
		Name: "verify-project", Hidden: true, About: "DEPRECATED: Say whether a Cargo.toml is right.",
		Flags: slices.Concat([]command.Flag{silent()}, manifestPath(&manifest)),
		Run:   func(context.Context) error { return c.runVerifyProject(manifest) },
	}
}

func (c *cli) runLocateProject(o *locateProjectOptions) error {
	options := locate.Options{Manifest: o.manifest, Workspace: o.workspace}
	if o.workspace {
		run, err := c.session.work()
		if err != nil {
			return err
		}
		options.Load = run.Options()
	} else { // which asks for nothing in the configuration
		dir, err := c.session.Dir()
		if err != nil {
			return err
		}
		options.Load.Cwd = dir
	}
	path, err := locate.Manifest(options)
	if errors.Is(err, locate.ErrNotUnicode) {
		return &valueError{err}
	}
	if err != nil {
		return err
	}
	if strings.EqualFold(o.format, "plain") {
		c.UI.Printf("%s\n", path)
		return nil
	}
	_, err = c.UI.Data().Write([]byte(locate.JSON(path)))
	return err
}

func (c *cli) runReadManifest(path string) error {
	_, ws, err := c.session.load(path)
	if err != nil {
		return err
	}
	m, err := ws.CurrentPackage()
	if err != nil {
		return err
	}
	if err := metadata.CheckPath(m.Path); err != nil {
		return err
	}
	_, err = c.UI.Data().Write(append(metadata.AppendPackage(nil, m.Package, m.Path), '\n'))
	return err
}

// runVerifyProject answers on stdout whether the manifest is right; an answer is an
// answer, and so the error is no error message.
func (c *cli) runVerifyProject(path string) error {
	_, _, err := c.session.load(path)
	if errors.Is(err, errHandOver) {
		return err
	}
	if err != nil {
		if err := c.printJSON(map[string]string{"invalid": err.Error()}); err != nil {
			return err
		}
		return &app.ExitCodeError{Code: 1}
	}
	return c.printJSON(map[string]string{"success": "true"})
}

// printJSON prints a line for programs.
func (c *cli) printJSON(value any) error {
	e := json.NewEncoder(c.UI.Data())
	e.SetEscapeHTML(false)
	return e.Encode(value)
}
