package fakemx_test

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// Raw octets take the place of the reply, and the command is carried out.
func TestRaw(t *testing.T) {
	t.Parallel()
	each(t, scenarios.DoRaw, func(t *testing.T, st step) {
		const text = `299-odd\xff\n` + "nothing\r\n" + `\\ {hostname}{padding:3}`
		const octets = "299-odd\xff\nnothing\r\n\\ mx.healthy.fakemx.testxxx"
		s := faulty(t, scenarios.Fault{At: st.at, Do: scenarios.DoRaw, Text: text, First: 1})
		c := dialTo(t, s.Addr())
		st.lead(c)
		c.send(st.line)
		got := make([]byte, len(octets))
		if _, err := io.ReadFull(c.in, got); err != nil || string(got) != octets {
			t.Errorf("the client sees %q, %v", got, err)
		}
		c.hangUp()
		session := only(t, s)
		if session.Fault.String() != string(st.at)+" raw" || !heard(session, "299-odd\uFFFD") || !heard(session, `\ mx.healthy.fakemx.testxxx`) {
			t.Errorf("the record does not tell:\n%s", session.Narrate())
		}
		if stored := len(s.Messages()) == 1; stored != (st.at == scenarios.AtDot) {
			t.Errorf("stored %v", stored)
		}
	})
}

// A whole session behind raw replies, in clear and in TLS: everything is carried
// out, and only the next reply is another.
func TestRawRepliesAreCarriedOut(t *testing.T) {
	t.Parallel()
	s := play(t, func(p *scenarios.Peer) {
		for _, at := range []scenarios.Point{
			scenarios.AtGreeting, scenarios.AtEHLO, scenarios.AtSTARTTLS, scenarios.AtMAIL, scenarios.AtRCPT,
			scenarios.AtDATA, scenarios.AtDot,
		} {
			p.Faults = append(p.Faults, scenarios.Fault{At: at, Do: scenarios.DoRaw, Text: "299 " + string(at) + "\r\n"})
		}
	})
	c := dialTo(t, s.Addr())
	say := func(line, at string) {
		t.Helper()
		c.send(line)
		if text := c.want(299); text != at {
			t.Fatalf("the reply is %q, want %q", text, at)
		}
	}
	say("", "greeting")
	say("EHLO client.example.test\r\n", "ehlo")
	say("STARTTLS\r\n", "starttls")
	c.secure(s.ClientTLS())
	say("EHLO client.example.test\r\n", "ehlo")
	say("MAIL FROM:<a@example.test>\r\n", "mail")
	say("RCPT TO:<b@example.test>\r\n", "rcpt")
	say("DATA\r\n", "data")
	say("x\r\n.\r\n", "dot")
	c.quit()
	checkOutcome(t, only(t, s), fakemx.DeliveredTLS, "dot raw")
}

// In place of TLS come octets that are none, and the session goes on in clear.
func TestRawInPlaceOfTLS(t *testing.T) {
	t.Parallel()
	s := faulty(t, scenarios.Fault{At: scenarios.AtHandshake, Do: scenarios.DoRaw, Text: `SSH-2.0-x\r\n`})
	c := dialTo(t, s.Addr())
	introduced(c)
	c.say("STARTTLS", 220)
	if line, err := c.in.ReadString('\n'); err != nil || line != "SSH-2.0-x\r\n" {
		t.Errorf("the client sees %q, %v", line, err)
	}
	c.say("NOOP", 250)
	c.quit()
	checkOutcome(t, only(t, s), fakemx.Refused, "handshake raw")
}

// What waits for a client that has gone says what it always says.
func TestRawIsNotSaidInstead(t *testing.T) {
	t.Parallel()
	s := faulty(t, scenarios.Fault{At: scenarios.AtDATA, Do: scenarios.DoRaw, Text: "raw"}, within(short))
	c := dialTo(t, s.Addr())
	addressed(c)
	c.send("BDAT 3 LAST\r\nx")
	if got := c.rest(); !strings.HasPrefix(got, "421 ") {
		t.Errorf("the client sees %q", got)
	}
}

// A hidden keyword is one not offered, and its command is not taken.
func TestHiddenCommandsAreNotTaken(t *testing.T) {
	t.Parallel()
	for keyword, line := range map[string]string{"STARTTLS": "STARTTLS", "AUTH": "AUTH ANONYMOUS =", "CHUNKING": "BDAT 0 LAST"} {
		s := play(t, func(p *scenarios.Peer) {
			p.SMTP.Auth.Offer = scenarios.Everywhere
			p.Faults = []scenarios.Fault{{At: scenarios.AtEHLO, In: scenarios.InClear, Do: scenarios.DoHide, Text: keyword, Every: 2}}
		})
		for i, struck := range []bool{true, false} {
			c := dial(t, s)
			if offered := slices.Contains(verbs(c.ehlo()), keyword); offered == struck {
				t.Errorf("%s is offered in session %d: %t", keyword, i+1, offered)
			}
			if keyword == "CHUNKING" {
				c.begin()
			}
			c.send(line + "\r\n")
			if code, _, err := c.reply(); err != nil || (code[0] == '5') != struck {
				t.Errorf("%s in session %d: %s, %v", line, i+1, code, err)
			}
			c.hangUp()
		}
	}
}

func TestKeywordInOtherCase(t *testing.T) {
	t.Parallel()
	s := play(t, func(p *scenarios.Peer) {
		p.SMTP.StartTLS.Keyword, p.SMTP.StartTLS.Position = "StartTLS", 1
	})
	c := dial(t, s)
	if first := c.ehlo()[0]; first != "StartTLS" {
		t.Errorf("the first keyword is %s", first)
	}
	c.startTLS(s.ClientTLS())
	c.ehlo()
	c.quit()
}

func TestPositionOfTheKeyword(t *testing.T) {
	t.Parallel()
	for position, want := range map[int]int{0: 8, 1: 0, 3: 2, 9: 8, 99: 9} {
		s := play(t, func(p *scenarios.Peer) {
			p.SMTP.StartTLS.Position, p.SMTP.Auth.Offer = position, scenarios.Everywhere
		})
		c := dial(t, s)
		keywords := c.ehlo()
		if got := slices.Index(keywords, "STARTTLS"); got != want {
			t.Errorf("position %d: place %d of %q, want %d", position, got, keywords, want)
		}
		c.quit()
	}
}

// A mechanism that the server cannot do is offered all the same.
func TestUnknownMechanismIsOffered(t *testing.T) {
	t.Parallel()
	s := play(t, func(p *scenarios.Peer) {
		p.SMTP.Auth = scenarios.Auth{Offer: scenarios.Everywhere, Mechanisms: []string{"X-OWN", "NTLM"}}
	})
	c := dial(t, s)
	if keywords := c.ehlo(); !slices.Contains(keywords, "AUTH X-OWN NTLM") {
		t.Errorf("the keywords are %q", keywords)
	}
	c.say("AUTH X-OWN c2VjcmV0", 504)
	c.say("AUTH PLAIN AHUAcA==", 504)
	c.say("MAIL FROM:<a@example.test>", 250)
	c.quit()
	session := only(t, s)
	if session.Auth == nil || session.Auth.Mechanism != "PLAIN" || session.Auth.Succeeded {
		t.Errorf("auth %+v", session.Auth)
	}
	if !heard(session, "AUTH X-OWN [initial response withheld]") {
		t.Errorf("the record does not tell:\n%s", session.Narrate())
	}
}
