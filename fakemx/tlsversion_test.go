package fakemx_test

import (
	"crypto/tls"
	"slices"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// A fault that goes by the version of TLS strikes clients of that version only,
// wherever it strikes.
func TestFaultsByVersionOfTLS(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]scenarios.Fault{
		"client-hello": {At: scenarios.AtClientHello, Do: scenarios.DoAlert, Text: "internal_error"},
		"ehlo":         {At: scenarios.AtEHLO, Do: scenarios.DoReset},
	} {
		for _, struck := range []scenarios.TLSVersion{scenarios.TLS12, scenarios.TLS13} {
			t.Run(name+" "+string(struck), func(t *testing.T) {
				t.Parallel()
				f := fault
				f.TLSVersion = struck
				s := play(t, func(p *scenarios.Peer) { p.Faults = []scenarios.Fault{f} })
				for _, spoken := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
					config := s.ClientTLS()
					config.MaxVersion = spoken
					got := tryEHLO(t, s, config)
					want := spoken == tls.VersionTLS12 == (struck == scenarios.TLS12)
					if got != want {
						t.Errorf("the fault strikes a client of %s: %v, want %v", tls.VersionName(spoken), got, want)
					}
				}
			})
		}
	}
}

// tryEHLO reports whether something came between a client and its EHLO in TLS. In
// clear nothing may.
func tryEHLO(t *testing.T, s *fakemx.Server, config *tls.Config) (struck bool) {
	t.Helper()
	c := dial(t, s)
	defer c.hangUp()
	c.ehlo()
	c.say("STARTTLS", 220)
	if err := c.trySecure(config); err != nil {
		return true
	}
	c.send("EHLO client.example.test\r\n")
	code, _, err := c.reply()
	return err != nil || code != "250"
}

// One of several nodes has a chain of its own.
func TestAlternateChain(t *testing.T) {
	t.Parallel()
	s := fakemx.Start(t, scenarios.MustGet("one-bad-node"))
	for number := 1; number <= 4; number++ {
		bad := number%2 == 1
		if struck := tryEHLO(t, s, s.ClientTLS()); struck != bad {
			t.Errorf("session %d: refused %v, want %v", number, struck, bad)
		}
	}
	for i, r := range waitFor(t, s, 4) {
		if r.TLS.Alternate != (i%2 == 0) || r.TLS.Completed == r.TLS.Alternate {
			t.Errorf("session %d: alternate %v, completed %v", i+1, r.TLS.Alternate, r.TLS.Completed)
		}
	}
}

// waitFor returns the first sessions of a server, in the order in which they
// began.
func waitFor(t *testing.T, s *fakemx.Server, n int) []fakemx.Session {
	t.Helper()
	var list []fakemx.Session
	for range n {
		r, err := s.WaitSession(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b fakemx.Session) int { return a.Started.Compare(b.Started) })
	return list
}
