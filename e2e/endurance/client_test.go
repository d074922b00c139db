package endurance_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// A client speaks SMTP by hand.
type client struct {
	raw  net.Conn
	conn net.Conn // raw, or TLS upon it
	in   *bufio.Reader
}

// connect opens a connection and reads nothing.
func connect(addr string) (*client, error) {
	raw, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return newClient(raw), raw.SetDeadline(time.Now().Add(patience))
}

func newClient(raw net.Conn) *client {
	return &client{raw: raw, conn: raw, in: bufio.NewReader(raw)}
}

// greet reads the greeting and introduces the client.
func (c *client) greet(name string) error {
	if err := c.want('2'); err != nil {
		return err
	}
	return c.say("EHLO "+name, '2')
}

// secure begins TLS and introduces the client again. It trusts anybody, unless
// config says otherwise.
func (c *client) secure(name string, config *tls.Config) error {
	if err := c.say("STARTTLS", '2'); err != nil {
		return err
	}
	if config == nil {
		config = &tls.Config{InsecureSkipVerify: true}
	}
	inner := tls.Client(c.raw, config)
	if err := inner.Handshake(); err != nil {
		return err
	}
	c.conn, c.in = inner, bufio.NewReader(inner)
	return c.say("EHLO "+name, '2')
}

// send sends one message as the text of DATA, or in chunks. It is answered 250
// unless there is an error.
func (c *client) send(text string, chunks bool) error {
	if err := c.envelope(); err != nil {
		return err
	}
	half := len(text) / 2
	begin, rest, code := "DATA\r\n", stuffed(text), byte('3')
	if chunks {
		begin, rest = fmt.Sprintf("BDAT %d\r\n%s", half, text[:half]), fmt.Sprintf("BDAT %d LAST\r\n%s", len(text)-half, text[half:])
		code = '2'
	}
	if err := c.write(begin); err != nil {
		return err
	}
	if err := c.want(code); err != nil {
		return err
	}
	if err := c.write(rest); err != nil {
		return err
	}
	return c.want('2')
}

func (c *client) envelope() error {
	if err := c.say("MAIL FROM:<sender@client.test>", '2'); err != nil {
		return err
	}
	return c.say("RCPT TO:<recipient@peer.test>", '2')
}

func (c *client) write(text string) error {
	_, err := io.WriteString(c.conn, text)
	return err
}

// say sends a line and wants a reply that begins so.
func (c *client) say(line string, code byte) error {
	if err := c.write(line + "\r\n"); err != nil {
		return err
	}
	return c.want(code)
}

// A refusal is a reply other than the one that was wanted.
type refusal string

func (r refusal) Error() string { return "the peer said " + strings.TrimSpace(string(r)) }

// want reads a whole reply.
func (c *client) want(code byte) error {
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return err
		}
		if len(line) < 4 || line[0] != code {
			return refusal(line)
		}
		if line[3] != '-' {
			return nil
		}
	}
}

// quit ends the session properly.
func (c *client) quit() {
	_ = c.say("QUIT", '2')
	c.drop(false)
}

// drop ends the connection with a FIN, or a RST.
func (c *client) drop(reset bool) {
	if tcp, ok := c.raw.(*net.TCPConn); ok && reset {
		_ = tcp.SetLinger(0)
	}
	_ = c.raw.Close()
}
