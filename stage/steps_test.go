package stage_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

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

// TestTheFactsAfterSteps are what a client of RFC 8461 finds that remembers the
// policy, and one that has fetched another.
func TestTheFactsAfterSteps(t *testing.T) {
	t.Parallel()
	var peers []fakemx.Config
	for _, s := range scenarios.All() {
		if s.Later != (scenarios.LaterFacts{}) {
			peers = append(peers, fakemx.Config{Scenario: s})
		}
	}
	if len(peers) < 15 {
		t.Fatalf("%d scenarios have steps", len(peers))
	}
	s := stage.Start(t, stage.Config{Peers: peers, DNS: "127.0.0.1:0", PolicyHost: "127.0.0.1:0"})
	for _, c := range peers {
		t.Run(c.Scenario.Name, func(t *testing.T) { checkLater(t, newSTSClient(s), c.Scenario) })
	}
}

func checkLater(t *testing.T, client *stsClient, s scenarios.Scenario) {
	t.Helper()
	if first, _, err := client.finds(t.Context(), s); first != s.Facts.STS && s.Facts.STS != scenarios.STSLenient {
		t.Errorf("first it finds %s (%v), want %s", first, err, s.Facts.STS)
	}
	late, short := s.ShortLived()
	if !short {
		late = 25 * time.Hour // when a policy is fetched again
	}
	client.cache.Now = func() time.Time { return time.Now().Add(late + time.Second) }
	then, _, err := client.finds(t.Context(), s)
	want := cmp.Or(s.Later.Renewed, s.Later.Remembered)
	if want == scenarios.STSLenient {
		want = scenarios.STSNone // the policy has expired
	}
	if then != want {
		t.Errorf("then it finds %s (%v), want %s", then, err, want)
	}
}

// TestHeldSteps come when they are taken, and not before.
func TestHeldSteps(t *testing.T) {
	t.Parallel()
	gone := stepwise("gone", scenarios.StepAfter{Fetches: 1}, func(s *scenarios.STS) { s.TXT = []string{} })
	free := stepwise("free", scenarios.StepAfter{Fetches: 1}, func(s *scenarios.STS) { s.TXT = []string{} })
	s := stage.Start(t, stage.Config{
		Peers: []fakemx.Config{{Scenario: gone}, {Scenario: free}}, DNS: "127.0.0.1:0", PolicyHost: "127.0.0.1:0", HeldSteps: []string{"gone"},
	})
	published := func(name string) int {
		texts, _ := s.Resolver().LookupTXT(t.Context(), "_mta-sts."+name+".fakemx.test")
		return len(texts)
	}
	for _, scenario := range []scenarios.Scenario{gone, free} {
		if fact, _, err := newSTSClient(s).finds(t.Context(), scenario); fact != scenarios.STSForbids {
			t.Errorf("%s: a client finds %s, %v", scenario.Name, fact, err)
		}
	}
	if held, free := published("gone"), published("free"); held != 1 || free != 0 {
		t.Errorf("after a fetch there are %d records where steps are held, and %d elsewhere", held, free)
	}
	s.Step("gone")
	s.Step("free")
	s.Step("nobody")
	if n := published("gone"); n != 0 {
		t.Errorf("after the step there are %d records", n)
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
