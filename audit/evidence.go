package audit

import (
	"slices"
	"strconv"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// Evidence is what is known about a client's conduct in one scenario.
type Evidence struct {
	// Envelopes are the envelopes of the messages given to the client, in
	// order. There are several if that is necessary to meet the scenario's
	// faults.
	Envelopes []Envelope `json:"envelopes"`
	// Runs are the runs of the user's command or mailer; empty if an MTA was
	// given the message.
	Runs []CommandRun `json:"runs"`
	// Sessions are the client's sessions with the scenario's peer, in the order
	// in which they began; if there were too many, the first of them.
	Sessions []fakemx.Session `json:"sessions"`
	// SecondHost is the address, host:port, of the peer's second host, at which
	// some of the sessions took place; empty if there is none.
	SecondHost string `json:"second_host,omitempty"`
	// LeftOut sums up the other sessions. A session that only returned mail to
	// the sender counts there with its flags alone; so does, with an MTA, one
	// that was only about recipients that belong to no scenario.
	LeftOut LeftOut `json:"left_out"`
	// CutOff are the ids of the sessions that were still open after the
	// client's chance and were ended by the audit.
	CutOff []string `json:"cut_off"`
	// Waited is how long the audit waited for a message given to an MTA; zero
	// if a command or a mailer was run.
	Waited scenarios.Span `json:"waited"`
	// Kicked is how often [Options.Kick] ran the MTA's queue during that time;
	// nil if there is no kick.
	Kicked *int `json:"kicked"`
	// KickFailure says how the last failed kick failed, such as "exit code 3";
	// empty if none failed.
	KickFailure string `json:"kick_failure"`
	// Unheeded is the number of final kicks that did not make the MTA connect
	// again, so that the wait ended early; zero if it did not end early.
	Unheeded int `json:"unheeded"`
	// Lookups is how often the DNS was asked for the scenario's names; nil if
	// unknown.
	Lookups *int `json:"lookups"`
	// Queries are what the DNS of the audit was asked for among the scenario's
	// names, in the order of the first queries; empty if the audit has no DNS.
	Queries []Lookup `json:"queries"`
	// Fetches are the connections to the policy host of the audit for the
	// scenario's policy, the first 20 of them; empty if there is no policy host.
	Fetches []stage.PolicyFetch `json:"policy_fetches"`
	// Step is the change of what the domain publishes, where the scenario has
	// one and the policy of the client goes by that; nil if it did not come.
	Step *Step `json:"step,omitempty"`
	// Answer is what a policy daemon answered, and what Postfix does by that; nil
	// if none was asked.
	Answer *PolicyAnswer `json:"policy_answer,omitempty"`
	// Elsewhere are the scenarios to whose peers the message was delivered
	// instead.
	Elsewhere []string `json:"elsewhere"`
	// Problem says why the client could not be exercised; empty if it was.
	Problem string `json:"problem"`
}

// LeftOut sums up sessions that are not kept.
type LeftOut struct {
	// Sessions is their number.
	Sessions int `json:"sessions"`
	// InTLS and InClear count their accepted transactions.
	InTLS   int `json:"in_tls"`
	InClear int `json:"in_clear"`
	// Flags are all flags that they raised.
	Flags []fakemx.Flag `json:"flags"`
}

// add takes one more session.
func (l *LeftOut) add(s fakemx.Session) {
	d := deliveredIn(s)
	l.Sessions++
	l.InTLS += d.tls
	l.InClear += d.clear
	for _, f := range s.Flags {
		if !slices.Contains(l.Flags, f) {
			l.Flags = append(l.Flags, f)
		}
	}
}

// A delivery counts what a client delivered.
type delivery struct{ tls, clear int }

func (d delivery) any() bool { return d.tls+d.clear > 0 }

// words is how it was delivered, and how often if more than once.
func (d delivery) words() string {
	switch {
	case d.clear == 0:
		return "in TLS" + times(d.tls)
	case d.tls == 0:
		return "in clear" + times(d.clear)
	}
	return "in TLS" + times(d.tls) + " and in clear" + times(d.clear)
}

func times(n int) string {
	if n == 1 {
		return ""
	}
	return " " + strconv.Itoa(n) + " times"
}

// delivered counts the transactions that were accepted, or what Postfix delivers
// by the answer of a policy daemon.
func (e Evidence) delivered() delivery {
	all := delivery{tls: e.LeftOut.InTLS, clear: e.LeftOut.InClear}
	if e.Answer != nil && !e.untouched() {
		all = e.Answer.delivery()
	}
	for _, s := range e.Sessions {
		d := deliveredIn(s)
		all.tls += d.tls
		all.clear += d.clear
	}
	return all
}

// deliveredIn goes by the count, since a record does not name all transactions.
func deliveredIn(s fakemx.Session) delivery {
	return delivery{tls: s.Accepted.InTLS, clear: s.Accepted.InClear}
}

// flagged reports whether a session has a flag.
func (e Evidence) flagged(f fakemx.Flag) bool {
	return slices.Contains(e.LeftOut.Flags, f) ||
		slices.ContainsFunc(e.Sessions, func(s fakemx.Session) bool { return slices.Contains(s.Flags, f) })
}

// showedCertificate: the client presented a certificate of its own.
func (e Evidence) showedCertificate() bool {
	return slices.ContainsFunc(e.Sessions, func(s fakemx.Session) bool {
		return s.TLS != nil && s.TLS.ClientCertificate.Presented
	})
}

// beganInClear: the client spoke SMTP in clear, or asked for STARTTLS.
func (e Evidence) beganInClear() bool {
	return slices.ContainsFunc(e.Sessions, func(s fakemx.Session) bool {
		return (s.TLS == nil || s.TLS.Mode == fakemx.TLSModeSTARTTLS) && slices.ContainsFunc(s.Commands, func(c fakemx.CommandCount) bool {
			return c.InClear > 0 && (c.Verb == "EHLO" || c.Verb == "HELO")
		})
	})
}

// neverBeganTLS: where TLS begins with the first byte, the client waited for a
// greeting, or sent something else.
func (e Evidence) neverBeganTLS() bool {
	return len(e.Sessions) > 0 && !slices.ContainsFunc(e.Sessions, func(s fakemx.Session) bool {
		return s.TLS == nil || s.TLS.Mode != fakemx.TLSModeImplicit || s.TLS.ClientHello != nil || s.TLS.Alert != nil
	})
}

// waited is how long an MTA was waited for.
func (e Evidence) waited() time.Duration { return time.Duration(e.Waited) }

// fellBack: TLS failed, or was given up, and a later session delivered in
// clear.
func (e Evidence) fellBack() bool {
	failed := false
	for _, s := range e.Sessions {
		if failed && s.Outcome == fakemx.DeliveredClear {
			return true
		}
		failed = failed || s.TLS != nil && s.Outcome != fakemx.DeliveredTLS
	}
	return false
}

// withheld: whatever was delivered in clear was delivered in sessions in which a
// counted fault of the scenario kept TLS from being offered or granted.
func (e Evidence) withheld(sc scenarios.Scenario) bool {
	if e.LeftOut.InClear > 0 || !withholdsTLS(sc) {
		return false
	}
	found := false
	for _, s := range e.Sessions {
		if s.Accepted.InClear == 0 {
			continue
		}
		found = slices.ContainsFunc(sc.Peer.Faults, func(f scenarios.Fault) bool {
			return isCounted(f) && preventsTLS(f) && s.Fault == fakemx.Fault{At: f.At, Do: f.Do}
		})
		if !found {
			return false
		}
	}
	return found
}

// tried: the client got as far as it takes to see what is wrong with a peer of
// these facts, or was turned away. To see that STARTTLS is missing it takes a
// word to the peer. A session that the audit ended shows nothing.
func (e Evidence) tried(f scenarios.Facts) bool {
	return slices.ContainsFunc(e.Sessions, func(s fakemx.Session) bool {
		if slices.Contains(e.CutOff, s.ID) {
			return false
		}
		spoke := len(s.Commands) > 0
		return s.Outcome != fakemx.Idle || f.Offers == scenarios.No && spoke
	})
}

// interrupted says why the client's conduct was not seen to its end, where it
// might have delivered yet; empty if it was.
func (e Evidence) interrupted() string {
	for _, r := range e.Runs {
		switch {
		case r.TimedOut:
			return "the client was " + joined(r.overtime(), e.loop()) + ": it might still have delivered"
		case r.Signal != "":
			return "the client crashed (" + r.Signal + "), which is no refusal"
		}
	}
	for _, s := range e.Sessions {
		if slices.Contains(e.CutOff, s.ID) && len(s.Transactions) > 0 {
			return joined("the client was about to deliver when its time was up", refused(s))
		}
	}
	return ""
}

// refusedWhileOpen quotes what the peer refused in a session that the client left
// open; empty if it refused nothing.
func (e Evidence) refusedWhileOpen() string {
	for _, s := range e.Sessions {
		if words := refused(s); words != "" && slices.Contains(e.CutOff, s.ID) {
			return words
		}
	}
	return ""
}

// never says that the client did not connect for its message, and how far it
// got.
func (e Evidence) never() string {
	switch {
	case e.LeftOut.Sessions > 0:
		return "connected only with mail for other recipients"
	case len(e.Runs) > 0:
		last := e.Runs[len(e.Runs)-1]
		said := last.String() + last.lastWords()
		if last.unled {
			said += "; the command has no {host}, and FAKEMX_HOST is not seen in it"
		}
		return "never connected (" + said + ")"
	case e.Lookups == nil:
		return "never connected"
	case *e.Lookups == 0:
		return "never connected, nor asked the DNS"
	}
	return "never connected, though it asked the DNS" + times(*e.Lookups)
}

// trapOf is the flag that a scenario's trap raises.
func trapOf(s scenarios.Scenario) fakemx.Flag { return fakemx.Flag(s.Trap) }
