package scenarios

import (
	"strings"
	"testing"
)

// Octets that are the reply that a command asks for puzzle nobody.
func TestRawReplyIsNoPuzzle(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		at   Point
		text string
		want string // in the reason; empty for no puzzle
	}{
		{AtQUIT, `221 2.0.0 Bye\r\n`, ""},
		{AtQUIT, `221\r\n`, ""},
		{AtGreeting, `220-{hostname} ESMTP\r\n220 {hostname}\r\n`, ""},
		{AtEHLO, `250-{hostname}\r\n250 SIZE\r\n`, ""},
		{AtDot, `250 {padding:506}\r\n`, ""},
		{AtDot, `250 {padding:507}\r\n`, "no proper reply"},
		{AtQUIT, `221 2.0.0 Bye`, "no proper reply"},
		{AtQUIT, `221 2.0.0 Bye\n`, "no proper reply"},
		{AtQUIT, `221-a\n221 b\r\n`, "no proper reply"},
		{AtQUIT, `221-a\r\n250 b\r\n`, "no proper reply"},
		{AtQUIT, `221 a\r\n221 b\r\n`, "no proper reply"},
		{AtQUIT, `291 a\r\n`, "no proper reply"},
		{AtQUIT, `221 \xe9\r\n`, "no proper reply"},
		{AtQUIT, `500 No\r\n`, "what became of the command"},
		{AtRCPT, `550 5.1.1 No\r\n`, "what became of the command"},
		{AtSTARTTLS, `250 OK\r\n`, "what became of the command"},
		{AtDATA, `354 Go\r\n`, "what became of the command"}, // to BDAT
		{AtHandshake, `220 OK\r\n`, "what became of the command"},
	} {
		p := Healthy()
		p.Faults = []Fault{{At: tt.at, Do: DoRaw, Text: tt.text}}
		got := p.Puzzle()
		if (got == nil) != (tt.want == "") || got != nil && !strings.Contains(got.Reason, tt.want) {
			t.Errorf("%s at %s: %+v, want %q", tt.text, tt.at, got, tt.want)
		}
	}
	p := Healthy()
	p.SMTP.Extensions = nil
	p.Faults = []Fault{{At: AtDATA, Do: DoRaw, Text: `354 Go\r\n`}}
	if got := p.Puzzle(); got != nil {
		t.Errorf("354 to DATA: %+v", got)
	}
}
