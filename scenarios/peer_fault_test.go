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
		{Fault{Match: &Match{Parameter: "REQUIRETLS"}}, "where MAIL has the parameter REQUIRETLS"},
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

func TestRefusesAndWithholds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		fault              Fault
		refuses, withholds bool
	}{
		{Fault{At: AtDot, Do: DoReply, Text: "250 2.0.0 OK"}, false, false},
		{Fault{At: AtDot, Do: DoReply, Text: "354 Go on"}, true, false},
		{Fault{At: AtDot, Do: DoReply, Text: "451 4.3.0 Later"}, true, false},
		{Fault{At: AtDot, Do: DoReply, Text: "550 5.7.1 spam"}, true, false},
		{Fault{At: AtDATA, Do: DoReply, Text: "354 Go on"}, false, false},
		{Fault{At: AtDot, Do: DoReset}, false, true},
		{Fault{At: AtDot, Do: DoClose}, false, true},
		{Fault{At: AtDot, Do: DoStall}, false, true},
		{Fault{At: AtDot, Do: DoDrip}, false, false},
		{Fault{At: AtDot, Do: DoRaw, Text: "nothing"}, false, true},
		{Fault{At: AtDot, Do: DoRaw, Text: `250 OK\r\n`}, false, false},
		{Fault{At: AtMessage, Do: DoReset}, false, false},
	} {
		if tt.fault.Refuses() != tt.refuses || tt.fault.Withholds() != tt.withholds {
			t.Errorf("%+v: refuses %t, withholds %t", tt.fault, tt.fault.Refuses(), tt.fault.Withholds())
		}
	}
}

func TestStalls(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`250 ok\r\n`: false, "250-a\n250 b\n": false, `250\r\n`: false, `250-a\r\n`: true, "250 a": true, "hello": true, `hello\r\n`: true,
		`250-a\r\n550 b\r\n`: true, `250 a\r\n250 b\r\n`: true,
	} {
		if got := (Fault{At: AtEHLO, Do: DoRaw, Text: text}).Stalls(); got != want {
			t.Errorf("%q stalls: %t", text, got)
		}
	}
	if !(Fault{Do: DoStall}).Stalls() || (Fault{Do: DoClose}).Stalls() {
		t.Error("a stall does not stall, or a close does")
	}
}
