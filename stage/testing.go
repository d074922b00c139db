package stage

import "github.com/fakemx/fakemx/fakemx"

// Start starts a stage for a test. It is closed when the test ends, and an
// error of Close fails the test. If the test has failed, the transcripts of the
// sessions are logged, as [fakemx.Server.CleanUp] does. What cannot be started ends the test.
func Start(tb fakemx.TB, c Config) *Stage {
	tb.Helper()
	s, err := New(c)
	if err != nil {
		tb.Fatalf("stage: %v", err)
		return nil
	}
	tb.Cleanup(func() {
		for _, p := range s.Peers() {
			p.CleanUp(tb)
		}
		if err := s.Close(); err != nil {
			tb.Errorf("stage: %v", err)
		}
	})
	return s
}
