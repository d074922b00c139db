package fakemx_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// A step leads a client to a point of the session: what it has said by then,
// and the code of the reply that the fault takes the place of.
type step struct {
	at   scenarios.Point
	lead func(*talker)
	line string // what is to be answered at the point
	code int
}

// steps are the points at which a reply can be struck.
var steps = []step{
	{at: scenarios.AtGreeting, lead: func(*talker) {}, code: 220},
	{at: scenarios.AtEHLO, lead: greeted, line: "EHLO client.example.test\r\n", code: 250},
	{at: scenarios.AtHELO, lead: greeted, line: "HELO client.example.test\r\n", code: 250},
	{at: scenarios.AtSTARTTLS, lead: introduced, line: "STARTTLS\r\n", code: 220},
	{at: scenarios.AtAUTH, lead: introduced, line: "AUTH ANONYMOUS =\r\n", code: 235},
	{at: scenarios.AtMAIL, lead: introduced, line: "MAIL FROM:<a@example.test>\r\n", code: 250},
	{at: scenarios.AtRCPT, lead: mailing, line: "RCPT TO:<b@example.test>\r\n", code: 250},
	{at: scenarios.AtDATA, lead: addressed, line: "DATA\r\n", code: 354},
	{at: scenarios.AtDATA, lead: addressed, line: "BDAT 3\r\nx\r\n", code: 250},
	{at: scenarios.AtDot, lead: writing, line: "x\r\n.\r\n", code: 250},
	{at: scenarios.AtDot, lead: addressed, line: "BDAT 3 LAST\r\nx\r\n", code: 250},
	{at: scenarios.AtQUIT, lead: introduced, line: "QUIT\r\n", code: 221},
}

func greeted(c *talker)    { c.want(220) }
func introduced(c *talker) { greeted(c); c.ehlo() }
func mailing(c *talker)    { introduced(c); c.say("MAIL FROM:<a@example.test>", 250) }
func addressed(c *talker)  { mailing(c); c.say("RCPT TO:<b@example.test>", 250) }
func writing(c *talker)    { addressed(c); c.say("DATA", 354) }

// faulty starts a peer with one fault, that takes AUTH anywhere.
func faulty(t *testing.T, f scenarios.Fault, options ...func(*fakemx.Config)) *fakemx.Server {
	t.Helper()
	return play(t, func(p *scenarios.Peer) {
		p.SMTP.Auth.Offer = scenarios.Everywhere
		p.Faults = []scenarios.Fault{f}
	}, options...)
}

func each(t *testing.T, do scenarios.Action, test func(*testing.T, step)) {
	t.Helper()
	for _, st := range steps {
		verb, _, _ := strings.Cut(strings.TrimSpace(st.line), " ")
		t.Run(string(st.at)+" "+string(do)+" "+verb, func(t *testing.T) {
			t.Parallel()
			test(t, st)
		})
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	each(t, scenarios.DoReset, func(t *testing.T, st step) {
		s := faulty(t, scenarios.Fault{At: st.at, Do: scenarios.DoReset})
		c, err := tryDial(t, s.Addr())
		if err == nil {
			st.lead(c)
			c.send(st.line)
			err = c.ended()
		}
		if !isReset(err) {
			t.Errorf("the client sees %v, want a RST", err)
		}
		checkStruck(t, s, st, "reset")
	})
}

func TestClose(t *testing.T) {
	t.Parallel()
	each(t, scenarios.DoClose, func(t *testing.T, st step) {
		s := faulty(t, scenarios.Fault{At: st.at, Do: scenarios.DoClose})
		c := dialTo(t, s.Addr())
		st.lead(c)
		c.send(st.line)
		if rest, err := io.ReadAll(c.in); err != nil || len(rest) > 0 {
			t.Errorf("the client sees %q, %v", rest, err)
		}
		c.hangUp()
		checkStruck(t, s, st, "close")
	})
}

// checkStruck holds the record of a session that a fault ended.
func checkStruck(t *testing.T, s *fakemx.Server, st step, do string) {
	t.Helper()
	session := only(t, s)
	outcome := fakemx.Faulted
	delivered := st.at == scenarios.AtDot && do != "reply" // which refuses it
	if delivered {
		outcome = fakemx.DeliveredClear
	}
	checkOutcome(t, session, outcome, string(st.at)+" "+do)
	if stored := len(s.Messages()) == 1; stored != delivered {
		t.Errorf("stored %v", stored)
	}
}

func TestReply(t *testing.T) {
	t.Parallel()
	each(t, scenarios.DoReply, func(t *testing.T, st step) {
		s := faulty(t, scenarios.Fault{At: st.at, Do: scenarios.DoReply, Text: "451-4.0.0 Not now,\n451 4.0.0 {hostname}", First: 1})
		c := dialTo(t, s.Addr())
		st.lead(c)
		c.send(st.line)
		if text := c.want(451); text != "4.0.0 Not now,\n4.0.0 mx.healthy.fakemx.test" {
			t.Errorf("the reply is %q", text)
		}
		c.say("NOOP", 250) // the session goes on
		c.hangUp()
		session := only(t, s)
		if session.Fault.String() != string(st.at)+" reply" {
			t.Errorf("fault %q", session.Fault)
		}
	})
}

// RFC 5321 section 3.8: a 421 ends the connection.
func TestReply421(t *testing.T) {
	t.Parallel()
	each(t, scenarios.DoReply, func(t *testing.T, st step) {
		s := faulty(t, scenarios.Fault{At: st.at, Do: scenarios.DoReply, Text: "421 4.3.2 Closing"})
		c := dialTo(t, s.Addr())
		st.lead(c)
		c.send(st.line)
		c.want(421)
		if err := c.ended(); err != nil {
			t.Error(err)
		}
		c.hangUp()
		checkStruck(t, s, st, "reply")
	})
}

// After a greeting of 554 nothing but QUIT is taken (RFC 5321 section 3.1).
func TestGreeting554(t *testing.T) {
	t.Parallel()
	s := faulty(t, scenarios.Fault{At: scenarios.AtGreeting, Do: scenarios.DoReply, Text: "554 5.3.2 No service"})
	c := dialTo(t, s.Addr())
	c.want(554)
	c.say("EHLO client.example.test", 503)
	c.say("MAIL FROM:<a@example.test>", 503)
	c.quit()
	checkOutcome(t, only(t, s), fakemx.Refused, "greeting reply")
}

func TestDrip(t *testing.T) {
	t.Parallel()
	each(t, scenarios.DoDrip, func(t *testing.T, st step) {
		s := faulty(t, scenarios.Fault{
			At: st.at, Do: scenarios.DoDrip, Delay: certgen.Offset(time.Microsecond), First: 1,
		})
		c := dialTo(t, s.Addr())
		st.lead(c)
		c.send(st.line)
		c.want(st.code)
		c.hangUp()
		if session := only(t, s); session.Fault.String() != string(st.at)+" drip" {
			t.Errorf("fault %q", session.Fault)
		}
	})
}

// A slow drip does not keep a server from closing.
func TestCloseDuringDrip(t *testing.T) {
	t.Parallel()
	s := faulty(t, scenarios.Fault{At: scenarios.AtGreeting, Do: scenarios.DoDrip, Delay: certgen.Offset(time.Hour)})
	c := dialTo(t, s.Addr())
	first := make([]byte, 1)
	if _, err := io.ReadFull(c.in, first); err != nil || first[0] != '2' {
		t.Fatalf("the first octet is %q, %v", first, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	checkOutcome(t, only(t, s), fakemx.Open, "greeting drip")
}

func TestStallEndedByTheClient(t *testing.T) {
	t.Parallel()
	each(t, scenarios.DoStall, func(t *testing.T, st step) {
		s := faulty(t, scenarios.Fault{At: st.at, Do: scenarios.DoStall})
		c := dialTo(t, s.Addr())
		st.lead(c)
		c.send(st.line + "NOOP\r\n")
		c.hangUp()
		session := only(t, s)
		outcome := fakemx.Refused
		if st.at == scenarios.AtDot {
			outcome = fakemx.DeliveredClear
		}
		checkOutcome(t, session, outcome, string(st.at)+" stall")
	})
}

// Limits of time: of a session that is to run into one, and of one that is to
// come so far first.
const (
	short    = 50 * time.Millisecond
	patience = time.Second
)

func within(limit time.Duration) func(*fakemx.Config) {
	return func(c *fakemx.Config) { c.Timeout = limit }
}

func TestStallEndedByTheLimit(t *testing.T) {
	t.Parallel()
	for _, at := range []scenarios.Point{scenarios.AtConnect, scenarios.AtGreeting} {
		s := faulty(t, scenarios.Fault{At: at, Do: scenarios.DoStall}, within(short))
		c := dialTo(t, s.Addr())
		if err := c.ended(); err != nil {
			t.Error(err)
		}
		checkOutcome(t, only(t, s), fakemx.Faulted, string(at)+" stall")
	}
}

func TestFaultsBeforeAnythingIsSaid(t *testing.T) {
	t.Parallel()
	for do, check := range map[scenarios.Action]func(error) bool{
		scenarios.DoReset: isReset,
		scenarios.DoClose: func(err error) bool { return err == nil },
	} {
		s := faulty(t, scenarios.Fault{At: scenarios.AtConnect, Do: do})
		var seen bytes.Buffer
		c, err := tryDial(t, s.Addr())
		if err == nil {
			_, err = seen.ReadFrom(c.conn)
			c.hangUp()
		}
		if !check(err) || seen.Len() > 0 {
			t.Errorf("%s: the client sees %q, %v", do, seen.Bytes(), err)
		}
		checkOutcome(t, only(t, s), fakemx.Faulted, "connect "+string(do))
	}
}

// TestFaultsAroundTheHandshake: the 220 is out and TLS should begin.
func TestFaultsAroundTheHandshake(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault scenarios.Fault
		saw   func(error) bool
		alert string
	}{
		"reset":              {scenarios.Fault{At: scenarios.AtHandshake, Do: scenarios.DoReset}, isReset, ""},
		"close":              {scenarios.Fault{At: scenarios.AtHandshake, Do: scenarios.DoClose}, isEOF, ""},
		"clear text":         {scenarios.Fault{At: scenarios.AtHandshake, Do: scenarios.DoReply, Text: "not TLS"}, isNoTLS, ""},
		"alert":              {alert(scenarios.AtHandshake, "internal_error"), isAlert("internal error"), "internal_error"},
		"reset behind hello": {scenarios.Fault{At: scenarios.AtClientHello, Do: scenarios.DoReset}, isReset, ""},
		"close behind hello": {scenarios.Fault{At: scenarios.AtClientHello, Do: scenarios.DoClose}, isEOF, ""},
		"alert behind hello": {alert(scenarios.AtClientHello, "handshake_failure"), isAlert("handshake failure"), "handshake_failure"},
		"odd alert":          {alert(scenarios.AtClientHello, "certificate_required"), isAlert("certificate required"), "certificate_required"},
	} {
		for _, implicit := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := faulty(t, tt.fault, withSMTPS)
				addr := s.Addr()
				if implicit {
					addr = s.SMTPSAddr()
				}
				c, err := tryDial(t, addr)
				if err == nil && !implicit {
					introduced(c)
					c.say("STARTTLS", 220)
				}
				if err == nil {
					err = c.trySecure(s.ClientTLS())
					c.hangUp()
				}
				if !tt.saw(err) {
					t.Errorf("the client sees %v", err)
				}
				session := only(t, s)
				outcome := fakemx.Faulted
				if tt.fault.Do == scenarios.DoReply { // it was the client that gave up then
					outcome = fakemx.Refused
				}
				checkOutcome(t, session, outcome, string(tt.fault.At)+" "+string(tt.fault.Do))
				checkStruckTLS(t, session, tt.fault.At, tt.alert)
			})
		}
	}
}

func checkStruckTLS(t *testing.T, session fakemx.Session, at scenarios.Point, alert string) {
	t.Helper()
	behind := at == scenarios.AtClientHello
	if behind != (session.TLS != nil && session.TLS.ClientHello != nil) {
		t.Errorf("the client's hello is recorded, or is not, at %s", at)
	}
	if alert == "" {
		return
	}
	if session.TLS == nil || session.TLS.Alert == nil || session.TLS.Alert.Name != alert || session.TLS.Alert.From != "peer" {
		t.Errorf("TLS %+v, want the alert %s of the peer", session.TLS, alert)
	}
}

func alert(at scenarios.Point, name string) scenarios.Fault {
	return scenarios.Fault{At: at, Do: scenarios.DoAlert, Text: name}
}

func isReset(err error) bool { return errors.Is(err, syscall.ECONNRESET) }
func isEOF(err error) bool   { return errors.Is(err, io.EOF) }
func isNoTLS(err error) bool {
	return err != nil && strings.Contains(err.Error(), "first record does not look like a TLS handshake")
}

func isAlert(text string) func(error) bool {
	return func(err error) bool {
		var op *net.OpError
		return errors.As(err, &op) && op.Op == "remote error" && strings.Contains(err.Error(), text)
	}
}

func TestInjectedReply(t *testing.T) {
	t.Parallel()
	s := faulty(t, scenarios.Fault{At: scenarios.AtSTARTTLS, Do: scenarios.DoInject, Text: "250 2.0.0 Injected\r\n"})
	c := dialTo(t, s.Addr())
	introduced(c)
	c.say("STARTTLS", 220)
	c.want(250)
	c.secure(s.ClientTLS())
	c.ehlo()
	c.quit()
	session := only(t, s)
	checkOutcome(t, session, fakemx.Refused, "starttls inject")
	if slices.Contains(session.Flags, fakemx.ActedOnInjectedReply) {
		t.Error("a client that waits for its own reply is said to have acted on the injected one")
	}
}

func TestActedOnInjectedReply(t *testing.T) {
	t.Parallel()
	s := faulty(t, scenarios.Fault{At: scenarios.AtSTARTTLS, Do: scenarios.DoInject, Text: "250 2.0.0 Injected\r\n"})
	c := dialTo(t, s.Addr())
	introduced(c)
	c.say("STARTTLS", 220)
	c.want(250)
	c.secure(s.ClientTLS())
	c.send("EHLO client.example.test\r\n")
	c.send("MAIL FROM:<a@example.test>\r\n") // as if the 250 had been for EHLO
	c.want(250)
	c.want(250)
	c.quit()
	if session := only(t, s); !slices.Contains(session.Flags, fakemx.ActedOnInjectedReply) {
		t.Errorf("flags %v", session.Flags)
	}
}

func TestFaultInTheMessage(t *testing.T) {
	t.Parallel()
	for _, do := range []scenarios.Action{scenarios.DoReset, scenarios.DoClose} {
		for name, text := range map[string]string{"DATA": "DATA\r\n", "BDAT": "BDAT 100 LAST\r\n"} {
			t.Run(string(do)+" "+name, func(t *testing.T) {
				t.Parallel()
				s := faulty(t, scenarios.Fault{At: scenarios.AtMessage, Do: do})
				c := dialTo(t, s.Addr())
				addressed(c)
				c.send(text)
				if name == "DATA" {
					c.want(354)
				}
				c.send("x\r\n")
				err := c.ended()
				if (do == scenarios.DoReset) != isReset(err) || do == scenarios.DoClose && err != nil {
					t.Errorf("the client sees %v", err)
				}
				c.hangUp()
				session := only(t, s)
				checkOutcome(t, session, fakemx.Faulted, "message "+string(do))
				if len(s.Messages()) > 0 || session.Transactions[0].Accepted {
					t.Error("half a message was stored")
				}
			})
		}
	}
}

func TestFaultsAreCounted(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		first, every int
		option       int // Config.First
		struck       []bool
	}{
		"always":           {0, 0, 0, []bool{true, true, true, true}},
		"first":            {2, 0, 0, []bool{true, true, false, false}},
		"every":            {0, 2, 0, []bool{true, false, true, false}},
		"first of every":   {3, 2, 0, []bool{true, false, true, false, false}},
		"first by options": {0, 0, 1, []bool{true, false, false}},
		"options win":      {3, 0, 1, []bool{true, false, false}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := faulty(t, scenarios.Fault{
				At: scenarios.AtEHLO, Do: scenarios.DoReply, Text: "451 4.0.0 Later", First: tt.first, Every: tt.every,
			}, func(c *fakemx.Config) { c.First = tt.option })
			for i, struck := range tt.struck {
				c := dial(t, s)
				code := 250
				if struck {
					code = 451
				}
				c.say("EHLO client.example.test", code)
				c.quit()
				if session := wait(t, s); (session.Fault != (fakemx.Fault{})) != struck {
					t.Errorf("session %d: fault %q, want one: %v", i+1, session.Fault, struck)
				}
			}
		})
	}
}

func TestFaultsByPhase(t *testing.T) {
	t.Parallel()
	for in, want := range map[scenarios.Where][2]int{
		scenarios.InClear: {451, 250}, scenarios.InTLS: {250, 451}, scenarios.Everywhere: {451, 451},
	} {
		s := faulty(t, scenarios.Fault{At: scenarios.AtMAIL, In: in, Do: scenarios.DoReply, Text: "451 4.7.1 Greylisted"})
		c := dial(t, s)
		c.ehlo()
		c.say("MAIL FROM:<a@example.test>", want[0])
		c.startTLS(s.ClientTLS())
		c.ehlo()
		c.say("MAIL FROM:<a@example.test>", want[1])
		c.quit()
	}
}

// The 250 was withheld, so the client sends the message again.
func TestRepeatedMessage(t *testing.T) {
	t.Parallel()
	s := faulty(t, scenarios.Fault{At: scenarios.AtDot, Do: scenarios.DoReset, First: 1})
	for i, text := range []string{"x", "x", "y"} {
		c := dialTo(t, s.Addr())
		writing(c)
		c.send(text + "\r\n.\r\n")
		if i > 0 {
			c.want(250)
			c.quit()
		} else if err := c.ended(); !isReset(err) {
			t.Errorf("the client sees %v, want a RST", err)
		}
		session := wait(t, s)
		if slices.Contains(session.Flags, fakemx.RepeatedMessage) != (i == 1) {
			t.Errorf("session %d: flags %v", i+1, session.Flags)
		}
	}
	if len(s.Messages()) != 3 {
		t.Errorf("%d messages, want 3", len(s.Messages()))
	}
}

// A message that is refused at the dot is not delivered, and who sends it again
// does as RFC 5321 section 4.2.1 says.
func TestRefusedAtTheDot(t *testing.T) {
	t.Parallel()
	for name, send := range map[string]func(c *talker, code int){
		"DATA": func(c *talker, code int) { c.say("DATA", 354); c.say("x\r\n.", code) },
		"BDAT": func(c *talker, code int) { c.say("BDAT 3 LAST\r\nx", code) },
	} {
		for text, code := range map[string]int{"451 4.3.0 Later": 451, "550 5.7.1 spam": 550, "354 More": 354} {
			t.Run(name+" "+text, func(t *testing.T) {
				t.Parallel()
				s := faulty(t, scenarios.Fault{At: scenarios.AtDot, Do: scenarios.DoReply, Text: text, First: 1})
				for i := range 2 {
					c := dialTo(t, s.Addr())
					addressed(c)
					send(c, map[bool]int{true: code, false: 250}[i == 0])
					c.quit()
					session := wait(t, s)
					want := map[bool]fakemx.Outcome{true: fakemx.Refused, false: fakemx.DeliveredClear}[i == 0]
					tr := session.Transactions[0]
					if session.Outcome != want || session.Accepted.Any() != (i == 1) || tr.Accepted != (i == 1) || tr.Size != 3 || len(session.Flags) > 0 {
						t.Errorf("session %d: %s, accepted %+v, %+v, flags %v", i+1, session.Outcome, session.Accepted, tr, session.Flags)
					}
					if n := len(s.Messages()); n != i {
						t.Errorf("%d messages behind session %d", n, i+1)
					}
				}
			})
		}
	}
}

// A message that is granted by another text is accepted.
func TestGrantedAtTheDot(t *testing.T) {
	t.Parallel()
	s := faulty(t, scenarios.Fault{At: scenarios.AtDot, Do: scenarios.DoReply, Text: "251 2.0.0 Fine"})
	for range 2 {
		c := dialTo(t, s.Addr())
		writing(c)
		c.say("x\r\n.", 251)
		c.quit()
		if session := wait(t, s); session.Outcome != fakemx.DeliveredClear || len(session.Flags) > 0 {
			t.Errorf("%s, flags %v", session.Outcome, session.Flags)
		}
	}
	if len(s.Messages()) != 2 {
		t.Errorf("%d messages, want 2", len(s.Messages()))
	}
}

// What is refused at the dot counts for no limit on messages, and such a limit
// spares as many as it says.
func TestRefusedAtTheDotAfterMessages(t *testing.T) {
	t.Parallel()
	s := faulty(t, scenarios.Fault{At: scenarios.AtDot, Do: scenarios.DoReply, Text: "452 4.3.1 Full", After: &scenarios.After{Messages: 1}})
	c := dialTo(t, s.Addr())
	introduced(c)
	for _, code := range []int{250, 452, 452} {
		c.begin()
		c.say("DATA", 354)
		c.say("x\r\n.", code)
	}
	c.quit()
	if session := wait(t, s); session.Accepted.InClear != 1 || len(s.Messages()) != 1 {
		t.Errorf("accepted %+v, %d messages", session.Accepted, len(s.Messages()))
	}
}
