package mxdns

import (
	"sync"

	"github.com/miekg/dns"
)

// A zone is an apex and the names below it, itself included. All names are
// canonical: lower case and fully qualified.
type zone struct {
	apex     string
	scenario string // the one it belongs to; empty if it is nobody's
	soa      *dns.SOA
	above    *zone    // the zone that delegates it; nil if it is none of ours
	signing  *Signing // nil if it is not signed
	keys     zoneKeys
	faults   []*fault
	// names holds every name that exists.
	names map[string]Source
	// chain returns the names in the order in which they are denied. It is made
	// when it is first needed: the names are all there then.
	chain func() chain
}

// An emptyNonTerminal is the source of a name that exists only because there is
// another below it (RFC 8020).
type emptyNonTerminal struct{}

// Answer has no records.
func (emptyNonTerminal) Answer(uint16) Answer { return Answer{} }

// A delegation is what the zone above has at the apex of a zone.
type delegation struct{ zone *zone }

// Answer returns the NS record and, if there is one, the DS record.
func (d delegation) Answer(qtype uint16) Answer {
	records := []dns.RR{ns(d.zone.soa.Ns)}
	if qtype == dns.TypeDS || qtype == dns.TypeANY {
		more, err := d.zone.ds()
		if err != nil {
			return Answer{Rcode: dns.RcodeServerFailure}
		}
		records = append(records, more...)
	}
	return Records(records).Answer(qtype)
}

// An apex is the source of a zone's own name: the records that every zone has,
// and those that are given.
type apex struct {
	zone *zone
	more Source
}

// Answer returns the zone's own records first.
func (a apex) Answer(qtype uint16) Answer {
	own, err := a.zone.apexRecords(qtype)
	if err != nil {
		return Answer{Rcode: dns.RcodeServerFailure}
	}
	more := a.more.Answer(qtype)
	more.Records = append(Records(own).Answer(qtype).Records, more.Records...)
	return more
}

// apexRecords are the records that every zone has, as far as the type needs
// them.
func (z *zone) apexRecords(qtype uint16) ([]dns.RR, error) {
	records := []dns.RR{z.soa, ns(z.soa.Ns)}
	if z.signing == nil {
		return records, nil
	}
	if z.signing.hashed() {
		records = append(records, &dns.NSEC3PARAM{Hdr: header(dns.TypeNSEC3PARAM), Hash: dns.SHA1})
	}
	if qtype != dns.TypeDNSKEY && qtype != dns.TypeANY {
		return records, nil
	}
	key, err := z.keys.own()
	if err != nil {
		return nil, err
	}
	return append(records, key.record), nil
}

// zones are the zones of a server by their apex.
type zones map[string]*zone

// find returns the zone that a name belongs to; nil if it is none of ours. The
// DS records of a zone belong to the one above it (RFC 4035 section 3.1.4.1).
func (z zones) find(name string, qtype uint16) *zone {
	var found *zone
	for offset, end := 0, false; !end; offset, end = dns.NextLabel(name, offset) {
		here, ok := z[name[offset:]]
		if !ok {
			continue
		}
		if qtype != dns.TypeDS || offset > 0 {
			return here
		}
		found = here
	}
	return found
}

// add makes a zone, with the records of its apex that every zone has. The name
// exists in the zone above it too, if that is ours.
func (z zones) add(name, scenario, server string, serial uint32) *zone {
	above := z.find(name, dns.TypeNS)
	made := &zone{apex: name, scenario: scenario, above: above, names: map[string]Source{}}
	if above != nil {
		above.set(name, delegation{made})
	}
	made.soa = &dns.SOA{
		Hdr: header(dns.TypeSOA), Ns: server, Mbox: "hostmaster." + name,
		Serial: serial, Refresh: 3600, Retry: 600, Expire: 86400, Minttl: timeToLive,
	}
	made.soa.Hdr.Name = name
	made.set(name, apex{made, emptyNonTerminal{}})
	made.chain = sync.OnceValue(func() chain { return newChain(made) })
	z[name] = made
	return made
}

// set puts a source at a name, and sees that the names between it and the apex
// exist.
func (z *zone) set(name string, s Source) {
	z.names[name] = s
	for offset, end := dns.NextLabel(name, 0); !end && name[offset:] != z.apex; offset, end = dns.NextLabel(name, offset) {
		if _, ok := z.names[name[offset:]]; !ok {
			z.names[name[offset:]] = emptyNonTerminal{}
		}
	}
}
