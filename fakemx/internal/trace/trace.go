// Package trace writes and reads the Received field (RFC 5321 section 4.4).
// Whatever a client says, the field keeps to the grammar.
package trace

import (
	"net/netip"
	"strings"
	"time"

	"github.com/fakemx/fakemx/scenarios"
)

// Facts are what a Received field tells of a transaction.
type Facts struct {
	// HELO is the argument of HELO or EHLO, as it came.
	HELO string
	// ESMTP: it was EHLO.
	ESMTP bool
	// UTF8: MAIL had the SMTPUTF8 parameter (RFC 6531).
	UTF8 bool
	// Authenticated: an AUTH exchange succeeded.
	Authenticated bool
	// RemoteIP is the client's address; if invalid, it is left out.
	RemoteIP netip.Addr
	// Hostname is the name of the peer.
	Hostname string
	// ID is the queue id, an atom; if it is none, it is left out.
	ID string
	// For is the forward-path without its brackets. It belongs here only if
	// it is the only one; others are nobody's business (RFC 5321 section 7.6).
	For string
	// Date is when the message came.
	Date time.Time
	// TLS is nil if the transaction went in clear.
	TLS *TLSFacts
}

// TLSFacts are what a Received field tells of TLS.
type TLSFacts struct {
	// Version is "TLSv1.3"; CipherSuite and Group are IANA names. Group may
	// be empty.
	Version     string
	CipherSuite string
	Group       string
	// Bits is the strength of the cipher's key.
	Bits int
	// Verify is sendmail's word for the client certificate.
	Verify string
	// ClientSubject and ClientIssuer are the common names of the client
	// certificate's subject and issuer; empty if none was presented.
	ClientSubject string
	ClientIssuer  string
}

// Received returns the whole field for a peer that writes its trace as t says:
// folded to 78 characters where the words allow it, and with its line end. It
// is empty if the peer writes none.
func Received(f Facts, t scenarios.Trace) string {
	if t.Absent {
		return ""
	}
	out := newField()
	out.line("Received:", "from", clientWords(f))
	if f.TLS != nil && t.Form == scenarios.TracePostfix {
		out.postfixComments(*f.TLS)
	}
	out.protocol(f, t)
	if f.TLS != nil && t.Form == scenarios.TraceSendmail {
		out.sendmailComment(*f.TLS)
	}
	if isMailbox(f.For, f.UTF8) {
		out.line("for")
		out.word("<" + f.For + ">")
	}
	if f.TLS != nil && t.TLSClause && t.Form != scenarios.TraceExim {
		out.line(tlsClause(*f.TLS, true))
	}
	out.attach(";")
	out.line(f.Date.Format(dateLayout))
	return out.fold()
}

// With is the keyword behind "with". RFC 3848 registers those with an S and an
// A for ESMTP only, and RFC 6531 section 4.3 its own likewise, so a session
// that began with HELO has "SMTP" whatever else happened in it.
func With(f Facts, rule scenarios.With) string {
	inTLS := f.TLS != nil
	switch rule {
	case scenarios.WithSMTP:
		return "SMTP"
	case scenarios.WithAsClear:
		inTLS = false
	case scenarios.WithAsTLS:
		inTLS = true
	case scenarios.WithLowercase:
		return strings.ToLower(keyword(f, inTLS))
	}
	return keyword(f, inTLS)
}

func keyword(f Facts, inTLS bool) string {
	if !f.ESMTP {
		return "SMTP"
	}
	word := "ESMTP"
	if f.UTF8 {
		word = "UTF8SMTP"
	}
	if inTLS {
		word += "S"
	}
	if f.Authenticated {
		word += "A"
	}
	return word
}

// protocol writes by, with and id. In Exim's form the id has its own line.
func (out *field) protocol(f Facts, t scenarios.Trace) {
	comment, tls, id := "", "", ""
	if t.CommentAfterWith {
		comment = "(fakemx)"
	}
	if isAtom(f.ID) {
		id = "id " + f.ID
	}
	if f.TLS != nil && t.Form == scenarios.TraceExim {
		tls = eximWords(*f.TLS, t.TLSClause)
	}
	by := []string{"by", peerWords(f.Hostname), "with", With(f, t.With), comment}
	if tls == "" {
		out.line(append(by, id)...)
		return
	}
	out.line(append(by, tls)...)
	out.line(id)
}
