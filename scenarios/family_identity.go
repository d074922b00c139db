package scenarios

import "github.com/fakemx/fakemx/certgen"

// identity: whose certificate the peer presents.
var identity = []Scenario{
	{
		Name:    "hostname-mismatch",
		Number:  46,
		Aliases: []string{"wrong-host"},
		Summary: "presents a valid certificate for another name",
		Story: "A hosting company answers for mail.example.test.netsolmail.test with its single certificate for *.hostingplatform.test. " +
			"The chain is sound and nothing has expired, but the certificate is not for the host that the client meant to reach.",
		Fix: "Get a certificate whose subject alternative names include the name in the MX record, or point the MX record (or the client's smart host setting) to the name in the certificate. " +
			"Take care when you test a client: sendmail's TLS_Srv VERIFY checks only the chain and reports verify=OK here; TLS_Rcpt VERIFY:0+CN with FEATURE(check_cert_altnames) checks the name. " +
			"Postfix compares the name at the levels verify and secure, not at encrypt. swaks --tls-verify does not compare it.",
		References: []string{
			"RFC 9525 section 6",
			"field report: a smart host named mail.example.com.netsolmail.net with a certificate for *.hostingplatform.com",
		},
		Facts:   unauthentic,
		Grounds: Grounds{Completes: AllStacks, Authentic: "RFC 9525 section 6.6"},
		Edit:    func(p *Peer) { certifyOnly(p, "*.hostingplatform.test", "hostingplatform.test") },
	},
	{
		Name:    "wildcard",
		Number:  47,
		Summary: "presents a certificate for *.wildcard.fakemx.test, which covers its name",
		Story: "One certificate covers all hosts of a domain. A wildcard that is the whole leftmost label stands for exactly one label, and mail clients accept it. " +
			"Erlang's ssl accepts it if it is given the rules of HTTPS (pkix_verify_hostname_match_fun); otherwise it refuses every wildcard.",
		Fix: "Nothing is wrong. Remember that all hosts that share the certificate also share its key.",
		References: []string{
			"RFC 9525 section 6.3",
			"RFC 7817 section 3",
		},
		Facts:    sound,
		Grounds:  Grounds{Completes: AllStacks, Authentic: "RFC 9525 section 6.3"},
		Harmless: true,
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].DNSNames = []string{"localhost", "*.{scenario}.fakemx.test", "{names}"}
		},
	},
	{
		Name:       "wildcard-multi-label",
		Number:     48,
		Summary:    "presents a certificate whose wildcard would have to match two labels",
		Story:      "The administrator expected *.example.com to cover mx.mail.example.com. A wildcard stands for one label, never for two.",
		Fix:        "Get a certificate for the full name or for *.mail.example.com, or give the mail server a name one label below the domain.",
		References: []string{"RFC 9525 section 6.3"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 9525 section 6.3"},
		Edit:       func(p *Peer) { certifyOnly(p, "*.fakemx.test") },
	},
	{
		Name:    "partial-wildcard",
		Number:  49,
		Summary: "presents a certificate whose wildcard is only part of a label",
		Story: "Someone wanted one certificate for mx1, mx2 and mail, and put the wildcard inside the label. RFC 6125 let clients decide whether to accept this; RFC 9525 tells them to ignore the name. " +
			"OpenSSL, Java, NSS, wolfSSL, Botan, Node.js and Bun accept it; GnuTLS, rustls, Mbed TLS and Go do not. " +
			"A client must reach the peer by its name in fakemx.test, because no such wildcard matches localhost.",
		Fix:        "Get a certificate that lists the names, or one for *.example.com. No public CA issues a wildcard that is only part of a label.",
		References: []string{"RFC 9525 section 6.3", "RFC 6125 section 6.4.3"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit:       func(p *Peer) { certifyOnly(p, "m*.{scenario}.fakemx.test") },
	},
	{
		Name:    "inner-wildcard",
		Number:  50,
		Summary: "presents a certificate whose wildcard is not the leftmost label",
		Story: "The hosts are called mx.berlin.example.com and mx.paris.example.com, so mx.*.example.com seemed right. " +
			"A wildcard may only be the leftmost label, and RFC 9525 tells clients to ignore any other. " +
			"Java and wolfSSL accept it anyway; OpenSSL, BoringSSL, GnuTLS, NSS, rustls, Mbed TLS, Botan and Go do not. A client must reach the peer by its name in fakemx.test.",
		Fix:        "Get a certificate that lists every name, or rename the hosts to berlin.mx.example.com and so on and use *.mx.example.com.",
		References: []string{"RFC 9525 section 6.3", "RFC 6125 section 6.4.3"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit:       func(p *Peer) { certifyOnly(p, "mx.*.fakemx.test") },
	},
	{
		Name:       "parent-domain",
		Number:     51,
		Summary:    "presents a certificate for the parent domain of its name",
		Story:      "The certificate is for example.com, the domain of the website and of every mail address; the mail server is mx.example.com. A certificate for a domain does not cover the hosts in it.",
		Fix:        "Get a certificate that lists the mail server's own name among its subject alternative names, with or without the domain.",
		References: []string{"RFC 9525 section 6.3"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 9525 section 6.3"},
		Edit:       func(p *Peer) { certifyOnly(p, "{scenario}.fakemx.test") },
	},
	{
		Name:    "cn-only",
		Number:  52,
		Aliases: []string{"no-san"},
		Summary: "presents a certificate with localhost only in the common name",
		Story: "The certificate was made with an old recipe that asks for a common name and nothing else. " +
			"RFC 2818 deprecated this in 2000, RFC 6125 still allowed it, and RFC 9525 forbids clients to look there. Go has refused it since 2020, and so does rustls. " +
			"OpenSSL and GnuTLS still use the common name if there is no subject alternative name.",
		Fix:        "Reissue the certificate with subjectAltName: openssl req -addext subjectAltName=DNS:mx.example.com. Public CAs have always added it for you.",
		References: []string{"RFC 9525 section 2", "RFC 6125 section 6.4.4", "RFC 2818 section 3.1"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			certifyOnly(p)
			p.PKI.Certificates[leaf].Subject.CommonName = "localhost"
		},
	},
	{
		Name:       "no-subject",
		Number:     53,
		Summary:    "presents a certificate with an empty subject and only alternative names",
		Story:      "Public CAs have stopped copying a name into the common name and leave the subject empty. Software that shows or compares the common name shows nothing.",
		Fix:        "Nothing is wrong. Logs and rules that use the subject, such as sendmail's ${cn_subject}, must use the subject alternative names instead.",
		References: []string{"RFC 5280 section 4.1.2.6"},
		Facts:      sound,
		Grounds:    Grounds{Completes: AllStacks, Authentic: AllStacks},
		Harmless:   true,
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].Subject = certgen.Subject{} },
	},
	{
		Name:       "no-names",
		Number:     54,
		Summary:    "presents a certificate that names no host",
		Story:      "The certificate was made for an organisation or a person, or the host was left blank in the request form. The chain is sound, but there is nothing to compare the host name with.",
		Fix:        "Reissue the certificate with the mail server's name as subjectAltName.",
		References: []string{"RFC 9525 section 6.2"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 9525 section 6.6"},
		Edit: func(p *Peer) {
			certifyOnly(p)
			p.PKI.Certificates[leaf].Subject = certgen.Subject{Organization: testOnly}
		},
	},
	{
		Name:    "no-ip-san",
		Number:  55,
		Summary: "presents a certificate for names only, but is reached by its IP address",
		Story: "The application has the mail server's address in its settings, or a smart host is written as [192.0.2.1]. " +
			"A certificate for the name does not cover the address, and hardly any public CA certifies addresses.",
		Fix: "Have the client connect by the name in the certificate. " +
			"If that is impossible, issue a certificate from your own CA with the address as an iPAddress alternative name; the address as a DNS name does not help.",
		References: []string{
			"RFC 9525 section 6.4",
			"RFC 5280 section 4.2.1.6",
		},
		Facts:   unauthentic,
		Grounds: Grounds{Completes: AllStacks, Authentic: "RFC 9525 section 6.6"},
		ReachBy: ReachByAddress,
		Edit:    func(p *Peer) { p.PKI.Certificates[leaf].IPAddresses = nil },
	},
	{
		Name:    "ip-as-dns-name",
		Number:  56,
		Summary: "presents a certificate that has its IP address as a DNS name",
		Story: "The certificate was made with subjectAltName=DNS:192.0.2.1, because the form had a field for names only. " +
			"A client that connects by address must compare the address with iPAddress entries, never with DNS names. " +
			"OpenSSL, BoringSSL, GnuTLS, Java, NSS, rustls, Botan and Go do so; wolfSSL and Mbed TLS compare the text.",
		Fix:        "Reissue the certificate with subjectAltName=IP:192.0.2.1 or, better, have the client connect by a name.",
		References: []string{"RFC 9525 section 6.4", "RFC 5280 section 4.2.1.6"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		ReachBy:    ReachByAddress,
		Edit: func(p *Peer) {
			c := p.PKI.Certificates[leaf]
			c.DNSNames, c.IPAddresses = append(c.DNSNames, c.IPAddresses...), nil
		},
	},
	{
		Name:       "nul-in-san",
		Number:     57,
		Summary:    "presents a certificate whose name has a NUL after localhost",
		Story:      "A CA that checks who owns attacker.test issues bank.test\\0.attacker.test. A client that treats the name as a C string reads bank.test. In 2009 nearly every TLS library did.",
		Fix:        "Update a client that accepts this at once. No server gets such a certificate honestly.",
		References: []string{"CVE-2009-2408", "CVE-2009-3490", "RFC 5280 section 4.2.1.6"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 9525 section 6.6"},
		Edit: func(p *Peer) {
			certifyOnly(p, "localhost\x00.attacker.test", "{hostname}\x00.attacker.test")
		},
	},
	{
		Name:    "sni-required",
		Number:  58,
		Summary: "presents another host's certificate unless the client sends its name",
		Story: "The host serves many domains and selects the certificate by the name that the client asks for. " +
			"Most MTAs send no server name: sendmail does not, Postfix and Exim do so only for DANE or when told to. They get the default certificate, which is for another domain.",
		Fix: "Make the certificate for the name in the MX record the default, or use one certificate for all names. Postfix: smtpd_tls_chain_files is the default, tls_server_sni_maps the rest. " +
			"Exim: tls_certificate is expanded with $tls_in_sni empty. To send the name: smtp_tls_servername = hostname on a Postfix client, tls_sni = $host on Exim.",
		References: []string{"RFC 6066 section 3", "RFC 9325 section 3.7"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			p.PKI.Certificates["other-host"] = &certgen.Certificate{
				Issuer:   intermediate,
				Subject:  certgen.Subject{CommonName: "other.fakemx.test"},
				DNSNames: []string{"other.fakemx.test"},
			}
			p.TLS.WithoutSNI = &WithoutSNI{Send: []string{"other-host", intermediate}}
		},
	},
	{
		Name:    "unrecognized-name",
		Number:  59,
		Summary: "sends the fatal alert unrecognized_name unless the client sends its name",
		Story: "A front end for many domains is strict: if the name is missing or unknown, it ends the handshake. RFC 6066 allows that. " +
			"Most MTAs send no server name, so they cannot start TLS there and fall back to clear text or defer.",
		Fix: "Give the front end a default certificate for port 25; in HAProxy, remove strict-sni from that bind line. " +
			"To send the name: smtp_tls_servername = hostname on a Postfix client, tls_sni = $host on Exim.",
		References: []string{"RFC 6066 section 3"},
		Facts:      selective,
		Edit:       func(p *Peer) { p.TLS.WithoutSNI = &WithoutSNI{Alert: "unrecognized_name"} },
	},
	{
		Name:    "wrong-eku",
		Number:  60,
		Summary: "presents a certificate that is valid for clients only",
		Story: "The certificate was made for client authentication and then used for the server, too. The reverse also happens, as public CAs stop putting both usages into one certificate. " +
			"The name matches and the chain is sound. GnuTLS checks the usage only if the program asks it to.",
		Fix:        "Issue a certificate with extendedKeyUsage serverAuth for the server. For the client side, use one with clientAuth, from a private CA where public CAs no longer issue it.",
		References: []string{"RFC 5280 section 4.2.1.12"},
		Facts:      unauthentic,
		Grounds:    Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 4.2.1.12"},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].ExtendedKeyUsages = []string{"clientAuth"}
		},
	},
	{
		Name:       "no-eku",
		Number:     61,
		Summary:    "presents a certificate without an extended key usage",
		Story:      "The recipe of a private CA sets no extended key usage. A certificate without the extension is valid for every purpose that its key usage allows. Public CAs always include it.",
		Fix:        "Nothing is wrong. With extendedKeyUsage = serverAuth, the certificate would be valid for the server only.",
		References: []string{"RFC 5280 section 4.2.1.12"},
		Facts:      sound,
		Grounds:    Grounds{Completes: AllStacks, Authentic: AllStacks},
		Harmless:   true,
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].ExtendedKeyUsages = []string{} },
	},
	{
		Name:    "any-eku",
		Number:  62,
		Summary: "presents a certificate whose only usage is anyExtendedKeyUsage",
		Story: "The template of a private CA, such as one of Active Directory Certificate Services, grants any purpose. RFC 5280 lets clients decide whether that includes servers. " +
			"GnuTLS, Java, wolfSSL, Mbed TLS and Go accept it; OpenSSL, BoringSSL, rustls, NSS and Botan refuse it because serverAuth is not named.",
		Fix:        "Reissue the certificate with extendedKeyUsage = serverAuth.",
		References: []string{"RFC 5280 section 4.2.1.12"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].ExtendedKeyUsages = []string{"anyExtendedKeyUsage"}
		},
	},
	{
		Name:    "ca-as-leaf",
		Number:  63,
		Summary: "presents a certificate that is marked as a CA",
		Story: "The certificate was made with settings for a CA: openssl x509 -req -extfile openssl.cnf -extensions v3_ca, or the template of a subordinate CA. RFC 5280 does not forbid a server to use it. " +
			"rustls and NSS refuse it; OpenSSL, BoringSSL, GnuTLS, Java, wolfSSL, Mbed TLS, Botan and Go accept it.",
		Fix:        "Reissue the certificate with basicConstraints = CA:FALSE.",
		References: []string{"RFC 5280 section 4.2.1.9"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit:       markAsCA,
	},
	{
		Name:    "v1-leaf",
		Number:  64,
		Summary: "presents an X.509 version 1 certificate, with localhost as common name",
		Story: "In OpenSSL before 3.2, openssl x509 -req without an extension file makes a version 1 certificate. Version 1 has no extensions, so the name can only be in the common name. " +
			"OpenSSL, BoringSSL, GnuTLS, Java, NSS, wolfSSL and Mbed TLS accept it for localhost; Go looks for the name only in the extensions. " +
			"rustls accepts only version 3, and Botan ends the handshake even if it does not verify.",
		Fix:        "Reissue the certificate with extensions: openssl x509 -req -copy_extensions copy, and openssl req -addext subjectAltName=DNS:mx.example.com for the request.",
		References: []string{"RFC 5280 section 4.1.2.1", "RFC 9525 section 2"},
		Facts:      Facts{Offers: Yes, Completes: Lenient, Authentic: Lenient},
		Edit: func(p *Peer) {
			c := p.PKI.Certificates[leaf]
			c.Version, c.Subject.CommonName = 1, "localhost"
		},
	},
}

// markAsCA makes the peer's certificate that of a CA, by its basic constraints
// alone. Its key usages stay those of a server, so that most clients accept
// nothing that the key signs. Its name is that of an authority, so that people
// recognize it.
func markAsCA(p *Peer) {
	c := p.PKI.Certificates[leaf]
	c.Subject = caSubject("server")
	c.CA, c.KeyUsages, c.ExtendedKeyUsages = true, []string{"digitalSignature"}, []string{"serverAuth"}
}

// certifyOnly limits the peer's certificate to these DNS names, without
// addresses. The first name, if any, is also the common name.
func certifyOnly(p *Peer, names ...string) {
	c := p.PKI.Certificates[leaf]
	c.DNSNames, c.IPAddresses = names, nil
	c.Subject.CommonName = ""
	if len(names) > 0 {
		c.Subject.CommonName = names[0]
	}
}
