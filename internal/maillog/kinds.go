package maillog

import "slices"

// A kind is what is known of a reason wherever it comes up.
type kind struct {
	class Class
	stage Stage
	// weight is higher the more the reason tells: of several in one story, the
	// one with the highest is why.
	weight int
}

const (
	vague    = 1 // that something failed
	hinting  = 2 // in which part it failed
	telling  = 3 // what failed
	specific = 4 // what failed below what telling reasons name
)

// kinds are those of all reasons.
var kinds = map[Reason]kind{
	NotVerified: {Fault, Verify, hinting}, IssuerUnknown: {Fault, Verify, telling}, LeafUnverifiable: {Fault, Verify, specific},
	RootUntrusted: {Fault, Verify, telling}, SelfSigned: {Fault, Verify, telling}, SelfSignedInChain: {Fault, Verify, telling},
	Expired: {Fault, Verify, specific}, NotYetValid: {Fault, Verify, specific}, OutsideValidity: {Fault, Verify, telling},
	HostMismatch: {Fault, Verify, telling}, AddressMismatch: {Fault, Verify, specific}, NoNames: {Fault, Verify, specific},
	CommonNameOnly: {Fault, Verify, specific}, Revoked: {Fault, Verify, specific}, CRLUnavailable: {Fault, Verify, telling},
	CRLExpired: {Fault, Verify, telling}, CRLBadSignature: {Fault, Verify, telling}, RevocationUnknown: {Fault, Verify, telling},
	StapleMissing: {Fault, Verify, telling}, StapleExpired: {Fault, Verify, telling}, IssuerNotCA: {Fault, Verify, specific},
	PathLength: {Fault, Verify, specific}, ChainTooLong: {Fault, Verify, specific}, NameConstraints: {Fault, Verify, specific},
	WrongPurpose: {Fault, Verify, specific}, KeyUsage: {Fault, Verify, specific}, CriticalExtension: {Fault, Verify, specific},
	CertificateSignature: {Fault, Verify, specific}, WeakDigest: {Fault, Verify, specific}, WeakKey: {Fault, Verify, specific},
	KeyTooLarge: {Fault, Verify, specific}, MalformedCertificate: {Fault, Verify, specific}, NULInName: {Fault, Verify, specific},
	CertificateVersion: {Fault, Verify, specific}, FingerprintMismatch: {Fault, Verify, telling}, NoCertificate: {Fault, Handshake, telling},
	EmptyCertificate:      {Fault, Handshake, telling},
	BadCertificateAtLarge: {Fault, Verify, hinting},

	HandshakeFailed: {Fault, Handshake, vague}, HandshakeClosed: {Fault, Handshake, telling}, HandshakeReset: {Fault, Handshake, telling},
	HandshakeTimeout: {Fault, Handshake, telling}, NotTLS: {Fault, Handshake, specific}, VersionUnsupported: {Fault, Handshake, telling},
	NoSharedCipher: {Fault, Handshake, telling}, DHTooSmall: {Fault, Handshake, specific}, HandshakeSignature: {Fault, Handshake, telling},
	SignatureAlgorithm: {Fault, Handshake, telling}, LegacyRenegotiation: {Fault, Handshake, specific},
	FinishedMismatch: {Fault, Handshake, specific}, InappropriateFallback: {Fault, Handshake, specific},
	MessageTooLarge: {Fault, Handshake, specific}, TooManyMessages: {Fault, Handshake, specific},
	MalformedMessage: {Fault, Handshake, telling}, NoALPN: {Fault, Handshake, telling}, NoCloseNotify: {Fault, Quit, telling},

	AlertHandshakeFailure: {Fault, Handshake, telling}, AlertProtocolVersion: {Fault, Handshake, telling},
	AlertInternalError: {Fault, Handshake, telling}, AlertUnknownCA: {Fault, Handshake, telling},
	AlertBadCertificate: {Fault, Handshake, telling}, AlertUnsupportedCertificate: {Fault, Handshake, telling},
	AlertCertificateExpired: {Fault, Handshake, telling}, AlertCertificateRevoked: {Fault, Handshake, telling},
	AlertCertificateUnknown: {Fault, Handshake, telling}, AlertCertificateRequired: {Fault, Handshake, telling},
	AlertUnrecognizedName: {Fault, Handshake, telling}, AlertDecryptError: {Fault, Handshake, telling},
	AlertAccessDenied: {Fault, Handshake, telling}, AlertInsufficientSecurity: {Fault, Handshake, telling},
	AlertInappropriateFallback: {Fault, Handshake, telling}, AlertUnexpectedMessage: {Fault, Handshake, telling},
	AlertIllegalParameter: {Fault, Handshake, telling}, AlertDecodeError: {Fault, Handshake, telling},
	AlertBadRecordMAC: {Fault, Handshake, telling}, AlertNoApplicationProtocol: {Fault, Handshake, telling},
	AlertUserCanceled: {Fault, Handshake, telling}, AlertUnnamed: {Fault, Handshake, vague},

	STARTTLSNotOffered: {Fault, STARTTLS, telling}, STARTTLSMasked: {Fault, STARTTLS, specific}, STARTTLSRefused: {Fault, STARTTLS, telling},
	STARTTLSInjection: {Fault, STARTTLS, specific}, TLSDemanded: {Fault, Mail, telling}, NoGreeting: {Fault, Greeting, telling},
	GreetingRefused: {Fault, Greeting, telling}, GreetingBusy: {Fault, Greeting, telling}, MalformedReply: {Fault, Greeting, telling},
	EHLORefused: {Fault, EHLO, telling}, ConnectionReset: {Fault, Data, vague}, ConnectionClosed: {Fault, Data, vague},
	ReplyTimeout: {Other, Data, vague}, WeakEncryption: {Fault, Handshake, telling}, RequireTLS: {Fault, Mail, telling},
	DANE: {Fault, Verify, telling}, TLSAUnusable: {Fault, Verify, telling}, DNSSECInvalid: {Fault, Verify, telling},
	DANERequired: {Fault, Verify, telling}, MTASTS: {Fault, Verify, telling}, ClearFallback: {Fault, STARTTLS, vague},

	OwnTrustStoreEmpty: {Fault, Verify, specific}, OwnCertificateRefused: {Fault, Handshake, telling},
	OwnCertificateUnreadable: {Fault, Handshake, specific}, OwnConfiguration: {Fault, Connect, telling},
	ClientCertificateMissing: {Harmless, Handshake, vague},

	TLSEstablished: {Other, Handshake, vague}, TLSVerified: {Other, Verify, vague}, Delivered: {Other, Data, vague},
	DeliveredInClear: {Other, Data, vague}, Received: {Other, Data, vague}, Queued: {Other, "", vague}, Chatter: {Other, "", 0},
	UserUnknown: {Other, Rcpt, telling}, MailboxFull: {Other, Rcpt, telling}, Blocked: {Other, Rcpt, telling},
	Greylisted: {Other, Rcpt, telling}, RateLimited: {Other, Rcpt, telling}, RelayDenied: {Other, Rcpt, telling},
	PolicyRejected: {Other, Data, telling}, MessageRefused: {Other, Data, telling}, AuthSucceeded: {Other, Auth, vague},
	AuthFailed: {Other, Auth, telling}, AuthRequired: {Other, Auth, telling}, NameNotResolved: {Other, Connect, telling},
	ConnectionRefused: {Other, Connect, telling}, ConnectionTimeout: {Other, Connect, telling},
	NetworkUnreachable: {Other, Connect, telling}, OutOfSequence: {Other, Mail, telling}, SMTPRejected: {Other, Rcpt, vague},
	LocalFailure: {Other, "", telling},
}

// Weight says how much an event tells of why mail was not delivered, from 1, that
// something failed; zero if nothing did.
func (ev Event) Weight() int {
	weight := kinds[ev.Reason].weight
	switch {
	case ev.Class == Fault, ev.Code >= 400, ev.Class == Other && weight >= telling:
		return max(weight, vague)
	}
	return 0
}

// Reasons are those of a class, sorted by name.
func Reasons(class Class) []Reason {
	var all []Reason
	for reason, known := range kinds {
		if known.class == class {
			all = append(all, reason)
		}
	}
	slices.Sort(all)
	return all
}
