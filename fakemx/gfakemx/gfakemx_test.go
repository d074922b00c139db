package gfakemx_test

import (
	"fmt"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/gfakemx"
	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/scenarios"
)

// peer is a server that has seen some sessions.
type peer struct {
	sessions []fakemx.Session
	open     []fakemx.Session
	messages []store.Message
}

func (p peer) Sessions() []fakemx.Session     { return p.sessions }
func (p peer) OpenSessions() []fakemx.Session { return p.open }
func (p peer) Messages() []store.Message      { return p.messages }

// Sessions as a server records them.
var (
	idle = fakemx.Session{
		Scenario: "healthy", Remote: "127.0.0.1:1", Outcome: fakemx.Idle,
		Transcript: []fakemx.Line{{From: "peer", Text: "220 mx ESMTP"}, {From: "client", Text: "QUIT"}},
	}
	delivered = fakemx.Session{
		Scenario: "healthy", Remote: "127.0.0.1:2", Outcome: fakemx.DeliveredTLS,
		TLS: &fakemx.TLS{
			Completed: true, Version: "TLSv1.3", CipherSuite: "TLS_AES_128_GCM_SHA256",
			ClientCertificate: fakemx.ClientCertificate{
				Requested: true, Presented: true, Verify: "FAIL",
				Chain: []fakemx.CertificateName{{Subject: "CN=client"}},
			},
		},
		Auth: &fakemx.Auth{Mechanism: "PLAIN", Identity: "user", Succeeded: true},
		Transactions: []fakemx.Transaction{
			{From: "no@a.test", To: []string{"no@b.test"}},
			{From: "a@a.test", To: []string{"b@b.test", "c@b.test"}, With: "ESMTPSA", Accepted: true, QueueID: "Q1"},
		},
	}
	refused = fakemx.Session{
		Scenario: "expired", Remote: "127.0.0.1:3", Outcome: fakemx.Refused,
		TLS: &fakemx.TLS{
			Version: "TLSv1.3", CipherSuite: "TLS_AES_128_GCM_SHA256",
			Error: "remote error: tls: unknown certificate authority",
			Alert: &fakemx.Alert{Code: 48, Name: "unknown_ca", From: "client"},
		},
	}
	zeroLength = fakemx.Session{
		Scenario: "zero-length-client-certificate", Remote: "127.0.0.1:4", Outcome: fakemx.DeliveredTLS,
		TLS: &fakemx.TLS{
			Completed: true, Version: "TLSv1.2", CipherSuite: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
			ClientCertificate: fakemx.ClientCertificate{Requested: true, Verify: "NO"},
		},
		Flags: []fakemx.Flag{fakemx.ZeroLengthCertificate},
	}
	leaked = fakemx.Session{
		Scenario: "auth-in-clear", Remote: "127.0.0.1:5", Outcome: fakemx.Idle,
		Auth:  &fakemx.Auth{Mechanism: "PLAIN", Identity: "user", InClear: true},
		Flags: []fakemx.Flag{fakemx.CredentialsInClear},
	}
	reset = fakemx.Session{
		Scenario: "reset-after-starttls", Remote: "127.0.0.1:7", Outcome: fakemx.Faulted,
		Fault: fakemx.Fault{At: scenarios.AtSTARTTLS, Do: scenarios.DoReset},
	}
	named = fakemx.Session{
		Scenario: "healthy", Remote: "127.0.0.1:8", TLS: &fakemx.TLS{ClientHello: &fakemx.ClientHello{ServerName: "localhost"}},
	}
	unnamed = fakemx.Session{
		Scenario: "healthy", Remote: "127.0.0.1:9", TLS: &fakemx.TLS{ClientHello: &fakemx.ClientHello{}},
	}
	deliveredClear = fakemx.Session{
		Scenario: "starttls-stripped", Remote: "127.0.0.1:10", Outcome: fakemx.DeliveredClear,
		Transactions: []fakemx.Transaction{{From: "a@a.test", To: []string{"b@b.test"}, With: "ESMTP", InClear: true, Accepted: true}},
	}
	deliveredUTF8 = fakemx.Session{
		Scenario: "healthy", Remote: "127.0.0.1:11", Outcome: fakemx.DeliveredTLS,
		Transactions: []fakemx.Transaction{{From: "a@a.test", To: []string{"b@b.test"}, With: "UTF8SMTPS", Accepted: true}},
	}
	digest = fakemx.Session{
		Scenario: "auth-in-clear", Remote: "127.0.0.1:6", Outcome: fakemx.Idle,
		Auth: &fakemx.Auth{Mechanism: "CRAM-MD5", Identity: "user", InClear: true},
	}
)

// TestMatchers tells for every matcher a session that matches and what it says
// of the others.
func TestMatchers(t *testing.T) {
	tests := []struct {
		name    string
		matcher types.GomegaMatcher
		matches []fakemx.Session
		fails   map[string]fakemx.Session // by a part of the failure message
	}{
		{"HaveOutcome", gfakemx.HaveOutcome(fakemx.Refused), []fakemx.Session{refused}, map[string]fakemx.Session{
			"Expected the session to have the outcome refused, but its outcome is delivered-tls:": delivered,
		}},
		{"HaveFailedHandshake", gfakemx.HaveFailedHandshake(), []fakemx.Session{refused}, map[string]fakemx.Session{
			"but no TLS handshake began":                                          idle,
			"but the handshake completed with TLSv1.3 and TLS_AES_128_GCM_SHA256": delivered,
		}},
		{"HaveAlert by name", gfakemx.HaveAlert("unknown_ca"), []fakemx.Session{refused}, map[string]fakemx.Session{
			"have the TLS alert unknown_ca, but no TLS handshake began": idle,
			"but there was no TLS alert":                                delivered,
		}},
		{"HaveAlert by code", gfakemx.HaveAlert(48), []fakemx.Session{refused}, nil},
		{"HaveAlert, another", gfakemx.HaveAlert("bad_certificate"), nil, map[string]fakemx.Session{
			"but the TLS alert was unknown_ca (48), from the client": refused,
		}},
		{"HaveNegotiated", gfakemx.HaveNegotiated("TLSv1.3"), []fakemx.Session{delivered}, map[string]fakemx.Session{
			"have negotiated TLSv1.3, but the handshake failed":  refused,
			"but the handshake completed with TLSv1.2 and TLS_E": zeroLength,
			"but no TLS handshake began":                         idle,
		}},
		{"HaveNegotiated with a suite",
			gfakemx.HaveNegotiated("TLSv1.3", "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"), []fakemx.Session{delivered}, nil},
		{"HaveNegotiated with another suite", gfakemx.HaveNegotiated("TLSv1.3", "TLS_AES_256_GCM_SHA384", "X"), nil, map[string]fakemx.Session{
			"have negotiated TLSv1.3 with TLS_AES_256_GCM_SHA384 or X, but": delivered,
		}},
		{"HavePresentedClientCertificate", gfakemx.HavePresentedClientCertificate(), []fakemx.Session{delivered}, map[string]fakemx.Session{
			"but no TLS handshake began":                 idle,
			"but no client certificate was requested":    refused,
			"but the client presented no certificate":    zeroLength,
			"have presented a client certificate, but t": zeroLength,
		}},
		{"HavePresentedNoClientCertificate", gfakemx.HavePresentedNoClientCertificate(), []fakemx.Session{zeroLength}, map[string]fakemx.Session{
			"but no TLS handshake began":                          idle,
			"but no client certificate was requested":             refused,
			"but the client presented the certificate CN=client:": delivered,
		}},
		{"HaveReceivedWith", gfakemx.HaveReceivedWith("ESMTPSA"), []fakemx.Session{delivered}, map[string]fakemx.Session{
			"have a message received with ESMTPSA, but no message has a Received field": idle,
		}},
		{"HaveReceivedWith, another", gfakemx.HaveReceivedWith("ESMTPA"), nil, map[string]fakemx.Session{
			"but the protocol was ESMTPSA": delivered,
		}},
		{"HaveLeakedCredentials", gfakemx.HaveLeakedCredentials(), []fakemx.Session{leaked}, map[string]fakemx.Session{
			"but the client did not authenticate":            idle,
			"but the client authenticated in TLS":            delivered,
			"but the exchange in clear revealed no secret":   digest,
			"Expected the session to have leaked credential": idle,
		}},
		{"HaveReceivedMail", gfakemx.HaveReceivedMail(), []fakemx.Session{delivered}, map[string]fakemx.Session{
			"to have received mail, but no mail was sent": idle,
		}},
		{"HaveReceivedMail, all options",
			gfakemx.HaveReceivedMail(gfakemx.MailFrom("a@a.test"), gfakemx.RcptTo("c@b.test"), gfakemx.RcptTo(HavePrefix("c@"))), []fakemx.Session{delivered}, nil},
		{"HaveReceivedMail from another", gfakemx.HaveReceivedMail(gfakemx.MailFrom("x@a.test")), nil, map[string]fakemx.Session{
			`have received mail from "x@a.test", but the client sent mail from <no@a.test> to <no@b.test> (not accepted) ` +
				`and from <a@a.test> to <b@b.test>, <c@b.test> (accepted in TLS)`: delivered,
		}},
		{"HaveReceivedMail that was not accepted", gfakemx.HaveReceivedMail(gfakemx.MailFrom("no@a.test")), nil, map[string]fakemx.Session{
			`from "no@a.test"`: delivered,
		}},
		{"HaveReceivedMail to another", gfakemx.HaveReceivedMail(gfakemx.RcptTo(HavePrefix("x"))), nil, map[string]fakemx.Session{
			`to an address that is to have prefix "x", but`: delivered,
		}},
		{"HaveReceivedMail in TLS", gfakemx.HaveReceivedMail(gfakemx.InTLS()), []fakemx.Session{delivered}, map[string]fakemx.Session{
			"have received mail in TLS, but the client sent mail from <a@a.test> to <b@b.test> (accepted in clear)": deliveredClear,
		}},
		{"HaveReceivedMail in clear", gfakemx.HaveReceivedMail(gfakemx.InClear()), []fakemx.Session{deliveredClear}, map[string]fakemx.Session{
			"have received mail in clear, but": delivered,
		}},
		{"HaveReceivedWith one of two", gfakemx.HaveReceivedWith("ESMTPS", "UTF8SMTPS"), []fakemx.Session{deliveredUTF8}, map[string]fakemx.Session{
			"have a message received with ESMTPS or UTF8SMTPS, but the protocol was ESMTPSA:": delivered,
		}},
		{"HaveReceivedWith and SMTPUTF8", gfakemx.HaveReceivedWith("ESMTPS"), nil, map[string]fakemx.Session{
			`but the protocol was UTF8SMTPS (UTF8SMTPS is ESMTPS with SMTPUTF8: HaveReceivedWith("ESMTPS", "UTF8SMTPS") accepts both):`: deliveredUTF8,
		}},
		{"HaveAuthenticatedAs", gfakemx.HaveAuthenticatedAs("user"), []fakemx.Session{delivered}, map[string]fakemx.Session{
			`have authenticated as "user", but the client did not authenticate:`: idle,
			`but PLAIN as "user" failed:`:                                        leaked,
		}},
		{"HaveAuthenticatedAs by a matcher", gfakemx.HaveAuthenticatedAs(HaveSuffix("@a.test")), nil, map[string]fakemx.Session{
			`as an identity that is to have suffix "@a.test", but the client authenticated by PLAIN as "user":`: delivered,
		}},
		{"HaveServerName", gfakemx.HaveServerName("localhost"), []fakemx.Session{named}, map[string]fakemx.Session{
			`for the server name "localhost", but no TLS handshake began:`: idle,
			"but no ClientHello was received:":                             refused,
			"but the client sent no server name:":                          unnamed,
		}},
		{"HaveServerName by a matcher", gfakemx.HaveServerName(Not(BeEmpty())), []fakemx.Session{named}, map[string]fakemx.Session{
			"for a server name that is not to be empty, but": unnamed,
		}},
		{"HaveServerName, none", gfakemx.HaveServerName(""), []fakemx.Session{unnamed}, map[string]fakemx.Session{
			`but the client sent the server name "localhost":`: named,
		}},
		{"HaveFlag", gfakemx.HaveFlag(fakemx.CredentialsInClear), []fakemx.Session{leaked}, map[string]fakemx.Session{
			"have the flag credentials-in-clear, but it has no flags:": idle,
			"but its flags are [zero-length-certificate]:":             zeroLength,
		}},
		{"HaveFault", gfakemx.HaveFault(scenarios.AtSTARTTLS), []fakemx.Session{reset}, map[string]fakemx.Session{
			"have met a fault at starttls, but no fault was played:": idle,
		}},
		{"HaveFault by its action", gfakemx.HaveFault(scenarios.AtSTARTTLS, scenarios.DoClose, scenarios.DoReset), []fakemx.Session{reset}, nil},
		{"HaveFault, another", gfakemx.HaveFault(scenarios.AtSTARTTLS, scenarios.DoClose), nil, map[string]fakemx.Session{
			"have met a fault at starttls close, but the fault was starttls reset:": reset,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := NewWithT(t)
			for _, s := range tt.matches {
				g.Expect(tt.matcher.Match(s)).To(BeTrue())
				g.Expect(tt.matcher.Match(&s)).To(BeTrue())
				g.Expect(tt.matcher.NegatedFailureMessage(s)).To(HavePrefix("Expected the session not to "))
				g.Expect(tt.matcher.NegatedFailureMessage(s)).To(ContainSubstring(", but it does:\n    " + s.Scenario + " 127.0.0.1:"))
				g.Expect(tt.matcher.Match(peer{sessions: []fakemx.Session{idle, s, idle}})).To(BeTrue(), "of a server")
			}
			for message, s := range tt.fails {
				g.Expect(tt.matcher.Match(s)).To(BeFalse())
				g.Expect(tt.matcher.FailureMessage(s)).To(ContainSubstring(message))
				g.Expect(tt.matcher.FailureMessage(s)).To(ContainSubstring(":\n    " + s.Scenario + " 127.0.0.1:"))
				g.Expect(tt.matcher.Match(peer{sessions: []fakemx.Session{s}})).To(BeFalse(), "of a server")
			}
		})
	}
}

// Mail that a record had no room for is neither denied nor made up.
func TestFullRecord(t *testing.T) {
	full := idle
	full.Outcome = fakemx.DeliveredTLS
	full.Transactions = []fakemx.Transaction{{From: "no@a.test"}}
	full.Accepted, full.LeftOut = fakemx.Accepted{InTLS: 1}, fakemx.LeftOut{Transactions: 2}
	refusing := full
	refusing.Accepted = fakemx.Accepted{}
	server := peer{sessions: []fakemx.Session{full, delivered}}
	for name, test := range map[string]struct {
		matcher types.GomegaMatcher
		actual  any
		matches bool
		unknown bool
	}{
		"any mail":               {gfakemx.HaveReceivedMail(), full, true, false},
		"no mail":                {gfakemx.HaveReceivedMail(), refusing, false, false},
		"mail from somebody":     {gfakemx.HaveReceivedMail(gfakemx.MailFrom("a@a.test")), full, false, true},
		"none from somebody":     {gfakemx.HaveReceivedMail(gfakemx.MailFrom("a@a.test")), refusing, false, false},
		"in another session":     {gfakemx.HaveReceivedMail(gfakemx.MailFrom("a@a.test")), server, true, false},
		"in no other session":    {gfakemx.HaveReceivedMail(gfakemx.MailFrom("x@a.test")), server, false, true},
		"stamped":                {gfakemx.HaveReceivedWith("ESMTPSA"), full, false, true},
		"stamped, in another":    {gfakemx.HaveReceivedWith("ESMTPSA"), server, true, false},
		"recipients cannot hide": {gfakemx.HaveReceivedMail(gfakemx.RcptTo("x@b.test")), manyRecipients(), false, true},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			ok, err := test.matcher.Match(test.actual)
			g.Expect(ok).To(Equal(test.matches))
			if test.unknown {
				g.Expect(err).To(MatchError(ContainSubstring("a session record is full")))
			} else {
				g.Expect(err).NotTo(HaveOccurred())
			}
		})
	}
}

// manyRecipients is a delivery to more recipients than are recorded.
func manyRecipients() fakemx.Session {
	s := delivered
	s.Accepted, s.LeftOut = fakemx.Accepted{InTLS: 1}, fakemx.LeftOut{Recipients: 1}
	return s
}

func TestErrors(t *testing.T) {
	var none *fakemx.Session
	for message, match := range map[string]func() (bool, error){
		"HaveOutcome expects a fakemx.Session":  func() (bool, error) { return gfakemx.HaveOutcome(fakemx.Idle).Match("idle") },
		"<string>: idle":                        func() (bool, error) { return gfakemx.HaveOutcome(fakemx.Idle).Match("idle") },
		"HaveAlert got a nil session":           func() (bool, error) { return gfakemx.HaveAlert(1).Match(none) },
		"HaveFailedHandshake expects":           func() (bool, error) { return gfakemx.HaveFailedHandshake().Match(nil) },
		`HaveOutcome: unknown outcome "lost"`:   func() (bool, error) { return gfakemx.HaveOutcome("lost").Match(idle) },
		`HaveAlert: unknown alert "unknown"`:    func() (bool, error) { return gfakemx.HaveAlert("unknown").Match(idle) },
		"as an int, got a float64":              func() (bool, error) { return gfakemx.HaveAlert(1.5).Match(idle) },
		`HaveFlag: unknown flag "lost"`:         func() (bool, error) { return gfakemx.HaveFlag("lost").Match(idle) },
		"HaveReceivedWith: expected a protocol": func() (bool, error) { return gfakemx.HaveReceivedWith().Match(idle) },
		"HaveOutcome: expected an outcome":      func() (bool, error) { return gfakemx.HaveOutcome().Match(idle) },
		"HaveSessions expects a server":         func() (bool, error) { return gfakemx.HaveSessions(1).Match(idle) },
		`unknown version "1.3"`:                 func() (bool, error) { return gfakemx.HaveNegotiated("1.3").Match(idle) },
	} {
		ok, err := match()
		g := NewWithT(t)
		g.Expect(ok).To(BeFalse())
		g.Expect(err).To(MatchError(ContainSubstring(message)))
	}
}

// TestServerMessages holds what is said of a server.
func TestServerMessages(t *testing.T) {
	g := NewWithT(t)
	m := gfakemx.HaveOutcome(fakemx.Refused)

	g.Expect(m.Match(peer{})).To(BeFalse())
	g.Expect(m.FailureMessage(peer{})).To(Equal(
		"Expected a session to have the outcome refused, but no session has finished. " +
			"If the client may still be at it, use Eventually."))

	one := peer{sessions: []fakemx.Session{idle}}
	g.Expect(m.Match(one)).To(BeFalse())
	g.Expect(m.FailureMessage(one)).To(Equal(strings.Join([]string{
		"Expected the finished session to have the outcome refused, but its outcome is idle:",
		"    healthy 127.0.0.1:1: idle",
		"      S: 220 mx ESMTP",
		"      C: QUIT",
	}, "\n")))

	many := peer{sessions: []fakemx.Session{leaked, digest, zeroLength, delivered, idle}}
	g.Expect(m.Match(many)).To(BeFalse())
	g.Expect(m.FailureMessage(many)).To(And(
		HavePrefix("Expected one of 5 finished sessions to "),
		ContainSubstring("In session 3 its outcome is delivered-tls:\n    zero-length-client-certificate"),
		ContainSubstring("In session 5 its outcome is idle:\n"),
		Not(ContainSubstring("auth-in-clear")),
		HaveSuffix("\n(2 finished sessions before these not shown)"),
	))

	mixed := peer{sessions: []fakemx.Session{idle, refused, delivered}}
	g.Expect(m.Match(mixed)).To(BeTrue())
	g.Expect(m.NegatedFailureMessage(mixed)).To(HavePrefix(
		"Expected no session to have the outcome refused, but one does:\n    expired 127.0.0.1:3: refused"))
}

// TestOpenSessions holds that a message tells of the sessions that go on.
func TestOpenSessions(t *testing.T) {
	g := NewWithT(t)
	open := idle
	open.Outcome = fakemx.Open
	m := gfakemx.HaveOutcome(fakemx.Refused)

	sitting := peer{open: []fakemx.Session{open}}
	g.Expect(m.Match(sitting)).To(BeFalse())
	g.Expect(m.FailureMessage(sitting)).To(Equal(strings.Join([]string{
		"Expected a session to have the outcome refused, but no session has finished. " +
			"If the client may still be at it, use Eventually.",
		"1 session is still open:",
		"    healthy 127.0.0.1:1: open",
		"      S: 220 mx ESMTP",
		"      C: QUIT",
	}, "\n")))

	both := peer{sessions: []fakemx.Session{delivered}, open: []fakemx.Session{leaked, digest, open, open}}
	g.Expect(m.Match(both)).To(BeFalse())
	g.Expect(m.FailureMessage(both)).To(And(
		HavePrefix("Expected the finished session to have the outcome refused, but its outcome is delivered-tls:"),
		ContainSubstring("\n4 sessions are still open, the latest last:\n    auth-in-clear 127.0.0.1:6"),
		HaveSuffix("C: QUIT"), Not(ContainSubstring("127.0.0.1:5")),
	))
}

// TestLongTranscript holds that a message shows the ends of a long session.
func TestLongTranscript(t *testing.T) {
	g := NewWithT(t)
	s := fakemx.Session{Scenario: "healthy", Outcome: fakemx.Idle}
	for i := range 1000 {
		s.Transcript = append(s.Transcript, fakemx.Line{From: "client", Text: fmt.Sprintf("NOOP %03d.", i)})
	}
	m := gfakemx.HaveOutcome(fakemx.Refused)
	g.Expect(m.Match(s)).To(BeFalse())
	message := m.FailureMessage(s)
	g.Expect(message).To(And(
		ContainSubstring("NOOP 000."), ContainSubstring("NOOP 028."), Not(ContainSubstring("NOOP 029.")),
		ContainSubstring("\n      (941 lines not shown)\n"),
		Not(ContainSubstring("NOOP 969.")), ContainSubstring("NOOP 970."), ContainSubstring("NOOP 999."),
	))
}

// TestEventually holds that Eventually gives up at once on what cannot change,
// and goes on asking a server.
func TestEventually(t *testing.T) {
	g := NewWithT(t)
	type foreteller interface{ MatchMayChangeInTheFuture(any) bool }
	m := gfakemx.HaveOutcome(fakemx.Refused).(foreteller)
	g.Expect(m.MatchMayChangeInTheFuture(idle)).To(BeFalse())
	g.Expect(m.MatchMayChangeInTheFuture(&idle)).To(BeFalse())
	g.Expect(m.MatchMayChangeInTheFuture(peer{})).To(BeTrue())
	wrong := gfakemx.HaveOutcome("lost").(foreteller)
	g.Expect(wrong.MatchMayChangeInTheFuture(peer{})).To(BeFalse())
}
