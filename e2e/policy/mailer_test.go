package policy_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/policy/dane"
	"github.com/fakemx/fakemx/scenarios"
)

// A mailer looks up where mail is to go, and delivers it by a policy with DANE.
type mailer struct {
	name string
	// mandatory: it delivers to hosts with usable TLSA records alone.
	mandatory bool
	seeker
	// trusting: it does not look at what the TLSA records say.
	trusting bool
	// yielding: it delivers in clear where TLS fails, whatever is published.
	yielding bool
	// What it does wrong with a message that demands REQUIRETLS, and with one
	// that says TLS-Required: No.
	demands
	rigid bool
}

// RequiresTLS says that it goes by what the message demands
// (audit.RequireTLSDriver).
func (mailer) RequiresTLS() bool { return true }

// String names it (audit.Driver).
func (m mailer) String() string { return m.name }

// dialPatience bounds the wait for a host.
const dialPatience = 5 * time.Second

// Deliver delivers a message to the first host that takes it (audit.Driver).
func (m mailer) Deliver(ctx context.Context, t audit.Target) audit.Attempt {
	m.server = t.DNS
	_, domain, _ := strings.Cut(t.To, "@")
	hosts, resolves := m.candidates(domain)
	err := fmt.Errorf("%s resolves: %s", domain, resolves)
	for _, c := range hosts {
		if c.resolves != scenarios.ResolvesYes {
			err = fmt.Errorf("%s resolves: %s", c.name, c.resolves)
			continue
		}
		if err = m.deliverTo(ctx, c, t); err == nil {
			break
		}
	}
	return audit.Attempt{Err: err}
}

// errUnreachable is what RFC 7672 makes of a host that must not be tried.
var errUnreachable = errors.New("the host is not to be tried")

func (m mailer) deliverTo(ctx context.Context, c candidate, t audit.Target) error {
	switch {
	case t.RequireTLS:
		return m.deliverDemanding(ctx, c, t)
	case waives(t.Message) && !m.rigid:
		return m.deliverAnyhow(ctx, c, t)
	}
	d := c.discovery
	if m.mandatory {
		d = d.Mandatory()
	}
	if d.Action == dane.Skip || d.Action == dane.Delay {
		return fmt.Errorf("%w: %v", errUnreachable, d.Rules)
	}
	config := d.ClientTLS(&tls.Config{ServerName: strings.TrimSuffix(c.name, "."), MinVersion: tls.VersionTLS12})
	if m.trusting {
		config = &tls.Config{InsecureSkipVerify: true} // the mailer is wrong on purpose
	}
	err := m.try(ctx, c, t, config)
	if err != nil && (d.Action == dane.Opportunistic || m.yielding) {
		return m.try(ctx, c, t, nil)
	}
	return err
}

// try makes one attempt, in TLS if there is a configuration.
func (m mailer) try(ctx context.Context, c candidate, t audit.Target, config *tls.Config) error {
	conn, err := m.dial(ctx, c.addresses, t.Port)
	if err != nil {
		return err
	}
	defer conn.Close()
	client := smtp.NewClient(conn)
	if config != nil {
		if client, err = smtp.NewClientStartTLS(conn, config); err != nil {
			return err
		}
	}
	if err := client.SendMail(t.From, []string{t.To}, bytes.NewReader(t.Message)); err != nil {
		return err
	}
	return client.Quit()
}

// dial connects to the first address that answers.
func (m mailer) dial(ctx context.Context, addresses []string, port string) (conn net.Conn, err error) {
	for _, address := range addresses {
		dialer := net.Dialer{Timeout: dialPatience}
		if conn, err = dialer.DialContext(ctx, "tcp", net.JoinHostPort(address, port)); err == nil {
			return conn, nil
		}
	}
	return nil, err
}
