package audit

import (
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// TestAdviceOnAClientThatHung is not to read what it said, unless an alert did.
func TestAdviceOnAClientThatHung(t *testing.T) {
	t.Parallel()
	alert := ended(theClient, fakemx.EndClose, withTLS(false), func(s *fakemx.Session) {
		s.TLS.Alert = &fakemx.Alert{Name: "unknown_ca", From: theClient}
	})
	hung := []CommandRun{outOfTime()}
	smtps := ControlFor(scenarios.Scenario{ReachAt: scenarios.ReachAtSMTPS}, Verify)
	for name, test := range map[string]struct {
		scenario scenarios.Scenario
		evidence Evidence
		want     string
	}{
		"without a session":                  {scenarios.MustGet("healthy"), Evidence{Runs: hung}, adviceHung},
		"in a session":                       {scenarios.MustGet("healthy"), Evidence{Runs: hung, Sessions: []fakemx.Session{session(fakemx.Idle)}}, adviceHung},
		"behind its alert":                   {scenarios.MustGet("healthy"), Evidence{Runs: hung, Sessions: []fakemx.Session{alert}}, adviceTry},
		"that waits for a greeting in clear": {smtps, Evidence{Runs: hung, Sessions: []fakemx.Session{session(fakemx.Idle)}}, adviceSMTPS},
		"that did not":                       {scenarios.MustGet("healthy"), Evidence{Runs: []CommandRun{{Exit: 1}}, Sessions: []fakemx.Session{session(fakemx.Refused)}}, adviceTry},
	} {
		if i := NewItem(test.scenario, Verify, test.evidence, delivered); i.Advice != test.want {
			t.Errorf("%s: the advice is %q, want %q (%s)", name, i.Advice, test.want, i.Reason)
		}
	}
}

// TestAdviceOnWhatIsPublished: where that forbids the delivery, verifying the
// certificate is no help.
func TestAdviceOnWhatIsPublished(t *testing.T) {
	t.Parallel()
	inTLS := session(fakemx.DeliveredTLS)
	for _, test := range []struct {
		scenario string
		policy   Policy
		want     string
	}{
		{"tlsa-mismatch", DANE, adviceDANE},
		{"tlsa-absent", DANEOnly, adviceDANE},
		{"tlsa-servfail", DANEAndMTASTS, adviceDANE},
		{"sts-mx-mismatch", MTASTS, adviceSTS},
		{"dane-wrong-sts-right", DANEAndMTASTS, adviceDANE},
		{"null-mx", DANE, adviceTrap},
		{"sts-self-signed", MTASTS, adviceVerify},
		{"self-signed", Verify, adviceVerify},
	} {
		i := NewItem(scenarios.MustGet(test.scenario), test.policy, asking("MX A TLSA TXT", inTLS), Control{Scenario: "dane", Delivered: true})
		if i.Advice != test.want {
			t.Errorf("%s, %s: the advice is %q, want %q (%s: %s)", test.scenario, test.policy, i.Advice, test.want, i.Result, i.Reason)
		}
	}
}
