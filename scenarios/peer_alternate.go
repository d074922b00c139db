package scenarios

import "strings"

// An Alternate is another chain that a peer serves in some sessions, as if one
// of several nodes behind the same name had it. Sessions are counted as for a
// fault.
type Alternate struct {
	// Send names certificates of the PKI. The key of the first one is used.
	Send []string `yaml:"send,flow" json:"send"`
	// First limits the chain to the first N sessions of a server. If zero,
	// there is no such limit.
	First int `yaml:"first,omitempty" json:"first,omitempty"`
	// Every limits the chain to every Nth session, starting with the first. If
	// zero, there is no such limit.
	Every int `yaml:"every,omitempty" json:"every,omitempty"`
}

// Serves reports whether the chain is served in the session with the given
// number, counted from 1.
func (a Alternate) Serves(session int) bool {
	if a.First > 0 && session > a.First {
		return false
	}
	return a.Every <= 1 || (session-1)%a.Every == 0
}

// AlternateSend returns the names of the certificates that the peer serves in
// some sessions; nil if there is no such chain.
func (p Peer) AlternateSend() []string {
	if p.TLS.Alternate == nil {
		return nil
	}
	return p.TLS.Alternate.Send
}

// AlternateFacts are the facts about the chain in the peer's tls.alternate. The
// other facts are about the usual chain.
type AlternateFacts struct {
	// Authentic says whether a correct verifying client accepts the chain.
	Authentic Answer `yaml:"authentic" json:"authentic"`
	// Ground says why a correct client does not accept the chain: an RFC
	// section or AllStacks. It is left out if the client does accept it.
	Ground string `yaml:"ground,omitempty" json:"ground,omitempty"`
}

func (p Peer) checkAlternate(out *problems) {
	const path = "peer.tls.alternate"
	a := p.TLS.Alternate
	if a == nil {
		return
	}
	if len(a.Send) == 0 {
		out.addf(path+".send", "is empty; name the chain of the other node, or leave out alternate")
	}
	p.checkCertificates(out, path+".send", a.Send)
	if a.First < 0 {
		out.addf(path+".first", "%d is below 1; leave it out for no limit", a.First)
	}
	if a.Every < 0 {
		out.addf(path+".every", "%d is below 1; leave it out for no limit", a.Every)
	}
	if a.First == 0 && a.Every <= 1 {
		out.addf(path, "applies to every session; set first or every, or name the chain in pki.send")
	}
}

// checkAlternateFacts: whether the other chain is good is a fact of its own.
func (s Scenario) checkAlternateFacts(p *problems) {
	switch f := s.Alternate; {
	case s.Peer.TLS.Alternate == nil && f != AlternateFacts{}:
		p.addf("alternate", "is about peer.tls.alternate, which is missing")
	case s.Peer.TLS.Alternate != nil:
		oneOf(p, "alternate.authentic", f.Authentic, Yes, No)
		if strings.ContainsAny(f.Ground, "\r\n") {
			p.addf("alternate.ground", "must be one line, such as RFC 5280 section 6.1.3")
		}
	}
}
