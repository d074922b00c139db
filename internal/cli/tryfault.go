package cli

import (
	"cmp"

	"github.com/fakemx/fakemx/internal/addrpattern"
	"github.com/fakemx/fakemx/scenarios"
)

// The addresses of the message that is tried, where any will do.
const (
	tryMail = "me@example.test"
	tryRcpt = "you@example.test"
)

// tryAddresses are a reverse-path and a recipient that the faults of a scenario
// are meant for: the first that is limited to addresses decides.
func tryAddresses(s scenarios.Scenario) (mail, rcpt string) {
	for _, f := range s.Peer.Faults {
		if f.Match != nil {
			return fitting(s.Expand(f.Match.Mail), tryMail), fitting(s.Expand(f.Match.Rcpt), tryRcpt)
		}
	}
	return tryMail, tryRcpt
}

// fitting is an address that fits a pattern of a Match, as it is told to a
// command.
func fitting(pattern, usual string) string {
	return cmp.Or(addrpattern.Fitting(pattern, usual), "<>")
}

// strikesAfter says what has to come before the first fault of a scenario that
// spares something strikes; empty if the first message meets all of them.
func strikesAfter(s scenarios.Scenario) string {
	for _, f := range s.Peer.Faults {
		if spared := f.Spares(); spared != "" {
			return "strikes " + spared
		}
	}
	return ""
}
