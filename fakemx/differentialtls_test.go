package fakemx

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
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
			a, b := ours.converse(t, tt.before, tt.inTLS), theirs.converse(t, tt.before, tt.inTLS)
			if len(a) != tt.want || !slices.EqualFunc(a, b, delivery.equal) {
				t.Errorf("behind the front %q, by itself %q, want %d of both", a, b, tt.want)
			}
		})
	}
}

// A tlsSubject is a server that offers STARTTLS on a TCP address.
type tlsSubject struct {
	subject
	addr  string
	trust *tls.Config
}

// startBoth starts go-smtp behind the front and by itself, with the same
// certificate.
func startBoth(t *testing.T) (fronted, bare *tlsSubject) {
	t.Helper()
	sc := scenarios.MustGet("healthy").With(func(p *scenarios.Peer) { p.Trace.Absent = true })
	fronted, bare = &tlsSubject{}, &tlsSubject{}
	server := Start(t, sc, func(c *Config) { c.Store = keeping{&fronted.subject} })
	fronted.addr, fronted.trust = server.Addr(), server.ClientTLS()
	plain := bareServer(&bare.subject)
	plain.TLSConfig = &tls.Config{Certificates: []tls.Certificate{server.PKI().TLSCertificate()}, MinVersion: tls.VersionTLS12}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	bare.addr, bare.trust = l.Addr().String(), fronted.trust
	var serving sync.WaitGroup
	serving.Go(func() { _ = plain.Serve(l) })
	t.Cleanup(func() {
		_ = plain.Close()
		serving.Wait()
	})
	return fronted, bare
}

// converse sends the clear part, begins TLS once it may, sends the rest and
// returns what was delivered by the end of the connection.
func (s *tlsSubject) converse(t *testing.T, before, inTLS string) []delivery {
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
	if _, err := io.WriteString(conn, before); err != nil {
		t.Fatal(err)
	}
	for replies := bufio.NewReader(conn); ; {
		line, err := replies.ReadString('\n')
		if err != nil {
			t.Fatalf("TLS never begins: %v", err)
		}
		if strings.HasPrefix(line, "220 2.0.0 ") {
			break
		}
	}
	inner := tls.Client(conn, s.trust)
	if _, err := io.WriteString(inner, inTLS+"QUIT\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, inner); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept
}
