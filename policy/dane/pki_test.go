package dane_test

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/policy/dane"
)

// clock is the time of all tests.
var clock = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

func subject(name string) certgen.Subject { return certgen.Subject{CommonName: "TEST ONLY " + name} }

// host is the name that leaves are for.
const host = "mx.example.org"

// site is a PKI with all that the tests send. Whatever is not said of a leaf is
// as it should be.
func site() certgen.Recipe {
	ca := func(name, issuer string) *certgen.Certificate {
		return &certgen.Certificate{CA: true, Issuer: issuer, Subject: subject(name)}
	}
	leaf := func(issuer string, names ...string) *certgen.Certificate {
		return &certgen.Certificate{Issuer: issuer, DNSNames: names}
	}
	r := certgen.Recipe{Certificates: map[string]*certgen.Certificate{
		"root":           ca("root", ""),
		"intermediate":   ca("intermediate", "root"),
		"leaf":           leaf("intermediate", host),
		"under-root":     leaf("root", host),
		"stranger":       ca("stranger", ""),
		"stale":          leaf("intermediate", host),
		"other-name":     leaf("intermediate", "www.example.net"),
		"wildcard":       leaf("intermediate", "*.example.org"),
		"too-wild":       leaf("intermediate", "*.org"),
		"part-wild":      leaf("intermediate", "m*.example.org"),
		"top-wild":       leaf("intermediate", "*."+host),
		"common-name":    {Issuer: "intermediate", Subject: certgen.Subject{CommonName: host}},
		"beside-dns":     {Issuer: "intermediate", Subject: certgen.Subject{CommonName: host}, DNSNames: []string{"www.example.net"}},
		"beside-address": {Issuer: "intermediate", Subject: certgen.Subject{CommonName: host}, IPAddresses: []string{"192.0.2.1"}},
		"expired":        {Issuer: "intermediate", DNSNames: []string{host}, NotBefore: certgen.Days(-97), NotAfter: certgen.Days(-7)},
		"future":         {Issuer: "intermediate", DNSNames: []string{host}, NotBefore: certgen.Days(7), NotAfter: certgen.Days(97)},
		"client":         {Issuer: "intermediate", DNSNames: []string{host}, ExtendedKeyUsages: []string{"clientAuth"}},
		"corrupt":        {Issuer: "intermediate", DNSNames: []string{host}, CorruptSignature: true},
		"negative":       {Issuer: "intermediate", DNSNames: []string{host}, NegativeSerial: true},
		"self-signed":    leaf("", host),
		"old-ca":         {CA: true, Issuer: "root", Subject: subject("old"), NotBefore: certgen.Days(-97), NotAfter: certgen.Days(-7)},
		"under-old":      leaf("old-ca", host),
		"old-root":       {CA: true, Subject: subject("old root"), NotBefore: certgen.Days(-97), NotAfter: certgen.Days(-7)},
		"under-old-root": leaf("old-root", host),
		"no-ca":          {Issuer: "root", Subject: subject("no CA")},
		"under-no-ca":    leaf("no-ca", host),
		"version-1":      {Version: 1, Subject: subject("version 1")},
		"under-1":        leaf("version-1", host),
		"limited":        {CA: true, Subject: subject("limited"), PathLength: new(int)},
		"below-limited":  ca("below limited", "limited"),
		"under-limited":  leaf("below-limited", host),
		"net-only":       {CA: true, Subject: subject("net"), NameConstraints: &certgen.NameConstraints{PermittedDNS: []string{"example.net"}}},
		"under-net":      leaf("net-only", host),
		"renewed":        {CA: true, Issuer: "stranger", Subject: subject("intermediate"), KeyOf: "intermediate"},
	}}
	r.Certificates["self-signed"].Subject = subject("self-signed")
	r.Send = []string{"leaf"}
	return r
}

func build(t testing.TB) *certgen.PKI {
	t.Helper()
	pki, err := certgen.Build(site(), certgen.Options{
		Now:  func() time.Time { return clock },
		Keys: certgen.SeededKeys("dane"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return pki
}

// chainOf is what a server sends, by the names of the certificates.
func chainOf(t testing.TB, pki *certgen.PKI, names string) [][]byte {
	t.Helper()
	chain, err := pki.ChainOf(strings.Fields(names)...)
	if err != nil {
		t.Fatal(err)
	}
	return chain
}

// record makes a record from its parameters and a certificate, as in "3 1 1
// leaf", or from its parameters and data, as in "3 1 9 =0123".
func record(t testing.TB, pki *certgen.PKI, text string) dane.Record {
	t.Helper()
	var usage, selector, matching int
	var of string
	if _, err := fmt.Sscanf(text, "%d %d %d %s", &usage, &selector, &matching, &of); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	r := dane.Record{Usage: dane.Usage(usage), Selector: dane.Selector(selector), Matching: dane.MatchingType(matching)}
	var err error
	if data, literal := strings.CutPrefix(of, "="); literal {
		r.Data, err = hex.DecodeString(data)
	} else {
		r, err = dane.New(r.Usage, r.Selector, r.Matching, pki.Certificate(of).DER)
	}
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return r
}

func records(t testing.TB, pki *certgen.PKI, texts []string) []dane.Record {
	t.Helper()
	var all []dane.Record
	for _, text := range texts {
		all = append(all, record(t, pki, text))
	}
	return all
}

// zeros are that many octets, in hexadecimal digits.
func zeros(octets int) string { return strings.Repeat("00", octets) }

// short cuts a long text for an error message.
func short(text string) string {
	if len(text) > 80 {
		return text[:80] + "… (" + strconv.Itoa(len(text)) + ")"
	}
	return text
}

// parse makes the records of a case; "=KEY" is the digest of the leaf's key.
func (c matchCase) parse(t testing.TB, pki *certgen.PKI) []dane.Record {
	t.Helper()
	key := hex.EncodeToString(record(t, pki, "3 1 1 leaf").Data)
	texts := make([]string, len(c.records))
	for i, text := range c.records {
		texts[i] = strings.ReplaceAll(text, "=KEY", "="+key)
	}
	return records(t, pki, texts)
}
