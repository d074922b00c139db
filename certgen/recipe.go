package certgen

// A Recipe describes a whole PKI: its certificates, which of them the peer
// sends, whose key signs the handshake, and which of them clients are given to
// trust. An empty one is an error.
type Recipe struct {
	// Certificates are all certificates of the PKI by name. A name is a short
	// word, such as "root" or "leaf", by which other fields refer to the
	// certificate and after which files are named. It never appears in a
	// certificate.
	Certificates map[string]*Certificate `yaml:"certificates" json:"certificates"`
	// Send names the certificates of the Certificate message, in order; a
	// correct chain starts with the leaf. If empty, the message has zero
	// length, and Key must be set.
	Send []string `yaml:"send,flow" json:"send"`
	// Key names the certificate whose private key signs the handshake. If
	// empty, the first of Send.
	Key string `yaml:"key,omitempty" json:"key,omitempty"`
	// Trust names the trust anchors that clients are given, exported as the CA
	// bundle.
	Trust []string `yaml:"trust,flow" json:"trust"`
	// TrustSets are further CA bundles by name, exported as ca-NAME.pem, for
	// PKIs whose validity depends on the trust store.
	TrustSets map[string][]string `yaml:"trust_sets,omitempty" json:"trust_sets,omitempty"`
	// Revoked names the certificates that are revoked according to their
	// issuers' revocation lists and OCSP responses.
	Revoked []string `yaml:"revoked,omitempty,flow" json:"revoked,omitempty"`
	// CRLs describes, by the name of the issuer, what is wrong with its
	// revocation list. Other issuers have correct lists.
	CRLs map[string]*CRL `yaml:"crls,omitempty" json:"crls,omitempty"`
	// Client names the certificate exported for a client, with its issuers
	// below the trust anchor. If empty, none is exported.
	Client string `yaml:"client,omitempty" json:"client,omitempty"`
}

// A Certificate describes one certificate (RFC 5280 section 4). Every field that
// is left out has the correct value for an end-entity certificate.
type Certificate struct {
	// Issuer names the certificate whose subject and key issue this one. If
	// empty, the certificate is self-signed.
	Issuer string `yaml:"issuer,omitempty" json:"issuer,omitempty"`
	// SignedBy names the certificate whose key signs this one. If empty, the
	// issuer.
	SignedBy string `yaml:"signed_by,omitempty" json:"signed_by,omitempty"`
	// Subject is the distinguished name. An empty one is an empty sequence.
	Subject Subject `yaml:"subject,omitempty" json:"subject,omitzero"`
	// SubjectOf names the certificate whose subject is copied, as in a
	// cross-signed certificate. If empty, Subject is used.
	SubjectOf string `yaml:"subject_of,omitempty" json:"subject_of,omitempty"`
	// DNSNames, IPAddresses and EmailAddresses are the subject alternative
	// names. Placeholders such as {hostname} are replaced; one with several
	// values, or with none, yields as many names. A DNS name may contain any
	// byte below 0x80, including NUL.
	DNSNames       []string `yaml:"dns_names,omitempty,flow" json:"dns_names,omitempty"`
	IPAddresses    []string `yaml:"ip_addresses,omitempty,flow" json:"ip_addresses,omitempty"`
	EmailAddresses []string `yaml:"email_addresses,omitempty,flow" json:"email_addresses,omitempty"`
	// Key is the kind of key. If empty, ECDSA on P-256.
	Key KeyKind `yaml:"key,omitempty" json:"key,omitempty"`
	// KeyOf names the certificate whose key this one shares. If empty, the
	// certificate has its own key.
	KeyOf string `yaml:"key_of,omitempty" json:"key_of,omitempty"`
	// Hash is the hash function of the signature. If empty, SHA-256.
	Hash Hash `yaml:"hash,omitempty" json:"hash,omitempty"`
	// PSS signs with RSASSA-PSS (RFC 4055), with a salt as long as the hash,
	// instead of RSASSA-PKCS1-v1_5. The signing key must be RSA.
	PSS bool `yaml:"pss,omitempty" json:"pss,omitempty"`
	// NotBefore and NotAfter limit the validity, relative to the time at which
	// the certificate is made. If zero, one hour before and seven days after.
	NotBefore Offset `yaml:"not_before,omitempty" json:"not_before,omitempty"`
	NotAfter  Offset `yaml:"not_after,omitempty" json:"not_after,omitempty"`
	// CA makes the certificate a certification authority: critical basic
	// constraints with cA TRUE, and the key usages keyCertSign and cRLSign
	// unless KeyUsages says otherwise.
	CA bool `yaml:"ca,omitempty" json:"ca,omitempty"`
	// PathLength is the pathLenConstraint. If nil, there is none.
	PathLength *int `yaml:"path_length,omitempty" json:"path_length,omitempty"`
	// NameConstraints are the name constraints (RFC 5280 section 4.2.1.10). If
	// nil, there are none.
	NameConstraints *NameConstraints `yaml:"name_constraints,omitempty" json:"name_constraints,omitempty"`
	// KeyUsages are names from RFC 5280 section 4.2.1.3, such as
	// digitalSignature or keyCertSign. If nil: digitalSignature for an end
	// entity, plus keyEncipherment if its key is RSA; keyCertSign and cRLSign
	// for a CA. If empty, the extension is left out.
	KeyUsages []string `yaml:"key_usages,omitzero,flow" json:"key_usages,omitzero"`
	// ExtendedKeyUsages are names from RFC 5280 section 4.2.1.12, such as
	// serverAuth or clientAuth. If nil: serverAuth for an end entity, none for
	// a CA.
	ExtendedKeyUsages []string `yaml:"extended_key_usages,omitzero,flow" json:"extended_key_usages,omitzero"`
	// MustStaple adds the TLS feature extension with status_request (RFC 7633).
	MustStaple bool `yaml:"must_staple,omitempty" json:"must_staple,omitempty"`
	// CRLURLs, OCSPURLs and IssuerURLs are the CRL distribution points and the
	// URLs of the two access methods of authority information access.
	// Placeholders are replaced as in DNSNames.
	CRLURLs    []string `yaml:"crl_urls,omitempty,flow" json:"crl_urls,omitempty"`
	OCSPURLs   []string `yaml:"ocsp_urls,omitempty,flow" json:"ocsp_urls,omitempty"`
	IssuerURLs []string `yaml:"issuer_urls,omitempty,flow" json:"issuer_urls,omitempty"`
	// Extensions are added unchanged after all others.
	Extensions []Extension `yaml:"extensions,omitempty" json:"extensions,omitempty"`
	// Omit names extensions to leave out.
	Omit []string `yaml:"omit,omitempty,flow" json:"omit,omitempty"`
	// NotCritical names extensions whose critical flag is cleared.
	NotCritical []string `yaml:"not_critical,omitempty,flow" json:"not_critical,omitempty"`
	// Version is the X.509 version, 1 or 3. If zero, 3. Version 1 has no
	// extensions.
	Version int `yaml:"version,omitempty" json:"version,omitempty"`
	// NegativeSerial makes the serial number negative.
	NegativeSerial bool `yaml:"negative_serial,omitempty" json:"negative_serial,omitempty"`
	// CorruptSignature flips a bit of the signature.
	CorruptSignature bool `yaml:"corrupt_signature,omitempty" json:"corrupt_signature,omitempty"`
}

// A Subject is a distinguished name with at most one value per attribute. Empty
// attributes are left out.
type Subject struct {
	// Country is the attribute C, two letters.
	Country string `yaml:"country,omitempty" json:"country,omitempty"`
	// Organization is the attribute O.
	Organization string `yaml:"organization,omitempty" json:"organization,omitempty"`
	// OrganizationalUnit is the attribute OU.
	OrganizationalUnit string `yaml:"organizational_unit,omitempty" json:"organizational_unit,omitempty"`
	// CommonName is the attribute CN.
	CommonName string `yaml:"common_name,omitempty" json:"common_name,omitempty"`
}

// NameConstraints limit the names in certificates below a CA. Ranges of IP
// addresses are in CIDR notation.
type NameConstraints struct {
	// PermittedDNS are the domains to which DNS names must belong.
	PermittedDNS []string `yaml:"permitted_dns,omitempty,flow" json:"permitted_dns,omitempty"`
	// PermittedIPs are the ranges to which IP addresses must belong.
	PermittedIPs []string `yaml:"permitted_ips,omitempty,flow" json:"permitted_ips,omitempty"`
	// ExcludedDNS are the domains to which no DNS name may belong.
	ExcludedDNS []string `yaml:"excluded_dns,omitempty,flow" json:"excluded_dns,omitempty"`
	// ExcludedIPs are the ranges to which no IP address may belong.
	ExcludedIPs []string `yaml:"excluded_ips,omitempty,flow" json:"excluded_ips,omitempty"`
}

// A CRL describes a certificate revocation list (RFC 5280 section 5).
// Every field that is left out has the correct value.
type CRL struct {
	// ThisUpdate and NextUpdate are relative to the time at which the list is
	// requested. If zero, one hour before and one day after.
	ThisUpdate Offset `yaml:"this_update,omitempty" json:"this_update,omitempty"`
	NextUpdate Offset `yaml:"next_update,omitempty" json:"next_update,omitempty"`
	// SignedBy names the certificate whose key signs the list. If empty, the
	// issuer.
	SignedBy string `yaml:"signed_by,omitempty" json:"signed_by,omitempty"`
}

// An Extension is a certificate extension with a literal value: either Value,
// or Size zero bytes.
type Extension struct {
	// OID is the object identifier in dotted form, such as
	// "1.3.6.1.4.1.32473.1".
	OID string `yaml:"oid" json:"oid"`
	// Critical is the critical flag.
	Critical bool `yaml:"critical,omitempty" json:"critical,omitempty"`
	// Value is the content of extnValue in hexadecimal, such as "0500" for a
	// DER NULL. It does not have to be valid DER.
	Value string `yaml:"value,omitempty" json:"value,omitempty"`
	// Size makes the value an OCTET STRING of this many zero bytes. It cannot
	// be combined with Value.
	Size int `yaml:"size,omitempty" json:"size,omitempty"`
}

// A KeyKind is a kind of key: an algorithm and a size.
type KeyKind string

// The kinds of key.
const (
	ECDSAP256 KeyKind = "ecdsa-p256"
	ECDSAP384 KeyKind = "ecdsa-p384"
	ECDSAP521 KeyKind = "ecdsa-p521"
	Ed25519   KeyKind = "ed25519"
	RSA512    KeyKind = "rsa-512"
	RSA1024   KeyKind = "rsa-1024"
	RSA2048   KeyKind = "rsa-2048"
	RSA3072   KeyKind = "rsa-3072"
	RSA4096   KeyKind = "rsa-4096"
	RSA8192   KeyKind = "rsa-8192"
	RSA16384  KeyKind = "rsa-16384"
)

// A Hash is the hash function of a signature.
type Hash string

// The hashes that a recipe may ask for.
const (
	SHA256 Hash = "sha256"
	SHA384 Hash = "sha384"
	SHA512 Hash = "sha512"
	SHA1   Hash = "sha1"
	MD5    Hash = "md5"
)
