package mxdns_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/goleak"

	"github.com/fakemx/fakemx/mxdns"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds waits that never last that long unless something is broken.
const patience = 20 * time.Second

// now is the time of every test.
var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// top is the parent of the scenarios' zones.
func top() mxdns.Zone { return mxdns.Zone{Name: "fakemx.test"} }

// domain is the zone of a scenario: an MX record, and the addresses of its host
// and of the domain itself.
func domain(scenario string, addresses []netip.Addr) mxdns.Zone {
	name := scenario + ".fakemx.test"
	return mxdns.Zone{Name: name, Scenario: scenario, NameServer: "ns.fakemx.test", Names: map[string]mxdns.Source{
		name:         append(mxdns.Records{mxdns.MX(10, "mx."+name)}, mxdns.Addresses(addresses...)...),
		"mx." + name: mxdns.Addresses(addresses...),
	}}
}

// reverse is the zone of the reverse name of an address.
func reverse(name, scenario, host string) mxdns.Zone {
	return mxdns.Zone{Name: name, Scenario: scenario, NameServer: "ns.fakemx.test", Names: map[string]mxdns.Source{name: mxdns.Records{mxdns.PTR(host)}}}
}

// usual are the zones of two scenarios, one of them with an IPv6 address too.
func usual() []mxdns.Zone {
	return []mxdns.Zone{
		top(), domain("healthy", addrs("127.25.0.1", "::1")), domain("expired", addrs("127.25.0.2")),
		reverse("1.0.25.127.in-addr.arpa", "healthy", "mx.healthy.fakemx.test"),
		reverse("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa", "healthy", "mx.healthy.fakemx.test"),
		reverse("2.0.25.127.in-addr.arpa", "expired", "mx.expired.fakemx.test"),
	}
}

func addrs(texts ...string) []netip.Addr {
	list := make([]netip.Addr, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParseAddr(text)
	}
	return list
}

// crowd is more addresses than a datagram holds.
func crowd() []netip.Addr {
	var list []netip.Addr
	for i := range byte(100) {
		list = append(list, netip.AddrFrom4([4]byte{127, 25, 1, i}))
	}
	return list
}

// start starts a server with the usual zones, unless the options say otherwise.
func start(t testing.TB, options ...func(*mxdns.Config)) *mxdns.Server {
	t.Helper()
	c := mxdns.Config{Zones: usual(), Now: func() time.Time { return now }}
	for _, o := range options {
		o(&c)
	}
	s, err := mxdns.New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// exchange sends a message and returns the response.
func exchange(t *testing.T, s *mxdns.Server, network string, m *dns.Msg) *dns.Msg {
	t.Helper()
	client := dns.Client{Net: network, Timeout: patience, UDPSize: dns.MaxMsgSize}
	reply, _, err := client.Exchange(m, s.Addr())
	if err != nil {
		t.Fatalf("%s: %v", network, err)
	}
	return reply
}

// query is a query for a name and a type.
func query(name, qtype string) *dns.Msg {
	return new(dns.Msg).SetQuestion(name, dns.StringToType[qtype])
}

// sections are the texts of records, without TTL and with single spaces.
func sections(records []dns.RR) string {
	var texts []string
	for _, record := range records {
		if record.Header().Rrtype == dns.TypeOPT {
			continue
		}
		words := strings.Fields(record.String())
		texts = append(texts, strings.Join(append(words[:1], words[3:]...), " "))
	}
	return strings.Join(texts, "; ")
}
