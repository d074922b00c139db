// Package trace writes the Received field (RFC 5321 section 4.4). Whatever a
// client says, the field keeps to the grammar, as received.Parse reads it.
package trace

import (
	"net/netip"
	"strings"
	"time"

	"github.com/fakemx/fakemx/internal/received"
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
	// ID is the queue id, an atom; if it is none, or far too long, it is left out.
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

// A Form is the Received field of a client's transactions but for what differs
// from one to the next: most of the field is the same as long as a session
// lasts, and need be made only once.
type Form struct {
	of       Facts
	absent   bool
	with     string
	words    field // those that do not differ
	id, path int   // where in words the id and "for" go
	idBegins bool  // the id has its own line
}

// NewForm makes the form for a peer that writes its trace as t says. It does not
// use the ID, For and Date of f.
func NewForm(f Facts, t scenarios.Trace) *Form {
	p := &Form{of: f, absent: t.Absent, with: With(f, t.With), words: newField()}
	if p.absent {
		return p
	}
	d := dialect{}
	if f.TLS != nil {
		d = dialects[t.Form]
	}
	p.words.line("Received:", "from", clientWords(f))
	if d.beforeBy != nil {
		d.beforeBy(&p.words, *f.TLS)
	}
	p.protocol(f, t, d)
	p.id = len(p.words.words)
	if d.behindID != nil {
		d.behindID(&p.words, *f.TLS)
	}
	p.path = len(p.words.words)
	if f.TLS != nil && t.TLSClause && d.behindWith == nil {
		p.words.line(tlsClause(*f.TLS, true))
	}
	return p
}

// Of are the facts that it was made of.
func (p *Form) Of() Facts { return p.of }

// With is the keyword behind "with".
func (p *Form) With() string { return p.with }

// Received returns the whole field for a transaction with that ID, For and Date
// (see Facts): folded to 78 characters where the words allow it, and with its
// line end. It is empty if the peer writes none.
func (p *Form) Received(id, path string, date time.Time) string {
	if p.absent {
		return ""
	}
	out := fields.Get().(*field)
	defer fields.Put(out)
	out.text, out.words = out.text[:0], out.words[:0]
	out.append(p.words, 0, p.id)
	if received.IsAtom(id) && len(id) <= maxWord {
		out.add("id", p.idBegins)
		out.word(id)
	}
	out.append(p.words, p.id, p.path)
	if received.IsMailbox(path, p.of.UTF8) {
		out.add("for", true)
		out.word("<")
		out.attach(path)
		out.attach(">")
	}
	out.append(p.words, p.path, len(p.words.words))
	out.attach(";")
	out.date(date)
	return out.fold()
}

// Received returns the whole field, as NewForm(f, t).Received does.
func Received(f Facts, t scenarios.Trace) string {
	return NewForm(f, t).Received(f.ID, f.For, f.Date)
}

// With is the keyword behind "with" for a client. RFC 3848 registers those with an S and an
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

// protocol writes by and with.
func (p *Form) protocol(f Facts, t scenarios.Trace, d dialect) {
	comment, tls := "", ""
	if t.CommentAfterWith {
		comment = "(fakemx)"
	}
	if d.behindWith != nil {
		tls = d.behindWith(*f.TLS, t.TLSClause)
	}
	p.words.line("by", peerWords(f.Hostname), "with", p.with, comment, tls)
	p.idBegins = tls != ""
}
