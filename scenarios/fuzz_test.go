package scenarios

import (
	"strings"
	"testing"
)

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

// FuzzOctets: a text is refused, or it stands for no more octets than it has,
// and for itself if there is nothing to escape.
func FuzzOctets(f *testing.F) {
	for _, text := range []string{"", `250-a\r\n`, `\x0d\xFF\\`, `\`, `\x1`, "250 ok\r\n", `\t{padding:3}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		octets, err := Fault{Text: text}.Octets()
		switch {
		case err != nil && !strings.Contains(text, `\`):
			t.Error(err)
		case err == nil && (len(octets) > len(text) || !strings.Contains(text, `\`) && string(octets) != text):
			t.Errorf("%q becomes %q", text, octets)
		}
	})
}
