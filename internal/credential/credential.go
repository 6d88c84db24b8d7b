// Package credential finds the token that a registry wants, from the providers that the configuration names: cargo:token,
// cargo:token-from-stdout, and programs that speak Cargo's credential protocol, version 1.
//
// What holds: providers are those of Cargo 1.95, in its order; a provider that knows no token, or not this registry, is
// followed by the next. A token is asked for once in a command, unless the provider says that it is for one time. No
// message and no error shows one.
//
// Where it ends: the stores of systems (cargo:wincred, cargo:macos-keychain, cargo:libsecret) and cargo:paseto are
// stock Cargo's alone; where one of them would be asked the error says so.
package credential

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"berth/internal/config"
	"berth/internal/crate"
)

// Finder finds tokens for one command. It may be used by many goroutines.
type Finder struct {
	cfg  *config.Config
	user Streams

	mu    sync.Mutex
	known map[crate.SourceKey]found
}

// found is a token that may be used again.
type found struct {
	token   config.Secret
	expires time.Time // zero for the whole command
}

// Streams are the user's, for providers that ask for a password.
type Streams struct {
	In  io.Reader
	Err io.Writer
}

// New is a Finder; nothing is read or run yet.
func New(cfg *config.Config, user Streams) *Finder {
	return &Finder{cfg: cfg, user: user, known: map[crate.SourceKey]found{}}
}

// Authorize is the value of the Authorization header for reading from a registry. refused is the head of the answer that
// wanted one; nil where it was not asked yet.
func (f *Finder) Authorize(ctx context.Context, registry crate.SourceID, refused http.Header) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if k, ok := f.known[registry.Key()]; ok && (k.expires.IsZero() || time.Now().Add(time.Minute).Before(k.expires)) {
		return k.token.Reveal(), nil
	}
	got, err := f.find(ctx, request{registry: registry, headers: headerLines(refused)})
	if err != nil {
		return "", err
	}
	if got.again {
		f.known[registry.Key()] = found{got.token, got.expires}
	}
	return got.token.Reveal(), nil
}

// headerLines are an answer's headers as providers are told them.
func headerLines(h http.Header) []string {
	var lines []string
	for name, values := range h {
		for _, v := range values {
			lines = append(lines, name+": "+v)
		}
	}
	slices.Sort(lines)
	return lines
}

// request is what a provider is asked.
type request struct {
	registry crate.SourceID
	name     string // of the registry in the configuration
	headers  []string
	settings config.Registry
}

// reply is what a provider said.
type reply struct {
	token   config.Secret
	again   bool // the token may be used again
	expires time.Time
}

// errNotFound and errNotSupported let the next provider have its turn.
var (
	errNotFound     = errors.New("no token")
	errNotSupported = errors.New("not a registry of this provider")
)

func (f *Finder) find(ctx context.Context, r request) (reply, error) {
	cfg, err := f.cfg.WithCredentials()
	if err != nil {
		return reply{}, err
	}
	if r.name, r.settings, err = settingsOf(cfg, r.registry); err != nil {
		return reply{}, err
	}
	providers, err := providersOf(cfg, r.settings)
	if err != nil {
		return reply{}, err
	}
	known := false
	for _, provider := range providers {
		got, err := f.ask(ctx, provider, r)
		switch {
		case err == nil:
			return got, nil
		case errors.Is(err, errNotFound):
			known = true
		case errors.Is(err, errNotSupported):
		default:
			return reply{}, fmt.Errorf("credential provider `%s` failed to give a token for %s: %w", provider[0], r.registry, err)
		}
	}
	if !known {
		return reply{}, fmt.Errorf("no credential provider knows %s; look at registry.global-credential-providers in .cargo/config.toml", r.registry)
	}
	return reply{}, missing(r)
}

// missing says how to get a token, by the name that the configuration has for the registry.
func missing(r request) error {
	switch {
	case r.registry.IsPublic():
		return errors.New("no token found, please run `cargo login` or set CARGO_REGISTRY_TOKEN")
	case r.name != "":
		return fmt.Errorf("no token found for `%s`, please run `cargo login --registry %[1]s` or set %s",
			r.name, config.ParseKey("registries."+r.name+".token").Env())
	}
	return fmt.Errorf("no token found for `%s`; give the registry a name in .cargo/config.toml: [registries.NAME] with index = %q",
		r.registry.RegistryName(), r.registry.URL())
}

// settingsOf is what the configuration says of a registry, which it knows by the address of its index.
func settingsOf(cfg *config.Config, registry crate.SourceID) (string, config.Registry, error) {
	if registry.IsPublic() {
		settings, _, err := cfg.PublicRegistry()
		return crate.PublicKey, settings, err
	}
	names, err := cfg.RegistryNames(func(index string) bool {
		id, err := crate.RegistrySource(index, "")
		return err == nil && id.Same(registry)
	})
	switch {
	case err != nil:
		return "", config.Registry{}, err
	case len(names) == 0:
		return "", config.Registry{}, nil
	case len(names) > 1:
		return "", config.Registry{}, fmt.Errorf("multiple registries are configured with the same index url '%s': %s", registry.URL(), strings.Join(names, ", "))
	}
	settings, _, err := cfg.Registry(names[0])
	return names[0], settings, err
}

// providersOf are programs with their arguments, the one to ask first first. Who reads from a registry that wants a token
// has to have named a provider, as stock has it.
func providersOf(cfg *config.Config, settings config.Registry) ([][]string, error) {
	if p := settings.CredentialProvider; p.Set && len(p.Val) > 0 {
		command, err := resolved(cfg, p)
		return [][]string{command}, err
	}
	global, err := cfg.CredentialProviders()
	if err != nil {
		return nil, err
	}
	var commands [][]string
	for _, p := range slices.Backward(global) {
		if len(p.Val) == 0 {
			continue
		}
		command, err := resolved(cfg, p)
		if err != nil {
			return nil, err
		}
		commands = append(commands, command)
	}
	if len(commands) == 0 {
		return nil, errors.New("authenticated registries require a credential-provider to be configured; " +
			`for tokens in files write global-credential-providers = ["cargo:token"] below [registry] in .cargo/config.toml`)
	}
	return commands, nil
}

// resolved follows an alias, unless it has the name of a provider that is built in.
func resolved(cfg *config.Config, p config.Value[[]string]) ([]string, error) {
	if len(p.Val) == 1 && !strings.HasPrefix(p.Val[0], "cargo:") {
		alias, err := cfg.CredentialAlias(p.Val[0])
		if err != nil {
			return nil, err
		}
		if alias.Set && len(alias.Val) > 0 {
			p = alias
		}
	}
	if strings.HasPrefix(p.Val[0], "cargo:") {
		return p.Val, nil
	}
	return cfg.Command(p), nil
}

func (f *Finder) ask(ctx context.Context, provider []string, r request) (reply, error) {
	switch provider[0] {
	case "cargo:token":
		if !r.settings.Token.Set {
			return reply{}, errNotFound
		}
		return reply{token: r.settings.Token.Val, again: true}, nil
	case "cargo:token-from-stdout":
		return f.fromStdout(ctx, provider[1:], r)
	case "cargo:wincred", "cargo:macos-keychain", "cargo:libsecret", "cargo:paseto":
		if isOfAnotherSystem(provider[0]) {
			return reply{}, errNotSupported
		}
		return reply{}, errors.New("this provider is part of stock Cargo alone; use another one, such as cargo:token")
	}
	return f.fromProgram(ctx, provider, r)
}

// isOfAnotherSystem: for stock, too, such a store knows no registry, so that one configuration serves several systems.
func isOfAnotherSystem(store string) bool {
	system, ok := map[string]string{"cargo:wincred": "windows", "cargo:macos-keychain": "darwin", "cargo:libsecret": "linux"}[store]
	return ok && system != runtime.GOOS
}
