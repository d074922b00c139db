package fakemx_test

import (
	"crypto/tls"
	"net"
	"strings"
	"testing"

	gosmtp "github.com/emersion/go-smtp"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// The transcripts that a failed test prints say what its client did, even if the
// test ends as soon as the client has gone.
func TestFailedTestTellsOfRefusals(t *testing.T) {
	t.Parallel()
	names := []string{"expired", "missing-intermediate", "self-signed", "untrusted-root", "hostname-mismatch"}
	const times = 10
	refused := 0
	for _, name := range names {
		for range times {
			tb := &fakeTB{failed: true}
			peer := fakemx.Start(tb, scenarios.MustGet(name))
			if err := refuse(peer); err == nil {
				t.Fatalf("%s: the client accepts the peer", name)
			}
			tb.end()
			log := strings.Join(tb.logged, "\n")
			if strings.HasPrefix(log, name+" 127.0.0.1:") && strings.Contains(log, ": refused\n") && len(tb.logged) == 1 {
				refused++
			} else {
				t.Errorf("the log of the test is\n%s", log)
			}
		}
	}
	if want := times * len(names); refused != want {
		t.Errorf("%d of %d sessions read refused", refused, want)
	}
}

// refuse is a mailer that verifies, and has gone when it returns.
func refuse(peer *fakemx.Server) error {
	c, err := gosmtp.DialStartTLS(peer.Addr(), peer.ClientTLS())
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Noop() // the handshake
}

// What the end of a test cuts off is nobody's fault.
func TestFailedTestTellsWhomItCutOff(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(*talker){
		"in clear":          func(c *talker) { c.ehlo() },
		"in the handshake":  func(c *talker) { c.ehlo(); c.say("STARTTLS", 220) },
		"in a transaction":  func(c *talker) { c.ehlo(); c.begin() },
		"before a fault":    func(*talker) {},
		"with half a flush": func(c *talker) { c.ehlo(); c.send("NOO") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tb := &fakeTB{failed: true}
			begin(dial(t, fakemx.Start(tb, scenarios.MustGet("expired"))))
			tb.end()
			log := strings.Join(tb.logged, "\n")
			if !strings.Contains(log, ": open\n") || strings.Count(log, "  *: closed by the test") != 1 {
				t.Errorf("the log of the test is\n%s", log)
			}
			if strings.Contains(log, "context canceled") {
				t.Errorf("the log shows how the server works\n%s", log)
			}
		})
	}
}

// A client that went while the peer was not listening has ended the session all
// the same.
func TestCleanupSeesWhoHasGone(t *testing.T) {
	t.Parallel()
	tb := &fakeTB{failed: true}
	peer := fakemx.Start(tb, scenarios.MustGet("slow-drip"))
	conn, err := net.Dial("tcp", peer.Addr())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); err != nil { // the rest comes slowly
		t.Error(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Error(err)
	}
	defer conn.Close()
	tb.end()
	if log := strings.Join(tb.logged, "\n"); !strings.Contains(log, ": refused\n") {
		t.Errorf("the log of the test is\n%s", log)
	}
}

// Other than by Start, what a server cuts off when it is closed is open, too.
func TestCloseLeavesSessionsOpen(t *testing.T) {
	t.Parallel()
	s, err := fakemx.New(fakemx.Config{Scenario: scenarios.MustGet("healthy")})
	if err != nil {
		t.Fatal(err)
	}
	c := dial(t, s)
	c.ehlo()
	c.startTLS(&tls.Config{InsecureSkipVerify: true})
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	session := only(t, s)
	checkOutcome(t, session, fakemx.Open, "")
	if !heard(session, "the server was closed") {
		t.Error(session.Narrate())
	}
}

func TestStartWithoutAnOption(t *testing.T) {
	t.Parallel()
	if s := fakemx.Start(t, scenarios.MustGet("healthy"), nil); s.Addr() == "" {
		t.Error("it does not listen")
	}
}
