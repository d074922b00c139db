package stage_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log"
	"net"
	"strings"

	"github.com/emersion/go-smtp"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// A mailer looks up who takes mail for a domain, and delivers there in verified
// TLS or not at all. Resolver and Dial are those of package net when it is in
// use.
type mailer struct {
	Resolver *net.Resolver
	Dial     func(ctx context.Context, network, address string) (net.Conn, error)
	Roots    *x509.CertPool
}

func (m mailer) Send(ctx context.Context, from, to, message string) error {
	_, domain, _ := strings.Cut(to, "@")
	records, err := m.Resolver.LookupMX(ctx, domain)
	if err != nil {
		return err
	}
	host := strings.TrimSuffix(records[0].Host, ".")
	conn, err := m.Dial(ctx, "tcp", net.JoinHostPort(host, "25"))
	if err != nil {
		return err
	}
	client, err := smtp.NewClientStartTLS(conn, &tls.Config{ServerName: host, RootCAs: m.Roots})
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.SendMail(from, []string{to}, strings.NewReader(message)); err != nil {
		return err
	}
	return client.Quit()
}

// In a test, Start takes the place of New, log.Fatal and Close.
func Example() {
	s, err := stage.New(stage.Config{
		Peers: []fakemx.Config{{Scenario: scenarios.MustGet("healthy")}, {Scenario: scenarios.MustGet("hostname-mismatch")}},
		DNS:   "127.0.0.1:0",
	})
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	m := mailer{Resolver: s.Resolver(), Dial: s.DialContext, Roots: s.Roots()}

	ctx := context.Background()
	for _, domain := range []string{"healthy.fakemx.test", "hostname-mismatch.fakemx.test", "nobody.fakemx.test"} {
		err := m.Send(ctx, "a@example.test", "b@"+domain, "Subject: probe\r\n\r\nHello.\r\n")
		fmt.Println(domain, "delivered:", err == nil)
	}
	for _, p := range s.Peers() {
		session, err := p.WaitSession(ctx)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(session.Scenario, session.Outcome)
	}
	// Output:
	// healthy.fakemx.test delivered: true
	// hostname-mismatch.fakemx.test delivered: false
	// nobody.fakemx.test delivered: false
	// healthy delivered-tls
	// hostname-mismatch refused
}
