package mxdns_test

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/mxdns"
)

func TestQueriesAreRecorded(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var told []mxdns.Query
	s := start(t, func(c *mxdns.Config) {
		c.OnQuery = func(q mxdns.Query) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, q)
		}
	})
	exchange(t, s, "udp", query("HEALTHY.fakemx.test.", "MX"))
	exchange(t, s, "tcp", query("2.0.25.127.in-addr.arpa.", "PTR"))
	exchange(t, s, "udp", query("no-such.fakemx.test.", "TLSA"))
	exchange(t, s, "udp", query(`a\.b\000c.example.test.`, "A"))
	got := s.Queries()
	for i := range got {
		if _, err := netip.ParseAddrPort(got[i].Client); err != nil {
			t.Errorf("the client is %q, want host:port", got[i].Client)
		}
		got[i].Client = ""
	}
	want := []mxdns.Query{
		{At: now, Network: "udp", Name: "HEALTHY.fakemx.test.", Type: "MX", Scenario: "healthy", Rcode: "NOERROR", Answers: 1},
		{At: now, Network: "tcp", Name: "2.0.25.127.in-addr.arpa.", Type: "PTR", Scenario: "expired", Rcode: "NOERROR", Answers: 1},
		{At: now, Network: "udp", Name: "no-such.fakemx.test.", Type: "TLSA", Rcode: "NXDOMAIN"},
		{At: now, Network: "udp", Name: `a\.b\000c.example.test.`, Type: "A", Rcode: "REFUSED"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("the queries are\n%+v\nwant\n%+v", got, want)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(told) != len(want) || told[1].Name != want[1].Name {
		t.Errorf("told of %+v, want the same", told)
	}
}

func TestOnlyTheLatestQueriesAreKept(t *testing.T) {
	t.Parallel()
	s := start(t)
	conn := dial(t, s).conn
	client := dns.Client{Timeout: patience}
	const more = 3
	for i := range mxdns.MaxQueries + more {
		if _, _, err := client.ExchangeWithConn(query(fmt.Sprintf("q%d.fakemx.test.", i), "A"), conn); err != nil {
			t.Fatal(err)
		}
	}
	got := s.Queries()
	if len(got) != mxdns.MaxQueries {
		t.Fatalf("%d queries are kept, want %d", len(got), mxdns.MaxQueries)
	}
	for i, q := range got {
		if want := fmt.Sprintf("q%d.fakemx.test.", i+more); q.Name != want {
			t.Fatalf("query %d is for %s, want %s", i, q.Name, want)
		}
	}
}

func TestUDPAndTCPShareAPort(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *mxdns.Config) { c.Listen = "127.0.0.1:0" })
	if addr := netip.MustParseAddrPort(s.Addr()); addr.Port() == 0 || addr.Addr().String() != "127.0.0.1" {
		t.Errorf("the address is %s", addr)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("the second Close: %v", err)
	}
	again := start(t, func(c *mxdns.Config) { c.Listen = s.Addr() })
	exchange(t, again, "udp", query("fakemx.test.", "SOA"))
	exchange(t, again, "tcp", query("fakemx.test.", "SOA"))
}

// On all addresses, a server has none of its own: its name stands for that of
// the first peer.
func TestAServerOnAllAddresses(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *mxdns.Config) { c.Listen = ":0" })
	_, port, err := net.SplitHostPort(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	client := dns.Client{Timeout: patience}
	m, _, err := client.Exchange(query("ns.fakemx.test.", "A"), net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := sections(m.Answer), "ns.fakemx.test. A 127.25.0.1"; got != want {
		t.Errorf("answered %q, want %q", got, want)
	}
}

func TestStartRefuses(t *testing.T) {
	t.Parallel()
	taken := start(t).Addr()
	_, port, err := net.SplitHostPort(taken)
	if err != nil {
		t.Fatal(err)
	}
	one := func(p mxdns.Peer) mxdns.Config { return mxdns.Config{Peers: []mxdns.Peer{p}} }
	for name, test := range map[string]struct {
		config mxdns.Config
		want   string
	}{
		"an address in use":      {mxdns.Config{Listen: taken}, "Config.Listen: listen tcp "},
		"no address":             {mxdns.Config{Listen: "nowhere"}, "Config.Listen: listen tcp: address nowhere: missing port"},
		"a bad zone":             {mxdns.Config{Zone: "a..b"}, `Config.Zone: expected a domain name such as fakemx.test, got "a..b"`},
		"the root":               {mxdns.Config{Zone: "."}, `Config.Zone: expected a domain name such as fakemx.test, got "."`},
		"no scenario":            {one(mxdns.Peer{Addrs: addrs("127.0.0.1")}), `Config.Peers: scenario name "" is not a valid DNS label`},
		"a scenario with a dot":  {one(mxdns.Peer{Scenario: "a.b", Addrs: addrs("127.0.0.1")}), `scenario name "a.b" is not a valid DNS label`},
		"a long scenario":        {one(mxdns.Peer{Scenario: strings.Repeat("a", 64), Addrs: addrs("127.0.0.1")}), "is not a valid DNS label"},
		"a bad host name":        {one(mxdns.Peer{Scenario: "a", Hostname: "a..b", Addrs: addrs("127.0.0.1")}), `host name "a..b" is not a domain name`},
		"a peer nowhere":         {one(mxdns.Peer{Scenario: "a"}), "Config.Peers: scenario a has no address"},
		"a peer everywhere":      {one(mxdns.Peer{Scenario: "a", Addrs: addrs("0.0.0.0")}), "0.0.0.0 is not an address that a client can connect to"},
		"a peer without address": {one(mxdns.Peer{Scenario: "a", Addrs: make([]netip.Addr, 1)}), "is not an address"},
		"a peer twice":           {mxdns.Config{Peers: append(peers(), peers()[1])}, `Config.Peers: scenario "expired" is given twice`},
		"a source outside":       {mxdns.Config{Sources: map[string]mxdns.Source{"example.test": mxdns.Records(nil)}}, "Config.Sources: source for example.test.: the name is not in any zone"},
		"a bad upstream":         {mxdns.Config{Upstream: "127.0.0.1:dns?"}, "Config.Upstream: expected the address of a resolver"},
		"no port upstream":       {mxdns.Config{Upstream: "127.0.0.1:0"}, "Config.Upstream: expected the address of a resolver"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := mxdns.New(test.config)
			if err == nil {
				_ = s.Close()
			}
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Start: %v, want an error with %q", err, test.want)
			}
		})
	}
	for _, listen := range []string{"127.0.0.2:" + port, "[::]:0"} {
		s, err := mxdns.New(mxdns.Config{Listen: listen, Upstream: "127.0.0.2:" + port})
		if own := strings.HasPrefix(listen, "127"); own != (err != nil && strings.Contains(err.Error(), "is this server itself")) {
			t.Errorf("on %s: %v", listen, err)
		}
		if err == nil {
			_ = s.Close()
		}
	}
}
