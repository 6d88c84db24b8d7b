package compile

import (
	"slices"
	"strings"

	"berth/internal/shellquote"
)

// Command is one call of a program.
type Command struct {
	Program string
	Args    []string
	Dir     string
	Env     []Variable // beside what is inherited, each name once
	// Overruled is what [env] would have set, had the environment not had it. Who keeps results goes by it as if it were
	// set: nobody wants all compiled anew because he called `RUST_LOG=debug cargo run`. Where the value in force was asked
	// for, that counts.
	Overruled []Variable
}

// Variable is one of a command's environment.
type Variable struct {
	Name, Value string
	Unset       bool // it is taken out of what is inherited
	// Place: the value is a path of this machine, or says how busy it may be; what is compiled does not depend on it but
	// where the compiler says so.
	Place bool
}

func (c *Command) arg(args ...string) { c.Args = append(c.Args, args...) }

// set sets a variable; the last one holds.
func (c *Command) set(name, value string) { c.put(Variable{Name: name, Value: value}) }

func (c *Command) place(name, value string) { c.put(Variable{Name: name, Value: value, Place: true}) }

func (c *Command) unset(name string) { c.put(Variable{Name: name, Unset: true}) }

func (c *Command) put(v Variable) {
	if i := c.index(v.Name); i >= 0 {
		c.Env[i] = v
		return
	}
	c.Env = append(c.Env, v)
}

func (c *Command) index(name string) int {
	return slices.IndexFunc(c.Env, func(v Variable) bool { return v.Name == name })
}

// Own is a variable that the call itself gives the program, or takes from it.
func (c *Command) Own(name string) (v Variable, ok bool) {
	if i := c.index(name); i >= 0 {
		return c.Env[i], true
	}
	return Variable{}, false
}

// Lookup is the value that the call itself gives a variable.
func (c *Command) Lookup(name string) (value string, set bool) {
	v, ok := c.Own(name)
	return v.Value, ok && !v.Unset
}

// Environ is the whole environment of the program, from the one of this process.
func (c *Command) Environ(inherited []string) []string { return c.environ(inherited, variableKey) }

// environ is told by key which names are one variable: a program would find the first of two.
func (c *Command) environ(inherited []string, key func(string) string) []string {
	named := make(map[string]bool, len(c.Env))
	for _, v := range c.Env {
		named[key(v.Name)] = true
	}
	environ := make([]string, 0, len(inherited)+len(c.Env))
	for _, entry := range inherited {
		if name, _, _ := strings.Cut(entry, "="); !named[key(name)] {
			environ = append(environ, entry)
		}
	}
	for _, v := range c.Env {
		if !v.Unset {
			environ = append(environ, v.Name+"="+v.Value)
		}
	}
	return environ
}

// String is the call as `Running` shows it.
func (c *Command) String() string { return c.show(false) }

// Verbose is the call with its variables in front, as -vv shows it.
func (c *Command) Verbose() string { return c.show(true) }

func (c *Command) show(variables bool) string {
	var words []string
	if variables {
		sorted := slices.SortedFunc(slices.Values(c.Env), func(x, y Variable) int { return strings.Compare(x.Name, y.Name) })
		for _, v := range sorted {
			if !v.Unset {
				words = append(words, shellquote.Variable(v.Name, v.Value))
			}
		}
	}
	words = append(words, string([]rune(c.Program))) // as it is, but for what is no text: so stock shows it
	for _, arg := range c.Args {
		words = append(words, shellquote.Word(arg))
	}
	return strings.Join(words, " ")
}
