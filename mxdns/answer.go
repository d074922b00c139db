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
		s.forwarder.forward(m, r, extended, datagram)
	case s.probesRoot(q):
		s.answerRoot(m, r, extended)
	default:
		m.Rcode = dns.RcodeRefused
	}
	return false
}

// answer answers from a zone, as far as its faults let it.
func (s *Server) answer(m *dns.Msg, home *zone, r *dns.Msg, extended *extension, datagram bool) (silent bool) {
	q := r.Question[0]
	found := (&search{zones: s.zones, qtype: q.Qtype}).run(home, q.Name)
	if found.trouble != "" && (s.mode == Validating || len(found.answer) == 0) {
		return s.misbehave(m, found.trouble, extended, datagram)
	}
	if s.mode == Validating {
		if refused := s.validate(m, r, found, extended); refused {
			return false
		}
	}
	m.Rcode = found.rcode
	m.Authoritative = s.mode == Authoritative && found.rcode != dns.RcodeServerFailure
	if err := s.fill(m, found, q.Qtype, extended.do); err != nil {
		*m = dns.Msg{MsgHdr: m.MsgHdr, Question: m.Question}
		m.Rcode, m.Authoritative, m.AuthenticatedData = dns.RcodeServerFailure, false, false
	} else if found.foreign != "" && s.mode == Validating && s.forwarder != nil {
		s.abroad(m, r, found.foreign, extended, datagram)
	}
	return false
}

// abroad adds what the upstream says of an alias that leads out of our zones.
func (s *Server) abroad(m, r *dns.Msg, name string, extended *extension, datagram bool) {
	there := r.Copy()
	there.Question[0].Name = name
	answer := new(dns.Msg).SetReply(there)
	s.forwarder.forward(answer, there, extended, datagram)
	m.Rcode, m.Answer, m.Ns, m.Extra = answer.Rcode, append(m.Answer, answer.Answer...), answer.Ns, answer.Extra
}

// validate sets what a resolver says of an answer, and says whether it refuses
// to give it.
func (s *Server) validate(m, r *dns.Msg, found *search, extended *extension) (refused bool) {
	if found.loops {
		m.Rcode = dns.RcodeServerFailure
		return true
	}
	state := newTrust(s.zones).ofAnswer(found)
	if state.state == bogus && !r.CheckingDisabled {
		m.Rcode, extended.code = dns.RcodeServerFailure, &state.code
		return true
	}
	failed := found.rcode != dns.RcodeSuccess && found.rcode != dns.RcodeNameError && found.rcode != dns.RcodeYXDomain
	authentic := state.state == secure && !failed // a source that fails proves nothing
	m.AuthenticatedData = authentic && (r.AuthenticatedData || extended.do) && !r.CheckingDisabled
	return false
}

// misbehave does what a fault says.
func (s *Server) misbehave(m *dns.Msg, do Action, extended *extension, datagram bool) (silent bool) {
	switch {
	case do == DoDrop:
		return true
	case do == DoTruncate:
		m.Truncated = true
		return !datagram
	case s.mode == Validating:
		m.Rcode, extended.code = dns.RcodeServerFailure, new(dns.ExtendedErrorCodeNoReachableAuthority)
	case do == DoSERVFAIL:
		m.Rcode = dns.RcodeServerFailure
	case do == DoREFUSED:
		m.Rcode = dns.RcodeRefused
	case do == DoLame:
		root := ns("a.root-servers.net.")
		m.Ns = []dns.RR{root}
	}
	return false
}
