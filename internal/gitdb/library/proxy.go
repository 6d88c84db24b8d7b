package library

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"berth/internal/download"
	"berth/internal/gitdb"
)

// proxies says through which proxy an address is reached, as the git command does: http.proxy of config.toml, else what git's
// configuration has for the address, else the variables that curl reads. NO_PROXY counts in each case.
type proxies struct {
	settings gitdb.HTTP
	getenv   func(string) string
}

// of is the proxy of a request, nil for none.
func (p proxies) of(r *http.Request) (*url.URL, error) {
	rules := download.Network{Proxy: func() (download.ProxyAddress, bool) {
		address, ok := p.configured(r.URL)
		return download.ProxyAddress{URL: address, From: "http.proxy"}, ok
	}}
	return rules.ProxyFor(r.URL, p.getenv)
}

// configured is what the configuration names; an empty address is no proxy at all.
func (p proxies) configured(u *url.URL) (address string, ok bool) {
	if p.settings.Proxy != nil {
		return *p.settings.Proxy, true
	}
	best := -1
	for _, entry := range p.settings.GitProxies {
		if n := likeness(entry.Address, u); n >= best && n >= 0 {
			best, address = n, entry.Proxy
		}
	}
	return address, best >= 0
}

// likeness is how much of u a pattern of http.<url>.proxy names, as git counts: a host without stars above all, then the path.
// It is negative where the pattern is for other addresses.
func likeness(pattern string, u *url.URL) int {
	if pattern == "" {
		return 0
	}
	of, err := url.Parse(pattern)
	if err != nil || of.Scheme != u.Scheme || portOf(of) != portOf(u) || of.User.Username() != "" && of.User.Username() != u.User.Username() {
		return -1
	}
	names, hosts := strings.Split(strings.ToLower(of.Hostname()), "."), strings.Split(strings.ToLower(u.Hostname()), ".")
	if len(names) != len(hosts) {
		return -1
	}
	n := 1
	for i, name := range names {
		switch name {
		case hosts[i]:
			n += 1 << 20
		case "*":
		default:
			return -1
		}
	}
	below := strings.TrimSuffix(of.Path, "/") + "/"
	if !strings.HasPrefix(path.Clean("/"+u.Path)+"/", below) {
		return -1
	}
	return n + len(below)
}

func portOf(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}
