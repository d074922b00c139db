package scenarios

import (
	"cmp"
	"strings"
)

// A Message is what the message of an audit asks of the client about TLS (RFC
// 8689). It is no part of the peer.
type Message struct {
	// RequireTLS gives the message to the client with the parameter REQUIRETLS
	// of MAIL (RFC 8689 section 2): it must go nowhere without TLS, an
	// authenticated server, and REQUIRETLS. A client that cannot be given it
	// like that is not judged.
	RequireTLS bool `yaml:"requiretls,omitempty" json:"requiretls,omitempty"`
	// TLSRequired is the value of the header field TLS-Required (RFC 8689
	// section 3). If empty, there is no such field. With REQUIRETLS the field
	// is to be ignored.
	TLSRequired TLSRequired `yaml:"tls_required,omitempty" json:"tls_required,omitempty"`
}

// A TLSRequired is the value of the header field TLS-Required.
type TLSRequired string

// TLSRequiredNo asks a client to deliver even if TLS cannot be had, whatever the
// recipient's domain publishes.
const TLSRequiredNo TLSRequired = "no"

// checkMessage refuses what the message cannot ask for.
func (s Scenario) checkMessage(p *problems) {
	m := s.Message
	oneOf(p, "message.tls_required", m.TLSRequired, "", TLSRequiredNo)
	if m != (Message{}) && s.HasSecondHost() {
		p.addf("message", "cannot be combined with a second host")
	}
	if m.RequireTLS && s.ReachAt == ReachAtSMTPS {
		p.addf("message.requiretls", "cannot be combined with reach_at: %s", s.ReachAt)
	}
}

// WaivesTLS reports whether the message says TLS-Required: No, and that counts:
// with REQUIRETLS it is to be ignored (RFC 8689 section 4.1).
func (m Message) WaivesTLS() bool { return m.TLSRequired == TLSRequiredNo && !m.RequireTLS }

// OffersREQUIRETLS reports whether the peer offers REQUIRETLS inside TLS: Yes, No,
// or Lenient where it does so in some sessions.
func (p Peer) OffersREQUIRETLS() Answer {
	if !p.SMTP.OffersREQUIRETLS(true) {
		return No
	}
	offers := Yes
	for _, f := range p.Faults {
		switch {
		case f.At != AtEHLO || f.Do != DoHide || f.Text != "REQUIRETLS" || !f.strikes(InTLS):
		case f.Always():
			return No
		default:
			offers = Lenient
		}
	}
	return offers
}

// RefusesREQUIRETLS reports whether the peer refuses MAIL with the parameter
// REQUIRETLS in every session, and takes it without.
func (p Peer) RefusesREQUIRETLS() bool {
	for _, f := range p.Faults {
		limited := f.Match != nil && f.Match.Mail == "" && f.Match.Rcpt == "" && strings.EqualFold(f.Match.Parameter, "REQUIRETLS")
		f.Match = nil
		if f.At == AtMAIL && limited && f.Always() && f.strikes(InTLS) && f.stops() {
			return true
		}
	}
	return false
}

// SecuresMX reports whether the domain's MX record is secure by DNSSEC, as far as
// the facts and the zone show it: Yes, No, or Lenient where only a look at the
// answers can tell.
func (s Scenario) SecuresMX() Answer {
	switch cmp.Or(s.Facts.DANE, DANENone) {
	case DANEMatches, DANEMismatch, DANEUnusable:
		return Yes // records of a host to which a secure MX record leads
	case DANEInsecureMX:
		return No
	case DANENone:
		if !s.Peer.DNS.Zone.Signed {
			return No
		}
	}
	return Lenient
}
