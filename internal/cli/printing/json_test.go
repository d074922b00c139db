package printing

import (
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx"
)

// A session's line is what encoding/json makes of the record and its event.
func TestSessionLineIsJSON(t *testing.T) {
	t.Parallel()
	for _, s := range []fakemx.Session{
		{},
		{
			ID: "1", Started: time.Unix(1, 2), HELO: "<\u202e\x7f&>", TLS: &fakemx.TLS{}, Flags: []fakemx.Flag{fakemx.EarlyTalker},
			Transcript: []fakemx.Line{{From: fakemx.FromClient, Text: "EHLO <\u202e\x7f&>"}},
		},
	} {
		want, err := JSON(struct {
			Event string `json:"event"`
			fakemx.Session
		}{"session", s}, "")
		if err != nil {
			t.Fatal(err)
		}
		if got := appendSession([]byte("before"), s); string(got) != "before"+string(want) {
			t.Errorf("got %swant %s", got, want)
		}
	}
}
