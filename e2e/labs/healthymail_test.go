package labs_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"slices"
	"strings"
	"time"

	"github.com/fakemx/fakemx/e2e/internal/lab"
)

// abroad are the recipients of a day's outgoing mail, below fakemx.test. Several
// with a comma between get one message. The peers that refuse do so by what the
// recipient begins with, in testdata/day/neighbours.yaml.
var abroad = []string{
	"ann@healthy", "bob@healthy", "cat@healthy", "dan@healthy", "ann@healthy,bob@healthy", "eve@healthy",
	"ann@tls-v1-2", "bob@tls-v1-2", "ann@rsa-only", "bob@rsa-only", "ann@wildcard", "ann@session-tickets", "bob@session-tickets", "cat@session-tickets",
	"ann@client-certificate-requested", "ann@tls-required", "ann@greet-pause", "ann@greylist-after-tls", "bob@greylist-after-tls",
	"ann@too-many-recipients,bob@too-many-recipients", "ann@rate-limited", "bob@rate-limited", "cat@rate-limited", "dan@rate-limited", "eve@rate-limited",
	"ann@day-crowded", "bob@day-crowded", "cat@day-crowded", "dan@day-crowded", "eve@day-crowded", "ann@day-reputation", "bob@day-reputation",
	"ann@day-orders", "unknown@day-orders", "gone@day-orders", "ann@day-orders,unknown@day-orders", "listed@day-orders", "unwanted@day-orders",
	"grey@day-orders", "later@day-orders", "full@day-orders", "quota@day-orders", "relayed@day-orders", "elsewhere@day-orders", "foreign@day-orders",
	"reverse@day-orders", "members@day-orders", "busy@day-orders", "outage@day-orders", "framework@day-orders", "policy@day-orders", "spam@day-orders",
	"virus@day-orders", "large@day-orders", "disk@day-orders", "ann@no-such-domain", "bob@no-such-host.healthy",
}

// abroadInClear are more, whose peers do not offer STARTTLS. A policy that demands
// it would have a fault there.
var abroadInClear = []string{
	"ann@day-plain", "bob@day-plain", "cat@day-plain", "ann@starttls-stripped", "unknown@day-plain", "listed@day-plain", "grey@day-plain", "spam@day-plain",
}

// sendDay hands over a day's mail, most of it inside the container, and the rest
// on port 587.
func sendDay(ctx context.Context, p lab.Project) error {
	list := abroad
	if p.Policy == "opportunistic" {
		list = append(slices.Clip(list), abroadInClear...)
	}
	var script strings.Builder
	for number, to := range list {
		fmt.Fprintf(&script, "printf 'Subject: order %d\\n\\nThe order of today.\\n' | sendmail -i -f games@%s.client.fakemx.test %s\n",
			number, p.MTA.Name, strings.Join(rcpts(to), " "))
	}
	// What a mail server says to a submission, it says in its log too.
	out, err := p.Exec(ctx, "sh", "-c", script.String()+"true")
	if err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	for number, to := range list {
		if number%4 != 0 {
			continue
		}
		if err := submit(ctx, p, "secret", rcpts(to)...); err != nil {
			return fmt.Errorf("no submission to %s: %w", to, err)
		}
	}
	return nil
}

// rcpts are the addresses of one entry of abroad.
func rcpts(entry string) []string {
	var list []string
	for to := range strings.SplitSeq(entry, ",") {
		list = append(list, to+".fakemx.test")
	}
	return list
}

// submit hands over a message after AUTH inside TLS.
func submit(ctx context.Context, p lab.Project, password string, to ...string) error {
	c, err := meet(ctx, p, "587")
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.StartTLS(heedless()); err != nil {
		return err
	}
	if err := c.Auth(smtp.PlainAuth("", "probe", password, p.Addr())); err != nil {
		return errors.Join(err, c.Quit())
	}
	return hand(c, "games@"+p.MTA.Name+".client.fakemx.test", "An order by submission.", to...)
}

// meet connects and says EHLO.
func meet(ctx context.Context, p lab.Project, port string) (*smtp.Client, error) {
	conn, err := dial(ctx, p, port)
	if err != nil {
		return nil, err
	}
	return hello(conn)
}

// hello says EHLO on a connection, which it closes if that fails.
func hello(conn net.Conn) (*smtp.Client, error) {
	host, _, _ := net.SplitHostPort(conn.RemoteAddr().String())
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if err := c.Hello("client.fakemx.test"); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func dial(ctx context.Context, p lab.Project, port string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", net.JoinHostPort(p.Addr(), port))
	if err != nil {
		return nil, err
	}
	return conn, conn.SetDeadline(time.Now().Add(30 * time.Second))
}

// heedless is the TLS of most clients: they take whatever certificate there is.
func heedless() *tls.Config { return &tls.Config{InsecureSkipVerify: true} }

// hand gives a message to a server that has been greeted, and quits.
func hand(c *smtp.Client, from, text string, to ...string) error {
	if err := c.Mail(from); err != nil {
		return errors.Join(err, c.Quit())
	}
	for _, rcpt := range to {
		if err := c.Rcpt(rcpt); err != nil {
			return errors.Join(err, c.Quit())
		}
	}
	w, err := c.Data()
	if err != nil {
		return errors.Join(err, c.Quit())
	}
	if from == "" {
		from = "postmaster@healthy.fakemx.test" // the header is never empty
	}
	if _, err := fmt.Fprintf(w, "From: <%s>\r\nTo: <%s>\r\nSubject: of today\r\nDate: %s\r\n\r\n%s\r\n", from, to[0], time.Now().Format(time.RFC1123Z), text); err != nil {
		return err
	}
	return errors.Join(w.Close(), c.Quit())
}
