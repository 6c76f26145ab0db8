// The address guard. Pages name URLs, and a page may name a machine inside the house of
// whoever crawls. So no connection is made to an address that is not public, unless the
// fetcher was told otherwise. The check is made on the address that is dialled, after
// DNS, so that a name that resolves differently the second time gains nothing.

package fetch

import (
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// A refusedError says that an address is not public.
type refusedError struct{ addr netip.Addr }

func (e *refusedError) Error() string {
	return fmt.Sprintf("address %s is not public: give --allow-private to crawl hosts of your own", e.addr)
}

// guard is a [net.Dialer] Control function.
func guard(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("address %q: %w", address, err)
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return fmt.Errorf("address %q: %w", address, err)
	}
	if !public(addr) {
		return &refusedError{addr}
	}
	return nil
}

// public tells whether an address is one of the open internet. The lists are those of
// IANA's special-purpose registries, with metadata services of clouds among them
// (169.254.169.254, 100.100.100.200, fd00:ec2::254).
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		// Some ranges carry an IPv4 address, which is where the packets go.
		b := a.As16()
		switch {
		case netip.MustParsePrefix("64:ff9b::/96").Contains(a): // NAT64
			return public(netip.AddrFrom4([4]byte(b[12:16])))
		case netip.MustParsePrefix("2002::/16").Contains(a): // 6to4
			return public(netip.AddrFrom4([4]byte(b[2:6])))
		}
	}
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() {
		return false
	}
	for _, p := range [...]string{
		"0.0.0.0/8",       // this network
		"100.64.0.0/10",   // carrier-grade NAT
		"192.0.0.0/24",    // IETF protocols
		"192.0.2.0/24",    // documentation
		"198.18.0.0/15",   // benchmarks
		"198.51.100.0/24", // documentation
		"203.0.113.0/24",  // documentation
		"240.0.0.0/4",     // reserved, broadcast
		"::/96",           // IPv4-compatible, given up
		"64:ff9b:1::/48",  // local NAT64
		"100::/64",        // discard
		"2001::/23",       // IETF protocols, Teredo among them
		"2001:db8::/32",   // documentation
		"3fff::/20",       // documentation
		"5f00::/16",       // segment routing
		"fec0::/10",       // site-local, given up
	} {
		if netip.MustParsePrefix(p).Contains(a) {
			return false
		}
	}
	return true
}
