package mxdns

import "github.com/miekg/dns"

// A zone is an apex and the names below it, itself included. All names are
// canonical: lower case and fully qualified.
type zone struct {
	apex     string
	scenario string // the one it belongs to; empty if it is nobody's
	soa      *dns.SOA
	above    *zone    // the zone that delegates it; nil if it is none of ours
	signing  *Signing // nil if it is not signed
	faults   []Fault
	// names holds every name that exists. One that exists only because there
	// is another below it (RFC 8020) has an empty source.
	names map[string]Source
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

// lookup returns what stands at a name; ok says whether the name exists.
func (z zones) lookup(name string, qtype uint16) (a Answer, ok bool) {
	home := z.find(name, qtype)
	if home == nil {
		return Answer{}, false
	}
	source, ok := home.names[name]
	if !ok {
		return Answer{}, false
	}
	return source.Answer(qtype), true
}

// add makes a zone, with the records of its apex that every zone has. The name
// exists in the zone above it too, if that is ours.
func (z zones) add(apex, scenario, server string, serial uint32) *zone {
	above := z.find(apex, dns.TypeNS)
	if above != nil {
		above.set(apex, Records(nil))
	}
	made := &zone{apex: apex, scenario: scenario, above: above, names: map[string]Source{}}
	made.soa = &dns.SOA{
		Hdr: header(dns.TypeSOA), Ns: server, Mbox: "hostmaster." + apex,
		Serial: serial, Refresh: 3600, Retry: 600, Expire: 86400, Minttl: timeToLive,
	}
	made.soa.Hdr.Name = apex
	made.set(apex, Records{made.soa, ns(server)})
	z[apex] = made
	return made
}

// set puts a source at a name, and sees that the names between it and the apex
// exist.
func (z *zone) set(name string, s Source) {
	z.names[name] = s
	for offset, end := dns.NextLabel(name, 0); !end && name[offset:] != z.apex; offset, end = dns.NextLabel(name, offset) {
		if _, ok := z.names[name[offset:]]; !ok {
			z.names[name[offset:]] = Records(nil)
		}
	}
}
