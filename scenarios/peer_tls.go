package scenarios

// TLS is a peer's side of the handshake and of the record layer.
type TLS struct {
	// MinVersion is the lowest version of TLS that the peer speaks.
	MinVersion string `yaml:"min_version" json:"min_version"`
	// MaxVersion is the highest version of TLS that the peer speaks.
	MaxVersion string `yaml:"max_version" json:"max_version"`
	// CipherSuites are IANA names for TLS 1.2 and below. If empty, the
	// library's secure choice.
	CipherSuites []string `yaml:"cipher_suites,omitempty,flow" json:"cipher_suites,omitempty"`
	// Groups are named groups of RFC 8446 section 4.2.7, such as x25519,
	// secp256r1 or the hybrid X25519MLKEM768. If empty, the library's choice.
	Groups []string `yaml:"groups,omitempty,flow" json:"groups,omitempty"`
	// ALPN are the protocols the peer insists on (RFC 7301). If empty, the
	// extension is ignored.
	ALPN []string `yaml:"alpn,omitempty,flow" json:"alpn,omitempty"`
	// SessionTickets sends tickets and resumes sessions.
	SessionTickets bool `yaml:"session_tickets" json:"session_tickets"`
	// CloseNotify ends TLS as RFC 8446 section 6.1 asks.
	CloseNotify bool `yaml:"close_notify" json:"close_notify"`
	// WithoutSNI is what a client gets that sends no server_name, or one the
	// certificate is not for. If nil, the same as any other client.
	WithoutSNI *WithoutSNI `yaml:"without_sni,omitempty" json:"without_sni,omitempty"`
	// Alternate is another chain that is served in some sessions. If nil, all
	// sessions get the same.
	Alternate *Alternate `yaml:"alternate,omitempty" json:"alternate,omitempty"`
	// ClientCertificate says what is asked of the client.
	ClientCertificate ClientCertificate `yaml:"client_certificate" json:"client_certificate"`
	// Staple is the OCSP response that is sent along (RFC 6066 section 8). If
	// empty, none is sent.
	Staple Staple `yaml:"staple,omitempty" json:"staple,omitempty"`
	// MaxClientHello drops the connection of a client whose ClientHello
	// message is longer, in octets. If zero, any length is taken.
	MaxClientHello int `yaml:"max_client_hello,omitempty" json:"max_client_hello,omitempty"`
	// VersionIntolerant answers a client that offers more than MaxVersion with
	// a fatal handshake_failure instead of negotiating down (RFC 8446 section
	// 4.1.1, RFC 7507).
	VersionIntolerant bool `yaml:"version_intolerant,omitempty" json:"version_intolerant,omitempty"`
	// Legacy uses an engine for what modern libraries no longer do, TLS 1.0 to
	// 1.2. If nil, the modern engine is used.
	Legacy *Legacy `yaml:"legacy,omitempty" json:"legacy,omitempty"`
	// Records alters the peer's own records. If nil, they go out as they are.
	Records *Records `yaml:"records,omitempty" json:"records,omitempty"`
}

// A Staple is the kind of OCSP response that a peer staples.
type Staple string

// The kinds of response.
const (
	StapleGood    Staple = "good"    // the certificate is good
	StapleRevoked Staple = "revoked" // the certificate is revoked
	StapleExpired Staple = "expired" // good, but its next update is past
)

// Legacy is TLS that modern libraries refuse to conduct. With it,
// [TLS.CipherSuites] may name DHE, anonymous and NULL suites and must not be
// empty.
type Legacy struct {
	// DHPrimeBits is the size of the prime of ephemeral Diffie-Hellman, in bits.
	// If zero, 2048.
	DHPrimeBits int `yaml:"dh_prime_bits,omitempty" json:"dh_prime_bits,omitempty"`
	// SignatureScheme signs the ServerKeyExchange of TLS 1.2 with a broken
	// hash. If empty, one that the client offers.
	SignatureScheme SignatureScheme `yaml:"signature_scheme,omitempty" json:"signature_scheme,omitempty"`
	// NoSecureRenegotiation leaves renegotiation_info out (RFC 5746).
	NoSecureRenegotiation bool `yaml:"no_secure_renegotiation,omitempty" json:"no_secure_renegotiation,omitempty"`
}

// A SignatureScheme is a scheme with a broken hash, by its name in RFC 8446
// section 4.2.3.
type SignatureScheme string

// The schemes.
const (
	RSAPKCS1MD5  SignatureScheme = "rsa_pkcs1_md5"
	RSAPKCS1SHA1 SignatureScheme = "rsa_pkcs1_sha1"
	ECDSASHA1    SignatureScheme = "ecdsa_sha1"
)

// Records alters the records that the peer sends (RFC 8446 section 5). It
// needs AEAD suites and works in TLS 1.2 and 1.3.
type Records struct {
	// OneByte puts every octet of a handshake message in a record of its own.
	OneByte bool `yaml:"one_byte,omitempty" json:"one_byte,omitempty"`
	// CorruptFinished flips a bit of our Finished.
	CorruptFinished bool `yaml:"corrupt_finished,omitempty" json:"corrupt_finished,omitempty"`
	// KeyUpdates is the number of KeyUpdate messages before our first reply in TLS.
	// None of them asks for one in return (TLS 1.3).
	KeyUpdates int `yaml:"key_updates,omitempty" json:"key_updates,omitempty"`
	// HelloRequests is the number of HelloRequest messages behind the handshake
	// (TLS 1.2).
	HelloRequests int `yaml:"hello_requests,omitempty" json:"hello_requests,omitempty"`
	// DowngradeCanary marks the ServerHello random as that of a peer that was
	// made to use less than it can (RFC 8446 section 4.1.3).
	DowngradeCanary bool `yaml:"downgrade_canary,omitempty" json:"downgrade_canary,omitempty"`
	// WarningAlerts is the number of warning alerts of unrecognized_name before
	// the ServerHello (RFC 6066 section 3).
	WarningAlerts int `yaml:"warning_alerts,omitempty" json:"warning_alerts,omitempty"`
	// AlertAfterHandshake is the name of a fatal alert sent, encrypted, behind
	// our Finished.
	AlertAfterHandshake string `yaml:"alert_after_handshake,omitempty" json:"alert_after_handshake,omitempty"`
	// Delay holds every flight of the handshake back.
	Delay Span `yaml:"delay,omitempty" json:"delay,omitempty"`
}

// WithoutSNI is another answer to a client whose server_name does not help:
// other certificates, or an alert.
type WithoutSNI struct {
	// Send names certificates of the PKI.
	Send []string `yaml:"send,omitempty,flow" json:"send,omitempty"`
	// Alert is an alert's name as in RFC 8446 section 6, such as
	// unrecognized_name; it is fatal.
	Alert string `yaml:"alert,omitempty" json:"alert,omitempty"`
}

// ClientCertificate says whether the peer asks for a client certificate and
// what it does with the answer.
type ClientCertificate struct {
	// Mode is what is done about client certificates.
	Mode ClientCertificateMode `yaml:"mode" json:"mode"`
	// Authorities name certificates of the PKI whose subjects are sent as
	// acceptable issuers (RFC 5246 section 7.4.4, RFC 8446 section 4.2.4).
	Authorities []string `yaml:"authorities,omitempty,flow" json:"authorities,omitempty"`
	// Trust names certificates of the PKI to which a client's chain must lead
	// to be reported as OK. In mode request and require an untrusted chain is
	// reported; it is refused only in mode enforce.
	Trust []string `yaml:"trust,omitempty,flow" json:"trust,omitempty"`
	// Unrelated is the number of names of authorities that do not exist, sent as
	// acceptable issuers besides.
	Unrelated int `yaml:"unrelated,omitempty" json:"unrelated,omitempty"`
}

// A ClientCertificateMode is what a peer does about client certificates.
type ClientCertificateMode string

// The modes.
const (
	// ClientCertificateIgnore never asks.
	ClientCertificateIgnore ClientCertificateMode = "ignore"
	// ClientCertificateRequest asks, accepts and records any answer.
	ClientCertificateRequest ClientCertificateMode = "request"
	// ClientCertificateRequire asks and aborts on a zero-length answer; any
	// certificate will do.
	ClientCertificateRequire ClientCertificateMode = "require"
	// ClientCertificateReject asks and aborts on any certificate.
	ClientCertificateReject ClientCertificateMode = "reject"
	// ClientCertificateEnforce asks and aborts unless the chain leads to Trust.
	// The alert says what is wrong (RFC 8446 section 6.2).
	ClientCertificateEnforce ClientCertificateMode = "enforce"
)
