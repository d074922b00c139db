package fakemx_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

func TestOptions(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	anchors := new(certgen.Anchors)
	want := fakemx.Config{
		Listen: "[::1]:0", SMTPS: "127.0.0.1:0", Hostname: "mx.example.test", First: 2, Timeout: time.Second,
		Users: map[string]string{"a": "b", "c": "d"}, Anchors: anchors, Log: &log,
	}
	var got fakemx.Config
	for _, option := range []fakemx.Option{
		fakemx.WithListen("[::1]:0"), fakemx.WithSMTPS(), fakemx.WithHostname("mx.example.test"), fakemx.WithFirst(2),
		fakemx.WithTimeout(time.Second), fakemx.WithUser("a", "b"), fakemx.WithUser("c", "d"), fakemx.WithAnchors(anchors), fakemx.WithLog(&log),
	} {
		option(&got)
	}
	if len(got.Users) != 2 || got.Users["a"] != "b" || got.Users["c"] != "d" {
		t.Errorf("users %v", got.Users)
	}
	if got.Listen != want.Listen || got.SMTPS != want.SMTPS || got.Hostname != want.Hostname || got.First != want.First ||
		got.Timeout != want.Timeout || got.Anchors != want.Anchors || got.Log != want.Log {
		t.Errorf("the options make\n%+v, want\n%+v", got, want)
	}
}

// A mailer is given a host and a port.
func TestHostAndPort(t *testing.T) {
	t.Parallel()
	s := play(t, nil, fakemx.WithSMTPS())
	for port, addr := range map[int]string{s.Port(): s.Addr(), s.SMTPSPort(): s.SMTPSAddr()} {
		if want := net.JoinHostPort("127.0.0.1", strconv.Itoa(port)); addr != want {
			t.Errorf("address %s, want %s", addr, want)
		}
	}
	conn, err := tls.Dial("tcp", net.JoinHostPort(s.Host(), strconv.Itoa(s.SMTPSPort())), &tls.Config{RootCAs: s.Roots()})
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	if port := play(t, nil).SMTPSPort(); port != 0 {
		t.Errorf("without SMTPS its port is %d", port)
	}
}

// lockedBuffer can be written and read at once.
type lockedBuffer struct {
	mu     sync.Mutex
	b      bytes.Buffer
	writes int
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writes++
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// The log shows what is said before the session has ended, and no secret.
func TestLog(t *testing.T) {
	t.Parallel()
	log := new(lockedBuffer)
	s := fakemx.Start(t, scenarios.MustGet("auth-in-clear"), fakemx.WithLog(log), fakemx.WithUser("user", "secret"))
	c := dial(t, s)
	c.ehlo()
	c.say("AUTH PLAIN AHVzZXIAc2VjcmV0", 235)
	before := "auth-in-clear " + c.conn.LocalAddr().String() + " "
	for _, want := range []string{"S: 220 ", "C: EHLO client.example.test\n", "S: 235 "} {
		if !strings.Contains(log.String(), before+want) {
			t.Errorf("%q is missing in\n%s", before+want, log)
		}
	}
	c.send("NOOP \x1b[2J\r\n")
	c.want(250)
	c.quit()
	_ = only(t, s)
	text := log.String()
	if !strings.HasSuffix(text, before+"*: refused, credentials-in-clear\n") {
		t.Errorf("the log ends\n%s", text)
	}
	if strings.Contains(text, "AHVz") || strings.Contains(text, "\x1b") {
		t.Errorf("the log says too much:\n%q", text)
	}
	if n := strings.Count(text, "\n"); log.writes != n {
		t.Errorf("%d writes for %d lines", log.writes, n)
	}
}

func TestWaitSessions(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	for range 3 {
		dial(t, s).quit()
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := play(t, nil).WaitSessions(over, 3); err == nil || err.Error() != "0 of 3 sessions have ended: context canceled" {
		t.Errorf("of none the error is %v", err)
	}
	if _, err := play(t, nil).WaitSession(over); err == nil || err.Error() != "no further session has ended: context canceled" {
		t.Errorf("of none the error of WaitSession is %v", err)
	}
	sessions, err := s.WaitSessions(t.Context(), 2)
	if err != nil || len(sessions) != 2 {
		t.Errorf("%d sessions, %v", len(sessions), err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	sessions, err = s.WaitSessions(t.Context(), 2)
	if len(sessions) != 1 || !errors.Is(err, net.ErrClosed) || !strings.HasPrefix(err.Error(), "1 of 2 further sessions have ended (2 were returned before): ") {
		t.Errorf("%d sessions, %v", len(sessions), err)
	}
	if sessions, err := s.WaitSessions(t.Context(), 0); len(sessions) != 0 || err != nil {
		t.Errorf("%d sessions, %v", len(sessions), err)
	}
}
