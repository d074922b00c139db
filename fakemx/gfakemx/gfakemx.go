// Package gfakemx has Gomega matchers for what a client did with a fakemx peer.
//
// The actual value is a session record ([fakemx.Session] or a pointer to one)
// or a server: anything with the method Sessions() []fakemx.Session. A matcher
// succeeds for a server if it does for at least one of its finished sessions.
// So Eventually waits for such a session, and ShouldNot asserts that there is
// none. Failure messages show the sessions with their transcripts.
//
//	Eventually(server).Should(HaveOutcome(fakemx.Refused))
//	Expect(server).ShouldNot(HaveReceivedMail())
package gfakemx

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/types"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/internal/tlsnames"
)

// HaveOutcome succeeds if the session has one of the outcomes.
func HaveOutcome(outcomes ...fakemx.Outcome) types.GomegaMatcher {
	return &matcher{
		name:    "HaveOutcome",
		wanted:  "have the outcome " + strings.Join(words(outcomes), " or "),
		invalid: knownOutcomes(outcomes),
		holds: plain(func(s fakemx.Session) bool {
			return slices.Contains(outcomes, s.Outcome)
		}),
		found: func(s fakemx.Session) string { return "its outcome is " + string(s.Outcome) },
	}
}

func knownOutcomes(outcomes []fakemx.Outcome) error {
	known := []fakemx.Outcome{
		fakemx.DeliveredTLS, fakemx.DeliveredClear, fakemx.Refused, fakemx.Faulted, fakemx.Open, fakemx.Idle,
	}
	if len(outcomes) == 0 {
		return fmt.Errorf("expected an outcome: one of %s", known)
	}
	for _, o := range outcomes {
		if !slices.Contains(known, o) {
			return fmt.Errorf("unknown outcome %q, expected one of %s", o, known)
		}
	}
	return nil
}

// HaveFailedHandshake succeeds if a TLS handshake began and did not complete.
func HaveFailedHandshake() types.GomegaMatcher {
	return &matcher{
		name:   "HaveFailedHandshake",
		wanted: "have failed the TLS handshake",
		holds:  plain(func(s fakemx.Session) bool { return s.TLS != nil && !s.TLS.Completed }),
		found:  foundHandshake,
	}
}

// HaveAlert succeeds if the session's last alert other than close_notify is the
// given one: its name as in RFC 8446 section 6, such as "unknown_ca", or its
// code as an int. Either side may have sent it.
func HaveAlert(nameOrCode any) types.GomegaMatcher {
	code, err := alertCode(nameOrCode)
	return &matcher{
		name:    "HaveAlert",
		wanted:  fmt.Sprintf("have the TLS alert %v", nameOrCode),
		invalid: err,
		holds: plain(func(s fakemx.Session) bool {
			return s.TLS != nil && s.TLS.Alert != nil && s.TLS.Alert.Code == code
		}),
		found: foundAlert,
	}
}

func alertCode(nameOrCode any) (int, error) {
	switch a := nameOrCode.(type) {
	case int:
		return a, nil
	case string:
		if code, known := tlsnames.Alert(a); known {
			return code, nil
		}
		return 0, fmt.Errorf("unknown alert %q, expected a name such as unknown_ca, or a code", a)
	}
	return 0, fmt.Errorf("expected an alert's name or its code as an int, got a %T", nameOrCode)
}

// HaveNegotiated succeeds if the TLS handshake completed with the given
// version, such as "TLSv1.3", and, if any cipher suites are given, with one of
// them. Suites have their IANA names.
func HaveNegotiated(version string, suites ...string) types.GomegaMatcher {
	wanted := "have negotiated " + version
	if len(suites) > 0 {
		wanted += " with " + strings.Join(suites, " or ")
	}
	return &matcher{
		name:    "HaveNegotiated",
		wanted:  wanted,
		invalid: knownVersion(version),
		holds: plain(func(s fakemx.Session) bool {
			return s.TLS != nil && s.TLS.Completed && s.TLS.Version == version &&
				(len(suites) == 0 || slices.Contains(suites, s.TLS.CipherSuite))
		}),
		found: foundHandshake,
	}
}

func knownVersion(version string) error {
	known := []string{"SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"}
	if slices.Contains(known, version) {
		return nil
	}
	return fmt.Errorf("unknown version %q, expected one of %s", version, known)
}

// HavePresentedClientCertificate succeeds if the peer requested a certificate
// and the client sent one, valid or not.
func HavePresentedClientCertificate() types.GomegaMatcher {
	return &matcher{
		name:   "HavePresentedClientCertificate",
		wanted: "have presented a client certificate",
		holds:  plain(func(s fakemx.Session) bool { return s.TLS != nil && s.TLS.ClientCertificate.Presented }),
		found:  foundClientCertificate,
	}
}

// HavePresentedNoClientCertificate succeeds if the peer requested a certificate
// and the client answered with a zero-length list. It is not the opposite of
// [HavePresentedClientCertificate]: it fails if no certificate was requested.
func HavePresentedNoClientCertificate() types.GomegaMatcher {
	return &matcher{
		name:   "HavePresentedNoClientCertificate",
		wanted: "have answered with a zero-length client certificate",
		holds: plain(func(s fakemx.Session) bool {
			return slices.Contains(s.Flags, fakemx.ZeroLengthCertificate)
		}),
		found: foundClientCertificate,
	}
}

// HaveReceivedWith succeeds if the Received field of a message has one of the
// protocols, such as "ESMTPSA" (RFC 3848). If the client uses SMTPUTF8, the
// peer writes "UTF8SMTPSA" instead (RFC 6531): give both if either will do.
// Case matters. To check only for TLS, use [InTLS].
func HaveReceivedWith(protocols ...string) types.GomegaMatcher {
	m := &matcher{
		name:   "HaveReceivedWith",
		wanted: "have a message received with " + strings.Join(protocols, " or "),
		holds: func(s fakemx.Session, _ messages) (bool, error) {
			stamped := slices.ContainsFunc(s.Transactions, func(t fakemx.Transaction) bool { return slices.Contains(protocols, t.With) })
			if !stamped && s.LeftOut.Transactions > 0 {
				return false, errNotRecorded
			}
			return stamped, nil
		},
		found: func(s fakemx.Session) string { return foundWith(s, protocols) },
	}
	if len(protocols) == 0 {
		m.invalid = errors.New("expected a protocol, such as ESMTPS")
	}
	return m
}

// HaveLeakedCredentials succeeds if the client revealed a secret of an AUTH
// exchange outside TLS ([fakemx.CredentialsInClear]), whether or not the peer
// accepted it.
func HaveLeakedCredentials() types.GomegaMatcher {
	return &matcher{
		name:   "HaveLeakedCredentials",
		wanted: "have leaked credentials in clear",
		holds: plain(func(s fakemx.Session) bool {
			return slices.Contains(s.Flags, fakemx.CredentialsInClear)
		}),
		found: foundAuth,
	}
}

// plain is what a matcher holds that needs the record alone.
func plain(holds func(fakemx.Session) bool) func(fakemx.Session, messages) (bool, error) {
	return func(s fakemx.Session, _ messages) (bool, error) { return holds(s), nil }
}
