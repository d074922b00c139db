package mxdns_test

import (
	"fmt"
	"maps"
	"net/netip"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/mxdns"
)

// parse is a record in presentation format.
func parse(t *testing.T, text string) dns.RR {
	t.Helper()
	record, err := dns.NewRR(text)
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// broken is a name that cannot be looked up.
type broken struct{}

func (broken) Answer(uint16) mxdns.Answer { return mxdns.Answer{Rcode: dns.RcodeServerFailure} }

// withSources puts sources into the zone of a scenario.
func withSources(scenario string, sources map[string]mxdns.Source) func(*mxdns.Config) {
	return func(c *mxdns.Config) {
		for _, z := range c.Zones {
			if z.Scenario == scenario && strings.HasSuffix(z.Name, "fakemx.test") {
				maps.Copy(z.Names, sources)
			}
		}
	}
}

func TestSourcesAddAndReplace(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *mxdns.Config) { c.Mode = mxdns.Authoritative }, withSources("healthy", map[string]mxdns.Source{
		"_25._tcp.mx.healthy.fakemx.test": mxdns.Records{parse(t, ". TLSA 3 1 1 00112233")},
		"_mta-sts.Healthy.fakemx.test.":   mxdns.Records{parse(t, ". TXT v=STSv1")},
	}), withSources("expired", map[string]mxdns.Source{"expired.fakemx.test": broken{}}))
	for _, test := range []struct {
		name, qtype, rcode, answer string
		authoritative              bool
	}{
		{"_25._tcp.mx.healthy.fakemx.test.", "TLSA", "NOERROR", "_25._tcp.mx.healthy.fakemx.test. TLSA 3 1 1 00112233", true},
		{"_25._tcp.mx.healthy.fakemx.test.", "A", "NOERROR", "", true},
		{"_tcp.mx.healthy.fakemx.test.", "TLSA", "NOERROR", "", true}, // exists, for there is a name below (RFC 8020)
		{"_24._tcp.mx.healthy.fakemx.test.", "TLSA", "NXDOMAIN", "", true},
		{"mx.healthy.fakemx.test.", "A", "NOERROR", "mx.healthy.fakemx.test. A 127.25.0.1", true},
		{"_MTA-STS.healthy.fakemx.test.", "TXT", "NOERROR", `_MTA-STS.healthy.fakemx.test. TXT "v=STSv1"`, true},
		{"expired.fakemx.test.", "MX", "SERVFAIL", "", false},
		{"mx.expired.fakemx.test.", "A", "NOERROR", "mx.expired.fakemx.test. A 127.25.0.2", true},
	} {
		m := exchange(t, s, "udp", query(test.name, test.qtype))
		got := fmt.Sprint(dns.RcodeToString[m.Rcode], sections(m.Answer), m.Authoritative)
		if want := fmt.Sprint(test.rcode, test.answer, test.authoritative); got != want {
			t.Errorf("%s %s: %s, want %s", test.name, test.qtype, got, want)
		}
	}
}

// The AD bit is for those who ask for it (RFC 6840 section 5.8).
func TestAuthenticatedAnswers(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *mxdns.Config) { c.Zones[0].Signing, c.Zones[1].Signing = &mxdns.Signing{}, &mxdns.Signing{} })
	for _, test := range []struct {
		name         string
		ad, do, want bool
	}{
		{"mx.healthy.fakemx.test.", false, false, false},
		{"mx.healthy.fakemx.test.", true, false, true},
		{"mx.healthy.fakemx.test.", false, true, true},
		{"mx.expired.fakemx.test.", true, true, false},
	} {
		q := query(test.name, "A").SetEdns0(1232, test.do)
		q.AuthenticatedData = test.ad
		if m := exchange(t, s, "udp", q); m.AuthenticatedData != test.want {
			t.Errorf("%s with AD %t, DO %t: AD is %t, want %t", test.name, test.ad, test.do, m.AuthenticatedData, test.want)
		}
	}
}

func ExampleZone() {
	const domain = "example.test"
	digest := make([]byte, 32)
	server, err := mxdns.New(mxdns.Config{Zones: []mxdns.Zone{{
		Name: domain,
		Names: map[string]mxdns.Source{
			domain:                  mxdns.Records{mxdns.MX(10, "mx."+domain)},
			"mx." + domain:          mxdns.Addresses(netip.MustParseAddr("127.0.0.1")),
			"_25._tcp.mx." + domain: mxdns.Records{mxdns.TLSA(3, 1, 1, digest)},
		},
		Signing: &mxdns.Signing{},
	}}})
	if err != nil {
		panic(err)
	}
	defer server.Close()
	ask := new(dns.Msg).SetQuestion("_25._tcp.mx.example.test.", dns.TypeTLSA)
	ask.AuthenticatedData = true
	client := dns.Client{Timeout: patience}
	reply, _, err := client.Exchange(ask, server.Addr())
	if err != nil {
		panic(err)
	}
	fmt.Println(len(reply.Answer), "record, authenticated:", reply.AuthenticatedData)
	// Output: 1 record, authenticated: true
}
