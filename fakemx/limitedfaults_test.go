package fakemx_test

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// later is a reply that no healthy peer gives.
const later = "450 4.2.1 Later"

// A fault can be limited to transactions with a parameter of MAIL.
func TestFaultsMatchParameters(t *testing.T) {
	t.Parallel()
	for _, at := range []scenarios.Point{scenarios.AtMAIL, scenarios.AtRCPT} {
		s := faulty(t, scenarios.Fault{At: at, Do: scenarios.DoReply, Text: later, Match: &scenarios.Match{Parameter: "size"}})
		c := dial(t, s)
		c.ehlo()
		for parameters, struck := range map[string]bool{
			"": false, " BODY=8BITMIME": false, " SIZE=9": true, " BODY=8BITMIME SIZE=9": true, " size=9": true,
		} {
			codes := map[scenarios.Point]int{scenarios.AtMAIL: 250, scenarios.AtRCPT: 250}
			if struck {
				codes[at] = 450
			}
			c.say("MAIL FROM:<size=9@example.test>"+parameters, codes[scenarios.AtMAIL])
			if codes[scenarios.AtMAIL] == 250 {
				c.say("RCPT TO:<b@example.test>", codes[scenarios.AtRCPT])
			}
			c.say("RSET", 250)
		}
		c.quit()
	}
}

func TestFaultsByAddress(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		at     scenarios.Point
		match  scenarios.Match
		mail   string
		rcpts  []string
		struck []bool // MAIL, each RCPT, DATA
	}{
		"recipient":        {scenarios.AtRCPT, scenarios.Match{Rcpt: "*@SLOW.test"}, "a@b", []string{"x@slow.TEST", "y@fast.test"}, []bool{false, true, false, false}},
		"whole recipient":  {scenarios.AtRCPT, scenarios.Match{Rcpt: "x@slow.test"}, "a@b", []string{"xx@slow.test", "x@slow.test"}, []bool{false, false, true, false}},
		"in the midst":     {scenarios.AtRCPT, scenarios.Match{Rcpt: "a*b*c"}, "a@b", []string{"a-b@c", "a@c"}, []bool{false, true, false, false}},
		"sender":           {scenarios.AtMAIL, scenarios.Match{Mail: "bad@*"}, "bad@b", []string{"x@y"}, []bool{true}},
		"other sender":     {scenarios.AtMAIL, scenarios.Match{Mail: "bad@*"}, "good@b", []string{"x@y"}, []bool{false, false, false}},
		"null sender":      {scenarios.AtRCPT, scenarios.Match{Mail: "<>"}, "", []string{"x@y"}, []bool{false, true}},
		"no null sender":   {scenarios.AtRCPT, scenarios.Match{Mail: "<>"}, "a@b", []string{"x@y"}, []bool{false, false, false}},
		"both":             {scenarios.AtRCPT, scenarios.Match{Mail: "a@*", Rcpt: "x@*"}, "a@b", []string{"x@y", "z@y"}, []bool{false, true, false, false}},
		"any at DATA":      {scenarios.AtDATA, scenarios.Match{Rcpt: "*@slow.test"}, "a@b", []string{"x@y", "x@slow.test"}, []bool{false, false, false, true}},
		"none at DATA":     {scenarios.AtDATA, scenarios.Match{Rcpt: "*@slow.test"}, "a@b", []string{"x@y"}, []bool{false, false, false}},
		"scenario's name":  {scenarios.AtRCPT, scenarios.Match{Rcpt: "*@{scenario}.test"}, "a@b", []string{"x@healthy.test"}, []bool{false, true}},
		"quoted, by route": {scenarios.AtRCPT, scenarios.Match{Rcpt: `"a>b"@y`}, "a@b", []string{`@r.test:"a>b"@y`}, []bool{false, true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := faulty(t, scenarios.Fault{At: tt.at, Do: scenarios.DoReply, Text: later, Match: &tt.match})
			c := dial(t, s)
			c.ehlo()
			codes := map[bool]int{false: 250, true: 450}
			c.say("MAIL FROM:<"+tt.mail+">", codes[tt.struck[0]])
			for i, struck := range tt.struck[1:min(len(tt.struck), len(tt.rcpts)+1)] {
				c.say("RCPT TO:<"+tt.rcpts[i]+">", codes[struck])
			}
			if len(tt.struck) > len(tt.rcpts)+1 {
				codes[false] = 354
				c.say("DATA", codes[tt.struck[len(tt.struck)-1]])
			}
			c.hangUp()
		})
	}
}

// What one transaction matched does not strike the next.
func TestAddressesAreOfTheirTransaction(t *testing.T) {
	t.Parallel()
	s := faulty(t, scenarios.Fault{At: scenarios.AtDATA, Do: scenarios.DoReply, Text: later, Match: &scenarios.Match{Rcpt: "*@slow.test"}})
	c := dial(t, s)
	c.ehlo()
	c.say("MAIL FROM:<a@example.test>", 250)
	c.say("RCPT TO:<x@slow.test>", 250)
	c.say("RSET", 250)
	c.say("DATA", 502) // for want of recipients, and by no fault
	c.begin()
	c.say("DATA", 354)
	c.say("x\r\n.", 250)
	c.quit()
}

func TestFaultsAfter(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		after        scenarios.After
		first, every int
		struck       []bool // of the sessions
	}{
		"sessions":           {scenarios.After{Sessions: 2}, 0, 0, []bool{false, false, true, true}},
		"sessions and first": {scenarios.After{Sessions: 1}, 2, 0, []bool{false, true, true, false}},
		"sessions and every": {scenarios.After{Sessions: 1}, 0, 2, []bool{false, true, false, true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := faulty(t, scenarios.Fault{
				At: scenarios.AtMAIL, Do: scenarios.DoReply, Text: later, After: &tt.after, First: tt.first, Every: tt.every,
			})
			for i, struck := range tt.struck {
				c := dial(t, s)
				c.ehlo()
				c.say("MAIL FROM:<a@example.test>", map[bool]int{false: 250, true: 450}[struck])
				c.quit()
				if session := wait(t, s); (session.Fault != (fakemx.Fault{})) != struck {
					t.Errorf("session %d: fault %q, want one: %v", i+1, session.Fault, struck)
				}
			}
		})
	}
}

// Messages are counted through the session, in clear and in TLS.
func TestFaultsAfterMessages(t *testing.T) {
	t.Parallel()
	s := faulty(t, scenarios.Fault{
		At: scenarios.AtMAIL, Do: scenarios.DoReply, Text: "421 4.7.0 Too many messages", After: &scenarios.After{Messages: 2},
	})
	for range 2 { // in two sessions
		c := dial(t, s)
		c.ehlo()
		c.begin()
		c.say("BDAT 3 LAST\r\nx", 250)
		c.startTLS(s.ClientTLS())
		c.ehlo()
		c.say("MAIL FROM:<a@example.test>", 250)
		c.say("RSET", 250)
		c.begin()
		c.say("DATA", 354)
		c.say("x\r\n.", 250)
		c.say("MAIL FROM:<a@example.test>", 421)
		c.hangUp()
	}
}

func TestFaultsAfterRecipients(t *testing.T) {
	t.Parallel()
	s := faulty(t, scenarios.Fault{
		At: scenarios.AtRCPT, Do: scenarios.DoReply, Text: "452 4.5.3 One at a time", After: &scenarios.After{Recipients: 1},
	})
	c := dial(t, s)
	c.ehlo()
	for range 2 { // in two transactions
		c.begin()
		c.say("RCPT TO:<c@example.test>", 452)
		c.say("DATA", 354)
		c.say("x\r\n.", 250)
	}
	c.quit()
	for _, tr := range only(t, s).Transactions {
		if len(tr.To) != 1 {
			t.Errorf("the recipients are %q", tr.To)
		}
	}
}

// A rate goes by the time that was injected.
func TestFaultsByRate(t *testing.T) {
	t.Parallel()
	var clock atomic.Int64
	s := faulty(t, scenarios.Fault{
		At: scenarios.AtGreeting, Do: scenarios.DoReply, Text: "421 4.7.0 Too fast",
		Rate: &scenarios.Rate{Sessions: 2, Within: certgen.Offset(time.Minute)},
	}, func(c *fakemx.Config) {
		began := time.Now()
		c.Now = func() time.Time { return began.Add(time.Duration(clock.Load())) }
	})
	for i, tt := range []struct {
		at     time.Duration
		struck bool
	}{
		{0, false}, {0, false}, {10 * time.Second, true}, {time.Minute, false}, // two began at 0 and one at 10 s
		{70 * time.Second, false}, {70 * time.Second, true}, {3 * time.Minute, false},
	} {
		clock.Store(int64(tt.at))
		c := dialTo(t, s.Addr())
		c.want(map[bool]int{false: 220, true: 421}[tt.struck])
		c.hangUp()
		if session := wait(t, s); (session.Fault != (fakemx.Fault{})) != tt.struck {
			t.Errorf("session %d: fault %q, want one: %v", i+1, session.Fault, tt.struck)
		}
	}
}

func TestEarlyTalker(t *testing.T) {
	t.Parallel()
	const refusal = "554 5.5.1 SMTP synchronization error"
	for name, tt := range map[string]struct {
		pause time.Duration
		early bool
	}{"talks": {time.Hour, true}, "listens": {short, false}} {
		for _, implicit := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := play(t, func(p *scenarios.Peer) {
					p.SMTP.GreetPause = certgen.Offset(tt.pause)
					p.Faults = []scenarios.Fault{{At: scenarios.AtGreeting, Do: scenarios.DoReply, Text: refusal, EarlyTalker: true}}
				}, withSMTPS)
				addr := s.Addr()
				if implicit {
					addr = s.SMTPSAddr()
				}
				c := dialTo(t, addr)
				if implicit {
					c.secure(s.ClientTLS())
				}
				if tt.early {
					c.send("EHLO client.example.test\r\n")
					c.want(554)
					c.want(503)
				} else {
					c.want(220)
					c.ehlo()
				}
				c.quit()
				session := only(t, s)
				if slices.Contains(session.Flags, fakemx.EarlyTalker) != tt.early || (session.Fault != (fakemx.Fault{})) != tt.early {
					t.Errorf("flags %v, fault %q", session.Flags, session.Fault)
				}
			})
		}
	}
}

// A client that goes while it should wait ends the session.
func TestGoneBeforeTheGreeting(t *testing.T) {
	t.Parallel()
	s := play(t, func(p *scenarios.Peer) { p.SMTP.GreetPause = certgen.Offset(time.Hour) })
	dialTo(t, s.Addr()).hangUp()
	checkOutcome(t, only(t, s), fakemx.Refused, "")
}
