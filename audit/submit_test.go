package audit

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	stdsmtp "net/smtp"
	"net/textproto"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// An mta takes messages and delivers them, without verifying, in TLS if it can
// be had and otherwise in clear.
type mta struct {
	// routes lead from a recipient's domain to an address.
	routes  map[string]string
	refuses bool
	user    string
	// gives: it gives a whole message up when one recipient is refused.
	gives bool
	// demandsTLS: it does not deliver in clear.
	demandsTLS bool
	// kicked waits for what makes it try again; nil if it does so at once.
	kicked func() bool
	// allows says whether mail for a domain may be delivered; nil if it always may.
	allows func(domain string) bool
	queue  sync.WaitGroup
	// requireTLS: it offers REQUIRETLS, and forgets it.
	requireTLS bool

	mu sync.Mutex
	// demanding are the senders of messages that came with REQUIRETLS.
	demanding []string
	// handed are the sessions in which messages came for a domain.
	handed map[string]map[*mtaSession]bool
}

// senders are those of messages that came with REQUIRETLS.
func (m *mta) senders() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.demanding)
}

// takes notes a message.
func (m *mta) takes(s *mtaSession) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, domain, _ := strings.Cut(s.to[0], "@")
	if m.handed == nil {
		m.handed = map[string]map[*mtaSession]bool{}
	}
	if m.handed[domain] == nil {
		m.handed[domain] = map[*mtaSession]bool{}
	}
	m.handed[domain][s] = true
}

func (m *mta) NewSession(*smtp.Conn) (smtp.Session, error) { return &mtaSession{mta: m}, nil }

type mtaSession struct {
	mta           *mta
	from          string
	to            []string
	authenticated bool
}

func (s *mtaSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *mtaSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if s.authenticated = user == s.mta.user && password == "secret"; !s.authenticated {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "wrong password"}
		}
		return nil
	}), nil
}

func (s *mtaSession) Mail(from string, o *smtp.MailOptions) error {
	s.from, s.to = from, nil
	if o.RequireTLS {
		s.mta.mu.Lock()
		s.mta.demanding = append(s.mta.demanding, from)
		s.mta.mu.Unlock()
	}
	if s.mta.refuses || s.mta.user != "" && !s.authenticated {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "Relaying denied"}
	}
	return nil
}

func (s *mtaSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}
func (s *mtaSession) Reset()        {}
func (s *mtaSession) Logout() error { return nil }

func (s *mtaSession) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mta.takes(s)
	from, to := s.from, s.to
	s.mta.queue.Go(func() { s.mta.deliver(from, to, text) })
	return nil
}

// deliver tries with TLS first, and twice, as an MTA's queue does, for those
// recipients that are left.
func (m *mta) deliver(from string, to []string, text []byte) {
	_, domain, _ := strings.Cut(to[0], "@")
	for attempt := range 2 {
		if attempt > 0 && m.kicked != nil && !m.kicked() {
			return
		}
		if m.allows != nil && !m.allows(domain) {
			continue
		}
		for _, startTLS := range []bool{true, false} {
			if startTLS || !m.demandsTLS {
				to = m.attempt(m.routes[domain], from, to, text, startTLS)
			}
			if len(to) == 0 {
				return
			}
		}
	}
}

// attempt returns those recipients that are still to be delivered to.
func (m *mta) attempt(addr, from string, to []string, text []byte, startTLS bool) (left []string) {
	c, err := stdsmtp.Dial(addr)
	if err != nil {
		return to
	}
	defer c.Close()
	if startTLS {
		if offered, _ := c.Extension("STARTTLS"); !offered && m.demandsTLS {
			_ = c.Quit()
			return to
		}
		if c.StartTLS(&tls.Config{InsecureSkipVerify: true}) != nil {
			return to
		}
	}
	if c.Mail(from) != nil {
		return to
	}
	taken, left, refused := m.address(c, to)
	if taken == 0 || refused && m.gives {
		if m.gives {
			return nil
		}
		return left
	}
	w, err := c.Data()
	if err != nil {
		return to
	}
	_, err = io.Copy(w, bytes.NewReader(text))
	if firstOf(err, w.Close()) != nil {
		return to
	}
	_ = c.Quit()
	return left
}

// address says how many recipients were taken, which are to be tried again, and
// whether one was refused for good.
func (m *mta) address(c *stdsmtp.Client, to []string) (taken int, left []string, refused bool) {
	for _, one := range to {
		err := c.Rcpt(one)
		var reply *textproto.Error
		switch {
		case err == nil:
			taken++
		case errors.As(err, &reply) && reply.Code >= 500:
			refused = true
		default:
			left = append(left, one)
		}
	}
	return taken, left, refused
}

// startMTA lets an MTA listen and returns its address.
func startMTA(t *testing.T, m *mta, config *tls.Config) string {
	t.Helper()
	server := smtp.NewServer(m)
	server.EnableREQUIRETLS = m.requireTLS
	server.Domain, server.AllowInsecureAuth, server.TLSConfig = "mta.test", true, config
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	go func() { defer close(over); _ = server.Serve(listener) }()
	t.Cleanup(func() {
		_ = server.Close()
		<-over
		m.queue.Wait()
	})
	return listener.Addr().String()
}

// addresses counts the loopback addresses that tests have taken.
var addresses atomic.Int32

// freePort is a port on a loopback address that no other test has, so that it
// stays free; on one of 127.0.0.1 where that is the only address.
func freePort(t *testing.T) string {
	t.Helper()
	n := addresses.Add(1)
	listener, err := net.Listen("tcp", fmt.Sprintf("127.91.%d.%d:0", n/250, 1+n%250))
	if err != nil {
		listener, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// routed gives every scenario's peer a free port and tells the MTA of it.
func routed(t *testing.T, m *mta, list []scenarios.Scenario) func(scenarios.Scenario) (string, string, string) {
	t.Helper()
	m.routes = map[string]string{}
	for _, s := range list {
		m.routes[s.Name+".fakemx.test"] = freePort(t)
	}
	return func(s scenarios.Scenario) (string, string, string) {
		return m.routes[s.Name+".fakemx.test"], "127.0.0.1:0", ""
	}
}

func submitTo(t *testing.T, url string) *Submit {
	t.Helper()
	s, err := NewSubmit(url, "")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAnMTAIsJudgedByWhatArrives(t *testing.T) {
	t.Parallel()
	m := new(mta)
	list := pick("healthy", "expired", "starttls-stripped", "reset-after-starttls", "greylist-after-tls", "no-ip-san", "plaintext-on-tls-port")
	addr := startMTA(t, m, nil)
	for _, test := range []struct {
		policy Policy
		want   string
	}{
		{Opportunistic, "healthy=pass expired=pass starttls-stripped=pass reset-after-starttls=may greylist-after-tls=fail no-ip-san=unclear plaintext-on-tls-port=unclear"},
		{Verify, "healthy=pass expired=fail starttls-stripped=fail reset-after-starttls=fail greylist-after-tls=fail no-ip-san=unclear plaintext-on-tls-port=unclear"},
	} {
		r := probedWith(t, Options{
			Policy: test.policy, Scenarios: list, Patience: 30 * time.Second,
			Driver: submitTo(t, "smtp://"+addr), Listen: routed(t, m, list),
		})
		wantResults(t, r, test.want)
		if r.Driver != "submit" || r.Client != "smtp://"+addr {
			t.Errorf("the report is about %s %s", r.Driver, r.Client)
		}
	}
}

// TestAnMTAIsGivenNoSender that it would look up, unless one is wanted.
func TestAnMTAIsGivenNoSender(t *testing.T) {
	t.Parallel()
	m := new(mta)
	list := pick("healthy")
	addr := startMTA(t, m, nil)
	for _, from := range []string{"", "me@client.test"} {
		r := probedWith(t, Options{
			Policy: Verify, Scenarios: list, From: from, Driver: submitTo(t, "smtp://"+addr), Listen: routed(t, m, list),
		})
		wantResults(t, r, "healthy=pass")
		for _, session := range r.Items[0].Sessions {
			for _, transaction := range session.Transactions {
				if transaction.From != from {
					t.Errorf("the sender is %q, want %q", transaction.From, from)
				}
			}
		}
	}
}

func TestAnMTAThatTakesNoMailIsUnclear(t *testing.T) {
	t.Parallel()
	m := &mta{refuses: true}
	list := pick("healthy", "expired")
	r := probedWith(t, Options{
		Policy: Verify, Scenarios: list, Driver: submitTo(t, "smtp://"+startMTA(t, m, nil)), Listen: routed(t, m, list), KeepGoing: true,
	})
	wantResults(t, r, "healthy=unclear expired=unclear")
	if reason := r.Items[0].Reason; r.Items[1].Reason != reason || !strings.Contains(reason, "Relaying denied") || !strings.HasSuffix(reason, "; --from ADDRESS sets a sender that the MTA takes") {
		t.Errorf("the reason is %q", r.Items[0].Reason)
	}
}

func TestPatienceWithAnMTAEnds(t *testing.T) {
	t.Parallel()
	m := new(mta)
	list := pick("healthy", "expired")
	listen := routed(t, m, list)
	m.routes = map[string]string{}
	r := probedWith(t, Options{
		Policy: Verify, Scenarios: list, Patience: time.Second, Driver: submitTo(t, "smtp://"+startMTA(t, m, nil)), Listen: listen, KeepGoing: true,
	})
	wantResults(t, r, "healthy=fail expired=unclear")
}

// TestSubmissionInTLSWithAUTH gives the message to an MTA that wants both.
func TestSubmissionInTLSWithAUTH(t *testing.T) {
	t.Parallel()
	pki := fakemx.Start(t, scenarios.MustGet("healthy"))
	m := &mta{user: "anna"}
	certificate := pki.PKI().TLSCertificate()
	addr := startMTA(t, m, &tls.Config{Certificates: []tls.Certificate{certificate}})
	_, port, _ := net.SplitHostPort(addr)
	s, err := NewSubmit("smtp+starttls://anna:secret@localhost:"+port, pki.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	list := pick("healthy")
	r := probedWith(t, Options{Policy: Encrypt, Scenarios: list, Driver: s, Listen: routed(t, m, list)})
	wantResults(t, r, "healthy=pass")
	if strings.Contains(r.Client, "secret") {
		t.Errorf("the report shows the password: %s", r.Client)
	}
	wrong, err := NewSubmit("smtp+starttls://anna:hunter2@localhost:"+port, pki.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	r = probedWith(t, Options{Policy: Encrypt, Scenarios: list, Driver: wrong, Listen: routed(t, m, list)})
	wantResults(t, r, "healthy=unclear")
	if reason := r.Items[0].Reason; !strings.HasSuffix(reason, "; check the user:password@ in front of the host of --submit") {
		t.Errorf("the reason is %q", reason)
	}
}

func TestSubmissionAddressesThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"", "localhost:25", "smtp://localhost", "http://localhost:25", "smtp://localhost:25/path", "smtp://a:very-secret@:25", "lmtp://a:very-secret@h:1",
	} {
		if _, err := NewSubmit(url, ""); err == nil || strings.Contains(err.Error(), "very-secret") {
			t.Errorf("%q: %v, want an error that keeps passwords to itself", url, err)
		}
	}
	if _, err := NewSubmit("smtps://localhost:465", "submit_test.go"); err == nil {
		t.Error("a file without certificates is taken for authorities")
	}
}
