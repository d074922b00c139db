package mxdns_test

import (
	"fmt"
	"testing"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/mxdns"
)

func TestEDNS(t *testing.T) {
	t.Parallel()
	s := start(t)
	plain := exchange(t, s, "udp", query("healthy.fakemx.test.", "MX"))
	if plain.IsEdns0() != nil {
		t.Error("an OPT record answers a query that has none")
	}
	m := exchange(t, s, "udp", query("healthy.fakemx.test.", "MX").SetEdns0(4096, true))
	if opt := m.IsEdns0(); opt == nil || opt.UDPSize() != 1232 || !opt.Do() || opt.Version() != 0 {
		t.Errorf("the OPT record is %v, want version 0, DO, 1232 octets", opt)
	}
}

func TestEDNSVersionsFromTheFutureAreBad(t *testing.T) {
	t.Parallel()
	s := start(t)
	q := query("healthy.fakemx.test.", "MX").SetEdns0(1232, false)
	q.IsEdns0().SetVersion(1)
	m := exchange(t, s, "udp", q)
	if opt := m.IsEdns0(); m.Rcode != dns.RcodeBadVers || len(m.Answer) > 0 || opt == nil || opt.Version() != 0 {
		t.Errorf("answered %v, want BADVERS of version 0 and nothing else", m)
	}
}

func TestTwoOPTRecordsAreAFormatError(t *testing.T) {
	t.Parallel()
	s := start(t)
	q := query("healthy.fakemx.test.", "MX").SetEdns0(1232, false).SetEdns0(1232, false)
	if m := exchange(t, s, "udp", q); m.Rcode != dns.RcodeFormatError {
		t.Errorf("answered %s, want FORMERR", dns.RcodeToString[m.Rcode])
	}
}

// A response is cut to what the client takes, with TC, and is whole over TCP.
func TestTruncation(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *mxdns.Config) { c.Zones = []mxdns.Zone{top(), domain("crowded", crowd())} })
	for _, test := range []struct {
		network string
		edns    uint16 // 0: none
		size    int
		whole   bool
	}{
		{"udp", 0, 512, false},
		{"udp", 100, 512, false},
		{"udp", 800, 800, false},
		{"udp", 4096, 1232, false},
		{"tcp", 0, dns.MaxMsgSize, true},
		{"tcp", 512, dns.MaxMsgSize, true},
	} {
		t.Run(fmt.Sprint(test.network, test.edns), func(t *testing.T) {
			t.Parallel()
			q := query("mx.crowded.fakemx.test.", "A")
			if test.edns > 0 {
				q.SetEdns0(test.edns, false)
			}
			m := exchange(t, s, test.network, q)
			m.Compress = true
			if m.Len() > test.size || m.Truncated == test.whole || (len(m.Answer) == len(crowd())) != test.whole || len(m.Answer) == 0 {
				t.Errorf("%d octets, TC %t, %d answers; want at most %d octets, whole: %t", m.Len(), m.Truncated, len(m.Answer), test.size, test.whole)
			}
		})
	}
}
