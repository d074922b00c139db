package audit

import "github.com/fakemx/fakemx/scenarios"

// Attempts is how often a client has to try, at most, until it meets a session
// in which no counted fault of the scenario strikes: one more than the sessions
// that the longest-lasting fault strikes first, and two where every Nth session
// is struck, the first being one. Another chain counts like a fault. It is 1
// where nothing is counted, and where something comes first that a fault spares.
func Attempts(s scenarios.Scenario) int { return attemptsAt(s, recipient(s, "id")) }

// attemptsAt is how often a client has to try, at most, to get a message to a
// recipient behind the faults that are counted.
func attemptsAt(s scenarios.Scenario, to string) int {
	n := 1
	for _, f := range s.PeerFor(to).Faults {
		switch {
		case f.After != nil, f.Rate != nil, f.EarlyTalker:
		case f.First > 0:
			n = max(n, f.First+1)
		case f.Every > 1:
			n = max(n, 2)
		}
	}
	if a := s.Peer.TLS.Alternate; a != nil {
		n = max(n, a.First+1, 2)
	}
	return n
}
