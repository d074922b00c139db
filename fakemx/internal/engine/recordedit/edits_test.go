package recordedit

import (
	"crypto/tls"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestCheck(t *testing.T) {
	at := func(p Point, r Record) Edits {
		return Edits{Insertions: []Insertion{{At: BeforeData, Record: HelloRequest()}, {At: p, Record: r}}}
	}
	tests := []struct {
		name  string
		edits Edits
		want  string
	}{
		{"nothing", Edits{}, ""},
		{"all", Edits{FragmentHandshake: 1, CorruptFinished: true, Insertions: []Insertion{{At: AfterFinished, Record: KeyUpdate(true)}}}, ""},
		{"negative fragments", Edits{FragmentHandshake: -1}, "FragmentHandshake: expected 0 to 16384, got -1"},
		{"long fragments", Edits{FragmentHandshake: maxPlaintext + 1}, "FragmentHandshake: expected 0 to 16384"},
		{"no point", at("", HelloRequest()), `insertions[1]: expected a point out of [server-hello`},
		{"no record", at(BeforeData, Record{}), "insertions[1]: expected a record type of 20 to 23, got 0"},
		{"long record", at(BeforeData, Record{typeApplicationData, make([]byte, maxPlaintext+1)}), "insertions[1]: expected a record of at most 16384"},
		{"early update", at(BeforeFinished, KeyUpdate(false)), "insertions[1]: expected KeyUpdate at after-finished or data"},
		{"negative count", Edits{Insertions: []Insertion{{At: BeforeData, Record: HelloRequest(), Count: -1}}}, "insertions[0]: expected a count of zero or more"},
		{"pause nowhere", Edits{Pauses: []Pause{{At: "x"}}}, `pauses[0]: expected a point out of [server-hello`},
		{"pause backwards", Edits{Pauses: []Pause{{BeforeData, -time.Second}}}, "pauses[0]: expected a duration of zero or more, got -1s"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.edits.Check()
			if got := fmt.Sprint(err); tt.want == "" && err != nil || !strings.Contains(got, tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// TestBadEdits: a connection with edits that make no sense sends nothing.
func TestBadEdits(t *testing.T) {
	s := ofVersion(tls.VersionTLS13, Edits{FragmentHandshake: -1})
	addr, wait := s.serve(t)
	if err := talk(addr, goClient()); err == nil {
		t.Error("the handshake completes")
	}
	if got := wait(); got.err == nil || !strings.Contains(got.err.Error(), "FragmentHandshake") {
		t.Errorf("server: %v", got.err)
	}
}
