package fakemx_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

func enforcing() scenarios.Scenario {
	return scenarios.MustGet("healthy").With(func(p *scenarios.Peer) {
		p.TLS.ClientCertificate = scenarios.ClientCertificate{Mode: scenarios.ClientCertificateEnforce, Trust: []string{"client-ca"}}
	})
}

// otherPKI has nothing but a certificate signed by itself.
func otherPKI(t *testing.T) *certgen.PKI {
	t.Helper()
	pki, err := certgen.Build(certgen.Recipe{
		Certificates: map[string]*certgen.Certificate{"alone": {DNSNames: []string{"localhost"}}},
		Send:         []string{"alone"}, Trust: []string{"alone"},
	}, certgen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return pki
}

func TestGivenPKI(t *testing.T) {
	t.Parallel()
	pki := otherPKI(t)
	s := play(t, nil, func(c *fakemx.Config) { c.PKI = pki })
	if s.PKI() != pki {
		t.Error("another PKI is used than the one given")
	}
	if err := deliver(s, s.ClientTLS(), nil); err != nil {
		t.Error(err)
	}
}

func TestGivenCertificate(t *testing.T) {
	t.Parallel()
	pki := otherPKI(t)
	certificate := pki.TLSCertificate()
	s := play(t, nil, func(c *fakemx.Config) { c.Certificate = &certificate })
	config := s.ClientTLS()
	config.RootCAs = pki.Roots()
	if err := deliver(s, config, nil); err != nil {
		t.Error(err)
	}
	config.RootCAs = s.PKI().Roots()
	if err := deliver(s, config, nil); err == nil {
		t.Error("the peer's own chain was served")
	}
}

func TestHostname(t *testing.T) {
	t.Parallel()
	s := play(t, nil, func(c *fakemx.Config) { c.Hostname = "mail.example.test" })
	if s.Host() != "mail.example.test" {
		t.Errorf("host name %q", s.Host())
	}
	c := dialTo(t, s.Addr())
	if text := c.want(220); !strings.HasPrefix(text, "mail.example.test ") {
		t.Errorf("greeting %q", text)
	}
	if first, _, _ := strings.Cut(c.say("EHLO x", 250), "\n"); first != "mail.example.test" {
		t.Errorf("the peer calls itself %q", first)
	}
	c.startTLS(s.ClientTLS()) // the certificate is for that name
	c.quit()
	if name := play(t, nil).Host(); name != "localhost" {
		t.Errorf("host name %q, want localhost", name)
	}
}

func TestReachByAddress(t *testing.T) {
	t.Parallel()
	sc := scenarios.MustGet("healthy")
	sc.ReachBy = scenarios.ReachByAddress
	s := fakemx.Start(t, sc)
	if s.Host() != "127.0.0.1" || s.Scenario().Name != "healthy" || s.SMTPSAddr() != "" {
		t.Errorf("host name %q, scenario %q, SMTPS %q", s.Host(), s.Scenario().Name, s.SMTPSAddr())
	}
	if err := deliver(s, s.ClientTLS(), nil); err != nil {
		t.Error(err)
	}
}

func TestDialContext(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	for _, network := range []string{"tcp", "tcp4", ""} {
		conn, err := s.DialContext(t.Context(), network, "mx.example.test:25")
		if err != nil {
			t.Error(err)
			continue
		}
		if conn.RemoteAddr().String() != s.Addr() {
			t.Errorf("connected to %s", conn.RemoteAddr())
		}
		_ = conn.Close()
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.DialContext(ctx, "tcp", ""); err == nil {
		t.Error("connected although cancelled")
	}
}

func TestCloseWithOpenSessions(t *testing.T) {
	t.Parallel()
	s := play(t, nil, withSMTPS)
	leads := []func(*talker){
		func(*talker) {},
		greeted,
		introduced,
		addressed,
		func(c *talker) { writing(c); c.send("x") },
		func(c *talker) { introduced(c); c.say("STARTTLS", 220) },
		func(c *talker) { introduced(c); c.startTLS(s.ClientTLS()) },
		func(c *talker) { addressed(c); c.send("BDAT 100 LAST\r\nx") },
	}
	var clients []*talker
	for _, lead := range leads {
		c := dialTo(t, s.Addr())
		lead(c)
		clients = append(clients, c)
	}
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Error(err)
	}
	for i, c := range clients {
		if err := c.ended(); err != nil && !errors.Is(err, syscall.ECONNRESET) && i != 6 {
			t.Errorf("client %d sees %v", i, err)
		}
	}
	// The first may still have been waiting to be accepted.
	if n := len(s.Sessions()); n != len(leads) && n != len(leads)-1 {
		t.Errorf("%d sessions, want %d", n, len(leads))
	}
	for _, session := range s.Sessions() {
		checkOutcome(t, session, fakemx.Open, "")
	}
	if _, err := net.Dial("tcp", s.Addr()); err == nil {
		t.Error("the closed server accepts connections")
	}
}

func TestShutdown(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := dial(t, s)
	c.ehlo()
	if n := s.Open(); n != 1 {
		t.Errorf("%d sessions are open, want 1", n)
	}
	done := make(chan error, 1)
	go func() { done <- s.Shutdown(context.Background()) }()
	for { // the listener closes before the session ends
		conn, err := net.Dial("tcp", s.Addr())
		if err != nil {
			break
		}
		_ = conn.Close()
	}
	c.startTLS(s.ClientTLS()) // the open session goes on, into TLS even
	c.ehlo()
	c.begin()
	c.say("DATA", 354)
	c.say("x\r\n.", 250)
	c.quit()
	if err := <-done; err != nil {
		t.Error(err)
	}
	var delivered int
	for _, session := range s.Sessions() {
		if session.Outcome == fakemx.DeliveredTLS {
			delivered++
		}
	}
	if delivered != 1 || s.Open() != 0 {
		t.Errorf("%d sessions delivered, want 1, and %d are open", delivered, s.Open())
	}
}

func TestShutdownRunsOutOfPatience(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	c := dial(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	_ = c.ended()
	checkOutcome(t, only(t, s), fakemx.Open, "")
}

func TestWaitSession(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.WaitSession(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	names := []string{"one.test", "two.test"}
	for _, name := range names {
		c := dial(t, s)
		c.say("EHLO "+name, 250)
		c.quit()
		if got := wait(t, s).HELO; got != name { // each once, in their order
			t.Errorf("session of %q, want %q", got, name)
		}
	}
	waiting := make(chan error, 1)
	go func() {
		_, err := s.WaitSession(t.Context())
		waiting <- err
	}()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := <-waiting; !errors.Is(err, net.ErrClosed) {
		t.Errorf("error %v, want net.ErrClosed", err)
	}
}

// Only so many sessions are kept.
func TestMaxSessions(t *testing.T) {
	t.Parallel()
	ended := make(chan struct{})
	s := play(t, nil, func(c *fakemx.Config) {
		c.MaxSessions, c.OnSession = 2, func(fakemx.Session) { ended <- struct{}{} }
	})
	for i := range 5 {
		c := dial(t, s)
		c.say(fmt.Sprintf("EHLO c%d.test", i), 250)
		c.quit()
		<-ended
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	kept := s.Sessions()
	if len(kept) != 2 || kept[0].HELO != "c3.test" || kept[1].HELO != "c4.test" {
		t.Errorf("%d sessions are kept: %+v", len(kept), kept)
	}
	if _, err := s.WaitSession(t.Context()); err == nil || s.Evicted().Sessions != 3 {
		t.Errorf("error %v, evicted %+v, want that 3 sessions are missing", err, s.Evicted())
	}
	for _, want := range []string{"c3.test", "c4.test"} {
		session, err := s.WaitSession(t.Context())
		if err != nil || session.HELO != want {
			t.Errorf("waited for %q, %v", session.HELO, err)
		}
	}
}

func TestOnSession(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	seen := map[string]int{}
	s := play(t, nil, func(c *fakemx.Config) {
		c.OnSession = func(session fakemx.Session) {
			mu.Lock()
			defer mu.Unlock()
			seen[session.ID]++
		}
	})
	for range 5 {
		dial(t, s).quit()
	}
	dial(t, s) // ended by Close
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	mu.Lock()
	defer mu.Unlock()
	for id, n := range seen {
		if n != 1 {
			t.Errorf("session %s was told %d times", id, n)
		}
	}
	if len(seen) != 6 {
		t.Errorf("%d sessions were told, want 6", len(seen))
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	files, err := s.Files()
	if err != nil {
		t.Fatal(err)
	}
	again, _ := s.Files()
	if again.CA != files.CA || s.CAFile() != files.CA {
		t.Error("the files are elsewhere the second time")
	}
	if pem, err := os.ReadFile(s.CAFile()); err != nil || !bytes.Equal(pem, s.PKI().CAPEM()) {
		t.Errorf("the CA file: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Dir(filepath.Dir(files.CA))); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
}

func TestFilesAfterClose(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := s.Files(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("error %v, want net.ErrClosed", err)
	}
	if path := s.CAFile(); path != "" {
		t.Errorf("the CA file is %q", path)
	}
}

// fakeTB is a test that is looked at from outside.
type fakeTB struct {
	testing.TB
	failed   bool
	fatal    string
	logged   []string
	cleanups []func()
}

// end is the end of the test.
func (f *fakeTB) end() {
	for _, clean := range f.cleanups {
		clean()
	}
}

func (f *fakeTB) Helper()          {}
func (f *fakeTB) Cleanup(c func()) { f.cleanups = append(f.cleanups, c) }
func (f *fakeTB) Failed() bool     { return f.failed }
func (f *fakeTB) Logf(format string, args ...any) {
	f.logged = append(f.logged, fmt.Sprintf(format, args...))
}
func (f *fakeTB) Errorf(format string, args ...any) {
	f.failed = true
	f.Logf(format, args...)
}
func (f *fakeTB) Fatalf(format string, args ...any) { f.fatal = fmt.Sprintf(format, args...) }

func TestStart(t *testing.T) {
	t.Parallel()
	for _, failed := range []bool{false, true} {
		tb := &fakeTB{failed: failed}
		s := fakemx.Start(tb, scenarios.MustGet("healthy"))
		c := dial(t, s)
		c.say("EHLO \x1b[2Jclient.example.test", 250)
		c.quit()
		tb.end()
		if _, err := net.Dial("tcp", s.Addr()); err == nil {
			t.Error("the server outlives the test")
		}
		log := strings.Join(tb.logged, "\n")
		if strings.Contains(log, "C: EHLO") != failed {
			t.Errorf("failed %v, logged %q", failed, log)
		}
		if strings.Contains(log, "\x1b") {
			t.Errorf("a client can write to the terminal: %q", log)
		}
	}
}

func TestStartFails(t *testing.T) {
	t.Parallel()
	tb := &fakeTB{}
	if s := fakemx.Start(tb, scenarios.Scenario{}); s != nil || !strings.HasPrefix(tb.fatal, "fakemx: ") {
		t.Errorf("server %v, said %q", s, tb.fatal)
	}
}

func TestNarrate(t *testing.T) {
	t.Parallel()
	s := fakemx.Start(t, scenarios.MustGet("missing-intermediate"))
	_ = deliver(s, s.ClientTLS(), nil)
	text := only(t, s).Narrate()
	for _, want := range []string{
		"missing-intermediate 127.0.0.1:", ": refused", "TLS: not completed: ", "(alert bad_certificate from client)",
		"S: 220 ", "C: EHLO client.example.test", "*: TLS handshake failed: ",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

// The clock of Config is that of the certificates and of the records.
func TestClock(t *testing.T) {
	t.Parallel()
	then := time.Date(2031, time.March, 4, 5, 6, 7, 0, time.UTC)
	s := play(t, nil, func(c *fakemx.Config) {
		c.Now, c.Keys = func() time.Time { return then }, certgen.SeededKeys("clock")
	})
	if err := deliver(s, s.ClientTLS(), nil); err != nil {
		t.Fatal(err)
	}
	session := only(t, s)
	if !session.Started.Equal(then) || !session.Ended.Equal(then) {
		t.Errorf("started %v, ended %v", session.Started, session.Ended)
	}
	if !strings.Contains(session.Transactions[0].Received, "Tue, 4 Mar 2031 05:06:07 +0000") {
		t.Errorf("received %q", session.Transactions[0].Received)
	}
	today := s.ClientTLS()
	today.Time = nil
	if _, err := tls.Dial("tcp", s.Addr(), today); err == nil {
		t.Error("the certificate is valid today")
	}
}

// Sessions of every kind keep to the schema.
func TestSessionsKeepToTheSchema(t *testing.T) {
	t.Parallel()
	schema := compileSchema(t)
	for name, meet := range map[string]func(*fakemx.Server){
		"nothing":         func(s *fakemx.Server) { dialTo(t, s.Addr()).hangUp() },
		"garbage":         func(s *fakemx.Server) { c := dial(t, s); c.say("\xff\x00", 500); c.hangUp() },
		"in clear":        func(s *fakemx.Server) { _ = deliver(s, nil, nil) },
		"in TLS":          func(s *fakemx.Server) { _ = deliver(s, s.ClientTLS(), nil) },
		"refused":         func(s *fakemx.Server) { _ = deliver(s, &tls.Config{ServerName: "other.test"}, nil) },
		"broken off":      func(s *fakemx.Server) { c := dialTo(t, s.Addr()); writing(c); c.hangUp() },
		"AUTH":            func(s *fakemx.Server) { c := dialTo(t, s.Addr()); introduced(c); c.say("AUTH PLAIN x", 530); c.quit() },
		"hello that ends": func(s *fakemx.Server) { c := dialTo(t, s.Addr()); introduced(c); c.say("STARTTLS", 220); c.hangUp() },
	} {
		s := play(t, nil, fakemx.WithUser("user", "secret"))
		meet(s)
		text, err := json.Marshal(only(t, s))
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
}
