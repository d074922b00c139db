package audit

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/fakemx/fakemx/scenarios"
)

// Submit is the [Driver] that gives an MTA a message for each scenario and
// waits for it to arrive at the scenario's peer.
type Submit struct {
	shown    string // the URL without its password
	addr     string
	host     string
	scheme   string
	user     string
	password string
	tls      *tls.Config
}

// The schemes of a submission URL.
const (
	schemeClear    = "smtp"
	schemeStartTLS = "smtp+starttls"
	schemeImplicit = "smtps"
)

// NewSubmit returns a driver for an MTA at a URL such as smtp://127.0.0.1:25.
// The scheme is smtp for a session in clear, smtp+starttls, or smtps for TLS
// from the first byte; user:password@ before the host authenticates with AUTH.
// TLS is verified with the trust anchors in caFile, or those of the system if
// caFile is empty.
func NewSubmit(text, caFile string) (*Submit, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Port() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, fmt.Errorf("%q is not an address to submit to; expected smtp://HOST:PORT, smtp+starttls://HOST:PORT or smtps://HOST:PORT", redact(text))
	}
	switch u.Scheme {
	case schemeClear, schemeStartTLS, schemeImplicit:
	default:
		return nil, fmt.Errorf("unknown scheme %s; expected smtp, smtp+starttls or smtps", u.Scheme)
	}
	s := &Submit{
		shown: u.Redacted(), addr: u.Host, host: u.Hostname(), scheme: u.Scheme,
		tls: &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12},
	}
	if u.User != nil {
		s.user = u.User.Username()
		s.password, _ = u.User.Password()
	}
	if caFile != "" {
		s.tls.RootCAs, err = rootsIn(caFile)
	}
	return s, err
}

// redact leaves out what stands before an @, which may be a password.
func redact(text string) string {
	if _, host, ok := strings.Cut(text, "@"); ok {
		return "…@" + host
	}
	return text
}

func rootsIn(file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(file) //nolint:gosec // the user names the file
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s contains no certificate in PEM form", file)
	}
	return roots, nil
}

// String returns the URL without its password.
func (s *Submit) String() string { return s.shown }

// Deliver gives the MTA the messages and waits until they have arrived or ctx
// ends: an MTA may try again at any time.
func (s *Submit) Deliver(ctx context.Context, t Target) Attempt {
	defer t.given()
	if problem := beyondMTAs(t.Scenario); problem != "" {
		return Attempt{Problem: problem}
	}
	if t.goesOn != nil {
		return s.deliverInSteps(ctx, t)
	}
	turn, handed := len(t.letters), 0
	if t.inTurn {
		turn = 1
	}
	for batch := range slices.Chunk(t.letters, turn) {
		if handed > 0 {
			t.probe.awaitTurn(ctx, t.letters[handed-1])
		}
		if attempt := s.hand(ctx, t, batch); attempt != (Attempt{}) {
			return attempt
		}
		handed += len(batch)
		t.probe.gives(handed)
		t.given()
	}
	select {
	case <-t.probe.arrived:
		return Attempt{}
	case <-ctx.Done():
		return Attempt{Err: ctx.Err()}
	}
}

// hand gives the MTA messages in one session, as soon as there is a slot.
func (s *Submit) hand(ctx context.Context, t Target, batch []letter) Attempt {
	select {
	case t.slots <- struct{}{}:
	case <-ctx.Done():
		return Attempt{Err: ctx.Err()}
	}
	err := s.submit(ctx, batch)
	for t.goesOn != nil && t.probe.gave() > 0 && isBroken(err) && rest(ctx, linger) {
		err = s.submit(ctx, batch) // a kick may restart the MTA
	}
	<-t.slots
	if err != nil {
		return Attempt{Err: err, Problem: "the MTA did not take the message: " + oneLine(err.Error()) + s.help(err)}
	}
	return Attempt{}
}

// beyondMTAs says why a scenario means nothing to an MTA, which goes by names
// and begins in clear; empty if it does.
func beyondMTAs(s scenarios.Scenario) string {
	switch {
	case s.ReachBy == scenarios.ReachByAddress:
		return "an MTA connects by name, and this peer must be reached by its address"
	case s.ReachAt == scenarios.ReachAtSMTPS:
		return "an MTA begins in clear, and here TLS must begin with the first byte"
	}
	return ""
}

// submit gives the MTA messages. Nothing comes back to the null reverse-path,
// which no MTA tries to resolve (RFC 5321 section 4.5.5).
func (s *Submit) submit(ctx context.Context, letters []letter) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.addr)
	if err != nil {
		return at(stepConnect, err)
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	client, err := s.greet(conn)
	if err != nil {
		return at(stepConnect, errors.Join(err, conn.Close()))
	}
	defer client.Close()
	if s.user != "" {
		if err := client.Auth(sasl.NewPlainClient("", s.user, s.password)); err != nil {
			return at(stepAuth, err)
		}
	}
	for _, l := range letters {
		if ok, _ := client.Extension("REQUIRETLS"); l.requireTLS && !ok {
			return noREQUIRETLSError{inClear: s.scheme == schemeClear}
		}
		if err := transmit(client, l); err != nil {
			return err
		}
	}
	_ = client.Quit() // the messages are taken, whatever comes of this
	return nil
}

// transmit carries a mail transaction out.
func transmit(client *smtp.Client, l letter) error {
	if err := client.Mail(l.From, &smtp.MailOptions{RequireTLS: l.requireTLS}); err != nil {
		return at(stepMail, err)
	}
	for _, to := range l.To {
		if err := client.Rcpt(to, nil); err != nil {
			return at(stepRcpt, err)
		}
	}
	w, err := client.Data()
	if err != nil {
		return at(stepData, err)
	}
	if _, err := w.Write(l.text); err != nil {
		return at(stepData, err)
	}
	return at(stepData, w.Close())
}

// greet begins the session.
func (s *Submit) greet(conn net.Conn) (*smtp.Client, error) {
	switch s.scheme {
	case schemeStartTLS:
		return smtp.NewClientStartTLS(conn, s.tls)
	case schemeImplicit:
		return smtp.NewClient(tls.Client(conn, s.tls)), nil
	}
	return smtp.NewClient(conn), nil
}
