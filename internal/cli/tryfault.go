package cli

import (
	"strings"

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

// fitting is an address that fits a pattern of a Match, and usual where any
// does.
func fitting(pattern, usual string) string {
	if pattern == "" || scenarios.MatchAddress(pattern, usual) {
		return usual
	}
	user, domain, _ := strings.Cut(usual, "@")
	at := strings.LastIndex(pattern, "@")
	if at < 0 {
		// The last * stands for the @, too.
		star := strings.LastIndex(pattern, "*")
		if star < 0 {
			return pattern
		}
		return filled(pattern[:star+1], user) + "@" + filled("*"+pattern[star+1:], domain)
	}
	return filled(pattern[:at], user) + "@" + filled(pattern[at+1:], domain)
}

// filled is a part of an address that fits the pattern of one. Where that needs
// letters in the place of a *, they are the usual part.
func filled(pattern, usual string) string {
	bare := strings.ReplaceAll(pattern, "*", "")
	if bare == "" || strings.HasPrefix(bare, ".") || strings.HasSuffix(bare, ".") || strings.Contains(bare, "..") {
		return strings.ReplaceAll(strings.Replace(pattern, "*", usual, 1), "*", usual)
	}
	return bare
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
