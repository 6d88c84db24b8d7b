package rustup

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// browse starts a browser and leaves it alone: it may outlive this program by
// days. The one that the user named in $BROWSER goes before what the system has.
func (c *cli) browse(address string) error {
	wanted, _ := c.Lookup("BROWSER")
	browsers := browsersIn(wanted, address)
	if len(browsers) == 0 {
		browsers = systemBrowsers(address)
	}
	var failures []error
	for _, words := range browsers {
		cmd := exec.Command(words[0], words[1:]...)
		cmd.Env = c.Environ()
		err := cmd.Start()
		if err == nil {
			return cmd.Process.Release()
		}
		failures = append(failures, err)
	}
	return &browserError{address, errors.Join(failures...)}
}

// browsersIn reads $BROWSER as those who set it write it: commands with the list's
// separator between them, in each of which %s stands for the address. A command
// that is the name of a program as it stands is that program, blanks and all.
func browsersIn(value, address string) (commands [][]string) {
	for command := range strings.SplitSeq(value, browserSeparator) {
		words := strings.Fields(command)
		if _, err := exec.LookPath(command); err == nil {
			words = []string{command}
		}
		if len(words) == 0 {
			continue
		}
		if !strings.Contains(command, "%s") {
			words = append(words, address)
		}
		for i := range words {
			words[i] = strings.ReplaceAll(words[i], "%s", address)
		}
		commands = append(commands, words)
	}
	return commands
}

// browserError says that no browser could be started.
type browserError struct {
	address string
	cause   error
}

func (e *browserError) Error() string {
	return fmt.Sprintf("could not start a browser for %s: %v", e.address, e.cause)
}

func (e *browserError) Unwrap() error { return e.cause }

// Hint is the next step.
func (e *browserError) Hint() string {
	return "name a browser in the variable BROWSER, or open what `rustup doc --path` prints"
}
