package stage

import "github.com/fakemx/fakemx/fakemx"

// StartTest starts a stage for a test. It is closed when the test ends, and an
// error of Close fails the test. If the test has failed, the transcripts of the
// sessions are logged. What cannot be started ends the test.
func StartTest(tb fakemx.TB, c Config) *Stage {
	tb.Helper()
	s, err := Start(c)
	if err != nil {
		tb.Fatalf("stage: %v", err)
		return nil
	}
	tb.Cleanup(func() {
		peers := s.Peers()
		if err := s.Close(); err != nil {
			tb.Errorf("stage: %v", err)
		}
		for _, p := range peers {
			tell(tb, p)
		}
	})
	return s
}

// tell logs what a test may want to know of a peer that is closed.
func tell(tb fakemx.TB, p *Peer) {
	tb.Helper()
	if missing := p.Evicted().String(); missing != "" {
		tb.Logf("stage: %s: %s", p.Scenario().Name, missing)
	}
	if !tb.Failed() {
		return
	}
	for _, session := range p.Sessions() {
		tb.Logf("%s", session.Narrate())
	}
}
