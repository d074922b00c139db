// Package clients is a table of SMTP clients: libraries and command line tools
// that people test a mail server with, and a real sendmail. Each light one comes
// in a form that verifies the peer's certificate and in one that does not, some
// in one that takes everything. All of these insist on TLS: none of them
// delivers in clear. Sendmail does.
package clients

import (
	"context"
	"slices"
)

// Target is where a client goes and with what.
type Target struct {
	// Host is the reference identity (RFC 9525 section 6.1): a name or an
	// address literal that the peer's certificate is verified for.
	Host string
	// MX is the peer's own name, by which an MTA gets to it.
	MX string
	// Addr and Port are where it connects, whatever Host is.
	Addr string
	Port string
	// Implicit: TLS begins with the first byte (RFC 8314 section 3), and not
	// with STARTTLS.
	Implicit bool
	// CAFile is the only trust store of a client that verifies.
	CAFile string
	// CRLFile is where a client that checks revocation finds CRLs. If empty,
	// it fetches them.
	CRLFile string
	// From and To are the envelope.
	From, To string
	// Message is a message with its header, its lines ended by LF.
	Message string
}

// Result is what a client says of its session. The peer's record may say more.
type Result struct {
	// TLS: the client went on inside TLS, content with the peer, and got an
	// answer there.
	TLS bool
	// Delivered: the client says the message was taken. It is never true of a
	// client that only probes.
	Delivered bool
	// Exit is the exit code; of a client that is no program, 0 or 1; -1 if it
	// took too long and was killed.
	Exit int
	// Errors are the client's own words for what went wrong, without what
	// differs from run to run: ports, addresses, times.
	Errors []string
	// Output is all that it wrote.
	Output string
}

// A Client is a row of the table.
type Client struct {
	// Program is the program's or library's name. Name is that too, with what
	// tells its form.
	Program string
	Name    string
	// Form is how much it demands.
	Form Form
	// STARTTLSOnly: it has no way to begin TLS with the first byte.
	STARTTLSOnly bool
	// Probes: it makes a TLS session and ends it, without a message.
	Probes bool
	// Available says whether it can be run here; if not, why.
	Available func() (reason string, ok bool)
	// Version returns the version of what is run; empty if it is not known.
	Version func() string
	// Run runs it. It is killed with its children when ctx is done. What goes
	// wrong on the way is in the Result, so there is no error.
	Run func(ctx context.Context, target Target) Result
}

// All returns the table, in a stable order.
func All() []Client {
	all := goClients()
	for _, t := range []tool{openssl, gnutls, curl, swaks, msmtp, python, posttlsFinger, nodemailer} {
		all = append(all, t.client(Verifying), t.client(Unverified))
		if t.permissive {
			all = append(all, t.client(Permissive))
		}
	}
	return append(all, sendmailClient(Opportunistic))
}

// Curious returns clients that are no row of the table, for they ask others
// than the peer: some that look up whether a certificate was revoked, by CRL or
// by OCSP, and one that fetches missing issuers.
func Curious() []Client {
	return []Client{
		openssl.client(Checking), gnutls.client(Checking), sendmailClient(OpportunisticChecking), goClient(Chasing),
	}
}

// Available returns those of All that can be run here, and why the others
// cannot, by name.
func Available() (here []Client, missing map[string]string) {
	missing = make(map[string]string)
	here = slices.DeleteFunc(All(), func(c Client) bool {
		reason, ok := c.Available()
		if !ok {
			missing[c.Name] = reason
		}
		return !ok
	})
	return here, missing
}
