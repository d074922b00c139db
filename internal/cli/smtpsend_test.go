package cli_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// smtpsend is a small client for the scripts. It sends one message, verifying
// the peer if it is given a CA file, and prints "sent" or why not.
func smtpsend() {
	var s sender
	flag.StringVar(&s.mode, "tls", "starttls", "starttls, implicit or none")
	flag.StringVar(&s.caFile, "ca", "", "CA file")
	flag.StringVar(&s.name, "name", "localhost", "name or address that the certificate is to be for")
	flag.StringVar(&s.helo, "helo", "client.test", "argument of EHLO")
	flag.StringVar(&s.auth, "auth", "", "user:password")
	flag.StringVar(&s.from, "from", "anna@client.test", "reverse-path")
	flag.StringVar(&s.to, "to", "bert@mx.test", "forward-paths, with commas between")
	flag.IntVar(&s.size, "size", 0, "octets to pad the message with")
	flag.Parse()
	if err := s.send(flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "smtpsend:", err)
		os.Exit(1)
	}
	fmt.Println("sent")
}

type sender struct {
	mode, caFile, name, helo, auth, from, to string
	size                                     int
}

func (s sender) send(addr string) error {
	client, err := s.dial(addr)
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	if err := client.Hello(s.helo); err != nil {
		return err
	}
	if s.auth != "" {
		user, password, _ := strings.Cut(s.auth, ":")
		if err := client.Auth(sasl.NewPlainClient("", user, password)); err != nil {
			return err
		}
	}
	text := "Subject: hello\r\n\r\nworld\r\n" + strings.Repeat("x\r\n", s.size/3)
	if err := client.SendMail(s.from, strings.Split(s.to, ","), strings.NewReader(text)); err != nil {
		return err
	}
	return client.Quit()
}

func (s sender) dial(addr string) (*smtp.Client, error) {
	config := &tls.Config{ServerName: s.name, InsecureSkipVerify: s.caFile == ""}
	if s.caFile != "" {
		text, err := os.ReadFile(s.caFile)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, errors.New("the CA file holds no certificate")
		}
	}
	switch s.mode {
	case "starttls":
		return smtp.DialStartTLS(addr, config)
	case "implicit":
		return smtp.DialTLS(addr, config)
	}
	return smtp.Dial(addr)
}
