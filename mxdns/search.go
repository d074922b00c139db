package mxdns

import "github.com/miekg/dns"

// A search finds the answer to a question in our zones, and what belongs to it.
// It knows nothing of the part that the server plays.
type search struct {
	zones    zones
	qtype    uint16
	patience patience

	rcode             int
	answer, authority []rrset
	// trouble is the action of the fault at the last of the names; empty if
	// there was none.
	trouble Action
	// loops: the aliases lead in a circle, or too far. foreign is an alias that
	// leads out of our zones.
	loops   bool
	foreign string
	// unproved are zones that left out a proof, or had none, and optOut says
	// that one left room for insecure delegations.
	unproved []*zone
	optOut   bool
}

// maxAliases is how many aliases are followed.
const maxAliases = 11

// run searches a name, over aliases.
func (s *search) run(home *zone, name string) *search {
	for seen := map[string]bool{}; home != nil; home = s.zones.find(dns.CanonicalName(name), s.qtype) {
		canonical := dns.CanonicalName(name)
		if seen[canonical] || len(seen) > maxAliases {
			s.loops = true
			return s
		}
		seen[canonical] = true
		if name = s.step(home, name); name == "" {
			return s
		}
	}
	s.foreign = name
	return s
}

// step looks at one name. It returns where an alias leads to.
func (s *search) step(home *zone, name string) (target string) {
	canonical := dns.CanonicalName(name)
	f, at := home.faultAt(canonical, s.qtype, s.patience)
	switch {
	case f == nil:
		return s.look(home.locate(name, ""))
	case f.Do == DoNXDOMAIN:
		s.deniedName(at, name, f)
	case f.Do == DoNODATA:
		s.deniedType(home.locate(name, ""))
	default:
		s.trouble = f.Do
	}
	return ""
}

// look looks at a place.
func (s *search) look(p place) (target string) {
	switch {
	case p.at != "":
		return s.stand(p)
	case p.redirection() != nil:
		return s.redirect(p)
	}
	s.noName(p)
	return ""
}

// deniedName says that there is no such name, although there may be.
func (s *search) deniedName(home *zone, name string, f *fault) {
	canonical := dns.CanonicalName(name)
	gone := f.denies(home, canonical)
	switch {
	case gone != home.apex:
	case home.above != nil:
		home = home.above
	case canonical == home.apex:
		s.noName(place{zone: home, name: name, canonical: canonical})
		return
	default:
		gone = canonical
	}
	s.noName(home.locate(name, gone))
}

// deniedType says that a name has no record of the type, although it may have.
func (s *search) deniedType(p place) {
	if p.at == "" {
		s.noName(p)
		return
	}
	s.noType(p, s.qtype)
}

// stand takes what stands at a place.
func (s *search) stand(p place) (target string) {
	a := s.records(p)
	if a.Rcode == dns.RcodeSuccess && len(a.Records) == 0 {
		if alias := p.alias(); alias != nil {
			s.answer = append(s.answer, p.set([]dns.RR{alias}))
			s.expanded(p)
			return alias.Target
		}
		s.noType(p, 0)
		return ""
	}
	s.rcode = a.Rcode
	if a.Rcode == dns.RcodeSuccess {
		for _, records := range byType(a.Records) {
			s.answer = append(s.answer, p.set(records))
		}
		s.expanded(p)
	}
	return ""
}

// records are those of the type at a place.
func (s *search) records(p place) Answer {
	qtype := s.qtype
	switch signing := p.zone.signing; {
	case qtype == dns.TypeRRSIG && signing != nil:
		qtype = dns.TypeANY // each set has its signature
	case qtype == dns.TypeNSEC && signing != nil && !signing.hashed():
		proof := &prover{zone: p.zone, gone: p.gone}
		if !proof.cover(p.at) {
			return Answer{} // an empty non-terminal
		}
		return Answer{Records: proof.sets[0].records}
	}
	return p.zone.names[p.at].Answer(qtype)
}

// alias is the CNAME record at a place; nil if there is none.
func (p place) alias() *dns.CNAME {
	for _, record := range p.zone.names[p.at].Answer(dns.TypeCNAME).Records {
		if found, ok := record.(*dns.CNAME); ok {
			return found
		}
	}
	return nil
}

// redirect follows a DNAME record, with the CNAME record that is derived from it
// (RFC 6672 section 3.1).
func (s *search) redirect(p place) (target string) {
	record := p.redirection()
	owner := p.name[len(p.name)-len(p.encloser):]
	s.answer = append(s.answer, rrset{zone: p.zone, records: []dns.RR{record}, owner: owner, at: p.encloser})
	target = p.name[:len(p.name)-len(p.encloser)] + dns.Fqdn(record.Target)
	if record.Target == "." {
		target = p.name[:len(p.name)-len(p.encloser)]
	}
	if _, ok := dns.IsDomainName(target); !ok {
		s.rcode = dns.RcodeYXDomain
		return ""
	}
	alias := &dns.CNAME{Hdr: header(dns.TypeCNAME), Target: target}
	alias.Hdr.Ttl = record.Hdr.Ttl
	s.answer = append(s.answer, rrset{zone: p.zone, records: []dns.RR{alias}, owner: p.name, at: p.canonical, unsigned: true})
	if s.qtype == dns.TypeCNAME || s.qtype == dns.TypeANY {
		return ""
	}
	return target
}

// noName says that there is no such name.
func (s *search) noName(p place) {
	s.rcode = dns.RcodeNameError
	s.deny(p, 0, func(proof *prover) {
		// A zone cannot deny its own apex, nor what its wildcard stands for.
		if p.encloser != "" && p.at == "" {
			proof.noName(p.canonical, p.encloser)
		}
	})
}

// noType says that the name has no such record.
func (s *search) noType(p place, hidden uint16) {
	s.deny(p, hidden, func(proof *prover) {
		if p.at == p.canonical {
			proof.noType(p.canonical)
		} else {
			proof.noTypeOfWildcard(p.canonical, p.at)
		}
	})
}

// deny adds the SOA record (RFC 2308 section 3) and a proof.
func (s *search) deny(p place, hidden uint16, prove func(*prover)) {
	soa := rrset{zone: p.zone, records: []dns.RR{p.zone.soa}, owner: p.zone.apex, at: p.zone.apex}
	s.authority = append(s.authority, soa)
	s.prove(p, hidden, prove)
}

// expanded proves that a wildcard stands in for a name that does not exist (RFC
// 4035 section 3.1.3.3).
func (s *search) expanded(p place) {
	if p.at != p.canonical {
		s.prove(p, 0, func(proof *prover) { proof.noExactName(p.canonical, parent(p.at)) })
	}
}

// prove adds a proof, if the zone gives it.
func (s *search) prove(p place, hidden uint16, prove func(*prover)) {
	if p.zone.signing == nil {
		return
	}
	proof := &prover{zone: p.zone, gone: p.gone, hidden: hidden}
	if p.zone.signing.denies(p.canonical) {
		prove(proof)
	}
	if len(proof.sets) == 0 {
		s.unproved = append(s.unproved, p.zone)
	}
	s.authority = append(s.authority, proof.sets...)
	s.optOut = s.optOut || proof.optOut
}

// byType are records in sets of one type, in their order.
func byType(records []dns.RR) [][]dns.RR {
	var sets [][]dns.RR
	place := map[uint16]int{}
	for _, record := range records {
		rrtype := record.Header().Rrtype
		i, ok := place[rrtype]
		if !ok {
			i = len(sets)
			place[rrtype] = i
			sets = append(sets, nil)
		}
		sets[i] = append(sets[i], record)
	}
	return sets
}
