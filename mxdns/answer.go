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
	m, silent := s.respond(r, datagram)
	// The record comes first: a client that has its answer finds it.
	s.queries.add(s.query(r, m, w.RemoteAddr()))
	if silent {
		_ = w.Close() // nothing is said, and over TCP nothing more either
		return
	}
	_ = w.WriteMsg(m) // a client that is gone is not answered
}

// respond makes the response to a query, as large as may be. A silent one is
// not sent.
func (s *Server) respond(r *dns.Msg, datagram bool) (m *dns.Msg, silent bool) {
	m = new(dns.Msg).SetReply(r)
	m.RecursionAvailable = s.forwarder != nil || s.mode == Validating
	extended, problem := edns(r)
	switch {
	case len(r.Question) != 1 || problem != dns.RcodeSuccess && !extended.present:
		m.Rcode = dns.RcodeFormatError
	case problem != dns.RcodeSuccess:
		m.Rcode = problem
	default:
		silent = s.resolve(m, r, &extended, datagram)
	}
	extended.fit(m, datagram)
	return m, silent
}

// resolve fills in the answer, from our zones or from upstream.
func (s *Server) resolve(m, r *dns.Msg, extended *extension, datagram bool) (silent bool) {
	q := r.Question[0]
	home := s.zones.find(dns.CanonicalName(q.Name), q.Qtype)
	transfer := q.Qtype == dns.TypeAXFR || q.Qtype == dns.TypeIXFR
	internet := q.Qclass == dns.ClassINET || q.Qclass == dns.ClassANY
	switch {
	case home != nil && internet && !transfer:
		return s.answer(m, home, r, extended, datagram)
	case home == nil && s.forwarder != nil && !transfer:
		s.forwarder.forward(m, r, datagram)
	default:
		m.Rcode = dns.RcodeRefused
	}
	return false
}

// answer answers from a zone, as far as its faults let it.
func (s *Server) answer(m *dns.Msg, home *zone, r *dns.Msg, extended *extension, datagram bool) (silent bool) {
	q := r.Question[0]
	name := dns.CanonicalName(q.Name)
	if f := home.faultOf(name, q.Qtype); f != nil && f.Do != DoNXDOMAIN && f.Do != DoNODATA {
		return s.misbehave(m, f.Do, datagram)
	}
	m.Authoritative = s.mode == Authoritative
	found := s.find(m, home, q)
	switch {
	case s.mode == Authoritative || m.Rcode == dns.RcodeServerFailure:
	case found.state == bogus && !r.CheckingDisabled:
		m.Rcode, m.Answer, m.Ns, m.Extra = dns.RcodeServerFailure, nil, nil, nil
		extended.code = &found.code
	default:
		m.AuthenticatedData = found.state == secure && (r.AuthenticatedData || extended.do) && !r.CheckingDisabled
	}
	return false
}

// misbehave does what a fault says.
func (s *Server) misbehave(m *dns.Msg, do Action, datagram bool) (silent bool) {
	switch {
	case do == DoDrop:
		return true
	case do == DoTruncate:
		m.Truncated = true
		return !datagram
	case do == DoSERVFAIL || s.mode == Validating: // which is what a resolver makes of it
		m.Rcode = dns.RcodeServerFailure
	case do == DoREFUSED:
		m.Rcode = dns.RcodeRefused
	case do == DoLame:
		root := ns("a.root-servers.net.")
		m.Ns = []dns.RR{root}
	}
	return false
}

// maxAliases is how many CNAME records are followed.
const maxAliases = 8

// find fills in the answer to a question, over aliases, and says what a
// validator makes of it.
func (s *Server) find(m *dns.Msg, home *zone, q dns.Question) security {
	name, all := q.Name, security{state: secure}
	for range maxAliases {
		a, exists := home.lookup(name, q.Qtype)
		if target := aliasOf(home, name, q.Qtype, a); exists && target != nil {
			m.Answer = append(m.Answer, named([]dns.RR{target}, name)...)
			all = worse(all, home.securityOf(dns.CanonicalName(name), dns.TypeCNAME, true))
			name = target.Target
			if home = s.zones.find(dns.CanonicalName(name), q.Qtype); home == nil {
				return security{} // somebody else's
			}
			continue
		}
		return worse(all, s.conclude(m, home, name, q.Qtype, a, exists))
	}
	m.Rcode = dns.RcodeServerFailure // they go round in a circle
	return all
}

// conclude fills in what stands at the last of the names.
func (s *Server) conclude(m *dns.Msg, home *zone, name string, qtype uint16, a Answer, exists bool) security {
	switch {
	case !exists:
		m.Rcode = dns.RcodeNameError
		m.Ns = []dns.RR{dns.Copy(home.soa)}
	case a.Rcode != dns.RcodeSuccess:
		m.Rcode, m.Authoritative = a.Rcode, false
	case len(a.Records) == 0:
		m.Ns = []dns.RR{dns.Copy(home.soa)}
	default:
		m.Answer = append(m.Answer, named(a.Records, name)...)
		m.Extra = s.additional(a.Records)
	}
	return home.securityOf(dns.CanonicalName(name), qtype, exists && len(a.Records) > 0)
}

// aliasOf is the CNAME record of a name that has no record of the type asked
// for; nil if there is none.
func aliasOf(home *zone, name string, qtype uint16, a Answer) *dns.CNAME {
	if len(a.Records) > 0 || a.Rcode != dns.RcodeSuccess || qtype == dns.TypeCNAME || qtype == dns.TypeANY {
		return nil
	}
	there, _ := home.lookup(name, dns.TypeCNAME)
	if len(there.Records) == 0 {
		return nil
	}
	target, _ := there.Records[0].(*dns.CNAME)
	return target
}

// lookup returns what stands at a name of the zone; exists says whether it is
// there at all. Faults may deny it.
func (z *zone) lookup(name string, qtype uint16) (a Answer, exists bool) {
	name = dns.CanonicalName(name)
	source, exists := z.names[name]
	if f := z.faultOf(name, qtype); f != nil {
		switch f.Do {
		case DoNXDOMAIN:
			return Answer{}, false
		case DoNODATA:
			return Answer{}, true
		}
	}
	if !exists {
		return Answer{}, false
	}
	return source.Answer(qtype), true
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
