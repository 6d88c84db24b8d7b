package download

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// proxyRules says which proxy a URL goes through, from the variables that curl reads. HTTP_PROXY in capitals is not among
// them: a CGI server sets it from a request's header.
type proxyRules struct {
	http, https proxyVariable
	bypass      noProxy
}

// proxyVariable is a variable that is set; the zero value is none.
type proxyVariable struct{ name, value string }

func proxiesOf(getenv func(string) string) proxyRules {
	first := func(names ...string) proxyVariable {
		for _, name := range names {
			if value := strings.TrimSpace(getenv(name)); value != "" { // empty is unset, as curl has it
				return proxyVariable{name, value}
			}
		}
		return proxyVariable{}
	}
	return proxyRules{
		http:   first("http_proxy", "all_proxy", "ALL_PROXY"),
		https:  first("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"),
		bypass: parseNoProxy(first("no_proxy", "NO_PROXY").value),
	}
}

// of is the proxy for u, nil for none.
func (p proxyRules) of(u *url.URL) (*url.URL, error) {
	variable := p.http
	if u.Scheme == "https" {
		variable = p.https
	}
	if variable.value == "" || p.bypass.matches(u) {
		return nil, nil
	}
	return variable.parse()
}

// ProxyError is a proxy variable that cannot be used.
type ProxyError struct {
	Variable string
	Got      string
}

func (e *ProxyError) Error() string {
	return fmt.Sprintf("%s: expected the URL of a proxy (http, https, socks5 or socks5h), got %s; correct or unset %s", e.Variable, e.Got, e.Variable)
}

// parse reads the value as curl does: http where no scheme is given, port 1080 where no port is.
func (v proxyVariable) parse() (*url.URL, error) {
	value := v.value
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	u, err := url.Parse(value)
	if err != nil || u.Hostname() == "" {
		return nil, &ProxyError{v.name, "a value that is no URL"} // not shown: what does not parse may still hold a password
	}
	port := "1080"
	switch u.Scheme {
	case "http", "socks5", "socks5h":
	case "https":
		port = "443"
	case "socks", "socks4", "socks4a":
		return nil, &ProxyError{v.name, u.Scheme + ":// (of SOCKS only version 5 is spoken)"}
	default:
		return nil, &ProxyError{v.name, "the scheme " + u.Scheme}
	}
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), port)
	}
	return &url.URL{Scheme: u.Scheme, User: u.User, Host: u.Host}, nil
}
