package cli

import (
	"net"

	"github.com/fakemx/fakemx/internal/shell"
)

// A target is a peer as a client on this machine reaches it.
type target struct {
	addr     string // host:port to connect to
	hostname string // the name, or address, that the certificate is to be for
	caFile   string // empty if the client's own trust store is to be used
	implicit bool   // TLS from the first byte
	// mail and rcpt are the addresses of the message.
	mail, rcpt string
}

// commands are what a person would type to try the peer: one that shows the
// certificates and the verdict, and two that send a message and verify.
func (t target) commands() []string {
	return []string{t.openssl(), t.swaks(), t.curl()}
}

func (t target) openssl() string {
	words := []string{"openssl", "s_client", "-connect", t.addr}
	if !t.implicit {
		words = append(words, "-starttls", "smtp")
	}
	if net.ParseIP(t.hostname) != nil {
		words = append(words, "-verify_ip", t.hostname)
	} else {
		words = append(words, "-servername", t.hostname, "-verify_hostname", t.hostname)
	}
	if t.caFile != "" {
		words = append(words, "-CAfile", t.caFile)
	}
	return shell.Line(words)
}

func (t target) swaks() string {
	words := []string{"swaks", "--server", t.dial(), "--tls", "--tls-verify"}
	if t.implicit {
		words[3] = "--tls-on-connect"
	}
	if t.caFile != "" {
		words = append(words, "--tls-ca-path", t.caFile)
	}
	return shell.Line(append(words, "--from", t.mail, "--to", t.rcpt))
}

func (t target) curl() string {
	_, port, _ := net.SplitHostPort(t.addr)
	scheme := "smtp://"
	words := []string{"curl"}
	if t.implicit {
		scheme = "smtps://"
	} else {
		words = append(words, "--ssl-reqd")
	}
	if t.caFile != "" {
		words = append(words, "--cacert", t.caFile)
	}
	if !t.named() {
		words = append(words, "--connect-to", "::"+t.addr)
	}
	words = append(words, "--mail-from", t.mail, "--mail-rcpt", t.rcpt, "-T", "-")
	words = append(words, scheme+net.JoinHostPort(t.hostname, port))
	return shell.Line([]string{"echo", "Subject: hello"}) + " | " + shell.Line(words)
}

// named says whether the hostname leads to the peer without a DNS.
func (t target) named() bool {
	host, _, err := net.SplitHostPort(t.addr)
	if err == nil && t.hostname == "localhost" {
		return host == "127.0.0.1" || host == "::1" || host == "localhost"
	}
	return net.ParseIP(t.hostname) != nil
}

// dial is the address to connect to, by name where the name leads there for
// a client that does not try more than one address, and that one IPv4.
func (t target) dial() string {
	host, port, err := net.SplitHostPort(t.addr)
	if err != nil || !t.named() || net.ParseIP(host).To4() == nil {
		return t.addr
	}
	return net.JoinHostPort(t.hostname, port)
}
