package mxdns

import (
	"slices"

	"github.com/miekg/dns"
)

// fill puts what was found into a response, with signatures and proofs for a
// client that wants DNSSEC (RFC 4035 section 3.1).
func (s *Server) fill(m *dns.Msg, found *search, qtype uint16, dnssec bool) (err error) {
	signatures := qtype == dns.TypeRRSIG
	if m.Answer, err = s.section(found.answer, dnssec || signatures); err != nil {
		return err
	}
	if signatures {
		m.Answer = slices.DeleteFunc(m.Answer, func(record dns.RR) bool { return record.Header().Rrtype != dns.TypeRRSIG })
	}
	authority := found.authority
	if !dnssec {
		authority = slices.DeleteFunc(slices.Clone(authority), func(set rrset) bool { return set.rrtype() != dns.TypeSOA })
	}
	if m.Ns, err = s.section(authority, dnssec); err != nil {
		return err
	}
	m.Extra, err = s.section(s.additional(found.answer), dnssec)
	return err
}

// section are the records of a section.
func (s *Server) section(sets []rrset, dnssec bool) ([]dns.RR, error) {
	var records []dns.RR
	for _, set := range sets {
		records = append(records, set.served()...)
		if !dnssec {
			continue
		}
		signature, err := set.signature(s.now())
		if err != nil {
			return nil, err
		}
		if signature != nil {
			records = append(records, signature)
		}
	}
	return records, nil
}

// additional are the addresses of the hosts that records name (RFC 1035 section
// 3.3.9), unless a fault keeps a client from them: one that takes them from here
// would never meet it.
func (s *Server) additional(sets []rrset) []rrset {
	var extra []rrset
	trust := newTrust(s.zones)
	for _, host := range hosts(sets) {
		for _, qtype := range []uint16{dns.TypeA, dns.TypeAAAA} {
			home := s.zones.find(dns.CanonicalName(host), qtype)
			if home == nil {
				continue
			}
			found := (&search{zones: s.zones, qtype: qtype, patience: never}).run(home, host)
			sound := found.trouble == "" && len(found.authority) == 0 && len(found.answer) == 1
			if sound && (s.mode == Authoritative || trust.ofAnswer(found).state != bogus) {
				extra = append(extra, found.answer...)
			}
		}
	}
	return extra
}

// hosts are those that MX and NS records name, in their order and each once.
func hosts(sets []rrset) []string {
	var list []string
	for _, set := range sets {
		for _, record := range set.records {
			host := ""
			switch r := record.(type) {
			case *dns.MX:
				host = r.Mx
			case *dns.NS:
				host = r.Ns
			}
			if host != "" && !slices.Contains(list, host) {
				list = append(list, host)
			}
		}
	}
	return list
}

// named are copies of records of one type that stand at a name. They have one
// TTL (RFC 2181 section 5.2).
func named(records []dns.RR, name string) []dns.RR {
	copies := make([]dns.RR, len(records))
	for i, record := range records {
		copies[i] = dns.Copy(record)
		copies[i].Header().Name, copies[i].Header().Ttl = name, records[0].Header().Ttl
	}
	return copies
}
