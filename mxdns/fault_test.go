package mxdns_test

import (
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/mxdns"
)

// withFaults gives faults to the zone healthy, and signs all zones.
func withFaults(mode mxdns.Mode, faults ...mxdns.Fault) func(*mxdns.Config) {
	return func(c *mxdns.Config) {
		c.Mode, c.Zones[1].Faults = mode, faults
		c.Zones[0].Signing, c.Zones[1].Signing = &mxdns.Signing{}, &mxdns.Signing{}
	}
}

// outcome is what comes back: rcode, bits, numbers of records and the extended
// error.
func outcome(m *dns.Msg) string {
	text := fmt.Sprintf("%s %d/%d", dns.RcodeToString[m.Rcode], len(m.Answer), len(m.Ns))
	for bit, set := range map[string]bool{" AA": m.Authoritative, " AD": m.AuthenticatedData, " TC": m.Truncated} {
		if set {
			text += bit
		}
	}
	if opt := m.IsEdns0(); opt != nil {
		for _, option := range opt.Option {
			if extended, ok := option.(*dns.EDNS0_EDE); ok {
				text += fmt.Sprintf(" EDE %d", extended.InfoCode)
			}
		}
	}
	return text
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		do                        mxdns.Action
		authoritative, validating string
	}{
		{mxdns.DoSERVFAIL, "SERVFAIL 0/0", "SERVFAIL 0/0 EDE 22"},
		{mxdns.DoREFUSED, "REFUSED 0/0", "SERVFAIL 0/0 EDE 22"},
		{mxdns.DoLame, "NOERROR 0/1", "SERVFAIL 0/0 EDE 22"},
		{mxdns.DoTruncate, "NOERROR 0/0 TC", "NOERROR 0/0 TC"},
		{mxdns.DoNXDOMAIN, "NXDOMAIN 0/6 AA", "NXDOMAIN 0/6 AD"},
		{mxdns.DoNODATA, "NOERROR 0/4 AA", "NOERROR 0/4 AD"},
	} {
		for mode, want := range map[mxdns.Mode]string{mxdns.Authoritative: test.authoritative, mxdns.Validating: test.validating} {
			s := start(t, withFaults(mode, mxdns.Fault{Name: "healthy.fakemx.test", Type: dns.TypeMX, Do: test.do}))
			m := exchange(t, s, "udp", query("healthy.fakemx.test.", "MX").SetEdns0(1232, true))
			if got := outcome(m); got != want {
				t.Errorf("%s, %s: %s, want %s", test.do, mode, got, want)
			}
			m = exchange(t, s, "udp", query("healthy.fakemx.test.", "A").SetEdns0(1232, true))
			if m.Rcode != dns.RcodeSuccess || len(m.Answer) != 2 {
				t.Errorf("%s, %s: A is answered %s", test.do, mode, outcome(m))
			}
		}
	}
}

// What is not said over UDP is not said over TCP either: the connection is
// closed.
func TestSilence(t *testing.T) {
	t.Parallel()
	for _, do := range []mxdns.Action{mxdns.DoDrop, mxdns.DoTruncate} {
		s := start(t, withFaults(mxdns.Authoritative, mxdns.Fault{Do: do}))
		conn, err := dns.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		_ = conn.SetDeadline(time.Now().Add(patience))
		if err := conn.WriteMsg(query("healthy.fakemx.test.", "MX")); err != nil {
			t.Fatal(err)
		}
		m, err := conn.ReadMsg()
		if timeout := net.Error(nil); err == nil || errors.As(err, &timeout) && timeout.Timeout() {
			t.Errorf("%s: %v, %v, want the end of the connection", do, m, err)
		}
		if got := s.Queries(); len(got) != 1 || got[0].Name != "healthy.fakemx.test." {
			t.Errorf("%s: the queries are %v", do, got)
		}
	}
}

// A fault that is counted strikes the first queries for its name and type.
func TestCountedFaults(t *testing.T) {
	t.Parallel()
	s := start(t, withFaults(mxdns.Validating, mxdns.Fault{Type: dns.TypeMX, Do: mxdns.DoSERVFAIL, First: 2}, mxdns.Fault{Type: dns.TypeDNSKEY, Do: mxdns.DoSERVFAIL, First: 1}))
	for i, want := range []string{"SERVFAIL 0/0 EDE 22", "SERVFAIL 0/0 EDE 22", "NOERROR 2/0 AD", "NOERROR 2/0 AD"} {
		if got := outcome(exchange(t, s, "udp", query("healthy.fakemx.test.", "A").SetEdns0(1232, true))); got != "NOERROR 2/0 AD" {
			t.Errorf("A: %s", got)
		}
		if got := outcome(exchange(t, s, "udp", query("healthy.fakemx.test.", "MX").SetEdns0(1232, true))); got != want {
			t.Errorf("query %d: %s, want %s", i+1, got, want)
		}
	}
}

// What a fault keeps a client from does not come with an MX record.
func TestFaultyAddressesAreNotAdditional(t *testing.T) {
	t.Parallel()
	for _, mode := range mxdns.Modes() {
		for _, do := range mxdns.Actions() {
			s := start(t, withFaults(mode, mxdns.Fault{Name: "mx.healthy.fakemx.test", Type: dns.TypeA, Do: do, First: 1}))
			m := exchange(t, s, "udp", query("healthy.fakemx.test.", "MX"))
			if got, want := sections(m.Extra), "mx.healthy.fakemx.test. AAAA ::1"; got != want || len(m.Answer) != 1 {
				t.Errorf("%s, %s: %q comes with it, want %q", mode, do, got, want)
			}
		}
	}
	bogus := start(t, func(c *mxdns.Config) {
		c.Zones[0].Signing = &mxdns.Signing{}
		c.Zones[1].Signing = &mxdns.Signing{Signatures: []mxdns.SignatureFault{{Type: dns.TypeA, Is: mxdns.SignatureExpired}}}
	})
	m := exchange(t, bogus, "udp", query("healthy.fakemx.test.", "MX"))
	if got, want := sections(m.Extra), "mx.healthy.fakemx.test. AAAA ::1"; got != want {
		t.Errorf("%q comes with it, want %q", got, want)
	}
}

// A zone that is not there is denied by the one above, with all that is in it.
func TestAZoneThatIsGone(t *testing.T) {
	t.Parallel()
	s := start(t, withFaults(mxdns.Authoritative, mxdns.Fault{Do: mxdns.DoNXDOMAIN}))
	for _, name := range []string{"healthy.fakemx.test.", "mx.healthy.fakemx.test."} {
		for _, qtype := range []string{"MX", "A", "SOA", "DNSKEY"} {
			m := ask(t, s, name, qtype)
			if m.Rcode != dns.RcodeNameError || len(m.Ns) == 0 || m.Ns[0].Header().Name != "fakemx.test." {
				t.Errorf("%s %s: %v", name, qtype, m)
			}
		}
	}
	if m := ask(t, s, "healthy.fakemx.test.", "DS"); m.Rcode != dns.RcodeNameError {
		t.Errorf("DS: %v", m)
	}
	alone := start(t, func(c *mxdns.Config) {
		c.Zones[0].Signing, c.Zones[0].Faults = &mxdns.Signing{}, []mxdns.Fault{{Do: mxdns.DoNXDOMAIN}}
	})
	if got := outcome(ask(t, alone, "fakemx.test.", "MX")); got != "SERVFAIL 0/0 EDE 12" {
		t.Errorf("a zone without one above: %s, want SERVFAIL, for it cannot prove that", got)
	}
}
