package scenarios

import "github.com/fakemx/fakemx/certgen"

// strength: keys and signatures that are too weak, or stronger or newer than
// clients can deal with.
var strength = []Scenario{
	{
		Name:    "rsa-1024",
		Number:  65,
		Summary: "has an RSA key of 1024 bits",
		Story: "The key was made around 2005 and renewed with the same request ever since, or it is that of an appliance. " +
			"No public CA certifies it any more, so it is mostly seen inside companies. OpenSSL at security level 2, which is Debian's setting and the default since 3.2, refuses to verify it, as do rustls, Mbed TLS and Botan. GnuTLS, NSS, BoringSSL, Java and Go accept it.",
		Fix:        "Make a new key of 2048 bits or an ECDSA key and have it certified; in certbot --key-type ecdsa with --force-renewal. Do not lower the client's security level for all servers because of one.",
		References: []string{"RFC 9325 section 4.5", "SSL_CTX_set_security_level(3)"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Lenient},
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].Key = certgen.RSA1024 },
	},
	{
		Name:    "rsa-512",
		Number:  66,
		Summary: "has an RSA key of 512 bits, in TLS 1.2",
		Story: "Such a key is broken in hours on rented machines. It has been seen on appliances from the time of export restrictions. " +
			"TLS 1.3 has no signature that fits into it. BoringSSL and Erlang accept it, most others refuse to verify it, and Go, NSS and Botan refuse it in any case.",
		Fix:        "Replace the key today, and treat as read what was sent under it without forward secrecy.",
		References: []string{"RFC 9325 section 4.5"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Lenient},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].Key = certgen.RSA512
			p.TLS.MaxVersion = "1.2"
		},
	},
	{
		Name:    "rsa-16384",
		Number:  67,
		Summary: "has an RSA key of 16384 bits",
		Story: "More must be better, somebody thought. Each handshake costs the server a good part of a second, so that a few clients can keep it busy, " +
			"and some clients refuse: Go takes no more than 8192 bits, and wolfSSL, Mbed TLS, Bouncy Castle and rustls refuse, too. OpenSSL, GnuTLS, NSS, Java and Botan accept it.",
		Fix:        "Make a key of 2048 or 3072 bits, or an ECDSA key, and have it certified.",
		References: []string{"RFC 9325 section 4.5", "CVE-2023-29409"},
		Facts:      undecided,
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].Key = certgen.RSA16384 },
	},
	{
		Name:    "rsa-8192",
		Number:  68,
		Summary: "has an RSA key of 8192 bits",
		Story: "Somebody thought that 4096 bits are good and 8192 are better. Each handshake costs the server several times as much. " +
			"Go and rustls accept RSA up to this size. wolfSSL, as Debian builds it, cannot compute with so long a key and ends the handshake; OpenSSL, BoringSSL, GnuTLS, Java, NSS, Mbed TLS and Botan complete.",
		Fix:        "Make a key of 2048 or 3072 bits, or an ECDSA key, and have it certified.",
		References: []string{"RFC 9325 section 4.5"},
		Facts:      selective,
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].Key = certgen.RSA8192 },
	},
	{
		Name:       "rsa-only",
		Number:     69,
		Summary:    "has an RSA key of 2048 bits and no other",
		Story:      "This is what most mail servers have. It is the counterpart of the healthy peer, whose key is ECDSA, for clients that can do one of both only.",
		Fix:        "Nothing is wrong. A server can have both kinds at once: Postfix smtpd_tls_chain_files takes two, sendmail confSERVER_CERT and confSERVER_KEY take two names with a comma between, Exim takes lists.",
		References: []string{"RFC 9325 section 4.5"},
		Facts:      sound,
		Grounds:    Grounds{Completes: "RFC 8446 section 9.1", Authentic: AllStacks},
		Harmless:   true,
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].Key = certgen.RSA2048 },
	},
	{
		Name:    "ed25519",
		Number:  70,
		Summary: "has an Ed25519 key",
		Story: "The key is modern and short, and no public CA certifies it, so it belongs to a private CA. " +
			"OpenSSL 1.1.1, GnuTLS 3.6, rustls, Java and Go know it; NSS, Mbed TLS, Botan 2, Windows and older libraries find no signature in common.",
		Fix:        "Where old clients matter, give the server an RSA or ECDSA certificate beside or instead.",
		References: []string{"RFC 8410", "RFC 8422 section 5.10"},
		Facts:      selective,
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].Key = certgen.Ed25519 },
	},
	{
		Name:    "ecdsa-p521",
		Number:  71,
		Summary: "has an ECDSA key on the curve P-521",
		Story: "A security guide asked for the longest curve. No public CA certifies such a key, so it belongs to a private CA. " +
			"rustls with the ring library finds no signature in common and ends the handshake; with aws-lc it completes, as OpenSSL, BoringSSL, GnuTLS, Java, NSS, wolfSSL, Mbed TLS, Botan and Go do.",
		Fix:        "Make a key on P-256 or P-384 and have it certified; every client knows these.",
		References: []string{"RFC 8422 section 5.1.1", "RFC 8446 section 4.2.3"},
		Facts:      selective,
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].Key = certgen.ECDSAP521 },
	},
	{
		Name:    "rsa-pss-leaf",
		Number:  72,
		Summary: "has a certificate signed with RSASSA-PSS",
		Story: "A CA of Active Directory Certificate Services signs so when its AlternateSignatureAlgorithm is 1, and some guides recommend that. " +
			"Most current libraries accept it; Erlang/OTP 25 does not, nor do appliances and old Java. TLS 1.3 demands RSASSA-PSS of handshakes only, not of certificates (RFC 8446 section 9.1). The peer's intermediate has an RSA key here, as only such a key can sign so.",
		Fix:        "Where old clients matter, set AlternateSignatureAlgorithm = 0 in CAPolicy.inf and issue the certificate again.",
		References: []string{"RFC 4055 section 3", "RFC 8446 section 4.2.3"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].PSS = true
			p.PKI.Certificates[intermediate].Key = certgen.RSA2048
		},
	},
	{
		Name:    "sha512-leaf",
		Number:  73,
		Summary: "has a certificate signed with SHA-512",
		Story: "Somebody set default_md = sha512 for a private CA. The CA's own key is on the curve P-256, which is mostly used with SHA-256. " +
			"rustls with the ring library knows no such pair and refuses the signature; with aws-lc it accepts, as OpenSSL, BoringSSL, GnuTLS, Java, NSS, wolfSSL, Mbed TLS, Botan and Go do.",
		Fix:        "Set default_md = sha256, which is as strong as the key, and issue the certificate again.",
		References: []string{"RFC 5758 section 3.2"},
		Facts:      lenient,
		Grounds:    Grounds{Completes: AllStacks},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].Hash = certgen.SHA512
		},
	},
	{
		Name:    "sha1-leaf",
		Number:  74,
		Summary: "has a certificate signed with SHA-1",
		Story: "A private CA, made before 2015 and never looked at since, still signs with SHA-1. " +
			"OpenSSL 3, GnuTLS, rustls, Mbed TLS, Botan and Go no longer take that for a signature, since two certificates can be made to share one. " +
			"RFC 8446 recommends that and does not demand it: BoringSSL, NSS, Java, wolfSSL and Erlang accept it.",
		Fix:        "Set default_md = sha256 in the CA's openssl.cnf, or choose SHA-256 in its program, and issue the certificate again. The CA's own key and certificate can stay.",
		References: []string{"RFC 9325 section 4.5", "RFC 9155"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Lenient},
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].Hash = certgen.SHA1 },
	},
	{
		Name:    "sha1-intermediate",
		Number:  75,
		Summary: "has an intermediate signed with SHA-1",
		Story: "The server's certificate is new and good, the intermediate above it dates from long ago. " +
			"The signature on a root does not matter, that on everything below it does. The clients that mind are those of sha1-leaf.",
		Fix:        "Have the root sign the intermediate again with SHA-256; key and name can stay, so that the certificates below it remain good.",
		References: []string{"RFC 9325 section 4.5", "RFC 9155"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Lenient},
		Edit: func(p *Peer) {
			p.PKI.Certificates[intermediate].Hash = certgen.SHA1
		},
	},
	{
		Name:    "md5-leaf",
		Number:  76,
		Summary: "has a certificate signed with MD5",
		Story: "Certificates signed with MD5 were forged in 2008, and RFC 8446 forbids clients to accept them; wolfSSL 5.5 does all the same. It is still found in appliances whose makers never changed the built-in CA. " +
			"The peer's intermediate has an RSA key here, as there is no ECDSA signature with MD5.",
		Fix:        "Replace the certificate; an appliance that makes no other needs one installed from outside, or a new firmware.",
		References: []string{"RFC 6151", "CVE-2004-2761"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: No},
		Grounds:    Grounds{Authentic: "RFC 8446 section 4.4.2.4"},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].Hash = certgen.MD5
			p.PKI.Certificates[intermediate].Key = certgen.RSA2048
		},
	},
}
