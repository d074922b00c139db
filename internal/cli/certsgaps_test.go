package cli

import (
	"slices"
	"testing"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/scenarios"
)

// TestGaps: whose fault is in no file at all hears nothing else, and the healthy
// peer nothing.
func TestGaps(t *testing.T) {
	t.Parallel()
	otherNode := func(send ...string) func(*scenarios.Peer) {
		return func(p *scenarios.Peer) { p.TLS.Alternate = &scenarios.Alternate{Send: send, Every: 2} }
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
		{"healthy", otherNode("leaf"), certgen.Files{}, []gap{nothingWrong}},
		{"expired", otherNode("leaf"), certgen.Files{}, []gap{otherChain}},
		{"revoked", func(*scenarios.Peer) {}, certgen.Files{CRL: "crl.pem", OCSP: "ocsp.der"}, []gap{unansweredWithOCSP}},
		{"revoked", otherNode("leaf"), certgen.Files{CRL: "crl.pem"}, []gap{unansweredWithCRL, otherChain}},
		{"missing-intermediate-with-url", func(*scenarios.Peer) {}, certgen.Files{}, []gap{unanswered}},
	} {
		s := scenarios.MustGet(test.base).With(test.edit)
		if got := gapsOf(s, test.files); !slices.Equal(got, test.want) {
			t.Errorf("%s with %+v: %q, want %q", test.base, test.files, got, test.want)
		}
	}
}
