package fakemx_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"net/smtp"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// verbs are the keywords of a reply to EHLO without their parameters.
func verbs(keywords []string) []string {
	list := make([]string, len(keywords))
	for i, k := range keywords {
		list[i], _, _ = strings.Cut(k, " ")
	}
	return list
}

func TestKeywordsByPhase(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		edit                func(*scenarios.Peer)
		clear, secure       []string // keywords that must stand there
		notClear, notSecure []string // and that must not
	}{
		"healthy": {
			func(*scenarios.Peer) {},
			[]string{"STARTTLS", "PIPELINING", "8BITMIME", "SIZE", "CHUNKING", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES"},
			[]string{"AUTH", "REQUIRETLS", "PIPELINING", "SIZE"},
			[]string{"AUTH", "REQUIRETLS"}, []string{"STARTTLS"},
		},
		"STARTTLS again": {
			func(p *scenarios.Peer) { p.SMTP.StartTLS.Offer = scenarios.Everywhere },
			[]string{"STARTTLS"}, []string{"STARTTLS"}, nil, nil,
		},
		"masked": {
			func(p *scenarios.Peer) { p.SMTP.StartTLS.Keyword = "XXXXXXXA" },
			[]string{"XXXXXXXA"}, nil, []string{"STARTTLS"}, nil,
		},
		"AUTH everywhere": {
			func(p *scenarios.Peer) { p.SMTP.Auth.Offer = scenarios.Everywhere },
			[]string{"AUTH"}, []string{"AUTH"}, nil, nil,
		},
		"AUTH in clear": {
			func(p *scenarios.Peer) { p.SMTP.Auth.Offer = scenarios.InClear },
			[]string{"AUTH"}, nil, nil, []string{"AUTH"},
		},
		"no AUTH": {
			func(p *scenarios.Peer) { p.SMTP.Auth.Offer = scenarios.Nowhere },
			nil, nil, []string{"AUTH"}, []string{"AUTH"},
		},
		"REQUIRETLS in clear": {
			func(p *scenarios.Peer) { p.SMTP.RequireTLSOffer = scenarios.InClear },
			[]string{"REQUIRETLS"}, nil, nil, []string{"REQUIRETLS"},
		},
		"REQUIRETLS everywhere": {
			func(p *scenarios.Peer) { p.SMTP.RequireTLSOffer = scenarios.Everywhere },
			[]string{"REQUIRETLS"}, []string{"REQUIRETLS"}, nil, nil,
		},
		"hidden in clear": {
			func(p *scenarios.Peer) {
				p.Faults = []scenarios.Fault{{At: scenarios.AtEHLO, In: scenarios.InClear, Do: scenarios.DoHide, Text: "CHUNKING"}}
			},
			[]string{"PIPELINING"}, []string{"CHUNKING"}, []string{"CHUNKING"}, nil,
		},
		"hidden everywhere": {
			func(p *scenarios.Peer) {
				p.Faults = []scenarios.Fault{{At: scenarios.AtEHLO, Do: scenarios.DoHide, Text: "SIZE"}}
			},
			nil, nil, []string{"SIZE"}, []string{"SIZE"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t, tt.edit, fakemx.WithUser("user", "secret"))
			c := dial(t, s)
			checkKeywords(t, "in clear", c.ehlo(), tt.clear, tt.notClear)
			if slices.Contains(tt.notClear, "STARTTLS") {
				return
			}
			c.startTLS(s.ClientTLS())
			checkKeywords(t, "in TLS", c.ehlo(), tt.secure, tt.notSecure)
			c.quit()
		})
	}
}

func checkKeywords(t *testing.T, where string, got, want, bar []string) {
	t.Helper()
	have := verbs(got)
	for _, k := range want {
		if !slices.Contains(have, k) {
			t.Errorf("%s: %s is missing in %q", where, k, got)
		}
	}
	for _, k := range bar {
		if slices.Contains(have, k) {
			t.Errorf("%s: %s has no place in %q", where, k, got)
		}
	}
}

func TestSTARTTLSRefused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		edit   func(*scenarios.Peer)
		before []string
		code   int
	}{
		"before EHLO":  {nil, nil, 503},
		"not offered":  {func(p *scenarios.Peer) { p.SMTP.StartTLS.Offer = scenarios.Nowhere }, []string{"EHLO x"}, 502},
		"only in TLS":  {func(p *scenarios.Peer) { p.SMTP.StartTLS.Offer = scenarios.InTLS }, []string{"EHLO x"}, 502},
		"masked":       {func(p *scenarios.Peer) { p.SMTP.StartTLS.Keyword = "XXXXXXXA" }, []string{"EHLO x"}, 500},
		"after EHLO":   {func(p *scenarios.Peer) { p.SMTP.StartTLS.Offer = scenarios.InGreeting }, []string{"EHLO x"}, 503},
		"refused once": {func(p *scenarios.Peer) { p.Faults = replyOnce(scenarios.AtSTARTTLS, "454 4.7.0 No key") }, []string{"EHLO x"}, 454},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t, tt.edit)
			c := dial(t, s)
			for _, line := range tt.before {
				c.say(line, 250)
			}
			c.say("STARTTLS", tt.code)
			c.say("NOOP", 250)
			c.quit()
			if session := only(t, s); session.TLS != nil {
				t.Errorf("TLS is recorded: %+v", session.TLS)
			}
		})
	}
}

// replyOnce answers otherwise at a point.
func replyOnce(at scenarios.Point, text string) []scenarios.Fault {
	return []scenarios.Fault{{At: at, Do: scenarios.DoReply, Text: text}}
}

func TestSTARTTLSBeforeEHLOOnly(t *testing.T) {
	t.Parallel()
	s := play(t, func(p *scenarios.Peer) { p.SMTP.StartTLS.Offer = scenarios.InGreeting })
	c := dial(t, s)
	c.startTLS(s.ClientTLS())
	if slices.Contains(verbs(c.ehlo()), "STARTTLS") {
		t.Error("STARTTLS is offered inside TLS")
	}
	c.quit()
	if session := only(t, s); session.TLS == nil || !session.TLS.Completed || session.TLS.Mode != "starttls" {
		t.Errorf("TLS %+v", session.TLS)
	}
}

// RFC 3207 section 4.2: the server forgets what it learnt in clear.
func TestNothingLearntInClearSurvives(t *testing.T) {
	t.Parallel()
	s := play(t, func(p *scenarios.Peer) { p.SMTP.Auth.Offer = scenarios.Everywhere }, fakemx.WithUser("user", "secret"))
	c := dial(t, s)
	c.ehlo()
	c.say("AUTH PLAIN AHVzZXIAc2VjcmV0", 235)
	c.begin()
	c.startTLS(s.ClientTLS())
	c.say("RCPT TO:<b@example.test>", 502)   // MAIL is forgotten
	c.say("MAIL FROM:<a@example.test>", 502) // and EHLO
	c.say("EHLO inner.example.test", 250)
	c.say("RCPT TO:<b@example.test>", 502)
	c.begin()
	c.say("DATA", 354)
	c.say("x\r\n.", 250)
	c.quit()
	session := only(t, s)
	last := session.Transactions[len(session.Transactions)-1]
	if last.With != "ESMTPS" { // AUTH is forgotten too
		t.Errorf("with %s, want ESMTPS", last.With)
	}
	if session.HELO != "inner.example.test" || strings.Contains(last.Received, "client.example.test") {
		t.Errorf("helo %q, received %q", session.HELO, last.Received)
	}
	if !slices.Contains(session.Flags, fakemx.CredentialsInClear) || !session.Auth.InClear {
		t.Errorf("flags %v, auth %+v", session.Flags, session.Auth)
	}
}

func TestHELOIsForgottenInTLS(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := dial(t, s)
	c.ehlo()
	c.startTLS(s.ClientTLS())
	c.quit()
	if session := only(t, s); session.HELO != "" || session.ESMTP {
		t.Errorf("helo %q, esmtp %v", session.HELO, session.ESMTP)
	}
}

func TestPipelinedBehindSTARTTLS(t *testing.T) {
	t.Parallel()
	for name, kept := range map[string]bool{"discarded": false, "kept": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t, func(p *scenarios.Peer) { p.SMTP.StartTLS.KeepBuffered = kept })
			c := dial(t, s)
			c.ehlo()
			c.send("STARTTLS\r\nEHLO injected.example.test\r\n")
			c.want(220)
			c.secure(s.ClientTLS())
			if kept {
				c.want(250) // to what was never said in TLS
			}
			c.say("NOOP", 250)
			c.quit()
			session := only(t, s)
			if (session.HELO == "injected.example.test") != kept {
				t.Errorf("helo %q", session.HELO)
			}
			if !heard(session, "28 octets pipelined behind STARTTLS, "+name) {
				t.Errorf("the transcript does not tell:\n%s", session.Narrate())
			}
		})
	}
}

func TestSTARTTLSInsideTLS(t *testing.T) {
	t.Parallel()
	s := play(t, func(p *scenarios.Peer) { p.SMTP.StartTLS.Offer = scenarios.Everywhere })
	c := dial(t, s)
	c.ehlo()
	c.startTLS(s.ClientTLS())
	c.ehlo()
	c.say("STARTTLS", 503)
	c.say("NOOP", 250)
	c.quit()
}

func TestRequireTLSBeforeAll(t *testing.T) {
	t.Parallel()
	s := play(t, func(p *scenarios.Peer) { p.SMTP.RequireTLS = true })
	c := dial(t, s)
	c.ehlo()
	for _, line := range []string{"MAIL FROM:<a@example.test>", "RCPT TO:<b@example.test>", "DATA", "VRFY b", "AUTH PLAIN"} {
		c.say(line, 530)
	}
	for _, line := range []string{"NOOP", "RSET", "EHLO again.example.test"} {
		c.say(line, 250)
	}
	c.startTLS(s.ClientTLS())
	c.ehlo()
	c.begin()
	c.quit()
	checkOutcome(t, only(t, s), fakemx.Refused, "")
}

// RFC 8689: the option has no meaning outside TLS, wherever it is offered. The
// record says of each transaction whether it had it.
func TestREQUIRETLS(t *testing.T) {
	t.Parallel()
	s := play(t, func(p *scenarios.Peer) { p.SMTP.RequireTLSOffer = scenarios.Everywhere })
	c := dial(t, s)
	c.ehlo()
	c.say("MAIL FROM:<a@example.test> REQUIRETLS", 530)
	c.startTLS(s.ClientTLS())
	c.ehlo()
	for _, parameter := range []string{" REQUIRETLS", ""} {
		c.say("MAIL FROM:<a@example.test>"+parameter, 250)
		c.say("RCPT TO:<b@example.test>", 250)
		c.say("DATA", 354)
		c.say(".", 250)
	}
	c.quit()
	session := only(t, s)
	checkOutcome(t, session, fakemx.DeliveredTLS, "")
	if list := session.Transactions; len(list) != 2 || !list[0].RequireTLS || list[1].RequireTLS {
		t.Errorf("the transactions are %+v, want REQUIRETLS in the first alone", list)
	}
}

// Where REQUIRETLS is offered in clear alone, TLS takes it back.
func TestREQUIRETLSOfferedInClearAlone(t *testing.T) {
	t.Parallel()
	s := play(t, func(p *scenarios.Peer) { p.SMTP.RequireTLSOffer = scenarios.InClear })
	c := dial(t, s)
	c.ehlo()
	c.startTLS(s.ClientTLS())
	c.ehlo()
	c.say("MAIL FROM:<a@example.test> REQUIRETLS", 555)
	c.quit()
	checkOutcome(t, only(t, s), fakemx.Refused, "")
}

func withSMTPS(c *fakemx.Config) { c.SMTPS = "127.0.0.1:0" }

func TestImplicitTLS(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		edit  func(*scenarios.Peer)
		smtps bool // is spoken to, rather than the first address
		clear bool // and answers in clear
	}{
		"SMTPS":                       {nil, true, false},
		"beside it":                   {nil, false, true},
		"peer with implicit TLS":      {func(p *scenarios.Peer) { p.SMTP.ImplicitTLS = true }, false, false},
		"SMTPS of such a peer":        {func(p *scenarios.Peer) { p.SMTP.ImplicitTLS = true }, true, false},
		"SMTPS in clear":              {func(p *scenarios.Peer) { p.SMTP.PlaintextSMTPS = true }, true, true},
		"beside one that is in clear": {func(p *scenarios.Peer) { p.SMTP.PlaintextSMTPS = true }, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t, tt.edit, withSMTPS)
			addr := s.Addr()
			if tt.smtps {
				addr = s.SMTPSAddr()
			}
			c := dialTo(t, addr)
			if !tt.clear {
				c.secure(s.ClientTLS())
			}
			c.want(220)
			if slices.Contains(verbs(c.ehlo()), "STARTTLS") != tt.clear {
				t.Error("STARTTLS is offered inside TLS, or not in clear")
			}
			c.quit()
			session := only(t, s)
			if (session.TLS == nil) != tt.clear || session.TLS != nil && session.TLS.Mode != "implicit" {
				t.Errorf("TLS %+v", session.TLS)
			}
			if session.Local != addr {
				t.Errorf("local address %s, want %s", session.Local, addr)
			}
		})
	}
}

func TestClearTextWhereTLSBegins(t *testing.T) {
	t.Parallel()
	s := play(t, nil, withSMTPS)
	c := dialTo(t, s.SMTPSAddr())
	c.send("EHLO client.example.test\r\n")
	if err := c.ended(); err != nil {
		t.Error(err)
	}
	session := only(t, s)
	checkOutcome(t, session, fakemx.Faulted, "")
	if session.TLS == nil || session.TLS.Completed || session.TLS.Error == "" {
		t.Errorf("TLS %+v", session.TLS)
	}
}

// A client that breaks TLS after the handshake is told so by an alert, which is
// in the record.
func TestTLSBreaksAfterTheHandshake(t *testing.T) {
	t.Parallel()
	for octets, alert := range map[string]string{
		"MAIL FROM:<a@example.test>\r\n":                         "protocol_version", // as if TLS had been left
		"\x17\x03\x03\x00\x20" + strings.Repeat("x", 32):         "bad_record_mac",
		"\x17\x03\x03\xff\xff" + strings.Repeat("x", 0xffff):     "record_overflow",
		"\x15\x03\x03\x00\x02\x02\x2a":                           "bad_record_mac", // an alert in clear
		strings.Repeat("\x17\x03\x03\x00\x01x", 2) + "\r\n.\r\n": "bad_record_mac",
	} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			s := play(t, nil)
			c := dialTo(t, s.Addr())
			introduced(c)
			raw := c.conn
			config := s.ClientTLS()
			config.MinVersion, config.MaxVersion = version, version
			c.startTLS(config)
			c.ehlo()
			c.conn = raw
			c.send(octets)
			c.hangUp()
			session := only(t, s)
			if a := session.TLS.Alert; a == nil || a.Name != alert || a.From != "peer" {
				t.Errorf("%q in %s: alert %+v, want %s", octets[:9], tls.VersionName(version), a, alert)
			}
			if !session.TLS.Completed || session.TLS.Error != "" || !heard(session, "TLS failed: ") {
				t.Errorf("%q in %s: completed %t, error %q", octets[:9], tls.VersionName(version), session.TLS.Completed, session.TLS.Error)
			}
			checkOutcome(t, session, fakemx.Faulted, "")
		}
	}
}

// A client that floods us with KeyUpdate messages (RFC 8446 section 4.6.3) is
// sent away by an alert, which is in the record.
func TestFloodOfKeyUpdates(t *testing.T) {
	t.Parallel()
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	s := play(t, nil)
	cmd := exec.CommandContext(t.Context(), openssl, "s_client", "-connect", s.Addr(), "-starttls", "smtp", "-tls1_3")
	input, _ := cmd.StdinPipe()
	output, _ := cmd.StderrPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewScanner(output)
	for range 40 { // it sends one for each line that it reads by itself
		_, _ = io.WriteString(input, "k\n")
		for said.Scan() && !strings.Contains(said.Text(), "KEYUPDATE") {
		}
	}
	_ = input.Close()
	_ = cmd.Wait() // it was sent away
	session := only(t, s)
	if a := session.TLS.Alert; a == nil || a.Name != "unexpected_message" || a.From != fakemx.FromPeer {
		t.Errorf("alert %+v", a)
	}
	checkOutcome(t, session, fakemx.Faulted, "")
}

func TestAddressFamilies(t *testing.T) {
	t.Parallel()
	for _, listen := range []string{"127.0.0.1:0", "[::1]:0"} {
		s := play(t, nil, func(c *fakemx.Config) { c.Listen = listen })
		if err := deliver(s, s.ClientTLS(), nil); err != nil {
			t.Errorf("%s: %v", listen, err)
			continue
		}
		session := only(t, s)
		literal := "[127.0.0.1]"
		if listen == "[::1]:0" {
			literal = "[IPv6:::1]"
		}
		if !strings.Contains(session.Transactions[0].Received, literal) {
			t.Errorf("%s is not in %q", literal, session.Transactions[0].Received)
		}
	}
}

func TestRefusedAuthBeforeTLS(t *testing.T) {
	t.Parallel()
	s := play(t, nil, fakemx.WithUser("user", "secret"))
	if err := deliver(s, s.ClientTLS(), smtp.PlainAuth("", "user", "wrong", "127.0.0.1")); err == nil {
		t.Fatal("a wrong password was taken")
	}
	session := only(t, s)
	if session.Auth == nil || session.Auth.Succeeded || session.Auth.Identity != "user" || session.Auth.InClear {
		t.Errorf("auth %+v", session.Auth)
	}
}
