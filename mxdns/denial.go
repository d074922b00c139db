package mxdns

import (
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// A prover collects the records that prove what a zone does not have (RFC 4035
// section 3.1.3, RFC 5155 section 7.2).
type prover struct {
	zone *zone
	// gone is a name that is denied with all below it, and hidden a type that is
	// denied, although they are there.
	gone   string
	hidden uint16
	sets   []rrset
	// optOut: there may be insecure delegations at the name all the same.
	optOut bool
}

// noName proves that a name does not exist, nor a wildcard for it.
func (p *prover) noName(name, encloser string) {
	p.noExactName(name, encloser)
	if p.zone.signing.hashed() {
		p.encloser(encloser)
	}
	p.cover("*." + encloser)
}

// noExactName proves that a name does not exist, but for a wildcard.
func (p *prover) noExactName(name, encloser string) {
	if p.zone.signing.hashed() {
		name = nextCloser(name, encloser)
		p.optOut = p.zone.signing.Denial == DenialNSEC3OptOut
	}
	p.cover(name)
}

// noType proves that a name exists, but has no record of a type.
func (p *prover) noType(name string) {
	if p.cover(name) || !p.zone.signing.hashed() {
		return // without a match it is an empty non-terminal, or covered by opt-out below
	}
	p.sets = p.sets[:len(p.sets)-1]
	encloser := parent(name)
	for !p.matches(encloser) {
		encloser = parent(encloser)
	}
	p.noExactName(name, encloser)
	p.encloser(encloser)
}

// noTypeOfWildcard proves that a name does not exist, and that the wildcard for
// it has no record of a type.
func (p *prover) noTypeOfWildcard(name, wildcard string) {
	encloser := parent(wildcard)
	p.noExactName(name, encloser)
	if p.zone.signing.hashed() {
		p.encloser(encloser)
	}
	p.cover(wildcard)
}

// encloser proves that a name exists, or the nearest above that has a record:
// with opt-out there may be names in between.
func (p *prover) encloser(name string) { p.cover(name) }

func (p *prover) key(name string) string {
	if p.zone.signing.hashed() {
		return nameHash(name)
	}
	return sortKey(name)
}

func (p *prover) matches(name string) bool {
	_, _, matches := p.zone.chain().around(p.key(name), p.gone)
	return matches
}

// cover adds the record that matches a name or covers it.
func (p *prover) cover(name string) (matches bool) {
	at, next, matches := p.zone.chain().around(p.key(name), p.gone)
	set := p.record(at, next)
	if !slices.ContainsFunc(p.sets, func(r rrset) bool { return r.at == set.at }) {
		p.sets = append(p.sets, set)
	}
	return matches
}

// record makes the NSEC or NSEC3 record of a name.
func (p *prover) record(at, next link) rrset {
	z := p.zone
	types := z.typesAt(at.name, p.hidden)
	if !z.signing.hashed() {
		types = append(types, dns.TypeRRSIG, dns.TypeNSEC)
		slices.Sort(types)
		record := &dns.NSEC{Hdr: header(dns.TypeNSEC), NextDomain: next.name, TypeBitMap: types}
		return rrset{zone: z, owner: at.name, at: at.name, records: []dns.RR{record}}
	}
	if len(types) > 0 && !slices.Equal(types, []uint16{dns.TypeNS}) { // an insecure delegation has nothing signed
		types = append(types, dns.TypeRRSIG)
		slices.Sort(types)
	}
	record := &dns.NSEC3{
		Hdr: header(dns.TypeNSEC3), Hash: dns.SHA1, HashLength: sha1Octets, NextDomain: next.key, TypeBitMap: types,
	}
	if z.signing.Denial == DenialNSEC3OptOut {
		record.Flags = optOut
	}
	return rrset{zone: z, owner: strings.ToLower(at.key) + "." + z.apex, at: at.name, records: []dns.RR{record}}
}

const (
	sha1Octets = 20
	optOut     = 1 // RFC 5155 section 3.1.2.1
)

// typesAt are the types of the records at a name, in order and each once, but
// for a hidden one. Where a type is hidden the name is no alias either, which
// would lead elsewhere (RFC 4035 section 5.4).
func (z *zone) typesAt(name string, hidden uint16) []uint16 {
	source := z.names[name]
	if below, ok := source.(delegation); ok {
		if below.zone.delegatedSecurely() && hidden != dns.TypeDS {
			return []uint16{dns.TypeNS, dns.TypeDS}
		}
		return []uint16{dns.TypeNS}
	}
	var types []uint16
	for _, record := range source.Answer(dns.TypeANY).Records {
		if t := record.Header().Rrtype; hidden == 0 || t != hidden && t != dns.TypeCNAME {
			types = append(types, t)
		}
	}
	slices.Sort(types)
	return slices.Compact(types)
}
