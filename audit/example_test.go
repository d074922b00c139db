package audit_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"net/smtp"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/scenarios"
)

// A mailer delivers with net/smtp, in TLS or not at all.
type mailer struct{}

func (mailer) String() string { return "net/smtp" }

// Deliver implements audit.Driver.
func (m mailer) Deliver(_ context.Context, t audit.Target) audit.Attempt {
	return audit.Attempt{Err: m.send(t)}
}

func (mailer) send(t audit.Target) error {
	roots, err := t.Roots()
	if err != nil {
		return err
	}
	c, err := smtp.Dial(t.Addr())
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.StartTLS(&tls.Config{ServerName: t.Host, RootCAs: roots}); err != nil {
		return err
	}
	if err := errors.Join(c.Mail(t.From), c.Rcpt(t.To)); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	_, err = w.Write(t.Message)
	return errors.Join(err, w.Close(), c.Quit())
}

// A mailer written in Go is audited in its own process.
func Example() {
	var list []scenarios.Scenario
	for _, name := range []string{"healthy", "expired", "hostname-mismatch", "starttls-stripped"} {
		list = append(list, scenarios.MustGet(name))
	}
	report, err := audit.Run(context.Background(), audit.Options{Scenarios: list, Policy: audit.Verify, Driver: mailer{}})
	if err != nil {
		log.Fatal(err)
	}
	for _, i := range report.Items {
		fmt.Printf("%s: %s\n", i.Scenario, i.Result)
	}
	fmt.Println(report.Succeeded(true))
	// Output:
	// healthy: pass
	// expired: pass
	// hostname-mismatch: pass
	// starttls-stripped: pass
	// true
}
