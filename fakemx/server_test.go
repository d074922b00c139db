package fakemx_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net/smtp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const message = "From: a@example.test\r\nTo: b@example.test\r\nSubject: probe\r\n\r\n..leading dot\r\nlast\r\n"

// deliver sends one message with net/smtp, in TLS if config is not nil.
func deliver(s *fakemx.Server, config *tls.Config, auth smtp.Auth) error {
	c, err := smtp.Dial(s.Addr())
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Hello("client.example.test"); err != nil {
		return err
	}
	if config != nil {
		if err := c.StartTLS(config); err != nil {
			return err
		}
	}
	if auth != nil {
		if err := c.Auth(auth); err != nil {
			return err
		}
	}
	return errors.Join(transact(c), c.Quit())
}

func transact(c *smtp.Client) error {
	if err := c.Mail("a@example.test"); err != nil {
		return err
	}
	if err := c.Rcpt("b@example.test"); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(message)); err != nil {
		return err
	}
	return w.Close()
}

func wait(t testing.TB, s *fakemx.Server) fakemx.Session {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	session, err := s.WaitSession(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return session
}

func TestDeliver(t *testing.T) {
	s := fakemx.Start(t, scenarios.MustGet("healthy"), fakemx.WithUser("user", "secret"))
	if err := deliver(s, s.ClientTLS(), smtp.PlainAuth("", "user", "secret", "127.0.0.1")); err != nil {
		t.Fatal(err)
	}
	session := wait(t, s)
	t.Log(session.Narrate())
	if session.Outcome != fakemx.DeliveredTLS || session.Transactions[0].With != "UTF8SMTPSA" {
		t.Errorf("outcome %s, with %s", session.Outcome, session.Transactions[0].With)
	}
	messages := s.Messages()
	if len(messages) != 1 {
		t.Fatalf("%d messages", len(messages))
	}
	want := session.Transactions[0].Received + message
	if got := string(messages[0].Data); got != want {
		t.Errorf("stored %q, want %q", got, want)
	}
	for _, l := range session.Transcript {
		if strings.Contains(l.Text, "c2VjcmV0") || strings.Contains(l.Text, "secret") {
			t.Errorf("the secret is in the transcript: %s", l.Text)
		}
	}
}

func TestRefused(t *testing.T) {
	s := fakemx.Start(t, scenarios.MustGet("missing-intermediate"))
	if err := deliver(s, s.ClientTLS(), nil); err == nil {
		t.Fatal("a verifying client accepted the chain")
	}
	session := wait(t, s)
	t.Log(session.Narrate())
	if session.Outcome != fakemx.Refused || session.TLS.Alert == nil || session.TLS.Alert.Name != "bad_certificate" {
		t.Errorf("outcome %s, alert %v", session.Outcome, session.TLS.Alert)
	}
}
