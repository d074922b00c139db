package audit

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// TestTheControlIsPlayed though it is not selected, and counts with nobody.
func TestTheControlIsPlayed(t *testing.T) {
	t.Parallel()
	r := probed(t, "verify", Verify, "expired", "no-ip-san")
	wantResults(t, r, "expired=pass no-ip-san=pass")
	var names []string
	for _, i := range r.Controls {
		names = append(names, i.Scenario)
		if i.Result != Pass || !i.Control {
			t.Errorf("the control %s comes to %s: %s", i.Scenario, i.Result, i.Reason)
		}
	}
	if got := strings.Join(names, " "); got != "healthy healthy-by-address" {
		t.Errorf("the controls are %q", got)
	}
	if r.Unproved != "" || r.Partial || r.Summary != (Summary{Pass: 2}) || !r.Succeeded(true) {
		t.Errorf("the report is %+v, unproved: %q", r.Summary, r.Unproved)
	}
}

// TestASelectedControlIsPlayedOnce.
func TestASelectedControlIsPlayedOnce(t *testing.T) {
	t.Parallel()
	r := probed(t, "verify", Verify, "expired", "healthy")
	wantResults(t, r, "expired=pass healthy=pass")
	if len(r.Controls) > 0 {
		t.Errorf("%d controls were played besides", len(r.Controls))
	}
}

// TestAClientThatRefusesEverybodyProvesNothing: this one trusts nobody.
func TestAClientThatRefusesEverybodyProvesNothing(t *testing.T) {
	t.Parallel()
	for _, names := range []string{"expired hostname-mismatch", "healthy expired hostname-mismatch"} {
		r := probed(t, "trusts nobody", Verify, strings.Fields(names)...)
		for _, i := range r.Items {
			want := Unclear
			if i.Scenario == "healthy" {
				want = Fail
			}
			if i.Result != want {
				t.Errorf("%s comes to %s: %s", i.Scenario, i.Result, i.Reason)
			}
		}
		if !strings.Contains(r.Unproved, "the control healthy failed") || r.Succeeded(false) {
			t.Errorf("the report says %q", r.Unproved)
		}
	}
}

// TestAClientThatKnowsNoSMTPS is unclear where it would need it, and nowhere
// else.
func TestAClientThatKnowsNoSMTPS(t *testing.T) {
	t.Parallel()
	r := probedWith(t, Options{
		Policy: Verify, Scenarios: pick("expired", "plaintext-on-tls-port"), Patience: 3 * time.Second, Driver: Command{client(t, "verify")},
	})
	wantResults(t, r, "expired=pass plaintext-on-tls-port=unclear")
	for _, i := range r.Controls {
		if i.Scenario == "healthy-at-smtps" && (i.Result != Unclear || !strings.Contains(i.Reason, "{scheme}")) {
			t.Errorf("the control comes to %s: %s", i.Result, i.Reason)
		}
	}
	if r.Unproved != "" || !r.Succeeded(false) {
		t.Errorf("the report says %q", r.Unproved)
	}
}

// TestAControlCanBeAccepted, but for the usual one: the audit of a client that
// never takes addresses for names is then no failure.
func TestAControlCanBeAccepted(t *testing.T) {
	t.Parallel()
	accept := Exceptions{{Scenarios: []string{"healthy*"}, Result: Fail, Reason: "it knows no addresses"}}
	list := pick("no-ip-san", "expired")
	all := newAuditor(Options{Driver: Command{client(t, "verify")}, Scenarios: list, Policy: Verify})
	for _, test := range []struct {
		failing string
		want    bool // it is a success
	}{{"healthy-by-address", true}, {"healthy", false}} {
		r := all.newReport()
		var items []Item
		for _, s := range append(Controls(list, Verify), list...) {
			e := sessions(session(fakemx.DeliveredTLS))
			if s.Name == test.failing || !isControl(s, Verify) {
				e = sessions(session(fakemx.Refused))
			}
			c := delivered
			if ControlFor(s, Verify).Name == test.failing {
				c = Control{Scenario: test.failing}
			}
			i := NewItem(s, Verify, e, c)
			i.Control = isControl(s, Verify)
			items = append(items, i)
		}
		r.fill(items, nil, all.Now())
		if r.Unproved == "" {
			t.Errorf("%s failed, and the report does not say so", test.failing)
		}
		accept[0].Scenarios = []string{test.failing}
		r.Accept(accept)
		if got := r.Succeeded(false); got != test.want || (r.Unproved == "") != test.want {
			t.Errorf("%s accepted: a success %v, unproved: %q; %+v, %v", test.failing, got, r.Unproved, r.Summary, r.Problems)
		}
	}
}

// TestASideControlLeavesTheRestProved: a client that looks for an address among
// the DNS names only is told so, and how to try that by hand.
func TestASideControlLeavesTheRestProved(t *testing.T) {
	t.Parallel()
	list := pick("no-ip-san", "expired")
	for _, test := range []struct {
		failing, unproved, hint, advice string
		nothing                         bool
	}{
		{
			"healthy-by-address", "nothing is proved about the scenarios that are reached by an address (no-ip-san), as the control healthy-by-address failed: ",
			"nothing is proved about the scenarios that are reached by an address, as the control healthy-by-address failed; " +
				"try the client by hand with fakemx --scenario healthy, reached as 127.0.0.1", adviceAddress, false,
		},
		{"healthy", "no refusal is proved, as the control healthy failed: ", "try the client by hand with fakemx --scenario healthy", adviceTry, true},
		{"healthy healthy-by-address", "no refusal is proved, as the control ", "so that no refusal is proved", adviceTry, true},
	} {
		all := newAuditor(Options{Driver: Command{client(t, "verify")}, Scenarios: list, Policy: Verify})
		r := all.newReport()
		var items []Item
		for _, s := range append(Controls(list, Verify), list...) {
			fails := slices.Contains(strings.Fields(test.failing), s.Name)
			e := sessions(session(fakemx.DeliveredTLS))
			if fails || !isControl(s, Verify) {
				e = sessions(session(fakemx.Refused))
			}
			i := NewItem(s, Verify, e, Control{Scenario: ControlFor(s, Verify).Name, Delivered: !strings.Contains(test.failing, ControlFor(s, Verify).Name)})
			i.Control = isControl(s, Verify)
			items = append(items, i)
		}
		r.fill(items, nil, all.Now())
		if !strings.HasPrefix(r.Unproved, test.unproved) || !strings.Contains(r.Hint(), test.hint) || r.NothingProved() != test.nothing {
			t.Errorf("%s failed: %q; hint %q; nothing proved: %v", test.failing, r.Unproved, r.Hint(), r.NothingProved())
		}
		if r.Succeeded(false) {
			t.Errorf("%s failed, and the audit is a success", test.failing)
		}
		for _, i := range r.Controls {
			if i.Result == Fail && i.Advice != test.advice {
				t.Errorf("%s failed: the advice of %s is %q", test.failing, i.Scenario, i.Advice)
			}
		}
	}
}

// TestHowAControlIsReached: each is said in words, and can be played by hand.
func TestHowAControlIsReached(t *testing.T) {
	t.Parallel()
	r := &Report{Items: []Item{{Scenario: "healthy-at-smtps", Verdict: Verdict{Fail, "it never connected"}}}}
	if got := r.unproved(); got != "nothing is proved about the scenarios that begin TLS with the first byte, as the control healthy-at-smtps failed: it never connected" {
		t.Errorf("it says %q", got)
	}
	if got := r.Hint(); !strings.Contains(got, "--smtps") || strings.Contains(got, "127.0.0.1,") {
		t.Errorf("the hint is %q", got)
	}
	r.Items[0].Scenario = "healthy-at-smtps-by-address"
	if got := r.Hint(); !strings.Contains(got, "that are reached by an address and begin TLS with the first byte, as") ||
		!strings.Contains(got, "--smtps 127.0.0.1:4465, reached as 127.0.0.1 at that port") {
		t.Errorf("the hint is %q", got)
	}
}

// TestTheFirstControlEndsAnAudit that is to end at the first failure.
func TestTheFirstControlEndsAnAudit(t *testing.T) {
	t.Parallel()
	r := probedWith(t, Options{
		Policy: Verify, Scenarios: pick("expired", "self-signed"), StopAtFailure: true, Driver: Command{client(t, "trusts nobody")},
	})
	if len(r.Items) > 0 || len(r.Controls) != 1 || !r.Partial || r.Unproved == "" {
		t.Errorf("%d items, %d controls, unproved: %q", len(r.Items), len(r.Controls), r.Unproved)
	}
}

// TestControlsAreHealthy and named unlike any scenario but healthy.
func TestControlsAreHealthy(t *testing.T) {
	t.Parallel()
	controls := Controls(scenarios.All(), Verify)
	if len(controls) != 8 {
		t.Errorf("there are %d controls", len(controls))
	}
	for _, c := range controls {
		if _, err := scenarios.Get(c.Name); (err == nil) != (c.Number > 0) || !isControl(c, Verify) || ControlFor(c, Verify).Name != c.Name {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	for _, s := range scenarios.All() {
		if isControl(s, Verify) != slices.Contains([]string{"healthy", "dane", "tlsa-ta", "mta-sts", "dane-and-mta-sts", "requiretls"}, s.Name) {
			t.Errorf("%s is taken for a control", s.Name)
		}
	}
}

// TestWhatAControlSays: it was delivered to in TLS, never in clear, and nothing
// kept the client from it.
func TestWhatAControlSays(t *testing.T) {
	t.Parallel()
	inTLS, inClear := session(fakemx.DeliveredTLS), session(fakemx.DeliveredClear)
	for name, test := range map[string]struct {
		evidence Evidence
		want     bool
	}{
		"in TLS":          {sessions(inTLS), true},
		"in clear":        {sessions(inClear), false},
		"in both":         {sessions(inTLS, inClear), false},
		"refused":         {sessions(session(fakemx.Refused)), false},
		"beyond it":       {Evidence{Sessions: []fakemx.Session{inTLS}, Problem: "it cannot"}, false},
		"nobody was seen": {Evidence{}, false},
	} {
		c := usualControl(Verify)
		if got := NewControl(c, test.evidence); got != (Control{Scenario: "healthy", Delivered: test.want}) {
			t.Errorf("%s: %+v, want %t", name, got, test.want)
		}
		i := Item{Scenario: "healthy", Evidence: test.evidence}
		for where, r := range map[string]*Report{"control": {Controls: []Item{i}}, "item": {Items: []Item{i}}} {
			if got := r.ControlFor(scenarios.MustGet("expired")); got != (Control{Scenario: "healthy", Delivered: test.want}) {
				t.Errorf("%s, as an %s: %+v", name, where, got)
			}
			if got := r.ControlFor(scenarios.MustGet("no-ip-san")); got != (Control{}) {
				t.Errorf("%s, as an %s: it stands for what is reached by an address, %+v", name, where, got)
			}
		}
	}
}

// TestOnlyTheHealthyPeerIsItsOwnControl, under its own name.
func TestOnlyTheHealthyPeerIsItsOwnControl(t *testing.T) {
	t.Parallel()
	altered := scenarios.MustGet("healthy").With(func(p *scenarios.Peer) { p.SMTP.Extensions = nil })
	renamed := scenarios.MustGet("healthy")
	renamed.Name = "mine"
	if !isControl(usualControl(Verify), Verify) || isControl(altered, Verify) || isControl(renamed, Verify) {
		t.Errorf("controls: %t, altered %t, renamed %t", isControl(usualControl(Verify), Verify), isControl(altered, Verify), isControl(renamed, Verify))
	}
}

// TestBeyondAClient is only TLS from the first byte, which it was seen not to do.
func TestBeyondAClient(t *testing.T) {
	t.Parallel()
	smtps := ControlFor(scenarios.Scenario{ReachAt: scenarios.ReachAtSMTPS}, Verify)
	came := sessions(session(fakemx.Refused))
	kept := came
	kept.Problem = "it could not be started"
	for _, test := range []struct {
		name     string
		control  scenarios.Scenario
		evidence Evidence
		result   Result
		want     bool
	}{
		{"it came and is unclear", smtps, came, Unclear, true},
		{"it never came", smtps, Evidence{}, Unclear, false},
		{"it failed", smtps, came, Fail, false},
		{"it was kept from it", smtps, kept, Unclear, false},
		{"the usual control", usualControl(Verify), came, Unclear, false},
	} {
		if got := beyondClient(test.control, Item{Evidence: test.evidence, Verdict: Verdict{Result: test.result}}); got != test.want {
			t.Errorf("%s: %t, want %t", test.name, got, test.want)
		}
	}
}

// TestWhatNext: the message was not taken, or it was and has not come.
func TestWhatNext(t *testing.T) {
	t.Parallel()
	taken := Item{Scenario: "healthy"}
	untaken := Item{Scenario: "healthy", Evidence: Evidence{Problem: "the MTA did not take the message"}}
	for name, test := range map[string]struct {
		report Report
		want   string
	}{
		"a command":                {Report{Driver: kindCommand, Items: []Item{untaken}}, "by hand"},
		"not taken":                {Report{Driver: kindSubmit, Items: []Item{untaken}}, "take the messages first"},
		"not taken, not selected":  {Report{Driver: kindSubmit, Controls: []Item{untaken}}, "take the messages first"},
		"taken":                    {Report{Driver: kindSubmit, Items: []Item{taken}}, "log and its queue"},
		"taken, but for other one": {Report{Driver: kindSubmit, Items: []Item{taken, {Scenario: "no-ip-san", Evidence: untaken.Evidence}}}, "log and its queue"},
	} {
		if got := test.report.WhatNext(); !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// TestAFailedControlQuotesTheClient, whichever it is: the peer is sound, so that
// only the client can say what it minds.
func TestAFailedControlQuotesTheClient(t *testing.T) {
	t.Parallel()
	minds := func(output string) Evidence {
		e := sessions(ended(theClient, fakemx.EndClose, withTLS(false)))
		e.Runs = []CommandRun{{Args: []string{"client"}, Exit: 1, Output: output}}
		return e
	}
	const said, quote = "it fails\ncertificate verify failed: unable to get local issuer certificate\n",
		`the client closed the connection in the TLS handshake; it said: "certificate verify failed: unable to get local issuer certificate"`
	for _, c := range Controls(scenarios.All(), Verify) {
		if c.Name == controlOfDemands {
			continue // which is left to a client that goes by TLS alone
		}
		if v := Judge(c, Verify, minds(said), Control{}); v.Result != Fail || !strings.HasSuffix(v.Reason, quote) {
			t.Errorf("%s: %s (%s)", c.Name, v.Result, v.Reason)
		}
		for _, words := range []string{"", "  \n"} {
			if v := Judge(c, Verify, minds(words), Control{}); strings.Contains(v.Reason, "it said") {
				t.Errorf("%s, without a word: %s", c.Name, v.Reason)
			}
		}
		fine := sessions(session(fakemx.DeliveredTLS))
		fine.Runs = minds(said).Runs
		if v := Judge(c, Verify, fine, Control{}); v.Result != Pass || strings.Contains(v.Reason, "it said") {
			t.Errorf("%s, delivered: %s (%s)", c.Name, v.Result, v.Reason)
		}
	}
	never := Evidence{Runs: minds(said).Runs}
	if v := Judge(usualControl(Verify), Verify, never, Control{}); strings.Count(v.Reason, "certificate verify failed") != 1 {
		t.Errorf("one that never connected: %s", v.Reason)
	}
	if v := Judge(scenarios.MustGet("expired"), Verify, minds(said), delivered); strings.Contains(v.Reason, "it said") {
		t.Errorf("what is no control: %s", v.Reason)
	}
}
