package fakemx_test

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

func TestCommandLines(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		line string
		code int
	}{
		"unknown verb":           {"XYZZY\r\n", 500},
		"empty line":             {"\r\n", 500},
		"lower case":             {"noop\r\n", 250},
		"bare LF":                {"NOOP\n", 250},
		"bare CR within":         {"NOOP\rNOOP\r\n", 500},
		"CR CR LF":               {"NOOP\r\r\n", 250},
		"NUL in the verb":        {"NO\x00OP\r\n", 500},
		"NUL in an argument":     {"NOOP \x00\r\n", 250},
		"8-bit verb":             {"N\xc3\x96\xc3\x96P\r\n", 500},
		"8-bit not UTF-8":        {"\xff\xfe\xfd\r\n", 500},
		"leading space":          {" NOOP\r\n", 500},
		"trailing space":         {"NOOP  \r\n", 250},
		"longest line":           {"NOOP " + strings.Repeat("x", 4096-7) + "\r\n", 250},
		"line too long":          {"NOOP " + strings.Repeat("x", 4096-6) + "\r\n", 500},
		"line far too long":      {strings.Repeat("x", 100_000) + "\r\n", 500},
		"verb of a proxy":        {"GET / HTTP/1.1\r\n", 500},
		"EHLO without a name":    {"EHLO\r\n", 501},
		"MAIL without brackets":  {"MAIL FROM a@example.test\r\n", 501},
		"MAIL, unknown option":   {"MAIL FROM:<a@example.test> XYZZY=1\r\n", 500},
		"RCPT before MAIL":       {"RCPT TO:<b@example.test>\r\n", 502},
		"DATA before MAIL":       {"DATA\r\n", 502},
		"DATA with an argument":  {"DATA now\r\n", 501},
		"BDAT before MAIL":       {"BDAT 0 LAST\r\n", 502},
		"BDAT without a size":    {"BDAT\r\n", 501},
		"BDAT, size below zero":  {"BDAT -1\r\n", 501},
		"BDAT, size no number":   {"BDAT x LAST\r\n", 501},
		"BDAT, not LAST":         {"BDAT 0 FIRST\r\n", 501},
		"STARTTLS with argument": {"STARTTLS now\r\n", 501},
		"VRFY":                   {"VRFY b\r\n", 252},
		"EXPN":                   {"EXPN b\r\n", 502},
		"HELP":                   {"HELP\r\n", 502},
		"RSET":                   {"RSET\r\n", 250},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t, nil)
			c := dial(t, s)
			c.ehlo()
			c.send(tt.line)
			c.want(tt.code)
			c.say("NOOP", 250) // one reply, and the session goes on
			c.quit()
			checkOutcome(t, only(t, s), fakemx.Idle, "")
		})
	}
}

// A client that begins TLS where it may not gets a reply at once, and no more:
// its hello may hold line ends or none.
func TestTLSRecordInClear(t *testing.T) {
	t.Parallel()
	for _, rest := range []string{"", "\n\n\n\n\n\n\n\n\n\n\n\n", strings.Repeat("x", 10_000)} {
		s := play(t, nil)
		c := dial(t, s)
		c.ehlo()
		c.send("\x16\x03\x01\x00\xf8\x01\x00\x00\xf4\x03\x03" + rest)
		c.want(500)
		c.hangUp()
		session := only(t, s)
		checkOutcome(t, session, fakemx.Idle, "")
		if !heard(session, "[a TLS record]") {
			t.Error(session.Narrate())
		}
	}
}

func TestLineWithoutEnd(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := dial(t, s)
	go c.send(strings.Repeat("x", 2<<20))
	c.want(421)
	_ = c.ended() // it may be a reset, since the rest is not read
	c.hangUp()
	checkOutcome(t, only(t, s), fakemx.Faulted, "")
}

// A client that never says anything sensible is sent away.
func TestTooManyErrors(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := dial(t, s)
	for range 9 {
		c.say("\x00\x01\x02", 500)
	}
	c.send("\xff\r\n")
	c.want(500)
	c.want(421)
	if err := c.ended(); err != nil {
		t.Error(err)
	}
	checkOutcome(t, only(t, s), fakemx.Faulted, "")
}

func TestTooManyErrorsOfSyntax(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := dial(t, s)
	for range 40 {
		c.send("BDAT\tx\r\nEHLO \r\n")
	}
	if err := c.ended(); err != nil {
		t.Error(err)
	}
	checkOutcome(t, only(t, s), fakemx.Faulted, "")
}

func TestPipelining(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := dial(t, s)
	c.ehlo()
	c.send("MAIL FROM:<a@example.test>\r\nRCPT TO:<b@example.test>\r\nRCPT TO:<c@example.test>\r\nDATA\r\n")
	for _, code := range []int{250, 250, 250, 354} {
		c.want(code)
	}
	c.send("x\r\n.\r\nRSET\r\nMAIL FROM:<d@example.test>\r\nNOOP\r\nQUIT\r\n")
	for _, code := range []int{250, 250, 250, 250, 221} {
		c.want(code)
	}
	if err := c.ended(); err != nil {
		t.Error(err)
	}
	session := only(t, s)
	checkOutcome(t, session, fakemx.DeliveredClear, "")
	if len(session.Transactions) != 2 || session.Transactions[1].From != "d@example.test" || session.Transactions[1].Accepted {
		t.Errorf("transactions %+v", session.Transactions)
	}
}

func TestHELO(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := dial(t, s)
	if text := c.say("HELO old.example.test", 250); strings.Contains(text, "\n") {
		t.Errorf("the reply to HELO has more than one line: %q", text)
	}
	c.begin()
	c.say("DATA", 354)
	c.say("x\r\n.", 250)
	c.quit()
	session := only(t, s)
	if session.HELO != "old.example.test" || session.ESMTP || session.Transactions[0].With != "SMTP" {
		t.Errorf("helo %q, esmtp %v, with %q", session.HELO, session.ESMTP, session.Transactions[0].With)
	}
}

func TestPeerWithoutESMTP(t *testing.T) {
	t.Parallel()
	s := play(t, func(p *scenarios.Peer) { p.SMTP.ESMTP = false })
	c := dial(t, s)
	c.say("EHLO client.example.test", 502)
	c.say("HELO client.example.test", 250)
	c.say("STARTTLS", 500)
	c.quit()
	if session := only(t, s); session.ESMTP || session.HELO != "client.example.test" {
		t.Errorf("helo %q, esmtp %v", session.HELO, session.ESMTP)
	}
}

// The last EHLO counts, and it ends a transaction (RFC 5321 section 4.1.4).
func TestSecondEHLO(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := dial(t, s)
	c.ehlo()
	c.begin()
	c.say("EHLO other.example.test", 250)
	c.say("RCPT TO:<b@example.test>", 502)
	c.begin()
	c.say("DATA", 354)
	c.say(".", 250)
	c.quit()
	session := only(t, s)
	if session.HELO != "other.example.test" || !strings.Contains(session.Transactions[1].Received, "other.example.test") {
		t.Errorf("helo %q, received %q", session.HELO, session.Transactions[1].Received)
	}
}

// A name that is not one must not break the field or the record.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"a)(b", "[1.2.3.4", "a\rX-Injected:\ryes", "\"", "<script>", "\xff\x00", strings.Repeat("a", 4000), "a;b", "[IPv6:::1]",
	} {
		s := play(t, nil)
		c := dial(t, s)
		c.say("EHLO "+name, 250)
		c.begin()
		c.say("DATA", 354)
		c.say(".", 250)
		c.quit()
		session := only(t, s)
		checkOutcome(t, session, fakemx.DeliveredClear, "")
		checkReceived(t, session.Transactions[0].Received)
	}
}

// checkReceived holds that a field is one field, printable and folded.
func checkReceived(t *testing.T, field string) {
	t.Helper()
	body, ok := strings.CutSuffix(field, "\r\n")
	if !ok || !strings.HasPrefix(field, "Received: from ") {
		t.Errorf("no field: %q", field)
	}
	for i, line := range strings.Split(body, "\r\n") {
		if i > 0 && !strings.HasPrefix(line, "\t") && !strings.HasPrefix(line, " ") {
			t.Errorf("line %d is no continuation: %q", i+1, line)
		}
		if strings.ContainsFunc(line, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
			t.Errorf("line %d has control characters: %q", i+1, line)
		}
	}
}
