package rustup

import (
	"context"
	"fmt"

	"berth/internal/cli/command"
	"berth/internal/names"
	"berth/internal/settings"
)

func (c *cli) set() *command.Command {
	return &command.Command{
		Name:     "set",
		About:    "Change the settings",
		Commands: []*command.Command{c.setHost(), c.setProfile(), c.setSelfUpdate(), c.setAutoInstall()},
	}
}

func (c *cli) setHost() *command.Command {
	var triple string
	return &command.Command{
		Name:  "default-host",
		About: "The triple that is meant where a toolchain's name has none",
		Args:  []command.Arg{{Name: "HOST_TRIPLE", Required: true, Set: command.To(&triple, command.Text)}},
		Run: func(ctx context.Context) error {
			if err := checkTriple(triple); err != nil {
				return err
			}
			return c.ChangeSettings(ctx, func(s *settings.Settings) error { s.DefaultHost = triple; return nil })
		},
	}
}

// tripleError is a host that names could not be resolved against.
type tripleError struct{ triple, lacks string }

func (e *tripleError) Error() string {
	return fmt.Sprintf("'%s' cannot be the default host: it has no known %s", e.triple, e.lacks)
}

// Hint is the next step.
func (e *tripleError) Hint() string {
	return "give a whole triple, such as x86_64-unknown-linux-gnu (`rustc -vV` prints the one of this machine)"
}

// checkTriple reads the triple as it stands in a toolchain's name: that is what it
// is for.
func checkTriple(triple string) error {
	p, err := names.ParseOfficial("stable-" + triple)
	switch {
	case err != nil || p.Date != "":
		return &tripleError{triple, "parts"}
	case p.Target.Arch == "":
		return &tripleError{triple, "architecture"}
	case p.Target.OS == "":
		return &tripleError{triple, "operating system"}
	}
	return nil
}

// setting declares a setting with a few values, of which the first argument left
// out means fallback.
func (c *cli) setting(name, about, arg, said string, choices []string, fallback string, put func(*settings.Settings, string)) *command.Command {
	value := fallback
	return &command.Command{
		Name:  name,
		About: about,
		Args: []command.Arg{{Name: arg, Choices: choices, Set: command.To(&value, command.Text),
			About: "Without it: " + fallback}},
		Run: func(ctx context.Context) error {
			err := c.ChangeSettings(ctx, func(s *settings.Settings) error { put(s, value); return nil })
			if err == nil {
				c.UI.Infof(said, value)
			}
			return err
		},
	}
}

func (c *cli) setProfile() *command.Command {
	return c.setting("profile", "Which components a new toolchain gets", "PROFILE_NAME", "profile set to %s",
		profiles(), string(settings.Default),
		func(s *settings.Settings, v string) { s.Profile = settings.Profile(v) })
}

func (c *cli) setSelfUpdate() *command.Command {
	return c.setting("auto-self-update", "What stock rustup does about itself (berth never updates itself unasked)",
		"AUTO_SELF_UPDATE_MODE", "auto-self-update mode set to %s",
		[]string{string(settings.SelfUpdateEnable), string(settings.SelfUpdateDisable), string(settings.SelfUpdateCheckOnly)},
		string(settings.SelfUpdateEnable),
		func(s *settings.Settings, v string) { s.AutoSelfUpdate = settings.SelfUpdate(v) })
}

func (c *cli) setAutoInstall() *command.Command {
	return c.setting("auto-install", "Whether a toolchain that is needed and missing is installed",
		"AUTO_INSTALL_MODE", "setting auto install mode to %s",
		[]string{string(settings.AutoInstallEnable), string(settings.AutoInstallDisable)},
		string(settings.AutoInstallEnable),
		func(s *settings.Settings, v string) { s.AutoInstall = settings.AutoInstall(v) })
}
