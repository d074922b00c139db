package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/fakemx/fakemx/scenarios"
)

// vanishing ends its connection instead of writing more than so many octets.
type vanishing struct {
	*net.TCPConn
	left int
	how  func(*net.TCPConn)
}

func (v *vanishing) Write(p []byte) (int, error) {
	n := min(len(p), v.left)
	v.left -= n
	if _, err := v.TCPConn.Write(p[:n]); err != nil {
		return 0, err
	}
	if n < len(p) {
		v.how(v.TCPConn)
		return n, io.ErrClosedPipe
	}
	return n, nil
}

func byFIN(c *net.TCPConn) { _ = c.Close() }

func byRST(c *net.TCPConn) { _, _ = c.SetLinger(0), c.Close() }

// flights is how many octets a client writes for a whole handshake.
func flights(t *testing.T, e Engine) int {
	t.Helper()
	const all = 1 << 20
	v := &vanishing{left: all}
	meet(t, e, func(c *net.TCPConn) {
		v.TCPConn = c
		if err := talk(v, clientTLS()); err != nil {
			t.Error(err)
		}
	})
	return all - v.left
}

func TestClientVanishes(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1.2", "1.3"} {
		e := newEngine(t, peerTLS(version, func(p *scenarios.TLS) {
			p.ClientCertificate.Mode = scenarios.ClientCertificateRequest
		}))
		whole := flights(t, e)
		for name, how := range map[string]func(*net.TCPConn){"FIN": byFIN, "RST": byRST} {
			// The last octets are those of close_notify.
			for left := 0; left < whole-50; left += 1 + left/4 {
				t.Run(fmt.Sprintf("%s %s after %d", version, name, left), func(t *testing.T) {
					t.Parallel()
					r := meet(t, e, func(c *net.TCPConn) {
						_ = talk(&vanishing{TCPConn: c, left: left, how: how}, clientTLS())
					})
					if r.Completed || !r.ByClient {
						t.Errorf("completed %v, by client %v: %v", r.Completed, r.ByClient, r.Err)
					}
					checkAlert(t, r, "none")
				})
			}
		}
	}
}

// Before the hello is whole, there is nothing to record, and nothing to crash on.
func TestGarbageInPlaceOfClientHello(t *testing.T) {
	t.Parallel()
	for name, garbage := range map[string]string{
		"SMTP":                 "EHLO client.example.test\r\n",
		"HTTP":                 "GET / HTTP/1.1\r\n\r\n",
		"nothing":              "",
		"NULs":                 "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
		"SSLv2 hello":          "\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10",
		"empty record":         "\x16\x03\x01\x00\x00",
		"record too long":      "\x16\x03\x01\xff\xff",
		"hello of no version":  "\x16\x03\x01\x00\x06\x01\x00\x00\x02\x03\x01",
		"server's hello":       "\x16\x03\x01\x00\x04\x02\x00\x00\x00",
		"endless hello":        "\x16\x03\x01\x00\x04\x01\xff\xff\xff",
		"data before TLS":      "\x17\x03\x03\x00\x05QUIT\n",
		"close_notify at once": "\x15\x03\x01\x00\x02\x01\x00",
	} {
		e := newEngine(t, peerTLS("", nil))
		r := meet(t, e, func(c *net.TCPConn) {
			_, _ = io.WriteString(c, garbage)
			_ = c.CloseWrite()
			_, _ = io.Copy(io.Discard, c)
		})
		if r.Completed || r.Err == nil || r.ClientHello != nil {
			t.Errorf("%s: completed %v, error %v, hello %v", name, r.Completed, r.Err, r.ClientHello)
		}
	}
}

func TestAlertInPlaceOfClientHello(t *testing.T) {
	t.Parallel()
	r := meet(t, newEngine(t, peerTLS("", nil)), func(c *net.TCPConn) {
		_, _ = io.WriteString(c, "\x15\x03\x01\x00\x02\x02\x50")
	})
	checkAlert(t, r, "client internal_error")
	if !r.ByClient {
		t.Error("a client's alert is not put down to it")
	}
}

func TestHandshakeBeyondItsTime(t *testing.T) {
	t.Parallel()
	p, _ := sockets(t)
	_ = p.SetDeadline(time.Unix(1, 0))
	wire, r := newEngine(t, peerTLS("", nil)).Handshake(t.Context(), p, Hooks{})
	if wire != nil || !errors.Is(r.Err, os.ErrDeadlineExceeded) || r.ByClient {
		t.Errorf("error %v, by client %v", r.Err, r.ByClient)
	}
}

func TestHandshakeIsCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	p, c := sockets(t)
	done := make(chan *Result)
	go func() {
		_, r := newEngine(t, peerTLS("", nil)).Handshake(ctx, p, Hooks{})
		done <- r
	}()
	_, _ = c.Write([]byte{recordHandshake})
	cancel()
	if r := <-done; !errors.Is(r.Err, context.Canceled) || r.ByClient {
		t.Errorf("error %v, by client %v", r.Err, r.ByClient)
	}
}
