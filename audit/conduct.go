package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// manyTimes is how often a client says the same in one session when it is in a
// loop.
const manyTimes = 10

// decided is the session that decided that nothing was delivered: the one in
// which the client objected most plainly, and of those the first; nil if there
// was no session.
func (e Evidence) decided() *fakemx.Session {
	var found *fakemx.Session
	plainest := -1
	for i := range e.Sessions {
		s := &e.Sessions[i]
		if n := e.plainness(*s); n > plainest {
			found, plainest = s, n
		}
	}
	return found
}

// How plainly a client objected to the peer in a session. One that the audit ended
// shows nothing but what the peer refused in it.
const (
	plainCutOff = iota
	plainIdle
	plainCutOffRefused
	plainFaulted
	plainRefused
	plainTLS
	plainUnsaid // without an alert, as some stacks do
	plainAlert
)

// plainness says how plainly the client objected to the peer in a session.
func (e Evidence) plainness(s fakemx.Session) int {
	byClient := s.End.By == fakemx.FromClient
	switch {
	case slices.Contains(e.CutOff, s.ID) && s.Refusal == nil:
		return plainCutOff
	case slices.Contains(e.CutOff, s.ID):
		return plainCutOffRefused
	case s.TLS != nil && s.TLS.Alert != nil && s.TLS.Alert.From == fakemx.FromClient:
		return plainAlert
	case s.TLS != nil && byClient && s.Outcome == fakemx.Refused && len(s.Transactions) == 0:
		return plainUnsaid
	case s.TLS != nil:
		return plainTLS
	case s.Outcome == fakemx.Refused:
		return plainRefused
	case s.Outcome == fakemx.Faulted || s.Outcome == fakemx.Open:
		return plainFaulted
	}
	return plainIdle
}

// ending says what decided that nothing was delivered, for the end of a
// sentence; empty if there is nothing to say.
func (e Evidence) ending() string {
	s := e.decided()
	late := e.overtime()
	if late != "" {
		late = "it was " + late
	}
	switch {
	case s == nil:
		return late
	case e.hung():
		// Its session ended because it was ended itself.
		return joined(late, looped(*s), refused(*s), e.often())
	case slices.Contains(e.CutOff, s.ID):
		return joined("it was still connected when its time was up", looped(*s), refused(*s), e.often())
	}
	how := joined(endOf(*s), behindInjection(*s), looped(*s), refused(*s), e.often())
	if late != "" {
		how += "; " + late
	}
	return how
}

// hung: the client was ended because its time was up, and had not said by an
// alert what it minded.
func (e Evidence) hung() bool {
	s := e.decided()
	return e.overtime() != "" && (s == nil || e.plainness(*s) < plainAlert)
}

// often says in how many sessions, if they were a loop.
func (e Evidence) often() string {
	n := len(e.Sessions) + e.LeftOut.Sessions
	if n < manyTimes {
		return ""
	}
	return "in " + grouped(n) + " sessions"
}

// joined puts what there is to say in one line.
func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), ", ")
}

// overtime says that a run was ended because its time was up, behind "was"; empty
// if none was.
func (e Evidence) overtime() string {
	for _, r := range e.Runs {
		if r.TimedOut {
			return r.overtime()
		}
	}
	return ""
}

// lateRun names the run that was ended because its time was up.
func (e Evidence) lateRun() string {
	if len(e.Runs) == 1 {
		return "the client"
	}
	n := slices.IndexFunc(e.Runs, func(r CommandRun) bool { return r.TimedOut })
	return fmt.Sprintf("run %d of %d", n+1, len(e.Runs))
}

// endOf says how a session ended.
func endOf(s fakemx.Session) string {
	switch {
	case s.TLS != nil && s.TLS.Alert != nil:
		return "alert " + s.TLS.Alert.Name + " from the " + string(s.TLS.Alert.From)
	case s.End.By == fakemx.FromClient:
		return "the client " + endingWords[s.End.How] + where(s)
	case s.Fault != (fakemx.Fault{}) && s.Outcome == fakemx.Faulted:
		return "the peer ended the session (" + s.Fault.String() + ")"
	case s.End.How == fakemx.EndTimeout:
		return "the peer ended the session" + where(s) + ", as the client said nothing"
	case s.TLS != nil && !s.TLS.Completed:
		return brokenTLS(s)
	case s.Outcome == fakemx.Faulted || s.Outcome == fakemx.Open:
		return "the peer ended the session"
	}
	return "the client ended the session" + where(s)
}

// brokenTLS says how the peer ended a handshake, and why.
func brokenTLS(s fakemx.Session) string {
	if s.TLS.Error == "" {
		return "TLS did not complete"
	}
	how, known := peerEndings[s.End.How]
	if !known {
		how = "ended the session"
	}
	return "the peer " + how + where(s) + " (" + brief(s.TLS.Error) + ")"
}

// peerEndings say how the peer broke a connection off.
var peerEndings = map[fakemx.Ending]string{
	fakemx.EndClose: "closed the connection",
	fakemx.EndReset: "reset the connection",
}

// endingWords say how a client ended a session.
var endingWords = map[fakemx.Ending]string{
	fakemx.EndQuit:  "ended the session by QUIT",
	fakemx.EndClose: "closed the connection",
	fakemx.EndReset: "reset the connection",
	fakemx.EndAlert: "ended the session by an alert",
}

// where says how far TLS had got.
func where(s fakemx.Session) string {
	switch {
	case s.TLS == nil:
		return " without TLS"
	case !s.TLS.Completed:
		return " in the TLS handshake"
	}
	return " inside TLS"
}

// loop names the loop that the client was in; empty if it was in none.
func (e Evidence) loop() string {
	for _, s := range e.Sessions {
		if words := looped(s); words != "" {
			return joined(words, e.often())
		}
	}
	return e.often()
}

// looped names a loop; empty if there was none.
func looped(s fakemx.Session) string {
	var most fakemx.CommandCount
	for _, c := range s.Commands {
		if c.Times > most.Times && c.Verb != "RCPT" && c.Verb != "BDAT" && c.Verb != "" {
			most = c
		}
	}
	if most.Times < manyTimes {
		return ""
	}
	return "having said " + most.Verb + " " + grouped(most.Times) + " times"
}

// grouped writes a number with its thousands apart.
func grouped(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return grouped(n/1000) + fmt.Sprintf(",%03d", n%1000)
}

// refused quotes the last reply before the client left if that was odd, and
// otherwise what the peer last refused; empty if there is neither. An alert says
// more.
func refused(s fakemx.Session) string {
	r := oddReply(s)
	if r == nil {
		r = s.Refusal
	}
	switch {
	case r == nil || s.TLS != nil && s.TLS.Alert != nil:
		return ""
	case r.To == "":
		return fmt.Sprintf("after the reply %q", r.Text)
	}
	return fmt.Sprintf("after the reply %q to %s", r.Text, r.To)
}

// A struck session is one that a counted fault of the scenario struck, or that
// got the other chain.
func struck(s fakemx.Session, sc scenarios.Scenario) bool {
	if s.TLS != nil && s.TLS.Alternate {
		return true
	}
	return slices.ContainsFunc(sc.Peer.Faults, func(f scenarios.Fault) bool {
		return isCounted(f) && s.Fault == fakemx.Fault{At: f.At, Do: f.Do}
	})
}

// putOff says that an MTA deferred its message, rightly, and has not come back;
// empty if it had a chance to deliver. A fault that is counted is over in the
// next session, and a temporary reply asks for one (RFC 5321 section 4.2.1).
func (e Evidence) putOff(sc scenarios.Scenario) string {
	if e.Waited == 0 {
		return ""
	}
	deferrals, temporary := 0, 0
	for _, s := range e.Sessions {
		switch {
		case s.Outcome == fakemx.Idle || slices.Contains(e.CutOff, s.ID):
		case struck(s, sc):
			deferrals++
		case s.Refusal != nil && s.Refusal.Text[0] == '4' && s.End.How != fakemx.EndAlert:
			temporary++
		default:
			return ""
		}
	}
	if temporary > 1 || temporary+deferrals == 0 {
		return ""
	}
	return e.notAgain(deferrals + temporary)
}

// notAgain says that an MTA came so often and no more, and what to do about
// that. Its queue may no longer hold what was refused by a permanent reply, nor
// what it did not try though it was kicked.
func (e Evidence) notAgain(came int) string {
	within := " within " + spanWords(e.waited())
	for _, s := range slices.Backward(e.Sessions) {
		if s.Refusal != nil && s.Refusal.Text[0] == '5' {
			return "came " + timesWord(came) + " and did not come again" + within + e.kickedWords() + "; " + joined("it may have given up for good", refused(s)) + e.kickFailed("; ")
		}
	}
	switch {
	case e.Kicked != nil && *e.Kicked > 0:
		return "came " + timesWord(came) + " and did not come again" + within + e.kickedWords() + "; it may have given up" + e.kickFailed("; ")
	case came > 1:
		return fmt.Sprintf("deferred %d times; the MTA did not try again%s: %s", came, within, e.whatHelps())
	}
	return "deferred; the MTA did not try again" + within + ": " + e.whatHelps()
}

// kickFailed says behind a mark that kicks failed, and how; empty if none did.
func (e Evidence) kickFailed(mark string) string {
	switch {
	case e.KickFailure == "":
		return ""
	case e.Kicked != nil && *e.Kicked > 0:
		return mark + "some kicks failed (" + e.KickFailure + ")"
	}
	return mark + "--kick failed (" + e.KickFailure + ")"
}

// kickedWords say how often the MTA was kicked; empty if it was not.
func (e Evidence) kickedWords() string {
	switch {
	case e.Kicked == nil, *e.Kicked == 0 && e.KickFailure != "":
		return ""
	case e.Unheeded > 0:
		return fmt.Sprintf(" (kicked %s, the last %d in vain)", timesWord(*e.Kicked), e.Unheeded)
	}
	return " (kicked " + timesWord(*e.Kicked) + ")"
}

// whatHelps are the flags that give an MTA another chance.
func (e Evidence) whatHelps() string {
	switch {
	case e.KickFailure != "":
		return e.kickFailed("") + "; fix that command"
	case e.Unheeded > 0:
		return "its log and its queue show why"
	case e.Kicked != nil:
		return "--patience"
	}
	return "--patience, or --kick"
}
