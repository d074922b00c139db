package mxdns_test

import (
	"crypto"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/mxdns"
)

// signed starts a name server of the usual zones, the top and healthy signed.
func signed(t testing.TB, healthy mxdns.Signing, options ...func(*mxdns.Config)) *mxdns.Server {
	t.Helper()
	sign := func(c *mxdns.Config) {
		c.Mode, c.Keys = mxdns.Authoritative, mxdns.SeededKeys("test")
		c.Zones[0].Signing, c.Zones[1].Signing = &mxdns.Signing{}, &healthy
	}
	return start(t, append([]func(*mxdns.Config){sign}, options...)...)
}

// ask asks for DNSSEC too.
func ask(t *testing.T, s *mxdns.Server, name, qtype string) *dns.Msg {
	t.Helper()
	return exchange(t, s, "tcp", query(name, qtype).SetEdns0(1232, true))
}

// verified checks the signature of the zone healthy of the records of a type in
// a section.
func verified(t *testing.T, s *mxdns.Server, section []dns.RR, rrtype uint16) error {
	t.Helper()
	const zone = "healthy.fakemx.test."
	var set []dns.RR
	var signature *dns.RRSIG
	for _, record := range section {
		if r, ok := record.(*dns.RRSIG); ok && r.TypeCovered == rrtype {
			signature = r
		} else if record.Header().Rrtype == rrtype {
			set = append(set, record)
		}
	}
	if signature == nil || len(set) == 0 {
		return fmt.Errorf("%d records of the type, signature %v", len(set), signature)
	}
	for _, record := range ask(t, s, zone, "DNSKEY").Answer {
		if key, ok := record.(*dns.DNSKEY); ok && signature.SignerName == zone {
			if !signature.ValidityPeriod(now) {
				return errors.New("not valid now")
			}
			return signature.Verify(key, set)
		}
	}
	return errors.New("no key of the signer")
}

func TestSignaturesFit(t *testing.T) {
	t.Parallel()
	for _, algorithm := range mxdns.Algorithms() {
		t.Run(string(algorithm), func(t *testing.T) {
			t.Parallel()
			s := signed(t, mxdns.Signing{Algorithm: algorithm})
			m := ask(t, s, "Healthy.fakemx.test.", "MX")
			if err := verified(t, s, m.Answer, dns.TypeMX); (err == nil) == (algorithm == mxdns.PRIVATEDNS) {
				t.Errorf("MX: %v", err)
			}
			m = ask(t, s, "healthy.fakemx.test.", "DNSKEY")
			if err := verified(t, s, m.Answer, dns.TypeDNSKEY); (err == nil) == (algorithm == mxdns.PRIVATEDNS) {
				t.Errorf("DNSKEY: %v", err)
			}
			key, _ := m.Answer[0].(*dns.DNSKEY)
			if ds := ask(t, s, "healthy.fakemx.test.", "DS"); len(ds.Answer) != 2 || ds.Answer[0].(*dns.DS).Digest != key.ToDS(dns.SHA256).Digest {
				t.Errorf("the DS records are %v for the key %v", ds.Answer, key)
			}
		})
	}
}

func TestWhatIsWrongWithSignatures(t *testing.T) {
	t.Parallel()
	for _, state := range mxdns.SignatureStates() {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			s := signed(t, mxdns.Signing{Signatures: []mxdns.SignatureFault{{Name: "MX.healthy.fakemx.test", Type: dns.TypeA, Is: state}}})
			m := ask(t, s, "mx.healthy.fakemx.test.", "A")
			if err := verified(t, s, m.Answer, dns.TypeA); err == nil {
				t.Errorf("the signature is right: %v", m.Answer)
			}
			if missing := len(m.Answer) == 1; missing != (state == mxdns.SignatureMissing) {
				t.Errorf("answered %v", m.Answer)
			}
			for name, qtype := range map[string]uint16{"mx.healthy.fakemx.test.": dns.TypeAAAA, "healthy.fakemx.test.": dns.TypeA} {
				m := ask(t, s, name, dns.TypeToString[qtype])
				if err := verified(t, s, m.Answer, qtype); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

// Without DO there are no signatures and no proofs, unless they are asked for.
func TestDNSSECIsForThoseWhoAsk(t *testing.T) {
	t.Parallel()
	s := signed(t, mxdns.Signing{})
	for _, test := range []struct {
		name, qtype string
		do          bool
		want        string // types in all sections
	}{
		{"healthy.fakemx.test.", "MX", false, "MX / / A AAAA"},
		{"healthy.fakemx.test.", "MX", true, "MX RRSIG / / A RRSIG AAAA RRSIG"},
		{"no.healthy.fakemx.test.", "MX", false, "/ SOA /"},
		{"no.healthy.fakemx.test.", "MX", true, "/ SOA RRSIG NSEC RRSIG NSEC RRSIG /"},
		{"mx.healthy.fakemx.test.", "MX", true, "/ SOA RRSIG NSEC RRSIG /"},
		{"healthy.fakemx.test.", "DNSKEY", false, "DNSKEY / /"},
		{"healthy.fakemx.test.", "NSEC", false, "NSEC / /"},
		{"mx.healthy.fakemx.test.", "RRSIG", false, "RRSIG RRSIG / /"},
		{"mx.healthy.fakemx.test.", "ANY", true, "A RRSIG AAAA RRSIG / /"},
		{"expired.fakemx.test.", "MX", true, "MX / / A"},
		{"expired.fakemx.test.", "DS", true, "/ SOA RRSIG NSEC RRSIG /"},
	} {
		q := query(test.name, test.qtype)
		if test.do {
			q.SetEdns0(1232, true)
		}
		m := exchange(t, s, "tcp", q)
		if got := types(m.Answer) + " / " + types(m.Ns) + " / " + types(m.Extra); strings.Join(strings.Fields(got), " ") != test.want {
			t.Errorf("%s %s, DO %t: %s, want %s", test.name, test.qtype, test.do, got, test.want)
		}
	}
}

// types are those of records.
func types(records []dns.RR) string {
	var list []string
	for _, record := range records {
		if record.Header().Rrtype != dns.TypeOPT {
			list = append(list, dns.TypeToString[record.Header().Rrtype])
		}
	}
	return strings.Join(list, " ")
}

// The same seed and time make the same answer.
func TestSeededAnswersAreTheSame(t *testing.T) {
	t.Parallel()
	var answers []string
	for range 2 {
		m := ask(t, signed(t, mxdns.Signing{Denial: mxdns.DenialNSEC3}), "no.healthy.fakemx.test.", "MX")
		answers = append(answers, sections(m.Ns))
	}
	if answers[0] != answers[1] || !strings.Contains(answers[0], "NSEC3") {
		t.Errorf("answered\n%s\nthen\n%s", answers[0], answers[1])
	}
}

// A changing is a source that has a record from some time on.
type changing struct{ there *bool }

func (c changing) Answer(qtype uint16) mxdns.Answer {
	if !*c.there {
		return mxdns.Answer{}
	}
	return mxdns.Records{mxdns.TXT("now")}.Answer(qtype)
}

// A denial is about what is there when it is asked for.
func TestADenialFollowsItsSource(t *testing.T) {
	t.Parallel()
	there := false
	s := signed(t, mxdns.Signing{}, withSources("healthy", map[string]mxdns.Source{"changing.healthy.fakemx.test": changing{&there}}))
	for range 2 {
		m := ask(t, s, "changing.healthy.fakemx.test.", "MX")
		if got := slices.ContainsFunc(m.Ns, func(r dns.RR) bool {
			nsec, ok := r.(*dns.NSEC)
			return ok && slices.Contains(nsec.TypeBitMap, dns.TypeTXT)
		}); got != there || m.Rcode != dns.RcodeSuccess {
			t.Errorf("TXT is there: %t, the proof says %t: %v", there, got, m.Ns)
		}
		there = true
	}
}

// failing has no keys.
type failing struct{}

func (failing) Key(string, mxdns.Algorithm) (crypto.Signer, error) {
	return nil, errors.New("out of keys")
}

func TestAKeyThatCannotBeMade(t *testing.T) {
	t.Parallel()
	s, err := mxdns.New(mxdns.Config{
		Zones: []mxdns.Zone{{Name: "a.test", Signing: &mxdns.Signing{}}}, Keys: failing{}, Mode: mxdns.Authoritative,
		Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	if m := ask(t, s, "a.test.", "SOA"); m.Rcode != dns.RcodeServerFailure || len(m.Answer) > 0 {
		t.Errorf("answered %v, want SERVFAIL", m)
	}
	if m := exchange(t, s, "udp", query("a.test.", "SOA")); m.Rcode != dns.RcodeSuccess || len(m.Answer) != 1 {
		t.Errorf("without DNSSEC: answered %v, want a record", m)
	}
	if _, err := s.Anchors(); err == nil || !strings.Contains(err.Error(), "the key of zone a.test.: out of keys") {
		t.Errorf("Anchors: %v", err)
	}
	if err := s.Close(); err == nil || !strings.Contains(err.Error(), "the key of zone a.test.: out of keys") {
		t.Errorf("Close: %v", err)
	}
}

func TestBadSigningsAndFaults(t *testing.T) {
	t.Parallel()
	for want, z := range map[string]mxdns.Zone{
		`Signing.Algorithm: expected one of ["ECDSAP256SHA256"`: {Signing: &mxdns.Signing{Algorithm: "DSA"}},
		`Signing.DS: expected one of ["right"`:                  {Signing: &mxdns.Signing{DS: "left"}},
		`Signing.Denial: expected one of ["nsec"`:               {Signing: &mxdns.Signing{Denial: "nsec5"}},
		`Signing.Signatures: expected one of ["corrupted"`:      {Signing: &mxdns.Signing{Signatures: []mxdns.SignatureFault{{}}}},
		`Faults.Do: expected one of ["servfail"`:                {Faults: []mxdns.Fault{{}}},
		`Faults.First: expected the number of queries, got -1`:  {Faults: []mxdns.Fault{{Do: mxdns.DoDrop, First: -1}}},
	} {
		z.Name = "a.test"
		s, err := mxdns.New(mxdns.Config{Zones: []mxdns.Zone{z}})
		if err == nil {
			_ = s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "zone a.test.: "+want) {
			t.Errorf("New: %v, want %s", err, want)
		}
	}
}

// Addresses that do not fit are left out: a truncated answer would cost the client
// a try over TCP (RFC 2181 section 9).
func TestAnAnswerIsNotTruncatedForAddresses(t *testing.T) {
	t.Parallel()
	s := signed(t, mxdns.Signing{Algorithm: mxdns.RSASHA256})
	m := exchange(t, s, "udp", query("healthy.fakemx.test.", "MX").SetEdns0(600, true))
	if m.Truncated || types(m.Answer) != "MX RRSIG" || types(m.Extra) != "" || m.IsEdns0() == nil {
		t.Errorf("TC %t, answered %s with %s", m.Truncated, types(m.Answer), types(m.Extra))
	}
}
