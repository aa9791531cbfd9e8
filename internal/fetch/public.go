package fetch

import "net/netip"

// ipv6 is what of IPv6 has been given to networks of the world. Whatever lies outside,
// loopback, link-local, unique local, multicast and mapped IPv4 among it, is refused.
var ipv6 = netip.MustParsePrefix("2000::/3")

// special are the networks that the registries of IANA keep for special purposes: private,
// shared, of documentation, of tests, and those of IPv6 that hide an address of IPv4.
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
	"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
)

func prefixes(texts ...string) []netip.Prefix {
	all := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		all[i] = netip.MustParsePrefix(text)
	}
	return all
}

func contains(all []netip.Prefix, addr netip.Addr) bool {
	for _, p := range all {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// Public reports whether an address is one of the open network. An IPv4 address that is
// written as one of IPv6 is the same address.
func Public(addr netip.Addr) bool {
	if !addr.IsValid() || addr.Zone() != "" {
		return false
	}
	addr = addr.Unmap()
	return (addr.Is4() || ipv6.Contains(addr)) && !contains(special, addr)
}
