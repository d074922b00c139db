// Package auth is the peer's side of SASL (RFC 4422) in SMTP (RFC 4954). It
// reports who authenticated, and never with what.
package auth

import (
	"crypto/rand"
	"crypto/x509"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/xdg-go/scram"
)

// Options say who may authenticate.
type Options struct {
	// Users are passwords by authentication identity; OAUTHBEARER takes them
	// for bearer tokens.
	Users map[string]string
	// AcceptAny takes any well-formed credentials, for a bait. SCRAM cannot
	// do that: the client would see that the server does not know its
	// password.
	AcceptAny bool
	// ClientCertificate is what EXTERNAL goes by. Whether it is to be trusted
	// is for the caller to say. If nil, EXTERNAL fails.
	ClientCertificate *x509.Certificate
	// Report is called once for every exchange that came to a verdict, with
	// the mechanism and the authentication identity, which is empty for
	// ANONYMOUS and where it did not come. If nil, it is not.
	Report func(mechanism, identity string, ok bool)
	// random makes what a challenge needs to be unlike any other. If nil,
	// crypto/rand's Text.
	random func() string
}

// A mechanism is a SASL mechanism on the server's side.
type mechanism struct {
	// start returns the server for one exchange.
	start func(*exchange) sasl.Server
	// works tells whether an exchange could succeed at all.
	works func(Options) bool
}

var mechanisms = map[string]mechanism{
	sasl.Plain:       {newPlain, verifiesPassword},
	sasl.Login:       {newLogin, verifiesPassword},
	"CRAM-MD5":       {newCRAMMD5, verifiesPassword},
	"SCRAM-SHA-1":    {newSCRAM(scram.SHA1), knowsPassword},
	"SCRAM-SHA-256":  {newSCRAM(scram.SHA256), knowsPassword},
	sasl.OAuthBearer: {newOAuthBearer, verifiesPassword},
	sasl.External:    {newExternal, func(o Options) bool { return o.ClientCertificate != nil }},
	sasl.Anonymous:   {newAnonymous, func(Options) bool { return true }},
}

func verifiesPassword(o Options) bool { return len(o.Users) > 0 || o.AcceptAny }

func knowsPassword(o Options) bool { return len(o.Users) > 0 }

// Mechanisms returns those of the mechanisms in a recipe that are to be offered,
// in the same order: those that need a password only if there are users or any
// will do, EXTERNAL only with a client certificate, ANONYMOUS and what nobody
// here can do always.
func Mechanisms(recipe []string, o Options) []string {
	var offered []string
	for _, name := range recipe {
		if m, known := mechanisms[name]; !known || m.works(o) {
			offered = append(offered, name)
		}
	}
	return offered
}

// New returns the server for one exchange of the mechanism named mech, in upper
// case. Credentials that are refused, and whatever is no proper exchange, end
// in smtp.ErrAuthFailed. An unknown mechanism is smtp.ErrAuthUnknownMechanism.
func New(mech string, o Options) (sasl.Server, error) {
	m, known := mechanisms[mech]
	if !known {
		return nil, smtp.ErrAuthUnknownMechanism
	}
	if o.random == nil {
		o.random = rand.Text
	}
	e := &exchange{mechanism: mech, options: o}
	e.server = m.start(e)
	return e, nil
}
