package gfakemx

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega/format"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/store"
)

// sessions is what a server has for a matcher.
type sessions interface{ Sessions() []fakemx.Session }

// openSessions is what a server has that shows the sessions that go on.
type openSessions interface{ OpenSessions() []fakemx.Session }

// messages is what a server has if it keeps its messages in memory.
type messages interface{ Messages() []store.Message }

// maxNarrated is how many sessions of a server a failure message tells in full,
// the latest ones.
const maxNarrated = 3

// maxLines is how many lines of a session are shown from its beginning and from
// its end.
const maxLines = 30

// A matcher matches one session, or a server of which one session matches.
type matcher struct {
	name    string
	wanted  string // what is wanted of a session: "have the outcome refused"
	invalid error  // what is wrong with the matcher's own arguments
	// holds tells whether a session is as wanted. The messages are nil unless
	// the actual keeps some.
	holds func(fakemx.Session, messages) (bool, error)
	// found says what a session has instead: "its outcome is idle".
	found func(fakemx.Session) string
	// detail is what is to be said below the story of a session; nil for nothing.
	detail func(fakemx.Session) string

	seen    []fakemx.Session
	open    []fakemx.Session // that have not ended
	matched fakemx.Session
}

// Match implements types.GomegaMatcher.
func (m *matcher) Match(actual any) (bool, error) {
	if m.invalid != nil {
		return false, fmt.Errorf("%s: %w", m.name, m.invalid)
	}
	m.open = openOf(actual)
	list, err := sessionsOf(actual)
	if err != nil {
		return false, fmt.Errorf("%s %w", m.name, err)
	}
	m.seen = list
	kept, _ := actual.(messages)
	var unknown error
	for _, s := range list {
		ok, err := m.holds(s, kept)
		if errors.Is(err, errNotRecorded) {
			unknown = fmt.Errorf("%s: %w", m.name, err) // another session may match
			continue
		}
		if err != nil {
			return false, fmt.Errorf("%s: %w", m.name, err)
		}
		if ok {
			m.matched = s
			return true, nil
		}
	}
	return false, unknown
}

// sessionsOf returns the sessions that an actual stands for.
func sessionsOf(actual any) ([]fakemx.Session, error) {
	switch a := actual.(type) {
	case fakemx.Session:
		return []fakemx.Session{a}, nil
	case *fakemx.Session:
		if a == nil {
			return nil, errors.New("got a nil session")
		}
		return []fakemx.Session{*a}, nil
	case sessions:
		return a.Sessions(), nil
	}
	return nil, fmt.Errorf("expects a fakemx.Session, a pointer to one, or a server with the method "+
		"Sessions() []fakemx.Session. Got:\n%s", format.Object(actual, 1))
}

// openOf returns the open sessions of a server. They are for messages alone: what
// comes of them is not known.
func openOf(actual any) []fakemx.Session {
	if server, shows := actual.(openSessions); shows {
		return server.OpenSessions()
	}
	return nil
}

// MatchMayChangeInTheFuture ends an Eventually early on a session, which is a
// record and does not change. A server may see more sessions.
func (m *matcher) MatchMayChangeInTheFuture(actual any) bool {
	_, mayChange := actual.(sessions)
	return mayChange && m.invalid == nil
}

// FailureMessage implements types.GomegaMatcher.
func (m *matcher) FailureMessage(actual any) string {
	if _, isServer := actual.(sessions); !isServer {
		s := m.seen[0]
		return "Expected the session to " + m.wanted + ", but " + m.tell(s)
	}
	if len(m.seen) == 0 {
		return "Expected a session to " + m.wanted +
			", but no session has finished. If the client may still be at it, use Eventually." + narrateOpen(m.open)
	}
	var b strings.Builder
	if len(m.seen) == 1 {
		b.WriteString("Expected the finished session to " + m.wanted + ", but " + m.tell(m.seen[0]))
		b.WriteString(narrateOpen(m.open))
		return b.String()
	}
	fmt.Fprintf(&b, "Expected one of %s to %s, but none does:", count(len(m.seen)), m.wanted)
	left := max(0, len(m.seen)-maxNarrated)
	for i, s := range m.seen[left:] {
		fmt.Fprintf(&b, "\nIn session %d %s", left+i+1, m.tell(s))
	}
	if left > 0 {
		fmt.Fprintf(&b, "\n(%s before these not shown)", count(left))
	}
	b.WriteString(narrateOpen(m.open))
	return b.String()
}

// String is what And and Or say of the matcher.
func (m *matcher) String() string { return "to " + m.wanted }

// tell says what a session has instead of what is wanted, and tells its story.
func (m *matcher) tell(s fakemx.Session) string {
	story := m.found(s) + ":\n" + narrate(s)
	if m.detail != nil {
		story += m.detail(s)
	}
	return story
}

// NegatedFailureMessage implements types.GomegaMatcher.
func (m *matcher) NegatedFailureMessage(actual any) string {
	if _, isServer := actual.(sessions); isServer {
		return "Expected no session to " + m.wanted + ", but one does:\n" + narrate(m.matched)
	}
	return "Expected the session not to " + m.wanted + ", but it does:\n" + narrate(m.matched)
}

func count(n int) string {
	if n == 1 {
		return "1 finished session"
	}
	return fmt.Sprintf("%d finished sessions", n)
}

// narrateOpen tells of sessions that have not ended, of the latest ones in full.
func narrateOpen(open []fakemx.Session) string {
	if len(open) == 0 {
		return ""
	}
	var b strings.Builder
	if len(open) == 1 {
		b.WriteString("\n1 session is still open:")
	} else {
		fmt.Fprintf(&b, "\n%d sessions are still open, the latest last:", len(open))
	}
	for _, s := range open[max(0, len(open)-maxNarrated):] {
		b.WriteString("\n" + narrate(s))
	}
	return b.String()
}

// narrate is a session's story, indented, and without its middle if it is long.
func narrate(s fakemx.Session) string {
	lines := strings.Split(s.Narrate(), "\n")
	if left := len(lines) - 2*maxLines; left > 0 {
		elided := fmt.Sprintf("  (%d lines not shown)", left)
		lines = slices.Concat(lines[:maxLines], []string{elided}, lines[len(lines)-maxLines:])
	}
	return format.IndentString(strings.Join(lines, "\n"), 1)
}
