package mxdns_test

import (
	"fmt"
	"testing"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/mxdns"
)

const (
	soaTop     = "fakemx.test. SOA ns.fakemx.test. hostmaster.fakemx.test. 1795348800 3600 600 86400 1"
	soaHealthy = "healthy.fakemx.test. SOA ns.fakemx.test. hostmaster.healthy.fakemx.test. 1795348800 3600 600 86400 1"
	soaExpired = "expired.fakemx.test. SOA ns.fakemx.test. hostmaster.expired.fakemx.test. 1795348800 3600 600 86400 1"
)

func TestAnswers(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *mxdns.Config) { c.Mode = mxdns.Authoritative })
	for _, test := range []struct {
		name, qtype, rcode, answer, authority, additional string
	}{
		{
			"healthy.fakemx.test.", "MX", "NOERROR", "healthy.fakemx.test. MX 10 mx.healthy.fakemx.test.", "",
			"mx.healthy.fakemx.test. A 127.25.0.1; mx.healthy.fakemx.test. AAAA ::1",
		},
		{"healthy.fakemx.test.", "A", "NOERROR", "healthy.fakemx.test. A 127.25.0.1", "", ""},
		{"healthy.fakemx.test.", "AAAA", "NOERROR", "healthy.fakemx.test. AAAA ::1", "", ""},
		{"healthy.fakemx.test.", "NS", "NOERROR", "healthy.fakemx.test. NS ns.fakemx.test.", "", "ns.fakemx.test. A 127.0.0.1"},
		{"healthy.fakemx.test.", "SOA", "NOERROR", soaHealthy, "", ""},
		{"healthy.fakemx.test.", "TXT", "NOERROR", "", soaHealthy, ""},
		{"healthy.fakemx.test.", "DS", "NOERROR", "", soaTop, ""},
		{
			"expired.fakemx.test.", "ANY", "NOERROR",
			soaExpired + "; " +
				"expired.fakemx.test. NS ns.fakemx.test.; expired.fakemx.test. MX 10 mx.expired.fakemx.test.; expired.fakemx.test. A 127.25.0.2",
			"", "ns.fakemx.test. A 127.0.0.1; mx.expired.fakemx.test. A 127.25.0.2",
		},
		{"mx.healthy.fakemx.test.", "A", "NOERROR", "mx.healthy.fakemx.test. A 127.25.0.1", "", ""},
		{"mx.healthy.fakemx.test.", "AAAA", "NOERROR", "mx.healthy.fakemx.test. AAAA ::1", "", ""},
		{"mx.healthy.fakemx.test.", "MX", "NOERROR", "", soaHealthy, ""},
		{"mx.expired.fakemx.test.", "AAAA", "NOERROR", "", soaExpired, ""},
		{"no.healthy.fakemx.test.", "A", "NXDOMAIN", "", soaHealthy, ""},
		{"a.mx.healthy.fakemx.test.", "A", "NXDOMAIN", "", soaHealthy, ""},
		{"no-such.fakemx.test.", "MX", "NXDOMAIN", "", soaTop, ""},
		{"mx.no-such.fakemx.test.", "A", "NXDOMAIN", "", soaTop, ""},
		{"fakemx.test.", "SOA", "NOERROR", soaTop, "", ""},
		{"fakemx.test.", "MX", "NOERROR", "", soaTop, ""},
		{"fakemx.test.", "DS", "NOERROR", "", soaTop, ""},
		{"ns.fakemx.test.", "A", "NOERROR", "ns.fakemx.test. A 127.0.0.1", "", ""},
		{"1.0.25.127.in-addr.arpa.", "PTR", "NOERROR", "1.0.25.127.in-addr.arpa. PTR mx.healthy.fakemx.test.", "", ""},
		{
			"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.", "PTR", "NOERROR",
			"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa. PTR mx.healthy.fakemx.test.", "", "",
		},
		{"9.0.25.127.in-addr.arpa.", "PTR", "REFUSED", "", "", ""},
		{"example.test.", "MX", "REFUSED", "", "", ""},
		{"notfakemx.test.", "MX", "REFUSED", "", "", ""},
		{".", "NS", "REFUSED", "", "", ""},
		{"healthy.fakemx.test.", "AXFR", "REFUSED", "", "", ""},
	} {
		for _, network := range []string{"udp", "tcp"} {
			m := exchange(t, s, network, query(test.name, test.qtype))
			got := []string{dns.RcodeToString[m.Rcode], sections(m.Answer), sections(m.Ns), sections(m.Extra)}
			want := []string{test.rcode, test.answer, test.authority, test.additional}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s: %s %s:\ngot  %q\nwant %q", network, test.name, test.qtype, got, want)
			}
			if ours := test.rcode != "REFUSED"; m.Authoritative != ours {
				t.Errorf("%s: %s %s: AA is %t, want %t", network, test.name, test.qtype, m.Authoritative, ours)
			}
			if m.RecursionAvailable || m.AuthenticatedData || !m.RecursionDesired {
				t.Errorf("%s: %s %s: RA %t, AD %t, RD %t, want only RD", network, test.name, test.qtype, m.RecursionAvailable, m.AuthenticatedData, m.RecursionDesired)
			}
		}
	}
}

// A resolver that varies the case of a query (draft-vixie-dnsext-dns0x20) wants
// its own spelling back.
func TestCaseIsIgnoredAndPreserved(t *testing.T) {
	t.Parallel()
	s := start(t)
	m := exchange(t, s, "udp", query("HeaLthY.fAKemX.Test.", "MX"))
	if got, want := sections(m.Answer), "HeaLthY.fAKemX.Test. MX 10 mx.healthy.fakemx.test."; got != want {
		t.Errorf("the answer is %s, want %s", got, want)
	}
	if got := m.Question[0].Name; got != "HeaLthY.fAKemX.Test." {
		t.Errorf("the question is %s", got)
	}
}

func TestOtherClassesAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	for class, want := range map[uint16]int{
		dns.ClassCHAOS: dns.RcodeRefused, dns.ClassANY: dns.RcodeSuccess, dns.ClassINET: dns.RcodeSuccess,
	} {
		q := query("healthy.fakemx.test.", "MX")
		q.Question[0].Qclass = class
		if m := exchange(t, s, "udp", q); m.Rcode != want {
			t.Errorf("class %d: %s, want %s", class, dns.RcodeToString[m.Rcode], dns.RcodeToString[want])
		}
	}
}

// A resolver says that it recurses, and is no authority.
func TestAValidatingServerIsAResolver(t *testing.T) {
	t.Parallel()
	m := exchange(t, start(t), "udp", query("healthy.fakemx.test.", "MX"))
	if m.Authoritative || !m.RecursionAvailable || len(m.Answer) != 1 {
		t.Errorf("AA %t, RA %t, %d answers, want RA and one answer", m.Authoritative, m.RecursionAvailable, len(m.Answer))
	}
}
