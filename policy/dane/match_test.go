package dane_test

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/policy/dane"
)

// A matchCase is a TLSA RRset and a chain, and what comes of them. Two tests
// play it: one holds Match to it, and one OpenSSL.
type matchCase struct {
	name    string
	records []string
	chain   string
	want    dane.Verdict
	// at is the certificate that matches.
	at int
	// reason is part of what is said of the first record.
	reason string
	// openssl is its verdict if it is another one, and why is the reason.
	openssl dane.Verdict
	why     string
}

const (
	whole = "leaf intermediate root"
	upto  = "leaf intermediate"
)

var matchCases = []matchCase{
	// DANE-EE: RFC 7672 section 3.1.1, RFC 7671 section 5.1.
	{name: "3 0 0", records: []string{"3 0 0 leaf"}, chain: upto, want: dane.Matches, reason: "it matches the leaf"},
	{name: "3 0 1", records: []string{"3 0 1 leaf"}, chain: upto, want: dane.Matches},
	{name: "3 0 2", records: []string{"3 0 2 leaf"}, chain: upto, want: dane.Matches},
	{name: "3 1 0", records: []string{"3 1 0 leaf"}, chain: upto, want: dane.Matches, reason: "it matches the key of the leaf"},
	{name: "3 1 1", records: []string{"3 1 1 leaf"}, chain: upto, want: dane.Matches},
	{name: "3 1 2", records: []string{"3 1 2 leaf"}, chain: upto, want: dane.Matches},
	{name: "3 0 0 of another", records: []string{"3 0 0 stale"}, chain: upto, want: dane.Mismatch, reason: "the leaf is a different one"},
	{name: "3 0 1 of another", records: []string{"3 0 1 stale"}, chain: upto, want: dane.Mismatch, reason: "the leaf has the SHA2-256 digest"},
	{name: "3 0 2 of another", records: []string{"3 0 2 stale"}, chain: upto, want: dane.Mismatch, reason: "the leaf has the SHA2-512 digest"},
	{name: "3 1 0 of another", records: []string{"3 1 0 stale"}, chain: upto, want: dane.Mismatch, reason: "the key of the leaf is a different one"},
	{name: "3 1 1 of another", records: []string{"3 1 1 stale"}, chain: upto, want: dane.Mismatch, reason: "the key of the leaf has the SHA2-256 digest"},
	{name: "3 1 2 of another", records: []string{"3 1 2 stale"}, chain: upto, want: dane.Mismatch, reason: "the key of the leaf has the SHA2-512 digest"},
	{name: "3 1 1, other name", records: []string{"3 1 1 other-name"}, chain: "other-name", want: dane.Matches},
	{name: "3 1 1, expired", records: []string{"3 1 1 expired"}, chain: "expired", want: dane.Matches},
	{name: "3 0 1, not yet valid", records: []string{"3 0 1 future"}, chain: "future", want: dane.Matches},
	{name: "3 1 1, self-signed", records: []string{"3 1 1 self-signed"}, chain: "self-signed", want: dane.Matches},
	{name: "3 1 1, signature corrupt", records: []string{"3 1 1 corrupt"}, chain: "corrupt intermediate", want: dane.Matches},
	{name: "3 1 1, for clients", records: []string{"3 1 1 client"}, chain: "client intermediate", want: dane.Matches},
	{name: "3 1 1, serial number negative", records: []string{"3 1 1 negative"}, chain: "negative", want: dane.Matches},
	{name: "3 1 1 of the issuer", records: []string{"3 1 1 intermediate"}, chain: upto, want: dane.Mismatch, reason: "it would match certificate 1 of the chain as DANE-TA(2)"},
	{name: "3 0 1 with the data of 3 1 1", records: []string{"3 0 1 =KEY"}, chain: upto, want: dane.Mismatch, reason: "it would match the leaf with selector SPKI(1)"},

	// DANE-TA: RFC 7672 section 3.1.2, RFC 7671 section 5.2.
	{name: "2 0 0 sent", records: []string{"2 0 0 intermediate"}, chain: upto, want: dane.Matches, at: 1, reason: "it matches certificate 1 of the chain"},
	{name: "2 0 1", records: []string{"2 0 1 intermediate"}, chain: upto, want: dane.Matches, at: 1},
	{name: "2 0 2", records: []string{"2 0 2 intermediate"}, chain: upto, want: dane.Matches, at: 1},
	{name: "2 1 0 sent", records: []string{"2 1 0 intermediate"}, chain: upto, want: dane.Matches, at: 1, reason: "it matches the key of certificate 1"},
	{name: "2 1 1", records: []string{"2 1 1 intermediate"}, chain: upto, want: dane.Matches, at: 1},
	{name: "2 1 2", records: []string{"2 1 2 intermediate"}, chain: upto, want: dane.Matches, at: 1},
	{name: "2 0 1 root", records: []string{"2 0 1 root"}, chain: whole, want: dane.Matches, at: 2},
	{name: "2 1 2 root", records: []string{"2 1 2 root"}, chain: whole, want: dane.Matches, at: 2},
	{name: "2 0 1, root sent too", records: []string{"2 0 1 intermediate"}, chain: whole, want: dane.Matches, at: 1},
	{name: "2 0 1 root, out of order", records: []string{"2 0 1 root"}, chain: "leaf root intermediate", want: dane.Matches, at: 1},
	{name: "2 0 1 root, not sent", records: []string{"2 0 1 root"}, chain: upto, want: dane.Mismatch, reason: "none of the 2 certificates"},
	{name: "2 0 1 root, leaf alone", records: []string{"2 0 1 root"}, chain: "leaf", want: dane.Mismatch, reason: "the leaf alone"},
	{name: "2 0 1 root, intermediate not sent", records: []string{"2 0 1 root"}, chain: "leaf root", want: dane.Mismatch, reason: "certificate 1 of the chain matches, but"},
	{name: "2 0 0 root, not sent", records: []string{"2 0 0 root"}, chain: upto, want: dane.Matches, at: 2, reason: "was not sent"},
	{name: "2 0 0 intermediate, leaf alone", records: []string{"2 0 0 intermediate"}, chain: "leaf", want: dane.Matches, at: 1},
	{name: "2 0 0 root, intermediate not sent", records: []string{"2 0 0 root"}, chain: "leaf", want: dane.Mismatch, reason: "below the certificate in the record"},
	{name: "2 1 0 root, not sent", records: []string{"2 1 0 root"}, chain: upto, want: dane.Matches, at: 2, reason: "was not sent"},
	{name: "2 1 0 intermediate, leaf alone", records: []string{"2 1 0 intermediate"}, chain: "leaf", want: dane.Matches, at: 1},
	{name: "2 1 0 root, intermediate not sent", records: []string{"2 1 0 root"}, chain: "leaf", want: dane.Mismatch, reason: "is signed by it"},
	{name: "2 1 0 intermediate, expired", records: []string{"2 1 0 intermediate"}, chain: "expired", want: dane.Mismatch, reason: "expired"},
	{name: "2 1 0 root, topmost expired", records: []string{"2 1 0 root"}, chain: "under-old old-ca", want: dane.Mismatch, reason: "expired"},
	{name: "2 1 0 intermediate, other name", records: []string{"2 1 0 intermediate"}, chain: "other-name", want: dane.Mismatch, reason: `names "www.example.net"`},
	{name: "2 1 0 stranger", records: []string{"2 1 0 stranger"}, chain: whole, want: dane.Mismatch, reason: "is signed by it"},
	{name: "2 0 0 stranger", records: []string{"2 0 0 stranger"}, chain: whole, want: dane.Mismatch, reason: "below the certificate in the record"},
	{name: "2 0 1 stranger, sent", records: []string{"2 0 1 stranger"}, chain: "leaf intermediate stranger", want: dane.Mismatch, reason: "certificate 2 of the chain matches, but"},
	{name: "2 1 1 renewed intermediate", records: []string{"2 1 1 intermediate"}, chain: "leaf renewed", want: dane.Matches, at: 1},
	{name: "2 0 1 renewed intermediate", records: []string{"2 0 1 intermediate"}, chain: "leaf renewed", want: dane.Mismatch, reason: "none of the 2 certificates"},
	{name: "2 0 1, expired", records: []string{"2 0 1 intermediate"}, chain: "expired intermediate", want: dane.Mismatch, reason: "expired"},
	{name: "2 0 1, not yet valid", records: []string{"2 0 1 intermediate"}, chain: "future intermediate", want: dane.Mismatch, reason: "not yet valid"},
	{name: "2 0 1, anchor expired", records: []string{"2 0 1 old-ca"}, chain: "under-old old-ca", want: dane.Mismatch, reason: "expired",
		openssl: dane.Matches, why: "OpenSSL does not look at the dates of a trust anchor that is not self-signed, and RFC 5280 section 6.1 does not ask for it"},
	{name: "2 0 1, root expired", records: []string{"2 0 1 old-root"}, chain: "under-old-root old-root", want: dane.Mismatch, reason: "expired"},
	{name: "2 0 0, root expired, not sent", records: []string{"2 0 0 old-root"}, chain: "under-old-root", want: dane.Mismatch, reason: "expired"},
	{name: "2 1 0, root expired, not sent", records: []string{"2 1 0 old-root"}, chain: "under-old-root", want: dane.Matches, at: 1},
	{name: "2 0 1, intermediate expired", records: []string{"2 0 1 root"}, chain: "under-old old-ca root", want: dane.Mismatch, reason: "expired"},
	{name: "2 0 1, for clients", records: []string{"2 0 1 intermediate"}, chain: "client intermediate", want: dane.Mismatch, reason: "usage"},
	{name: "2 0 1, signature corrupt", records: []string{"2 0 1 intermediate"}, chain: "corrupt intermediate", want: dane.Mismatch, reason: "not valid below it"},
	{name: "2 0 1, serial number negative", records: []string{"2 0 1 intermediate"}, chain: "negative intermediate", want: dane.Mismatch, reason: "the leaf cannot be verified",
		openssl: dane.Matches, why: "OpenSSL tolerates a negative serial number, which RFC 5280 section 4.1.2.2 forbids"},
	{name: "2 0 1, anchor is no CA", records: []string{"2 0 1 no-ca"}, chain: "under-no-ca no-ca", want: dane.Mismatch, reason: "not valid below it"},
	{name: "2 0 1, anchor of version 1", records: []string{"2 0 1 version-1"}, chain: "under-1 version-1", want: dane.Matches, at: 1},
	{name: "2 0 1, path too long", records: []string{"2 0 1 limited"}, chain: "under-limited below-limited limited", want: dane.Mismatch, reason: "too many intermediates"},
	{name: "2 0 1, below the constraint", records: []string{"2 0 1 below-limited"}, chain: "under-limited below-limited limited", want: dane.Matches, at: 1},
	{name: "2 0 1, name not permitted", records: []string{"2 0 1 net-only"}, chain: "under-net net-only", want: dane.Mismatch, reason: "not permitted"},
	{name: "2 1 0, key of a constrained CA", records: []string{"2 1 0 net-only"}, chain: "under-net", want: dane.Matches, at: 1},
	{name: "2 0 1 of the leaf", records: []string{"2 0 1 leaf"}, chain: upto, want: dane.Mismatch, reason: "the leaf is no trust anchor"},
	{name: "2 0 1, self-signed", records: []string{"2 0 1 self-signed"}, chain: "self-signed", want: dane.Mismatch, reason: "the leaf is no trust anchor"},
	{name: "2 0 0, self-signed", records: []string{"2 0 0 self-signed"}, chain: "self-signed", want: dane.Mismatch, reason: "the leaf is no trust anchor"},
	{name: "2 1 0, self-signed", records: []string{"2 1 0 self-signed"}, chain: "self-signed", want: dane.Matches, at: 1, reason: "was not sent"},
	{name: "2 0 1, self-signed twice", records: []string{"2 0 1 self-signed"}, chain: "self-signed self-signed", want: dane.Mismatch, reason: "the leaf is no trust anchor"},

	// Names: RFC 7672 sections 3.2.2 and 3.2.3.
	{name: "2 0 1, other name", records: []string{"2 0 1 intermediate"}, chain: "other-name intermediate", want: dane.Mismatch, reason: `the leaf names "www.example.net", expected "mx.example.org"`},
	{name: "2 0 1, wildcard", records: []string{"2 0 1 intermediate"}, chain: "wildcard intermediate", want: dane.Matches, at: 1},
	{name: "2 0 1, wildcard two labels up", records: []string{"2 0 1 intermediate"}, chain: "too-wild intermediate", want: dane.Mismatch, reason: `names "*.org"`},
	{name: "2 0 1, wildcard below", records: []string{"2 0 1 intermediate"}, chain: "top-wild intermediate", want: dane.Mismatch, reason: "names"},
	{name: "2 0 1, wildcard in a label", records: []string{"2 0 1 intermediate"}, chain: "part-wild intermediate", want: dane.Mismatch, reason: "names",
		openssl: dane.Matches, why: "s_client has no option for X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS; RFC 7672 section 3.2.3 wants the whole first label"},
	{name: "2 0 1, common name", records: []string{"2 0 1 intermediate"}, chain: "common-name intermediate", want: dane.Matches, at: 1},
	{name: "2 0 1, common name beside a DNS name", records: []string{"2 0 1 intermediate"}, chain: "beside-dns intermediate", want: dane.Mismatch, reason: "names"},
	{name: "2 0 1, common name beside an address", records: []string{"2 0 1 intermediate"}, chain: "beside-address intermediate", want: dane.Matches, at: 1},

	// Several records: RFC 6698 section 4.1, RFC 7671 section 9.
	{name: "stale and right", records: []string{"3 1 1 stale", "3 1 1 leaf"}, chain: upto, want: dane.Matches},
	{name: "two wrong ones", records: []string{"3 1 1 stale", "2 0 1 stranger"}, chain: upto, want: dane.Mismatch},
	{name: "EE wrong, TA right", records: []string{"3 1 1 stale", "2 0 1 intermediate"}, chain: upto, want: dane.Matches, at: 1},
	{name: "unusable and right", records: []string{"3 1 9 =" + zeros(32), "3 1 1 leaf"}, chain: upto, want: dane.Matches, reason: "matching type 9 is unknown"},
	{name: "unusable and wrong", records: []string{"3 1 9 =" + zeros(32), "3 1 1 stale"}, chain: upto, want: dane.Mismatch},
	{name: "strong wrong, weak right", records: []string{"3 1 1 leaf", "3 1 2 stale"}, chain: upto, want: dane.Mismatch, reason: "beside the SHA2-512 record"},
	{name: "strong right, weak wrong", records: []string{"3 1 1 stale", "3 1 2 leaf"}, chain: upto, want: dane.Matches},
	{name: "strong wrong, full right", records: []string{"3 1 0 leaf", "3 1 2 stale"}, chain: upto, want: dane.Matches},
	{name: "strong wrong, full wrong, weak right", records: []string{"3 1 1 leaf", "3 1 0 stale", "3 1 2 stale"}, chain: upto, want: dane.Mismatch},
	{name: "strong wrong, weak right of other selector", records: []string{"3 0 1 leaf", "3 1 2 stale"}, chain: upto, want: dane.Matches},
	{name: "strong wrong, weak right of other usage", records: []string{"2 1 1 intermediate", "3 1 2 stale"}, chain: upto, want: dane.Matches, at: 1},
	{name: "strong malformed, weak right", records: []string{"3 1 1 leaf", "3 1 2 =" + zeros(32)}, chain: upto, want: dane.Matches},

	// Unusable ones alone: RFC 7672 sections 2.2 and 3.1.3.
	{name: "usage 0", records: []string{"0 0 1 root"}, chain: whole, want: dane.Unusable, reason: "PKIX-TA(0) is not supported",
		openssl: dane.Mismatch, why: "OpenSSL checks PKIX usages with its own trust store, here empty; RFC 7672 section 3.1.3 leaves that undefined for SMTP"},
	{name: "usage 1", records: []string{"1 1 1 leaf"}, chain: whole, want: dane.Unusable, reason: "PKIX-EE(1) is not supported",
		openssl: dane.Mismatch, why: "as for usage 0"},
	{name: "usage 4", records: []string{"4 1 1 leaf"}, chain: whole, want: dane.Unusable, reason: "usage 4 is unknown"},
	{name: "selector 2", records: []string{"3 2 1 =" + zeros(32)}, chain: whole, want: dane.Unusable, reason: "selector 2 is unknown"},
	{name: "matching type 3", records: []string{"3 1 3 =" + zeros(32)}, chain: whole, want: dane.Unusable, reason: "matching type 3 is unknown"},
	{name: "digest too short", records: []string{"3 1 1 =" + zeros(31)}, chain: whole, want: dane.Unusable, reason: "31 octets, expected 32"},
	{name: "digest too long", records: []string{"3 1 2 =" + zeros(65)}, chain: whole, want: dane.Unusable, reason: "65 octets, expected 64"},
	{name: "no certificate", records: []string{"3 0 0 =" + zeros(32)}, chain: whole, want: dane.Unusable, reason: "expected a certificate in DER form"},
	{name: "no key", records: []string{"2 1 0 =" + zeros(32)}, chain: whole, want: dane.Unusable, reason: "expected a subjectPublicKeyInfo in DER form"},
}

func TestMatch(t *testing.T) {
	pki := build(t)
	for _, tt := range matchCases {
		t.Run(tt.name, func(t *testing.T) {
			all := tt.parse(t, pki)
			got := dane.Match(all, chainOf(t, pki, tt.chain), []string{host}, clock)
			if got.Verdict != tt.want {
				t.Fatalf("verdict is %s, want %s: %v", got.Verdict, tt.want, got.Checks)
			}
			if (got.Matched != nil) != (tt.want == dane.Matches) || got.Matched != nil && got.Matched.At != tt.at {
				t.Errorf("matched is %+v, want a match at %d", got.Matched, tt.at)
			}
			if len(got.Checks) != len(all) || !strings.Contains(got.Checks[0].Reason, tt.reason) {
				t.Errorf("checks are %v, want %q in the first", got.Checks, tt.reason)
			}
			mustBeSaid(t, got)
		})
	}
}

// mustBeSaid wants words for every record, and a place only for a match.
func mustBeSaid(t *testing.T, got dane.Result) {
	t.Helper()
	for _, c := range got.Checks {
		if c.Reason == "" || c.Verdict == "" || c.Verdict == dane.None || (c.At >= 0) != (c.Verdict == dane.Matches) {
			t.Errorf("nothing is said of %+v", c)
		}
	}
}

// Whatever is in doubt is not authenticated.
func TestMatchWithoutMuch(t *testing.T) {
	pki := build(t)
	ee, ta := record(t, pki, "3 1 1 leaf"), record(t, pki, "2 0 1 intermediate")
	chain := chainOf(t, pki, upto)
	for _, tt := range []struct {
		name    string
		records []dane.Record
		chain   [][]byte
		names   []string
		want    dane.Verdict
	}{
		{"no records", nil, chain, []string{host}, dane.None},
		{"no chain", []dane.Record{ee, ta}, nil, []string{host}, dane.Mismatch},
		{"no names, EE", []dane.Record{ee}, chain, nil, dane.Matches},
		{"no names, TA", []dane.Record{ta}, chain, nil, dane.Mismatch},
		{"empty name", []dane.Record{ta}, chain, []string{""}, dane.Mismatch},
		{"second name", []dane.Record{ta}, chain, []string{"mx.example.net", host}, dane.Matches},
		{"other case and a final dot", []dane.Record{ta}, chain, []string{"MX.Example.ORG."}, dane.Matches},
		{"leaf is no certificate", []dane.Record{ee, ta}, [][]byte{{0x30, 0}, chain[1]}, []string{host}, dane.Mismatch},
		{"issuer is no certificate", []dane.Record{ta}, [][]byte{chain[0], {0x30, 0}}, []string{host}, dane.Mismatch},
		{"an element is no certificate", []dane.Record{ta}, [][]byte{chain[0], nil, chain[1]}, []string{host}, dane.Matches},
		{"no data", []dane.Record{{Usage: dane.DANEEE, Selector: dane.SPKI, Matching: dane.SHA256}}, chain, nil, dane.Unusable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := dane.Match(tt.records, tt.chain, tt.names, clock)
			if got.Verdict != tt.want {
				t.Errorf("verdict is %s, want %s: %v", got.Verdict, tt.want, got.Checks)
			}
			mustBeSaid(t, got)
		})
	}
}
