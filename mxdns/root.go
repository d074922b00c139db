package mxdns

import "github.com/miekg/dns"

// rootServers is the name in the answer of the root, which leads nowhere.
const rootServers = "root-servers.invalid."

// probesRoot: the query is for the name servers of the root. Postfix asks for them
// to find out whether its resolver validates (its parameter dnssec_probe).
func (s *Server) probesRoot(q dns.Question) bool {
	return s.mode == Validating && s.forwarder == nil && q.Name == "." && q.Qtype == dns.TypeNS && q.Qclass == dns.ClassINET
}

// answerRoot answers as a resolver that has validated the answer of the root. There
// is none to ask.
func (s *Server) answerRoot(m, r *dns.Msg, extended *extension) {
	m.Answer = []dns.RR{ns(rootServers)}
	m.AuthenticatedData = (r.AuthenticatedData || extended.do) && !r.CheckingDisabled
}
