// Netsmtp sends a message with net/smtp, as FAKEMX_* say.
//
// usage: netsmtp [strict|sendmail|unverified]
//
// Strict starts TLS, verifies, and gives up where that fails. Sendmail is
// smtp.SendMail, which uses TLS where it is offered; it trusts the system's
// authorities, so SSL_CERT_FILE has to name the CA file.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"os"
	"strings"
)

func main() {
	mode := "strict"
	if len(os.Args) > 1 {
		mode = os.Args[1]
	}
	if err := send(mode); err != nil {
		fmt.Fprintln(os.Stderr, "netsmtp:", err)
		os.Exit(1)
	}
}

func env(name string) string { return os.Getenv("FAKEMX_" + name) }

func recipients() []string { return strings.Split(env("RECIPIENTS"), ",") }

func send(mode string) error {
	message, err := os.ReadFile(env("MESSAGE"))
	if err != nil {
		return err
	}
	addr := net.JoinHostPort(env("HOST"), env("PORT"))
	if mode == "sendmail" {
		return smtp.SendMail(addr, nil, env("FROM"), recipients(), message)
	}
	config, err := config(mode != "unverified")
	if err != nil {
		return err
	}
	client, err := dial(addr, config)
	if err != nil {
		return err
	}
	defer client.Close()
	return deliver(client, message)
}

func config(verify bool) (*tls.Config, error) {
	text, err := os.ReadFile(env("CA"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, errors.New("the CA file holds no certificate")
	}
	return &tls.Config{RootCAs: roots, ServerName: env("HOST"), InsecureSkipVerify: !verify}, nil //nolint:gosec // one mode shows what that does
}

// dial begins TLS with the first byte or by STARTTLS.
func dial(addr string, config *tls.Config) (*smtp.Client, error) {
	if env("SCHEME") == "smtps" {
		conn, err := tls.Dial("tcp", addr, config)
		if err != nil {
			return nil, err
		}
		return smtp.NewClient(conn, env("HOST"))
	}
	client, err := smtp.Dial(addr)
	if err != nil {
		return nil, err
	}
	if err := client.StartTLS(config); err != nil {
		return nil, errors.Join(err, client.Close())
	}
	return client, nil
}

func deliver(client *smtp.Client, message []byte) error {
	if err := client.Mail(env("FROM")); err != nil {
		return err
	}
	for _, to := range recipients() {
		if err := client.Rcpt(to); err != nil {
			return err
		}
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(message); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return client.Quit()
}
