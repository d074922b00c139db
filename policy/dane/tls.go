package dane

import (
	"crypto/tls"
	"fmt"
	"strings"
	"time"
)

// A VerifyError says that a server is not who its TLSA records say, or that it
// must not be connected to.
type VerifyError struct {
	// Action is that of the [Discovery]; Authenticate from [VerifyConnection].
	Action Action
	// Result is what became of each record. Its verdict is Mismatch, or None if
	// there are no records.
	Result Result
}

// Error says why, for each record.
func (e *VerifyError) Error() string {
	switch {
	case e.Action != Authenticate:
		return fmt.Sprintf("dane: no connection is to be made: action is %s, expected authenticate, encrypt or opportunistic", e.Action)
	case len(e.Result.Checks) == 0:
		return "dane: there are no TLSA records to authenticate the server with; use another way if DANE does not apply"
	}
	lines := make([]string, len(e.Result.Checks))
	for i, c := range e.Result.Checks {
		lines[i] = c.String()
	}
	return "dane: no TLSA record matches: " + strings.Join(lines, "; ")
}

// VerifyConnection returns a function for [tls.Config.VerifyConnection] that
// compares the certificates of a server with TLSA records, as [Match] does, and
// returns a [*VerifyError] if none matches, or if there are no records. If all
// records are unusable, it accepts every certificate: the connection is then
// encrypted and not authenticated (RFC 7672 section 2.2).
//
// The configuration needs InsecureSkipVerify, as otherwise crypto/tls verifies
// the certificate in its own way first, and ServerName must be the TLSA base
// domain. [Discovery.ClientTLS] sees to both. The clock is now; if nil,
// [time.Now].
func VerifyConnection(records []Record, names []string, now func() time.Time) func(tls.ConnectionState) error {
	if now == nil {
		now = time.Now
	}
	return func(state tls.ConnectionState) error {
		chain := make([][]byte, len(state.PeerCertificates))
		for i, c := range state.PeerCertificates {
			chain[i] = c.Raw
		}
		result := Match(records, chain, names, now())
		if result.Verdict == Matches || result.Verdict == Unusable {
			return nil
		}
		return &VerifyError{Authenticate, result}
	}
}

// ClientTLS returns a configuration for a TLS client that connects to the
// server: a copy of base, which may be nil, with ServerName, InsecureSkipVerify
// and VerifyConnection set as the action asks for. base.Time is the clock.
//
// Authenticate requires a TLSA record that matches. Encrypt and Opportunistic
// accept every certificate; that TLS is used at all is for the caller to see
// to. With Skip and Delay, the handshake fails. An error of the handshake is a
// [*VerifyError], if it is one of this package.
//
// ServerName is left as in base if Action is Opportunistic. A function
// VerifyConnection of base is replaced, as is VerifyPeerCertificate.
func (d Discovery) ClientTLS(base *tls.Config) *tls.Config {
	config := &tls.Config{}
	if base != nil {
		config = base.Clone()
	}
	config.InsecureSkipVerify = true // TLSA records replace the trust store
	config.VerifyPeerCertificate = nil
	if d.BaseDomain != "" {
		config.ServerName = d.BaseDomain
	}
	switch d.Action {
	case Authenticate:
		config.VerifyConnection = VerifyConnection(d.Records, d.Names, config.Time)
	case Encrypt, Opportunistic:
		config.VerifyConnection = nil
	default:
		config.VerifyConnection = func(tls.ConnectionState) error { return &VerifyError{Action: d.Action} }
	}
	return config
}
