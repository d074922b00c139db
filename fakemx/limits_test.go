package fakemx_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx"
)

func TestTooManyRecipients(t *testing.T) {
	t.Parallel()
	s := play(t, nil, func(c *fakemx.Config) { c.MaxRecipients = 3 })
	c := dial(t, s)
	c.ehlo()
	c.say("MAIL FROM:<a@example.test>", 250)
	for i := range 5 {
		code := 250
		if i >= 3 {
			code = 452
		}
		c.say(fmt.Sprintf("RCPT TO:<r%d@example.test>", i), code)
	}
	c.say("DATA", 354)
	c.say(".", 250)
	c.quit()
	if to := only(t, s).Transactions[0].To; len(to) != 3 {
		t.Errorf("recipients %q", to)
	}
}

func TestTooManyConnections(t *testing.T) {
	t.Parallel()
	s := play(t, nil, func(c *fakemx.Config) { c.MaxConnections = 2 })
	first, second := dial(t, s), dial(t, s)
	third := dialTo(t, s.Addr())
	third.want(421)
	if err := third.ended(); err != nil {
		t.Error(err)
	}
	session := wait(t, s)
	checkOutcome(t, session, fakemx.Faulted, "")
	if !heard(session, "421 4.7.0 Too many connections") {
		t.Error(session.Narrate())
	}
	first.quit()
	wait(t, s)
	fourth := dial(t, s) // there is room again
	fourth.quit()
	second.quit()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if n := len(s.Sessions()); n != 4 {
		t.Errorf("%d sessions, want 4", n)
	}
}

// Whatever a client is meant to send next, it has so much time for it.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	for name, lead := range map[string]func(*talker){
		"says nothing":       func(*talker) {},
		"half a command":     func(c *talker) { c.send("NOO") },
		"half a long line":   func(c *talker) { c.send(strings.Repeat("x", 10_000)) },
		"behind EHLO":        func(c *talker) { c.ehlo() },
		"amid AUTH":          func(c *talker) { c.ehlo(); c.say("AUTH LOGIN", 334) },
		"amid a refused one": func(c *talker) { c.ehlo(); c.send("BDAT 9\r\nx"); c.want(502) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t, authEverywhere, within(patience), fakemx.WithUser("user", password))
			c := dial(t, s)
			lead(c)
			if rest := c.rest(); rest != "421 4.4.2 Time limit reached, closing connection\r\n" {
				t.Errorf("the client is told %q", rest)
			}
			c.hangUp()
			session := only(t, s)
			checkOutcome(t, session, fakemx.Faulted, "")
			if !heard(session, "time limit reached") {
				t.Error(session.Narrate())
			}
		})
	}
}

// A message that comes an octet at a time has more time than a command, but not
// for ever.
func TestSlowMessages(t *testing.T) {
	t.Parallel()
	for name, lead := range map[string]func(*talker){
		"DATA":            func(c *talker) { addressed(c); c.say("DATA", 354) },
		"BDAT":            func(c *talker) { addressed(c); c.send("BDAT 1000000 LAST\r\n") },
		"chunks":          func(c *talker) { addressed(c); c.say("BDAT 1\r\nx", 250); c.send("BDAT 1000000 LAST\r\n") },
		"a refused chunk": func(c *talker) { introduced(c); c.send("BDAT 1000000\r\n"); c.want(502) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const limit = patience / 2
			s := play(t, nil, within(limit))
			c := dialTo(t, s.Addr())
			lead(c)
			began := time.Now()
			ended := make(chan struct{})
			go func() {
				_, _ = io.Copy(io.Discard, c.in)
				close(ended)
			}()
			pause := time.NewTicker(limit / 10)
			defer pause.Stop()
			for over := false; !over; {
				select {
				case <-ended:
					over = true
				case <-pause.C:
					c.send("x")
				}
				if time.Since(began) > 60*limit {
					t.Fatal("the message never ends")
				}
			}
			if took := time.Since(began); took < 9*limit {
				t.Errorf("ended after %s, a message has %s", took, 10*limit)
			}
			c.hangUp()
			session := only(t, s)
			checkOutcome(t, session, fakemx.Faulted, "")
			if len(s.Messages()) > 0 || !heard(session, "time limit reached") {
				t.Error(session.Narrate())
			}
		})
	}
}

func TestSlowClientInTLS(t *testing.T) {
	t.Parallel()
	s := play(t, nil, within(2*patience))
	c := dial(t, s)
	c.ehlo()
	c.startTLS(s.ClientTLS())
	if rest := c.rest(); rest != "421 4.4.2 Time limit reached, closing connection\r\n" {
		t.Errorf("the client is told %q", rest)
	}
	checkOutcome(t, only(t, s), fakemx.Faulted, "")
}

func TestHandshakeThatNeverBegins(t *testing.T) {
	t.Parallel()
	s := play(t, nil, within(patience), withSMTPS)
	upgraded := dial(t, s)
	upgraded.ehlo()
	upgraded.say("STARTTLS", 220)
	implicit := dialTo(t, s.SMTPSAddr())
	implicit.send("\x16\x03\x01")
	for _, c := range []*talker{upgraded, implicit} {
		if err := c.ended(); err != nil && !errors.Is(err, syscall.ECONNRESET) {
			t.Error(err)
		}
		session := wait(t, s)
		checkOutcome(t, session, fakemx.Faulted, "")
		if session.TLS == nil || session.TLS.Completed || !strings.Contains(session.TLS.Error, "timeout") {
			t.Errorf("TLS %+v", session.TLS)
		}
	}
}

// A client that sends and never reads fills the buffers of both sides.
func TestClientThatNeverReads(t *testing.T) {
	t.Parallel()
	s := play(t, nil, within(patience))
	c := dial(t, s)
	lines := strings.Repeat("NOOP\r\n", 10_000)
	for {
		if _, err := io.WriteString(c.conn, lines); err != nil {
			break
		}
	}
	session := only(t, s)
	checkOutcome(t, session, fakemx.Faulted, "")
	if n := len(session.Transcript); n > 1000 {
		t.Errorf("the transcript has %d lines", n)
	}
	if last := session.Transcript[len(session.Transcript)-1]; !strings.Contains(last.Text, "transcript is full") {
		t.Errorf("the last line is %q", last.Text)
	}
}

func TestLongLinesInTheTranscript(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := dial(t, s)
	c.say("NOOP "+strings.Repeat("ä", 1500), 250)
	c.quit()
	session := only(t, s)
	for _, l := range session.Transcript {
		if len(l.Text) > 1100 {
			t.Errorf("a line of %d octets", len(l.Text))
		}
	}
	if !heard(session, "[…]") {
		t.Error("the transcript does not say that a line was cut")
	}
}

// Clients vanish at every point, in every way.
func TestClientsVanish(t *testing.T) {
	t.Parallel()
	points := map[string]func(*talker, *fakemx.Server){
		"at once":        func(*talker, *fakemx.Server) {},
		"greeted":        func(c *talker, _ *fakemx.Server) { c.want(220) },
		"half a line":    func(c *talker, _ *fakemx.Server) { c.want(220); c.send("EHL") },
		"introduced":     func(c *talker, _ *fakemx.Server) { introduced(c) },
		"mailing":        func(c *talker, _ *fakemx.Server) { addressed(c) },
		"writing":        func(c *talker, _ *fakemx.Server) { writing(c); c.send("x") },
		"behind the dot": func(c *talker, _ *fakemx.Server) { writing(c); c.send("x\r\n.\r\n") },
		"STARTTLS":       func(c *talker, _ *fakemx.Server) { introduced(c); c.send("STARTTLS\r\n") },
		"half a hello":   func(c *talker, _ *fakemx.Server) { introduced(c); c.say("STARTTLS", 220); c.send("\x16\x03\x01\x02") },
		"in TLS":         func(c *talker, s *fakemx.Server) { introduced(c); c.startTLS(s.ClientTLS()) },
		"without close_notify": func(c *talker, s *fakemx.Server) {
			introduced(c)
			raw := c.conn
			c.startTLS(s.ClientTLS())
			c.ehlo()
			c.conn = raw
		},
		"garbage in TLS": func(c *talker, s *fakemx.Server) {
			introduced(c)
			raw := c.conn
			c.startTLS(s.ClientTLS())
			c.conn = raw
			c.send("\x17\x03\x03\x00\x05QUIT\n")
		},
		"clear text in TLS": func(c *talker, s *fakemx.Server) {
			introduced(c)
			raw := c.conn
			c.startTLS(s.ClientTLS())
			c.conn = raw
			c.send("MAIL FROM:<a@example.test>\r\n")
		},
	}
	for name, lead := range points {
		for _, linger := range []int{-1, 0} { // FIN, RST
			t.Run(fmt.Sprintf("%s %d", name, linger), func(t *testing.T) {
				t.Parallel()
				s := play(t, nil)
				c := dialTo(t, s.Addr())
				socket := c.conn
				lead(c, s)
				if linger >= 0 {
					_ = socket.(interface{ SetLinger(int) error }).SetLinger(linger)
				}
				c.hangUp()
				session := only(t, s)
				for _, tr := range session.Transactions {
					if tr.Accepted != (len(s.Messages()) == 1) {
						t.Errorf("accepted %v, %d messages", tr.Accepted, len(s.Messages()))
					}
				}
			})
		}
	}
}

// Sessions do not get into one another.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	var clients sync.WaitGroup
	for i := range 20 {
		clients.Go(func() {
			config := s.ClientTLS()
			if i%2 == 0 {
				config = nil
			}
			if err := deliver(s, config, nil); err != nil {
				t.Error(err)
			}
		})
	}
	clients.Wait()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	ids := map[string]bool{}
	for _, session := range s.Sessions() {
		ids[session.ID] = true
	}
	if len(ids) != 20 || len(s.Messages()) != 20 {
		t.Errorf("%d sessions, %d messages, want 20 of each", len(ids), len(s.Messages()))
	}
}
