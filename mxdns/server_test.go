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
	bits := query("HEALTHY.fakemx.test.", "MX").SetEdns0(1232, true)
	bits.RecursionDesired, bits.AuthenticatedData, bits.CheckingDisabled = false, true, true
	exchange(t, s, "udp", bits)
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
		{At: now, Network: "udp", Name: "HEALTHY.fakemx.test.", Type: "MX", Scenario: "healthy", AD: true, CD: true, DO: true, Rcode: "NOERROR", Answers: 1},
		{At: now, Network: "tcp", Name: "2.0.25.127.in-addr.arpa.", Type: "PTR", Scenario: "expired", RD: true, Rcode: "NOERROR", Answers: 1},
		{At: now, Network: "udp", Name: "no-such.fakemx.test.", Type: "TLSA", RD: true, Rcode: "NXDOMAIN"},
		{At: now, Network: "udp", Name: `a\.b\000c.example.test.`, Type: "A", RD: true, Rcode: "REFUSED"},
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

// The record says what the client was told of DNSSEC.
func TestQueriesRecordWhatIsAuthentic(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *mxdns.Config) {
		c.Zones[0].Signing = &mxdns.Signing{Signatures: []mxdns.SignatureFault{{Type: dns.TypeNS, Is: mxdns.SignatureCorrupted}}}
	})
	for _, qtype := range []string{"SOA", "NS"} {
		exchange(t, s, "udp", query("fakemx.test.", qtype).SetEdns0(1232, true))
	}
	got := s.Queries()
	if !got[0].Authenticated || got[0].ExtendedError != "" || got[1].Authenticated || got[1].ExtendedError != "DNSSEC Bogus" {
		t.Errorf("the queries are %+v", got)
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

// On all addresses, a server has none of its own: its name has no address then,
// unless it is given one.
func TestAServerOnAllAddresses(t *testing.T) {
	t.Parallel()
	for want, names := range map[string]map[string]mxdns.Source{
		"": nil, "ns.fakemx.test. A 127.25.0.1": {"ns.fakemx.test": mxdns.Addresses(addrs("127.25.0.1")...)},
	} {
		s := start(t, func(c *mxdns.Config) { c.Listen, c.Zones[0].Names = ":0", names })
		_, port, err := net.SplitHostPort(s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		client := dns.Client{Timeout: patience}
		m, _, err := client.Exchange(query("ns.fakemx.test.", "A"), net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			t.Fatal(err)
		}
		if got := sections(m.Answer); got != want {
			t.Errorf("answered %q, want %q", got, want)
		}
	}
}

func TestStartRefuses(t *testing.T) {
	t.Parallel()
	taken := start(t).Addr()
	_, port, err := net.SplitHostPort(taken)
	if err != nil {
		t.Fatal(err)
	}
	zone := func(name string, names ...string) mxdns.Config {
		z := mxdns.Zone{Name: name, Names: map[string]mxdns.Source{}}
		for _, n := range names {
			z.Names[n] = mxdns.Records(nil)
		}
		return mxdns.Config{Zones: []mxdns.Zone{z}}
	}
	for name, test := range map[string]struct {
		config mxdns.Config
		want   string
	}{
		"an address in use":    {mxdns.Config{Listen: taken}, "Config.Listen: listen tcp "},
		"no address":           {mxdns.Config{Listen: "nowhere"}, "Config.Listen: listen tcp: address nowhere: missing port"},
		"a bad zone":           {zone("a..b"), `Config.Zones: expected a domain name such as example.test, got "a..b."`},
		"the root":             {zone("."), `Config.Zones: expected a domain name such as example.test, got "."`},
		"a zone twice":         {mxdns.Config{Zones: append(usual(), domain("expired", nil))}, `Config.Zones: zone expired.fakemx.test. is given twice`},
		"a bad name":           {zone("a.test", "b..a.test"), `zone a.test.: "b..a.test" is not a domain name`},
		"a name outside":       {zone("a.test", "example.test"), "zone a.test.: the name example.test. does not belong to it"},
		"a name below another": {mxdns.Config{Zones: append(usual(), mxdns.Zone{Name: "test", Names: map[string]mxdns.Source{"mx.fakemx.test": nil}})}, "zone test.: the name mx.fakemx.test. does not belong to it"},
		"an unknown mode":      {mxdns.Config{Mode: "lying"}, `Config.Mode: expected one of ["validating" "authoritative"], got "lying"`},
		"a bad upstream":       {mxdns.Config{Upstream: "127.0.0.1:dns?"}, "Config.Upstream: expected the address of a resolver"},
		"no port upstream":     {mxdns.Config{Upstream: "127.0.0.1:0"}, "Config.Upstream: expected the address of a resolver"},
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
