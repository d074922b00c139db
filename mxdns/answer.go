package mxdns

import (
	"net"

	"github.com/miekg/dns"
)

// accept looks at the header of a message. What is no query of one question is
// turned down before it is read; the library answers FORMERR too if the rest
// cannot be.
func accept(h dns.Header) dns.MsgAcceptAction {
	const response, opcode = 1 << 15, 0xF << 11
	switch {
	case h.Bits&response != 0:
		return dns.MsgIgnore // an answer to an answer could go on forever
	case h.Bits&opcode != dns.OpcodeQuery<<11:
		return dns.MsgRejectNotImplemented
	case h.Qdcount != 1 || h.Ancount > 0:
		return dns.MsgReject
	}
	return dns.MsgAccept
}

// reply answers a query.
func (s *Server) reply(w dns.ResponseWriter, r *dns.Msg) {
	_, datagram := w.RemoteAddr().(*net.UDPAddr)
	m := s.respond(r, datagram)
	// The record comes first: a client that has its answer finds it.
	s.queries.add(s.query(r, m, w.RemoteAddr()))
	_ = w.WriteMsg(m) // a client that is gone is not answered
}

// respond makes the response to a query, as large as may be.
func (s *Server) respond(r *dns.Msg, datagram bool) *dns.Msg {
	m := new(dns.Msg).SetReply(r)
	m.RecursionAvailable = s.forwarder != nil
	extended, problem := edns(r)
	switch {
	case len(r.Question) != 1 || problem != dns.RcodeSuccess && !extended.present:
		m.Rcode = dns.RcodeFormatError
	case problem != dns.RcodeSuccess:
		m.Rcode = problem
	default:
		s.resolve(m, r, extended, datagram)
	}
	extended.fit(m, datagram)
	return m
}

// resolve fills in the answer, from our zones or from upstream.
func (s *Server) resolve(m, r *dns.Msg, extended extension, datagram bool) {
	q := r.Question[0]
	home := s.zones.find(dns.CanonicalName(q.Name), q.Qtype)
	transfer := q.Qtype == dns.TypeAXFR || q.Qtype == dns.TypeIXFR
	internet := q.Qclass == dns.ClassINET || q.Qclass == dns.ClassANY
	switch {
	case home != nil && internet && !transfer:
		s.answer(m, home, q)
		m.AuthenticatedData = m.AuthenticatedData && (r.AuthenticatedData || extended.do)
	case home == nil && s.forwarder != nil && !transfer:
		s.forwarder.forward(m, r, datagram)
	default:
		m.Rcode = dns.RcodeRefused
	}
}

// answer answers from a zone.
func (s *Server) answer(m *dns.Msg, home *zone, q dns.Question) {
	m.Authoritative = true
	source, ok := home.names[dns.CanonicalName(q.Name)]
	if !ok {
		m.Rcode = dns.RcodeNameError
		m.Ns = []dns.RR{dns.Copy(home.soa)}
		return
	}
	a := source.Answer(q.Qtype)
	m.AuthenticatedData = a.Authenticated
	switch {
	case a.Rcode != dns.RcodeSuccess:
		m.Rcode = a.Rcode
		m.Authoritative, m.AuthenticatedData = false, false
	case len(a.Records) == 0:
		m.Ns = []dns.RR{dns.Copy(home.soa)}
	default:
		m.Answer = named(a.Records, q.Name)
		m.Extra = s.additional(a.Records)
	}
}

// additional are the addresses of the hosts that records name (RFC 1035
// section 3.3.9).
func (s *Server) additional(records []dns.RR) []dns.RR {
	var extra []dns.RR
	for _, record := range records {
		var host string
		switch r := record.(type) {
		case *dns.MX:
			host = r.Mx
		case *dns.NS:
			host = r.Ns
		default:
			continue
		}
		for _, qtype := range []uint16{dns.TypeA, dns.TypeAAAA} {
			if a, ok := s.zones.lookup(dns.CanonicalName(host), qtype); ok && a.Rcode == dns.RcodeSuccess {
				extra = append(extra, named(a.Records, host)...)
			}
		}
	}
	return extra
}

// named are copies of records that stand at a name.
func named(records []dns.RR, name string) []dns.RR {
	copies := make([]dns.RR, len(records))
	for i, record := range records {
		copies[i] = dns.Copy(record)
		copies[i].Header().Name = name
	}
	return copies
}
