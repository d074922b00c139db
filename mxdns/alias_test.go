package mxdns_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/mxdns"
)

// withAliases gives names that stand for others to the zone healthy.
func withAliases(mode mxdns.Mode) []func(*mxdns.Config) {
	chain := map[string]mxdns.Source{}
	for i := range 20 {
		chain[fmt.Sprintf("c%d.healthy.fakemx.test", i)] = mxdns.Records{mxdns.CNAME(fmt.Sprintf("c%d.healthy.fakemx.test", i+1))}
	}
	return []func(*mxdns.Config){
		func(c *mxdns.Config) { c.Mode = mode },
		withSources("healthy", chain),
		withSources("healthy", map[string]mxdns.Source{
			"alias.healthy.fakemx.test":    mxdns.Records{mxdns.CNAME("mx.expired.fakemx.test")},
			"away.healthy.fakemx.test":     mxdns.Records{mxdns.CNAME("example.test")},
			"broken.healthy.fakemx.test":   mxdns.Records{mxdns.CNAME("lame.healthy.fakemx.test")},
			"self.healthy.fakemx.test":     mxdns.Records{mxdns.CNAME("self.healthy.fakemx.test")},
			"moved.healthy.fakemx.test":    mxdns.Records{mxdns.DNAME("expired.fakemx.test")},
			"long.healthy.fakemx.test":     mxdns.Records{mxdns.DNAME(strings.Repeat("label.", 38) + "expired.fakemx.test")},
			"*.moved.healthy.fakemx.test":  mxdns.Records{mxdns.TXT("never")}, // a DNAME record comes first
			"*.wild.healthy.fakemx.test":   mxdns.Records{mxdns.TXT("wild")},
			"x.y.wild.healthy.fakemx.test": mxdns.Records{mxdns.TXT("own")},
		}),
		func(c *mxdns.Config) {
			c.Zones[1].Faults = []mxdns.Fault{{Name: "lame.healthy.fakemx.test", Do: mxdns.DoREFUSED}}
		},
	}
}

func TestAliases(t *testing.T) {
	t.Parallel()
	servers := map[mxdns.Mode]*mxdns.Server{}
	for _, mode := range mxdns.Modes() {
		servers[mode] = start(t, withAliases(mode)...)
	}
	const both = "both"
	for _, test := range []struct {
		mode                       mxdns.Mode
		name, qtype, rcode, answer string
	}{
		{both, "alias", "A", "NOERROR", "alias CNAME mx.expired; mx.expired A 127.25.0.2"},
		{both, "alias", "CNAME", "NOERROR", "alias CNAME mx.expired"},
		{both, "alias", "ANY", "NOERROR", "alias CNAME mx.expired"},
		{both, "away", "A", "NOERROR", "away CNAME example.test."},
		{mxdns.Authoritative, "broken", "A", "NOERROR", "broken CNAME lame"},
		{mxdns.Validating, "broken", "A", "SERVFAIL", ""},
		{mxdns.Authoritative, "self", "A", "NOERROR", "self CNAME self"},
		{mxdns.Validating, "self", "A", "SERVFAIL", ""},
		{mxdns.Validating, "c0", "A", "SERVFAIL", ""},
		{mxdns.Validating, "c12", "A", "NXDOMAIN", "c12 CNAME c13; c13 CNAME c14; c14 CNAME c15; c15 CNAME c16; c16 CNAME c17; c17 CNAME c18; c18 CNAME c19; c19 CNAME c20"},
		{both, "mx.moved", "A", "NOERROR", "moved DNAME expired; mx.moved CNAME mx.expired; mx.expired A 127.25.0.2"},
		{both, "MX.Moved", "A", "NOERROR", "Moved DNAME expired; MX.Moved CNAME MX.expired; MX.expired A 127.25.0.2"},
		{both, "mx.moved", "CNAME", "NOERROR", "moved DNAME expired; mx.moved CNAME mx.expired"},
		{both, "moved", "A", "NOERROR", ""},
		{both, "no.moved", "A", "NXDOMAIN", "moved DNAME expired; no.moved CNAME no.expired"},
		{both, "a-long-label.long", "A", "YXDOMAIN", "long DNAME *"},
		{both, "a.wild", "TXT", "NOERROR", `a.wild TXT "wild"`},
		{both, "a.b.wild", "TXT", "NOERROR", `a.b.wild TXT "wild"`},
		{both, "a.wild", "A", "NOERROR", ""},
		{both, "x.y.wild", "TXT", "NOERROR", `x.y.wild TXT "own"`},
		{both, "y.wild", "TXT", "NOERROR", ""},    // it exists, empty, so that no wildcard stands for it
		{both, "a.y.wild", "TXT", "NXDOMAIN", ""}, // nor for a name below (RFC 4592 section 2.2.1)
	} {
		for mode, s := range servers {
			if test.mode != both && test.mode != mode {
				continue
			}
			m := exchange(t, s, "udp", query(test.name+".healthy.fakemx.test.", test.qtype))
			got := strings.NewReplacer(strings.Repeat("label.", 38)+"expired.fakemx.test.", "*", ".healthy.fakemx.test.", "", "expired.fakemx.test.", "expired").Replace(sections(m.Answer))
			if dns.RcodeToString[m.Rcode] != test.rcode || got != test.answer {
				t.Errorf("%s: %s %s: %s %q, want %s %q", mode, test.name, test.qtype, dns.RcodeToString[m.Rcode], got, test.rcode, test.answer)
			}
		}
	}
}

// The CNAME record that is derived from a DNAME record is not signed, and a
// wildcard's signature counts the labels of the wildcard.
func TestSignaturesOfAliases(t *testing.T) {
	t.Parallel()
	s := signed(t, mxdns.Signing{}, withAliases(mxdns.Authoritative)...)
	if got, want := types(ask(t, s, "no.moved.healthy.fakemx.test.", "CNAME").Answer), "DNAME RRSIG CNAME"; got != want {
		t.Errorf("a DNAME: %s, want %s", got, want)
	}
	m := ask(t, s, "a.b.wild.healthy.fakemx.test.", "TXT")
	if err := verified(t, s, m.Answer, dns.TypeTXT); err != nil {
		t.Error(err)
	}
	if got := m.Answer[1].(*dns.RRSIG).Labels; got != 4 || types(m.Ns) != "NSEC RRSIG" {
		t.Errorf("%d labels are signed, with the proof %s", got, types(m.Ns))
	}
}

// An alias that leads out of the zones is followed by way of the upstream.
func TestAnAliasToTheUpstream(t *testing.T) {
	t.Parallel()
	upstream := resolver(t, func(w dns.ResponseWriter, r *dns.Msg) { _ = w.WriteMsg(txt(r, "abroad")) })
	s := start(t, append(withAliases(mxdns.Validating), withUpstream(upstream))...)
	m := exchange(t, s, "udp", query("away.healthy.fakemx.test.", "TXT"))
	if got, want := sections(m.Answer), `away.healthy.fakemx.test. CNAME example.test.; example.test. TXT "abroad"`; got != want {
		t.Errorf("answered %s, want %s", got, want)
	}
}
