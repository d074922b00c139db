package scenarios

import (
	"net/netip"
	"strings"
)

// Hostname is the name the peer gives itself, with its placeholder replaced.
func (s Scenario) Hostname() string {
	return strings.ReplaceAll(s.Peer.Hostname, "{scenario}", s.Name)
}

// Expand replaces {hostname} and {scenario} in a text of the peer, such as the
// greeting or the text of a fault.
func (s Scenario) Expand(text string) string {
	return strings.NewReplacer("{hostname}", s.Hostname(), "{scenario}", s.Name).Replace(text)
}

// Vars are the values of the placeholders in the recipe of the peer's PKI, as
// certgen.Build takes them. Names are further host names the certificates are
// for and addresses further IP addresses; both may be empty. {networks} stands
// for the addresses as ranges of one address each, for name constraints.
func (s Scenario) Vars(names []string, addresses []netip.Addr) map[string][]string {
	vars := map[string][]string{
		"{hostname}":  {s.Hostname()},
		"{scenario}":  {s.Name},
		"{names}":     names,
		"{addresses}": nil,
		"{networks}":  nil,
	}
	for _, a := range addresses {
		a = a.Unmap().WithZone("")
		vars["{addresses}"] = append(vars["{addresses}"], a.String())
		vars["{networks}"] = append(vars["{networks}"], netip.PrefixFrom(a, a.BitLen()).String())
	}
	return vars
}
