package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// unplayed says what the peer's faults strike, if none of them has struck, and
// what would let one; empty if one has, or if there is one that no session
// escapes. A client that does not speak before the greeting has passed that test.
func (c *court) unplayed() string {
	if len(c.evidence.struck()) > 0 || len(c.scenario.Peer.Faults) == 0 {
		return ""
	}
	var strikes []string
	for _, f := range c.scenario.Peer.Faults {
		words := f.Limits()
		if words == "" {
			return ""
		}
		if escaped := c.escaped(f); escaped != "" {
			words += "; " + escaped
		}
		strikes = append(strikes, "it strikes "+words)
	}
	return strings.Join(slices.Compact(strikes), ", and ")
}

// struck are the sessions in which a fault was played.
func (e Evidence) struck() []fakemx.Session {
	return slices.DeleteFunc(slices.Clone(e.Sessions), func(s fakemx.Session) bool { return s.Fault == fakemx.Fault{} })
}

// escaped says how the client came past a limited fault, or what brings it
// there; empty if nobody tried, or if it is not known.
func (c *court) escaped(f scenarios.Fault) string {
	e := c.evidence
	if len(e.Envelopes) == 0 {
		return ""
	}
	first := e.Envelopes[0]
	if short := loadOf(c.scenario, first.From, first.struck(), e.byMTA()).short; short != "" {
		return short
	}
	before, inTurn := spared(f)
	switch {
	case f.Match != nil && f.Match.Rcpt != "" && !slices.Contains(e.recipients(), strings.ToLower(first.struck())):
		return e.advice("it sent to another recipient than the one it was given", "use {to} in the command", "let the mailer send to Target.To")
	case f.After != nil && f.After.Recipients > 0:
		return e.advice("it sent to each recipient separately", "use {recipients} in the command, so that one message goes to all of them",
			"let the mailer send one message to all of Target.Recipients")
	case inTurn && len(e.Envelopes) > before && len(e.Sessions) <= before:
		return "it sent several messages in one session"
	case f.After != nil && f.After.Messages > 0:
		return "each message came in a session of its own, and only a client that sends several in one meets it"
	}
	return ""
}

// byMTA: an MTA was given the messages.
func (e Evidence) byMTA() bool { return len(e.Runs) == 0 }

// advice is what helps a command or a mailer, and what there is to say of an
// MTA.
func (e Evidence) advice(mta, command, mailer string) string {
	switch {
	case e.byMTA():
		return mta
	case len(e.Runs) > 0 && len(e.Runs[0].Args) > 0:
		return command
	}
	return mailer
}

// recipients are those that the peer has taken, in small letters.
func (e Evidence) recipients() []string {
	var list []string
	for _, s := range e.Sessions {
		for _, t := range s.Transactions {
			for _, to := range t.To {
				list = append(list, strings.ToLower(to))
			}
		}
	}
	return list
}

// onRest judges what became of the messages beside those that were delivered,
// where the scenario took several.
func (c *court) onRest() Verdict {
	e := c.evidence
	struck, missing := e.struck(), c.missing()
	if len(e.Envelopes) < 2 || len(struck) == 0 {
		return Verdict{Pass, ", as it must"}
	}
	dropped, refusal := e.dropped(missing)
	switch {
	case dropped != "" && !e.byMTA():
		return Verdict{May, fmt.Sprintf(", and gave up the whole message to %s, as it may%s", dropped, quoted(refusal))}
	case dropped != "":
		return Verdict{Unclear, fmt.Sprintf(", but not to %s, whom the peer accepts: somebody else was %s%s, and %s", dropped, refusedOrDeferred(refusal), quoted(refusal), e.notThatOne(dropped))}
	case len(missing) == 0:
		return Verdict{Pass, ", as it must, and met the fault" + quoted(lastRefusal(struck))}
	case isPermanent(lastRefusal(struck)):
		return Verdict{Pass, ", as it must, and what the fault struck was refused for good" + quoted(lastRefusal(struck))}
	case !e.byMTA():
		return Verdict{Pass, ", as it must, and did not try again what the fault struck" + quoted(lastRefusal(struck))}
	case len(struck) > len(missing):
		return Verdict{Pass, fmt.Sprintf(", as it must, and tried again what the fault struck, %s in all", timesWord(len(struck)))}
	}
	return Verdict{Unclear, fmt.Sprintf(", but not all that it was given: %s", e.notAgain(len(struck)))}
}

// missing are the recipients, in small letters, to whom nothing was delivered
// though whoever tries often enough can. A command or a mailer need not send to
// the others of a message, but an MTA was given them.
func (c *court) missing() []string {
	delivered := map[string]bool{} // by the recipients that were taken
	for _, s := range c.evidence.Sessions {
		for _, t := range s.Transactions {
			for _, to := range t.To {
				delivered[strings.ToLower(to)] = delivered[strings.ToLower(to)] || t.Accepted
			}
		}
	}
	var list []string
	for _, e := range c.evidence.Envelopes {
		for _, to := range e.To {
			got, taken := delivered[strings.ToLower(to)]
			meant := taken || c.evidence.byMTA() || to == e.struck()
			if meant && !got && owed(c.scenario, to) {
				list = append(list, strings.ToLower(to))
			}
		}
	}
	return list
}

// dropped is a recipient whom the peer took, and to whom the client then did not
// send, in a session in which the fault struck somebody else of the same
// message, with the reply to that; empty if there is none.
func (e Evidence) dropped(missing []string) (to string, refusal *fakemx.Reply) {
	for _, s := range e.struck() {
		// An MTA whose session somebody else ended might have gone on; the time of
		// a command is over when it returns.
		ended := s.End.By != fakemx.FromClient || slices.Contains(e.CutOff, s.ID)
		if s.Fault.At != scenarios.AtRCPT || ended && e.byMTA() {
			continue
		}
		for _, t := range s.Transactions {
			for _, to := range t.To {
				if slices.Contains(missing, strings.ToLower(to)) {
					return to, s.Refusal
				}
			}
		}
	}
	return "", nil
}

// notThatOne says that an MTA did not come again with a recipient, or not to
// any avail, and what to do about that. Its queue may hold the recipient for
// later, whatever became of the others.
func (e Evidence) notThatOne(to string) string {
	words := "the MTA did not try that recipient again"
	if n := count(e.recipients(), func(taken string) bool { return taken == strings.ToLower(to) }); n > 1 {
		words = "the MTA tried that recipient " + timesWord(n) + " without delivering"
	}
	words += " within " + spanWords(e.waited()) + e.kickedWords()
	if e.Kicked != nil && *e.Kicked > 0 {
		return words + "; it may have given up" + e.kickFailed("; ")
	}
	return words + ": " + e.whatHelps()
}

func lastRefusal(list []fakemx.Session) *fakemx.Reply {
	for _, s := range slices.Backward(list) {
		if s.Refusal != nil {
			return s.Refusal
		}
	}
	return nil
}

func isPermanent(r *fakemx.Reply) bool { return r != nil && strings.HasPrefix(r.Text, "5") }

func refusedOrDeferred(r *fakemx.Reply) string {
	if isPermanent(r) {
		return "refused"
	}
	return "deferred"
}

// quoted is a reply in brackets; empty if there is none.
func quoted(r *fakemx.Reply) string {
	if r == nil {
		return ""
	}
	return fmt.Sprintf(" (%q)", r.Text)
}
