package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"os"
	"time"
)

// deliverWord makes this program the client of an audit: deliver HOST PORT CA
// FROM TO. It verifies, so that most scenarios are over as soon as it sees what
// is wrong.
const deliverWord = "deliver"

// deliverPatience bounds a delivery to a peer that says nothing. It is longer
// than the pause of greet-pause, after which a client has to deliver.
const deliverPatience = 8 * time.Second

func deliver(args []string) error {
	if len(args) != 5 {
		return errors.New("expected: deliver HOST PORT CA FROM TO")
	}
	host, addr, from, to := args[0], net.JoinHostPort(args[0], args[1]), args[3], args[4]
	roots := x509.NewCertPool()
	if pem, err := os.ReadFile(args[2]); err != nil || !roots.AppendCertsFromPEM(pem) { //nolint:gosec // our own argument
		return errors.Join(fmt.Errorf("%s: no certificates", args[2]), err)
	}
	conn, err := net.DialTimeout("tcp", addr, deliverPatience) //nolint:gosec // our own argument
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(deliverPatience)); err != nil {
		return err
	}
	client, err := smtp.NewClient(conn, host)
	if err != nil {
		return err
	}
	if err := client.StartTLS(&tls.Config{ServerName: host, RootCAs: roots, MinVersion: tls.VersionTLS12}); err != nil {
		return err
	}
	return errors.Join(mail(client, from, to), client.Quit())
}

func mail(client *smtp.Client, from, to string) error {
	if err := client.Mail(from); err != nil { //nolint:gosec // our own argument
		return err
	}
	if err := client.Rcpt(to); err != nil { //nolint:gosec // our own argument
		return err
	}
	w, err := client.Data()
	if err != nil {
		return err
	}
	_, err = w.Write([]byte("Subject: audit\r\n\r\nwhole\r\n"))
	return errors.Join(err, w.Close())
}
