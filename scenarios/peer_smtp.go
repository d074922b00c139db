package scenarios

import "strings"

// SMTP is a peer's side of the dialogue.
type SMTP struct {
	// ImplicitTLS starts TLS with the first byte (RFC 8314 section 3).
	ImplicitTLS bool `yaml:"implicit_tls,omitempty" json:"implicit_tls,omitempty"`
	// Greeting is the text behind the 220.
	Greeting string `yaml:"greeting" json:"greeting"`
	// GreetPause is how long the peer waits before it greets, and listens for
	// a client that speaks first. If zero, it greets at once.
	GreetPause Span `yaml:"greet_pause,omitempty" json:"greet_pause,omitempty"`
	// ESMTP says whether EHLO is understood; if not, 502.
	ESMTP bool `yaml:"esmtp" json:"esmtp"`
	// StartTLS says where STARTTLS is offered and taken.
	StartTLS StartTLS `yaml:"starttls" json:"starttls"`
	// Extensions are the EHLO keywords offered besides STARTTLS, AUTH and
	// SIZE, out of those the server can do.
	Extensions []string `yaml:"extensions,flow" json:"extensions"`
	// Auth says which mechanisms are offered and where.
	Auth Auth `yaml:"auth" json:"auth"`
	// PlaintextSMTPS answers in clear on the address on which TLS begins with
	// the first byte.
	PlaintextSMTPS bool `yaml:"plaintext_smtps,omitempty" json:"plaintext_smtps,omitempty"`
	// RequireTLS answers everything but NOOP, EHLO, STARTTLS and QUIT with
	// 530 5.7.0 before TLS (RFC 3207 section 4).
	RequireTLS bool `yaml:"require_tls,omitempty" json:"require_tls,omitempty"`
}

// StartTLS says where STARTTLS is offered.
type StartTLS struct {
	// Offer is where the keyword stands in the reply to EHLO, and where the
	// command is taken.
	Offer Where `yaml:"offer" json:"offer"`
	// Keyword is what stands in its place, if not STARTTLS: the same word in
	// other case (RFC 5321 section 4.1.1.1), or a word that masks it, and then
	// the command is answered with 500.
	Keyword string `yaml:"keyword,omitempty" json:"keyword,omitempty"`
	// Position is the place of the keyword in the list of extensions, from 1;
	// it is the last where the list is shorter. If zero, it stands between SIZE
	// and AUTH.
	Position int `yaml:"position,omitempty" json:"position,omitempty"`
	// KeepBuffered treats text pipelined behind STARTTLS as if it had come
	// inside TLS (CVE-2011-0411) instead of discarding it.
	KeepBuffered bool `yaml:"keep_buffered,omitempty" json:"keep_buffered,omitempty"`
}

// Masks reports whether the keyword is another word than STARTTLS.
func (s StartTLS) Masks() bool { return s.Keyword != "" && !strings.EqualFold(s.Keyword, "STARTTLS") }

// Where is a part of a session.
type Where string

// The parts of a session.
const (
	Nowhere    Where = "nowhere"    // in no part
	InClear    Where = "clear"      // outside TLS
	InTLS      Where = "tls"        // inside TLS
	Everywhere Where = "everywhere" // in both parts
	// InGreeting is for [StartTLS.Offer]: STARTTLS is taken only before EHLO.
	InGreeting Where = "greeting"
)

// Auth says which SASL mechanisms are offered and where.
type Auth struct {
	// Mechanisms are SASL names (RFC 4422 section 3.1). Those that need a
	// password are offered only when the server knows a user, EXTERNAL only
	// with a client certificate. A mechanism that the server cannot do is
	// always offered, and answered with 504.
	Mechanisms []string `yaml:"mechanisms,flow" json:"mechanisms"`
	// Offer is where AUTH is offered and taken.
	Offer Where `yaml:"offer" json:"offer"`
	// Bait offers the mechanisms even if the server knows no user, and takes
	// any credentials.
	Bait bool `yaml:"bait,omitempty" json:"bait,omitempty"`
}
