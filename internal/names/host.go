package names

// Host is the triple of this machine, as the libraries of its userland say it: what
// official toolchains are installed for unless a name says otherwise. override is
// the value of RUSTUP_OVERRIDE_HOST_TRIPLE and is believed untested.
//
// It costs up to three system calls and the result does not change while a process
// lives; the caller keeps it. The default host of settings.toml goes before it where
// names are resolved, not where CanRun is asked.
func Host(override string) string {
	if override != "" {
		return override
	}
	return detectHost()
}
