package logs

import (
	"fmt"

	"github.com/fakemx/fakemx/internal/maillog"
)

// reasonsInWords say in words what a reason is about; each goes on behind "The
// server that this host sent mail to: ".
var reasonsInWords = map[maillog.Reason]string{
	maillog.NotVerified:           "its certificate was not verified, and the line does not say why",
	maillog.IssuerUnknown:         "an issuer of its certificate was neither sent nor is it trusted here",
	maillog.LeafUnverifiable:      "it sent its own certificate only, and the issuer is not known here",
	maillog.RootUntrusted:         "its chain leads to a root that is not trusted here",
	maillog.SelfSigned:            "its certificate is signed by itself",
	maillog.SelfSignedInChain:     "its chain ends in a root of its own that is not trusted here",
	maillog.Expired:               "a certificate of its chain has expired",
	maillog.NotYetValid:           "a certificate of its chain is not valid yet; or the clock here is slow",
	maillog.OutsideValidity:       "a certificate of its chain has expired, or is not valid yet",
	maillog.HostMismatch:          "its certificate is for another name than the one it was reached by",
	maillog.AddressMismatch:       "it was reached by its address, which its certificate does not have",
	maillog.NoNames:               "its certificate has no name that counts",
	maillog.CommonNameOnly:        "its certificate has its name in the common name only, where it no longer counts",
	maillog.Revoked:               "its certificate was revoked",
	maillog.CRLUnavailable:        "no revocation list was at hand to look its certificate up in",
	maillog.CRLExpired:            "the revocation list of its issuer is out of date",
	maillog.CRLBadSignature:       "the revocation list of its issuer has a signature that does not verify",
	maillog.RevocationUnknown:     "it could not be found out whether its certificate was revoked",
	maillog.StapleMissing:         "its certificate demands a stapled OCSP response, and none came",
	maillog.StapleExpired:         "the OCSP response that it staples is out of date",
	maillog.IssuerNotCA:           "a certificate of its chain may not issue others",
	maillog.PathLength:            "its chain is longer than one of its authorities allows",
	maillog.ChainTooLong:          "its chain is longer than this client follows",
	maillog.NameConstraints:       "its issuer may not vouch for its name",
	maillog.WrongPurpose:          "a certificate of its chain is not meant for this use",
	maillog.KeyUsage:              "a key of its chain may not do what it does",
	maillog.CriticalExtension:     "its certificate has a critical extension that this client does not know",
	maillog.CertificateSignature:  "the signature on a certificate of its chain is wrong",
	maillog.WeakDigest:            "a certificate of its chain is signed with a hash that counts as broken",
	maillog.WeakKey:               "a key of its chain is too short",
	maillog.KeyTooLarge:           "its key is larger than this client takes",
	maillog.MalformedCertificate:  "a certificate of its chain cannot be read",
	maillog.NULInName:             "a name in its certificate has a NUL in it",
	maillog.CertificateVersion:    "its certificate is not of X.509 version 3",
	maillog.FingerprintMismatch:   "its certificate is not the one whose fingerprint is set here; it may have been renewed",
	maillog.EmptyCertificate:      "its Certificate message has no certificate in it",
	maillog.NoCertificate:         "it showed no certificate",
	maillog.BadCertificateAtLarge: "something is wrong with its certificate, and the line does not say what",

	maillog.HandshakeFailed:       "the TLS handshake failed, and the line does not say why",
	maillog.HandshakeClosed:       "it closed the connection during the TLS handshake",
	maillog.HandshakeReset:        "it reset the connection during the TLS handshake",
	maillog.HandshakeTimeout:      "it went silent during the TLS handshake",
	maillog.NotTLS:                "where TLS should begin came something else",
	maillog.VersionUnsupported:    "it does not speak a version of TLS that is spoken here",
	maillog.NoSharedCipher:        "there is no cipher suite that both sides take",
	maillog.DHTooSmall:            "its Diffie-Hellman prime is too short",
	maillog.HandshakeSignature:    "it signed the handshake with a key that is not its certificate's",
	maillog.SignatureAlgorithm:    "it signs the handshake in a way that is not taken here, as with SHA-1",
	maillog.LegacyRenegotiation:   "it does not know secure renegotiation (RFC 5746)",
	maillog.FinishedMismatch:      "its Finished message does not match the handshake",
	maillog.InappropriateFallback: "it settled for an older version of TLS than both sides speak",
	maillog.MessageTooLarge:       "it sent a handshake message larger than is taken here",
	maillog.TooManyMessages:       "it sent too many handshake messages",
	maillog.MalformedMessage:      "it sent a handshake message that cannot be read",
	maillog.NoALPN:                "there is no application protocol (ALPN) that both sides take",
	maillog.NoCloseNotify:         "the connection ended without the end of TLS (close_notify)",

	maillog.AlertHandshakeFailure:       "it broke the handshake off with the alert handshake_failure",
	maillog.AlertProtocolVersion:        "it broke the handshake off with the alert protocol_version",
	maillog.AlertInternalError:          "it broke off with the alert internal_error",
	maillog.AlertUnknownCA:              "it refused the certificate it was shown: unknown_ca",
	maillog.AlertBadCertificate:         "it refused the certificate it was shown: bad_certificate",
	maillog.AlertUnsupportedCertificate: "it refused the certificate it was shown: unsupported_certificate",
	maillog.AlertCertificateExpired:     "it refused the certificate it was shown: certificate_expired",
	maillog.AlertCertificateRevoked:     "it refused the certificate it was shown: certificate_revoked",
	maillog.AlertCertificateUnknown:     "it refused the certificate it was shown: certificate_unknown",
	maillog.AlertCertificateRequired:    "it demands a client certificate: certificate_required",
	maillog.AlertUnrecognizedName:       "it does not know the name in SNI: unrecognized_name",
	maillog.AlertDecryptError:           "it could not verify a signature or a Finished message: decrypt_error",
	maillog.AlertAccessDenied:           "it broke off with the alert access_denied",
	maillog.AlertInsufficientSecurity:   "it broke off with the alert insufficient_security",
	maillog.AlertInappropriateFallback:  "it broke off with the alert inappropriate_fallback",
	maillog.AlertUnexpectedMessage:      "it broke off with the alert unexpected_message",
	maillog.AlertIllegalParameter:       "it broke off with the alert illegal_parameter",
	maillog.AlertDecodeError:            "it broke off with the alert decode_error",
	maillog.AlertBadRecordMAC:           "it broke off with the alert bad_record_mac",
	maillog.AlertNoApplicationProtocol:  "it broke off with the alert no_application_protocol",
	maillog.AlertUserCanceled:           "it broke off with the alert user_canceled",
	maillog.AlertUnnamed:                "it broke off with a TLS alert",

	maillog.STARTTLSNotOffered: "it does not offer STARTTLS",
	maillog.STARTTLSMasked:     "something on the way, such as a firewall that inspects SMTP, masks its offer of STARTTLS",
	maillog.STARTTLSRefused:    "it offers STARTTLS, and refuses the command",
	maillog.STARTTLSInjection:  "it sent more behind its reply to STARTTLS, in clear",
	maillog.TLSDemanded:        "it demands STARTTLS first",
	maillog.NoGreeting:         "it ended the connection, or kept silent, instead of a greeting",
	maillog.GreetingRefused:    "it refused to serve in its greeting",
	maillog.GreetingBusy:       "it was too busy when it was connected to",
	maillog.MalformedReply:     "it sent a reply that is none of SMTP",
	maillog.EHLORefused:        "it refused EHLO",
	maillog.ConnectionReset:    "it reset the connection",
	maillog.ConnectionClosed:   "it closed the connection before it was done",
	maillog.ReplyTimeout:       "it did not reply in time",
	maillog.WeakEncryption:     "TLS came about with less than is asked for",
	maillog.RequireTLS:         "what REQUIRETLS asks for was not there",
	maillog.DANE:               "its certificate does not match its TLSA records, or these could not be had",
	maillog.MTASTS:             "its MTA-STS policy was not met, or could not be had",
	maillog.ClearFallback:      "TLS failed, and the message was to go in clear",

	maillog.OwnTrustStoreEmpty:       "it trusts no certificate authority, so it can verify nobody",
	maillog.OwnCertificateRefused:    "a client refused the certificate of this host",
	maillog.OwnCertificateUnreadable: "it cannot use its certificate or key",
	maillog.OwnConfiguration:         "its settings of TLS keep it from using it",
	maillog.ClientCertificateMissing: "there is no client certificate, which hardly anybody has or needs",
}

// meaning says in words what an event is about.
func meaning(ev maillog.Event) string {
	text := reasonsInWords[ev.Reason]
	if text == "" {
		text = string(ev.Reason)
	}
	if ev.Reason == maillog.STARTTLSRefused && ev.Code > 0 {
		text += fmt.Sprintf(" with %d", ev.Code)
	}
	return text
}
