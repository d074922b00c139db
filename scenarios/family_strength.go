package scenarios

import "github.com/fakemx/fakemx/certgen"

// strength: keys and signatures that are too weak, or too strong or too new for
// some clients.
var strength = []Scenario{
	{
		Name:    "rsa-1024",
		Number:  65,
		Summary: "uses an RSA key of 1024 bits",
		Story: "The key was made around 2005 and renewed with the same request ever since, or it belongs to an appliance. No public CA certifies it any more, so it is mostly seen inside companies. " +
			"OpenSSL at security level 2, which is Debian's setting and the default since 3.2, refuses to verify it, as do rustls, Mbed TLS and Botan. GnuTLS, NSS, BoringSSL, Java and Go accept it.",
		Fix: "Make a new RSA key of 2048 bits or an ECDSA key and have it certified; with certbot, use --key-type ecdsa and --force-renewal. " +
			"Do not lower the client's security level for all servers because of one.",
		References: []string{"RFC 9325 section 4.5", "SSL_CTX_set_security_level(3)"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Lenient},
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].Key = certgen.RSA1024 },
	},
	{
		Name:    "rsa-512",
		Number:  66,
		Summary: "uses an RSA key of 512 bits, in TLS 1.2",
		Story: "Such a key can be broken within hours on rented machines. It has been seen on appliances from the time of export restrictions. No TLS 1.3 signature fits into it. " +
			"BoringSSL and Erlang accept it, most others refuse to verify it, and Go, NSS and Botan refuse it in any case.",
		Fix:        "Replace the key today, and assume that everything sent under it without forward secrecy has been read.",
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
		Summary: "uses an RSA key of 16384 bits",
		Story: "Someone thought that more must be better. Each handshake takes the server a good part of a second, so a few clients can keep it busy. " +
			"Some clients refuse the key: Go accepts at most 8192 bits, and wolfSSL, Mbed TLS, Bouncy Castle and rustls refuse it, too. OpenSSL, GnuTLS, NSS, Java and Botan accept it.",
		Fix:        "Make an RSA key of 2048 or 3072 bits, or an ECDSA key, and have it certified.",
		References: []string{"RFC 9325 section 4.5", "CVE-2023-29409"},
		Facts:      undecided,
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].Key = certgen.RSA16384 },
	},
	{
		Name:    "rsa-8192",
		Number:  68,
		Summary: "uses an RSA key of 8192 bits",
		Story: "Someone thought that if 4096 bits are good, 8192 are better. Each handshake takes the server several times as long. Go and rustls accept RSA keys up to this size. " +
			"wolfSSL, as Debian builds it, cannot compute with such a long key and ends the handshake. OpenSSL, BoringSSL, GnuTLS, Java, NSS, Mbed TLS and Botan complete it.",
		Fix:        "Make an RSA key of 2048 or 3072 bits, or an ECDSA key, and have it certified.",
		References: []string{"RFC 9325 section 4.5"},
		Facts:      selective,
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].Key = certgen.RSA8192 },
	},
	{
		Name:    "rsa-only",
		Number:  69,
		Summary: "uses an RSA key of 2048 bits and no other",
		Story:   "This is what most mail servers have. It is the counterpart of the healthy peer, whose key is ECDSA, for clients that support only one of the two.",
		Fix: "Nothing is wrong. " +
			"A server can have both kinds at once: Postfix smtpd_tls_chain_files takes two, sendmail confSERVER_CERT and confSERVER_KEY take two names separated by a comma, Exim takes lists.",
		References: []string{"RFC 9325 section 4.5"},
		Facts:      sound,
		Grounds:    Grounds{Completes: "RFC 8446 section 9.1", Authentic: AllStacks},
		Harmless:   true,
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].Key = certgen.RSA2048 },
	},
	{
		Name:    "ed25519",
		Number:  70,
		Summary: "uses an Ed25519 key",
		Story: "The key is modern and short, but no public CA certifies it, so it belongs to a private CA. OpenSSL 1.1.1, GnuTLS 3.6, rustls, Java and Go support it. " +
			"NSS, Mbed TLS, Botan 2, Windows and older libraries find no signature algorithm in common.",
		Fix:        "Where old clients matter, give the server an RSA or ECDSA certificate, either as well or instead.",
		References: []string{"RFC 8410", "RFC 8422 section 5.10"},
		Facts:      selective,
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].Key = certgen.Ed25519 },
	},
	{
		Name:    "ecdsa-p521",
		Number:  71,
		Summary: "uses an ECDSA key on the curve P-521",
		Story: "A security guide asked for the longest curve. No public CA certifies such a key, so it belongs to a private CA. " +
			"rustls with the ring library finds no signature algorithm in common and ends the handshake. " +
			"With aws-lc it completes, as do OpenSSL, BoringSSL, GnuTLS, Java, NSS, wolfSSL, Mbed TLS, Botan and Go.",
		Fix:        "Make a key on P-256 or P-384, which every client supports, and have it certified.",
		References: []string{"RFC 8422 section 5.1.1", "RFC 8446 section 4.2.3"},
		Facts:      selective,
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].Key = certgen.ECDSAP521 },
	},
	{
		Name:    "rsa-pss-leaf",
		Number:  72,
		Summary: "presents a certificate signed with RSASSA-PSS",
		Story: "A CA of Active Directory Certificate Services signs this way when its AlternateSignatureAlgorithm is 1, which some guides recommend. " +
			"Most current libraries accept it; Erlang/OTP 25, appliances and old Java do not. TLS 1.3 requires RSASSA-PSS only for handshakes, not for certificates (RFC 8446 section 9.1). " +
			"The peer's intermediate has an RSA key, because no other key can sign this way.",
		Fix:        "Where old clients matter, set AlternateSignatureAlgorithm = 0 in CAPolicy.inf and reissue the certificate.",
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
		Summary: "presents a certificate signed with SHA-512",
		Story: "Someone set default_md = sha512 for a private CA. The CA's own key is on the curve P-256, which is usually combined with SHA-256. " +
			"rustls with the ring library does not know this combination and refuses the signature. With aws-lc it accepts it, as do OpenSSL, BoringSSL, GnuTLS, Java, NSS, wolfSSL, Mbed TLS, Botan and Go.",
		Fix:        "Set default_md = sha256, which is as strong as the key, and reissue the certificate.",
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
		Summary: "presents a certificate signed with SHA-1",
		Story: "A private CA, created before 2015 and never reviewed since, still signs with SHA-1. " +
			"OpenSSL 3, GnuTLS, rustls, Mbed TLS, Botan and Go no longer accept such signatures, because two certificates can be made to share one. " +
			"RFC 8446 recommends but does not require this: BoringSSL, NSS, Java, wolfSSL and Erlang accept the certificate.",
		Fix:        "Set default_md = sha256 in the CA's openssl.cnf, or select SHA-256 in its program, and reissue the certificate. The CA can keep its key and certificate.",
		References: []string{"RFC 9325 section 4.5", "RFC 9155"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Lenient},
		Edit:       func(p *Peer) { p.PKI.Certificates[leaf].Hash = certgen.SHA1 },
	},
	{
		Name:    "sha1-intermediate",
		Number:  75,
		Summary: "sends an intermediate signed with SHA-1",
		Story: "The server's certificate is new and good, but the intermediate above it dates from long ago. The signature on a root does not matter; the signatures on everything below it do. " +
			"The clients that refuse it are those that refuse sha1-leaf.",
		Fix:        "Have the root sign the intermediate again with SHA-256. Keep its key and name, so that the certificates below it stay valid.",
		References: []string{"RFC 9325 section 4.5", "RFC 9155"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: Lenient},
		Edit: func(p *Peer) {
			p.PKI.Certificates[intermediate].Hash = certgen.SHA1
		},
	},
	{
		Name:    "md5-leaf",
		Number:  76,
		Summary: "presents a certificate signed with MD5",
		Story: "Certificates signed with MD5 were forged in 2008, and RFC 8446 forbids clients to accept them; wolfSSL 5.5 accepts them anyway. " +
			"They are still found in appliances whose makers never changed the built-in CA. The peer's intermediate has an RSA key, because there is no ECDSA signature with MD5.",
		Fix:        "Replace the certificate. An appliance that can make no other certificate needs one installed from outside, or new firmware.",
		References: []string{"RFC 6151", "CVE-2004-2761"},
		Facts:      Facts{Offers: Yes, Completes: Weak, Authentic: No},
		Grounds:    Grounds{Authentic: "RFC 8446 section 4.4.2.4"},
		Edit: func(p *Peer) {
			p.PKI.Certificates[leaf].Hash = certgen.MD5
			p.PKI.Certificates[intermediate].Key = certgen.RSA2048
		},
	},
}
