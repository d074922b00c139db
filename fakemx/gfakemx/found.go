package gfakemx

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/fakemx"
)

const neverBegan = "no TLS handshake began"

func foundHandshake(s fakemx.Session) string {
	switch {
	case s.TLS == nil:
		return neverBegan
	case !s.TLS.Completed:
		return "the handshake failed"
	}
	return "the handshake completed with " + s.TLS.Version + " and " + s.TLS.CipherSuite
}

func foundAlert(s fakemx.Session) string {
	switch {
	case s.TLS == nil:
		return neverBegan
	case s.TLS.Alert == nil:
		return "there was no TLS alert"
	}
	a := s.TLS.Alert
	return fmt.Sprintf("the TLS alert was %s (%d), from the %s", a.Name, a.Code, a.From)
}

func foundClientCertificate(s fakemx.Session) string {
	if s.TLS == nil {
		return neverBegan
	}
	c := s.TLS.ClientCertificate
	switch {
	case !c.Requested:
		return "no client certificate was requested"
	case !c.Presented:
		return "the client presented no certificate"
	case len(c.Chain) == 0:
		return "the client presented a certificate"
	}
	return "the client presented the certificate " + c.Chain[0].Subject
}

func foundWith(s fakemx.Session, wanted []string) string {
	var found []string
	hint := ""
	for _, t := range s.Transactions {
		if t.With == "" {
			continue
		}
		found = append(found, t.With)
		if plain := withoutUTF8(t.With); plain != t.With && slices.Contains(wanted, plain) {
			hint = fmt.Sprintf(" (%s is %s with SMTPUTF8: HaveReceivedWith(%[2]q, %[1]q) accepts both)", t.With, plain)
		}
	}
	if len(found) == 0 {
		return "no message has a Received field"
	}
	return "the protocol was " + strings.Join(found, ", ") + hint
}

// withoutUTF8 is the protocol of RFC 3848 for one of RFC 6531 section 4.3.
func withoutUTF8(protocol string) string {
	if rest, found := strings.CutPrefix(protocol, "UTF8SMTP"); found {
		return "ESMTP" + rest
	}
	return protocol
}

func foundAuth(s fakemx.Session) string {
	switch {
	case s.Auth == nil:
		return "the client did not authenticate"
	case s.Auth.InClear:
		return "the exchange in clear revealed no secret"
	}
	return "the client authenticated in TLS"
}

func foundIdentity(s fakemx.Session) string {
	switch {
	case s.Auth == nil:
		return "the client did not authenticate"
	case !s.Auth.Succeeded:
		return fmt.Sprintf("%s as %q failed", s.Auth.Mechanism, s.Auth.Identity)
	}
	return fmt.Sprintf("the client authenticated by %s as %q", s.Auth.Mechanism, s.Auth.Identity)
}

func foundServerName(s fakemx.Session) string {
	switch {
	case s.TLS == nil:
		return neverBegan
	case s.TLS.ClientHello == nil:
		return "no ClientHello was received"
	case s.TLS.ClientHello.ServerName == "":
		return "the client sent no server name"
	}
	return fmt.Sprintf("the client sent the server name %q", s.TLS.ClientHello.ServerName)
}

func foundFlags(s fakemx.Session) string {
	if len(s.Flags) == 0 {
		return "it has no flags"
	}
	return fmt.Sprintf("its flags are %s", s.Flags)
}

func foundFault(s fakemx.Session) string {
	if s.Fault == (fakemx.Fault{}) {
		return "no fault was played"
	}
	return "the fault was " + s.Fault.String()
}
