package dane_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/policy/dane"
)

// handshake lets a client with that configuration meet a server with that
// chain. It returns the name that the client asked for, and its error.
func handshake(t *testing.T, pki *certgen.PKI, chain string, client *tls.Config) (asked string, err error) {
	t.Helper()
	server := serve(t, pki, chain)
	conn, err := net.Dial("tcp", server.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	err = tls.Client(conn, client).HandshakeContext(t.Context())
	return <-server.asked, err
}

func now() time.Time { return clock }

func TestClientTLS(t *testing.T) {
	pki := build(t)
	for _, tt := range []struct {
		name    string
		records []string
		answer  dane.Security
		chain   string
		action  dane.Action
		refused bool
	}{
		{"EE matches", []string{"3 1 1 expired"}, dane.Secure, "expired", dane.Authenticate, false},
		{"EE does not match", []string{"3 1 1 stale"}, dane.Secure, whole, dane.Authenticate, true},
		{"TA matches", []string{"2 0 1 root"}, dane.Secure, whole, dane.Authenticate, false},
		{"TA not sent", []string{"2 0 1 root"}, dane.Secure, upto, dane.Authenticate, true},
		{"TA, other name", []string{"2 0 1 root"}, dane.Secure, "other-name intermediate root", dane.Authenticate, true},
		{"TA, expired", []string{"2 0 1 root"}, dane.Secure, "expired intermediate root", dane.Authenticate, true},
		{"unusable", []string{"1 1 1 stale"}, dane.Secure, "expired", dane.Encrypt, false},
		{"none", nil, dane.Secure, "expired", dane.Opportunistic, false},
		{"failed", nil, dane.LookupFailed, whole, dane.Skip, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			lookups := dane.Lookups{NextHop: "example.org", MX: found, Host: host, Address: found}
			d := lookups.Discover(func(string) dane.TLSAAnswer {
				return dane.TLSAAnswer{Security: tt.answer, Records: records(t, pki, tt.records)}
			})
			if d.Action != tt.action {
				t.Fatalf("action is %s, want %s", d.Action, tt.action)
			}
			base := &tls.Config{
				Time: now, ServerName: "base.example.org",
				VerifyConnection: func(tls.ConnectionState) error { return errors.New("the function of base is still there") },
				VerifyPeerCertificate: func([][]byte, [][]*x509.Certificate) error {
					return errors.New("the other function of base is still there")
				},
			}
			asked, err := handshake(t, pki, tt.chain, d.ClientTLS(base))
			if (err != nil) != tt.refused {
				t.Errorf("error is %v, want one: %t", err, tt.refused)
			}
			if want := map[bool]string{true: host, false: "base.example.org"}[d.BaseDomain != ""]; asked != want {
				t.Errorf("it asks for %q, want %q", asked, want)
			}
			var wrong *dane.VerifyError
			if tt.refused && (!errors.As(err, &wrong) || wrong.Action != d.Action) {
				t.Errorf("error is %v, want a VerifyError with action %s", err, d.Action)
			}
			if base.InsecureSkipVerify || base.ServerName != "base.example.org" {
				t.Error("the configuration it started from has changed")
			}
		})
	}
}

// What an administrator reads has the record, the reason and the section.
func TestVerifyErrorExplains(t *testing.T) {
	pki := build(t)
	for _, tt := range []struct {
		name    string
		records []string
		want    []string
	}{
		{"mismatch", []string{"3 1 1 stale", "2 0 1 root", "3 1 9 =00"}, []string{
			"dane: no TLSA record matches: 3 1 1 ", "…: the key of the leaf has the SHA2-256 digest " + strings.Fields(record(t, pki, "3 1 1 leaf").String())[3],
			"; 2 0 1 ", "none of the 2 certificates", "RFC 7672 section 3.1.2", "; 3 1 9 00: matching type 9 is unknown",
		}},
		{"none", nil, []string{"dane: there are no TLSA records"}},
	} {
		verify := dane.VerifyConnection(records(t, pki, tt.records), []string{host}, now)
		_, err := handshake(t, pki, upto, &tls.Config{InsecureSkipVerify: true, VerifyConnection: verify})
		for _, part := range tt.want {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: error is %v, want %q", tt.name, err, part)
			}
		}
	}
	skip := dane.Discovery{Action: dane.Skip}
	if _, err := handshake(t, pki, upto, skip.ClientTLS(nil)); err == nil || !strings.Contains(err.Error(), "action is skip") {
		t.Errorf("error is %v, want the action", err)
	}
}

// RFC 7672 section 2.2: what cannot be authenticated is encrypted.
func TestVerifyConnectionAcceptsUnusableRecords(t *testing.T) {
	pki := build(t)
	verify := dane.VerifyConnection(records(t, pki, []string{"1 1 1 stale", "3 1 9 =00"}), []string{host}, now)
	if _, err := handshake(t, pki, upto, &tls.Config{InsecureSkipVerify: true, VerifyConnection: verify}); err != nil {
		t.Error(err)
	}
}

// Without a clock it is now: the certificates of the tests are of another time.
func TestVerifyConnectionHasAClock(t *testing.T) {
	pki, err := certgen.Build(site(), certgen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	verify := dane.VerifyConnection(records(t, pki, []string{"2 0 1 root"}), []string{host}, nil)
	if _, err := handshake(t, pki, whole, &tls.Config{InsecureSkipVerify: true, VerifyConnection: verify}); err != nil {
		t.Error(err)
	}
}
