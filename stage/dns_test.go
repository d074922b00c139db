package stage_test

import (
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

func network(text string) netip.Prefix { return netip.MustParsePrefix(text) }

func TestResolver(t *testing.T) {
	t.Parallel()
	s := stage.Start(t, stage.Config{Peers: playing("healthy", "expired"), DNS: "127.0.0.1:0"})
	r := s.Resolver()
	records, err := r.LookupMX(t.Context(), "expired.fakemx.test.")
	if err != nil || len(records) != 1 || records[0].Host != "mx.expired.fakemx.test." {
		t.Errorf("MX: %v, %v", records, err)
	}
	addrs, err := r.LookupHost(t.Context(), "mx.expired.fakemx.test.")
	if err != nil || !slices.Equal(addrs, []string{"127.0.0.1"}) {
		t.Errorf("A: %v, %v", addrs, err)
	}
	var missing *net.DNSError
	if _, err := r.LookupMX(t.Context(), "self-signed.fakemx.test."); !errors.As(err, &missing) || !missing.IsNotFound {
		t.Errorf("what is not played: %v, want not found", err)
	}
	if _, err := r.LookupMX(t.Context(), "example.com."); err == nil {
		t.Error("a name of the world outside was found")
	}
	if queries := s.DNS().Queries(); len(queries) == 0 || queries[0].Scenario != "expired" {
		t.Errorf("the DNS was asked %v", queries)
	}
}

// TestAResolverWithoutDNS asks nobody, least of all the machine's own.
func TestAResolverWithoutDNS(t *testing.T) {
	t.Parallel()
	s := stage.Start(t, stage.Config{Peers: playing("healthy")})
	if _, err := s.Resolver().LookupMX(t.Context(), "healthy.fakemx.test."); err == nil || !strings.Contains(err.Error(), "the stage has no DNS") {
		t.Errorf("it says %v", err)
	}
}

func TestHostnames(t *testing.T) {
	t.Parallel()
	peers := playing("healthy")
	for _, s := range scenarios.All() {
		if s.ReachBy == scenarios.ReachByAddress {
			peers = append(peers, fakemx.Config{Scenario: s})
			break
		}
	}
	for dns, want := range map[string]string{"": "localhost 127.0.0.1", "127.0.0.1:0": "mx.healthy.fakemx.test 127.0.0.1"} {
		s := stage.Start(t, stage.Config{Peers: peers, DNS: dns})
		var got []string
		for _, p := range s.Peers() {
			got = append(got, p.ClientTLS().ServerName)
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("with the DNS on %q, the peers are to be reached by %s, want %s", dns, text, want)
		}
	}
}

func TestDialContext(t *testing.T) {
	t.Parallel()
	peers := playing("healthy", "expired")
	peers[0].SMTPS, peers[1].Listen = "127.0.0.1:0", "[::1]:0"
	s := stage.Start(t, stage.Config{Peers: append(peers, playing("self-signed")...)})
	healthy, expired := s.Peer("healthy"), s.Peer("expired")
	for address, want := range map[string]string{
		"mx.healthy.fakemx.test:25":      healthy.Addr(),
		"MX.Healthy.fakemx.test.:2525":   healthy.Addr(),
		"healthy.fakemx.test:25":         healthy.Addr(),
		"mx.healthy.fakemx.test:465":     healthy.SMTPSAddr(),
		"mx.self-signed.fakemx.test:465": s.Peer("self-signed").Addr(), // which has no other
		"[::1]:25":                       expired.Addr(),
		"127.0.0.1:25":                   "error: 2 peers are at 127.0.0.1",
		"localhost:25":                   `error: no peer of the stage is at "localhost"`,
		"mx.healthy.fakemx.test":         "error: address mx.healthy.fakemx.test: missing port",
	} {
		conn, err := s.DialContext(t.Context(), "tcp", address)
		if err != nil {
			if got := "error: " + err.Error(); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s, want %s", address, got, want)
			}
			continue
		}
		if got := conn.RemoteAddr().String(); got != want {
			t.Errorf("%s leads to %s, want %s", address, got, want)
		}
		_ = conn.Close()
	}
}

// TestNetwork: a scenario has the address of its number, and one without a number
// has one behind all others.
func TestNetwork(t *testing.T) {
	t.Parallel()
	if l, err := net.Listen("tcp", "127.25.0.1:0"); err != nil {
		t.Skipf("this machine has one address of loopback: %v", err)
	} else {
		_ = l.Close()
	}
	mine := scenarios.MustGet("healthy")
	mine.Name, mine.Aliases, mine.Number = "mine", nil, 0
	expired := scenarios.MustGet("expired")
	peers := append(playing("expired", "healthy"), fakemx.Config{Scenario: mine}, fakemx.Config{Scenario: scenarios.MustGet("self-signed"), Listen: "127.0.0.1:0"})
	s := stage.Start(t, stage.Config{Peers: peers, Network: network("127.25.0.0/16"), DNS: "127.0.0.1:0"})
	at := func(number int) string {
		return netip.AddrFrom4([4]byte{127, 25, byte(number >> 8), byte(number)}).String()
	}
	for i, want := range []string{at(expired.Number), "127.25.0.1", at(scenarios.LastNumber() + 1), "127.0.0.1"} {
		p := s.Peers()[i]
		if host, _, _ := net.SplitHostPort(p.Addr()); host != want {
			t.Errorf("%s is at %s, want %s", p.Scenario().Name, host, want)
		}
		addrs, err := s.Resolver().LookupHost(t.Context(), p.Host()+".")
		if err != nil || !slices.Equal(addrs, []string{want}) {
			t.Errorf("the DNS leads from %s to %q, %v; want %s", p.Host(), addrs, err, want)
		}
	}
}
