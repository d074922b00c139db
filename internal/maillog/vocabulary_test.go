package maillog

import (
	"slices"
	"strings"
	"testing"
)

// folded is a spelling as it is compared.
func folded(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), " ")) }

func TestNoSpellingStandsTwice(t *testing.T) {
	t.Parallel()
	at := make(map[string]Reason)
	for _, row := range vocabulary {
		within := make(map[string]bool)
		for _, spelling := range row.spellings {
			text := folded(spelling.says)
			if within[text] {
				continue // two libraries may say the same
			}
			within[text] = true
			if other, ok := at[text]; ok {
				t.Errorf("%q stands in the rows of %s and %s", spelling.says, other, row.reason)
			}
			at[text] = row.reason
		}
	}
}

func TestNoReasonAndNoCodeHasTwoRows(t *testing.T) {
	t.Parallel()
	rows, codes := make(map[Reason]bool), make(map[int]Reason)
	for _, row := range vocabulary {
		if rows[row.reason] {
			t.Errorf("%s has two rows", row.reason)
		}
		rows[row.reason] = true
		for _, code := range row.codes {
			if other, ok := codes[code]; ok {
				t.Errorf("code %d stands in the rows of %s and %s", code, other, row.reason)
			}
			codes[code] = row.reason
		}
	}
}

func TestSpellingsAreTrimmedAndTellSomething(t *testing.T) {
	t.Parallel()
	for _, row := range vocabulary {
		for _, spelling := range row.spellings {
			if spelling.says == "" || spelling.says != strings.Join(strings.Fields(spelling.says), " ") {
				t.Errorf("%s: %q is empty or has white space to spare", row.reason, spelling.says)
			}
			if spelling.source == "" || spelling.source != strings.TrimSpace(spelling.source) {
				t.Errorf("%s: the source %q of %q is empty or not trimmed", row.reason, spelling.source, spelling.says)
			}
			if len(spelling.says) < len("EPIPE") {
				t.Errorf("%s: %q is too short to mean one thing", row.reason, spelling.says)
			}
		}
	}
}

// plain are words that say nothing alone: a library's name for a reason may be
// one of them, and then stands with what the library writes around it.
var plain = []string{
	"expired", "revoked", "untrusted", "invalid", "unknown", "failed", "error", "closed", "timeout", "rejected", "alert",
	"bad signature", "bad certificate", "internal error", "decode error", "access denied", "unexpected message", "handshake",
}

func TestNoSpellingIsAPlainWord(t *testing.T) {
	t.Parallel()
	for _, row := range vocabulary {
		for _, spelling := range row.spellings {
			if slices.Contains(plain, folded(spelling.says)) {
				t.Errorf("%s: %q alone says nothing", row.reason, spelling.says)
			}
		}
	}
}

// What the peer cannot cause: memory, the wrong use of the library, and the
// failing look-up in the own store.
var ownCodes = []int{17, 69, 70}

func TestEveryCodeThatAPeerCausesHasARow(t *testing.T) {
	t.Parallel()
	var known []int
	for _, row := range vocabulary {
		known = append(known, row.codes...)
	}
	for code := 2; code <= 94; code++ {
		if slices.Contains(known, code) == slices.Contains(ownCodes, code) {
			t.Errorf("code %d: in a row %v, the own host's %v", code, slices.Contains(known, code), slices.Contains(ownCodes, code))
		}
	}
}

// spelled are the reasons that libraries have words for; all others are what
// MTAs say of a dialogue, which their dialects know.
var spelled = []Reason{
	NotVerified, IssuerUnknown, LeafUnverifiable, RootUntrusted, SelfSigned, SelfSignedInChain, Expired, NotYetValid, OutsideValidity,
	HostMismatch, AddressMismatch, NoNames, CommonNameOnly, Revoked, CRLUnavailable, CRLExpired, CRLBadSignature, RevocationUnknown,
	StapleMissing, StapleExpired, IssuerNotCA, PathLength, ChainTooLong, NameConstraints, WrongPurpose, KeyUsage, CriticalExtension,
	CertificateSignature, WeakDigest, WeakKey, KeyTooLarge, MalformedCertificate, NoCertificate, BadCertificateAtLarge,
	HandshakeFailed, HandshakeClosed, HandshakeReset, HandshakeTimeout, NotTLS, VersionUnsupported, NoSharedCipher, DHTooSmall,
	HandshakeSignature, SignatureAlgorithm, LegacyRenegotiation, FinishedMismatch, InappropriateFallback, MessageTooLarge,
	TooManyMessages, MalformedMessage, NoALPN, NoCloseNotify,
	AlertHandshakeFailure, AlertProtocolVersion, AlertInternalError, AlertUnknownCA, AlertBadCertificate, AlertUnsupportedCertificate,
	AlertCertificateExpired, AlertCertificateRevoked, AlertCertificateUnknown, AlertCertificateRequired, AlertUnrecognizedName,
	AlertDecryptError, AlertAccessDenied, AlertInsufficientSecurity, AlertInappropriateFallback, AlertUnexpectedMessage,
	AlertIllegalParameter, AlertDecodeError, AlertBadRecordMAC, AlertNoApplicationProtocol, AlertUserCanceled, AlertUnnamed,
	STARTTLSNotOffered, STARTTLSRefused, STARTTLSInjection, TLSDemanded, RequireTLS, DANE, TLSAUnusable, DNSSECInvalid, DANERequired, MTASTS,
	OwnTrustStoreEmpty, OwnCertificateUnreadable, OwnConfiguration, ClientCertificateMissing,
}

func TestEveryReasonOfALibraryIsSpelled(t *testing.T) {
	t.Parallel()
	for _, reason := range spelled {
		at := slices.IndexFunc(vocabulary, func(row row) bool { return row.reason == reason })
		if at < 0 || len(vocabulary[at].spellings) == 0 {
			t.Errorf("%s has no spelling", reason)
		}
	}
}

func TestLinesOfLibraries(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]Reason{
		"certificate verification failed for mx.example.test[192.0.2.25]:25: self-signed certificate":                                                                                           SelfSigned,
		"Error: self-signed certificate in certificate chain":                                                                                                                                   SelfSignedInChain,
		"x509: certificate has expired or is not yet valid: current time 2024-01-02T03:04:05Z is after 2024-01-01T00:00:00Z":                                                                    Expired,
		"ssl.SSLError: [SSL: DH_KEY_TOO_SMALL] dh key too small (_ssl.c:997)":                                                                                                                   DHTooSmall,
		"error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed:../ssl/statem/statem_clnt.c:1914: (unable to get local issuer certificate)":                       IssuerUnknown,
		"TLS setup failed: SSL connect attempt failed error:1416F086:SSL  routines:tls_process_server_certificate:certificate verify failed":                                                    NotVerified,
		"TLS error on connection (recv): A TLS fatal alert has been received: Certificate is required":                                                                                          AlertCertificateRequired,
		"msmtp: TLS certificate verification failed: The certificate is NOT trusted. The certificate issuer is unknown. ":                                                                       IssuerUnknown,
		"454 - TLS handshake failed: remote error: bad certificate":                                                                                                                             AlertBadCertificate,
		"error:14094415:SSL routines:ssl3_read_bytes:sslv3 alert certificate expired:../ssl/record/rec_layer_s3.c:1544:SSL alert number 45:":                                                    AlertCertificateExpired,
		"One possibility is that the SSL certificate presented by the server is not trusted by the system ---> System.IO.IOException: The handshake failed due to an unexpected packet format.": NotTLS,
		`HandshakeFailed (Error_Packet_unexpected "Alert13 [(AlertLevel_Fatal,UnknownCa)]" " expected: handshake 13")`:                                                                          AlertUnknownCA,
		"invalid peer certificate: Expired":      Expired,
		"Received fatal alert: protocol_version": AlertProtocolVersion,
		"{tls_alert,{handshake_failure,\"TLS client: In state certify at ssl_handshake.erl:1 generated CLIENT ALERT: Fatal - Handshake Failure\\n {bad_cert,hostname_check_failed}\"}}":     HostMismatch,
		"Could not convert socket to TLS; nested exception is: javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path to requested target": IssuerUnknown,
		"1. The server is using a self-signed certificate which cannot be verified.":                                                                                                        NotVerified,
		"opendkim[1]: 4F2: bad signature data":                                      "",
		"v:NotBefore: Aug  1 12:00:00 2013 GMT; NotAfter: Jan 15 12:00:00 2038 GMT": "",
		"SSLCertVerificationError(1, \"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: Hostname mismatch, certificate is not valid for 'mail.example.test'. (_ssl.c:1016)\")":             HostMismatch,
		"Error: E8D137D44A7F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/openssl/ssl/record/ssl3_record.c:354:":                                              NotTLS,
		"tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of \"x509: cannot verify signature: insecure algorithm SHA1-RSA\" while trying to verify": WeakDigest,
	} {
		if got := reasonOf(line).Reason; got != want {
			t.Errorf("%q is said to be %q, not %q", line, got, want)
		}
	}
}

// TestGnuTLSAlertsAreReadByName: mutt and curl name an alert as
// gnutls_alert_get_name does (lib/alert.c).
func TestGnuTLSAlertsAreReadByName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]Reason{
		"Unexpected message": AlertUnexpectedMessage, "Bad record MAC": AlertBadRecordMAC, "Handshake failed": AlertHandshakeFailure,
		"Certificate is bad": AlertBadCertificate, "Certificate is not supported": AlertUnsupportedCertificate, "Certificate was revoked": AlertCertificateRevoked,
		"Certificate is expired": AlertCertificateExpired, "Unknown certificate": AlertCertificateUnknown, "Illegal parameter": AlertIllegalParameter,
		"CA is unknown": AlertUnknownCA, "Access was denied": AlertAccessDenied, "Decode error": AlertDecodeError, "Decrypt error": AlertDecryptError,
		"Error in protocol version": AlertProtocolVersion, "Insufficient security": AlertInsufficientSecurity, "User canceled": AlertUserCanceled,
		"Internal error": AlertInternalError, "Inappropriate fallback": AlertInappropriateFallback,
		"The server name sent was not recognized": AlertUnrecognizedName, "Certificate is required": AlertCertificateRequired,
		"No supported application protocol could be negotiated": AlertNoApplicationProtocol,
		"Record overflow": AlertUnnamed, "No renegotiation is allowed": AlertUnnamed, "An unsupported extension was sent": AlertUnnamed,
	} {
		line := "gnutls_handshake: A TLS fatal alert has been received.(" + name + ")"
		if got := Read(1, line); got.Reason != want || got.Class != Fault || got.Side != Client {
			t.Errorf("%s is %s %s %s, want %s", line, got.Class, got.Side, got.Reason, want)
		}
		if got := reasonOf("gnutls_handshake() failed: " + name); want != AlertUnnamed && got.Reason != want {
			t.Errorf("curl's %s is %s, want %s", name, got.Reason, want)
		}
	}
}
