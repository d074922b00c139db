package policy_test

import (
	"cmp"
	"net/netip"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/policy/dane"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// publishing are the scenarios that are about what a domain publishes.
func publishing() []scenarios.Scenario {
	var list []scenarios.Scenario
	for _, s := range scenarios.All() {
		if s.NeedsDNS() {
			list = append(list, s)
		}
	}
	return list
}

// find returns the facts about the domain of a peer: those of the first host
// that can be found.
func (s seeker) find(p *stage.Peer) (scenarios.Resolution, scenarios.DANE) {
	hosts, resolves := s.candidates(p.Scenario().Domain())
	for _, c := range hosts {
		if resolves = c.resolves; resolves == scenarios.ResolvesYes {
			return resolves, factOf(p, c.discovery)
		}
	}
	return resolves, ""
}

// factOf is the fact that a client finds.
func factOf(p *stage.Peer, d dane.Discovery) scenarios.DANE {
	switch {
	case d.Elective:
		return scenarios.DANEInsecureMX
	case d.Action == dane.Skip || d.Action == dane.Delay:
		return scenarios.DANEUnknowable
	case d.Action == dane.Encrypt:
		return scenarios.DANEUnusable
	case d.Action != dane.Authenticate:
		return scenarios.DANENone
	case dane.Match(d.Records, p.PKI().Chain(), d.Names, time.Now()).Verdict == dane.Matches:
		return scenarios.DANEMatches
	}
	return scenarios.DANEMismatch
}

// readings are what our client makes of records that another one may read in
// another way.
var readings = map[string]scenarios.DANE{
	"tlsa-sha256-right-sha512-wrong": scenarios.DANEMismatch, // digest agility
	"tlsa-short-digest":              scenarios.DANEUnusable,
	"tlsa-ta-full-not-sent":          scenarios.DANEMatches,
	"tlsa-ta-root-not-sent":          scenarios.DANEMismatch,
	"tlsa-pkix-ta":                   scenarios.DANEUnusable,
	"tlsa-pkix-ee":                   scenarios.DANEUnusable,
}

// TestTheFactsAreWhatAClientFinds, one that does what RFC 7672 says, in the DNS
// and in the certificates of every scenario.
func TestTheFactsAreWhatAClientFinds(t *testing.T) {
	t.Parallel()
	var peers []fakemx.Config
	for _, s := range publishing() {
		peers = append(peers, fakemx.Config{Scenario: s})
	}
	s := stage.Start(t, stage.Config{Peers: peers, Network: netip.MustParsePrefix("127.25.0.0/16"), DNS: "127.0.0.1:0"})
	for _, p := range s.Peers() {
		t.Run(p.Scenario().Name, func(t *testing.T) {
			t.Parallel()
			facts := p.Scenario().Facts
			wantResolves, want := cmp.Or(facts.Resolves, scenarios.ResolvesYes), cmp.Or(facts.DANE, scenarios.DANENone)
			if want == scenarios.DANELenient {
				want = readings[p.Scenario().Name]
			}
			resolves, found := seeker{server: s.DNS().Addr()}.find(p)
			if resolves == scenarios.ResolvesYes && wantResolves == scenarios.ResolvesLenient {
				resolves = wantResolves
			}
			if resolves != wantResolves || found != "" && found != want {
				t.Errorf("a client finds that the domain resolves: %s, and by DANE: %q; the facts are %s and %q", resolves, found, wantResolves, want)
			}
		})
	}
}
