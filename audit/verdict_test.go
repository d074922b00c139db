package audit

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// duties is the verdict table as the documentation has it, in the order of the
// facts below: offers, completes, authentic.
var duties = map[string][3]string{
	// facts                opportunistic             encrypt                verify
	"no/no/no":         {"must deliver", "must not deliver", "must not deliver"},
	"no/no/yes":        {"must deliver", "must not deliver", "must not deliver"},
	"no/weak/no":       {"must deliver", "must not deliver", "must not deliver"},
	"no/weak/yes":      {"must deliver", "must not deliver", "must not deliver"},
	"no/yes/no":        {"must deliver", "must not deliver", "must not deliver"},
	"no/yes/yes":       {"must deliver", "must not deliver", "must not deliver"},
	"yes/no/no":        {"may deliver", "must not deliver", "must not deliver"},
	"yes/no/yes":       {"may deliver", "must not deliver", "must not deliver"},
	"yes/weak/no":      {"may deliver", "may deliver in TLS", "must not deliver"},
	"yes/weak/yes":     {"may deliver", "may deliver in TLS", "may deliver in TLS"},
	"yes/yes/no":       {"must deliver in TLS", "must deliver in TLS", "must not deliver"},
	"yes/yes/yes":      {"must deliver in TLS", "must deliver in TLS", "must deliver in TLS"},
	"no/no/lenient":    {"must deliver", "must not deliver", "must not deliver"},
	"no/weak/lenient":  {"must deliver", "must not deliver", "must not deliver"},
	"no/yes/lenient":   {"must deliver", "must not deliver", "must not deliver"},
	"yes/no/lenient":   {"may deliver", "must not deliver", "must not deliver"},
	"yes/weak/lenient": {"may deliver", "may deliver in TLS", "may deliver in TLS"},
	"yes/yes/lenient":  {"must deliver in TLS", "must deliver in TLS", "may deliver in TLS"},

	"no/lenient/no":       {"must deliver", "must not deliver", "must not deliver"},
	"no/lenient/yes":      {"must deliver", "must not deliver", "must not deliver"},
	"no/lenient/lenient":  {"must deliver", "must not deliver", "must not deliver"},
	"yes/lenient/no":      {"may deliver", "may deliver in TLS", "must not deliver"},
	"yes/lenient/yes":     {"may deliver", "may deliver in TLS", "may deliver in TLS"},
	"yes/lenient/lenient": {"may deliver", "may deliver in TLS", "may deliver in TLS"},
}

// sets are all kinds of outcomes that a client can leave behind.
var sets = map[string]Evidence{
	"never connected":    {},
	"idle":               sessions(session(fakemx.Idle)),
	"refused":            sessions(session(fakemx.Refused)),
	"faulted":            sessions(session(fakemx.Faulted)),
	"in TLS":             sessions(session(fakemx.DeliveredTLS)),
	"refused, in TLS":    sessions(session(fakemx.Refused), session(fakemx.DeliveredTLS)),
	"in clear":           sessions(session(fakemx.DeliveredClear)),
	"refused, in clear":  sessions(session(fakemx.Refused), session(fakemx.DeliveredClear)),
	"in TLS, in clear":   sessions(session(fakemx.DeliveredTLS), session(fakemx.DeliveredClear)),
	"elsewhere":          {Elsewhere: []string{"expired"}, Sessions: []fakemx.Session{session(fakemx.Refused)}},
	"in TLS, elsewhere":  {Elsewhere: []string{"expired"}, Sessions: []fakemx.Session{session(fakemx.DeliveredTLS)}},
	"not to be run":      {Problem: "the command cannot be started"},
	"password in clear":  sessions(flagged(fakemx.DeliveredTLS, fakemx.CredentialsInClear)),
	"password, no mail":  sessions(flagged(fakemx.Refused, fakemx.CredentialsInClear)),
	"undeclared trap":    sessions(flagged(fakemx.Refused, fakemx.RepeatedMessage)),
	"no certificate":     sessions(flagged(fakemx.Refused, fakemx.ZeroLengthCertificate)),
	"timed out":          {Runs: []CommandRun{{TimedOut: true}}, Sessions: []fakemx.Session{session(fakemx.Refused)}},
	"crashed":            {Runs: []CommandRun{{Signal: "killed"}}, Sessions: []fakemx.Session{session(fakemx.Refused)}},
	"in TLS, timed out":  {Runs: []CommandRun{{TimedOut: true}}, Sessions: []fakemx.Session{session(fakemx.DeliveredTLS)}},
	"cut off":            {CutOff: []string{"a"}, Sessions: []fakemx.Session{named("a", fakemx.Faulted)}},
	"cut off at MAIL":    {CutOff: []string{"b"}, Sessions: []fakemx.Session{session(fakemx.Faulted), named("b", fakemx.Refused)}},
	"refused, cut off":   {CutOff: []string{"b"}, Sessions: []fakemx.Session{session(fakemx.Refused), named("b", fakemx.Faulted)}},
	"left out in clear":  {LeftOut: LeftOut{Sessions: 1, InClear: 1}, Sessions: []fakemx.Session{session(fakemx.Refused)}},
	"left out in TLS":    {LeftOut: LeftOut{Sessions: 1, InTLS: 1}, Sessions: []fakemx.Session{session(fakemx.Refused)}},
	"left out password":  {LeftOut: LeftOut{Sessions: 1, Flags: []fakemx.Flag{fakemx.CredentialsInClear}}},
	"in TLS three times": sessions(session(fakemx.DeliveredTLS), session(fakemx.DeliveredTLS), session(fakemx.DeliveredTLS)),
}

// resultsOf is what each set of outcomes comes to under each duty.
var resultsOf = map[string]map[string]Result{
	"must deliver": {
		"timed out": Fail, "crashed": Fail, "cut off": Fail, "cut off at MAIL": Fail, "refused, cut off": Fail,
		"in TLS, timed out": Pass, "left out in clear": Pass, "left out in TLS": Pass,
		"never connected": Fail, "idle": Fail, "refused": Fail, "faulted": Fail,
		"in TLS": Pass, "in TLS, elsewhere": Pass, "refused, in TLS": Pass, "in TLS three times": Pass,
		"in clear": Pass, "refused, in clear": Pass, "in TLS, in clear": Pass, "undeclared trap": Fail, "no certificate": Fail,
	},
	"must deliver in TLS": {
		"timed out": Fail, "crashed": Fail, "cut off": Fail, "cut off at MAIL": Fail, "refused, cut off": Fail,
		"in TLS, timed out": Pass, "left out in clear": Fail, "left out in TLS": Pass,
		"never connected": Fail, "idle": Fail, "refused": Fail, "faulted": Fail,
		"in TLS": Pass, "in TLS, elsewhere": Pass, "refused, in TLS": Pass, "in TLS three times": Pass,
		"in clear": Fail, "refused, in clear": Fail, "in TLS, in clear": Fail, "undeclared trap": Fail, "no certificate": Fail,
	},
	"may deliver": {
		"timed out": May, "crashed": May, "cut off": May, "cut off at MAIL": May, "refused, cut off": May,
		"in TLS, timed out": May, "left out in clear": May, "left out in TLS": May,
		"never connected": May, "idle": May, "refused": May, "faulted": May,
		"in TLS": May, "in TLS, elsewhere": May, "refused, in TLS": May, "in TLS three times": May,
		"in clear": May, "refused, in clear": May, "in TLS, in clear": May, "undeclared trap": May, "no certificate": May,
	},
	"may deliver in TLS": {
		"timed out": May, "crashed": May, "cut off": May, "cut off at MAIL": May, "refused, cut off": May,
		"in TLS, timed out": May, "left out in clear": Fail, "left out in TLS": May,
		"never connected": May, "idle": May, "refused": May, "faulted": May,
		"in TLS": May, "in TLS, elsewhere": May, "refused, in TLS": May, "in TLS three times": May,
		"in clear": Fail, "refused, in clear": Fail, "in TLS, in clear": Fail, "undeclared trap": May, "no certificate": May,
	},
	"must not deliver": {
		"timed out": Unclear, "crashed": Unclear, "cut off": Unclear, "cut off at MAIL": Unclear, "refused, cut off": Pass,
		"in TLS, timed out": Fail, "left out in clear": Fail, "left out in TLS": Fail,
		"never connected": Unclear, "idle": Unclear, "refused": Pass, "faulted": Pass,
		"in TLS": Fail, "in TLS, elsewhere": Fail, "refused, in TLS": Fail, "in TLS three times": Fail,
		"in clear": Fail, "refused, in clear": Fail, "in TLS, in clear": Fail, "undeclared trap": Pass, "no certificate": Pass,
	},
}

// whatever the duty.
var always = map[string]Result{
	"elsewhere": Unclear, "not to be run": Unclear, "password in clear": Fail, "password, no mail": Fail,
	"left out password": Fail,
}

// byTLS are the policies that go by TLS alone.
var byTLS = slices.DeleteFunc(Policies(), Policy.FollowsDNS)

func TestTheWholeTable(t *testing.T) {
	t.Parallel()
	for text, row := range duties {
		for i, p := range byTLS {
			s := scenarios.Scenario{Name: "x", Facts: facts(text), Peer: scenarios.Healthy()}
			if got := ExpectIn(s, p).String(); got != row[i] {
				t.Errorf("%s, %s: a client %s, want %s", text, p, got, row[i])
			}
			for name, evidence := range sets {
				want, ok := always[name]
				if !ok {
					want, ok = resultsOf[row[i]][name]
				}
				if !ok {
					t.Fatalf("no result is given for %q under %q", name, row[i])
				}
				v := Judge(s, p, evidence, delivered)
				if v.Result != want {
					t.Errorf("%s, %s, %s: %s (%s), want %s", text, p, name, v.Result, v.Reason, want)
				}
				isOneSentence(t, v.Reason)
			}
		}
	}
	if len(duties) != 24 || len(byTLS) != 3 {
		t.Errorf("the table has %d rows of %d policies, want 24 of 3", len(duties), len(byTLS))
	}
}

func TestEveryCellOfTheTableIsFilled(t *testing.T) {
	t.Parallel()
	for _, p := range byTLS {
		for _, c := range []column{
			notOffered, cannotComplete, pickyForged, pickyAuthentic, weakForged, weakAuthentic, notAuthentic, leftToClient, authentic,
		} {
			if verdictTable[p][c].Duty == "" {
				t.Errorf("%s has no duty where %s", p, c)
			}
		}
	}
}

func isOneSentence(t *testing.T, reason string) {
	t.Helper()
	if reason == "" || strings.HasSuffix(reason, ".") || strings.ContainsAny(reason, "\n") || strings.ToUpper(reason[:1]) == reason[:1] {
		t.Errorf("the reason %q is not one clause without a full stop", reason)
	}
}

func TestTrapsFailEveryPolicy(t *testing.T) {
	t.Parallel()
	for _, trap := range []scenarios.Trap{
		scenarios.TrapInjectedReply, scenarios.TrapMaskedOffer, scenarios.TrapRepeatedMessage, "credentials-in-clear", "of-the-user",
	} {
		for _, p := range append(byTLS, DANE) {
			s := scenarios.Scenario{Name: "x", Facts: facts("yes/yes/yes"), Peer: scenarios.Healthy(), Trap: trap}
			if v := Judge(s, p, sessions(flagged(fakemx.DeliveredTLS, fakemx.Flag(trap))), delivered); v.Result != Fail {
				t.Errorf("%s, %s: %s (%s), want fail", trap, p, v.Result, v.Reason)
			}
			if v := Judge(s, p, sessions(session(fakemx.DeliveredTLS)), delivered); v.Result != Pass {
				t.Errorf("%s unraised, %s: %s (%s), want pass", trap, p, v.Result, v.Reason)
			}
		}
	}
}

// TestDeclarationsSoftenDuties holds what the peers' declarations make of the
// table.
func TestDeclarationsSoftenDuties(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][3]string{
		"healthy":                   {"must deliver in TLS", "must deliver in TLS", "must deliver in TLS"},
		"refused-greeting":          {"may deliver", "must not deliver", "must not deliver"},
		"silent-greeting":           {"may deliver", "must not deliver", "must not deliver"},
		"implicit-on-starttls-port": {"may deliver", "must not deliver", "must not deliver"},
		"plaintext-on-tls-port":     {"may deliver", "must not deliver", "must not deliver"},
		"starttls-flapping":         {"must deliver", "must deliver in TLS", "must deliver in TLS"},
		"greylist-after-tls":        {"must deliver in TLS", "must deliver in TLS", "must deliver in TLS"},
		"busy-greeting":             {"must deliver in TLS", "must deliver in TLS", "must deliver in TLS"},
		"response-injection":        {"may deliver", "may deliver in TLS", "may deliver in TLS"},
		"reset-inside-tls":          {"must deliver", "must deliver in TLS", "must deliver in TLS"},
		"reset-during-data":         {"must deliver in TLS", "must deliver in TLS", "must deliver in TLS"},
		"reset-after-dot":           {"must deliver in TLS", "must deliver in TLS", "must deliver in TLS"},
		"starttls-stripped":         {"must deliver", "must not deliver", "must not deliver"},
		"missing-intermediate":      {"must deliver in TLS", "must deliver in TLS", "must not deliver"},
		"starttls-354":              {"may deliver", "must not deliver", "must not deliver"},
		"starttls-lowercase":        {"must deliver in TLS", "must deliver in TLS", "must deliver in TLS"},
		"ehlo-refused-in-tls":       {"may deliver", "may deliver in TLS", "may deliver in TLS"},
		"ehlo-stalled-in-tls":       {"may deliver", "may deliver in TLS", "may deliver in TLS"},
		"mixed-reply-codes":         {"may deliver", "may deliver in TLS", "may deliver in TLS"},
		"unclosed-reply":            {"may deliver", "must not deliver", "must not deliver"},
		"auth-gssapi-only":          {"may deliver in TLS", "may deliver in TLS", "may deliver in TLS"},
		"early-talker-refused":      {"must deliver in TLS", "must deliver in TLS", "must deliver in TLS"},
		"recipient-refused":         {"must deliver in TLS", "must deliver in TLS", "must deliver in TLS"},
		"rate-limited":              {"must deliver in TLS", "must deliver in TLS", "must deliver in TLS"},
	} {
		for i, p := range byTLS {
			if got := ExpectIn(scenarios.MustGet(name), p); got.String() != want[i] || got.Because == "" {
				t.Errorf("%s, %s: a client %s because %q, want %s", name, p, got, got.Because, want[i])
			}
		}
	}
}

// TestAFaultThatWasNotPlayedProvesNothing: a delivery in a session that was like
// one with the healthy peer.
func TestAFaultThatWasNotPlayedProvesNothing(t *testing.T) {
	t.Parallel()
	played := session(fakemx.DeliveredTLS)
	played.Fault = fakemx.Fault{At: scenarios.AtRCPT, Do: scenarios.DoReply}
	for name, want := range map[string]string{
		"recipient-refused":    "it strikes where the recipient is ",
		"too-many-messages":    "it strikes after the ",
		"too-many-recipients":  "it strikes after the ",
		"rate-limited":         "it strikes when more than ",
		"reset-of-tls-v1-3":    "", // the client may deliver or not
		"early-talker-refused": "", // to be silent is right
		"greylist-after-tls":   "", // nobody escapes it
		"starttls-lowercase":   "",
	} {
		s := scenarios.MustGet(name)
		v := Judge(s, Verify, sessions(session(fakemx.DeliveredTLS)), delivered)
		if (v.Result == Unclear) != (want != "") || !strings.Contains(v.Reason, want) {
			t.Errorf("%s: %s (%s), want %q", name, v.Result, v.Reason, want)
		}
		if v := Judge(s, Verify, sessions(played), delivered); v.Result == Unclear {
			t.Errorf("%s, played: %s (%s)", name, v.Result, v.Reason)
		}
	}
}

// TestWhoGetsNoMail is said: everybody, or some addresses only, the audit's among
// them.
func TestWhoGetsNoMail(t *testing.T) {
	t.Parallel()
	refuse := func(at scenarios.Point, in scenarios.Where, m *scenarios.Match) scenarios.Fault {
		return scenarios.Fault{At: at, In: in, Do: scenarios.DoReply, Text: "550 5.1.1 No", Match: m}
	}
	probes := &scenarios.Match{Rcpt: "probe-*@*"}
	for _, test := range []struct {
		name   string
		faults []scenarios.Fault
		want   string // because; empty if the client must deliver
	}{
		{"all", []scenarios.Fault{refuse(scenarios.AtRCPT, "", nil)}, "the peer takes no mail from anybody"},
		{"all, and some", []scenarios.Fault{refuse(scenarios.AtRCPT, "", probes), refuse(scenarios.AtMAIL, "", nil)}, "the peer takes no mail from anybody"},
		{"some", []scenarios.Fault{refuse(scenarios.AtRCPT, "", probes)}, "the peer takes no mail where the recipient is probe-*@*"},
		{
			"some, by what stands for them", []scenarios.Fault{refuse(scenarios.AtRCPT, "", &scenarios.Match{Rcpt: "*@{scenario}.fakemx.test"})},
			"the peer takes no mail where the recipient is *@healthy.fakemx.test",
		},
		{
			"some senders", []scenarios.Fault{refuse(scenarios.AtMAIL, "", &scenarios.Match{Mail: "<>"}), refuse(scenarios.AtRCPT, "", &scenarios.Match{Rcpt: "x@*"})},
			"the peer takes no mail where the reverse-path is <>",
		},
		{
			"some senders, by what stands for them, twice",
			[]scenarios.Fault{
				refuse(scenarios.AtMAIL, "", &scenarios.Match{Mail: "*@{scenario}.test"}), refuse(scenarios.AtRCPT, "", &scenarios.Match{Mail: "*@{scenario}.test"}),
			},
			"the peer takes no mail where the reverse-path is *@healthy.test",
		},
		{
			"some, and others for a while or slowly",
			[]scenarios.Fault{
				{At: scenarios.AtMAIL, Do: scenarios.DoReset, First: 1, Match: &scenarios.Match{Mail: "a@b"}},
				{At: scenarios.AtMAIL, Do: scenarios.DoDrip, Match: &scenarios.Match{Mail: "c@d"}},
				refuse(scenarios.AtRCPT, "", probes),
			},
			"the peer takes no mail where the recipient is probe-*@*",
		},
		{
			"some in clear, others in TLS",
			[]scenarios.Fault{refuse(scenarios.AtMAIL, scenarios.InClear, &scenarios.Match{Mail: "a@b"}), refuse(scenarios.AtRCPT, scenarios.InTLS, probes)},
			"the peer takes no mail where the reverse-path is a@b, or where the recipient is probe-*@*",
		},
		{"some in TLS", []scenarios.Fault{refuse(scenarios.AtRCPT, scenarios.InTLS, probes)}, "the peer takes no mail inside TLS where the recipient is probe-*@*"},
		{"all in TLS", []scenarios.Fault{refuse(scenarios.AtRCPT, scenarios.InTLS, nil)}, "the peer takes no mail inside TLS"},
		{"others", []scenarios.Fault{refuse(scenarios.AtRCPT, "", &scenarios.Match{Rcpt: "full@*"})}, ""},
	} {
		s := scenarios.MustGet("healthy").With(func(p *scenarios.Peer) { p.Faults = test.faults })
		e := ExpectIn(s, Encrypt)
		if got := e.Because; (e.Duty == MustDeliver) != (test.want == "") || test.want != "" && got != test.want {
			t.Errorf("%s: %s because %s, want %q", test.name, e, got, test.want)
		}
	}
	deaf := scenarios.MustGet("implicit-on-starttls-port").With(func(p *scenarios.Peer) { p.Faults = []scenarios.Fault{refuse(scenarios.AtRCPT, "", probes)} })
	if got := ExpectIn(deaf, Opportunistic).Because; got != "the peer takes no mail from anybody" {
		t.Errorf("of a peer that understands nobody it is said: %s", got)
	}
	expired := scenarios.MustGet("expired").With(func(p *scenarios.Peer) { p.Faults = []scenarios.Fault{refuse(scenarios.AtRCPT, "", probes)} })
	if v := Judge(expired, Verify, sessions(session(fakemx.Refused)), delivered); v.Result != May || !strings.Contains(v.Reason, "where the recipient is probe-*@*") {
		t.Errorf("where nobody can deliver to a probe: %s (%s)", v.Result, v.Reason)
	}
}

// TestWhereNobodyCanDeliverNothingIsRefused: a peer that takes no mail shows
// nothing about a policy, unless a client delivers all the same.
func TestWhereNobodyCanDeliverNothingIsRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"silent-greeting", "refused-greeting", "implicit-on-starttls-port", "plaintext-on-tls-port"} {
		s := scenarios.MustGet(name)
		if v := Judge(s, Verify, sessions(session(fakemx.Refused)), delivered); v.Result != May {
			t.Errorf("%s: %s (%s), want may", name, v.Result, v.Reason)
		}
		if v := Judge(s, Verify, sessions(session(fakemx.DeliveredClear)), delivered); v.Result != Fail {
			t.Errorf("%s, delivered: %s (%s), want fail", name, v.Result, v.Reason)
		}
	}
}

func TestARepeatedMessageIsRightWhereNoTrapIsDeclared(t *testing.T) {
	t.Parallel()
	e := sessions(session(fakemx.DeliveredTLS), flagged(fakemx.DeliveredTLS, fakemx.RepeatedMessage))
	if v := Judge(scenarios.MustGet("reset-after-dot"), Verify, e, delivered); v.Result != Pass {
		t.Errorf("%s (%s), want pass", v.Result, v.Reason)
	}
}

func TestAClientThatShowsACertificateIsFree(t *testing.T) {
	t.Parallel()
	shows := session(fakemx.DeliveredTLS)
	shows.TLS = &fakemx.TLS{Mode: "starttls", Completed: true, ClientCertificate: fakemx.ClientCertificate{Presented: true}}
	s := scenarios.MustGet("client-certificate-required")
	if v := Judge(s, Verify, sessions(shows), delivered); v.Result != May {
		t.Errorf("with a certificate: %s (%s), want may", v.Result, v.Reason)
	}
	if v := Judge(s, Verify, sessions(shows, session(fakemx.DeliveredClear)), delivered); v.Result != Fail {
		t.Errorf("in clear: %s (%s), want fail", v.Result, v.Reason)
	}
	if v := Judge(scenarios.MustGet("expired"), Verify, sessions(shows), delivered); v.Result != Fail {
		t.Errorf("where nobody asks for it: %s (%s), want fail", v.Result, v.Reason)
	}
}

func TestReasonsNameTheTraps(t *testing.T) {
	t.Parallel()
	failed := session(fakemx.Refused)
	failed.TLS = &fakemx.TLS{Mode: "starttls", Alert: &fakemx.Alert{Name: "unknown_ca", From: "client"}}
	for _, test := range []struct {
		scenario string
		policy   Policy
		evidence Evidence
		want     string
	}{
		{"missing-intermediate", Verify, sessions(failed, session(fakemx.DeliveredClear)), "fell back to clear text"},
		{"missing-intermediate", Opportunistic, sessions(failed, session(fakemx.DeliveredClear)), "fell back to clear text"},
		{"hostname-mismatch", Verify, sessions(session(fakemx.DeliveredTLS)), scenarios.MustGet("hostname-mismatch").Summary},
		{"missing-intermediate", Verify, sessions(failed), "alert unknown_ca from the client"},
		{"missing-intermediate", Verify, sessions(failed, session(fakemx.Refused), session(fakemx.DeliveredClear)), "fell back to clear text"},
		{"missing-intermediate", Verify, Evidence{}, "never connected"},
		{"missing-intermediate", Verify, sessions(session(fakemx.Idle)), "before it could see"},
		{"healthy", Verify, Evidence{}, "it never connected"},
		{"healthy", Verify, sessions(failed), "alert unknown_ca from the client"},
	} {
		if v := Judge(scenarios.MustGet(test.scenario), test.policy, test.evidence, delivered); !strings.Contains(v.Reason, test.want) {
			t.Errorf("%s, %s: the reason is %q, want one with %q", test.scenario, test.policy, v.Reason, test.want)
		}
	}
}

func TestAWordIsEnoughToSeeThatSTARTTLSIsMissing(t *testing.T) {
	t.Parallel()
	asked := session(fakemx.Idle)
	asked.Commands = []fakemx.CommandCount{{Verb: "EHLO", Times: 1, InClear: 1}}
	if v := Judge(scenarios.MustGet("helo-only"), Verify, sessions(asked), delivered); v.Result != Pass {
		t.Errorf("helo-only: %s (%s), want pass", v.Result, v.Reason)
	}
	if v := Judge(scenarios.MustGet("expired"), Verify, sessions(asked), delivered); v.Result != Unclear {
		t.Errorf("expired: %s (%s), want unclear", v.Result, v.Reason)
	}
}

func TestTLSFromTheFirstByteWantsAClientThatBeginsIt(t *testing.T) {
	t.Parallel()
	begun := session(fakemx.DeliveredTLS)
	begun.TLS = &fakemx.TLS{Mode: "starttls", Completed: true}
	begun.Commands = []fakemx.CommandCount{{Verb: "EHLO", Times: 1, InClear: 1}}
	s := scenarios.MustGet("starttls-stripped")
	s.ReachAt = scenarios.ReachAtSMTPS
	if v := Judge(s, Verify, sessions(begun), delivered); v.Result != Unclear || !strings.Contains(v.Reason, "{scheme}") {
		t.Errorf("%s (%s), want unclear and {scheme} named", v.Result, v.Reason)
	}
}

func TestAttempts(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{
		"healthy": 1, "expired": 1, "reset-after-starttls": 1, "greylist-after-tls": 2, "busy-greeting": 2,
		"starttls-flapping": 2, "reset-after-dot": 2,
	} {
		if got := Attempts(scenarios.MustGet(name)); got != want {
			t.Errorf("%s: %d attempts, want %d", name, got, want)
		}
	}
	thrice := scenarios.MustGet("greylist-after-tls").With(func(p *scenarios.Peer) { p.Faults[0].First = 3 })
	if got := Attempts(thrice); got != 4 {
		t.Errorf("behind three faulty sessions: %d attempts, want 4", got)
	}
}

// What a fault is limited to decides whether the audit's message meets it.
func TestLimitedFaultsSoftenDuties(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault    scenarios.Fault
		want     string // under opportunistic
		attempts int
	}{
		"another's":     {scenarios.Fault{Match: &scenarios.Match{Rcpt: "*@slow.test"}}, "must deliver in TLS", 1},
		"the audit's":   {scenarios.Fault{Match: &scenarios.Match{Rcpt: "*@{scenario}.fakemx.test"}}, "may deliver in TLS", 1},
		"maybe its":     {scenarios.Fault{Match: &scenarios.Match{Mail: "a@b"}}, "may deliver in TLS", 1},
		"its, once":     {scenarios.Fault{Match: &scenarios.Match{Rcpt: "probe-*"}, First: 1}, "must deliver in TLS", 2},
		"another's too": {scenarios.Fault{Match: &scenarios.Match{Rcpt: "x@*"}, First: 1}, "must deliver in TLS", 1},
		"afterwards":    {scenarios.Fault{After: &scenarios.After{Messages: 1}, First: 1}, "must deliver in TLS", 1},
		"in TLS":        {scenarios.Fault{In: scenarios.InTLS}, "may deliver", 1},
	} {
		f := tt.fault
		f.At, f.Do, f.Text = scenarios.AtRCPT, scenarios.DoReply, "450 4.2.1 Later"
		s := scenarios.MustGet("healthy").With(func(p *scenarios.Peer) { p.Faults = []scenarios.Fault{f} })
		if got := ExpectIn(s, Opportunistic).String(); got != tt.want {
			t.Errorf("%s: a client %s, want %s", name, got, tt.want)
		}
		if got := Attempts(s); got != tt.attempts {
			t.Errorf("%s: %d attempts, want %d", name, got, tt.attempts)
		}
	}
}

func TestEveryScenarioHasAnExpectation(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios.All() {
		for _, p := range Policies() {
			if e := ExpectIn(s, p); e.Duty == "" || e.Because == "" {
				t.Errorf("%s, %s: %+v", s.Name, p, e)
			}
		}
	}
}

// TestEveryMustHasAGround: an item says why the client must, or must not.
func TestEveryMustHasAGround(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios.All() {
		for _, p := range Policies() {
			if e := ExpectIn(s, p); (e.Duty == MayDeliver) != (e.Ground == "") {
				t.Errorf("%s, %s: a client %s by %q", s.Name, p, e, e.Ground)
			}
		}
	}
}

func TestGroundsOfExpectations(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scenario        string
		policy          Policy
		because, ground string
	}{
		{"expired", Verify, "the peer is not authentic, by RFC 5280 section 6.1.3 (a)", "RFC 5280 section 6.1.3 (a)"},
		{"expired", Encrypt, "TLS completes, as all stacks agree", "all stacks"},
		{"repeated-leaf", Verify, "TLS completes and the peer is authentic, as all stacks agree", "all stacks"},
		{"wildcard", Verify, "TLS completes and the peer is authentic, by RFC 9525 section 6.3 and all stacks", "RFC 9525 section 6.3 and all stacks"},
		{"corrupt-finished", Verify, "TLS cannot complete, by RFC 8446 section 4.4.4", "RFC 8446 section 4.4.4"},
		{"starttls-502", Verify, "STARTTLS is not usable, by RFC 3207 section 6", "RFC 3207 section 6"},
		{"md5-leaf", Verify, "the peer is not authentic, by RFC 8446 section 4.4.2.4", "RFC 8446 section 4.4.2.4"},
		{"md5-leaf", Encrypt, "TLS completes only weakly, and the peer is not authentic", ""},
		{"starttls-flapping", Opportunistic, "the peer withholds or loses TLS now and then", "RFC 5321 section 4.5.4.1"},
		{"starttls-flapping", Encrypt, "TLS completes, by RFC 5321 section 4.5.4.1 and RFC 9325 section 3.1.1", "RFC 5321 section 4.5.4.1 and RFC 9325 section 3.1.1"},
		{"reset-inside-tls", Opportunistic, "the peer withholds or loses TLS now and then", "RFC 5321 section 4.5.4.1"},
		{"greet-pause", Encrypt, "TLS completes, by RFC 9325 section 3.1.1 and all stacks", "RFC 9325 section 3.1.1 and all stacks"},
		{"rate-limited", Encrypt, "TLS completes, by RFC 5321 section 4.5.4.1 and RFC 9325 section 3.1.1", "RFC 5321 section 4.5.4.1 and RFC 9325 section 3.1.1"},
		{"starttls-lowercase", Encrypt, "TLS completes, by RFC 5321 section 4.1.1.1 and RFC 9325 section 3.1.1", "RFC 5321 section 4.1.1.1 and RFC 9325 section 3.1.1"},
		{"cbc", Verify, "whether TLS completes is left to the client", ""},
		{"refused-greeting", Opportunistic, "the peer takes no mail from anybody", ""},
	} {
		e := ExpectIn(scenarios.MustGet(c.scenario), c.policy)
		if e.Because != c.because || e.Ground != c.ground {
			t.Errorf("%s, %s: because %q by %q, want %q by %q", c.scenario, c.policy, e.Because, e.Ground, c.because, c.ground)
		}
	}
	ours := scenarios.Scenario{Name: "x", Facts: facts("yes/yes/no"), Peer: scenarios.Healthy()}
	if e := ExpectIn(ours, Verify); e.Because != "the peer is not authentic" || e.Ground != "" {
		t.Errorf("without a ground: because %q by %q", e.Because, e.Ground)
	}
}

func TestParsePolicy(t *testing.T) {
	t.Parallel()
	if p, err := ParsePolicy("encrypt"); err != nil || p != Encrypt {
		t.Errorf("encrypt is %q, %v", p, err)
	}
	if _, err := ParsePolicy("secure"); err == nil || !strings.Contains(err.Error(), "opportunistic, encrypt, verify") {
		t.Errorf("secure is %v, want an error that names the policies", err)
	}
}

func facts(text string) scenarios.Facts {
	words := strings.Split(text, "/")
	return scenarios.Facts{
		Offers: scenarios.Answer(words[0]), Completes: scenarios.Answer(words[1]), Authentic: scenarios.Answer(words[2]),
	}
}

// delivered is a control that was.
var delivered = Control{Scenario: "healthy", Delivered: true}

func sessions(list ...fakemx.Session) Evidence { return Evidence{Sessions: list} }

// session is a record as the peer keeps it of a session that ended so.
func session(o fakemx.Outcome) fakemx.Session {
	s := fakemx.Session{Outcome: o}
	switch o {
	case fakemx.DeliveredTLS:
		s.Transactions, s.Accepted.InTLS = []fakemx.Transaction{{Accepted: true}}, 1
		s.TLS = &fakemx.TLS{Mode: "starttls", Completed: true}
	case fakemx.DeliveredClear:
		s.Transactions, s.Accepted.InClear = []fakemx.Transaction{{Accepted: true, InClear: true}}, 1
	case fakemx.Refused:
		s.Transactions = []fakemx.Transaction{{InClear: true}}
	}
	return s
}

func named(id string, o fakemx.Outcome) fakemx.Session {
	s := session(o)
	s.ID = id
	return s
}

func flagged(o fakemx.Outcome, f fakemx.Flag) fakemx.Session {
	s := session(o)
	s.Flags = []fakemx.Flag{f}
	return s
}

func ExampleExpect() {
	f := scenarios.Facts{Offers: scenarios.Yes, Completes: scenarios.Yes, Authentic: scenarios.No}
	for _, p := range Policies() {
		fmt.Println(p, Expect(f, p))
	}
	// Output:
	// opportunistic must deliver in TLS
	// encrypt must deliver in TLS
	// verify must not deliver
	// dane must deliver in TLS
	// dane-only must not deliver
	// mta-sts must deliver in TLS
	// dane+mta-sts must deliver in TLS
}
