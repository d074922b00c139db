package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// deliverWord makes this program the client of an audit: deliver HOST PORT CA
// FROM TO. It verifies, so that most scenarios are over as soon as it sees what
// is wrong.
const deliverWord = "deliver"

// deliverPatience bounds a delivery to a peer that says nothing.
const deliverPatience = 5 * time.Second

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

// audit measures the audit of a correct client against the whole catalogue.
func audit(ctx context.Context, o options) (result, error) {
	const kind = "all"
	r := result{
		Name: "audit", Title: "audit of a verifying client with the whole catalogue", Servers: []string{kind}, Samples: map[string][]sample{},
		Note: "a new process of the client for each scenario; scenarios that stall take the client's patience of 5 s",
	}
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	dir, err := os.MkdirTemp("", "fakemx-bench-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	//nolint:gosec // the user's choice
	cmd := exec.CommandContext(ctx, o.fakemx, "audit", "--policy", "verify", "--report", "json="+filepath.Join(dir, "report.json"),
		"--", self, deliverWord, "{host}", "{port}", "{ca}", "{from}", "{to}")
	began := time.Now()
	// What fails is no matter here, as long as there is a report.
	out, failed := cmd.CombinedOutput()
	took := time.Since(began)
	if _, err := os.Stat(filepath.Join(dir, "report.json")); err != nil {
		return r, errors.Join(fmt.Errorf("no report: %s", out), failed, err)
	}
	used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	r.Samples[kind] = []sample{{P50: took, CPU: used}}
	return r, nil
}
