package fakemx_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// play starts the healthy peer after an edit, which may be nil.
func play(t testing.TB, edit func(*scenarios.Peer), options ...func(*fakemx.Config)) *fakemx.Server {
	t.Helper()
	sc := scenarios.MustGet("healthy")
	if edit != nil {
		sc = sc.With(edit)
	}
	if sc.Validate() != nil { // STARTTLS is never usable on such a peer
		sc.Facts = scenarios.Facts{Offers: scenarios.No, Completes: scenarios.No, Authentic: scenarios.No}
	}
	return fakemx.Start(t, sc, options...)
}

// A talker is a client that is spoken line by line.
type talker struct {
	t    testing.TB
	conn net.Conn
	in   *bufio.Reader
}

// dial connects and reads the greeting.
func dial(t testing.TB, s *fakemx.Server) *talker {
	t.Helper()
	c := dialTo(t, s.Addr())
	c.want(220)
	return c
}

func dialTo(t testing.TB, addr string) *talker {
	t.Helper()
	c, err := tryDial(t, addr)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tryDial connects. A peer that resets at once may be seen to do so here.
func tryDial(t testing.TB, addr string) (*talker, error) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second)) // of a test gone wrong
	return &talker{t: t, conn: conn, in: bufio.NewReader(conn)}, nil
}

// send sends octets as they stand. A peer that has gone is for the next want to
// find.
func (c *talker) send(octets string) {
	if octets == "" {
		return // even an empty write would take the error of a reset from the reader
	}
	_, _ = io.WriteString(c.conn, octets)
}

// reply reads a whole reply: its code and its lines without the code.
func (c *talker) reply() (code string, lines []string, err error) {
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return "", nil, err
		}
		line = strings.TrimSuffix(line, "\r\n")
		if len(line) < 3 {
			return "", nil, errors.New("short reply " + line)
		}
		lines = append(lines, strings.TrimPrefix(line[3:], " "))
		if len(line) == 3 || line[3] != '-' {
			return line[:3], lines, nil
		}
		lines[len(lines)-1] = line[4:]
	}
}

// want reads a reply and returns its text. Another code than the one wanted
// ends the test.
func (c *talker) want(code int) string {
	c.t.Helper()
	got, lines, err := c.reply()
	if err != nil {
		c.t.Fatalf("no reply, want %d: %v", code, err)
	}
	text := strings.Join(lines, "\n")
	if got != itoa(code) {
		c.t.Fatalf("reply %s %s, want %d", got, text, code)
	}
	return text
}

func itoa(code int) string {
	return string([]byte{byte('0' + code/100), byte('0' + code/10%10), byte('0' + code%10)})
}

// say sends a line and wants a reply.
func (c *talker) say(line string, code int) string {
	c.t.Helper()
	c.send(line + "\r\n")
	return c.want(code)
}

// ehlo introduces the client and returns the keywords.
func (c *talker) ehlo() []string {
	c.t.Helper()
	return strings.Split(c.say("EHLO client.example.test", 250), "\n")[1:]
}

// begin opens a transaction with one recipient.
func (c *talker) begin() {
	c.t.Helper()
	c.say("MAIL FROM:<a@example.test>", 250)
	c.say("RCPT TO:<b@example.test>", 250)
}

// startTLS goes on in TLS.
func (c *talker) startTLS(config *tls.Config) {
	c.t.Helper()
	c.say("STARTTLS", 220)
	c.secure(config)
}

func (c *talker) secure(config *tls.Config) {
	c.t.Helper()
	if err := c.trySecure(config); err != nil {
		c.t.Fatal(err)
	}
}

// trySecure does a handshake, with what has been read beyond the last reply.
func (c *talker) trySecure(config *tls.Config) error {
	inner := tls.Client(&readAhead{c.conn, c.in}, config)
	if err := inner.HandshakeContext(context.Background()); err != nil {
		return err
	}
	c.conn, c.in = inner, bufio.NewReader(inner)
	return nil
}

// readAhead is a connection whose reader has buffered some of it.
type readAhead struct {
	net.Conn
	in *bufio.Reader
}

func (r *readAhead) Read(p []byte) (int, error) { return r.in.Read(p) }

// ended reads to the end of the connection and returns how it came: nil for
// the proper one.
func (c *talker) ended() error {
	_, err := io.Copy(io.Discard, c.in)
	return err
}

// rest is what comes until the end of the connection.
func (c *talker) rest() string {
	c.t.Helper()
	rest, err := io.ReadAll(c.in)
	if err != nil {
		c.t.Errorf("the connection ended with %v", err)
	}
	return string(rest)
}

// quit ends the session properly.
func (c *talker) quit() {
	c.t.Helper()
	c.say("QUIT", 221)
	if err := c.ended(); err != nil {
		c.t.Errorf("the connection ended with %v", err)
	}
	c.hangUp()
}

func (c *talker) hangUp() { _ = c.conn.Close() }

// only closes the server and returns its one session.
func only(t testing.TB, s *fakemx.Server) fakemx.Session {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if _, err := s.WaitSession(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	sessions := s.Sessions()
	if len(sessions) != 1 {
		t.Fatalf("%d sessions, want 1", len(sessions))
	}
	checkOrder(t, sessions[0])
	return sessions[0]
}

// checkOrder holds what is true of every record.
func checkOrder(t testing.TB, s fakemx.Session) {
	t.Helper()
	if s.Ended.Before(s.Started) {
		t.Errorf("ended %v, before it started %v", s.Ended, s.Started)
	}
	if heard(s, "Internal server error") {
		t.Error("something panicked, which go-smtp hides") // and answers 421
	}
	if !slices.IsSorted(s.Flags) {
		t.Errorf("flags are not sorted: %v", s.Flags)
	}
	for i := 1; i < len(s.Transcript); i++ {
		if s.Transcript[i].At.Before(s.Transcript[i-1].At) {
			t.Errorf("line %d of the transcript is older than the one before", i)
		}
	}
}

// checkOutcome holds an outcome and the last fault.
func checkOutcome(t testing.TB, s fakemx.Session, outcome fakemx.Outcome, fault string) {
	t.Helper()
	if s.Outcome != outcome || s.Fault.String() != fault {
		t.Errorf("outcome %q, fault %q; want %q, %q\n%s", s.Outcome, s.Fault, outcome, fault, s.Narrate())
	}
}

// heard reports whether a line of the transcript holds text.
func heard(s fakemx.Session, text string) bool {
	return slices.ContainsFunc(s.Transcript, func(l fakemx.Line) bool { return strings.Contains(l.Text, text) })
}
