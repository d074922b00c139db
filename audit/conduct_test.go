package audit

import (
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// ended is a session without mail that ended so.
func ended(by fakemx.Party, how fakemx.Ending, edits ...func(*fakemx.Session)) fakemx.Session {
	s := fakemx.Session{Outcome: fakemx.Refused, End: fakemx.End{By: by, How: how}}
	if by == fakemx.FromPeer {
		s.Outcome = fakemx.Faulted
	}
	for _, edit := range edits {
		edit(&s)
	}
	return s
}

func withTLS(completed bool) func(*fakemx.Session) {
	return func(s *fakemx.Session) { s.TLS = &fakemx.TLS{Mode: "starttls", Completed: completed} }
}

func withTLSError(why string) func(*fakemx.Session) {
	return func(s *fakemx.Session) { s.TLS = &fakemx.TLS{Mode: "starttls", Error: why} }
}

// withDialogue takes lines behind C, S or *.
func withDialogue(lines ...string) func(*fakemx.Session) {
	parties := map[byte]fakemx.Party{'C': theClient, 'S': thePeer, '*': fakemx.FromEvent}
	return func(s *fakemx.Session) {
		for _, line := range lines {
			s.Transcript = append(s.Transcript, fakemx.Line{From: parties[line[0]], Text: line[2:]})
		}
	}
}

func withAlert(name string, from fakemx.Party) func(*fakemx.Session) {
	return func(s *fakemx.Session) {
		s.TLS = &fakemx.TLS{Mode: "starttls", Completed: true, Alert: &fakemx.Alert{Name: name, From: from}}
	}
}

func withFault(at scenarios.Point, do scenarios.Action) func(*fakemx.Session) {
	return func(s *fakemx.Session) { s.Fault = fakemx.Fault{At: at, Do: do} }
}

func withRefusal(to, text string) func(*fakemx.Session) {
	return func(s *fakemx.Session) { s.Refusal = &fakemx.Reply{To: to, Text: text} }
}

func withCommands(verb string, times int) func(*fakemx.Session) {
	return func(s *fakemx.Session) {
		s.Commands = append(s.Commands, fakemx.CommandCount{Verb: verb, Times: times, InClear: times})
	}
}

func outOfTime() CommandRun {
	return CommandRun{Args: []string{"perl"}, Exit: -1, Signal: "killed", TimedOut: true, Limit: scenarios.Span(30 * time.Second)}
}

const (
	theClient = fakemx.FromClient
	thePeer   = fakemx.FromPeer
)

// TestTheReasonIsThatOfTheSessionThatDecided, in the words of what was seen.
func TestTheReasonIsThatOfTheSessionThatDecided(t *testing.T) {
	t.Parallel()
	untrusting := ended(theClient, fakemx.EndAlert, withAlert("unknown_ca", theClient))
	for name, test := range map[string]struct {
		evidence Evidence
		want     string
	}{
		"nothing": {Evidence{}, ""},
		"an alert, and a session that says QUIT": {
			sessions(untrusting, ended(theClient, fakemx.EndQuit)), "alert unknown_ca from the client",
		},
		"a session that says QUIT, and an alert": {
			sessions(ended(theClient, fakemx.EndQuit), untrusting), "alert unknown_ca from the client",
		},
		"a certificate refused without an alert, and a fault": {
			sessions(ended(theClient, fakemx.EndClose, withTLS(true)), ended(thePeer, fakemx.EndReset, withFault("starttls", "reset"))),
			"the client closed the connection inside TLS",
		},
		"a RST": {sessions(ended(theClient, fakemx.EndReset, withTLS(false))), "the client reset the connection in the TLS handshake"},
		"a FIN": {sessions(ended(theClient, fakemx.EndClose, withTLS(false))), "the client closed the connection in the TLS handshake"},
		"QUIT without TLS": {
			sessions(ended(theClient, fakemx.EndQuit)), "the client ended the session by QUIT without TLS",
		},
		"a fault": {
			sessions(ended(thePeer, fakemx.EndReset, withFault("client-hello", "reset"), withTLS(false))),
			"the peer ended the session (client-hello reset)",
		},
		"a refusal": {
			sessions(ended(theClient, fakemx.EndQuit, withRefusal("STARTTLS", "502 5.5.1 Please introduce yourself first"))),
			`the client ended the session by QUIT without TLS, after the reply "502 5.5.1 Please introduce yourself first" to STARTTLS`,
		},
		"a refused greeting": {
			sessions(ended(theClient, fakemx.EndQuit, withRefusal("", "554 No"))),
			`the client ended the session by QUIT without TLS, after the reply "554 No"`,
		},
		"an odd reply": {
			sessions(ended(theClient, fakemx.EndClose, withDialogue("S 220 hello", "C EHLO x", "S 250-mx", "S 250 HELP", "C STARTTLS", "S 354 Go on"))),
			`the client closed the connection without TLS, after the reply "354 Go on" to STARTTLS`,
		},
		"an odd reply, and QUIT": {
			sessions(ended(theClient, fakemx.EndQuit, withDialogue("C EHLO x", "S no code", "S 250 HELP", "* an event", "C QUIT", "S 221 Bye"))),
			`the client ended the session by QUIT without TLS, after the reply "no code" to EHLO`,
		},
		"an odd greeting after which the client left": {
			sessions(ended(theClient, fakemx.EndClose, withDialogue("S 220hello"))),
			`the client closed the connection without TLS, after the reply "220hello"`,
		},
		"an odd reply after which the client went on": {
			sessions(ended(theClient, fakemx.EndClose, withDialogue("S no code", "C EHLO x", "S 250 HELP"))),
			"the client closed the connection without TLS",
		},
		"an odd reply behind a refusal": {
			sessions(ended(theClient, fakemx.EndClose, withRefusal("EHLO", "502 No"), withDialogue("C STARTTLS", "S 354 Go on"))),
			`the client closed the connection without TLS, after the reply "354 Go on" to STARTTLS`,
		},
		"a refusal behind an odd reply": {
			sessions(ended(theClient, fakemx.EndClose, withRefusal("STARTTLS", "502 No"), withDialogue("C EHLO x", "S odd", "C STARTTLS", "S 502 No"))),
			`the client closed the connection without TLS, after the reply "502 No" to STARTTLS`,
		},
		"QUIT without a dialogue": {
			sessions(ended(theClient, fakemx.EndQuit, withDialogue("S 220 hello"))), "the client ended the session by QUIT without TLS",
		},
		"a handshake that the peer ended": {
			sessions(ended(thePeer, fakemx.EndClose, withTLSError("intolerant of the ClientHello: 1524 octets, 1400 at the most"))),
			"the peer closed the connection in the TLS handshake (intolerant of the ClientHello: 1524 octets, 1400 at the most)",
		},
		"a handshake that the peer ended without a word": {
			sessions(ended(thePeer, fakemx.EndReset, withTLS(false))), "TLS did not complete",
		},
		"a loop": {
			sessions(ended(theClient, fakemx.EndClose, withCommands("EHLO", 1), withCommands("STARTTLS", 9634))),
			"the client closed the connection without TLS, having said STARTTLS 9,634 times",
		},
		"a loop of sessions": {
			Evidence{Sessions: []fakemx.Session{ended(theClient, fakemx.EndQuit)}, LeftOut: LeftOut{Sessions: 1200}},
			"the client ended the session by QUIT without TLS, in 1,201 sessions",
		},
		"many recipients, chunks and words that are no commands": {
			sessions(ended(theClient, fakemx.EndQuit, withCommands("RCPT", 100), withCommands("BDAT", 100), withCommands("", 100))),
			"the client ended the session by QUIT without TLS",
		},
		"a refusal, and an alert": {
			sessions(ended(theClient, fakemx.EndAlert, withAlert("unknown_ca", theClient), withRefusal("EHLO", "502 No"))),
			"alert unknown_ca from the client",
		},
		"an alert of ours": {
			sessions(ended(thePeer, fakemx.EndAlert, withAlert("internal_error", thePeer))), "alert internal_error from the peer",
		},
		"two that are as plain": {
			sessions(ended(theClient, fakemx.EndQuit), ended(theClient, fakemx.EndClose)), "the client ended the session by QUIT without TLS",
		},
		"one that was cut off in TLS, and a QUIT": {
			Evidence{CutOff: []string{"a"}, Sessions: []fakemx.Session{
				ended(thePeer, fakemx.EndShutdown, withTLS(true), func(s *fakemx.Session) { s.ID = "a" }), ended(theClient, fakemx.EndQuit),
			}},
			"the client ended the session by QUIT without TLS",
		},
		"one that went on to MAIL in TLS, and one that did not": {
			sessions(
				ended(theClient, fakemx.EndQuit, withTLS(true), func(s *fakemx.Session) { s.Transactions = make([]fakemx.Transaction, 1) }),
				ended(theClient, fakemx.EndClose, withTLS(true)),
			),
			"the client closed the connection inside TLS",
		},
		"a fault, and a QUIT": {
			sessions(ended(thePeer, fakemx.EndReset, withFault("greeting", "reset")), ended(theClient, fakemx.EndQuit)),
			"the client ended the session by QUIT without TLS",
		},
		"a session without a word, and a fault": {
			sessions(fakemx.Session{Outcome: fakemx.Idle, End: fakemx.End{By: theClient, How: fakemx.EndClose}}, ended(thePeer, fakemx.EndReset, withFault("ehlo", "reset"))),
			"the peer ended the session (ehlo reset)",
		},
		"a client that says nothing":    {sessions(ended(thePeer, fakemx.EndTimeout)), "the peer ended the session without TLS, as the client said nothing"},
		"a peer that is done":           {sessions(ended(thePeer, fakemx.EndClose, withTLS(true))), "the peer ended the session"},
		"a peer that is shut down":      {sessions(ended(thePeer, fakemx.EndShutdown, withTLSError("closed"))), "the peer ended the session in the TLS handshake (closed)"},
		"a handshake that never was":    {sessions(ended(thePeer, fakemx.EndClose, withTLS(false))), "TLS did not complete"},
		"a command that hung, and what": {Evidence{Runs: []CommandRun{outOfTime()}, Sessions: []fakemx.Session{ended(theClient, fakemx.EndClose, withRefusal("MAIL", "451 Later"))}}, `it was still running after 30s and was killed, after the reply "451 Later" to MAIL`},
		"an injected line that was obeyed": {
			sessions(ended(theClient, fakemx.EndQuit, withFault("starttls", "inject"), withTLS(true), func(s *fakemx.Session) {
				s.Flags = []fakemx.Flag{fakemx.ActedOnInjectedReply}
			})),
			"the client ended the session by QUIT inside TLS, which had gone by the injected line",
		},
		"an injected line, and the end": {
			sessions(ended(theClient, fakemx.EndReset, withFault("starttls", "inject"), withTLS(false))),
			"the client reset the connection in the TLS handshake, behind the injected line",
		},
		"an injected line, and the end inside TLS": {
			sessions(ended(theClient, fakemx.EndQuit, withFault("starttls", "inject"), withTLS(true), withCommands("EHLO", 1))),
			"the client ended the session by QUIT inside TLS, behind the injected line",
		},
		"a command that hung": {
			Evidence{Runs: []CommandRun{outOfTime()}, Sessions: []fakemx.Session{ended(theClient, fakemx.EndClose, withTLS(true))}},
			"it was still running after 30s and was killed",
		},
		"a command that hung without a session": {Evidence{Runs: []CommandRun{outOfTime()}}, "it was still running after 30s and was killed"},
		"a command that hung behind its alert": {
			Evidence{Runs: []CommandRun{outOfTime()}, Sessions: []fakemx.Session{untrusting}},
			"alert unknown_ca from the client; it was still running after 30s and was killed",
		},
		"a client that is still connected": {
			Evidence{CutOff: []string{"a"}, Sessions: []fakemx.Session{named("a", fakemx.Faulted)}}, "it was still connected when its time was up",
		},
		"a client that is still connected, and was refused": {
			Evidence{CutOff: []string{"", "a"}, Sessions: []fakemx.Session{
				ended(thePeer, fakemx.EndShutdown), {Outcome: fakemx.Idle, ID: "b"},
				ended(thePeer, fakemx.EndShutdown, withTLS(true), withRefusal("MAIL", "501 5.5.2 Was expecting MAIL arg syntax"), func(s *fakemx.Session) { s.ID = "a" }),
			}},
			`it was still connected when its time was up, after the reply "501 5.5.2 Was expecting MAIL arg syntax" to MAIL`,
		},
	} {
		if got := test.evidence.ending(); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// TestWhatIsUnclearForWantOfTimeQuotesTheRefusal, too.
func TestWhatIsUnclearForWantOfTimeQuotesTheRefusal(t *testing.T) {
	t.Parallel()
	const quote = `, after the reply "501 No" to MAIL`
	open := ended(thePeer, fakemx.EndShutdown, withRefusal("MAIL", "501 No"), func(s *fakemx.Session) { s.ID = "a" })
	sending := open
	sending.Transactions = make([]fakemx.Transaction, 1)
	for want, s := range map[string]fakemx.Session{
		"the client was still connected when its time was up, and had refused nothing" + quote: open,
		"the client was about to deliver when its time was up" + quote:                         sending,
	} {
		v := Judge(scenarios.MustGet("expired"), Verify, Evidence{CutOff: []string{"a"}, Sessions: []fakemx.Session{s}}, delivered)
		if v.Result != Unclear || v.Reason != want {
			t.Errorf("%s: %q, want %q", v.Result, v.Reason, want)
		}
	}
}

// TestACommandThatHangsHasNotEndedTheSession, whatever its duty.
func TestACommandThatHangsHasNotEndedTheSession(t *testing.T) {
	t.Parallel()
	e := Evidence{Runs: []CommandRun{outOfTime()}, Sessions: []fakemx.Session{ended(theClient, fakemx.EndClose, withTLS(true))}}
	for _, s := range scenarios.All() {
		for _, p := range Policies() {
			reason := Judge(s, p, e, delivered).Reason
			if !strings.Contains(reason, "still running after 30s and was killed") || strings.Contains(reason, "closed") {
				t.Errorf("%s, %s: the reason is %q", s.Name, p, reason)
			}
		}
	}
}

// TestNothingIsProvedWithoutAControl: only a delivery says something.
func TestNothingIsProvedWithoutAControl(t *testing.T) {
	t.Parallel()
	refused, inTLS := sessions(session(fakemx.Refused)), sessions(session(fakemx.DeliveredTLS))
	for _, c := range []Control{{}, {Scenario: "healthy"}} {
		for _, test := range []struct {
			scenario string
			policy   Policy
			evidence Evidence
			want     Result
		}{
			{"expired", Verify, refused, Unclear},
			{"expired", Verify, inTLS, Fail},
			{"expired", Opportunistic, refused, Unclear},
			{"expired", Opportunistic, inTLS, Pass},
			{"reset-after-starttls", Opportunistic, refused, May},
			{"healthy", Verify, refused, Fail},
			{"healthy", Verify, inTLS, Pass},
		} {
			v := Judge(scenarios.MustGet(test.scenario), test.policy, test.evidence, c)
			if v.Result != test.want {
				t.Errorf("%+v, %s, %s: %s (%s), want %s", c, test.scenario, test.policy, v.Result, v.Reason, test.want)
			}
		}
	}
}

// TestWhatAnMTAHasDeferredIsUnclear as long as it has not had a session in which
// nothing put it off.
func TestWhatAnMTAHasDeferredIsUnclear(t *testing.T) {
	t.Parallel()
	greylisted := ended(theClient, fakemx.EndQuit, withTLS(true), withFault("rcpt", "reply"), withRefusal("RCPT", "451 4.7.1 Greylisted"))
	withheld := ended(theClient, fakemx.EndQuit, withFault("ehlo", "hide"))
	temporary := ended(theClient, fakemx.EndQuit, withRefusal("STARTTLS", "454 4.7.0 Later"))
	permanent := ended(theClient, fakemx.EndQuit, withRefusal("STARTTLS", "554 5.7.0 No"))
	distrusted := ended(theClient, fakemx.EndAlert, withAlert("unknown_ca", theClient))
	idle := fakemx.Session{Outcome: fakemx.Idle, End: fakemx.End{By: theClient, How: fakemx.EndClose}}
	alarmed := ended(theClient, fakemx.EndAlert, withAlert("bad_certificate", theClient), withRefusal("EHLO", "451 4.3.0 Later"))
	drip := scenarios.MustGet("slow-drip").Peer.Faults[0]
	slow := ended(theClient, fakemx.EndClose, withTLS(true), withFault(drip.At, drip.Do))
	cutOff := ended(thePeer, fakemx.EndShutdown, withTLS(true), func(s *fakemx.Session) { s.ID = "cut off" })
	for _, test := range []struct {
		name     string
		scenario string
		policy   Policy
		sessions []fakemx.Session
		want     Result
		says     string
	}{
		{"greylisted once", "greylist-after-tls", Verify, []fakemx.Session{greylisted}, Unclear, "did not try again within 1m"},
		{"greylisted twice", "greylist-after-tls", Verify, []fakemx.Session{greylisted, greylisted}, Unclear, "deferred 2 times"},
		{"and a session without a word", "greylist-after-tls", Verify, []fakemx.Session{greylisted, idle}, Unclear, "did not try again"},
		{"and then distrusted", "greylist-after-tls", Verify, []fakemx.Session{greylisted, distrusted}, Fail, "alert unknown_ca"},
		{"STARTTLS withheld", "starttls-flapping", Verify, []fakemx.Session{withheld}, Unclear, "did not try again"},
		{"STARTTLS withheld, opportunistic", "starttls-flapping", Opportunistic, []fakemx.Session{withheld}, Unclear, "did not try again"},
		{"a temporary reply", "starttls-stripped", Opportunistic, []fakemx.Session{temporary}, Unclear, "did not try again"},
		{"another one at the second attempt", "starttls-stripped", Opportunistic, []fakemx.Session{temporary, temporary}, Fail, "454 4.7.0 Later"},
		{"a permanent reply", "starttls-stripped", Opportunistic, []fakemx.Session{permanent}, Fail, "554 5.7.0 No"},
		{"distrusted", "greylist-after-tls", Verify, []fakemx.Session{distrusted}, Fail, "alert unknown_ca"},
		{"a temporary reply, and an alert", "greylist-after-tls", Verify, []fakemx.Session{alarmed}, Fail, "alert bad_certificate"},
		{"a fault that is not counted", "slow-drip", Verify, []fakemx.Session{slow}, Fail, "closed the connection"},
		{"greylisted, and then cut off", "greylist-after-tls", Verify, []fakemx.Session{greylisted, cutOff}, Unclear, "did not try again"},
		{"nobody came", "greylist-after-tls", Verify, nil, Unclear, "never connected within 1m"},
		{"nobody came to the control", "healthy", Verify, nil, Fail, "never connected"},
		{"where it must not deliver", "expired", Verify, []fakemx.Session{temporary}, Pass, "did not deliver"},
	} {
		e := Evidence{Sessions: test.sessions, Waited: scenarios.Span(time.Minute), CutOff: []string{"cut off"}}
		v := Judge(scenarios.MustGet(test.scenario), test.policy, e, delivered)
		if v.Result != test.want || !strings.Contains(v.Reason, test.says) {
			t.Errorf("%s: %s (%s), want %s with %q", test.name, v.Result, v.Reason, test.want, test.says)
		}
		if strings.Contains(v.Reason, "command") {
			t.Errorf("%s: of an MTA, %q speaks of a command", test.name, v.Reason)
		}
	}
	asCommand := Judge(scenarios.MustGet("greylist-after-tls"), Verify, sessions(greylisted), delivered)
	if asCommand.Result != Fail {
		t.Errorf("a command that gives up comes to %s (%s), want fail", asCommand.Result, asCommand.Reason)
	}
}

// TestAnMTAThatDoesNotComeAgainMayHaveGivenUp: what did not help is not named as
// what would.
func TestAnMTAThatDoesNotComeAgainMayHaveGivenUp(t *testing.T) {
	t.Parallel()
	withheld := ended(theClient, fakemx.EndQuit, withFault("ehlo", "hide"))
	permanent := ended(theClient, fakemx.EndQuit, withFault("ehlo", "hide"), withRefusal("MAIL", "530 5.7.0 Must issue a STARTTLS"))
	often, never := 39, 0
	for _, test := range []struct {
		name     string
		sessions []fakemx.Session
		kicked   *int
		want     string
	}{
		{"no kick", []fakemx.Session{withheld}, nil, "deferred; the MTA did not try again within 1m: --patience, or --kick"},
		{"kicked", []fakemx.Session{withheld}, &often, "came once and did not come again within 1m (kicked 39 times); it may have given up"},
		{"kicked, twice", []fakemx.Session{withheld, withheld}, &often, "came 2 times and did not come again within 1m (kicked 39 times); it may have given up"},
		{"not kicked yet", []fakemx.Session{withheld}, &never, "deferred; the MTA did not try again within 1m: --patience"},
		{
			"a permanent reply", []fakemx.Session{permanent}, nil,
			`came once and did not come again within 1m; it may have given up for good, after the reply "530 5.7.0 Must issue a STARTTLS" to MAIL`,
		},
		{
			"a permanent reply, kicked", []fakemx.Session{permanent}, &often,
			`came once and did not come again within 1m (kicked 39 times); it may have given up for good, after the reply "530 5.7.0 Must issue a STARTTLS" to MAIL`,
		},
		{"never came, kicked", nil, &often, "the MTA never connected within 1m (kicked 39 times): --patience"},
	} {
		e := Evidence{Sessions: test.sessions, Waited: scenarios.Span(time.Minute), Kicked: test.kicked}
		if v := Judge(scenarios.MustGet("starttls-flapping"), Verify, e, delivered); v.Result != Unclear || v.Reason != test.want {
			t.Errorf("%s: %s (%s), want %q", test.name, v.Result, v.Reason, test.want)
		}
	}
	for _, test := range []struct {
		name     string
		sessions []fakemx.Session
		kicked   *int
		want     string
	}{
		{"deferred", []fakemx.Session{withheld}, &never, "deferred; the MTA did not try again within 1m: --kick failed (exit code 3); fix that command"},
		{"never came", nil, &never, "the MTA never connected within 1m: --kick failed (exit code 3); fix that command"},
		{"never came, and other kicks did not fail", nil, &often, "the MTA never connected within 1m (kicked 39 times): some kicks failed (exit code 3); fix that command"},
		{"gave up, and other kicks did not fail", []fakemx.Session{withheld}, &often, "came once and did not come again within 1m (kicked 39 times); it may have given up; some kicks failed (exit code 3)"},
		{
			"a permanent reply", []fakemx.Session{permanent}, &never,
			`came once and did not come again within 1m; it may have given up for good, after the reply "530 5.7.0 Must issue a STARTTLS" to MAIL; --kick failed (exit code 3)`,
		},
	} {
		e := Evidence{Sessions: test.sessions, Waited: scenarios.Span(time.Minute), Kicked: test.kicked, KickFailure: "exit code 3"}
		if v := Judge(scenarios.MustGet("starttls-flapping"), Verify, e, delivered); v.Result != Unclear || v.Reason != test.want {
			t.Errorf("a kick failed, %s: %s (%s), want %q", test.name, v.Result, v.Reason, test.want)
		}
	}
	unheeded := Evidence{Waited: scenarios.Span(time.Minute), Kicked: &often, Unheeded: 3}
	want := "the MTA never connected within 1m (kicked 39 times, the last 3 in vain): its log and its queue show why"
	if v := Judge(scenarios.MustGet("wildcard"), Verify, unheeded, delivered); v.Result != Unclear || v.Reason != want {
		t.Errorf("unheeded: %s (%s), want %q", v.Result, v.Reason, want)
	}
}

// TestALoopIsNamedThoughTheCommandWasEnded, and a run that had to be ended though
// the next one delivered.
func TestALoopIsNamedThoughTheCommandWasEnded(t *testing.T) {
	t.Parallel()
	loop := ended(theClient, fakemx.EndClose, withFault("ehlo", "hide"), withCommands("EHLO", 102840), withCommands("STARTTLS", 102839))
	once := Evidence{Runs: []CommandRun{outOfTime()}, Sessions: []fakemx.Session{loop}}
	twice := Evidence{Runs: []CommandRun{outOfTime(), {}}, Sessions: []fakemx.Session{loop, session(fakemx.DeliveredTLS)}}
	for _, test := range []struct {
		scenario string
		evidence Evidence
		want     Verdict
	}{
		{"starttls-stripped", once, Verdict{
			Unclear, "the client was still running after 30s and was killed, having said EHLO 102,840 times: it might still have delivered",
		}},
		{"healthy", Evidence{Runs: []CommandRun{outOfTime()}, Sessions: []fakemx.Session{session(fakemx.DeliveredTLS)}}, Verdict{
			Pass, "the client delivered in TLS, as it must; but the client was still running after 30s and was killed",
		}},
		{"starttls-flapping", twice, Verdict{
			Pass, "the client delivered in TLS, as it must; but run 1 of 2 was still running after 30s and was killed, having said EHLO 102,840 times",
		}},
	} {
		if v := Judge(scenarios.MustGet(test.scenario), Verify, test.evidence, delivered); v != test.want {
			t.Errorf("%s: %+v, want %+v", test.scenario, v, test.want)
		}
	}
}

// TestWhatCannotBeJudgedIsUnclear, though the client did all right.
func TestWhatCannotBeJudgedIsUnclear(t *testing.T) {
	t.Parallel()
	e := sessions(session(fakemx.DeliveredTLS))
	for _, p := range []Policy{"", "secure"} {
		if v := Judge(scenarios.MustGet("healthy"), p, e, delivered); v.Result != Unclear || !strings.Contains(v.Reason, "unknown policy") {
			t.Errorf("under %q: %s (%s), want unclear", p, v.Result, v.Reason)
		}
	}
	if v := Judge(scenarios.Scenario{}, Verify, e, delivered); v.Result != Unclear {
		t.Errorf("without facts: %s (%s), want unclear", v.Result, v.Reason)
	}
}

// TestAnOpportunisticClientMayFallBack: it is no finding, and none about
// verification where that is not asked for.
func TestAnOpportunisticClientMayFallBack(t *testing.T) {
	t.Parallel()
	for p, want := range map[Policy]string{
		Opportunistic: "", Encrypt: "TLS that is not demanded protects nothing", Verify: "verification without a demand for TLS protects nothing",
	} {
		e := sessions(ended(theClient, fakemx.EndAlert, withAlert("unknown_ca", theClient)), session(fakemx.DeliveredClear))
		got := findings(p, []Item{NewItem(scenarios.MustGet("healthy"), p, e, delivered)})
		if text := strings.Join(got, "; "); want == "" && text != "" || !strings.Contains(text, want) {
			t.Errorf("%s: the findings are %q, want %q", p, got, want)
		}
	}
}

// TestAnMTAThatIsUnclearInManyScenariosMayRemember.
func TestAnMTAThatIsUnclearInManyScenariosMayRemember(t *testing.T) {
	t.Parallel()
	var items []Item
	for _, s := range scenarios.All() {
		if len(items) == manyUnclear || ExpectIn(s, Verify).Duty != MustNotDeliver {
			continue
		}
		items = append(items, NewItem(s, Verify, Evidence{Waited: scenarios.Span(time.Minute)}, delivered))
	}
	if got := remembers(items); !strings.Contains(got, "unclear in 5 scenarios") || !strings.Contains(got, "docs/audit.md") {
		t.Errorf("the note is %q", got)
	}
	if got := remembers(items[1:]); got != "" {
		t.Errorf("of few scenarios the note is %q", got)
	}
	for i := range items {
		items[i].Problem = "an MTA goes by names"
	}
	if got := remembers(items); got != "" {
		t.Errorf("of what an MTA cannot reach the note is %q", got)
	}
}
