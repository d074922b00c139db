package maillog

// A Reason is why something failed, or that nothing did. It is one name for
// what every library and every MTA spells its own way; vocabulary has the
// spellings.
type Reason string

// Reasons about the chain of certificates that the other side presented.
const (
	// NotVerified: the certificate was not verified, and nothing says why.
	NotVerified Reason = "not-verified"
	// IssuerUnknown: an issuer is neither sent nor trusted (X.509 verify code 20).
	IssuerUnknown Reason = "issuer-unknown"
	// LeafUnverifiable: the first certificate's issuer was not sent (code 21).
	LeafUnverifiable Reason = "leaf-unverifiable"
	// RootUntrusted: the chain is whole, its root is not trusted.
	RootUntrusted     Reason = "root-untrusted"
	SelfSigned        Reason = "self-signed"
	SelfSignedInChain Reason = "self-signed-in-chain"
	Expired           Reason = "expired"
	NotYetValid       Reason = "not-yet-valid"
	// OutsideValidity: expired or not yet valid; the words do not say which.
	OutsideValidity Reason = "outside-validity"
	HostMismatch    Reason = "host-mismatch"
	AddressMismatch Reason = "address-mismatch"
	NoNames         Reason = "no-names"
	CommonNameOnly  Reason = "common-name-only"
	Revoked         Reason = "revoked"
	// CRLUnavailable: no CRL was at hand to look it up in (code 3).
	CRLUnavailable       Reason = "crl-unavailable"
	CRLExpired           Reason = "crl-expired"
	CRLBadSignature      Reason = "crl-bad-signature"
	RevocationUnknown    Reason = "revocation-unknown"
	StapleMissing        Reason = "staple-missing"
	StapleExpired        Reason = "staple-expired"
	IssuerNotCA          Reason = "issuer-not-ca"
	PathLength           Reason = "path-length"
	ChainTooLong         Reason = "chain-too-long"
	NameConstraints      Reason = "name-constraints"
	WrongPurpose         Reason = "wrong-purpose"
	KeyUsage             Reason = "key-usage"
	CriticalExtension    Reason = "critical-extension"
	CertificateSignature Reason = "certificate-signature"
	WeakDigest           Reason = "weak-digest"
	WeakKey              Reason = "weak-key"
	KeyTooLarge          Reason = "key-too-large"
	MalformedCertificate Reason = "malformed-certificate"
	// NULInName: a name in the certificate has a NUL in it.
	NULInName Reason = "nul-in-name"
	// CertificateVersion: it is no certificate of X.509 version 3.
	CertificateVersion Reason = "certificate-version"
	// FingerprintMismatch: it is not the certificate whose fingerprint is set here.
	FingerprintMismatch Reason = "fingerprint-mismatch"
	// EmptyCertificate: the handshake failed as the Certificate message was empty.
	EmptyCertificate Reason = "empty-certificate"
	// NoCertificate: TLS came about without one, as in anonymous Diffie-Hellman.
	NoCertificate         Reason = "no-certificate"
	BadCertificateAtLarge Reason = "bad-certificate"
)

// Reasons about the handshake.
const (
	// HandshakeFailed: the handshake failed, and nothing says why.
	HandshakeFailed    Reason = "handshake-failed"
	HandshakeClosed    Reason = "handshake-closed"
	HandshakeReset     Reason = "handshake-reset"
	HandshakeTimeout   Reason = "handshake-timeout"
	NotTLS             Reason = "not-tls"
	VersionUnsupported Reason = "version-unsupported"
	NoSharedCipher     Reason = "no-shared-cipher"
	DHTooSmall         Reason = "dh-too-small"
	// HandshakeSignature: the peer's signature in the handshake is wrong, as
	// with a key that is not the certificate's.
	HandshakeSignature    Reason = "handshake-signature"
	SignatureAlgorithm    Reason = "signature-algorithm"
	LegacyRenegotiation   Reason = "legacy-renegotiation"
	FinishedMismatch      Reason = "finished-mismatch"
	InappropriateFallback Reason = "inappropriate-fallback"
	MessageTooLarge       Reason = "message-too-large"
	TooManyMessages       Reason = "too-many-messages"
	MalformedMessage      Reason = "malformed-message"
	NoALPN                Reason = "no-application-protocol"
	// NoCloseNotify: the connection ended without ending TLS.
	NoCloseNotify Reason = "no-close-notify"
)

// Reasons that are alerts of the other side, by their names in RFC 8446
// section 6.
const (
	AlertHandshakeFailure       Reason = "alert-handshake-failure"
	AlertProtocolVersion        Reason = "alert-protocol-version"
	AlertInternalError          Reason = "alert-internal-error"
	AlertUnknownCA              Reason = "alert-unknown-ca"
	AlertBadCertificate         Reason = "alert-bad-certificate"
	AlertUnsupportedCertificate Reason = "alert-unsupported-certificate"
	AlertCertificateExpired     Reason = "alert-certificate-expired"
	AlertCertificateRevoked     Reason = "alert-certificate-revoked"
	AlertCertificateUnknown     Reason = "alert-certificate-unknown"
	AlertCertificateRequired    Reason = "alert-certificate-required"
	AlertUnrecognizedName       Reason = "alert-unrecognized-name"
	AlertDecryptError           Reason = "alert-decrypt-error"
	AlertAccessDenied           Reason = "alert-access-denied"
	AlertInsufficientSecurity   Reason = "alert-insufficient-security"
	AlertInappropriateFallback  Reason = "alert-inappropriate-fallback"
	AlertUnexpectedMessage      Reason = "alert-unexpected-message"
	AlertIllegalParameter       Reason = "alert-illegal-parameter"
	AlertDecodeError            Reason = "alert-decode-error"
	AlertBadRecordMAC           Reason = "alert-bad-record-mac"
	AlertNoApplicationProtocol  Reason = "alert-no-application-protocol"
	AlertUserCanceled           Reason = "alert-user-canceled"
	// AlertUnnamed: an alert came, and nothing says which.
	AlertUnnamed Reason = "alert"
)

// Reasons about STARTTLS and the dialogue.
const (
	STARTTLSNotOffered Reason = "starttls-not-offered"
	// STARTTLSMasked: something on the way overwrote the offer with letters X.
	STARTTLSMasked Reason = "starttls-masked"
	// STARTTLSRefused: the command was answered with anything but 220.
	STARTTLSRefused Reason = "starttls-refused"
	// STARTTLSInjection: there was more behind the reply to STARTTLS.
	STARTTLSInjection Reason = "starttls-injection"
	// TLSDemanded: the server wants STARTTLS first (530 in RFC 3207).
	TLSDemanded Reason = "tls-demanded"
	// NoGreeting: the server said nothing, or ended the connection, before it
	// greeted.
	NoGreeting      Reason = "no-greeting"
	GreetingRefused Reason = "greeting-refused"
	GreetingBusy    Reason = "greeting-busy"
	MalformedReply  Reason = "malformed-reply"
	EHLORefused     Reason = "ehlo-refused"
	// ConnectionReset, ConnectionClosed and ReplyTimeout are what happened
	// behind the greeting and outside of a handshake.
	ConnectionReset  Reason = "connection-reset"
	ConnectionClosed Reason = "connection-closed"
	ReplyTimeout     Reason = "reply-timeout"
	// WeakEncryption: TLS came about, but with less than is asked for.
	WeakEncryption Reason = "weak-encryption"
	RequireTLS     Reason = "requiretls-unmet"
	// DANE: the certificate matches no TLSA record.
	DANE Reason = "dane-failed"
	// TLSAUnusable: there are TLSA records, but none that can be used.
	TLSAUnusable Reason = "tlsa-unusable"
	// DNSSECInvalid: the lookup of the TLSA records failed (RFC 8460 section
	// 4.3.2.1).
	DNSSECInvalid Reason = "dnssec-invalid"
	// DANERequired: DANE is demanded, and there is no TLSA record that is secure
	// (RFC 8460 section 4.3.2.1).
	DANERequired Reason = "dane-required"
	MTASTS       Reason = "mta-sts-failed"
	// ClearFallback: TLS failed, and the mail went in clear.
	ClearFallback Reason = "clear-fallback"
)

// Reasons about this host: its own certificate, trust store and settings.
const (
	OwnTrustStoreEmpty       Reason = "own-trust-store-empty"
	OwnCertificateRefused    Reason = "own-certificate-refused"
	OwnCertificateUnreadable Reason = "own-certificate-unreadable"
	OwnConfiguration         Reason = "own-configuration"
	ClientCertificateMissing Reason = "client-certificate-missing"
)

// What is no TLS fault.
const (
	TLSEstablished     Reason = "tls-established"
	TLSVerified        Reason = "tls-verified"
	Delivered          Reason = "delivered"
	DeliveredInClear   Reason = "delivered-in-clear"
	Received           Reason = "received"
	Queued             Reason = "queued"
	Chatter            Reason = "chatter"
	UserUnknown        Reason = "user-unknown"
	MailboxFull        Reason = "mailbox-full"
	Blocked            Reason = "blocked"
	Greylisted         Reason = "greylisted"
	RateLimited        Reason = "rate-limited"
	RelayDenied        Reason = "relay-denied"
	PolicyRejected     Reason = "policy-rejected"
	MessageRefused     Reason = "message-refused"
	AuthSucceeded      Reason = "auth-succeeded"
	AuthFailed         Reason = "auth-failed"
	AuthRequired       Reason = "auth-required"
	NameNotResolved    Reason = "name-not-resolved"
	ConnectionRefused  Reason = "connection-refused"
	ConnectionTimeout  Reason = "connection-timeout"
	NetworkUnreachable Reason = "network-unreachable"
	OutOfSequence      Reason = "out-of-sequence"
	SMTPRejected       Reason = "smtp-rejected"
	LocalFailure       Reason = "local-failure"
)
