package audit_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/smtp"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// A test that plays the peers itself has the verdict of Judge, which needs the
// control: what the mailer did at the healthy peer.
func ExampleJudge() {
	healthy := scenarios.MustGet("healthy")
	control := audit.NewControl(healthy, meet(healthy))
	for _, name := range []string{"expired", "starttls-stripped", "greylist-after-tls"} {
		s := scenarios.MustGet(name)
		verdict := audit.Judge(s, audit.Verify, meet(s), control)
		fmt.Printf("%s: %s, %s\n", name, verdict.Result, verdict.Reason)
	}
	// Output:
	// expired: pass, the client did not deliver: alert bad_certificate from the client
	// starttls-stripped: pass, the client did not deliver: the client closed the connection without TLS, after the reply "502 5.5.1 STARTTLS is not offered" to STARTTLS
	// greylist-after-tls: pass, the client delivered in TLS, as it must
}

// meet lets a mailer deliver to a peer, as often as its faults make necessary.
func meet(s scenarios.Scenario) audit.Evidence {
	peer, err := fakemx.New(fakemx.Config{Scenario: s})
	if err != nil {
		log.Fatal(err)
	}
	for range audit.Attempts(s) {
		_ = post(peer) // what it says is not evidence
	}
	if err := peer.Shutdown(context.Background()); err != nil { // every session is recorded
		log.Fatal(err)
	}
	return audit.Evidence{Sessions: peer.Sessions()}
}

// post delivers in TLS or not at all.
func post(peer *fakemx.Server) error {
	c, err := smtp.Dial(peer.Addr())
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.StartTLS(peer.ClientTLS()); err != nil {
		return err
	}
	if err := errors.Join(c.Mail("a@example.test"), c.Rcpt("b@example.test")); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	return errors.Join(w.Close(), c.Quit())
}
