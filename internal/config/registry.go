package config

import (
	"fmt"
	"strings"
)

// Registry is what is known of a registry: [registries.NAME], or [registry] for the public
// one. Tokens are there only if the Config is one of WithCredentials.
type Registry struct {
	Index              Value[string]
	Token              Value[Secret]
	CredentialProvider Value[[]string] // a program and its arguments
	SecretKey          Value[Secret]
	SecretKeySubject   Value[string]
	MinPublishAge      Value[string]
}

// Registry reads [registries.NAME]. Known is false where nobody wrote anything of it.
func (c *Config) Registry(name string) (r Registry, known bool, err error) {
	s := c.section(ParseKey("registries."+name), "index", "token", "credential-provider", "secret-key", "secret-key-subject", "protocol", "min-publish-age")
	if known = s.exists(); known {
		r = s.registry()
	}
	return r, known, s.err
}

// PublicRegistry reads [registry].
func (c *Config) PublicRegistry() (r Registry, known bool, err error) {
	if err := c.CheckPublicIndex(); err != nil {
		return Registry{}, false, err
	}
	s := c.section(ParseKey("registry"), "index", "token", "credential-provider", "secret-key", "secret-key-subject", "default", "global-credential-providers", "global-min-publish-age")
	if known = s.exists(); known {
		r = s.registry()
	}
	return r, known, s.err
}

func (s *section) registry() Registry {
	return Registry{
		Index:              s.text("index"),
		Token:              s.secret("token"),
		CredentialProvider: s.program("credential-provider"),
		SecretKey:          s.secret("secret-key"),
		SecretKeySubject:   s.text("secret-key-subject"),
	}
}

// CheckPublicIndex refuses registry.index, which Cargo read until 2018: who leads the public registry elsewhere by it would
// get crates from where he does not expect them.
func (c *Config) CheckPublicIndex() error {
	v, err := c.String("registry.index")
	if err == nil && v.Set {
		return wrong(ParseKey("registry.index"), v.Origin, "this key is not supported any more; to replace the public registry write [source.crates-io] with replace-with")
	}
	return err
}

// RegistryIndex is the index that a registry's name stands for.
func (c *Config) RegistryIndex(name string) (Value[string], error) {
	v, err := c.String("registries." + name + ".index")
	if err == nil && !v.Set {
		return v, fmt.Errorf("registry `%s` is not known: set registries.%[1]s.index in .cargo/config.toml, or the variable %s", name, ParseKey("registries."+name+".index").Env())
	}
	return v, err
}

// RegistryNames are the names whose index fits, sorted: those of variables, in lower case,
// and only where there are none those of files and --config.
func (c *Config) RegistryNames(fits func(index string) bool) ([]string, error) {
	var names []string
	for _, v := range c.Variables("CARGO_REGISTRIES_") {
		name, ok := strings.CutSuffix(strings.TrimPrefix(v.Name, "CARGO_REGISTRIES_"), "_INDEX")
		if ok && fits(v.Value) {
			names = append(names, strings.ToLower(name))
		}
	}
	if len(names) > 0 {
		return names, nil
	}
	registries, err := c.Lookup(ParseKey("registries"))
	if err != nil {
		return nil, err
	}
	for _, name := range registries.Keys() {
		index := registries.Get(name).Get("index")
		switch {
		case index == nil:
		case index.kind != String:
			return nil, index.wrongKind("registries."+name+".index", "a string")
		case fits(index.text):
			names = append(names, name)
		}
	}
	return names, nil
}

// CredentialProviders is registry.global-credential-providers, the last of which is asked
// first: each a program and its arguments.
func (c *Config) CredentialProviders() ([]Value[[]string], error) {
	list, err := c.stringsAt(ParseKey("registry.global-credential-providers"))
	var providers []Value[[]string]
	for _, v := range list.Val {
		providers = append(providers, Value[[]string]{strings.Fields(v.Val), v.Origin, true})
	}
	return providers, err
}

// CredentialAlias is what a provider's name stands for in [credential-alias].
func (c *Config) CredentialAlias(name string) (Value[[]string], error) {
	return c.programAt(ParseKey("credential-alias." + name))
}

// Command is what to run for a program and its arguments.
func (c *Config) Command(v Value[[]string]) []string {
	command := append([]string(nil), v.Val...)
	if len(command) > 0 {
		command[0] = c.Program(Value[string]{Val: command[0], Origin: v.Origin})
	}
	return command
}

// Source is [source.NAME]. Directory and LocalRegistry are to be given to Config.Path.
type Source struct {
	Name                     string
	ReplaceWith              Value[string]
	Registry                 Value[string]
	LocalRegistry, Directory Value[string]
	Git                      Value[string]
	Branch, Tag, Rev         Value[string]
}

// Sources reads [source], sorted by name.
func (c *Config) Sources() ([]Source, error) {
	k := ParseKey("source")
	table, err := c.Lookup(k)
	if err != nil {
		return nil, err
	}
	if table != nil && table.kind != Table {
		return nil, table.wrongKind("source", "a table")
	}
	var list []Source
	for _, name := range table.Keys() {
		s := c.section(k.childAsWritten(name), "replace-with", "directory", "registry", "local-registry", "git", "branch", "tag", "rev")
		list = append(list, Source{
			Name:          name,
			ReplaceWith:   s.text("replace-with"),
			Registry:      s.text("registry"),
			LocalRegistry: s.text("local-registry"),
			Directory:     s.text("directory"),
			Git:           s.text("git"),
			Branch:        s.text("branch"),
			Tag:           s.text("tag"),
			Rev:           s.text("rev"),
		})
		if s.err != nil {
			return nil, s.err
		}
	}
	return list, nil
}
