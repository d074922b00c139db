package audit

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// inTLSToo adds commands that came once in clear and once inside TLS, and others
// that came inside TLS alone.
func inTLSToo(verbs ...string) func(*fakemx.Session) {
	return func(s *fakemx.Session) {
		s.Commands = []fakemx.CommandCount{{Verb: "EHLO", Times: 2, InClear: 1}, {Verb: "STARTTLS", Times: 1, InClear: 1}}
		for _, v := range verbs {
			s.Commands = append(s.Commands, fakemx.CommandCount{Verb: v, Times: 1})
		}
	}
}

// TestAClientMayBeOneReplyBehind where it went on behind an injected line, inside
// TLS, and delivered nothing. That it had passed over the line is said of none
// that did not deliver.
func TestAClientMayBeOneReplyBehind(t *testing.T) {
	t.Parallel()
	const behind, passed = "may be one reply behind, as it took the injected line for the reply to EHLO", "passed over the injected line"
	injected := func(edits ...func(*fakemx.Session)) fakemx.Session {
		return ended(theClient, fakemx.EndClose, append([]func(*fakemx.Session){withFault("starttls", "inject"), withTLS(true)}, edits...)...)
	}
	gaveUp := injected(inTLSToo("MAIL", "RCPT", "DATA"), withDialogue("C DATA", "S 354 Go ahead"))
	inTLS := injected(inTLSToo("MAIL", "RCPT", "DATA"), func(s *fakemx.Session) { s.Outcome, s.Accepted.InTLS = fakemx.DeliveredTLS, 1 })
	for _, test := range []struct {
		name     string
		sessions []fakemx.Session
		want     Result
		says     string
	}{
		{"gave up at 354", []fakemx.Session{gaveUp}, Unclear, behind + `: the client closed the connection inside TLS, after the reply "354 Go ahead" to DATA`},
		{"gave up behind MAIL", []fakemx.Session{injected(inTLSToo("MAIL"))}, Unclear, behind},
		{"gave up behind AUTH", []fakemx.Session{injected(inTLSToo("AUTH"))}, Unclear, behind},
		{"gave up twice", []fakemx.Session{injected(inTLSToo()), gaveUp}, Unclear, behind},
		{"ended behind the handshake", []fakemx.Session{injected()}, May, "inside TLS, behind the injected line"},
		{"ended at EHLO", []fakemx.Session{injected(inTLSToo("QUIT"))}, May, "inside TLS, behind the injected line"},
		{"went on in clear", []fakemx.Session{injected(withCommands("MAIL", 1))}, May, "behind the injected line"},
		{"delivered", []fakemx.Session{inTLS}, May, passed},
		{"delivered at last", []fakemx.Session{gaveUp, inTLS}, May, passed},
		{"delivered where nothing was injected", []fakemx.Session{gaveUp, session(fakemx.DeliveredTLS)}, May, "delivered in TLS, as it may"},
	} {
		for _, p := range []Policy{Encrypt, Verify} {
			v := Judge(scenarios.MustGet("response-injection"), p, sessions(test.sessions...), delivered)
			if v.Result != test.want || !strings.Contains(v.Reason, test.says) {
				t.Errorf("one that %s, %s: %s (%s), want %s (%s)", test.name, p, v.Result, v.Reason, test.want, test.says)
			}
			if strings.Contains(v.Reason, passed) != (test.says == passed) {
				t.Errorf("one that %s, %s: %q", test.name, p, v.Reason)
			}
		}
	}
	atEHLO := sessions(injected(inTLSToo("QUIT")))
	if v := Judge(scenarios.MustGet("response-injection"), Verify, atEHLO, Control{Scenario: "healthy", Delivered: true, Authenticated: true}); v.Result != Unclear || !strings.Contains(v.Reason, behind) {
		t.Errorf("ended at EHLO, where it looks for AUTH: %s (%s)", v.Result, v.Reason)
	}
	untrapped := scenarios.MustGet("response-injection")
	untrapped.Trap = ""
	if v := Judge(untrapped, Verify, sessions(gaveUp), delivered); v.Result != May || strings.Contains(v.Reason, passed) {
		t.Errorf("without the trap: %s (%s)", v.Result, v.Reason)
	}
	cameBack := []fakemx.Session{gaveUp, session(fakemx.DeliveredClear)}
	if v := Judge(scenarios.MustGet("response-injection"), Opportunistic, sessions(cameBack...), delivered); v.Result != May || strings.Contains(v.Reason, passed) {
		t.Errorf("delivered in clear: %s (%s)", v.Result, v.Reason)
	}
}
