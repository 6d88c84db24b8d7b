package download

import (
	"net/netip"
	"net/url"
	"strings"
)

// noProxy is the list of hosts that are asked directly, as curl reads it: names match themselves and everything below
// them, with or without a dot in front; addresses match literally or by prefix length; * alone matches all. It goes
// beyond curl 7.88 where that would pass over an entry in silence: an entry may carry a port, an address may stand in
// brackets, a prefix may have length 0, and * may stand among others.
type noProxy []string

func parseNoProxy(list string) noProxy {
	return strings.FieldsFunc(strings.ToLower(list), func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
}

func (n noProxy) matches(u *url.URL) bool {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	address, err := netip.ParseAddr(host)
	for _, entry := range n {
		switch {
		case entry == "*":
			return true
		case err == nil && matchesAddress(entry, address, portOf(u)):
			return true
		case err != nil && matchesName(entry, host, portOf(u)):
			return true
		}
	}
	return false
}

func portOf(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	if u.Scheme == "https" {
		return "443"
	}
	return "80"
}

func matchesName(entry, host, port string) bool {
	entry, wanted, hasPort := strings.Cut(entry, ":")
	if hasPort && wanted != port {
		return false
	}
	entry = strings.TrimPrefix(strings.TrimSuffix(entry, "."), ".")
	return entry != "" && (host == entry || strings.HasSuffix(host, "."+entry))
}

func matchesAddress(entry string, address netip.Addr, port string) bool {
	address = address.Unmap().WithZone("")
	if prefix, err := netip.ParsePrefix(strings.NewReplacer("[", "", "]", "").Replace(entry)); err == nil {
		return prefix.Masked().Contains(address)
	}
	if with, err := netip.ParseAddrPort(entry); err == nil {
		return entry[strings.LastIndexByte(entry, ':')+1:] == port && with.Addr().Unmap() == address
	}
	alone, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(entry, "["), "]"))
	return err == nil && alone.Unmap() == address
}
