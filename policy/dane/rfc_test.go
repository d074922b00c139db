package dane_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/fakemx/fakemx/policy/dane"
)

// RFC 6698 appendix C has a certificate and what selectors and matching types
// make of it.
func TestNewMakesTheRecordsOfRFC6698(t *testing.T) {
	text, err := os.ReadFile("testdata/rfc6698-appendix-c.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []dane.Record
	for _, entry := range regexp.MustCompile(`(?s)\d \d \d \(.*?\)`).FindAllString(string(text), -1) {
		r, err := dane.Parse(entry)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	if len(all) != 6 {
		t.Fatalf("there are %d records, want 6", len(all))
	}
	certificate := all[0].Data
	for _, want := range all {
		got, err := dane.New(want.Usage, want.Selector, want.Matching, certificate)
		if err != nil || got.String() != want.String() {
			t.Errorf("got %s, %v, want %s", short(got.String()), err, short(want.String()))
		}
		if err := want.Usable(); err != nil {
			t.Errorf("%s is unusable: %v", short(want.String()), err)
		}
		if result := dane.Match([]dane.Record{want}, [][]byte{certificate}, nil, clock); result.Verdict != dane.Matches {
			t.Errorf("%s does not match: %v", short(want.String()), result.Checks)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	pki := build(t)
	leaf := pki.Certificate("leaf").DER
	for _, tt := range []struct {
		name     string
		selector dane.Selector
		matching dane.MatchingType
		der      []byte
	}{
		{"selector", 2, dane.SHA256, leaf},
		{"matching type", dane.SPKI, 3, leaf},
		{"empty", dane.SPKI, dane.SHA256, nil},
		{"cut off", dane.Cert, dane.SHA256, leaf[:len(leaf)-1]},
		{"too long", dane.Cert, dane.Full, append(slices.Clip(leaf), 0)},
	} {
		if r, err := dane.New(dane.DANEEE, tt.selector, tt.matching, tt.der); err == nil {
			t.Errorf("%s: got %s", tt.name, short(r.String()))
		}
	}
}

// The records in the example of RFC 7671 section 9, all of one key.
var agility = []string{
	`3 1 1 (
		3FE246A848798236DD2AB78D39F0651D
		6B6E7CA8E2984012EB0A2E1AC8A87B72 )`,
	`3 1 2 (
		D4F5AF015B46C5057B841C7E7BAB759C
		BF029526D29520C5BE6A32C67475439E
		54AB3A945D80C743347C9BD4DADC9D8D
		57FAB78EAA835362F3CA07CCC19A3214 )`,
	`3 1 0 (
		3059301306072A8648CE3D020106082A
		8648CE3D0301070342000471CB1F504F
		9E4B33971376C005445DACD33CD79A28
		81C3DED1981F18E7AAA76609DD0E4EF2
		8265C82703030AD60C5DBA6FB8A9397A
		C0FCF06D424C885D484887 )`,
}

// A client that prefers SHA2-512 should accept a key that matches "3 1 0" or "3
// 1 2", but not one that matches only "3 1 1" (RFC 7671 section 9).
func TestDigestAgilityOfRFC7671(t *testing.T) {
	published := make([]dane.Record, len(agility))
	for i, text := range agility {
		var err error
		if published[i], err = dane.Parse(text); err != nil {
			t.Fatal(err)
		}
	}
	leaf := certificateFor(t, published[2].Data)
	wrong := func(r dane.Record) dane.Record {
		r.Data = append([]byte(nil), r.Data...)
		r.Data[len(r.Data)-1]++
		return r
	}
	for _, tt := range []struct {
		name    string
		records []dane.Record
		want    dane.Verdict
	}{
		{"all", published, dane.Matches},
		{"only 3 1 0", []dane.Record{wrong(published[0]), wrong(published[1]), published[2]}, dane.Matches},
		{"only 3 1 2", []dane.Record{wrong(published[0]), published[1], wrong(published[2])}, dane.Matches},
		{"only 3 1 1", []dane.Record{published[0], wrong(published[1]), wrong(published[2])}, dane.Mismatch},
		{"3 1 1 alone", published[:1], dane.Matches},
	} {
		if got := dane.Match(tt.records, [][]byte{leaf}, nil, clock); got.Verdict != tt.want {
			t.Errorf("%s: verdict is %s, want %s: %v", tt.name, got.Verdict, tt.want, got.Checks)
		}
	}
}

// certificateFor makes a certificate with that key, signed by another one.
func certificateFor(t *testing.T, key []byte) []byte {
	t.Helper()
	public, err := x509.ParsePKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, signer)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// The examples of owner names are those of RFC 6698 section 3 and RFC 7672
// section 2.2.3.
func TestName(t *testing.T) {
	for _, tt := range []struct {
		host string
		port uint16
		want string
	}{
		{"www.example.com", 443, "_443._tcp.www.example.com."},
		{"mail.example.com", 25, "_25._tcp.mail.example.com."},
		{"mx.example.com.", 25, "_25._tcp.mx.example.com."},
	} {
		if got := dane.Name(tt.host, tt.port); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}
