package fakemx

import (
	"time"
)

// A Session is the record of one TCP connection, complete once it is over. Its
// JSON form is described by session.schema.json. No secret of an AUTH exchange
// is ever in it. [Server.Sessions], [Server.WaitSession] and [Config].OnSession have
// it.
type Session struct {
	// ID is unique within a server.
	ID string `json:"id"`
	// Scenario is the name of the scenario that was played.
	Scenario string `json:"scenario"`
	// Remote and Local are the addresses of both ends, host:port.
	Remote string `json:"remote"`
	Local  string `json:"local"`
	// Started and Ended bound the connection.
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	// HELO is the last argument of EHLO or HELO.
	HELO string `json:"helo"`
	// ESMTP: that was EHLO.
	ESMTP bool `json:"esmtp"`
	// TLS is nil if the client never began TLS.
	TLS *TLS `json:"tls"`
	// Auth is the last AUTH exchange; nil if there was none.
	Auth *Auth `json:"auth"`
	// Transactions are the mail transactions, MAIL to the end of the message,
	// in order; those that were not carried through stand here too.
	Transactions []Transaction `json:"transactions"`
	// Accepted counts the messages that were accepted, LeftOut what there was
	// no room for in Transactions, which are bounded.
	Accepted Accepted `json:"accepted"`
	LeftOut  LeftOut  `json:"left_out"`
	// Fetches are what the client's address fetched, while the session lasted,
	// from the URLs in the peer's certificates.
	Fetches []Fetch `json:"fetches"`
	// Commands are the commands that came, by their verbs.
	Commands []CommandCount `json:"commands"`
	// Refusal is the last reply of ours that began with 4 or 5; nil if there
	// was none.
	Refusal *Reply `json:"refusal"`
	// Fault is the last fault that was played; zero if none was.
	Fault Fault `json:"fault"`
	// End is who ended the connection, and how.
	End End `json:"end"`
	// Outcome sums the session up.
	Outcome Outcome `json:"outcome"`
	// Flags are further remarks, sorted. Each stands there once.
	Flags []Flag `json:"flags"`
	// Transcript is the dialogue, without the messages and without secrets.
	Transcript []Line `json:"transcript"`
}

// Outcome is how a session ended, seen from the peer.
type Outcome string

// The outcomes.
const (
	DeliveredTLS   Outcome = "delivered-tls"
	DeliveredClear Outcome = "delivered-clear"
	// Refused: the client ended it, by an alert, QUIT or a close, after it could
	// see what is wrong with the peer, or after it had attempted to send mail.
	Refused Outcome = "refused"
	// Faulted: the peer ended it, by a fault or a limit.
	Faulted Outcome = "faulted"
	// Open: it had not ended when the record was taken ([Server.OpenSessions]), or
	// when the server was closed before anything was delivered.
	Open Outcome = "open"
	// Idle: the client ended it without having attempted to send mail, and could
	// see nothing wrong.
	Idle Outcome = "idle"
)

// A Flag is a remark on a session.
type Flag string

// The flags.
const (
	// CredentialsInClear: the client showed a secret outside TLS, by PLAIN,
	// LOGIN, OAUTHBEARER or XOAUTH2.
	CredentialsInClear Flag = "credentials-in-clear"
	// ZeroLengthCertificate: asked for a certificate, the client answered
	// with a zero-length Certificate message.
	ZeroLengthCertificate Flag = "zero-length-certificate"
	// EarlyTalker: the client spoke before it was greeted (RFC 5321 section
	// 4.3.1). One whose octets come only after the greeting is not seen.
	EarlyTalker Flag = "early-talker"
	// ActedOnInjectedReply, AuthenticatedToMaskedOffer and RepeatedMessage are
	// the traps of package scenarios.
	ActedOnInjectedReply       Flag = "acted-on-injected-reply"
	AuthenticatedToMaskedOffer Flag = "authenticated-to-masked-offer"
	RepeatedMessage            Flag = "repeated-message"
)

// A Party is one side of a connection.
type Party string

// The parties, and what is no text of either.
const (
	FromClient Party = "client"
	FromPeer   Party = "peer"
	FromEvent  Party = "event"
)

// TLS is what is known of a session's TLS, whether or not it completed.
type TLS struct {
	// Mode is how TLS began.
	Mode TLSMode `json:"mode"`
	// ClientHello is nil if none came.
	ClientHello *ClientHello `json:"client_hello"`
	// Completed: the handshake finished on our side.
	Completed bool `json:"completed"`
	// Version is "TLSv1.3", CipherSuite and Group are IANA names; empty if it
	// did not get that far.
	Version     string `json:"version"`
	CipherSuite string `json:"cipher_suite"`
	Group       string `json:"group"`
	Resumed     bool   `json:"resumed"`
	// Alternate: it was a session for the chain of tls.alternate.
	Alternate bool `json:"alternate"`
	// Error is why the handshake did not complete; empty if it did.
	Error string `json:"error"`
	// Alert is the last alert other than close_notify; nil if there was none.
	Alert *Alert `json:"alert"`
	// ClientCertificate is what was asked of the client and what came.
	ClientCertificate ClientCertificate `json:"client_certificate"`
}

// A TLSMode is a way to begin TLS.
type TLSMode string

// The ways.
const (
	// TLSModeSTARTTLS: by the command (RFC 3207).
	TLSModeSTARTTLS TLSMode = "starttls"
	// TLSModeImplicit: with the first byte (RFC 8314 section 3).
	TLSModeImplicit TLSMode = "implicit"
)

// ClientHello is what the client offered (RFC 8446 section 4.1.2).
type ClientHello struct {
	ServerName   string   `json:"server_name"`
	Versions     []string `json:"versions"`
	CipherSuites []string `json:"cipher_suites"`
	Groups       []string `json:"groups"`
	ALPN         []string `json:"alpn"`
	// Bytes is the length of the handshake message, header included.
	Bytes int `json:"bytes"`
}

// Alert is a TLS alert (RFC 8446 section 6).
type Alert struct {
	Code int    `json:"code"`
	Name string `json:"name"`
	// From is [FromClient] or [FromPeer].
	From Party `json:"from"`
}

// ClientCertificate is a client's answer to a CertificateRequest.
type ClientCertificate struct {
	Requested bool `json:"requested"`
	// Presented: at least one certificate came.
	Presented bool `json:"presented"`
	// Chain are the subjects of the certificates, as they came.
	Chain []CertificateName `json:"chain"`
	// Verify is sendmail's word: OK, NO, NOT, FAIL, NONE, TEMP, PROTOCOL,
	// SOFTWARE.
	Verify string `json:"verify"`
}

// CertificateName identifies a certificate for people.
type CertificateName struct {
	Subject string `json:"subject"`
	Issuer  string `json:"issuer"`
	// SHA256 is the fingerprint in lower-case hex.
	SHA256 string `json:"sha256"`
}

// Auth is an AUTH exchange (RFC 4954) without its secrets.
type Auth struct {
	Mechanism string `json:"mechanism"`
	// Identity is the authentication identity; empty for ANONYMOUS and where
	// the exchange broke off before it came.
	Identity  string `json:"identity"`
	Succeeded bool   `json:"succeeded"`
	// InClear: the exchange went outside TLS.
	InClear bool `json:"in_clear"`
}

// A Transaction is one mail transaction (RFC 5321 section 3.3).
type Transaction struct {
	// From is the reverse-path without its brackets, To the forward-paths
	// that were accepted, as the client sent them: a local part in quotes has
	// them here too (RFC 5321 section 4.1.2).
	From string   `json:"from"`
	To   []string `json:"to"`
	// Size is the length of the message as it came, in octets, without our
	// trace field.
	Size int64 `json:"size"`
	// InClear: it went outside TLS.
	InClear bool `json:"in_clear"`
	// With is the keyword that was stamped.
	With string `json:"with"`
	// Received is the whole trace field as stamped, folded, with its line
	// end; empty if the scenario writes none.
	Received string `json:"received"`
	// Accepted: the message was stored and, unless a fault intervened,
	// answered 250. One that a fault refused at the dot was not.
	Accepted bool `json:"accepted"`
	// QueueID is the id in Received and in the reply.
	QueueID string `json:"queue_id"`
}

// Accepted counts the messages of a session that were stored, in TLS and in
// clear. Those whose transactions are left out of the record are among them.
type Accepted struct {
	InTLS   int `json:"in_tls"`
	InClear int `json:"in_clear"`
}

// Any reports whether a message was accepted.
func (a Accepted) Any() bool { return a.InTLS+a.InClear > 0 }

// LeftOut counts what a full record lacks.
type LeftOut struct {
	// Transactions are those that began when the record was full, whatever
	// became of them.
	Transactions int `json:"transactions"`
	// Recipients are further ones of transactions that are in the record.
	Recipients int `json:"recipients"`
}

// Any reports whether something is left out.
func (l LeftOut) Any() bool { return l.Transactions+l.Recipients > 0 }

// A Document is what a URL in a certificate leads to.
type Document string

// The documents (RFC 5280 sections 4.2.1.13 and 4.2.2.1).
const (
	DocumentCRL    Document = "crl"
	DocumentOCSP   Document = "ocsp"
	DocumentIssuer Document = "issuer"
)

// A Fetch is a request for what a certificate of the peer points to.
type Fetch struct {
	At time.Time `json:"at"`
	// What is what was asked for, Certificate the name in the recipe of the
	// certificate that it is about.
	What        Document `json:"what"`
	Certificate string   `json:"certificate"`
}

// A Line is an entry of the transcript.
type Line struct {
	At time.Time `json:"at"`
	// From is who spoke; [FromEvent] is for what is no text on the wire.
	From Party  `json:"from"`
	Text string `json:"text"`
}
