package fakemx_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/scenarios"
)

// bodies are messages that a careless server would change.
var bodies = map[string]string{
	"empty":               "",
	"plain":               "Subject: x\r\n\r\nhello\r\n",
	"dots":                ".\r\n..\r\n.a\r\n...\r\n",
	"bare LF":             "a\nb\n.\nc\r\n",
	"bare CR":             "a\rb\r.\rc\r\n",
	"smuggled command":    "a\n.\r\nMAIL FROM:<x@example.test>\r\n",
	"NUL and 8-bit":       "\x00\x01\xff\xfe\r\n",
	"long line":           strings.Repeat("x", 100_000) + "\r\n",
	"blank lines":         "\r\n\r\n\r\n",
	"Received of our own": "Received: from nobody\r\n\r\n",
}

// stuff is a message as DATA carries it (RFC 5321 section 4.5.2).
func stuff(message string) string {
	return strings.ReplaceAll("\r\n"+message, "\r\n.", "\r\n..")[2:] + ".\r\n"
}

func TestMessagesAreExact(t *testing.T) {
	t.Parallel()
	transports := map[string]func(*talker, string){
		"DATA": func(c *talker, m string) {
			c.say("DATA", 354)
			c.send(stuff(m))
			c.want(250)
		},
		"DATA, octet by octet": func(c *talker, m string) {
			c.say("DATA", 354)
			stream := stuff(m)
			at := max(0, len(stream)-1000) // what is before shows nothing new
			c.send(stream[:at])
			for ; at < len(stream); at++ {
				c.send(stream[at : at+1])
			}
			c.want(250)
		},
		"BDAT": func(c *talker, m string) {
			c.send(fmt.Sprintf("BDAT %d LAST\r\n%s", len(m), m))
			c.want(250)
		},
		"BDAT in chunks": func(c *talker, m string) {
			half := len(m) / 2
			c.send(fmt.Sprintf("BDAT %d\r\n%sBDAT 0\r\nBDAT %d\r\n%sBDAT 0 LAST\r\n", half, m[:half], len(m)-half, m[half:]))
			for range 4 {
				c.want(250)
			}
		},
	}
	for transport, carry := range transports {
		for name, body := range bodies {
			t.Run(transport+" "+name, func(t *testing.T) {
				t.Parallel()
				s := play(t, nil)
				c := dial(t, s)
				c.ehlo()
				c.begin()
				carry(c, body)
				c.say("NOOP", 250)
				c.quit()
				checkStored(t, s, body)
			})
		}
	}
}

// checkStored holds the one message and its transaction against what was sent.
func checkStored(t *testing.T, s *fakemx.Server, body string) {
	t.Helper()
	session := only(t, s)
	messages := s.Messages()
	if len(messages) != 1 || len(session.Transactions) != 1 {
		t.Fatalf("%d messages, %d transactions", len(messages), len(session.Transactions))
	}
	m, tr := messages[0], session.Transactions[0]
	rest, ok := bytes.CutPrefix(m.Data, []byte(tr.Received))
	if !ok || tr.Received == "" || tr.Received != m.Received {
		t.Errorf("the message does not begin with the field that is recorded: %q, %q", tr.Received, m.Received)
	}
	if string(rest) != body {
		t.Errorf("stored %.200q, want %.200q", rest, body)
	}
	if !tr.Accepted || tr.Size != int64(len(body)) || tr.QueueID != m.QueueID || m.SessionID != session.ID {
		t.Errorf("transaction %+v, message of %s, session %s", tr, m.SessionID, session.ID)
	}
	if len(m.To) != 1 || m.To[0] != "b@example.test" || m.From != "a@example.test" {
		t.Errorf("envelope %q, %q", m.From, m.To)
	}
	checkReceived(t, tr.Received)
}

func TestBinaryMessage(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := dial(t, s)
	c.ehlo()
	c.say("MAIL FROM:<a@example.test> BODY=BINARYMIME", 250)
	c.say("RCPT TO:<b@example.test>", 250)
	c.say("DATA", 502) // RFC 3030 section 3
	c.send("BDAT 5 LAST\r\n\x00\n.\r.")
	c.want(250)
	c.quit()
	checkStored(t, s, "\x00\n.\r.")
}

func TestTwoMessages(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := dial(t, s)
	c.ehlo()
	for range 2 {
		c.begin()
		c.say("DATA", 354)
		c.say("x\r\n.", 250)
		c.begin()
		c.send("BDAT 1 LAST\r\ny")
		c.want(250)
	}
	c.quit()
	only(t, s)
	if n := len(s.Messages()); n != 4 {
		t.Errorf("%d messages, want 4", n)
	}
}

func TestNoReceived(t *testing.T) {
	t.Parallel()
	s := play(t, func(p *scenarios.Peer) { p.Trace.Absent = true })
	if err := deliver(s, nil, nil); err != nil {
		t.Fatal(err)
	}
	session := only(t, s)
	if got := string(s.Messages()[0].Data); got != message || session.Transactions[0].Received != "" {
		t.Errorf("stored %q, received %q", got, session.Transactions[0].Received)
	}
}

// RFC 5321 section 7.6: with more than one recipient none is named.
func TestForNamesASingleRecipient(t *testing.T) {
	t.Parallel()
	for recipients, named := range map[int]bool{1: true, 2: false} {
		s := play(t, nil)
		c := dial(t, s)
		c.ehlo()
		c.say("MAIL FROM:<>", 250)
		for i := range recipients {
			c.say(fmt.Sprintf("RCPT TO:<r%d@example.test>", i), 250)
		}
		c.say("DATA", 354)
		c.say(".", 250)
		c.quit()
		session := only(t, s)
		if tr := session.Transactions[0]; strings.Contains(tr.Received, "r0@example.test") != named || len(tr.To) != recipients {
			t.Errorf("%d recipients: %q, received %q", recipients, tr.To, tr.Received)
		}
	}
}

func TestMessageTooLarge(t *testing.T) {
	t.Parallel()
	limit := func(c *fakemx.Config) { c.MaxMessageBytes = 100 }
	for name, tt := range map[string]struct {
		carry func(*talker)
		last  int // code of the last reply
	}{
		"by SIZE": {func(c *talker) { c.send("MAIL FROM:<a@example.test> SIZE=101\r\n") }, 552},
		"DATA": {func(c *talker) {
			c.begin()
			c.say("DATA", 354)
			c.send(strings.Repeat("x", 99) + "\r\n.\r\n")
		}, 552},
		"DATA of many reads": {func(c *talker) {
			c.begin()
			c.say("DATA", 354)
			c.send(strings.Repeat(strings.Repeat("x", 70)+"\r\n", 10_000) + ".\r\n")
		}, 552},
		"DATA that just fits": {func(c *talker) {
			c.begin()
			c.say("DATA", 354)
			c.send(strings.Repeat("x", 98) + "\r\n.\r\n")
		}, 250},
		"BDAT": {func(c *talker) {
			c.begin()
			c.send("BDAT 101 LAST\r\n" + strings.Repeat("x", 101))
		}, 552},
		"second chunk": {func(c *talker) {
			c.begin()
			c.send("BDAT 60\r\n" + strings.Repeat("x", 60))
			c.want(250)
			c.send("BDAT 60 LAST\r\n" + strings.Repeat("x", 60))
		}, 552},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t, nil, limit)
			c := dial(t, s)
			if keywords := strings.Join(c.ehlo(), "\n"); !strings.Contains(keywords, "SIZE 100\n") {
				t.Errorf("the limit is not announced: %q", keywords)
			}
			tt.carry(c)
			c.want(tt.last)
			c.say("NOOP", 250)
			c.quit()
			session := only(t, s)
			if stored := len(s.Messages()) == 1; stored != (tt.last == 250) {
				t.Errorf("stored %v", stored)
			}
			for _, tr := range session.Transactions {
				if tr.Accepted != (tt.last == 250) {
					t.Errorf("transaction %+v", tr)
				}
			}
		})
	}
}

func TestBDATWithoutCHUNKING(t *testing.T) {
	t.Parallel()
	s := play(t, func(p *scenarios.Peer) { p.SMTP.Extensions = []string{"PIPELINING"} })
	c := dial(t, s)
	c.ehlo()
	c.begin()
	c.send("BDAT 6 LAST\r\nQUIT\r\n") // the chunk is no command
	c.want(502)
	c.say("DATA", 354)
	c.say(".", 250)
	c.quit()
	only(t, s)
}

// A chunk comes whatever the answer, so what is in it is never a command.
func TestRefusedChunksArePassedOver(t *testing.T) {
	t.Parallel()
	s := faulty(t, scenarios.Fault{At: scenarios.AtDATA, Do: scenarios.DoReply, Text: "451 4.3.0 Later", First: 1})
	c := dial(t, s)
	c.ehlo()
	c.begin()
	big := strings.Repeat("RSET\r\n", 50_000)
	c.send(fmt.Sprintf("BDAT %d LAST\r\n%sNOOP\r\n", len(big), big))
	c.want(451)
	c.want(250)
	c.quit()
	only(t, s)
}

func TestRSETAmidChunks(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := dial(t, s)
	c.ehlo()
	c.begin()
	c.send("BDAT 1\r\nx")
	c.want(250)
	for line, code := range map[string]int{"DATA": 502, "MAIL FROM:<c@example.test>": 503, "RCPT TO:<c@example.test>": 502} {
		c.say(line, code)
	}
	c.say("RSET", 250)
	c.begin()
	c.say("DATA", 354)
	c.say("y\r\n.", 250)
	c.quit()
	session := only(t, s)
	if len(session.Transactions) != 2 || session.Transactions[0].Accepted || !session.Transactions[1].Accepted {
		t.Errorf("transactions %+v", session.Transactions)
	}
	if n := len(s.Messages()); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
}

// EHLO ends a transaction even between its chunks, and a first chunk may be
// empty.
func TestEHLOAmidChunks(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := dial(t, s)
	for range 20 {
		c.ehlo()
		c.begin()
		c.send("BDAT 0\r\nEHLO other.example.test\r\nMAIL FROM:<c@example.test>\r\nRCPT TO:<d@example.test>\r\nBDAT 0\r\nRSET\r\n")
		for range 6 {
			c.want(250)
		}
	}
	c.quit()
	only(t, s)
	if n := len(s.Messages()); n != 0 {
		t.Errorf("%d messages, want none", n)
	}
}

// A message that gets too large behind an empty chunk is over before the next
// one begins, however long the store takes to give it up.
func TestTooLargeBehindAnEmptyChunk(t *testing.T) {
	t.Parallel()
	kept := new(store.Memory)
	s := play(t, nil, func(c *fakemx.Config) { c.MaxMessageBytes, c.Store = 100, slowToAbort{kept} })
	c := dial(t, s)
	c.ehlo()
	c.begin()
	c.send("BDAT 0\r\nBDAT 101\r\n" + strings.Repeat("x", 101))
	c.want(250)
	c.want(552)
	c.begin()
	c.send("BDAT 5 LAST\r\nhello")
	c.want(250)
	c.quit()
	session := only(t, s)
	if n := len(kept.Messages()); n != 1 || session.Transactions[0].Accepted || !session.Transactions[1].Accepted {
		t.Errorf("%d messages, want the second\n%s", n, session.Narrate())
	}
}

// slowToAbort is a store that takes its time to give a message up.
type slowToAbort struct{ store.Store }

func (s slowToAbort) Create(e store.Envelope) (store.Writer, error) {
	w, err := s.Store.Create(e)
	return abortsSlowly{w}, err
}

type abortsSlowly struct{ store.Writer }

func (w abortsSlowly) Abort() error {
	time.Sleep(50 * time.Millisecond)
	return w.Writer.Abort()
}

// An EHLO that is refused changes nothing.
func TestMalformedEHLOAmidChunks(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := dial(t, s)
	c.ehlo()
	c.begin()
	c.send("BDAT 1\r\nx")
	c.want(250)
	c.say("EHLO", 501)
	c.say("HELO ", 501)
	c.send("BDAT 1 LAST\r\ny")
	c.want(250)
	c.quit()
	checkStored(t, s, "xy")
}

// What breaks off was never sent: it is not stored and not accepted.
func TestMessageBreaksOff(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"behind 354":               "DATA\r\n",
		"in DATA":                  "DATA\r\nx\r\n",
		"in DATA, before the dot":  "DATA\r\nx\r\n.\r",
		"in the last chunk":        "BDAT 100 LAST\r\nx",
		"before the last chunk":    "BDAT 100 LAST\r\n",
		"in a chunk":               "BDAT 100\r\nx",
		"between chunks":           "BDAT 1\r\nx",
		"behind an empty chunk":    "BDAT 0\r\n",
		"in a chunk, far into it":  "BDAT 100000 LAST\r\n" + strings.Repeat("x", 90_000),
		"in DATA, far into it":     "DATA\r\n" + strings.Repeat("x\r\n", 30_000),
		"in a chunk that is large": "BDAT 4294967295 LAST\r\nx",
	} {
		for way, hangUp := range map[string]func(*talker){"FIN": (*talker).hangUp, "limit of time": func(*talker) {}} {
			t.Run(name+" "+way, func(t *testing.T) {
				t.Parallel()
				s := play(t, nil, within(patience))
				c := dial(t, s)
				c.ehlo()
				c.begin()
				c.send(text)
				hangUp(c)
				if way != "FIN" {
					rest := c.rest()
					if !strings.HasSuffix(rest, "421 4.4.2 Time limit reached, closing connection\r\n") {
						t.Errorf("the client is told %q", rest)
					}
				}
				session := only(t, s)
				outcome := fakemx.Refused
				if way != "FIN" {
					outcome = fakemx.Faulted
				}
				checkOutcome(t, session, outcome, "")
				if session.Transactions[0].Accepted || len(s.Messages()) != 0 {
					t.Error("half a message was accepted")
				}
			})
		}
	}
}
