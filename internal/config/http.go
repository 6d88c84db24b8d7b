package config

// HTTP is [http].
type HTTP struct {
	Proxy         Value[string]
	LowSpeedLimit Value[uint32] // bytes a second
	Timeout       Value[uint64] // seconds
	CAInfo        Value[string] // a path
	ProxyCAInfo   Value[string] // a path
	CheckRevoke   Value[bool]
	UserAgent     Value[string]
	Debug         Value[bool]
	Multiplexing  Value[bool]
	SSLVersion    SSLVersion
}

// SSLVersion is http.ssl-version: one version, or bounds.
type SSLVersion struct{ Single, Min, Max Value[string] }

// HTTP reads [http].
func (c *Config) HTTP() (HTTP, error) {
	s := c.section(ParseKey("http"), "proxy", "low-speed-limit", "timeout", "cainfo", "proxy-cainfo", "check-revoke", "user-agent", "debug", "multiplexing", "ssl-version")
	h := HTTP{
		Proxy:         s.text("proxy"),
		LowSpeedLimit: number[uint32](s, "low-speed-limit"),
		Timeout:       number[uint64](s, "timeout"),
		CAInfo:        s.text("cainfo"),
		ProxyCAInfo:   s.text("proxy-cainfo"),
		CheckRevoke:   s.boolean("check-revoke"),
		UserAgent:     s.text("user-agent"),
		Debug:         s.boolean("debug"),
		Multiplexing:  s.boolean("multiplexing"),
		SSLVersion:    s.sslVersion("ssl-version"),
	}
	return h, s.err
}

func (s *section) sslVersion(name string) SSLVersion {
	if s.err != nil {
		return SSLVersion{}
	}
	n, err := s.c.Any(s.key.Child(name))
	switch {
	case err != nil:
		s.err = err
	case n.Kind() == String:
		return SSLVersion{Single: Value[string]{n.text, n.origin, true}}
	case n != nil && n.kind != Table:
		s.err = n.wrongKind(s.key.Child(name).String(), "a string, or a table with `min` and `max`")
	default:
		bounds := &section{c: s.c, key: s.key.Child(name)}
		v := SSLVersion{Min: bounds.text("min"), Max: bounds.text("max")}
		s.err = bounds.err
		return v
	}
	return SSLVersion{}
}

// Net is [net].
type Net struct {
	Retry           Value[uint32]
	Offline         bool
	GitFetchWithCLI Value[bool]
	KnownHosts      Value[[]Value[string]] // net.ssh.known-hosts
}

// Net reads [net].
func (c *Config) Net() (Net, error) {
	s := c.section(ParseKey("net"), "retry", "offline", "git-fetch-with-cli", "ssh")
	n := Net{
		Retry:           number[uint32](s, "retry"),
		GitFetchWithCLI: s.boolean("git-fetch-with-cli"),
	}
	if s.err != nil {
		return Net{}, s.err
	}
	// What is neither true nor false (CARGO_NET_OFFLINE=1) keeps who set it from the network, and nobody else from working: stock
	// refuses the value when it would use the network.
	offline := s.boolean("offline")
	n.Offline = offline.Val || s.err != nil
	ssh := c.section(ParseKey("net.ssh"), "known-hosts")
	n.KnownHosts = ssh.texts("known-hosts")
	return n, ssh.err
}
