package audit

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/policy/tlsrpt"
	"github.com/fakemx/fakemx/scenarios"
)

// maxClaims bounds the contradictions that a row names.
const maxClaims = 3

// contradictions are what reports claim of a scenario that cannot be, each once.
// What a report leaves out contradicts nothing.
func (on reportedOn) contradictions() []string {
	var list []string
	add := func(claims ...string) {
		for _, claim := range claims {
			if claim != "" && !slices.Contains(list, claim) && len(list) < maxClaims {
				list = append(list, claim)
			}
		}
	}
	s := reportable{on.scenario}
	for _, r := range on.reports {
		for _, result := range r.Policies {
			if !isAbout(result.Policy.Domain, on.scenario) {
				continue
			}
			switch result.Policy.Type {
			case tlsrpt.STS:
				add(s.unpublishedLine(result.Policy.String), s.unpublishedPattern(result.Policy.MXHost))
			case tlsrpt.TLSA:
				add(s.unpublishedTLSA(result.Policy.String))
			}
			for _, detail := range result.FailureDetails {
				if detail.ResultType.OfHost() { // any other one may name what it likes
					add(on.otherHost(detail.ReceivingMXHostname), on.otherAddress(detail.ReceivingIP))
				}
			}
			add(s.impossible(result))
		}
	}
	return list
}

// impossible is a success that no session can have had.
func (s reportable) impossible(result tlsrpt.PolicyResult) string {
	f := s.Facts
	if result.Summary.Successful <= 0 {
		return ""
	}
	switch t := result.Policy.Type; {
	case f.Offers == scenarios.No, f.Completes == scenarios.No:
		return "TLS completes in no session, so that none can succeed"
	case t == tlsrpt.STS && (f.STS == scenarios.STSForbids || f.STS == scenarios.STSAllows && f.Authentic == scenarios.No),
		t == tlsrpt.TLSA && f.DANE == scenarios.DANEMismatch:
		return "no session keeps the policy, so that none can succeed"
	}
	return ""
}

// hosts are the names under which a client may know the mail exchanger.
func (s reportable) hosts() []string {
	list := []string{s.Hostname(), s.Domain()}
	d := s.Peer.DNS
	for _, mx := range d.MX {
		list = append(list, s.Expand(mx.Host))
	}
	for _, a := range d.Addresses {
		list = append(list, s.Expand(a.Name))
	}
	for _, a := range d.Aliases {
		list = append(list, s.Expand(a.Name), s.Expand(a.To))
	}
	return list
}

// isHost: a name is that of the mail exchanger. One that is not in A-labels is not
// compared.
func (s reportable) isHost(name string) bool {
	return !isASCII(name) || slices.ContainsFunc(s.hosts(), func(host string) bool { return canonicalName(host) == canonicalName(name) })
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > '~' })
}

func canonicalName(name string) string {
	return strings.ToLower(strings.TrimSuffix(strings.TrimSpace(name), "."))
}

// otherHost is a host that the scenario does not have. Some reporters know a host
// by its address alone.
func (on reportedOn) otherHost(name string) string {
	if _, err := netip.ParseAddr(strings.Trim(name, "[]")); err == nil {
		return on.otherAddress(strings.Trim(name, "[]"))
	}
	if name == "" || (reportable{on.scenario}).isHost(name) {
		return ""
	}
	return fmt.Sprintf("receiving-mx-hostname is %s, which is no host of the domain", excerpt(name))
}

// otherAddress is an address that is not the peer's. Where some of its addresses
// lead elsewhere, or no session says which it has, nothing is compared.
func (on reportedOn) otherAddress(text string) string {
	ip, err := netip.ParseAddr(text)
	elsewhere := slices.ContainsFunc(on.scenario.Peer.DNS.Addresses, func(a scenarios.Address) bool { return a.At != "" && a.At != scenarios.AtPeer })
	if err != nil || elsewhere || len(on.addresses) == 0 || slices.Contains(on.addresses, plainAddress(ip)) {
		return ""
	}
	return fmt.Sprintf("the failed sessions were with %s, not with %s", on.addresses[0], ip)
}

// plainAddress is an address as addresses are compared.
func plainAddress(ip netip.Addr) netip.Addr { return ip.Unmap().WithZone("") }

// excerpt is a text of others, which is bounded.
func excerpt(text string) string { return fmt.Sprintf("%.80q", text) }
