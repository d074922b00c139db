package fakemx

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fakemx/fakemx/scenarios"
)

// What is said in clear, and what is pipelined behind STARTTLS, is forgotten
// when TLS begins (RFC 3207 section 4.2), behind our front as in bare go-smtp.
func TestSameAsBareAcrossSTARTTLS(t *testing.T) {
	hello, message := "EHLO a\r\n", comparedEnvelope+"DATA\r\nx\r\n.\r\n"
	ours, theirs := startBoth(t)
	for name, tt := range map[string]struct {
		before, inTLS string // before goes out in one piece, in clear
		want          int    // deliveries
	}{
		"pipelined in TLS":              {hello + "STARTTLS\r\n", hello + message + message, 2},
		"a message before":              {hello + message + "STARTTLS\r\n", hello + message, 2},
		"an envelope before":            {hello + comparedEnvelope + "STARTTLS\r\n", hello + "DATA\r\nx\r\n.\r\n", 0},
		"a chunk before":                {hello + comparedEnvelope + "BDAT 1\r\nxSTARTTLS\r\n", hello + "BDAT 1 LAST\r\nx", 0},
		"a greeting before":             {hello + "STARTTLS\r\n", message, 0},
		"a message pipelined behind":    {hello + "STARTTLS\r\n" + hello + message, hello, 0},
		"an envelope pipelined behind":  {hello + "STARTTLS\r\n" + hello + comparedEnvelope, hello + "DATA\r\nx\r\n.\r\n", 0},
		"half a command behind":         {hello + "STARTTLS\r\nRSET", hello + message, 1},
		"bare LF, and a command behind": {hello + "STARTTLS\nEHLO b\n", hello + message, 1},
	} {
		t.Run(name, func(t *testing.T) {
			for _, step := range []int{1, 3, longestStream} {
				before, behind, _ := strings.Cut(tt.before, "STARTTLS")
				sent := crossing{clear: before + "STARTTLS", behind: behind, inTLS: tt.inTLS + "QUIT\r\n", step: step}
				a, b := ours.converse(t, sent), theirs.converse(t, sent)
				compare(t, a, b)
				if len(a.deliveries) != tt.want {
					t.Errorf("in steps of %d: %q, want %d messages", step, a.deliveries, tt.want)
				}
			}
		})
	}
}

// clearParts are what FuzzAcrossSTARTTLS says in clear. Each is whole, so that
// the STARTTLS behind is a command.
var clearParts = []string{
	"EHLO b\r\n", "MAIL FROM:<c@example.test>\r\n", "RCPT TO:<d@example.test>\r\n", "DATA\r\nclear\r\n.\r\n", "BDAT 5\r\nclear",
	"BDAT 5 LAST\r\nclear", "RSET\r\n", "NOOP\r\n", "\r\n", "NOOP\n",
}

// FuzzAcrossSTARTTLS says some of clearParts, STARTTLS and something pipelined
// behind it, and anything in TLS, in pieces of any size.
func FuzzAcrossSTARTTLS(f *testing.F) {
	for _, inTLS := range comparedStreams {
		f.Add([]byte{1, 2}, "", []byte(inTLS), 1)
		f.Add([]byte{1, 2, 4}, "RSET\r\n"+comparedEnvelope, []byte(inTLS), longestStream)
	}
	ours, theirs := startBoth(f)
	f.Fuzz(func(t *testing.T, parts []byte, behind string, inTLS []byte, step int) {
		const most = 500 // less than a server reads at once, so that it is all there with STARTTLS
		if len(parts) > 10 || len(behind) > most || len(inTLS) > longestStream || step < 1 {
			t.Skip("too much, or no step")
		}
		for _, m := range misread {
			if m.stream.Match(inTLS) {
				t.Skip(m.reason)
			}
		}
		sent := crossing{clear: "EHLO a\r\n", behind: "\r\n" + behind, inTLS: string(inTLS), step: step}
		for _, p := range parts {
			sent.clear += clearParts[int(p)%len(clearParts)]
		}
		if brokenOff.MatchString(sent.clear + "RSET" + string(inTLS)) { // which is what STARTTLS does to a message
			t.Skip(mixedUp)
		}
		sent.clear += "STARTTLS"
		compare(t, ours.converse(t, sent), theirs.converse(t, sent))
	})
}

// A crossing is what a client says on both sides of STARTTLS. Behind goes out
// in one piece, with the line end of STARTTLS: what comes later is for TLS.
type crossing struct {
	clear, behind, inTLS string
	step                 int
}

// A tlsSubject is a server that offers STARTTLS on a TCP address.
type tlsSubject struct {
	subject
	addr  string
	trust *tls.Config
	ended chan struct{} // told of the end of every session
}

// startBoth starts go-smtp behind the front and by itself, with the same
// certificate.
func startBoth(t testing.TB) (fronted, bare *tlsSubject) {
	t.Helper()
	fronted, bare = &tlsSubject{ended: make(chan struct{}, 1)}, &tlsSubject{ended: make(chan struct{}, 1)}
	server := Start(t, scenarios.MustGet("healthy").With(plainly), func(c *Config) {
		c.Store, c.MaxSessions = keeping{&fronted.subject}, -1
		c.MaxMessageBytes, c.MaxRecipients = comparedMessage, comparedRecipients
		c.OnSession = func(Session) { fronted.ended <- struct{}{} }
	})
	fronted.addr, fronted.trust = server.Addr(), server.ClientTLS()
	plain := bareServer(&bare.subject)
	plain.TLSConfig = &tls.Config{Certificates: []tls.Certificate{server.PKI().TLSCertificate()}, MinVersion: tls.VersionTLS12}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	bare.addr, bare.trust = l.Addr().String(), fronted.trust
	var serving sync.WaitGroup
	serving.Go(func() { _ = plain.Serve(vanishing{l, bare.ended}) })
	t.Cleanup(func() {
		_ = plain.Close()
		serving.Wait()
	})
	return fronted, bare
}

// A vanishing listener has connections that end with errVanished, and tells when
// they are closed.
type vanishing struct {
	net.Listener
	ended chan<- struct{}
}

func (l vanishing) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return &vanishingConn{Conn: conn, ended: l.ended}, err
}

type vanishingConn struct {
	net.Conn
	ended chan<- struct{}
	once  sync.Once
}

func (c *vanishingConn) Close() error {
	err := c.Conn.Close()
	c.once.Do(func() { c.ended <- struct{}{} })
	return err
}

func (c *vanishingConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if errors.Is(err, io.EOF) {
		err = errVanished
	}
	return n, err
}

// converse sends the clear part, begins TLS once it may, sends the rest and
// returns what was delivered by the end of the connection.
func (s *tlsSubject) converse(t *testing.T, sent crossing) result {
	t.Helper()
	s.mu.Lock()
	s.kept = nil
	s.mu.Unlock()
	conn, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	unheard := errors.Join(inSteps(conn, sent.clear, sent.step), inSteps(conn, sent.behind, len(sent.behind))) != nil
	replies, begun := untilReady(t, conn)
	if !begun {
		unheard = true
	} else {
		said, all := inTLS(t, conn, s.trust, sent)
		replies, unheard = append(replies, said...), unheard || !all
	}
	_ = conn.Close()
	<-s.ended
	s.mu.Lock()
	defer s.mu.Unlock()
	return result{s.kept, replies, unheard}
}

// inSteps writes a text in pieces of a size.
func inSteps(w io.Writer, text string, step int) error {
	for piece := range slices.Chunk([]byte(text), step) {
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

// untilReady reads replies up to that to STARTTLS; there is none if the server
// has ended the session before.
func untilReady(t *testing.T, conn net.Conn) (replies []byte, begun bool) {
	t.Helper()
	for in := bufio.NewReader(conn); ; {
		line, err := in.ReadString('\n')
		replies = append(replies, line...)
		switch {
		case strings.HasPrefix(line, "220 2.0.0 "):
			return replies, true
		case errors.Is(err, os.ErrDeadlineExceeded):
			t.Fatalf("TLS never begins: %q", replies)
		case err != nil:
			return replies, false
		}
	}
}

// inTLS says what is to be said in TLS, goes without close_notify, so that no
// end is taken for a proper one, and returns the replies, and whether all could
// be said.
func inTLS(t *testing.T, conn net.Conn, trust *tls.Config, sent crossing) (replies []byte, all bool) {
	t.Helper()
	inner := tls.Client(conn, trust)
	if err := inner.Handshake(); err != nil {
		t.Fatal(err)
	}
	said := make(chan error)
	go func() {
		err := inSteps(inner, sent.inTLS, sent.step)
		said <- errors.Join(err, conn.(*net.TCPConn).CloseWrite())
	}()
	replies, err := io.ReadAll(inner)
	if errors.Is(err, io.ErrUnexpectedEOF) { // TLS may end without close_notify, too
		err = nil
	}
	return replies, errors.Join(err, <-said) == nil
}
