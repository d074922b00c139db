package fakemx_test

import (
	"testing"

	"github.com/fakemx/fakemx/fakemx"
)

// A MAIL within a transaction is refused and changes nothing (RFC 5321 section
// 4.1.4), whatever its parameters: the text behind DATA is a message.
func TestNestedMAIL(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ first, nested string }{
		"plain":               {"MAIL FROM:<a@example.test>", "MAIL FROM:<c@example.test>"},
		"BINARYMIME, nested":  {"MAIL FROM:<a@example.test>", "MAIL FROM:<c@example.test> BODY=BINARYMIME"},
		"no longer 8BITMIME":  {"MAIL FROM:<a@example.test> BODY=8BITMIME", "MAIL FROM:<c@example.test>"},
		"malformed, nested":   {"MAIL FROM:<a@example.test>", "MAIL FROM:<c@example.test> XYZZY=1"},
		"nested without path": {"MAIL FROM:<a@example.test>", "MAIL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t, nil)
			c := dial(t, s)
			c.ehlo()
			c.say(tt.first, 250)
			c.say("RCPT TO:<b@example.test>", 250)
			c.say(tt.nested, 503)
			c.say("DATA", 354)
			c.say("QUIT\r\n.", 250)
			c.quit()
			checkStored(t, s, "QUIT\r\n")
		})
	}
}

// What a nested MAIL of a BINARYMIME message says does not let DATA in.
func TestNestedMAILKeepsBINARYMIME(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := dial(t, s)
	c.ehlo()
	c.say("MAIL FROM:<a@example.test> BODY=BINARYMIME", 250)
	c.say("RCPT TO:<b@example.test>", 250)
	c.say("MAIL FROM:<c@example.test>", 503)
	c.say("DATA", 502)
	c.send("BDAT 2 LAST\r\n\x00\n")
	c.want(250)
	c.quit()
	checkStored(t, s, "\x00\n")
}

// White space at the end of a command is tolerated, by us and by go-smtp alike
// (RFC 5321 section 4.1.1), and a verb is ASCII.
func TestSpaceBehindCommands(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := dial(t, s)
	c.ehlo()
	c.begin()
	c.send("BDAT 2\r\na\nR\u017fET\r\nBDAT 0 LAST \r\n") // long s, whose capital is S
	for _, code := range []int{250, 500, 250} {
		c.want(code)
	}
	c.begin()
	c.say("RSET ", 250)
	c.begin()
	c.say("DATA \t", 354)
	c.say("x\r\n.", 250)
	c.say("QU\u0131T", 500) // dotless i, whose capital is I
	c.say("QUIT  ", 221)
	c.hangUp()
	session := only(t, s)
	if len(s.Messages()) != 2 {
		t.Errorf("%d messages, want 2", len(s.Messages()))
	}
	checkOutcome(t, session, fakemx.DeliveredClear, "")
}
