package certgen

import "slices"

// zero is for fields that are pointers.
var zero = 0

// A feature is a single edit of threeTier and what openssl makes of it.
type feature struct {
	name string
	edit func(r *Recipe)
	// of is the certificate whose text is looked at; if empty, the leaf.
	of string
	// shows and hides are parts of the output of openssl x509 -text.
	shows, hides []string
	// verdict is part of the output of openssl verify.
	verdict string
}

// features cover every field of a Certificate.
var features = []feature{
	{
		name: "sound",
		edit: func(*Recipe) {},
		shows: []string{
			"Version: 3 (0x2)", "ecdsa-with-SHA256", "prime256v1", "CN = mx.fakemx.test",
			"X509v3 Key Usage: critical Digital Signature X509v3", "X509v3 Basic Constraints: critical CA:FALSE",
			"TLS Web Server Authentication", "X509v3 Subject Key Identifier", "X509v3 Authority Key Identifier",
			"DNS:mx.fakemx.test, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1",
			"Not Before: Mar 1 11:00:00 2026 GMT", "Not After : Mar 8 12:00:00 2026 GMT",
		},
		verdict: ": OK",
	},
	{
		name:    "authority",
		edit:    func(*Recipe) {},
		of:      "root",
		shows:   []string{"Basic Constraints: critical CA:TRUE", "Key Usage: critical Certificate Sign, CRL Sign", "O = TEST ONLY, CN = root"},
		hides:   []string{"Extended Key Usage", "Authority Key Identifier"},
		verdict: ": OK",
	},
	{
		name:    "issuer: none",
		edit:    func(r *Recipe) { r.Certificates["leaf"].Issuer = "" },
		shows:   []string{"Issuer: CN = mx.fakemx.test"},
		verdict: "error 18 at 0 depth",
	},
	{
		name:    "signed by another key",
		edit:    func(r *Recipe) { r.Certificates["leaf"].SignedBy = "root" },
		shows:   []string{"Issuer: CN = intermediate"},
		verdict: "error 7 at 0 depth",
	},
	{
		name:    "subject and key of another",
		edit:    crossSign,
		of:      "cross",
		shows:   []string{"Subject: CN = intermediate", "Issuer: CN = other"},
		verdict: ": OK",
	},
	{
		name:    "NUL in a DNS name",
		edit:    func(r *Recipe) { r.Certificates["leaf"].DNSNames = []string{"mx.fakemx.test\x00.evil.test"} },
		shows:   []string{"mx.fakemx.test"},
		verdict: "error 62 at 0 depth",
	},
	{
		name:    "e-mail address",
		edit:    func(r *Recipe) { r.Certificates["leaf"].EmailAddresses = []string{"postmaster@fakemx.test"} },
		shows:   []string{"email:postmaster@fakemx.test"},
		verdict: ": OK",
	},
	{
		name:    "empty subject",
		edit:    func(r *Recipe) { r.Certificates["leaf"].Subject = Subject{} },
		shows:   []string{"Subject: Subject Public", "X509v3 Subject Alternative Name: critical"},
		verdict: ": OK",
	},
	{
		name: "every attribute of a subject",
		edit: func(r *Recipe) {
			r.Certificates["leaf"].Subject = Subject{Country: "DE", Organization: "Bäcker", OrganizationalUnit: "unit", CommonName: "{hostname}{none}"}
		},
		shows:   []string{"Subject: C = DE, O = B\\C3\\A4cker, OU = unit Subject"},
		verdict: ": OK",
	},
	keyFeature(ECDSAP384, "(384 bit)", ": OK"),
	keyFeature(ECDSAP521, "(521 bit)", ": OK"),
	keyFeature(Ed25519, "ED25519 Public-Key", ": OK"),
	keyFeature(RSA512, "(512 bit)", "error 66 at 0 depth"),
	keyFeature(RSA1024, "(1024 bit)", ": OK"),
	keyFeature(RSA2048, "(2048 bit)", ": OK"),
	keyFeature(RSA8192, "(8192 bit)", ": OK"),
	keyFeature(RSA16384, "(16384 bit)", ": OK"),
	{
		name:    "key encipherment",
		edit:    func(r *Recipe) { r.Certificates["leaf"].Key = RSA2048 },
		shows:   []string{"Digital Signature, Key Encipherment"},
		verdict: ": OK",
	},
	hashFeature(ECDSAP256, SHA384, "ecdsa-with-SHA384", ": OK"),
	hashFeature(ECDSAP256, SHA512, "ecdsa-with-SHA512", ": OK"),
	hashFeature(ECDSAP521, SHA512, "ecdsa-with-SHA512", ": OK"),
	hashFeature(ECDSAP384, SHA1, "ecdsa-with-SHA1", "error 68 at 0 depth"),
	hashFeature(RSA2048, SHA1, "sha1WithRSAEncryption", "error 68 at 0 depth"),
	hashFeature(RSA2048, MD5, "md5WithRSAEncryption", "error 68 at 0 depth"),
	hashFeature(RSA2048, SHA384, "sha384WithRSAEncryption", ": OK"),
	hashFeature(RSA2048, SHA512, "sha512WithRSAEncryption", ": OK"),
	hashFeature(RSA8192, "", "sha256WithRSAEncryption", ": OK"),
	pssFeature(RSA2048, "", "Hash Algorithm: sha256 Mask Algorithm: mgf1 with sha256 Salt Length: 0x20"),
	pssFeature(RSA1024, SHA384, "Hash Algorithm: sha384 Mask Algorithm: mgf1 with sha384 Salt Length: 0x30"),
	pssFeature(RSA8192, SHA512, "Hash Algorithm: sha512 Mask Algorithm: mgf1 with sha512 Salt Length: 0x40"),
	hashFeature(RSA512, SHA256, "sha256WithRSAEncryption", "error 67 at 1 depth"),
	hashFeature(RSA16384, SHA256, "sha256WithRSAEncryption", ": OK"),
	hashFeature(Ed25519, "", "Signature Algorithm: ED25519", ": OK"),
	{
		name: "expired",
		edit: func(r *Recipe) {
			r.Certificates["leaf"].NotBefore, r.Certificates["leaf"].NotAfter = Days(-30), Days(-1)
		},
		shows:   []string{"Not Before: Jan 30 12:00:00 2026 GMT", "Not After : Feb 28 12:00:00 2026 GMT"},
		verdict: "error 10 at 0 depth",
	},
	{
		name:    "not yet valid",
		edit:    func(r *Recipe) { r.Certificates["leaf"].NotBefore = Days(1) },
		shows:   []string{"Not Before: Mar 2 12:00:00 2026 GMT"},
		verdict: "error 9 at 0 depth",
	},
	{
		name:    "path length",
		edit:    func(r *Recipe) { r.Certificates["root"].PathLength = &zero },
		of:      "root",
		shows:   []string{"CA:TRUE, pathlen:0"},
		verdict: "error 25 at 2 depth",
	},
	{
		name:    "issuer that is no authority",
		edit:    func(r *Recipe) { r.Certificates["intermediate"].CA = false },
		of:      "intermediate",
		shows:   []string{"CA:FALSE"},
		verdict: "error 79 at 1 depth",
	},
	{
		name: "name constraints kept",
		edit: func(r *Recipe) {
			r.Certificates["root"].NameConstraints = &NameConstraints{
				PermittedDNS: []string{"test", "{hostname}"}, PermittedIPs: []string{"127.0.0.0/8", "::1/128"},
				ExcludedDNS: []string{"evil.test"}, ExcludedIPs: []string{"127.1.0.0/16"},
			}
		},
		of: "root",
		shows: []string{
			"X509v3 Name Constraints: critical Permitted: DNS:test DNS:mx.fakemx.test DNS:localhost IP:127.0.0.0/255.0.0.0 IP:0:0:0:0:0:0:0:1/FFFF",
			"Excluded: DNS:evil.test IP:127.1.0.0/255.255.0.0",
		},
		verdict: ": OK",
	},
	{
		name: "name constraints broken",
		edit: func(r *Recipe) {
			r.Certificates["root"].NameConstraints = &NameConstraints{PermittedDNS: []string{"example"}}
		},
		of:      "root",
		shows:   []string{"Permitted: DNS:example"},
		verdict: "error 47 at 0 depth",
	},
	{
		name: "key usages",
		edit: func(r *Recipe) {
			r.Certificates["leaf"].KeyUsages = []string{"nonRepudiation", "keyAgreement", "encipherOnly", "decipherOnly", "keyEncipherment", "dataEncipherment", "digitalSignature"}
		},
		shows:   []string{"X509v3 Key Usage: critical Digital Signature, Non Repudiation, Key Encipherment, Data Encipherment, Key Agreement, Encipher Only, Decipher Only"},
		verdict: ": OK",
	},
	{
		name:    "authority that may not issue",
		edit:    func(r *Recipe) { r.Certificates["intermediate"].KeyUsages = []string{"cRLSign"} },
		of:      "intermediate",
		shows:   []string{"X509v3 Key Usage: critical CRL Sign X509v3"},
		verdict: "error 32 at 1 depth",
	},
	{
		name:    "no key usage",
		edit:    func(r *Recipe) { r.Certificates["leaf"].KeyUsages = []string{} },
		hides:   []string{"X509v3 Key Usage"},
		verdict: ": OK",
	},
	{
		name:    "extended key usages",
		edit:    func(r *Recipe) { r.Certificates["leaf"].ExtendedKeyUsages = []string{"clientAuth", "emailProtection"} },
		shows:   []string{"X509v3 Extended Key Usage: TLS Web Client Authentication, E-mail Protection"},
		verdict: "error 26 at 0 depth",
	},
	{
		name:    "no extended key usage",
		edit:    func(r *Recipe) { r.Certificates["leaf"].ExtendedKeyUsages = []string{} },
		hides:   []string{"Extended Key Usage"},
		verdict: ": OK",
	},
	{
		name:    "must staple",
		edit:    func(r *Recipe) { r.Certificates["leaf"].MustStaple = true },
		shows:   []string{"TLS Feature: status_request"},
		verdict: ": OK",
	},
	{
		name: "addresses of the issuer",
		edit: func(r *Recipe) {
			leaf := r.Certificates["leaf"]
			leaf.CRLURLs = []string{"http://{hostname}/crl"}
			leaf.OCSPURLs = []string{"http://127.0.0.1/ocsp"}
			leaf.IssuerURLs = []string{"http://127.0.0.1/issuer"}
		},
		shows: []string{
			"URI:http://mx.fakemx.test/crl", "URI:http://localhost/crl",
			"OCSP - URI:http://127.0.0.1/ocsp", "CA Issuers - URI:http://127.0.0.1/issuer",
		},
		verdict: ": OK",
	},
	{
		name: "unknown critical extension",
		edit: func(r *Recipe) {
			r.Certificates["leaf"].Extensions = []Extension{{OID: "1.3.6.1.4.1.32473.1", Critical: true, Size: 3}}
		},
		shows:   []string{"1.3.6.1.4.1.32473.1: critical"},
		verdict: "error 34 at 0 depth",
	},
	{
		name: "octets of an extension",
		edit: func(r *Recipe) {
			leaf := r.Certificates["leaf"]
			leaf.Omit = []string{"key_usage"}
			leaf.Extensions = []Extension{{OID: "2.5.29.15", Value: "030201FE"}, {OID: "1.3.6.1.4.1.32473.1", Value: "ff"}}
		},
		shows:   []string{"X509v3 Key Usage: Digital Signature, Non Repudiation, Key Encipherment, Data Encipherment, Key Agreement, Certificate Sign, CRL Sign 1.3.6.1.4.1.32473.1: ."},
		hides:   []string{"X509v3 Key Usage: critical"},
		verdict: ": OK",
	},
	{
		name: "padding",
		edit: func(r *Recipe) {
			r.Certificates["leaf"].Extensions = []Extension{{OID: "1.3.6.1.4.1.32473.1", Size: 100_000}}
		},
		shows:   []string{"1.3.6.1.4.1.32473.1: ."},
		verdict: ": OK",
	},
	{
		name:    "extensions left out",
		edit:    func(r *Recipe) { r.Certificates["leaf"].Omit = slices.Clone(omittable) },
		shows:   []string{"Subject Alternative Name"},
		hides:   []string{"Key Identifier", "Basic Constraints", "Key Usage"},
		verdict: ": OK",
	},
	{
		name: "nothing critical",
		edit: func(r *Recipe) {
			r.Certificates["root"].NameConstraints = &NameConstraints{ExcludedDNS: []string{"evil"}}
			r.Certificates["root"].NotCritical = slices.Clone(critical)
		},
		of:      "root",
		shows:   []string{"Basic Constraints: CA:TRUE", "Key Usage: Certificate Sign", "Name Constraints: Excluded"},
		hides:   []string{"critical"},
		verdict: ": OK",
	},
	{
		name:    "version 1",
		edit:    func(r *Recipe) { r.Certificates["leaf"].Version = 1 },
		shows:   []string{"Version: 1 (0x0)"},
		hides:   []string{"X509v3"},
		verdict: ": OK",
	},
	{
		name:    "negative serial",
		edit:    func(r *Recipe) { r.Certificates["leaf"].NegativeSerial = true },
		shows:   []string{"(Negative)"},
		verdict: ": OK",
	},
	{
		name:    "corrupt signature",
		edit:    func(r *Recipe) { r.Certificates["leaf"].CorruptSignature = true },
		verdict: "error 7 at 0 depth",
	},
}

// keyFeature gives the leaf another kind of key.
func keyFeature(kind KeyKind, shows, verdict string) feature {
	return feature{
		name:    "key " + string(kind),
		edit:    func(r *Recipe) { r.Certificates["leaf"].Key = kind },
		shows:   []string{shows},
		verdict: verdict,
	}
}

// hashFeature gives the intermediate another key and has it sign with a hash.
func hashFeature(kind KeyKind, hash Hash, shows, verdict string) feature {
	return feature{
		name: "hash " + string(hash) + " by " + string(kind),
		edit: func(r *Recipe) {
			r.Certificates["intermediate"].Key = kind
			r.Certificates["leaf"].Hash = hash
		},
		shows:   []string{shows},
		verdict: verdict,
	}
}

// pssFeature gives the intermediate an RSA key and has it sign with RSASSA-PSS.
func pssFeature(kind KeyKind, hash Hash, shows string) feature {
	return feature{
		name: "pss " + string(hash) + " by " + string(kind),
		edit: func(r *Recipe) {
			r.Certificates["intermediate"].Key = kind
			r.Certificates["leaf"].Hash, r.Certificates["leaf"].PSS = hash, true
		},
		shows:   []string{"Signature Algorithm: rsassaPss " + shows},
		verdict: ": OK",
	}
}

// crossSign adds a twin of the intermediate under another root.
func crossSign(r *Recipe) {
	r.Certificates["other"] = &Certificate{CA: true, Subject: Subject{CommonName: "other"}}
	r.Certificates["cross"] = &Certificate{CA: true, Issuer: "other", SubjectOf: "intermediate", KeyOf: "intermediate"}
	r.Send, r.Trust = []string{"leaf", "cross"}, []string{"other"}
}
