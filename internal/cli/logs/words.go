package logs

import (
	"fmt"

	"github.com/fakemx/fakemx/internal/maillog"
)

// reasonsInWords say in words what a reason is about; each goes on behind "The
// server that this host sent mail to: ".
var reasonsInWords = map[maillog.Reason]string{
	maillog.NotVerified:           "its certificate was not verified, and the line does not say why",
	maillog.IssuerUnknown:         "an issuer of its certificate was not sent and is not trusted here",
	maillog.LeafUnverifiable:      "it sent only its own certificate, and the issuer is not known here",
	maillog.RootUntrusted:         "its chain leads to a root that is not trusted here",
	maillog.SelfSigned:            "its certificate is self-signed",
	maillog.SelfSignedInChain:     "its chain ends in its own root, which is not trusted here",
	maillog.Expired:               "a certificate of its chain has expired",
	maillog.NotYetValid:           "a certificate of its chain is not valid yet; or the clock here is slow",
	maillog.OutsideValidity:       "a certificate of its chain has expired, or is not valid yet",
	maillog.HostMismatch:          "its certificate is for a different name than the one used to reach it",
	maillog.AddressMismatch:       "it was reached by its IP address, which its certificate does not contain",
	maillog.NoNames:               "its certificate contains no usable name",
	maillog.CommonNameOnly:        "its certificate has its name only in the common name, which no longer counts",
	maillog.Revoked:               "its certificate was revoked",
	maillog.CRLUnavailable:        "no revocation list was available to check its certificate",
	maillog.CRLExpired:            "the revocation list of its issuer is out of date",
	maillog.CRLBadSignature:       "the revocation list of its issuer has a signature that does not verify",
	maillog.RevocationUnknown:     "the revocation status of its certificate could not be determined",
	maillog.StapleMissing:         "its certificate requires a stapled OCSP response, and none came",
	maillog.StapleExpired:         "the OCSP response that it staples is out of date",
	maillog.IssuerNotCA:           "a certificate of its chain may not issue others",
	maillog.PathLength:            "its chain is longer than one of its authorities allows",
	maillog.ChainTooLong:          "its chain is longer than this client follows",
	maillog.NameConstraints:       "its issuer may not vouch for its name",
	maillog.WrongPurpose:          "a certificate of its chain is not meant for this use",
	maillog.KeyUsage:              "a key of its chain is used for a purpose it does not allow",
	maillog.CriticalExtension:     "its certificate has a critical extension that this client does not know",
	maillog.CertificateSignature:  "the signature on a certificate of its chain is wrong",
	maillog.WeakDigest:            "a certificate of its chain is signed with a hash that counts as broken",
	maillog.WeakKey:               "a key of its chain is too short",
	maillog.KeyTooLarge:           "its key is larger than this client accepts",
	maillog.MalformedCertificate:  "a certificate of its chain cannot be read",
	maillog.NULInName:             "a name in its certificate contains a NUL",
	maillog.CertificateVersion:    "its certificate is not of X.509 version 3",
	maillog.FingerprintMismatch:   "its certificate is not the one whose fingerprint is set here; it may have been renewed",
	maillog.EmptyCertificate:      "its Certificate message contains no certificate",
	maillog.NoCertificate:         "it sent no certificate",
	maillog.BadCertificateAtLarge: "something is wrong with its certificate, and the line does not say what",

	maillog.HandshakeFailed:       "the TLS handshake failed, and the line does not say why",
	maillog.HandshakeClosed:       "it closed the connection during the TLS handshake",
	maillog.HandshakeReset:        "it reset the connection during the TLS handshake",
	maillog.HandshakeTimeout:      "it went silent during the TLS handshake",
	maillog.NotTLS:                "it sent something else where TLS should begin",
	maillog.VersionUnsupported:    "it supports no TLS version that is enabled here",
	maillog.NoSharedCipher:        "the two sides share no cipher suite",
	maillog.DHTooSmall:            "its Diffie-Hellman prime is too short",
	maillog.HandshakeSignature:    "it signed the handshake with a key that is not its certificate's",
	maillog.SignatureAlgorithm:    "it signs the handshake with an algorithm that is not accepted here, such as SHA-1",
	maillog.LegacyRenegotiation:   "it does not support secure renegotiation (RFC 5746)",
	maillog.FinishedMismatch:      "its Finished message does not match the handshake",
	maillog.InappropriateFallback: "it settled for an older TLS version than both sides support",
	maillog.MessageTooLarge:       "it sent a handshake message larger than is accepted here",
	maillog.TooManyMessages:       "it sent too many handshake messages",
	maillog.MalformedMessage:      "it sent a handshake message that cannot be read",
	maillog.NoALPN:                "the two sides share no application protocol (ALPN)",
	maillog.NoCloseNotify:         "the connection ended without a TLS close_notify",

	maillog.AlertHandshakeFailure:       "it aborted the handshake with the alert handshake_failure",
	maillog.AlertProtocolVersion:        "it aborted the handshake with the alert protocol_version",
	maillog.AlertInternalError:          "it aborted with the alert internal_error",
	maillog.AlertUnknownCA:              "it refused the certificate it was shown: unknown_ca",
	maillog.AlertBadCertificate:         "it refused the certificate it was shown: bad_certificate",
	maillog.AlertUnsupportedCertificate: "it refused the certificate it was shown: unsupported_certificate",
	maillog.AlertCertificateExpired:     "it refused the certificate it was shown: certificate_expired",
	maillog.AlertCertificateRevoked:     "it refused the certificate it was shown: certificate_revoked",
	maillog.AlertCertificateUnknown:     "it refused the certificate it was shown: certificate_unknown",
	maillog.AlertCertificateRequired:    "it requires a client certificate: certificate_required",
	maillog.AlertUnrecognizedName:       "it does not know the name in SNI: unrecognized_name",
	maillog.AlertDecryptError:           "it could not verify a signature or a Finished message: decrypt_error",
	maillog.AlertAccessDenied:           "it aborted with the alert access_denied",
	maillog.AlertInsufficientSecurity:   "it aborted with the alert insufficient_security",
	maillog.AlertInappropriateFallback:  "it aborted with the alert inappropriate_fallback",
	maillog.AlertUnexpectedMessage:      "it aborted with the alert unexpected_message",
	maillog.AlertIllegalParameter:       "it aborted with the alert illegal_parameter",
	maillog.AlertDecodeError:            "it aborted with the alert decode_error",
	maillog.AlertBadRecordMAC:           "it aborted with the alert bad_record_mac",
	maillog.AlertNoApplicationProtocol:  "it aborted with the alert no_application_protocol",
	maillog.AlertUserCanceled:           "it aborted with the alert user_canceled",
	maillog.AlertUnnamed:                "it aborted with a TLS alert",

	maillog.STARTTLSNotOffered: "it does not offer STARTTLS",
	maillog.STARTTLSMasked:     "something in between, such as a firewall that inspects SMTP, masks its offer of STARTTLS",
	maillog.STARTTLSRefused:    "it offers STARTTLS but refuses the command",
	maillog.STARTTLSInjection:  "it sent more data in clear after its reply to STARTTLS",
	maillog.TLSDemanded:        "it requires STARTTLS first",
	maillog.NoGreeting:         "it closed the connection or stayed silent instead of greeting",
	maillog.GreetingRefused:    "it refused to serve in its greeting",
	maillog.GreetingBusy:       "it was too busy to accept the connection",
	maillog.MalformedReply:     "it sent a reply that is not valid SMTP",
	maillog.EHLORefused:        "it refused EHLO",
	maillog.ConnectionReset:    "it reset the connection",
	maillog.ConnectionClosed:   "it closed the connection before it was done",
	maillog.ReplyTimeout:       "it did not reply in time",
	maillog.WeakEncryption:     "TLS was negotiated, but weaker than required",
	maillog.RequireTLS:         "the requirements of REQUIRETLS were not met",
	maillog.DANE:               "its certificate does not match its TLSA records",
	maillog.TLSAUnusable:       "it has TLSA records, but none that can be used",
	maillog.DNSSECInvalid:      "its TLSA records could not be looked up, so that they may have been hidden",
	maillog.DANERequired:       "DANE is required here, and it has no TLSA record that is secure",
	maillog.MTASTS:             "its MTA-STS policy was not met, or could not be fetched",
	maillog.ClearFallback:      "TLS failed, and the message was to be sent in clear",

	maillog.OwnTrustStoreEmpty:       "it trusts no certificate authority, so it cannot verify anyone",
	maillog.OwnCertificateRefused:    "a client refused the certificate of this host",
	maillog.OwnCertificateUnreadable: "it cannot use its certificate or key",
	maillog.OwnConfiguration:         "its TLS settings prevent it from using TLS",
	maillog.ClientCertificateMissing: "there is no client certificate; few mailers have or need one",
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
