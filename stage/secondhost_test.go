package stage_test

import (
	"context"
	"errors"
	"net"
	"os"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// TestSecondAddresses: the DNS leads to a second host, or to an address at which
// nobody answers, in the way that the scenario says.
func TestSecondAddresses(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has all of 127.0.0.0/8 and drops what does not fit in a queue")
	}
	for name, want := range map[string]func(error) bool{
		"tlsa-first-host-mismatch": func(err error) bool { return err == nil },
		"mx-first-refused":         func(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) },
		"mx-first-filtered": func(err error) bool {
			return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded)
		},
	} {
		for how, c := range map[string]stage.Config{
			"from the start": {Peers: playing(name)},
			"later":          {Later: []fakemx.Config{{Scenario: scenarios.MustGet(name), Listen: "127.0.0.1:0"}}},
			"in a network":   {Peers: playing(name), Network: network("127.26.0.0/16")},
		} {
			t.Run(name+" "+how, func(t *testing.T) {
				t.Parallel()
				c.DNS = "127.0.0.1:0"
				s := stage.Start(t, c)
				p := s.Peer(name)
				if p == nil {
					var err error
					if p, err = s.Play(name); err != nil {
						t.Fatal(err)
					}
				}
				_, host := p.Scenario().SecondAddress()
				addrs, err := s.Resolver().LookupHost(t.Context(), host)
				own, port, _ := net.SplitHostPort(p.Addr())
				if err != nil || len(addrs) != 1 || slices.Contains(addrs, own) {
					t.Fatalf("the DNS leads from %s to %q, %v; the peer is at %s", host, addrs, err, own)
				}
				// As long as Linux waits before it tries again.
				dialer := net.Dialer{Timeout: 500 * time.Millisecond}
				conn, err := dialer.DialContext(t.Context(), "tcp", net.JoinHostPort(addrs[0], port))
				if conn != nil {
					_ = conn.Close()
				}
				if !want(err) {
					t.Errorf("a connection ends with %v", err)
				}
			})
		}
	}
}

// TestASecondHostIsOneOfItsOwn: it has its own name and keys, and keeps its PKI
// beside that of the first.
func TestASecondHostIsOneOfItsOwn(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has all of 127.0.0.0/8")
	}
	s := stage.Start(t, stage.Config{Peers: playing("tlsa-second-host-mismatch", "healthy"), DNS: "127.0.0.1:0", PKIDir: t.TempDir()})
	p := s.Peer("tlsa-second-host-mismatch")
	second := p.SecondHost()
	if second == nil || s.Peer("healthy").SecondHost() != nil {
		t.Fatal("the second host is not where it belongs")
	}
	if name := second.Scenario().Hostname(); name != "mx2.tlsa-second-host-mismatch.fakemx.test" {
		t.Errorf("it is called %s", name)
	}
	first, other := p.PKI().Chain()[0], second.PKI().Chain()[0]
	if slices.Equal(first, other) {
		t.Error("both have the same certificate")
	}
	conn, err := s.DialContext(t.Context(), "tcp", "mx2.tlsa-second-host-mismatch.fakemx.test:25")
	if err != nil {
		t.Fatal(err)
	}
	if got := conn.RemoteAddr().String(); got != second.Addr() {
		t.Errorf("its name leads to %s, want %s", got, second.Addr())
	}
	_ = conn.Close()
}
