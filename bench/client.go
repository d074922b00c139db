package main

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"net"
	"time"
)

// A mailer is one connection of the load: SMTP by hand on a net.Conn, so that
// as little of the machine as can be goes to the client's side.
type mailer struct {
	conn net.Conn
	buf  [2048]byte
	r, w int // buf[r:w] is unread
}

// patience bounds a whole session of the load.
const patience = 5 * time.Minute

// dial connects, and introduces the client, in TLS if config is not nil.
func dial(addr string, config *tls.Config) (*mailer, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	m := &mailer{conn: conn}
	if err := m.introduce(config); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return m, nil
}

func (m *mailer) introduce(config *tls.Config) error {
	if err := m.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if err := m.expect('2'); err != nil {
		return err
	}
	if err := m.command("EHLO client.test\r\n", '2'); err != nil || config == nil {
		return err
	}
	if err := m.command("STARTTLS\r\n", '2'); err != nil {
		return err
	}
	inner := tls.Client(m.conn, config)
	if err := inner.Handshake(); err != nil {
		return err
	}
	m.conn = inner
	return m.command("EHLO client.test\r\n", '2')
}

// send sends one message, body with the dot behind it.
func (m *mailer) send(body []byte) error {
	if err := m.command(fmt.Sprintf("MAIL FROM:<sender@client.test> SIZE=%d\r\n", len(body)), '2'); err != nil {
		return err
	}
	if err := m.command("RCPT TO:<recipient@peer.test>\r\n", '2'); err != nil {
		return err
	}
	if err := m.command("DATA\r\n", '3'); err != nil {
		return err
	}
	if _, err := m.conn.Write(body); err != nil {
		return err
	}
	return m.expect('2')
}

// quit ends the session in good order.
func (m *mailer) quit() error {
	err := m.command("QUIT\r\n", '2')
	_ = m.conn.Close()
	return err
}

func (m *mailer) command(line string, want byte) error {
	if _, err := m.conn.Write([]byte(line)); err != nil {
		return err
	}
	return m.expect(want)
}

// expect reads a whole reply, whose code must begin with want.
func (m *mailer) expect(want byte) error {
	for {
		line, err := m.line()
		if err != nil {
			return err
		}
		if len(line) < 4 || line[0] != want {
			return fmt.Errorf("expected a reply that begins with %c, not %q", want, line)
		}
		if line[3] != '-' {
			return nil
		}
	}
}

// line returns the next line; it is valid until the next call.
func (m *mailer) line() ([]byte, error) {
	for {
		if i := bytes.IndexByte(m.buf[m.r:m.w], '\n'); i >= 0 {
			line := m.buf[m.r : m.r+i+1]
			m.r += i + 1
			return line, nil
		}
		m.w = copy(m.buf[:], m.buf[m.r:m.w])
		m.r = 0
		n, err := m.conn.Read(m.buf[m.w:])
		m.w += n
		if n == 0 {
			return nil, err
		}
	}
}

// message is a message of about size octets in ordinary lines, a few of which
// begin with a dot, as the text of DATA through the dot that ends it.
func message(size int) []byte {
	body := []byte("From: sender@client.test\r\nTo: recipient@peer.test\r\nSubject: load\r\n\r\n")
	line := []byte("The quick brown fox jumps over the lazy dog, again and again, until it ends.\r\n")
	for n := 0; len(body) < size; n++ {
		if n%64 == 63 {
			body = append(body, ".."...)
		}
		body = append(body, line...)
	}
	return append(body, ".\r\n"...)
}
