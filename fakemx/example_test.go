package fakemx_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/smtp"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/scenarios"
)

// send is the mailer under test: it insists on TLS and verifies the peer.
func send(addr string, config *tls.Config, text string) error {
	c, err := smtp.Dial(addr)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.StartTLS(config); err != nil {
		return err
	}
	if err := c.Mail("sender@example.test"); err != nil {
		return err
	}
	if err := c.Rcpt("rcpt@example.test"); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(text)); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}

// Several peers under one root, for a mailer that is told once whom to trust.
func ExampleConfig_anchors() {
	anchors := new(certgen.Anchors)
	var peers []*fakemx.Server
	for _, name := range []string{"healthy", "untrusted-root"} {
		peer, err := fakemx.New(fakemx.Config{Scenario: scenarios.MustGet(name), Anchors: anchors})
		if err != nil {
			fmt.Println(err)
			return
		}
		defer peer.Close()
		peers = append(peers, peer)
	}
	anchors.Forget() // no key of a root is needed any more
	roots, err := anchors.Roots()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, peer := range peers {
		err := send(peer.Addr(), &tls.Config{RootCAs: roots, ServerName: peer.Host()}, "hello\r\n")
		fmt.Printf("%s: delivered %t\n", peer.Scenario().Name, err == nil)
	}
	// Output:
	// healthy: delivered true
	// untrusted-root: delivered false
}

// A test of a mailer, as it stands in a file of the mailer's own package.
func ExampleStart() {
	mailerRefusesAnExpiredCertificate := func(t *testing.T) {
		peer := fakemx.Start(t, scenarios.MustGet("expired"))
		if err := send(peer.Addr(), peer.ClientTLS(), "hello\r\n"); err == nil {
			t.Error("the mailer accepted an expired certificate")
		}
		session, err := peer.WaitSession(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if session.Outcome != fakemx.Refused {
			t.Errorf("outcome %s, want %s", session.Outcome, fakemx.Refused)
		}
	}
	passed := testing.RunTests(func(string, string) (bool, error) { return true, nil },
		[]testing.InternalTest{{Name: "TestMailerRefusesAnExpiredCertificate", F: mailerRefusesAnExpiredCertificate}})
	fmt.Println(passed)
	// Output:
	// true
}

// What a client did stands in the record of its session.
func ExampleServer_WaitSession() {
	peer, err := fakemx.New(fakemx.Config{Scenario: scenarios.MustGet("missing-intermediate")})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer peer.Close()
	if err := send(peer.Addr(), peer.ClientTLS(), "hello\r\n"); err != nil {
		fmt.Println("the mailer refused")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	session, err := peer.WaitSession(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(session.Outcome)
	fmt.Println(session.TLS.ClientHello.ServerName, session.TLS.Completed)
	fmt.Println(session.TLS.Alert.Name, "from", session.TLS.Alert.From)
	// Output:
	// the mailer refused
	// refused
	// localhost false
	// bad_certificate from client
}

// Accepted messages are kept in memory, with the trace field that the peer
// stamped.
func ExampleServer_Messages() {
	peer, err := fakemx.New(fakemx.Config{Scenario: scenarios.MustGet("healthy")})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer peer.Close()
	if err := send(peer.Addr(), peer.ClientTLS(), "Subject: hello\r\n\r\nworld\r\n"); err != nil {
		fmt.Println(err)
		return
	}
	for _, m := range peer.Messages() {
		fmt.Printf("%s to %s\n", m.From, m.To)
		text := strings.TrimPrefix(string(m.Data), m.Received)
		fmt.Print(strings.ReplaceAll(text, "\r\n", "\n"))
	}
	// Output:
	// sender@example.test to [rcpt@example.test]
	// Subject: hello
	//
	// world
}

// A scenario of one's own is the healthy peer after an edit.
func ExampleNew() {
	sc := scenarios.MustGet("healthy").With(func(p *scenarios.Peer) {
		p.Faults = []scenarios.Fault{{
			At: scenarios.AtMAIL, Do: scenarios.DoReply, Text: "451 4.7.1 Greylisted, try again later", First: 1,
		}}
	})
	peer, err := fakemx.New(fakemx.Config{Scenario: sc})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer peer.Close()
	for range 2 {
		fmt.Println(send(peer.Addr(), peer.ClientTLS(), "hello\r\n"))
	}
	// Output:
	// 451 "4.7.1 Greylisted, try again later"
	// <nil>
}

// A Maildir keeps messages on the disk.
func ExampleConfig_maildir() {
	dir, err := os.MkdirTemp("", "fakemx-example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	maildir, err := store.NewMaildir(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	peer, err := fakemx.New(fakemx.Config{Scenario: scenarios.MustGet("healthy"), Store: maildir})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer peer.Close()
	fmt.Println(send(peer.Addr(), peer.ClientTLS(), "hello\r\n"))
	stored, err := os.ReadDir(dir + "/new")
	fmt.Println(len(stored), err)
	// Output:
	// <nil>
	// 1 <nil>
}
