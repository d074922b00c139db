package scenarios

import (
	"cmp"
	"slices"
	"strings"
)

// SMTP says how a peer speaks SMTP.
type SMTP struct {
	// ImplicitTLS starts TLS with the first byte (RFC 8314 section 3).
	ImplicitTLS bool `yaml:"implicit_tls,omitempty" json:"implicit_tls,omitempty"`
	// Greeting is the text after the 220.
	Greeting string `yaml:"greeting" json:"greeting"`
	// GreetPause is how long the peer waits before it sends the greeting, while
	// it watches for clients that speak first. If zero, it sends the greeting
	// at once.
	GreetPause Span `yaml:"greet_pause,omitempty" json:"greet_pause,omitempty"`
	// ESMTP says whether EHLO is accepted; otherwise it is answered with 502.
	ESMTP bool `yaml:"esmtp" json:"esmtp"`
	// StartTLS says where STARTTLS is offered and accepted.
	StartTLS StartTLS `yaml:"starttls" json:"starttls"`
	// Extensions are the EHLO keywords offered in addition to STARTTLS, AUTH
	// and SIZE. The server must support them.
	Extensions []string `yaml:"extensions,flow" json:"extensions"`
	// RequireTLSOffer says where REQUIRETLS is offered, if it is one of the
	// extensions. If empty, inside TLS, which is where it belongs (RFC 8689
	// section 2). Outside TLS the parameter of MAIL is refused in any case.
	RequireTLSOffer Where `yaml:"requiretls_offer,omitempty" json:"requiretls_offer,omitempty"`
	// Auth says which mechanisms are offered and where.
	Auth Auth `yaml:"auth" json:"auth"`
	// PlaintextSMTPS answers in clear on the address on which TLS should begin
	// with the first byte.
	PlaintextSMTPS bool `yaml:"plaintext_smtps,omitempty" json:"plaintext_smtps,omitempty"`
	// RequireTLS answers everything but NOOP, EHLO, STARTTLS and QUIT with 530
	// 5.7.0 before TLS (RFC 3207 section 4).
	RequireTLS bool `yaml:"require_tls,omitempty" json:"require_tls,omitempty"`
}

// OffersREQUIRETLS reports whether REQUIRETLS is offered in that part of a
// session. A fault may still hide it.
func (s SMTP) OffersREQUIRETLS(inTLS bool) bool {
	offer := cmp.Or(s.RequireTLSOffer, InTLS)
	part := InClear
	if inTLS {
		part = InTLS
	}
	return slices.Contains(s.Extensions, "REQUIRETLS") && (offer == Everywhere || offer == part)
}

// StartTLS says where and how STARTTLS is offered.
type StartTLS struct {
	// Offer says where the keyword appears in the reply to EHLO, and where the
	// command is accepted.
	Offer Where `yaml:"offer" json:"offer"`
	// Keyword replaces STARTTLS in the reply to EHLO: either the same word in
	// another case (RFC 5321 section 4.1.1.1), or another word that masks it.
	// With another word, the command is answered with 500. If empty, STARTTLS.
	Keyword string `yaml:"keyword,omitempty" json:"keyword,omitempty"`
	// Position is the position of the keyword in the list of extensions,
	// counted from 1. If the list is shorter, the keyword is the last one. If
	// zero, it is between SIZE and AUTH.
	Position int `yaml:"position,omitempty" json:"position,omitempty"`
	// KeepBuffered treats text pipelined after STARTTLS as if it had been sent
	// inside TLS (CVE-2011-0411), instead of discarding it.
	KeepBuffered bool `yaml:"keep_buffered,omitempty" json:"keep_buffered,omitempty"`
}

// Masks reports whether the keyword is a word other than STARTTLS.
func (s StartTLS) Masks() bool { return s.Keyword != "" && !strings.EqualFold(s.Keyword, "STARTTLS") }

// Where is a part of a session.
type Where string

// The parts of a session.
const (
	Nowhere    Where = "nowhere"    // in no part of a session
	InClear    Where = "clear"      // outside TLS
	InTLS      Where = "tls"        // inside TLS
	Everywhere Where = "everywhere" // in both parts
	// InGreeting is for STARTTLS alone, which is then accepted only before
	// EHLO.
	InGreeting Where = "greeting"
)

// Auth says which SASL mechanisms are offered and where.
type Auth struct {
	// Mechanisms are SASL names (RFC 4422 section 3.1). Those that need a
	// password are offered only if the server has users, EXTERNAL only after a
	// client certificate. A mechanism that the server does not implement is
	// always offered, and answered with 504.
	Mechanisms []string `yaml:"mechanisms,flow" json:"mechanisms"`
	// Offer says where AUTH is offered and accepted.
	Offer Where `yaml:"offer" json:"offer"`
	// Bait offers the mechanisms even if the server has no users, and accepts
	// any credentials.
	Bait bool `yaml:"bait,omitempty" json:"bait,omitempty"`
}
