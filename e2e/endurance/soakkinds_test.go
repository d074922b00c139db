package endurance_test

import (
	"crypto/tls"
	"crypto/x509"
	"math/rand/v2"
	"net/smtp"
	"os"
	"strings"

	gosmtp "github.com/emersion/go-smtp"
)

// kinds are the clients of a soak. Each has one session, or two, with a peer.
var kinds = []func(*soak, event){
	opportunistic, opportunistic, encrypting, verifying, inClear, vanishing, babbling, standardLibrary, goSMTP,
}

// opportunistic tries TLS with anybody, and goes on in clear where it fails.
func opportunistic(s *soak, p event) {
	if !deliver(s, p, &tls.Config{InsecureSkipVerify: true}) {
		deliver(s, p, nil)
	}
}

// encrypting wants TLS with anybody.
func encrypting(s *soak, p event) { deliver(s, p, &tls.Config{InsecureSkipVerify: true}) }

// verifying wants TLS with the peer itself.
func verifying(s *soak, p event) {
	if config := trusting(p); config != nil {
		deliver(s, p, config)
	}
}

// inClear never asks for TLS.
func inClear(s *soak, p event) { deliver(s, p, nil) }

// deliver sends a few messages in one session; false if TLS was wanted and did
// not come about.
func deliver(s *soak, p event, config *tls.Config) bool {
	c, err := s.dial(p)
	if err != nil {
		return true
	}
	defer c.drop(false)
	if err := c.greet("soak.client.test"); err != nil {
		return true
	}
	if config != nil && c.secure("soak.client.test", config) != nil {
		return false
	}
	for range 1 + rand.IntN(3) {
		number, content := s.message()
		if c.send(content, number%2 == 0) != nil {
			return true
		}
		s.answer(number)
	}
	c.quit()
	return true
}

func trusting(p event) *tls.Config {
	roots := x509.NewCertPool()
	pem, err := os.ReadFile(p.CAFile)
	if err != nil || !roots.AppendCertsFromPEM(pem) {
		return nil
	}
	return &tls.Config{RootCAs: roots, ServerName: p.Hostname}
}

// vanishing is gone behind some step.
func vanishing(s *soak, p event) {
	c, err := s.dial(p)
	if err != nil {
		return
	}
	defer c.drop(rand.IntN(2) == 0)
	walk := everyWalk[rand.IntN(len(everyWalk))]
	number, _ := s.message()
	for _, step := range walk[:rand.IntN(len(walk)+1)] {
		if step.do(c, number) != nil {
			return
		}
	}
}

// babbling sends octets that mean nothing.
func babbling(s *soak, p event) {
	c, err := s.dial(p)
	if err != nil {
		return
	}
	defer c.drop(false)
	noise := make([]byte, rand.IntN(4096))
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	_ = c.write("EHLO " + string(noise) + "\r\nSTARTTLS\r\n" + string(noise))
	_ = c.want('2')
}

// standardLibrary is net/smtp.
func standardLibrary(s *soak, p event) {
	c, err := s.dial(p)
	if err != nil {
		return
	}
	defer c.drop(false)
	mailer, err := smtp.NewClient(c.raw, "localhost")
	if err != nil {
		return
	}
	if ok, _ := mailer.Extension("STARTTLS"); ok && mailer.StartTLS(&tls.Config{InsecureSkipVerify: true}) != nil {
		return
	}
	if mailer.Mail("sender@client.test") != nil || mailer.Rcpt("recipient@peer.test") != nil {
		return
	}
	w, err := mailer.Data()
	if err != nil {
		return
	}
	number, content := s.message()
	if _, err := w.Write([]byte(content)); err != nil || w.Close() != nil {
		return
	}
	s.answer(number)
	_ = mailer.Quit()
}

// goSMTP is the client of go-smtp.
func goSMTP(s *soak, p event) {
	c, err := s.dial(p)
	if err != nil {
		return
	}
	defer c.drop(false)
	mailer, err := gosmtp.NewClientStartTLS(c.raw, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		return
	}
	number, content := s.message()
	if mailer.SendMail("sender@client.test", []string{"a@peer.test", "b@peer.test"}, strings.NewReader(content)) != nil {
		return
	}
	s.answer(number)
	_ = mailer.Quit()
}
