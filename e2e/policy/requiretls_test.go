package policy_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/policy/dane"
	"github.com/fakemx/fakemx/scenarios"
)

// demands are what a mailer does wrong with a message that demands REQUIRETLS.
type demands struct {
	dropping  bool // it leaves the parameter out where it is not offered
	retrying  bool // it tries again without the parameter where that is refused
	accepting bool // it takes every certificate
	misled    bool // it does not ask whether the MX record is secure
}

// Why a message that demands REQUIRETLS is not sent.
var (
	errInsecureMX   = errors.New("5.7.30 the MX record is not secure")
	errNoREQUIRETLS = errors.New("5.7.30 REQUIRETLS support required")
)

// deliverDemanding does what RFC 8689 section 4.2.1 says.
func (m mailer) deliverDemanding(ctx context.Context, c candidate, t audit.Target) error {
	if !c.secureMX && !m.misled {
		return errInsecureMX
	}
	roots, err := t.Roots()
	if err != nil {
		return err
	}
	config := &tls.Config{ServerName: strings.TrimSuffix(c.name, "."), RootCAs: roots, MinVersion: tls.VersionTLS12}
	switch c.discovery.Action {
	case dane.Authenticate:
		config = c.discovery.ClientTLS(config)
	case dane.Opportunistic, dane.Encrypt:
	default:
		return errUnreachable
	}
	if m.accepting {
		config = &tls.Config{InsecureSkipVerify: true} // the mailer is wrong on purpose
	}
	return m.sendDemanding(ctx, c, t, config)
}

func (m mailer) sendDemanding(ctx context.Context, c candidate, t audit.Target, config *tls.Config) error {
	conn, err := m.dial(ctx, c.addresses, t.Port)
	if err != nil {
		return err
	}
	defer conn.Close()
	client, err := smtp.NewClientStartTLS(conn, config)
	if err != nil {
		return err
	}
	offered, _ := client.Extension("REQUIRETLS")
	if !offered && !m.dropping {
		return errors.Join(errNoREQUIRETLS, client.Quit())
	}
	err = client.Mail(t.From, &smtp.MailOptions{RequireTLS: offered})
	if err != nil && m.retrying {
		err = client.Mail(t.From, nil)
	}
	if err == nil {
		err = client.Rcpt(t.To, nil)
	}
	if err != nil {
		return errors.Join(err, client.Quit())
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	_, err = w.Write(t.Message)
	return errors.Join(err, w.Close(), client.Quit())
}

// waives: the message has the header field TLS-Required.
func waives(message []byte) bool {
	header, _, _ := bytes.Cut(message, []byte("\r\n\r\n"))
	return bytes.Contains(header, []byte("\r\nTLS-Required: No\r\n"))
}

// deliverAnyhow does what RFC 8689 section 4.2.2 says: TLS if it works, without
// asking who the host is.
func (m mailer) deliverAnyhow(ctx context.Context, c candidate, t audit.Target) error {
	if err := m.try(ctx, c, t, &tls.Config{InsecureSkipVerify: true}); err == nil { // as the message asks for
		return nil
	}
	return m.try(ctx, c, t, nil)
}

// asking are the scenarios whose messages ask for something.
func asking() []scenarios.Scenario {
	var list []scenarios.Scenario
	for _, s := range scenarios.All() {
		if s.Message != (scenarios.Message{}) {
			list = append(list, s)
		}
	}
	return list
}

// TestMailersThatDisregardTheMessage are found, each by what it does wrong.
func TestMailersThatDisregardTheMessage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		mailer  mailer
		policy  audit.Policy
		fails   string // all that failed
		finding string
	}{
		"right":         {mailer{}, audit.DANE, "", ""},
		"opportunistic": {mailer{}, audit.Opportunistic, "", ""},
		"dropping": {
			mailer{demands: demands{dropping: true}}, audit.DANE,
			"requiretls-in-clear-only requiretls-unsupported", "it promises what it does not keep",
		},
		"retrying": {
			mailer{demands: demands{retrying: true}}, audit.DANE, "requiretls-refused", "it promises what it does not keep",
		},
		"accepting": {
			mailer{demands: demands{accepting: true}}, audit.DANE, "requiretls-and-tls-required-no requiretls-untrusted", "",
		},
		"misled": {mailer{demands: demands{misled: true}}, audit.DANE, "requiretls-insecure-mx", ""},
		"rigid":  {mailer{rigid: true}, audit.DANE, "", "does not deliver any message that says TLS-Required: No"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.mailer.name = name
			r, err := audit.Run(t.Context(), audit.Options{
				Scenarios: asking(), Policy: test.policy, Driver: test.mailer, DNS: "127.0.0.1:0", Patience: 15 * time.Second,
			})
			if err != nil {
				t.Fatal(err)
			}
			if got := names(r, audit.Fail); got != test.fails {
				t.Errorf("%q failed, want %q: %v", got, test.fails, with(r, audit.Fail))
			}
			if unclear := with(r, audit.Unclear); len(unclear) > 0 {
				t.Errorf("unclear: %v", unclear)
			}
			if got := strings.Join(r.Findings, "; "); !strings.Contains(got, test.finding) || test.finding == "" && got != "" {
				t.Errorf("the findings are %q, want %q", got, test.finding)
			}
		})
	}
}

// names are the names of the scenarios with a result, sorted.
func names(r *audit.Report, result audit.Result) string {
	return strings.Join(slices.Sorted(maps.Keys(with(r, result))), " ")
}
