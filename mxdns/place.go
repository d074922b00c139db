package mxdns

import "github.com/miekg/dns"

// A place is where a name leads to in a zone (RFC 4592 section 3.3).
type place struct {
	zone *zone
	// name is the name as the client spelled it, and canonical the same in
	// canonical form.
	name, canonical string
	// at is the name in the zone that has the records: the name itself, or a
	// wildcard; empty if there is none.
	at string
	// encloser is the longest name above that exists, if the name itself does
	// not.
	encloser string
	// gone is a name that is denied with all below it; empty for none.
	gone string
}

// locate finds the place of a name.
func (z *zone) locate(name, gone string) place {
	p := place{zone: z, name: name, canonical: dns.CanonicalName(name), gone: gone}
	if z.has(p.canonical, gone) {
		p.at = p.canonical
		return p
	}
	p.encloser = parent(p.canonical)
	for p.encloser != z.apex && !z.has(p.encloser, gone) {
		p.encloser = parent(p.encloser)
	}
	if wildcard := "*." + p.encloser; z.has(wildcard, gone) && p.redirection() == nil {
		p.at = wildcard
	}
	return p
}

// has says whether a name exists, if one is gone with all below it.
func (z *zone) has(name, gone string) bool {
	source, ok := z.names[name]
	if !ok || gone == "" {
		return ok
	}
	if dns.IsSubDomain(gone, name) {
		return false
	}
	if _, empty := source.(emptyNonTerminal); !empty || !dns.IsSubDomain(name, gone) {
		return true
	}
	// It may exist only because of what is gone.
	for other, source := range z.names {
		_, empty := source.(emptyNonTerminal)
		if !empty && dns.IsSubDomain(name, other) && !dns.IsSubDomain(gone, other) {
			return true
		}
	}
	return false
}

// redirection is the DNAME record that redirects the name (RFC 6672 section
// 3.2); nil if there is none.
func (p place) redirection() *dns.DNAME {
	if p.encloser == "" {
		return nil
	}
	for _, record := range p.zone.names[p.encloser].Answer(dns.TypeDNAME).Records {
		if found, ok := record.(*dns.DNAME); ok {
			return found
		}
	}
	return nil
}

// set is a record set at the place.
func (p place) set(records []dns.RR) rrset {
	return rrset{zone: p.zone, records: records, owner: p.name, at: p.at}
}
