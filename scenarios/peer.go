package scenarios

import "github.com/fakemx/fakemx/certgen"

// A Peer is everything the server needs to play its part. It is plain data and
// can be written as YAML. In text fields {hostname} stands for Hostname and
// {scenario} for the scenario's name.
type Peer struct {
	// Hostname is the name the peer gives itself in its greeting, in the reply
	// to EHLO and in Received.
	Hostname string `yaml:"hostname" json:"hostname"`
	// PKI is the recipe of the peer's certificates.
	PKI certgen.Recipe `yaml:"pki" json:"pki"`
	// TLS says how the peer conducts TLS.
	TLS TLS `yaml:"tls" json:"tls"`
	// SMTP says how the peer conducts SMTP.
	SMTP SMTP `yaml:"smtp" json:"smtp"`
	// Faults are what the peer does wrong at points of the session.
	Faults []Fault `yaml:"faults,omitempty" json:"faults,omitempty"`
	// Trace says what the peer writes in Received.
	Trace Trace `yaml:"trace" json:"trace"`
}

// TLS is a peer's side of the handshake and of the record layer.
type TLS struct {
	// MinVersion and MaxVersion are "1.0" to "1.3".
	MinVersion string `yaml:"min_version" json:"min_version"`
	MaxVersion string `yaml:"max_version" json:"max_version"`
	// CipherSuites are IANA names for TLS 1.2 and below. If empty, the
	// library's secure choice.
	CipherSuites []string `yaml:"cipher_suites,omitempty,flow" json:"cipher_suites,omitempty"`
	// Groups are named groups of RFC 8446 section 4.2.7, such as x25519,
	// secp256r1 or the hybrid X25519MLKEM768. If empty, the library's choice.
	Groups []string `yaml:"groups,omitempty,flow" json:"groups,omitempty"`
	// ALPN are the protocols the peer insists on (RFC 7301). If empty, the
	// extension is ignored.
	ALPN []string `yaml:"alpn,omitempty,flow" json:"alpn,omitempty"`
	// SessionTickets sends tickets and resumes sessions.
	SessionTickets bool `yaml:"session_tickets" json:"session_tickets"`
	// CloseNotify ends TLS as RFC 8446 section 6.1 asks.
	CloseNotify bool `yaml:"close_notify" json:"close_notify"`
	// WithoutSNI is what a client gets that sends no server_name, or one the
	// certificate is not for. If nil, the same as any other client.
	WithoutSNI *WithoutSNI `yaml:"without_sni,omitempty" json:"without_sni,omitempty"`
	// Alternate is another chain that is served in some sessions. If nil, all
	// sessions get the same.
	Alternate *Alternate `yaml:"alternate,omitempty" json:"alternate,omitempty"`
	// ClientCertificate says what is asked of the client.
	ClientCertificate ClientCertificate `yaml:"client_certificate" json:"client_certificate"`
	// Staple is the OCSP response sent along (RFC 6066 section 8): good,
	// revoked or expired. If empty, none is sent.
	Staple string `yaml:"staple,omitempty" json:"staple,omitempty"`
	// MaxClientHello drops the connection of a client whose ClientHello
	// message is longer, in octets. If zero, any length is taken.
	MaxClientHello int `yaml:"max_client_hello,omitempty" json:"max_client_hello,omitempty"`
	// VersionIntolerant answers a client that offers more than MaxVersion with
	// a fatal handshake_failure instead of negotiating down (RFC 8446 section
	// 4.1.1, RFC 7507).
	VersionIntolerant bool `yaml:"version_intolerant,omitempty" json:"version_intolerant,omitempty"`
	// Legacy uses an engine for what modern libraries no longer do, TLS 1.0 to
	// 1.2. If nil, the modern engine is used.
	Legacy *Legacy `yaml:"legacy,omitempty" json:"legacy,omitempty"`
	// Records alters the peer's own records. If nil, they go out as they are.
	Records *Records `yaml:"records,omitempty" json:"records,omitempty"`
}

// The OCSP responses that can be stapled.
const (
	StapleGood    = "good"
	StapleRevoked = "revoked"
	StapleExpired = "expired"
)

// Legacy is TLS that modern libraries refuse to conduct. With it, CipherSuites
// may name DHE, anonymous and NULL suites and must not be empty.
type Legacy struct {
	// DHPrimeBits is the size of the prime of ephemeral Diffie-Hellman: 512,
	// 768, 1024 or 2048. If zero, 2048.
	DHPrimeBits int `yaml:"dh_prime_bits,omitempty" json:"dh_prime_bits,omitempty"`
	// SignatureScheme signs the ServerKeyExchange of TLS 1.2 with a broken
	// hash: rsa_pkcs1_md5, rsa_pkcs1_sha1 or ecdsa_sha1. If empty, one that
	// the client offers.
	SignatureScheme string `yaml:"signature_scheme,omitempty" json:"signature_scheme,omitempty"`
	// NoSecureRenegotiation leaves renegotiation_info out (RFC 5746).
	NoSecureRenegotiation bool `yaml:"no_secure_renegotiation,omitempty" json:"no_secure_renegotiation,omitempty"`
}

// Records alters the records that the peer sends (RFC 8446 section 5). It
// needs AEAD suites and works in TLS 1.2 and 1.3.
type Records struct {
	// OneByte puts every octet of a handshake message in a record of its own.
	OneByte bool `yaml:"one_byte,omitempty" json:"one_byte,omitempty"`
	// CorruptFinished flips a bit of our Finished.
	CorruptFinished bool `yaml:"corrupt_finished,omitempty" json:"corrupt_finished,omitempty"`
	// KeyUpdates is how many KeyUpdate messages precede our first reply in TLS,
	// none of which asks for one in return (TLS 1.3).
	KeyUpdates int `yaml:"key_updates,omitempty" json:"key_updates,omitempty"`
	// HelloRequests is how many HelloRequest messages follow the handshake
	// (TLS 1.2).
	HelloRequests int `yaml:"hello_requests,omitempty" json:"hello_requests,omitempty"`
	// DowngradeCanary marks the ServerHello random as that of a peer that was
	// made to use less than it can (RFC 8446 section 4.1.3).
	DowngradeCanary bool `yaml:"downgrade_canary,omitempty" json:"downgrade_canary,omitempty"`
	// WarningAlerts is how many warning alerts of unrecognized_name precede
	// the ServerHello (RFC 6066 section 3).
	WarningAlerts int `yaml:"warning_alerts,omitempty" json:"warning_alerts,omitempty"`
	// AlertAfterHandshake is the name of a fatal alert sent, encrypted, behind
	// our Finished.
	AlertAfterHandshake string `yaml:"alert_after_handshake,omitempty" json:"alert_after_handshake,omitempty"`
	// Delay holds every flight of the handshake back.
	Delay Span `yaml:"delay,omitempty" json:"delay,omitempty"`
}

// Span is a length of time; its text form is that of certgen.Offset.
type Span = certgen.Offset

// WithoutSNI is another answer to a client whose server_name does not help:
// other certificates, or an alert.
type WithoutSNI struct {
	// Send names certificates of the PKI.
	Send []string `yaml:"send,omitempty,flow" json:"send,omitempty"`
	// Alert is an alert's name as in RFC 8446 section 6, such as
	// unrecognized_name; it is fatal.
	Alert string `yaml:"alert,omitempty" json:"alert,omitempty"`
}

// ClientCertificate says whether the peer asks for a client certificate and
// what it does with the answer.
type ClientCertificate struct {
	// Mode is one of the ClientCertificate modes.
	Mode ClientCertificateMode `yaml:"mode" json:"mode"`
	// Authorities name certificates of the PKI whose subjects are sent as
	// acceptable issuers (RFC 5246 section 7.4.4, RFC 8446 section 4.2.4).
	Authorities []string `yaml:"authorities,omitempty,flow" json:"authorities,omitempty"`
	// Trust names certificates of the PKI to which a client's chain must lead
	// to be reported as OK. In mode request and require an untrusted chain is
	// reported; it is refused only in mode enforce.
	Trust []string `yaml:"trust,omitempty,flow" json:"trust,omitempty"`
	// Unrelated is how many further names of authorities that do not exist are
	// sent as acceptable issuers.
	Unrelated int `yaml:"unrelated,omitempty" json:"unrelated,omitempty"`
}

// A ClientCertificateMode is what a peer does about client certificates.
type ClientCertificateMode string

// The modes.
const (
	// ClientCertificateIgnore never asks.
	ClientCertificateIgnore ClientCertificateMode = "ignore"
	// ClientCertificateRequest asks, accepts and records any answer.
	ClientCertificateRequest ClientCertificateMode = "request"
	// ClientCertificateRequire asks and aborts on a zero-length answer; any
	// certificate will do.
	ClientCertificateRequire ClientCertificateMode = "require"
	// ClientCertificateReject asks and aborts on any certificate.
	ClientCertificateReject ClientCertificateMode = "reject"
	// ClientCertificateEnforce asks and aborts unless the chain leads to Trust.
	// The alert says what is wrong (RFC 8446 section 6.2).
	ClientCertificateEnforce ClientCertificateMode = "enforce"
)

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

// Where is a part of a session.
type Where string

// The parts of a session.
const (
	Nowhere    Where = "nowhere"
	InClear    Where = "clear"
	InTLS      Where = "tls"
	Everywhere Where = "everywhere"
	// InGreeting is for StartTLS.Offer: STARTTLS is taken only before EHLO.
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

// A Fault is one thing done wrong at a point of the session. The words are
// those of Toxiproxy where it has one.
type Fault struct {
	// At is the point.
	At Point `yaml:"at" json:"at"`
	// In limits the fault to the clear or the TLS part of a session. If
	// empty, Everywhere.
	In Where `yaml:"in,omitempty" json:"in,omitempty"`
	// Do is what is done.
	Do Action `yaml:"do" json:"do"`
	// Text is what is said, for reply (one or more reply lines, without the
	// line end), raw (octets, see Octets), inject (octets sent in clear as they
	// stand), hide (the EHLO keyword) and alert (its name). {padding:N} stands
	// for N letters x.
	Text string `yaml:"text,omitempty" json:"text,omitempty"`
	// Delay is the pause between two octets, for drip. If zero, there is none.
	Delay Span `yaml:"delay,omitempty" json:"delay,omitempty"`
	// Match limits the fault to certain addresses. If nil, there is no such
	// limit.
	Match *Match `yaml:"match,omitempty" json:"match,omitempty"`
	// EarlyTalker limits the fault to sessions whose client spoke before it was
	// greeted. That is known from the greeting on, and at every later point.
	EarlyTalker bool `yaml:"early_talker,omitempty" json:"early_talker,omitempty"`
	// After spares what comes first. If nil, nothing is spared.
	After *After `yaml:"after,omitempty" json:"after,omitempty"`
	// Rate limits the fault to sessions that come too fast. If nil, there is
	// no such limit.
	Rate *Rate `yaml:"rate,omitempty" json:"rate,omitempty"`
	// First limits the fault to the first N sessions of a server, or the first
	// N behind those that After spares. If zero, there is no such limit.
	First int `yaml:"first,omitempty" json:"first,omitempty"`
	// Every limits the fault to each Nth of these sessions, the first being
	// one. If zero, there is no such limit.
	Every int `yaml:"every,omitempty" json:"every,omitempty"`
	// TLSVersion limits the fault to sessions in that version of TLS, "1.0" to
	// "1.3"; at client-hello, to those for which it is the one to be agreed on.
	// If empty, there is no such limit.
	TLSVersion string `yaml:"tls_version,omitempty" json:"tls_version,omitempty"`
}

// A Point is where in a session a fault strikes: when the connection is made,
// when a command of that name has come and is to be answered, or otherwise as
// said.
type Point string

// The points of a session, in the order in which it passes them.
const (
	AtConnect   Point = "connect"   // accepted, nothing said yet
	AtGreeting  Point = "greeting"  // in place of the greeting
	AtEHLO      Point = "ehlo"      // in place of the reply to EHLO
	AtHELO      Point = "helo"      // in place of the reply to HELO
	AtSTARTTLS  Point = "starttls"  // in place of the reply to STARTTLS
	AtHandshake Point = "handshake" // the 220 is out, TLS should begin
	// AtClientHello: the ClientHello has come, in place of our answer to it.
	AtClientHello Point = "client-hello"
	AtAUTH        Point = "auth"    // in place of the reply to AUTH
	AtMAIL        Point = "mail"    // in place of the reply to MAIL
	AtRCPT        Point = "rcpt"    // in place of the reply to RCPT
	AtDATA        Point = "data"    // in place of the 354
	AtMessage     Point = "message" // after the first octets of the message
	// AtDot: the message has come, in place of the 250. It is stored, unless Do
	// is reply and Text refuses it (4yz or 5yz).
	AtDot  Point = "dot"
	AtQUIT Point = "quit" // in place of the reply to QUIT
)

// An Action is what a fault does.
type Action string

// The actions.
const (
	DoReset Action = "reset" // end the connection with a TCP RST
	DoClose Action = "close" // end the connection with a TCP FIN
	DoStall Action = "stall" // say nothing until the client or the time limit ends it
	// DoReply answers Text instead. The command is not carried out, but for a
	// message whose dot is answered 2yz: it is stored.
	DoReply Action = "reply"
	// DoRaw sends the octets of Text in place of the reply, whether or not they
	// are one. The command is carried out all the same.
	DoRaw Action = "raw"
	// DoHide leaves the keyword Text out of the reply to EHLO. Its command,
	// which STARTTLS, AUTH and CHUNKING have, is refused as one not offered.
	DoHide Action = "hide"
	// DoAlert sends a fatal TLS alert, whose name is Text, in clear and closes.
	DoAlert Action = "alert"
	// DoInject sends Text in clear behind the reply.
	DoInject Action = "inject"
	// DoDrip sends the reply one octet at a time.
	DoDrip Action = "drip"
)

// Trace says what the peer writes in Received (RFC 5321 section 4.4).
type Trace struct {
	// Form is whose form the TLS comment has.
	Form TraceForm `yaml:"form" json:"form"`
	// TLSClause adds the registered tls clause of RFC 8314 section 7.4.
	TLSClause bool `yaml:"tls_clause,omitempty" json:"tls_clause,omitempty"`
	// With says which keyword follows "with".
	With With `yaml:"with" json:"with"`
	// CommentAfterWith puts a comment between "with" and its keyword's
	// followers, where some parsers trip.
	CommentAfterWith bool `yaml:"comment_after_with,omitempty" json:"comment_after_with,omitempty"`
	// Absent writes no Received at all.
	Absent bool `yaml:"absent,omitempty" json:"absent,omitempty"`
}

// A TraceForm is whose form the TLS comment in Received has.
type TraceForm string

// The forms.
const (
	TraceSendmail TraceForm = "sendmail"
	TracePostfix  TraceForm = "postfix"
	TraceExim     TraceForm = "exim"
	TraceNone     TraceForm = "none" // no comment about TLS
)

// With is the rule for the keyword behind "with".
type With string

// The rules.
const (
	WithRFC3848   With = "rfc3848"   // the keyword RFC 3848 and RFC 6531 ask for
	WithAsClear   With = "as-clear"  // as if there had been no TLS
	WithAsTLS     With = "as-tls"    // as if there had been TLS
	WithSMTP      With = "smtp"      // always SMTP
	WithLowercase With = "lowercase" // the right one in lower case
)
