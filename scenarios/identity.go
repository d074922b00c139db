package scenarios

// identity: whose certificate it is.
var identity = []Scenario{
	{
		Name:    "hostname-mismatch",
		Aliases: []string{"wrong-host"},
		Summary: "presents a valid certificate for another name",
		Story: "A hosting company answers for mail.example.test.netsolmail.test with its one certificate for *.hostingplatform.test. " +
			"The chain is sound and the certificate is not expired; it is just not for the host that the client meant to reach.",
		Fix: "Get a certificate whose subject alternative names hold the name in the MX record, or let the MX record (or the client's smart host setting) name the host that the certificate is for. " +
			"Beware when you test the client: sendmail's TLS_Srv VERIFY looks at the chain only and reports verify=OK here; use TLS_Rcpt VERIFY:0+CN with FEATURE(check_cert_altnames). " +
			"Postfix compares the name at the levels verify and secure, not at encrypt.",
		References: []string{
			"RFC 9525 section 6",
			"field report: a smart host named mail.example.com.netsolmail.net with a certificate for *.hostingplatform.com",
		},
		Facts: Facts{Offers: Yes, Completes: Yes, Authentic: No},
		Edit: func(p *Peer) {
			c := p.PKI.Certificates[leaf]
			c.Subject.CommonName = "*.hostingplatform.test"
			c.DNSNames = []string{"*.hostingplatform.test", "hostingplatform.test"}
			c.IPAddresses = nil
		},
	},
}
