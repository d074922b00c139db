package scenarios

import (
	"testing"
	"time"
)

func TestLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault Fault
		want  string
	}{
		{Fault{First: 2}, ""},
		{Fault{EarlyTalker: true}, ""},
		{Fault{Match: &Match{Mail: "<>", Rcpt: "full@*"}}, "where the reverse-path is <>, where the recipient is full@*"},
		{Fault{After: &After{Sessions: 1, Messages: 2, Recipients: 103}}, "after the 1st session, after the 2nd message of a session, after the 103rd recipient of a message"},
		{Fault{After: &After{Sessions: 12, Messages: 13, Recipients: 22}}, "after the 12th session, after the 13th message of a session, after the 22nd recipient of a message"},
		{Fault{After: &After{Messages: 11}}, "after the 11th message of a session"},
		{Fault{Rate: &Rate{Sessions: 3, Within: Span(time.Minute)}}, "when more than 3 sessions come within 1m"},
		{Fault{TLSVersion: "1.3"}, "in TLS 1.3"},
	} {
		if got := c.fault.Limits(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.fault, got, c.want)
		}
	}
}
