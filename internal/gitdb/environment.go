package gitdb

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Options is what the user's settings say about fetching.
type Options struct {
	// Environ is the environment of this process (os.Environ).
	Environ []string
	// Interactive lets git and ssh ask at the terminal, as net.git-fetch-with-cli has it; else what needs an answer fails.
	Interactive bool
	// KnownHosts are what net.ssh.known-hosts says, beside the user's own files.
	KnownHosts []KnownHost
	HTTP       HTTP
	// Progress is told how far a fetch is, in git's words; may be nil.
	Progress func(string)
}

// HTTP is what http.* in config.toml says; zero values leave it to git.
type HTTP struct {
	Proxy         *string // http.proxy; an empty one is none at all
	CAInfo        string  // http.cainfo, a file
	SSLVersion    string  // http.ssl-version
	UserAgent     string  // http.user-agent
	LowSpeedLimit int     // http.low-speed-limit, bytes a second
	Timeout       int     // http.timeout, seconds below that limit

	// GitProxies are those of git's own configuration, as git reads them, for who does its work without it.
	GitProxies []ProxyFor
}

// ProxyFor is http.<url>.proxy; without an address it is http.proxy.
type ProxyFor struct{ Address, Proxy string }

// Git runs berth from hooks, `rebase --exec` and aliases with variables that name its own repository; what follows is
// about ours. Configuration that the user hands over this way (GIT_CONFIG_COUNT) is kept for what goes over the network.
func local(name string) bool {
	return slices.Contains([]string{
		"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_INDEX_VERSION", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
		"GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_REPLACE_REF_BASE", "GIT_NO_REPLACE_OBJECTS",
		"GIT_INTERNAL_SUPER_PREFIX", "GIT_IMPLICIT_WORK_TREE", "GIT_CONFIG", "GIT_QUARANTINE_PATH", "GIT_REFLOG_ACTION", "GIT_DEFAULT_HASH",
		"GIT_DEFAULT_REF_FORMAT", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_EXTERNAL_DIFF",
		"GIT_PAGER", "GIT_EDITOR", "GIT_SEQUENCE_EDITOR", "GIT_ATTR_SOURCE", "GIT_TEMPLATE_DIR", "LC_ALL", "LANGUAGE",
	}, name)
}

// environment is what git sees. LC_ALL: its messages are read.
func (g *command) environment(c call) []string {
	env := []string{"GIT_DIR=" + c.dir, "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1"}
	configs := 0
	for _, entry := range g.options.Environ {
		name, value, _ := strings.Cut(entry, "=")
		private := c.quiet && (strings.HasPrefix(name, "GIT_CONFIG") || strings.HasPrefix(name, "GIT_TRACE"))
		switch {
		case local(name), private:
		case name == "GIT_CONFIG_COUNT":
			configs, _ = strconv.Atoi(value)
		default:
			env = append(env, entry)
		}
	}
	if !g.options.Interactive {
		env = append(env, "GIT_TERMINAL_PROMPT=0")
	}
	if c.tree != "" {
		env = append(env, "GIT_WORK_TREE="+c.tree)
	}
	if c.quiet {
		return append(env, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+devNull, "GIT_ATTR_NOSYSTEM=1")
	}
	return append(g.network(env, configs, c.remote), c.environ...)
}

// plainAddress is the address of what goes over HTTP, without a login; empty of anything else.
func plainAddress(remote string) string {
	u, err := url.Parse(remote)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	u.User = nil
	return u.String()
}

// network adds the settings of config.toml. They go through the environment, as a proxy's address may hold a password
// and command lines can be read by everybody.
func (g *command) network(env []string, configs int, remote string) []string {
	o := g.options
	set := func(key, value string) {
		env = append(env, fmt.Sprintf("GIT_CONFIG_KEY_%d=%s", configs, key), fmt.Sprintf("GIT_CONFIG_VALUE_%d=%s", configs, value))
		configs++
	}
	if proxy := o.HTTP.Proxy; proxy != nil {
		set("http.proxy", *proxy)
		if address := plainAddress(remote); address != "" {
			set("http."+address+".proxy", *proxy) // before what the user's git has for the server
		}
	}
	if o.HTTP.SSLVersion != "" {
		set("http.sslVersion", o.HTTP.SSLVersion)
	}
	if o.HTTP.CAInfo != "" {
		env = append(env, "GIT_SSL_CAINFO="+o.HTTP.CAInfo)
	}
	if o.HTTP.UserAgent != "" {
		env = append(env, "GIT_HTTP_USER_AGENT="+o.HTTP.UserAgent)
	}
	if o.HTTP.Timeout > 0 {
		env = append(env, "GIT_HTTP_LOW_SPEED_TIME="+strconv.Itoa(o.HTTP.Timeout), "GIT_HTTP_LOW_SPEED_LIMIT="+strconv.Itoa(max(1, o.HTTP.LowSpeedLimit)))
	}
	if configs > 0 {
		env = append(env, "GIT_CONFIG_COUNT="+strconv.Itoa(configs))
	}
	return env
}
