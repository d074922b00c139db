// Gomail sends a message with go-mail, as FAKEMX_* say. It is a module of its
// own, so that nobody who imports fakemx gets go-mail with it.
//
// usage: gomail [mandatory|opportunistic|unverified]
//
// Mandatory is go-mail's default; opportunistic uses TLS where it is offered.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
)

func main() {
	mode := "mandatory"
	if len(os.Args) > 1 {
		mode = os.Args[1]
	}
	if err := send(mode); err != nil {
		fmt.Fprintln(os.Stderr, "gomail:", err)
		os.Exit(1)
	}
}

func env(name string) string { return os.Getenv("FAKEMX_" + name) }

func send(mode string) error {
	client, err := newClient(mode)
	if err != nil {
		return err
	}
	message := mail.NewMsg()
	if err := message.From(env("FROM")); err != nil {
		return err
	}
	if err := message.To(strings.Split(env("RECIPIENTS"), ",")...); err != nil {
		return err
	}
	message.Subject("fakemx probe")
	message.SetBodyString(mail.TypeTextPlain, "This is a probe of fakemx audit.")
	return client.DialAndSend(message)
}

func newClient(mode string) (*mail.Client, error) {
	text, err := os.ReadFile(env("CA"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, errors.New("the CA file holds no certificate")
	}
	port, err := strconv.Atoi(env("PORT"))
	if err != nil {
		return nil, err
	}
	options := []mail.Option{
		mail.WithPort(port), mail.WithTimeout(30 * time.Second),
		mail.WithTLSConfig(&tls.Config{RootCAs: roots, ServerName: env("HOST"), InsecureSkipVerify: mode == "unverified"}),
	}
	switch {
	case env("SCHEME") == "smtps":
		options = append(options, mail.WithSSL())
	case mode == "opportunistic":
		options = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	return mail.NewClient(env("HOST"), options...)
}
