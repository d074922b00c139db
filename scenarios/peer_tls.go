package scenarios

// TLS says how a peer conducts the handshake and the record layer.
type TLS struct {
	// MinVersion is the lowest version of TLS that the peer speaks.
	MinVersion TLSVersion `yaml:"min_version" json:"min_version"`
	// MaxVersion is the highest version of TLS that the peer speaks.
	MaxVersion TLSVersion `yaml:"max_version" json:"max_version"`
	// CipherSuites are IANA names for TLS 1.2 and below. If empty, the
	// library's secure choice.
	CipherSuites []string `yaml:"cipher_suites,omitempty,flow" json:"cipher_suites,omitempty"`
	// Groups are named groups of RFC 8446 section 4.2.7, such as x25519,
	// secp256r1 or the hybrid X25519MLKEM768. If empty, the library's choice.
	Groups []string `yaml:"groups,omitempty,flow" json:"groups,omitempty"`
	// ALPN are the protocols that the peer requires (RFC 7301). If empty, the
	// extension is ignored.
	ALPN []string `yaml:"alpn,omitempty,flow" json:"alpn,omitempty"`
	// SessionTickets sends tickets and resumes sessions.
	SessionTickets bool `yaml:"session_tickets" json:"session_tickets"`
	// CloseNotify ends TLS with close_notify, as RFC 8446 section 6.1 requires.
	CloseNotify bool `yaml:"close_notify" json:"close_notify"`
	// WithoutSNI is the answer to a client that sends no server_name, or one
	// for which the certificate is not valid. If nil, the same as to any other
	// client.
	WithoutSNI *WithoutSNI `yaml:"without_sni,omitempty" json:"without_sni,omitempty"`
	// Alternate is another chain that is served in some sessions. If nil, all
	// sessions get the same chain.
	Alternate *Alternate `yaml:"alternate,omitempty" json:"alternate,omitempty"`
	// ClientCertificate says how client certificates are handled.
	ClientCertificate ClientCertificate `yaml:"client_certificate" json:"client_certificate"`
	// Staple is the kind of OCSP response to staple (RFC 6066 section 8). If
	// empty, none is sent.
	Staple Staple `yaml:"staple,omitempty" json:"staple,omitempty"`
	// MaxClientHello drops the connection if the ClientHello message is longer,
	// in bytes. If zero, any length is accepted.
	MaxClientHello int `yaml:"max_client_hello,omitempty" json:"max_client_hello,omitempty"`
	// VersionIntolerant answers a client that offers more than MaxVersion with
	// a fatal handshake_failure instead of negotiating a lower version (RFC
	// 8446 section 4.1.1, RFC 7507).
	VersionIntolerant bool `yaml:"version_intolerant,omitempty" json:"version_intolerant,omitempty"`
	// Legacy uses an engine for TLS 1.0 to 1.2 features that modern libraries
	// no longer support. If nil, the modern engine is used.
	Legacy *Legacy `yaml:"legacy,omitempty" json:"legacy,omitempty"`
	// Records changes the records that the peer sends. If nil, they are sent
	// unchanged.
	Records *Records `yaml:"records,omitempty" json:"records,omitempty"`
}

// A TLSVersion is a version of TLS.
type TLSVersion string

// The versions.
const (
	TLS10 TLSVersion = "1.0" // RFC 2246
	TLS11 TLSVersion = "1.1" // RFC 4346
	TLS12 TLSVersion = "1.2" // RFC 5246
	TLS13 TLSVersion = "1.3" // RFC 8446
)

// versions are all of them, the lowest first.
var versions = []TLSVersion{TLS10, TLS11, TLS12, TLS13}

// A Staple is the kind of OCSP response that a peer staples.
type Staple string

// The kinds of response.
const (
	StapleGood    Staple = "good"    // the certificate is good
	StapleRevoked Staple = "revoked" // the certificate is revoked
	StapleExpired Staple = "expired" // good, but its next update has passed
)

// Legacy is TLS that modern libraries no longer support. With it, CipherSuites
// may name DHE, anonymous and NULL suites and must not be empty.
type Legacy struct {
	// DHPrimeBits is the size of the prime for ephemeral Diffie-Hellman, in
	// bits. If zero, 2048.
	DHPrimeBits int `yaml:"dh_prime_bits,omitempty" json:"dh_prime_bits,omitempty"`
	// SignatureScheme signs the ServerKeyExchange of TLS 1.2 with a broken
	// hash. If empty, one that the client offers.
	SignatureScheme SignatureScheme `yaml:"signature_scheme,omitempty" json:"signature_scheme,omitempty"`
	// NoSecureRenegotiation leaves renegotiation_info out (RFC 5746).
	NoSecureRenegotiation bool `yaml:"no_secure_renegotiation,omitempty" json:"no_secure_renegotiation,omitempty"`
}

// A SignatureScheme is a signature scheme with a broken hash, by its name in
// RFC 8446 section 4.2.3.
type SignatureScheme string

// The schemes.
const (
	RSAPKCS1MD5  SignatureScheme = "rsa_pkcs1_md5"
	RSAPKCS1SHA1 SignatureScheme = "rsa_pkcs1_sha1"
	ECDSASHA1    SignatureScheme = "ecdsa_sha1"
)

// Records changes the records that the peer sends (RFC 8446 section 5). It
// requires AEAD suites and works with TLS 1.2 and 1.3.
type Records struct {
	// OneByte sends every byte of a handshake message in a separate record.
	OneByte bool `yaml:"one_byte,omitempty" json:"one_byte,omitempty"`
	// CorruptFinished flips a bit in the peer's Finished.
	CorruptFinished bool `yaml:"corrupt_finished,omitempty" json:"corrupt_finished,omitempty"`
	// KeyUpdates is the number of KeyUpdate messages before the peer's first
	// reply inside TLS. None of them requests one in return (TLS 1.3).
	KeyUpdates int `yaml:"key_updates,omitempty" json:"key_updates,omitempty"`
	// HelloRequests is the number of HelloRequest messages after the handshake
	// (TLS 1.2).
	HelloRequests int `yaml:"hello_requests,omitempty" json:"hello_requests,omitempty"`
	// DowngradeCanary marks the ServerHello random as if the peer had been made
	// to negotiate a lower version than it supports (RFC 8446 section 4.1.3).
	DowngradeCanary bool `yaml:"downgrade_canary,omitempty" json:"downgrade_canary,omitempty"`
	// WarningAlerts is the number of warning alerts with unrecognized_name
	// before the ServerHello (RFC 6066 section 3).
	WarningAlerts int `yaml:"warning_alerts,omitempty" json:"warning_alerts,omitempty"`
	// AlertAfterHandshake is the name of a fatal alert sent, encrypted, after
	// the peer's Finished.
	AlertAfterHandshake string `yaml:"alert_after_handshake,omitempty" json:"alert_after_handshake,omitempty"`
	// Delay is the pause before every flight of the handshake.
	Delay Span `yaml:"delay,omitempty" json:"delay,omitempty"`
}

// WithoutSNI is the answer to a client whose server_name is missing or does not
// match: other certificates, or an alert.
type WithoutSNI struct {
	// Send names certificates of the PKI.
	Send []string `yaml:"send,omitempty,flow" json:"send,omitempty"`
	// Alert is the name of a fatal alert as in RFC 8446 section 6, such as
	// unrecognized_name.
	Alert string `yaml:"alert,omitempty" json:"alert,omitempty"`
}

// ClientCertificate says whether the peer requests a client certificate and
// what it does with the answer.
type ClientCertificate struct {
	// Mode says how client certificates are handled.
	Mode ClientCertificateMode `yaml:"mode" json:"mode"`
	// Authorities name certificates of the PKI whose subjects are sent as
	// acceptable issuers (RFC 5246 section 7.4.4, RFC 8446 section 4.2.4).
	Authorities []string `yaml:"authorities,omitempty,flow" json:"authorities,omitempty"`
	// Trust names certificates of the PKI. A client's chain must lead to one of
	// them to be reported as OK. In mode request and require, an untrusted
	// chain is only reported; mode enforce refuses it.
	Trust []string `yaml:"trust,omitempty,flow" json:"trust,omitempty"`
	// Unrelated is the number of additional acceptable issuers to send, with
	// names of authorities that do not exist.
	Unrelated int `yaml:"unrelated,omitempty" json:"unrelated,omitempty"`
}

// A ClientCertificateMode says how a peer handles client certificates.
type ClientCertificateMode string

// The modes.
const (
	// ClientCertificateIgnore does not request a certificate.
	ClientCertificateIgnore ClientCertificateMode = "ignore"
	// ClientCertificateRequest requests a certificate, and accepts and records
	// any answer.
	ClientCertificateRequest ClientCertificateMode = "request"
	// ClientCertificateRequire requests a certificate and aborts if the answer
	// has zero length; any certificate is accepted.
	ClientCertificateRequire ClientCertificateMode = "require"
	// ClientCertificateReject requests a certificate and aborts if one is sent.
	ClientCertificateReject ClientCertificateMode = "reject"
	// ClientCertificateEnforce requests a certificate and aborts unless its
	// chain leads to Trust. The alert says what is wrong (RFC 8446 section
	// 6.2).
	ClientCertificateEnforce ClientCertificateMode = "enforce"
)
