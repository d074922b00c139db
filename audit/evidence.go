package audit

import (
	"slices"
	"strconv"
	"strings"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// Evidence is what is known of a client's conduct in one scenario.
type Evidence struct {
	// Runs are the runs of the user's command; none if an MTA was given the
	// message.
	Runs []CommandRun `json:"runs"`
	// Sessions are the client's sessions with the scenario's peer, in the order
	// in which they began.
	Sessions []fakemx.Session `json:"sessions"`
	// Elsewhere are the scenarios at whose peers the message turned up instead.
	Elsewhere []string `json:"elsewhere"`
	// Problem is why the client could not be exercised; empty if it was.
	Problem string `json:"problem"`
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

// delivered counts the transactions that were accepted.
func (e Evidence) delivered() delivery {
	var d delivery
	for _, s := range e.Sessions {
		for _, t := range s.Transactions {
			switch {
			case !t.Accepted:
			case t.InClear:
				d.clear++
			default:
				d.tls++
			}
		}
	}
	return d
}

// flagged reports whether a session has a flag.
func (e Evidence) flagged(f fakemx.Flag) bool {
	return slices.ContainsFunc(e.Sessions, func(s fakemx.Session) bool { return slices.Contains(s.Flags, f) })
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
		return slices.ContainsFunc(s.Transcript, func(l fakemx.Line) bool {
			verb, _, _ := strings.Cut(strings.ToUpper(l.Text), " ")
			return l.From == "client" && (verb == "EHLO" || verb == "HELO")
		}) && (s.TLS == nil || s.TLS.Mode == "starttls")
	})
}

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

// tried: the client got as far as it takes to see what is wrong with a peer of
// these facts, or was turned away. To see that STARTTLS is missing it takes a
// word to the peer.
func (e Evidence) tried(f scenarios.Facts) bool {
	return slices.ContainsFunc(e.Sessions, func(s fakemx.Session) bool {
		spoke := slices.ContainsFunc(s.Transcript, func(l fakemx.Line) bool { return l.From == "client" })
		return s.Outcome != fakemx.Idle || f.Offers == scenarios.No && spoke
	})
}

// ending says how the last session ended, for the end of a sentence; empty if
// there is nothing to say.
func (e Evidence) ending() string {
	if len(e.Sessions) == 0 {
		return ""
	}
	s := e.Sessions[len(e.Sessions)-1]
	switch {
	case s.TLS != nil && s.TLS.Alert != nil:
		return "alert " + s.TLS.Alert.Name + " from the " + s.TLS.Alert.From
	case s.TLS != nil && !s.TLS.Completed:
		return "TLS did not complete"
	case s.Outcome == fakemx.Faulted && s.Fault != "":
		return "the peer ended the session (" + s.Fault + ")"
	case s.Outcome == fakemx.Faulted:
		return "the peer ended the session"
	case s.TLS == nil:
		return "the client ended the session without TLS"
	}
	return "the client ended the session inside TLS"
}

// trapOf is the flag that a scenario's trap raises.
func trapOf(s scenarios.Scenario) fakemx.Flag { return fakemx.Flag(s.Trap) }
