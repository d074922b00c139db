package fakemx_test

import (
	"crypto/tls"
	"net"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// A client that leaves has refused what it could see, fault or not; one that
// could see nothing yet, or nothing wrong, is idle.
func TestOutcomeOfLeaving(t *testing.T) {
	t.Parallel()
	greeted := func(c *talker) { c.want(220) }
	introduced := func(c *talker) { c.want(220); c.ehlo() }
	for name, tt := range map[string]struct {
		scenario string
		do       func(*talker)
		want     fakemx.Outcome
	}{
		"healthy":              {"healthy", introduced, fakemx.Idle},
		"nothing was offered":  {"starttls-lowercase", greeted, fakemx.Idle},
		"keyword in lowercase": {"starttls-lowercase", introduced, fakemx.Refused},
		"no STARTTLS":          {"starttls-stripped", introduced, fakemx.Refused},
		"masked STARTTLS":      {"starttls-masked", introduced, fakemx.Refused},
		"no EHLO":              {"helo-only", func(c *talker) { c.want(220); c.say("EHLO x", 502) }, fakemx.Refused},
		"another banner":       {"pix-banner", greeted, fakemx.Refused},
		"a pause":              {"greet-pause", func(*talker) {}, fakemx.Refused},
		"AUTH in clear":        {"auth-in-clear", introduced, fakemx.Refused},
		"TLS required":         {"tls-required", func(c *talker) { introduced(c); c.say("MAIL FROM:<a@example.test>", 530) }, fakemx.Refused},
		"TLS not yet required": {"tls-required", introduced, fakemx.Idle},
		"STARTTLS not sent":    {"starttls-454", introduced, fakemx.Idle},
		"STARTTLS refused":     {"starttls-454", func(c *talker) { introduced(c); c.say("STARTTLS", 454) }, fakemx.Refused},
		"no ClientHello":       {"expired", func(c *talker) { introduced(c); c.say("STARTTLS", 220) }, fakemx.Idle},
		"certificate not seen": {"expired", introduced, fakemx.Idle},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fakemx.Start(t, scenarios.MustGet(tt.scenario), fakemx.WithUser("user", "secret"))
			c := dialTo(t, s.Addr())
			tt.do(c)
			_ = c.conn.Close()
			session, err := s.WaitSession(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if session.Outcome != tt.want {
				t.Errorf("outcome %s, want %s\n%s", session.Outcome, tt.want, session.Narrate())
			}
		})
	}
}

// A client that finds clear text where TLS should begin refuses it.
func TestOutcomeOfClearTextOnTLSPort(t *testing.T) {
	t.Parallel()
	s := fakemx.Start(t, scenarios.MustGet("plaintext-on-tls-port"))
	if conn, err := tls.Dial("tcp", s.SMTPSAddr(), s.ClientTLS()); err == nil {
		_ = conn.Close()
		t.Error("TLS completes")
	}
	conn, err := net.Dial("tcp", s.SMTPSAddr())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 100)); err != nil { // 220
		t.Error(err)
	}
	_ = conn.Close()
	sessions, err := s.WaitSessions(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	for _, session := range sessions {
		if session.Outcome != fakemx.Refused {
			t.Errorf("outcome %s, want refused\n%s", session.Outcome, session.Narrate())
		}
	}
}
