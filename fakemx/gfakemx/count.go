package gfakemx

import (
	"fmt"
	"strings"

	"github.com/onsi/gomega/format"
	"github.com/onsi/gomega/types"

	"github.com/fakemx/fakemx/fakemx"
)

// HaveSessions succeeds if the number of finished sessions of a server equals
// n, an int, or satisfies n, a matcher such as BeNumerically(">", 1). Evicted
// sessions count too, if the server counts them.
func HaveSessions(n any) types.GomegaMatcher {
	want := equal(n)
	return &sessionCount{want: want, wanted: wish(want, 0)}
}

// sessionCount matches a server by how many sessions it has seen.
type sessionCount struct {
	want   types.GomegaMatcher
	wanted string
	seen   []fakemx.Session
	open   []fakemx.Session
	total  int
}

// evicting is what a server has that does not keep all sessions.
type evicting interface{ Evicted() fakemx.Evicted }

// Match implements types.GomegaMatcher.
func (m *sessionCount) Match(actual any) (bool, error) {
	server, isServer := actual.(sessions)
	if !isServer {
		return false, fmt.Errorf("HaveSessions expects a server with the method Sessions() []fakemx.Session. Got:\n%s",
			format.Object(actual, 1))
	}
	m.open, m.seen = openOf(actual), server.Sessions()
	m.total = len(m.seen)
	if e, counts := actual.(evicting); counts {
		m.total += e.Evicted().Sessions
	}
	return m.want.Match(m.total)
}

// String is what And and Or say of the matcher.
func (m *sessionCount) String() string { return "the number of finished sessions " + m.wanted }

// FailureMessage implements types.GomegaMatcher.
func (m *sessionCount) FailureMessage(any) string { return m.message(m.wanted) }

// NegatedFailureMessage implements types.GomegaMatcher.
func (m *sessionCount) NegatedFailureMessage(any) string { return m.message(opposite(m.wanted)) }

func (m *sessionCount) message(wanted string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Expected the number of finished sessions %s, but it is %d", wanted, m.total)
	shown := m.seen[max(0, len(m.seen)-maxNarrated):]
	if len(shown) > 0 {
		b.WriteString(", the latest last:")
	}
	for _, s := range shown {
		b.WriteString("\n" + narrate(s))
	}
	b.WriteString(narrateOpen(m.open))
	return b.String()
}
