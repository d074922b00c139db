package mxdns_test

import (
	"testing"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/mxdns"
)

// A resolver tells those who ask, gives what is bogus only to those who check it
// themselves, and says why it does not give it to others.
func TestBitsOfAValidatingServer(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *mxdns.Config) {
		c.Zones[0].Signing = &mxdns.Signing{}
		c.Zones[1].Signing = &mxdns.Signing{Signatures: []mxdns.SignatureFault{{Type: dns.TypeA, Is: mxdns.SignatureExpired}}}
		c.Zones[1].Names["broken.healthy.fakemx.test"] = broken{}
	})
	for _, test := range []struct {
		name, qtype string
		ad, cd, do  bool
		want        string
	}{
		{"healthy", "MX", false, false, false, "NOERROR 1/0"},
		{"healthy", "MX", true, false, false, "NOERROR 1/0 AD"},
		{"healthy", "MX", false, false, true, "NOERROR 2/0 AD"},
		{"healthy", "MX", true, true, true, "NOERROR 2/0"},
		{"mx.healthy", "A", false, false, false, "SERVFAIL 0/0 EDE 7"},
		{"mx.healthy", "A", false, false, true, "SERVFAIL 0/0 EDE 7"},
		{"mx.healthy", "A", true, true, false, "NOERROR 1/0"},
		{"mx.healthy", "A", true, true, true, "NOERROR 2/0"},
		{"no.healthy", "A", true, false, true, "NXDOMAIN 0/6 AD"},
		{"no.healthy", "A", true, false, false, "NXDOMAIN 0/1 AD"},
		{"broken.healthy", "A", true, false, true, "SERVFAIL 0/0"},
		{"mx.expired", "A", true, false, true, "NOERROR 1/0"},
		{"no.expired", "A", true, false, true, "NXDOMAIN 0/1"},
	} {
		q := query(test.name+".fakemx.test.", test.qtype).SetEdns0(1232, test.do)
		q.AuthenticatedData, q.CheckingDisabled = test.ad, test.cd
		m := exchange(t, s, "udp", q)
		if got := outcome(m); got != test.want || m.CheckingDisabled != test.cd {
			t.Errorf("%s %s with AD %t, CD %t, DO %t: %s, want %s", test.name, test.qtype, test.ad, test.cd, test.do, got, test.want)
		}
	}
}

// Postfix asks for the name servers of the root to learn whether its resolver
// validates.
func TestAValidatingServerAnswersForTheRoot(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		mode   mxdns.Mode
		qtype  string
		ad, do bool
		want   string
	}{
		{mxdns.Validating, "NS", false, true, "NOERROR 1/0 AD"},
		{mxdns.Validating, "NS", true, false, "NOERROR 1/0 AD"},
		{mxdns.Validating, "NS", false, false, "NOERROR 1/0"},
		{mxdns.Validating, "MX", false, true, "REFUSED 0/0"},
		{mxdns.Authoritative, "NS", false, true, "REFUSED 0/0"},
	} {
		s := start(t, func(c *mxdns.Config) { c.Mode = test.mode })
		q := query(".", test.qtype).SetEdns0(1232, test.do)
		q.AuthenticatedData = test.ad
		if got := outcome(exchange(t, s, "udp", q)); got != test.want {
			t.Errorf("%s: . %s with AD %t, DO %t: %s, want %s", test.mode, test.qtype, test.ad, test.do, got, test.want)
		}
	}
}

// The extended error of an upstream is passed on (RFC 8914 section 3).
func TestAnExtendedErrorIsPassedOn(t *testing.T) {
	t.Parallel()
	s := start(t, withUpstream(resolver(t, func(w dns.ResponseWriter, r *dns.Msg) {
		m := new(dns.Msg).SetRcode(r, dns.RcodeServerFailure).SetEdns0(1232, false)
		m.IsEdns0().Option = []dns.EDNS0{&dns.EDNS0_EDE{InfoCode: dns.ExtendedErrorCodeSignatureExpired}}
		_ = w.WriteMsg(m)
	})))
	if got := outcome(exchange(t, s, "udp", query("example.test.", "MX").SetEdns0(1232, false))); got != "SERVFAIL 0/0 EDE 7" {
		t.Errorf("answered %s", got)
	}
}
