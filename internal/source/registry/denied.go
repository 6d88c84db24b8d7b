package registry

import (
	"fmt"
	"net/http"

	"berth/internal/crate"
)

// DeniedError says that a server does not give an archive to who asked.
type DeniedError struct {
	Registry crate.SourceID
	Status   int
	sent     bool // a token was sent along
	err      error
}

func (e *DeniedError) Error() string { return e.err.Error() }
func (e *DeniedError) Unwrap() error { return e.err }

// Hint is what to do about it. Where the registry wants no token, nothing of the user's was refused: servers that keep
// archives also answer so for what they do not have.
func (e *DeniedError) Hint() string {
	key := ""
	if !e.Registry.IsPublic() {
		key = e.Registry.RegistryKey()
	}
	switch {
	case e.sent && e.Status == http.StatusUnauthorized:
		return fmt.Sprintf("the token was not taken: `%s` stores another one; or look at the credential provider of the configuration", login(key))
	case e.sent:
		return fmt.Sprintf("the token may not read this crate: ask who runs the registry, or use another token, which `%s` stores or a credential provider gives", login(key))
	}
	return "no token was sent, as the registry's config.json does not say `\"auth-required\": true`: ask who runs the registry"
}

// login is the command that stores another token for the registry of that name, if it has one.
func login(key string) string {
	if key == "" {
		return "cargo login"
	}
	return "cargo login --registry " + key
}
