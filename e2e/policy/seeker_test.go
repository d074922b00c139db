// Package policy_test exercises mailers that follow what a domain publishes.
package policy_test

import (
	"cmp"
	"encoding/hex"
	"slices"
	"time"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/policy/dane"
	"github.com/fakemx/fakemx/scenarios"
)

// A seeker looks up mail exchangers as RFC 5321 and RFC 7672 say, and trusts
// its resolver.
type seeker struct {
	server string // the resolver
	// blind: it does not see the AD bit.
	blind bool
	// careless: it takes a lookup of a TLSA record that fails for one that
	// finds nothing.
	careless bool
}

// seekerPatience bounds the wait for an answer that does not come.
const seekerPatience = 300 * time.Millisecond

// ask returns the records of a type, how sure they are, and the response code.
func (s seeker) ask(name string, rrtype uint16) ([]dns.RR, dane.Security, int) {
	q := new(dns.Msg).SetQuestion(dns.Fqdn(name), rrtype).SetEdns0(1232, false)
	q.AuthenticatedData = true
	var reply *dns.Msg
	for _, network := range []string{"udp", "tcp"} {
		client := dns.Client{Net: network, Timeout: seekerPatience}
		m, _, err := client.Exchange(q, s.server)
		if err != nil {
			return nil, dane.LookupFailed, dns.RcodeServerFailure
		}
		if reply = m; !m.Truncated {
			break
		}
	}
	switch {
	case reply.Rcode != dns.RcodeSuccess && reply.Rcode != dns.RcodeNameError:
		return nil, dane.LookupFailed, reply.Rcode
	case reply.AuthenticatedData && !s.blind:
		return reply.Answer, dane.Secure, reply.Rcode
	}
	return reply.Answer, dane.Insecure, reply.Rcode
}

// answer is what counts of an answer for the discovery, and the name to which
// aliases lead.
func answer(records []dns.RR, security dane.Security, rrtypes ...uint16) (dane.Answer, string) {
	a, expanded := dane.Answer{Security: security}, ""
	for _, r := range records {
		if alias, ok := r.(*dns.CNAME); ok {
			expanded = alias.Target
		}
		a.Found = a.Found || slices.Contains(rrtypes, r.Header().Rrtype)
	}
	return a, expanded
}

// A candidate is a host that may take the mail for a domain.
type candidate struct {
	name      string
	addresses []string
	discovery dane.Discovery
	// secureMX: its name is from an MX record that is secure.
	secureMX bool
	// resolves says whether it was found.
	resolves scenarios.Resolution
}

// candidates are the hosts for a domain, the most preferred first. If there are
// none, resolves says why.
func (s seeker) candidates(domain string) (list []candidate, resolves scenarios.Resolution) {
	records, security, rcode := s.ask(domain, dns.TypeMX)
	l := dane.Lookups{NextHop: domain}
	l.MX, l.NextHopExpanded = answer(records, security, dns.TypeMX)
	switch {
	case security == dane.LookupFailed:
		return nil, scenarios.ResolvesTemporary
	case rcode == dns.RcodeNameError:
		return nil, scenarios.ResolvesNever
	}
	hosts := preferred(records)
	if len(hosts) == 0 {
		hosts = []string{domain}
	}
	if hosts[0] == "." {
		return nil, scenarios.ResolvesNull
	}
	for _, host := range hosts {
		l.Host = host
		c := s.candidate(l)
		c.secureMX = l.MX.Found && l.MX.Security == dane.Secure
		list = append(list, c)
	}
	return list, scenarios.ResolvesYes
}

// preferred are the hosts of MX records, the most preferred first.
func preferred(records []dns.RR) []string {
	var list []*dns.MX
	for _, r := range records {
		if mx, ok := r.(*dns.MX); ok {
			list = append(list, mx)
		}
	}
	slices.SortStableFunc(list, func(a, b *dns.MX) int { return cmp.Compare(a.Preference, b.Preference) })
	hosts := make([]string, len(list))
	for i, mx := range list {
		hosts[i] = mx.Mx
	}
	return hosts
}

// candidate looks at one host.
func (s seeker) candidate(l dane.Lookups) candidate {
	c := candidate{name: l.Host, resolves: scenarios.ResolvesYes}
	v6, security6, _ := s.ask(l.Host, dns.TypeAAAA)
	v4, security, rcode := s.ask(l.Host, dns.TypeA)
	switch {
	case rcode == dns.RcodeRefused: // it is outside of all that is served
		c.resolves = scenarios.ResolvesNever
		return c
	case security == dane.LookupFailed || security6 == dane.LookupFailed:
		c.resolves = scenarios.ResolvesTemporary
		return c
	}
	for _, r := range slices.Concat(v6, v4) {
		switch r := r.(type) {
		case *dns.A:
			c.addresses = append(c.addresses, r.A.String())
		case *dns.AAAA:
			c.addresses = append(c.addresses, r.AAAA.String())
		}
	}
	l.Address, l.HostExpanded = answer(slices.Concat(v6, v4), security, dns.TypeA, dns.TypeAAAA)
	if !l.Address.Found {
		c.resolves = scenarios.ResolvesNever
		return c
	}
	c.discovery = l.Discover(s.tlsa)
	return c
}

// tlsa looks up TLSA records.
func (s seeker) tlsa(name string) dane.TLSAAnswer {
	records, security, _ := s.ask(name, dns.TypeTLSA)
	if s.careless && security == dane.LookupFailed {
		security = dane.Secure
	}
	a := dane.TLSAAnswer{Security: security}
	for _, r := range records {
		tlsa, ok := r.(*dns.TLSA)
		if !ok {
			continue
		}
		data, err := hex.DecodeString(tlsa.Certificate)
		if err != nil {
			return dane.TLSAAnswer{Security: dane.LookupFailed}
		}
		a.Records = append(a.Records, dane.Record{
			Usage: dane.Usage(tlsa.Usage), Selector: dane.Selector(tlsa.Selector), Matching: dane.MatchingType(tlsa.MatchingType), Data: data,
		})
	}
	return a
}
