package gfakemx

import (
	"fmt"
	"strings"

	"github.com/fakemx/fakemx/fakemx"
)

const neverBegan = "TLS was never begun"

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
		return "there was no alert"
	}
	a := s.TLS.Alert
	return fmt.Sprintf("the alert was %s (%d) from the %s", a.Name, a.Code, a.From)
}

func foundClientCertificate(s fakemx.Session) string {
	if s.TLS == nil {
		return neverBegan
	}
	c := s.TLS.ClientCertificate
	switch {
	case !c.Requested:
		return "the client was not asked for a certificate"
	case !c.Presented:
		return "the client presented no certificate"
	case len(c.Chain) == 0:
		return "the client presented a certificate"
	}
	return "the client presented the certificate " + c.Chain[0].Subject
}

func foundWith(s fakemx.Session) string {
	var found []string
	for _, t := range s.Transactions {
		if t.With != "" {
			found = append(found, t.With)
		}
	}
	if len(found) == 0 {
		return "no message was stamped"
	}
	return "the protocol was " + strings.Join(found, ", ")
}

func foundAuth(s fakemx.Session) string {
	switch {
	case s.Auth == nil:
		return "the client did not authenticate"
	case s.Auth.InClear:
		return "the exchange in clear showed no secret"
	}
	return "the client authenticated in TLS"
}
