package endurance_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"
)

// poison is what a terminal obeys, a header field and a secret, for wherever a
// client has a say: an escape sequence, a C1 control, a bidirectional override,
// bare line ends.
const (
	poison   = "x\x1b[2J\u009b31m\u202ey\rX-Evil: 1"
	password = "pa55-phrase"
)

// What a hostile client says stays out of the terminal, of other header fields
// and, if it is a secret, of everything.
func TestHostileWords(t *testing.T) {
	for name, flags := range map[string][]string{"for people": nil, "as JSON": {"--json"}} {
		t.Run(name, func(t *testing.T) {
			said, message := playHostile(t, flags)
			if strings.ContainsFunc(said, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
				t.Errorf("the output holds what a terminal obeys: %q", said)
			}
			if !strings.Contains(said, `[2J`) {
				t.Errorf("the output does not show what was said: %s", said)
			}
			secret := base64.StdEncoding.EncodeToString([]byte(password))
			for _, form := range []string{password, secret[:len(secret)-3]} {
				if strings.Contains(said, form) || strings.Contains(message, form) {
					t.Errorf("the secret is told as %q", form)
				}
			}
			checkHeader(t, message)
		})
	}
}

// checkHeader wants the fields of the message that was sent, behind Received.
func checkHeader(t *testing.T, message string) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(message))
	if err != nil {
		t.Fatalf("%v: %q", err, message)
	}
	if len(m.Header) != 2 || len(m.Header["Received"]) != 1 || m.Header.Get("Subject") != "x" {
		t.Errorf("the header is %q", m.Header)
	}
	head, _, _ := strings.Cut(message, "Subject:")
	if strings.ContainsFunc(strings.ReplaceAll(head, "\r\n\t", " "), func(r rune) bool { return r < ' ' && r != '\r' && r != '\n' || r > '~' }) ||
		strings.Count(head, "\r") != strings.Count(head, "\r\n") {
		t.Errorf("the trace field is %q", head)
	}
}

// hostilePeer asks for a certificate, and stamps its names in Postfix's form.
const hostilePeer = `name: curious
summary: asks for a certificate and tells its names
base: client-certificate-requested
peer:
  trace:
    form: postfix
`

// playHostile lets a hostile client have a session and returns what the command
// says, and the message that it stored.
func playHostile(t *testing.T, flags []string) (said, message string) {
	t.Helper()
	dir := t.TempDir()
	file, addrs, maildir := filepath.Join(dir, "curious.yaml"), filepath.Join(dir, "addrs"), filepath.Join(dir, "mail")
	if err := os.WriteFile(file, []byte(hostilePeer), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	cmd := exec.Command(command, append(flags, "--scenario-file", file, "--scenario", "curious", "--listen", "127.0.0.1:0",
		"--addr-file", addrs, "--messages", maildir, "--auth", "user:"+password)...)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	var ready []event
	eventually(t, "the address", func() bool {
		text, err := os.ReadFile(addrs)
		return err == nil && json.Unmarshal(text, &ready) == nil
	})
	if err := talkHostile(ready[0].Addr); err != nil {
		t.Error(err)
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v: %s", err, &out)
	}
	files, err := filepath.Glob(filepath.Join(maildir, "new", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%d messages, %v; the command said %s", len(files), err, &out)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), string(text)
}

// talkHostile puts poison wherever it may, and delivers one message.
func talkHostile(addr string) error {
	certificate, err := poisonedCertificate()
	if err != nil {
		return err
	}
	c, err := connect(addr)
	if err != nil {
		return err
	}
	defer c.drop(false)
	if err := c.greet(poison); err != nil {
		return err
	}
	_ = c.say(poison, '2')
	if err := c.secure(poison, &tls.Config{
		InsecureSkipVerify: true, ServerName: poison, NextProtos: []string{poison}, Certificates: []tls.Certificate{certificate},
	}); err != nil {
		return err
	}
	_ = c.say("VRFY "+poison, '2')
	_ = c.say("AUTH PLAIN "+base64.StdEncoding.EncodeToString([]byte("\x00"+poison+"\x00"+password)), '2')
	_ = c.say("AUTH "+poison, '2')
	_ = c.say("MAIL FROM:<"+poison+"@example.test>", '2')
	_ = c.say("RSET", '2')
	if err := c.say(`MAIL FROM:<"`+poison+`"@example.test> SMTPUTF8`, '2'); err != nil {
		_ = c.say("MAIL FROM:<>", '2')
	}
	_ = c.say("RCPT TO:<"+poison+"@example.test>", '2')
	_ = c.say(`RCPT TO:<"`+poison+`"@example.test>`, '2')
	if err := c.say("RCPT TO:<b@example.test>", '2'); err != nil {
		return err
	}
	if err := c.say("DATA\r\nSubject: x\r\n\r\nx\r\n.", '3'); err != nil {
		return err
	}
	if err := c.want('2'); err != nil {
		return fmt.Errorf("the message: %w", err)
	}
	c.quit()
	return nil
}

// poisonedCertificate signs itself.
func poisonedCertificate() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: poison + "\r\nX-Evil: 1", Organization: []string{poison}},
		NotBefore:    time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
