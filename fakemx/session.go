package fakemx

import (
	"time"
)

// A Session is the record of one TCP connection, complete once the connection
// is over. Its JSON form is described by session.schema.json (see
// [SessionSchema]). It never holds a secret of an AUTH exchange. Get it from
// [Server.Sessions], [Server.WaitSession] or [Config.OnSession].
type Session struct {
	// ID is unique within a server.
	ID string `json:"id"`
	// Scenario is the name of the scenario that was played.
	Scenario string `json:"scenario"`
	// Remote is the client's address and Local the peer's, both host:port.
	Remote string `json:"remote"`
	Local  string `json:"local"`
	// Started and Ended are the times at which the connection was accepted and
	// was over.
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	// HELO is the argument of the last EHLO or HELO.
	HELO string `json:"helo"`
	// ESMTP is true if that command was EHLO.
	ESMTP bool `json:"esmtp"`
	// TLS is nil if the client never began TLS.
	TLS *TLS `json:"tls"`
	// Auth is the last AUTH exchange; nil if there was none.
	Auth *Auth `json:"auth"`
	// Transactions are the mail transactions in order, from MAIL to the end of
	// the message, including those that were not completed.
	Transactions []Transaction `json:"transactions"`
	// Accepted counts the accepted messages. LeftOut counts what did not fit
	// into Transactions, which is limited.
	Accepted Accepted `json:"accepted"`
	LeftOut  LeftOut  `json:"left_out"`
	// Fetches are the requests from the client's address, during the session,
	// for URLs in the peer's certificates.
	Fetches []Fetch `json:"fetches"`
	// Commands counts the commands received, by verb.
	Commands []CommandCount `json:"commands"`
	// Refusal is the peer's last reply that began with 4 or 5; nil if there was
	// none.
	Refusal *Reply `json:"refusal"`
	// Fault is the last fault that was played; zero if there was none.
	Fault Fault `json:"fault"`
	// End says who ended the connection, and how.
	End End `json:"end"`
	// Outcome sums up the session.
	Outcome Outcome `json:"outcome"`
	// Flags are further remarks, sorted and without duplicates.
	Flags []Flag `json:"flags"`
	// Transcript is the dialogue, without message contents and secrets.
	Transcript []Line `json:"transcript"`
}

// An Outcome says how a session ended, from the peer's point of view.
type Outcome string

// The outcomes.
const (
	DeliveredTLS   Outcome = "delivered-tls"
	DeliveredClear Outcome = "delivered-clear"
	// Refused: the client ended the session, by an alert, QUIT or a close,
	// after it could see what is wrong with the peer, or after it had attempted
	// to send mail.
	Refused Outcome = "refused"
	// Faulted: the peer ended the session, by a fault or a limit.
	Faulted Outcome = "faulted"
	// Open: the session had not ended when the record was taken
	// ([Server.OpenSessions]), or when the server was closed before anything
	// was delivered.
	Open Outcome = "open"
	// Idle: the client ended the session without attempting to send mail, and
	// could not see anything wrong.
	Idle Outcome = "idle"
)

// A Flag is a remark on a session.
type Flag string

// The flags.
const (
	// CredentialsInClear: the client revealed a secret outside TLS, by PLAIN,
	// LOGIN, OAUTHBEARER or XOAUTH2.
	CredentialsInClear Flag = "credentials-in-clear"
	// ZeroLengthCertificate: the client answered a request for a certificate
	// with a zero-length Certificate message.
	ZeroLengthCertificate Flag = "zero-length-certificate"
	// EarlyTalker: the client sent data before the greeting (RFC 5321 section
	// 4.3.1). Data that arrives after the greeting cannot be detected.
	EarlyTalker Flag = "early-talker"
	// ActedOnInjectedReply, AuthenticatedToMaskedOffer and RepeatedMessage are
	// the traps of package scenarios: see [scenarios.Trap].
	ActedOnInjectedReply       Flag = "acted-on-injected-reply"
	AuthenticatedToMaskedOffer Flag = "authenticated-to-masked-offer"
	RepeatedMessage            Flag = "repeated-message"
)

// A Party is one side of a connection.
type Party string

// The parties. FromEvent marks what neither of them sent as text.
const (
	FromClient Party = "client"
	FromPeer   Party = "peer"
	FromEvent  Party = "event"
)

// TLS is what is known about the TLS of a session, whether or not the handshake
// completed.
type TLS struct {
	// Mode says how TLS began.
	Mode TLSMode `json:"mode"`
	// ClientHello is nil if none was received.
	ClientHello *ClientHello `json:"client_hello"`
	// Completed is true if the handshake finished on the peer's side.
	Completed bool `json:"completed"`
	// Version is the version, such as "TLSv1.3"; CipherSuite and Group are IANA
	// names. They are empty if the handshake did not get that far.
	Version     string `json:"version"`
	CipherSuite string `json:"cipher_suite"`
	Group       string `json:"group"`
	Resumed     bool   `json:"resumed"`
	// Alternate is true if the peer served the chain of tls.alternate.
	Alternate bool `json:"alternate"`
	// Error says why the handshake did not complete; empty if it did.
	Error string `json:"error"`
	// Alert is the last alert other than close_notify; nil if there was none.
	Alert *Alert `json:"alert"`
	// ClientCertificate says what the peer requested and what the client sent.
	ClientCertificate ClientCertificate `json:"client_certificate"`
}

// A TLSMode says how TLS begins.
type TLSMode string

// The modes.
const (
	// TLSModeSTARTTLS: with the STARTTLS command (RFC 3207).
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
	// Bytes is the length of the handshake message in bytes, including its
	// header.
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
	// Presented is true if the client sent at least one certificate.
	Presented bool `json:"presented"`
	// Chain names the certificates in the order in which they were sent.
	Chain []CertificateName `json:"chain"`
	// Verify is the result in sendmail's words: OK, NO, NOT, FAIL, NONE, TEMP,
	// PROTOCOL or SOFTWARE.
	Verify string `json:"verify"`
}

// CertificateName identifies a certificate for a human reader.
type CertificateName struct {
	Subject string `json:"subject"`
	Issuer  string `json:"issuer"`
	// SHA256 is the fingerprint in lower-case hex.
	SHA256 string `json:"sha256"`
}

// Auth is an AUTH exchange (RFC 4954), without its secrets.
type Auth struct {
	Mechanism string `json:"mechanism"`
	// Identity is the authentication identity. It is empty for ANONYMOUS, and
	// if the exchange broke off before the identity was sent.
	Identity  string `json:"identity"`
	Succeeded bool   `json:"succeeded"`
	// InClear is true if the exchange took place outside TLS.
	InClear bool `json:"in_clear"`
}

// A Transaction is one mail transaction (RFC 5321 section 3.3).
type Transaction struct {
	// From is the reverse-path and To the accepted forward-paths, without
	// brackets, otherwise as the client sent them: a quoted local part keeps
	// its quotes (RFC 5321 section 4.1.2).
	From string   `json:"from"`
	To   []string `json:"to"`
	// Size is the length of the message as received, in octets, without the
	// peer's trace field.
	Size int64 `json:"size"`
	// InClear is true if the message was sent outside TLS.
	InClear bool `json:"in_clear"`
	// RequireTLS is true if MAIL had the parameter REQUIRETLS (RFC 8689 section
	// 2), which is accepted inside TLS only.
	RequireTLS bool `json:"requiretls"`
	// With is the keyword after "with" in Received (RFC 3848, RFC 6531).
	With string `json:"with"`
	// Received is the complete, folded trace field with its line end. It is
	// empty if the scenario writes none.
	Received string `json:"received"`
	// Accepted is true if the message was stored and, unless a fault
	// intervened, answered 250. It is false if a fault refused the message at
	// the dot.
	Accepted bool `json:"accepted"`
	// QueueID is the id in Received and in the reply.
	QueueID string `json:"queue_id"`
}

// Accepted counts the messages of a session that were stored, inside TLS and in
// clear. Messages whose transactions are left out of the record are counted
// too.
type Accepted struct {
	InTLS   int `json:"in_tls"`
	InClear int `json:"in_clear"`
}

// Any reports whether a message was accepted.
func (a Accepted) Any() bool { return a.InTLS+a.InClear > 0 }

// LeftOut counts what did not fit into a full record.
type LeftOut struct {
	// Transactions is the number of transactions that began when the record was
	// full, whatever their result.
	Transactions int `json:"transactions"`
	// Recipients is the number of further recipients of transactions that are
	// in the record.
	Recipients int `json:"recipients"`
}

// Any reports whether anything is left out.
func (l LeftOut) Any() bool { return l.Transactions+l.Recipients > 0 }

// A Document is the kind of document that a URL in a certificate points to.
type Document string

// The documents (RFC 5280 sections 4.2.1.13 and 4.2.2.1).
const (
	DocumentCRL    Document = "crl"
	DocumentOCSP   Document = "ocsp"
	DocumentIssuer Document = "issuer"
)

// A Fetch is a request for a document that a certificate of the peer points to.
type Fetch struct {
	At time.Time `json:"at"`
	// What is the kind of document, and Certificate the name, in the recipe, of
	// the certificate that it is about.
	What        Document `json:"what"`
	Certificate string   `json:"certificate"`
}

// A Line is one line of the transcript.
type Line struct {
	At time.Time `json:"at"`
	// From is the sender; [FromEvent] marks events that are not text on the
	// wire.
	From Party  `json:"from"`
	Text string `json:"text"`
}
