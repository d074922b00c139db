package fakemx

import (
	"fmt"
	"strings"
)

// maxShown is how many sessions are shown of a server, the latest ones.
const maxShown = 3

// GomegaString is what Gomega shows of a server where it would show its fields: its
// scenario and what its latest sessions are.
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

// GomegaString is Narrate, for Gomega.
func (s Session) GomegaString() string { return s.Narrate() }
