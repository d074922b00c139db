package scenarios

import (
	"strings"
	"testing"
)

// What goes by the session or by the version of TLS is refused where it could
// never be, or always, so.
func TestChangingPeersAreChecked(t *testing.T) {
	t.Parallel()
	other := func(edit func(*Scenario)) func(*Scenario) {
		return func(s *Scenario) {
			s.Peer.TLS.Alternate = &Alternate{Send: []string{client}, Every: 2}
			s.Alternate.Authentic = No
			edit(s)
		}
	}
	versioned := func(f Fault) func(*Scenario) {
		return func(s *Scenario) { s.Peer.Faults = []Fault{f} }
	}
	for name, tt := range map[string]struct {
		edit func(*Scenario)
		path string // empty if it makes sense
		says string
	}{
		"every second session": {other(func(*Scenario) {}), "", ""},
		"the first session": {other(func(s *Scenario) {
			s.Peer.TLS.Alternate.Every, s.Peer.TLS.Alternate.First = 0, 1
		}), "", ""},
		"no chain":       {other(func(s *Scenario) { s.Peer.TLS.Alternate.Send = nil }), "peer.tls.alternate.send", "is empty"},
		"unknown chain":  {other(func(s *Scenario) { s.Peer.TLS.Alternate.Send = []string{"nobody"} }), "peer.tls.alternate.send[0]", "nobody"},
		"every session":  {other(func(s *Scenario) { s.Peer.TLS.Alternate.Every = 1 }), "peer.tls.alternate", "every session"},
		"below zero":     {other(func(s *Scenario) { s.Peer.TLS.Alternate.First = -1 }), "peer.tls.alternate.first", "below 1"},
		"without a fact": {other(func(s *Scenario) { s.Alternate.Authentic = "" }), "alternate.authentic", "yes, no"},
		"a fact of none": {func(s *Scenario) { s.Alternate.Authentic = No }, "alternate", "missing"},

		"by version":           {versioned(Fault{At: AtEHLO, Do: DoReset, TLSVersion: "1.3"}), "", ""},
		"at the hello":         {versioned(Fault{At: AtClientHello, Do: DoReset, TLSVersion: "1.2"}), "", ""},
		"before the hello":     {versioned(Fault{At: AtHandshake, Do: DoReset, TLSVersion: "1.2"}), "peer.faults[0].tls_version", "not known yet"},
		"in clear":             {versioned(Fault{At: AtMAIL, In: InClear, Do: DoReset, TLSVersion: "1.2"}), "peer.faults[0].tls_version", "not known yet"},
		"a version not spoken": {versioned(Fault{At: AtMAIL, Do: DoReset, TLSVersion: "1.1"}), "peer.faults[0].tls_version", "not a version that this peer speaks"},
		"no version":           {versioned(Fault{At: AtMAIL, Do: DoReset, TLSVersion: "TLSv1.3"}), "peer.faults[0].tls_version", "1.3"},
	} {
		s := MustGet("healthy").With(func(*Peer) {})
		tt.edit(&s)
		found := tt.path == "" && s.Validate() == nil
		for _, e := range fieldErrors(s.Validate()) {
			found = found || tt.path != "" && e.Path == tt.path && strings.Contains(e.Reason, tt.says)
		}
		if !found {
			t.Errorf("%s: want %q at %q, got %v", name, tt.says, tt.path, s.Validate())
		}
	}
}

// A scenario file can start from one with another chain, and leave it out.
func TestAlternateInAFile(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]AlternateFacts{
		"name: a\nsummary: b\nbase: one-bad-node":                                                               MustGet("one-bad-node").Alternate,
		"name: a\nsummary: b\nbase: one-bad-node\nalternate: {authentic: yes}":                                  {Authentic: Yes},
		"name: a\nsummary: b\nbase: one-bad-node\npeer: {tls: {alternate: null}}":                               {},
		"name: a\nsummary: b\npeer: {tls: {alternate: {send: [client], every: 3}}}\nalternate: {authentic: no}": {Authentic: No},
	} {
		all, err := Parse("test.yaml", []byte(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if all[0].Alternate != want {
			t.Errorf("%s: %+v, want %+v", text, all[0].Alternate, want)
		}
	}
}
