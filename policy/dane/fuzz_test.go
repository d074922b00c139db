package dane_test

import (
	"bytes"
	"crypto/x509"
	"testing"

	"github.com/fakemx/fakemx/policy/dane"
)

// FuzzNew: whatever a server sends for a certificate, New makes a usable record
// that matches it, or an error. What crypto/x509 reads, New reads too, and finds
// the same key in it.
func FuzzNew(f *testing.F) {
	pki := build(f)
	for _, name := range []string{"leaf", "root", "version-1", "negative"} {
		f.Add(pki.Certificate(name).DER)
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		parsed, parseErr := x509.ParseCertificate(der)
		for _, selector := range []dane.Selector{dane.Cert, dane.SPKI} {
			r, err := dane.New(dane.DANEEE, selector, dane.Full, der)
			if err != nil {
				if parseErr == nil {
					t.Errorf("crypto/x509 reads what New refuses: %v", err)
				}
				continue
			}
			if err := r.Usable(); err != nil {
				t.Errorf("it is unusable: %v", err)
			}
			if got := dane.Match([]dane.Record{r}, [][]byte{der}, nil, clock); got.Verdict != dane.Matches {
				t.Errorf("it does not match itself: %v", got.Checks)
			}
			if selector == dane.SPKI && parseErr == nil && !bytes.Equal(r.Data, parsed.RawSubjectPublicKeyInfo) {
				t.Errorf("the key is %x, want %x", r.Data, parsed.RawSubjectPublicKeyInfo)
			}
			r.Usage = dane.DANETA
			mustBeSaid(t, dane.Match([]dane.Record{r}, [][]byte{der, der}, []string{host}, clock))
		}
	})
}
