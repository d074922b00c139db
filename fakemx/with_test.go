package fakemx_test

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// TestWith shows the keywords of RFC 3848 and RFC 6531 in real sessions: the
// eight behind ESMTP and UTF8SMTP, and SMTP, which has no others.
func TestWith(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		want            string
		helo, tls, auth bool
		utf8            bool
	}{
		{want: "SMTP", helo: true},
		{want: "ESMTP"},
		{want: "ESMTPS", tls: true},
		{want: "ESMTPA", auth: true},
		{want: "ESMTPSA", tls: true, auth: true},
		{want: "UTF8SMTP", utf8: true},
		{want: "UTF8SMTPS", utf8: true, tls: true},
		{want: "UTF8SMTPA", utf8: true, auth: true},
		{want: "UTF8SMTPSA", utf8: true, tls: true, auth: true},
	} {
		t.Run(tt.want, func(t *testing.T) {
			t.Parallel()
			s := play(t, authEverywhere, fakemx.WithUser("user", "secret"))
			c := dial(t, s)
			hello := "EHLO client.example.test"
			if tt.helo {
				hello = "HELO client.example.test"
			}
			c.say(hello, 250)
			if tt.tls {
				c.startTLS(s.ClientTLS())
				c.say(hello, 250)
			}
			if tt.auth {
				c.say("AUTH PLAIN AHVzZXIAc2VjcmV0", 235)
			}
			mail := "MAIL FROM:<a@example.test>"
			if tt.utf8 {
				mail = "MAIL FROM:<ä@example.test> SMTPUTF8"
			}
			c.say(mail, 250)
			c.say("RCPT TO:<b@example.test>", 250)
			c.say("DATA", 354)
			c.say(".", 250)
			c.quit()
			session := only(t, s)
			tr := session.Transactions[0]
			if tr.With != tt.want || !strings.Contains(tr.Received, " with "+tt.want+" ") {
				t.Errorf("with %s, received %q, want %s", tr.With, tr.Received, tt.want)
			}
			if strings.Contains(tr.Received, "version=TLSv1.3") != tt.tls {
				t.Errorf("received %q", tr.Received)
			}
			if stored := string(s.Messages()[0].Data); stored != tr.Received {
				t.Errorf("stored %q, recorded %q", stored, tr.Received)
			}
		})
	}
}

func authEverywhere(p *scenarios.Peer) { p.SMTP.Auth.Offer = scenarios.Everywhere }

// What a peer stamps falsely stands in the record as stamped.
func TestWithAsStamped(t *testing.T) {
	t.Parallel()
	for rule, want := range map[scenarios.With]string{
		scenarios.WithAsClear: "ESMTP", scenarios.WithSMTP: "SMTP", scenarios.WithLowercase: "esmtps", scenarios.WithRFC3848: "ESMTPS",
	} {
		s := play(t, func(p *scenarios.Peer) { p.Trace.With = rule })
		c := dial(t, s)
		c.ehlo()
		c.startTLS(s.ClientTLS())
		c.ehlo()
		c.begin()
		c.say("DATA", 354)
		c.say(".", 250)
		c.quit()
		session := only(t, s)
		if tr := session.Transactions[0]; tr.With != want || !strings.Contains(tr.Received, " with "+want+" ") {
			t.Errorf("%s: with %s, received %q", rule, tr.With, tr.Received)
		}
		checkOutcome(t, session, fakemx.DeliveredTLS, "")
	}
}
