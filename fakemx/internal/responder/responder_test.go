package responder

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/crypto/ocsp"

	"github.com/fakemx/fakemx/certgen"
)

func TestMain(m *testing.M) {
	// net/http sleeps half a second in its own goroutine before it closes a
	// connection whose request was too long, and no Close waits for that.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

var noon = time.Date(2026, time.June, 1, 12, 0, 0, 0, time.UTC)

func now() time.Time { return noon }

// serve starts a responder for a PKI in which "lost" is revoked.
func serve(t *testing.T) (*Responder, *certgen.PKI) {
	t.Helper()
	r, err := Listen("127.0.0.1:0", now)
	if err != nil {
		t.Fatal(err)
	}
	pki, err := certgen.Build(certgen.Recipe{
		Certificates: map[string]*certgen.Certificate{
			"root":  {CA: true, Subject: certgen.Subject{CommonName: "TEST ONLY root"}},
			"other": {CA: true, Subject: certgen.Subject{CommonName: "TEST ONLY other"}},
			"stale": {CA: true, Subject: certgen.Subject{CommonName: "TEST ONLY stale"}},
			"leaf":  {Issuer: "root", DNSNames: []string{"localhost"}, CRLURLs: []string{r.URL() + "/crl/root.crl"}},
			"lost":  {Issuer: "root", DNSNames: []string{"localhost"}},
		},
		Send: []string{"leaf"}, Trust: []string{"root"}, Revoked: []string{"lost"},
		CRLs: map[string]*certgen.CRL{"stale": {ThisUpdate: certgen.Days(-9), NextUpdate: certgen.Days(-8), SignedBy: "other"}},
	}, certgen.Options{Now: now, Keys: certgen.SeededKeys("responder")})
	if err != nil {
		t.Fatal(err)
	}
	r.Serve(pki)
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r, pki
}

// Clients that connect and say nothing have to make room; until then others
// wait, and take no descriptors.
func TestIdleClientsEnd(t *testing.T) {
	r, _ := serve(t)
	for range 2 * maxConnections {
		conn, err := net.Dial("tcp", r.listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	began := time.Now()
	if status, _, _ := fetch(t, r.URL()+"/crl/root.crl", nil); status != http.StatusOK {
		t.Errorf("status %d behind idle clients", status)
	}
	if took := time.Since(began); took < idleLimit/2 {
		t.Errorf("served after %s, although %d clients were there before", took, 2*maxConnections)
	}
}

// fetch does a request: POST if there is a body.
func fetch(t *testing.T, address string, body []byte) (status int, kind string, answer []byte) {
	t.Helper()
	method := http.MethodGet
	if body != nil {
		method = http.MethodPost
	}
	request, err := http.NewRequestWithContext(t.Context(), method, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header.Get("Content-Type"), answer
}

func TestCRL(t *testing.T) {
	r, pki := serve(t)
	status, kind, der := fetch(t, r.URL()+"/crl/root.crl", nil)
	if status != http.StatusOK || kind != "application/pkix-crl" {
		t.Errorf("status %d, type %s", status, kind)
	}
	list, err := x509.ParseRevocationList(der)
	if err != nil {
		t.Fatal(err)
	}
	if err := list.CheckSignatureFrom(pki.Certificate("root").Parsed); err != nil {
		t.Error(err)
	}
	if n := len(list.RevokedCertificateEntries); n != 1 ||
		list.RevokedCertificateEntries[0].SerialNumber.Cmp(pki.Certificate("lost").Serial()) != 0 {
		t.Errorf("%d certificates are revoked: %v", n, list.RevokedCertificateEntries)
	}
	_, _, der = fetch(t, r.URL()+"/crl/other.crl", nil)
	if list, err = x509.ParseRevocationList(der); err != nil || len(list.RevokedCertificateEntries) != 0 {
		t.Errorf("the other authority revokes %v, %v", list, err)
	}
	_, _, der = fetch(t, r.URL()+"/crl/stale.crl", nil)
	if list, err = x509.ParseRevocationList(der); err != nil || !list.NextUpdate.Equal(noon.AddDate(0, 0, -8)) ||
		list.CheckSignatureFrom(pki.Certificate("other").Parsed) != nil {
		t.Errorf("the stale list of another signer is %v, %v", list, err)
	}
}

func TestIssuer(t *testing.T) {
	r, pki := serve(t)
	status, kind, der := fetch(t, r.URL()+"/issuer/root.cer", nil)
	if status != http.StatusOK || kind != "application/pkix-cert" || !bytes.Equal(der, pki.Certificate("root").DER) {
		t.Errorf("status %d, type %s, %d octets", status, kind, len(der))
	}
}

func TestOCSP(t *testing.T) {
	r, pki := serve(t)
	issuer := pki.Certificate("root").Parsed
	for name, want := range map[string]int{"leaf": ocsp.Good, "lost": ocsp.Revoked} {
		request, err := ocsp.CreateRequest(pki.Certificate(name).Parsed, issuer, nil)
		if err != nil {
			t.Fatal(err)
		}
		inURL := url.PathEscape(base64.StdEncoding.EncodeToString(request))
		for method, do := range map[string]func() (int, string, []byte){
			"POST": func() (int, string, []byte) { return fetch(t, r.URL()+"/ocsp/root", request) },
			"GET":  func() (int, string, []byte) { return fetch(t, r.URL()+"/ocsp/root/"+inURL, nil) },
		} {
			status, kind, der := do()
			answer, err := ocsp.ParseResponse(der, issuer)
			if err != nil || status != http.StatusOK || kind != "application/ocsp-response" {
				t.Errorf("%s of %s: status %d, type %s, %v", method, name, status, kind, err)
				continue
			}
			if answer.Status != want || answer.SerialNumber.Cmp(pki.Certificate(name).Serial()) != 0 {
				t.Errorf("%s of %s: status %d, want %d", method, name, answer.Status, want)
			}
		}
	}
}

func TestWhatItDoesNotKnow(t *testing.T) {
	r, pki := serve(t)
	request, err := ocsp.CreateRequest(pki.Certificate("leaf").Parsed, pki.Certificate("root").Parsed, nil)
	if err != nil {
		t.Fatal(err)
	}
	for path, tt := range map[string]struct {
		body   []byte
		status int
		answer []byte // nil for any
	}{
		"/":                 {nil, http.StatusNotFound, nil},
		"/crl/nobody.crl":   {nil, http.StatusNotFound, nil},
		"/issuer/none.cer":  {nil, http.StatusNotFound, nil},
		"/ocsp/root":        {[]byte("nonsense"), http.StatusOK, ocsp.MalformedRequestErrorResponse},
		"/ocsp/other":       {request, http.StatusOK, ocsp.UnauthorizedErrorResponse},
		"/ocsp/nobody":      {request, http.StatusOK, ocsp.UnauthorizedErrorResponse},
		"/ocsp/root/!":      {nil, http.StatusBadRequest, nil},
		"/ocsp/root?padded": {make([]byte, requestLimit+1), http.StatusRequestEntityTooLarge, nil},
	} {
		status, _, answer := fetch(t, r.URL()+path, tt.body)
		if status != tt.status || tt.answer != nil && !bytes.Equal(answer, tt.answer) {
			t.Errorf("%s: status %d, %d octets; want %d", path, status, len(answer), tt.status)
		}
	}
	if seen := r.Between(netip.MustParseAddr("127.0.0.1"), noon, noon); len(seen) != 0 {
		t.Errorf("noted %v", seen)
	}
}

func TestFetchesAreNoted(t *testing.T) {
	r, _ := serve(t)
	fetch(t, r.URL()+"/crl/root.crl", nil)
	fetch(t, r.URL()+"/issuer/root.cer", nil)
	loopback := netip.MustParseAddr("127.0.0.1")
	want := []Fetch{
		{At: noon, Remote: loopback, What: "crl", Certificate: "root"},
		{At: noon, Remote: loopback, What: "issuer", Certificate: "root"},
	}
	if got := r.Between(loopback, noon, noon); !slices.Equal(got, want) {
		t.Errorf("noted %v, want %v", got, want)
	}
	for name, got := range map[string][]Fetch{
		"another client": r.Between(netip.MustParseAddr("127.0.0.2"), noon, noon),
		"earlier":        r.Between(loopback, noon.Add(-2), noon.Add(-1)),
		"later":          r.Between(loopback, noon.Add(1), noon.Add(2)),
	} {
		if len(got) != 0 {
			t.Errorf("%s: noted %v", name, got)
		}
	}
}

// One that never served closes too, and its address is free again.
func TestCloseBeforeServe(t *testing.T) {
	r, err := Listen("127.0.0.1:0", now)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	again, err := Listen(r.listener.Addr().String(), now)
	if err != nil {
		t.Fatal(err)
	}
	_ = again.Close()
	if _, err := Listen("nowhere", now); err == nil {
		t.Error("listens at no address")
	}
}
