package rustup

import (
	"context"
	"fmt"

	"berth/internal/cli/command"
)

func (c *cli) completions(root func() *command.Command) *command.Command {
	shell, program := "", "rustup"
	return &command.Command{
		Name:  "completions",
		About: "Print the script by which a shell completes commands",
		More: `
Discussion:
  The script goes to stdout. Where a shell looks for it:

    $ rustup completions bash > ~/.local/share/bash-completion/completions/rustup
    $ rustup completions fish > ~/.config/fish/completions/rustup.fish
    $ rustup completions zsh > ~/.zfunc/_rustup
    $ rustup completions elvish >> ~/.config/elvish/rc.elv
    PS> rustup completions powershell >> $profile

  For zsh, ~/.zfunc (or any other directory) must be in fpath before compinit
  runs: put 'fpath+=~/.zfunc' in front of it in ~/.zshrc. A new shell finds
  the script.

  For bash and zsh there is one for cargo, too, which loads the script that
  came with the active toolchain:

    $ rustup completions bash cargo > ~/.local/share/bash-completion/completions/cargo
    $ rustup completions zsh cargo > ~/.zfunc/_cargo`,
		Args: []command.Arg{
			{Name: "SHELL", Required: true, Choices: command.Shells(), Set: command.To(&shell, command.Text)},
			{Name: "COMMAND", Choices: []string{"rustup", "cargo"}, Set: command.To(&program, command.Text), About: "[default: rustup]"},
		},
		HelpIfEmpty: true,
		Run:         func(context.Context) error { return c.runCompletions(root(), shell, program) },
	}
}

func (c *cli) runCompletions(root *command.Command, shell, program string) error {
	text := root.Completion(shell)
	if program == "cargo" {
		var err error
		if text, err = cargoCompletion(shell); err != nil {
			return err
		}
	}
	_, err := c.UI.Data().Write([]byte(text))
	return err
}

// cargoCompletion loads what cargo brings itself, at the moment it is needed: each
// toolchain has the one that fits it.
func cargoCompletion(shell string) (string, error) {
	switch shell {
	case "bash":
		return cargoLoader("", "/etc/bash_completion.d/cargo"), nil
	case "zsh":
		return cargoLoader("#compdef cargo\n", "/share/zsh/site-functions/_cargo"), nil
	}
	return "", fmt.Errorf("cargo does not currently support completions for %s; it does for bash and zsh", shell)
}

// cargoLoader is the same to the byte as stock's: people compare what they have.
func cargoLoader(before, file string) string {
	return before + "if command -v rustc >/dev/null 2>&1; then\n\tsource \"$(rustc --print sysroot)\"" + file + "\nfi\n"
}
