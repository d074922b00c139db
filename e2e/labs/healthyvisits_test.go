package labs_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"net/textproto"
	"strings"

	"github.com/fakemx/fakemx/e2e/internal/lab"
)

// A caller is who connects to a mail server on an ordinary day. What it is told is
// its own affair: an error is that it did not get through at all, or was taken
// or refused where it should not have been.
type caller struct {
	name string
	call func(ctx context.Context, p lab.Project) error
}

// callers are in the order in which they come.
var callers = []caller{
	{"a client in TLS", delivers(true, "ann@healthy.fakemx.test", "games", "Hello.", true)},
	{"a client in clear", delivers(false, "bob@healthy.fakemx.test", "games", "Hello.", true)},
	{"another client in TLS", delivers(true, "cat@healthy.fakemx.test", "backup", "Hello.", true)},
	{"a bounce", delivers(true, "", "games", "Your message was not delivered.", true)},
	{"a mistyped recipient in TLS", delivers(true, "ann@healthy.fakemx.test", "nosuchuser", "Hello.", false)},
	{"a mistyped recipient in clear", delivers(false, "ann@healthy.fakemx.test", "info2", "Hello.", false)},
	{"a relay attempt in TLS", delivers(true, "ann@healthy.fakemx.test", "victim@elsewhere.test", "Hello.", false)},
	{"a relay attempt in clear", delivers(false, "ann@healthy.fakemx.test", "victim@elsewhere.test", "Hello.", false)},
	{"a sender that is blocked", delivers(true, "spammer@healthy.fakemx.test", "games", "Buy!", false)},
	{"a message that is too big", delivers(true, "ann@healthy.fakemx.test", "games", strings.Repeat("A long line of a long message.\r\n", 1000), false)},
	{"a sender without a domain", attempts(true, "ghost@no-such-domain.fakemx.test", "games")},
	{"a recipient that is greylisted by Postfix and unknown to the others", attempts(true, "ann@healthy.fakemx.test", "grey")},
	{"a user with a password", authenticates("secret", true)},
	{"a guesser of passwords", authenticates("guess", false)},
	{"one that connects and closes", talks("")},
	{"one that quits at once", talks("QUIT\r\n")},
	{"one that says EHLO and closes", talks("EHLO scanner.fakemx.test\r\n")},
	{"one that has no manners", talks("HELO x\r\nMAIL\r\nRCPT TO:<games>\r\nXYZZY\r\nVRFY root\r\nEXPN staff\r\nDATA\r\nQUIT\r\n")},
	{"an old client", talks("HELO old.fakemx.test\r\nNOOP\r\nRSET\r\nQUIT\r\n")},
	{"a scanner for the web", talks("GET / HTTP/1.1\r\nHost: 192.0.2.1\r\nUser-Agent: scanner\r\n\r\n")},
	{"a scanner that does not wait for the greeting", blurts("25", "GET / HTTP/1.0\r\n\r\n")},
	{"a scanner on the port of submission", blurts("587", "GET / HTTP/1.0\r\n\r\n")},
	{"one that resets behind the greeting", resets("")},
	{"one that resets behind EHLO", resets("EHLO scanner.fakemx.test\r\n")},
	{"a scanner of certificates", handshakes(quits)},
	{"a scanner of certificates that does not quit", handshakes(closes)},
	{"a scanner of certificates that hangs up", handshakes(hangsUp)},
	{"a scanner of certificates that crashes", handshakes(crashes)},
}

// visitDay has every caller call once.
func visitDay(ctx context.Context, p lab.Project) error {
	for _, c := range callers {
		if err := c.call(ctx, p); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

// attempts gives a server a message, and takes what comes. A user is one of its
// own unless it has a domain.
func attempts(inTLS bool, from, user string) func(context.Context, lab.Project) error {
	return func(ctx context.Context, p lab.Project) error {
		_, err := attempt(ctx, p, inTLS, from, user, "Hello.")
		return err
	}
}

// delivers is attempts, but the message is to be taken or refused.
func delivers(inTLS bool, from, user, text string, taken bool) func(context.Context, lab.Project) error {
	return func(ctx context.Context, p lab.Project) error {
		refusal, err := attempt(ctx, p, inTLS, from, user, text)
		if err == nil && !taken && refusal == nil {
			return errors.New("the message is taken")
		}
		if err == nil && taken {
			return refusal
		}
		return err
	}
}

func attempt(ctx context.Context, p lab.Project, inTLS bool, from, user, text string) (refusal, err error) {
	if !strings.Contains(user, "@") {
		user += "@" + p.MTA.Name + ".client.fakemx.test"
	}
	c, err := meet(ctx, p, "25")
	if err != nil {
		return nil, err
	}
	defer c.Close()
	if inTLS {
		if err := c.StartTLS(heedless()); err != nil {
			return nil, err
		}
	}
	return hand(c, from, text, user), nil
}

// authenticates sends a message as the lab's user, or is refused for its password.
func authenticates(password string, taken bool) func(context.Context, lab.Project) error {
	return func(ctx context.Context, p lab.Project) error {
		err := submit(ctx, p, password, "dan@healthy.fakemx.test")
		var refusal *textproto.Error
		if !taken && errors.As(err, &refusal) {
			return nil
		}
		if !taken && err == nil {
			return errors.New("a wrong password is taken")
		}
		return err
	}
}

// talks waits for the greeting, says all of a text, reads a while, and closes.
func talks(text string) func(context.Context, lab.Project) error {
	return func(ctx context.Context, p lab.Project) error {
		conn, err := greeted(ctx, p)
		if err != nil {
			return err
		}
		defer conn.Close()
		for line := range strings.Lines(text) {
			if _, err := io.WriteString(conn, line); err != nil {
				return nil // the server has had enough
			}
			if _, err := bufio.NewReader(conn).ReadString('\n'); err != nil {
				return nil // the server has had enough
			}
		}
		return nil
	}
}

// blurts says a text at once, and reads to the end.
func blurts(port, text string) func(context.Context, lab.Project) error {
	return func(ctx context.Context, p lab.Project) error {
		conn, err := dial(ctx, p, port)
		if err != nil {
			return err
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, text); err != nil {
			return err
		}
		_, _ = bufio.NewReader(conn).ReadString('\n') // what it says to that is its affair
		return nil
	}
}

// resets says a text behind the greeting, and ends the connection with an RST.
func resets(text string) func(context.Context, lab.Project) error {
	return func(ctx context.Context, p lab.Project) error {
		conn, err := greeted(ctx, p)
		if err != nil {
			return err
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, text); err != nil {
			return err
		}
		return conn.(*net.TCPConn).SetLinger(0)
	}
}

// greeted is a connection on which the greeting has come.
func greeted(ctx context.Context, p lab.Project) (net.Conn, error) {
	conn, err := dial(ctx, p, "25")
	if err != nil {
		return nil, err
	}
	_, err = bufio.NewReader(conn).ReadString('\n')
	return conn, err
}

// These are ways in which a client leaves that is done with its handshake.
var (
	quits  = func(c *smtp.Client, _ net.Conn) error { return c.Quit() }
	closes = func(c *smtp.Client, _ net.Conn) error { return c.Close() }
	// Without an end of TLS.
	hangsUp = func(_ *smtp.Client, conn net.Conn) error { return conn.Close() }
	crashes = func(_ *smtp.Client, conn net.Conn) error {
		return errors.Join(conn.(*net.TCPConn).SetLinger(0), conn.Close())
	}
)

// handshakes begins TLS, and leaves.
func handshakes(end func(*smtp.Client, net.Conn) error) func(context.Context, lab.Project) error {
	return func(ctx context.Context, p lab.Project) error {
		conn, err := dial(ctx, p, "25")
		if err != nil {
			return err
		}
		defer conn.Close()
		c, err := hello(conn)
		if err != nil {
			return err
		}
		if err := c.StartTLS(heedless()); err != nil {
			return err
		}
		return end(c, conn)
	}
}
