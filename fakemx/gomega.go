package fakemx

import (
	"fmt"
	"strings"
)

// maxShown is how many sessions are shown of a server, the latest ones.
const maxShown = 3

// GomegaString tells Gomega how to print a server: the scenario and the latest
// sessions instead of its fields.
func (s *Server) GomegaString() string {
	open, finished := s.OpenSessions(), s.Sessions()
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %s, %d finished sessions, %d open", s.scenario.Name, s.Addr(), len(finished), len(open))
	for _, list := range [][]Session{finished, open} {
		for _, session := range list[max(0, len(list)-maxShown):] {
			b.WriteString("\n" + session.Narrate())
		}
	}
	return b.String()
}

// GomegaString returns [Session.Narrate], for Gomega.
func (s Session) GomegaString() string { return s.Narrate() }
