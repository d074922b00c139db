package clients

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"os"
	"runtime"
	"slices"
	"strings"
)

// goClients are the clients made of net/smtp and crypto/tls.
func goClients() []Client {
	return []Client{goClient(Verifying), goClient(Unverified), goClient(Permissive)}
}

func goClient(form Form) Client {
	return Client{
		Program: "go", Name: form.name("go"), Form: form,
		Available: func() (string, bool) { return "", true },
		Version:   func() string { return strings.TrimPrefix(runtime.Version(), "go") },
		Run: func(ctx context.Context, target Target) Result {
			var r Result
			if err := runGo(ctx, target, form, &r); err != nil {
				r.Exit, r.Output = 1, err.Error()
				r.Errors = []string{scrub(err.Error())}
			}
			return r
		},
	}
}

// runGo delivers the message and notes in r how far it got.
func runGo(ctx context.Context, target Target, form Form, r *Result) error {
	config, err := goConfig(ctx, target, form)
	if err != nil {
		return err
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(target.Addr, target.Port))
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	start := startTLS
	if target.Implicit {
		start = startImplicit
	}
	c, err := start(conn, config)
	if err != nil {
		return err
	}
	r.TLS = true
	if err := deliver(c, target); err != nil {
		return err
	}
	r.Delivered = true
	return c.Quit()
}

func startTLS(conn net.Conn, config *tls.Config) (*smtp.Client, error) {
	c, err := smtp.NewClient(conn, config.ServerName)
	if err != nil {
		return nil, err
	}
	if ok, _ := c.Extension("STARTTLS"); !ok {
		return nil, errors.New("STARTTLS is not offered")
	}
	return c, c.StartTLS(config)
}

func startImplicit(conn net.Conn, config *tls.Config) (*smtp.Client, error) {
	inside := tls.Client(conn, config)
	if err := inside.Handshake(); err != nil {
		return nil, err
	}
	return smtp.NewClient(inside, config.ServerName)
}

func goConfig(ctx context.Context, target Target, form Form) (*tls.Config, error) {
	switch form {
	case Permissive:
		//nolint:gosec // it is the form that takes everything
		return &tls.Config{
			InsecureSkipVerify: true, ServerName: target.Host,
			MinVersion: tls.VersionTLS10, CipherSuites: everySuite(),
		}, nil
	case Unverified:
		return &tls.Config{InsecureSkipVerify: true, ServerName: target.Host}, nil //nolint:gosec // it is the form that does not verify
	}
	text, err := os.ReadFile(target.CAFile)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s holds no certificate", target.CAFile)
	}
	config := &tls.Config{RootCAs: roots, ServerName: target.Host, MinVersion: tls.VersionTLS12}
	if form == Chasing {
		chase(ctx, config)
	}
	return config, nil
}

// everySuite are all cipher suites that crypto/tls has.
func everySuite() []uint16 {
	var all []uint16
	for _, suite := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		all = append(all, suite.ID)
	}
	return all
}

// deliver carries out one transaction.
func deliver(c *smtp.Client, target Target) error {
	if err := c.Mail(target.From); err != nil {
		return err
	}
	if err := c.Rcpt(target.To); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(strings.ReplaceAll(target.Message, "\n", "\r\n"))); err != nil {
		return err
	}
	return w.Close()
}
