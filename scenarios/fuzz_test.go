package scenarios

import "testing"

// FuzzParse: whatever a file holds, Parse answers with scenarios that are valid
// and can be written and read again, or with an error.
func FuzzParse(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := Parse("fuzz.yaml", data)
		if err != nil {
			return
		}
		for _, s := range all {
			if err := s.Validate(); err != nil {
				t.Errorf("it is read, but not valid: %v", err)
			}
			if got := reread(t, s); fingerprint(got.Peer) != fingerprint(s.Peer) {
				t.Errorf("it changes: %v", Diff(s.Peer, got.Peer))
			}
		}
	})
}
