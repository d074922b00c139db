package scenarios

import "testing"

// Same and Diff agree on every scenario.
func TestSame(t *testing.T) {
	for _, s := range All() {
		differs := len(Diff(Healthy(), s.Peer)) > 0
		if same := Same(Healthy(), s.Peer); same == differs {
			t.Errorf("%s: same as the healthy peer: %v, but it differs: %v", s.Name, same, differs)
		}
	}
}
