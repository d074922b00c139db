package scenarios

import "testing"

func TestX(t *testing.T) {
	for _, s := range All() {
		for _, c := range Diff(Healthy(), s.Peer) {
			t.Log(s.Name, c)
		}
	}
}
