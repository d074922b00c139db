package cli

import (
	"slices"
	"testing"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/scenarios"
)

// TestBadChain: the facts tell which of two chains is bad.
func TestBadChain(t *testing.T) {
	t.Parallel()
	const yes, no = scenarios.Yes, scenarios.No
	for _, test := range []struct {
		completes, usual, other scenarios.Answer
		want                    string
	}{
		{yes, yes, no, "the bad one is alternate-chain.pem"},
		{scenarios.Weak, yes, no, "the bad one is alternate-chain.pem"},
		{yes, no, yes, "the bad one is chain.pem"},
		{yes, no, no, "both are bad"},
		{yes, yes, yes, "both are good"},
		{yes, scenarios.Lenient, no, "alternate-chain.pem is bad"},
		{yes, scenarios.Lenient, yes, "alternate-chain.pem is good"},
		{no, no, no, "alternate-chain.pem is bad"},
		{no, no, yes, "alternate-chain.pem is good"},
	} {
		s := scenarios.Scenario{
			Facts:     scenarios.Facts{Offers: yes, Completes: test.completes, Authentic: test.usual},
			Alternate: scenarios.AlternateFacts{Authentic: test.other},
		}
		if got := badChain(s); got != test.want {
			t.Errorf("completes %s, authentic %s and %s: %q, want %q", test.completes, test.usual, test.other, got, test.want)
		}
	}
}

// TestGaps: whose fault is in no file at all hears nothing else, and the healthy
// peer nothing.
func TestGaps(t *testing.T) {
	t.Parallel()
	otherNode := func(send ...string) func(*scenarios.Peer) {
		return func(p *scenarios.Peer) { p.TLS.Alternate = &scenarios.Alternate{Send: send, Every: 2} }
	}
	// bad is a scenario whose other chain is bad.
	bad := func(name string) scenarios.Scenario {
		s := scenarios.MustGet(name)
		s.Alternate.Authentic = scenarios.No
		return s
	}
	for _, test := range []struct {
		base  string
		edit  func(*scenarios.Peer)
		files certgen.Files
		want  []gap
	}{
		{"healthy", func(*scenarios.Peer) {}, certgen.Files{}, nil},
		{"expired", func(*scenarios.Peer) {}, certgen.Files{}, nil},
		{"starttls-stripped", func(*scenarios.Peer) {}, certgen.Files{}, []gap{nothingWrong}},
		{"healthy", otherNode("leaf"), certgen.Files{}, []gap{otherChain(bad("healthy"))}},
		{"expired", otherNode("leaf"), certgen.Files{}, []gap{otherChain(bad("expired"))}},
		{"revoked", func(*scenarios.Peer) {}, certgen.Files{CRL: "crl.pem", OCSP: "ocsp.der"}, []gap{unansweredWithOCSP}},
		{"revoked", otherNode("leaf"), certgen.Files{CRL: "crl.pem"}, []gap{unansweredWithCRL, otherChain(bad("revoked"))}},
		{"missing-intermediate-with-url", func(*scenarios.Peer) {}, certgen.Files{}, []gap{unanswered}},
	} {
		s := bad(test.base).With(test.edit)
		if got := gapsOf(s, test.files); !slices.Equal(got, test.want) {
			t.Errorf("%s with %+v: %q, want %q", test.base, test.files, got, test.want)
		}
	}
}
