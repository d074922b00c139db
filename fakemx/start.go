package fakemx

import (
	"context"
	"strings"
	"time"

	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/scenarios"
)

// TB is the part of *testing.T, *testing.B, *testing.F and Ginkgo's GinkgoT()
// that [Start] needs.
type TB interface {
	Helper()
	Cleanup(func())
	Failed() bool
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Start starts a peer for a test and closes it when the test ends. An error of
// [Server.Close] fails the test. If the test failed, Start logs the transcripts
// of the sessions. At the end of the test, a session whose client has closed
// its side has up to one second to end; one that is cut off has the outcome
// [Open], and its transcript says so. Options change the configuration before
// the peer starts. If the peer cannot be started, the test ends at once.
func Start(tb TB, sc scenarios.Scenario, options ...Option) *Server {
	tb.Helper()
	c := Config{Scenario: sc}
	for _, o := range options {
		if o != nil {
			o(&c)
		}
	}
	s, err := New(c)
	if err != nil {
		tb.Fatalf("fakemx: %v", err)
		return nil
	}
	tb.Cleanup(func() { s.CleanUp(tb) })
	return s
}

// cleanupGrace is how long sessions have to end that are about to when a test is
// over: the peer may not have read yet what its client said before it went.
const cleanupGrace = time.Second

// CleanUp closes the peer at the end of a test and, if the test failed, logs
// its sessions. [Start] arranges for this call; use CleanUp for peers started
// with [New].
func (s *Server) CleanUp(tb TB) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), cleanupGrace)
	defer cancel()
	s.settle(ctx)
	if err := s.close("closed by the test"); err != nil {
		tb.Errorf("fakemx: %v", err)
	}
	if missing := s.Evicted().String(); missing != "" {
		tb.Logf("fakemx: %s", missing)
	}
	if !tb.Failed() {
		return
	}
	for _, session := range s.Sessions() {
		tb.Logf("%s", session.Narrate())
	}
}

// marks stand before a line, for who said it.
var marks = map[Party]string{FromClient: "C", FromPeer: "S", FromEvent: "*"}

// Narrate describes the session for a human reader: its outcome, its TLS and
// its transcript, one line each.
func (s Session) Narrate() string {
	var b strings.Builder
	b.WriteString(s.Scenario + " " + s.Remote + ": " + string(s.Outcome))
	for _, f := range s.Flags {
		b.WriteString(", " + string(f))
	}
	if s.TLS != nil {
		b.WriteString("\n  TLS: " + s.TLS.summary())
	}
	for _, l := range s.Transcript {
		b.WriteString("\n  " + marks[l.From] + ": " + terminal.Text(l.Text))
	}
	return b.String()
}

func (t TLS) summary() string {
	if !t.Completed {
		text := "not completed: " + terminal.Text(t.Error)
		if t.Alert != nil {
			text += " (alert " + t.Alert.Name + " from " + string(t.Alert.From) + ")"
		}
		return text
	}
	return t.Version + " " + t.CipherSuite + ", client certificate " + t.ClientCertificate.Verify
}
