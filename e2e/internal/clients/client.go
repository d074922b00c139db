// Package clients is a table of light SMTP clients: libraries and command line
// tools that people test a mail server with. Each comes in a form that verifies
// the peer's certificate and in one that does not. Both insist on TLS: none of
// them delivers in clear.
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
	// Addr and Port are where it connects, whatever Host is.
	Addr string
	Port string
	// Implicit: TLS begins with the first byte (RFC 8314 section 3), and not
	// with STARTTLS.
	Implicit bool
	// CAFile is the only trust store of a client that verifies.
	CAFile string
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
	// Name is the program's, followed by Unverified if it does not verify.
	Name string
	// Verifies: it verifies the peer's certificate. How well is another
	// matter: see the end-to-end tests' exceptions.
	Verifies bool
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
		all = append(all, t.client(true), t.client(false))
	}
	return all
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

// Unverified ends the name of a client in the form that does not verify.
const Unverified = "-unverified"

// name is the name of one form of a client.
func name(base string, verify bool) string {
	if verify {
		return base
	}
	return base + Unverified
}
