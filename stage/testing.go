package stage

import "github.com/fakemx/fakemx/fakemx"

// Start starts a stage for a test and closes it when the test ends. An error of
// [Stage.Close] fails the test. If the test failed, Start logs the transcripts
// of the sessions, as [fakemx.Server.CleanUp] does. If the stage cannot be
// started, the test ends at once.
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
