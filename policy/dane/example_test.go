package dane_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/policy/dane"
)

// mailHost is the PKI of a server: a root, an intermediate, and a leaf for
// mx.example.org that is renewed with another key.
func mailHost() *certgen.PKI {
	pki, err := certgen.Build(certgen.Recipe{
		Certificates: map[string]*certgen.Certificate{
			"root":         {CA: true, Subject: certgen.Subject{CommonName: "TEST ONLY root"}},
			"intermediate": {CA: true, Issuer: "root", Subject: certgen.Subject{CommonName: "TEST ONLY issuing"}},
			"leaf":         {Issuer: "intermediate", DNSNames: []string{"mx.example.org"}},
			"renewed":      {Issuer: "intermediate", DNSNames: []string{"mx.example.org"}},
		},
		Send: []string{"leaf", "intermediate"},
	}, certgen.Options{
		Now:  func() time.Time { return time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC) },
		Keys: certgen.SeededKeys("example"),
	})
	if err != nil {
		panic(err)
	}
	return pki
}

// The whole way of an SMTP client: what the DNS says decides what TLS has to
// prove. Here the server has a new key, and the TLSA record of the old one.
func Example() {
	pki := mailHost()
	old, err := dane.New(dane.DANEEE, dane.SPKI, dane.SHA256, pki.Certificate("leaf").DER)
	if err != nil {
		fmt.Println(err)
		return
	}

	// The resolver answers. A real one is asked here, one lookup after the other.
	secure := dane.Answer{Security: dane.Secure, Found: true}
	lookups := dane.Lookups{NextHop: "example.org", MX: secure, Host: "mx.example.org", Address: secure}
	discovery := lookups.Discover(func(name string) dane.TLSAAnswer {
		fmt.Println("lookup:", name)
		return dane.TLSAAnswer{Security: dane.Secure, Records: []dane.Record{old}}
	})
	fmt.Println("action:", discovery.Action)

	// The server shows its certificates.
	chain, err := pki.ChainOf("renewed", "intermediate")
	if err != nil {
		fmt.Println(err)
		return
	}
	result := dane.Match(discovery.Records, chain, discovery.Names, time.Now())
	fmt.Println("verdict:", result.Verdict)
	for _, check := range result.Checks {
		fmt.Println(check)
	}
	// Output:
	// lookup: _25._tcp.mx.example.org.
	// action: authenticate
	// verdict: mismatch
	// 3 1 1 fe26be94da3e4c3d…: the key of the leaf has the SHA2-256 digest 822fa591ee4a82b2ea4dddaedf281d2355d7cdb337d32d78cc69394d44299600
}

// A record as it stands in a zone file.
func ExampleParse() {
	r, err := dane.Parse(`3 1 1 ( 8755CDAA8FE24EF16CC0F2C918063185
	                                E433FAAF1415664911D9E30A924138C4 )`)
	fmt.Println(r, err)
	fmt.Println(r.Usage, r.Selector, r.Matching)

	_, err = dane.Parse("3 1 8755CDAA8FE24EF1")
	fmt.Println(err)
	// Output:
	// 3 1 1 8755cdaa8fe24ef16cc0f2c918063185e433faaf1415664911d9e30a924138c4 <nil>
	// DANE-EE SPKI SHA2-256
	// got 3 fields, expected 4: certificate usage, selector, matching type and hexadecimal data, as in "3 1 1 8755cdaa…"
}

// The record to publish for a server, and the name to publish it at.
func ExampleNew() {
	pki := mailHost()
	r, err := dane.New(dane.DANEEE, dane.SPKI, dane.SHA256, pki.Certificate("leaf").DER)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(dane.Name("mx.example.org", 25), "IN TLSA", r)
	// Output:
	// _25._tcp.mx.example.org. IN TLSA 3 1 1 fe26be94da3e4c3d7d74113664e8745b5260c5bf3707ae2bf28cea01b54e1c9a
}

// Two records that no SMTP client can use.
func ExampleRecord_Usable() {
	for _, text := range []string{
		"1 1 1 8755cdaa8fe24ef16cc0f2c918063185e433faaf1415664911d9e30a924138c4",
		"3 1 2 8755cdaa8fe24ef16cc0f2c918063185e433faaf1415664911d9e30a924138c4",
	} {
		r, err := dane.Parse(text)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(r.Usable())
	}
	// Output:
	// certificate usage PKIX-EE(1) is not supported in SMTP; publish DANE-EE(3) or DANE-TA(2) (RFC 7672 section 3.1.3)
	// the data is malformed: it has 32 octets, expected 64 for a SHA2-512 digest (RFC 6698 section 4.1)
}

// The trust anchor is a root that the server does not send: clients have no
// other way to get it.
func ExampleMatch() {
	pki := mailHost()
	anchor, err := dane.New(dane.DANETA, dane.Cert, dane.SHA256, pki.Certificate("root").DER)
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	for _, names := range [][]string{{"leaf", "intermediate"}, {"leaf", "intermediate", "root"}} {
		chain, err := pki.ChainOf(names...)
		if err != nil {
			fmt.Println(err)
			return
		}
		result := dane.Match([]dane.Record{anchor}, chain, []string{"mx.example.org"}, now)
		fmt.Printf("%s: %s\n", result.Verdict, result.Checks[0].Reason)
	}
	// Output:
	// mismatch: none of the 2 certificates that the server sent is this trust anchor; the chain has to contain the trust anchor, even if it is a root (RFC 7672 section 3.1.2)
	// matches: it matches certificate 2 of the chain, and the leaf is valid below it (RFC 7672 section 3.1.2)
}

// The MX hostname is an alias into the zone of a hosting provider. Both zones
// are signed, and the records are at the provider's name.
func ExampleLookups_Discover() {
	secure := dane.Answer{Security: dane.Secure, Found: true}
	lookups := dane.Lookups{
		NextHop: "example.org", MX: secure,
		Host: "mx.example.org", HostExpanded: "mail.example.net", Address: secure,
	}
	r, err := dane.Parse("2 0 1 e8b54e0b4baa815b06d3462d65fbc7c0cf556eccf9f5303ebfbb77d022f834c0")
	if err != nil {
		fmt.Println(err)
		return
	}
	zone := map[string][]dane.Record{"_25._tcp.mail.example.net.": {r}}
	discovery := lookups.Discover(func(name string) dane.TLSAAnswer {
		return dane.TLSAAnswer{Security: dane.Secure, Records: zone[name]}
	})
	fmt.Println("action:", discovery.Action)
	fmt.Println("SNI:", discovery.BaseDomain)
	fmt.Println("names:", discovery.Names)
	for _, rule := range discovery.Rules {
		fmt.Println(rule)
	}
	// Output:
	// action: authenticate
	// SNI: mail.example.net
	// names: [mail.example.net example.org]
	// the MX RRset is secure: continue, each MX host is looked at for itself; certificates may also name the next-hop domain (RFC 7672 section 2.2.1)
	// the address is secure, and so are the aliases on the way to it: continue, TLSA records are looked up at the last name and, if there are none, at the first (RFC 7672 section 2.2.2)
	// the TLSA RRset is secure, and at least one record is usable: authenticate, the server commits to TLS and to what the records say (RFC 7672 section 2.2)
}

// The table by which Discover decides.
func ExampleRules() {
	for _, rule := range dane.Rules() {
		fmt.Printf("%s: %s (%s)\n", rule.When, rule.Action, rule.Section)
	}
	// Output:
	// the server is an IP address: opportunistic (RFC 7672 section 2.2)
	// a relay is used without MX lookup: continue (RFC 7672 section 2.2.2)
	// the MX lookup fails: delay (RFC 7672 section 2.1.2)
	// there are no MX records: continue (RFC 7672 section 2.2.2)
	// the MX RRset is secure: continue (RFC 7672 section 2.2.1)
	// the MX RRset is insecure: continue (RFC 7672 section 2.2.1)
	// the address lookup fails: skip (RFC 7672 section 2.1.2)
	// the server has no address: skip (RFC 7672 section 2.2.2)
	// the address is insecure, and so is the first alias on the way to it, if there is one: opportunistic (RFC 7672 section 2.2.2)
	// the address is secure, and the server's name is not an alias: continue (RFC 7672 section 2.2.2)
	// the address is insecure, but the first alias on the way to it is secure: continue (RFC 7672 section 2.2.2)
	// the address is secure, and so are the aliases on the way to it: continue (RFC 7672 section 2.2.2)
	// a TLSA lookup fails: skip (RFC 7672 section 2.1.2)
	// no TLSA lookup finds secure records: opportunistic (RFC 7672 section 2.2.3)
	// the TLSA RRset is secure, and at least one record is usable: authenticate (RFC 7672 section 2.2)
	// the TLSA RRset is secure, and all records are unusable: encrypt (RFC 7672 section 2.2)
	// DANE is mandatory, and the MX RRset is insecure: delay (RFC 7672 section 2.2.1)
	// DANE is mandatory, and there is no usable secure TLSA record: skip (RFC 7672 section 6)
}

// answer is a server for one connection.
func answer(listener net.Listener, config *tls.Config) {
	conn, err := listener.Accept()
	if err != nil {
		return
	}
	defer conn.Close()
	_ = tls.Server(conn, config).Handshake()
}

// A client that refuses a server whose certificate is not that of the record.
func ExampleDiscovery_ClientTLS() {
	pki := mailHost()
	r, err := dane.New(dane.DANEEE, dane.SPKI, dane.SHA256, pki.Certificate("renewed").DER)
	if err != nil {
		fmt.Println(err)
		return
	}
	secure := dane.Answer{Security: dane.Secure, Found: true}
	lookups := dane.Lookups{NextHop: "example.org", MX: secure, Host: "mx.example.org", Address: secure}
	discovery := lookups.Discover(func(string) dane.TLSAAnswer {
		return dane.TLSAAnswer{Security: dane.Secure, Records: []dane.Record{r}}
	})

	// In SMTP, the connection is the one on which STARTTLS was accepted.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer listener.Close()
	go answer(listener, &tls.Config{Certificates: []tls.Certificate{pki.TLSCertificate()}})
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	err = tls.Client(conn, discovery.ClientTLS(nil)).Handshake()
	if wrong, ok := errors.AsType[*dane.VerifyError](err); ok {
		fmt.Println(wrong.Result.Verdict, "with", len(wrong.Result.Checks), "record")
	}
	// Output: mismatch with 1 record
}
