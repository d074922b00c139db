package stage_test

import (
	"slices"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// stepwise is a scenario whose domain publishes a policy in mode enforce that does
// not list its host, and then, in one step, something else.
func stepwise(name string, after scenarios.StepAfter, edit func(*scenarios.STS)) scenarios.Scenario {
	s := scenarios.MustGet("sts-mx-mismatch").With(func(p *scenarios.Peer) {
		later := *scenarios.MustGet("sts-mx-mismatch").Peer.STS
		edit(&later)
		p.Steps = []scenarios.Step{{After: after, STS: later}}
	})
	s.Name, s.Aliases, s.Number = name, nil, 0
	return s
}

// newID gives a policy another id.
func newID(s *scenarios.STS) { s.TXT = []string{"v=STSv1; id={id}new;"} }

// TestStepsOfAPublication: a client that remembers a policy finds what RFC 8461
// says when something else is published later.
func TestStepsOfAPublication(t *testing.T) {
	t.Parallel()
	fetch, session := scenarios.StepAfter{Fetches: 1}, scenarios.StepAfter{Sessions: 1}
	want := map[string]scenarios.STSFact{}
	var peers []fakemx.Config
	for _, test := range []struct {
		name  string
		after scenarios.StepAfter
		edit  func(*scenarios.STS)
		then  scenarios.STSFact
	}{
		{"new-policy", fetch, func(s *scenarios.STS) { newID(s); s.Policy.MX = []string{"{hostname}"} }, scenarios.STSAllows},
		{"new-policy-after-a-session", session, func(s *scenarios.STS) { newID(s); s.Policy.MX = []string{"{hostname}"} }, scenarios.STSAllows},
		{"new-policy-old-id", fetch, func(s *scenarios.STS) { s.Policy.MX = []string{"{hostname}"} }, scenarios.STSForbids},
		{"ended", fetch, func(s *scenarios.STS) { newID(s); s.Policy.Mode = "none" }, scenarios.STSNone},
		{"gone", fetch, func(s *scenarios.STS) {
			*s = scenarios.STS{HTTPS: scenarios.PolicyHTTPS{Host: scenarios.PolicyHostAbsent}}
		}, scenarios.STSForbids},
		{"host-gone", fetch, func(s *scenarios.STS) { newID(s); s.HTTPS.Host = scenarios.PolicyHostRefuses }, scenarios.STSForbids},
		{"404", fetch, func(s *scenarios.STS) { newID(s); s.HTTPS.Status = 404 }, scenarios.STSForbids},
		{"expired", fetch, func(s *scenarios.STS) { newID(s); s.HTTPS.Certificate = scenarios.PolicyCertificateExpired }, scenarios.STSForbids},
		{"not-yet", scenarios.StepAfter{Fetches: 1, Sessions: 2}, func(s *scenarios.STS) { newID(s); s.Policy.Mode = "none" }, scenarios.STSForbids},
	} {
		s := stepwise(test.name, test.after, test.edit)
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
		want[test.name] = test.then
		peers = append(peers, fakemx.Config{Scenario: s})
	}
	s := stage.Start(t, stage.Config{Peers: peers, DNS: "127.0.0.1:0", PolicyHost: "127.0.0.1:0"})
	client := newSTSClient(s)
	for _, c := range peers {
		t.Run(c.Scenario.Name, func(t *testing.T) {
			if first, _, err := client.finds(t.Context(), c.Scenario); first != scenarios.STSForbids {
				t.Errorf("first it finds %s, %v", first, err)
			}
			visitToTheEnd(t, s, c.Scenario.Name)
			if then, _, err := client.finds(t.Context(), c.Scenario); then != want[c.Scenario.Name] {
				t.Errorf("then it finds %s (%v), want %s", then, err, want[c.Scenario.Name])
			}
		})
	}
}

// TestStepsWithoutAPolicyHost change the records alone.
func TestStepsWithoutAPolicyHost(t *testing.T) {
	t.Parallel()
	gone := stepwise("gone", scenarios.StepAfter{Sessions: 2}, func(s *scenarios.STS) { s.TXT = []string{} })
	s := stage.Start(t, stage.Config{Peers: []fakemx.Config{{Scenario: gone}}, DNS: "127.0.0.1:0"})
	var found []int
	for range 3 {
		texts, _ := s.Resolver().LookupTXT(t.Context(), "_mta-sts.gone.fakemx.test")
		found = append(found, len(texts))
		visitToTheEnd(t, s, "gone")
	}
	if !slices.Equal(found, []int{1, 1, 0}) {
		t.Errorf("after none, one and two sessions there are %v records", found)
	}
}

// visitToTheEnd holds a session that does nothing, until it is counted.
func visitToTheEnd(t *testing.T, s *stage.Stage, name string) {
	t.Helper()
	events := s.Events()
	defer events.Close()
	visit(t, s.Peer(name))
	for {
		e, err := events.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if e.Session != nil && e.Session.Scenario == name {
			return
		}
	}
}
