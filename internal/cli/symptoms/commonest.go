package symptoms

import (
	"strconv"
	"sync"

	"github.com/fakemx/fakemx/internal/maillog"
	"github.com/fakemx/fakemx/scenarios"
)

// commonest are the scenarios that are behind a reason most often in the field,
// in this order. Which else have it follows from declarations and recordings.
var commonest = map[maillog.Reason][]string{
	maillog.NotVerified:           {"missing-intermediate", "untrusted-root", "self-signed", "expired", "hostname-mismatch"},
	maillog.BadCertificateAtLarge: {"expired", "missing-intermediate", "untrusted-root", "self-signed", "not-yet-valid"},
	maillog.IssuerUnknown:         {"missing-intermediate", "untrusted-root", "wrong-intermediate"},
	maillog.LeafUnverifiable:      {"missing-intermediate", "wrong-intermediate"},
	maillog.RootUntrusted:         {"untrusted-root", "self-signed", "self-signed-in-chain"},
	maillog.SelfSigned:            {"self-signed"},
	maillog.SelfSignedInChain:     {"self-signed-in-chain", "untrusted-root"},
	maillog.Expired:               {"expired", "expired-intermediate", "expired-root", "one-bad-node"},
	maillog.NotYetValid:           {"not-yet-valid"},
	maillog.OutsideValidity:       {"expired", "not-yet-valid"},
	maillog.HostMismatch:          {"hostname-mismatch", "sni-required", "parent-domain", "wildcard-multi-label", "no-names"},
	maillog.AddressMismatch:       {"no-ip-san", "ip-as-dns-name"},
	maillog.NoNames:               {"no-names", "no-subject"},
	maillog.CommonNameOnly:        {"cn-only", "v1-leaf"},
	maillog.Revoked:               {"revoked", "revoked-crl-only", "staple-revoked"},
	maillog.CRLUnavailable:        {"revocation-unreachable"},
	maillog.CRLExpired:            {"crl-expired"},
	maillog.CRLBadSignature:       {"crl-bad-signature"},
	maillog.RevocationUnknown:     {"revocation-unreachable"},
	maillog.StapleMissing:         {"must-staple-missing"},
	maillog.StapleExpired:         {"staple-expired"},
	maillog.IssuerNotCA:           {"non-ca-issuer", "leaf-as-issuer", "missing-key-cert-sign", "wrong-eku-intermediate"},
	maillog.PathLength:            {"path-length-exceeded"},
	maillog.ChainTooLong:          {"deep-chain"},
	maillog.NameConstraints:       {"name-constraint-violation"},
	maillog.WrongPurpose:          {"wrong-eku", "wrong-eku-intermediate", "ca-first-chain", "any-eku"},
	maillog.KeyUsage:              {"missing-key-cert-sign", "ca-first-chain"},
	maillog.CriticalExtension:     {"unknown-critical-extension"},
	maillog.CertificateSignature:  {"bad-signature", "rekeyed-intermediate"},
	maillog.WeakDigest:            {"sha1-leaf", "sha1-intermediate", "md5-leaf"},
	maillog.WeakKey:               {"rsa-1024", "rsa-512"},
	maillog.KeyTooLarge:           {"rsa-16384"},
	maillog.MalformedCertificate:  {"negative-serial", "v1-leaf"},
	maillog.NULInName:             {"nul-in-san"},
	maillog.CertificateVersion:    {"v1-leaf"},
	maillog.FingerprintMismatch:   {"untrusted-root", "self-signed"},
	maillog.EmptyCertificate:      {"empty-certificate"},
	maillog.NoCertificate:         {"anonymous", "empty-certificate"},

	maillog.HandshakeFailed:       {"alert-handshake-failure", "no-shared-cipher", "reset-after-starttls", "close-after-starttls", "tls-v1-0"},
	maillog.HandshakeClosed:       {"close-after-starttls", "reset-after-starttls", "reset-mid-handshake", "clienthello-intolerant"},
	maillog.HandshakeReset:        {"reset-mid-handshake", "reset-after-starttls", "reset-of-tls-v1-3"},
	maillog.HandshakeTimeout:      {"handshake-stall"},
	maillog.NotTLS:                {"plaintext-on-tls-port", "plaintext-after-220"},
	maillog.VersionUnsupported:    {"tls-v1-0", "tls-v1-1"},
	maillog.NoSharedCipher:        {"no-shared-cipher", "rc4", "3des"},
	maillog.DHTooSmall:            {"dh-1024", "dh-512"},
	maillog.HandshakeSignature:    {"key-mismatch"},
	maillog.SignatureAlgorithm:    {"weak-signature-algorithm", "tls-v1-0", "tls-v1-1"},
	maillog.LegacyRenegotiation:   {"legacy-renegotiation"},
	maillog.FinishedMismatch:      {"corrupt-finished"},
	maillog.InappropriateFallback: {"downgrade-canary"},
	maillog.MessageTooLarge:       {"oversized-chain"},
	maillog.TooManyMessages:       {"keyupdate-storm"},
	maillog.NoALPN:                {"alpn-mismatch"},
	maillog.NoCloseNotify:         {"no-close-notify"},

	maillog.AlertHandshakeFailure:      {"alert-handshake-failure", "no-shared-cipher"},
	maillog.AlertProtocolVersion:       {"alert-protocol-version", "tls-v1-0", "version-intolerant"},
	maillog.AlertInternalError:         {"alert-internal-error"},
	maillog.AlertUnnamed:               {"alert-handshake-failure", "alert-internal-error", "alert-protocol-version"},
	maillog.AlertUnknownCA:             {"client-certificate-rejected"},
	maillog.AlertBadCertificate:        {"client-certificate-rejected"},
	maillog.AlertCertificateUnknown:    {"client-certificate-rejected"},
	maillog.AlertCertificateRequired:   {"client-certificate-required", "client-certificate-enforced"},
	maillog.AlertUnrecognizedName:      {"unrecognized-name"},
	maillog.AlertNoApplicationProtocol: {"alpn-mismatch"},

	maillog.STARTTLSNotOffered: {"starttls-stripped", "helo-only", "starttls-masked"},
	maillog.STARTTLSMasked:     {"starttls-masked", "pix-banner"},
	maillog.STARTTLSRefused:    {"starttls-454", "starttls-502", "starttls-554"},
	maillog.STARTTLSInjection:  {"response-injection"},
	maillog.TLSDemanded:        {"tls-required", "auth-only-after-tls"},
	maillog.NoGreeting:         {"silent-greeting", "implicit-on-starttls-port", "refused-greeting"},
	maillog.GreetingRefused:    {"refused-greeting", "mixed-reply-codes"},
	maillog.GreetingBusy:       {"busy-greeting", "rate-limited"},
	maillog.MalformedReply:     {"reply-without-code", "over-long-reply", "plaintext-after-220"},
	maillog.EHLORefused:        {"helo-only", "ehlo-refused-in-tls"},
	maillog.ConnectionReset:    {"reset-inside-tls", "reset-during-data", "reset-after-dot"},
	maillog.ConnectionClosed:   {"reset-inside-tls", "reset-during-data", "unclosed-reply", "ehlo-stalled-in-tls"},
	maillog.WeakEncryption:     {"rc4", "3des", "null", "tls-v1-0"},
	maillog.RequireTLS:         {"requiretls-not-offered"},
	maillog.DANE:               {"tlsa-mismatch", "tlsa-wrong-selector", "tlsa-intermediate-as-leaf", "tlsa-ta-not-sent", "tlsa-ta-name-mismatch"},
	maillog.TLSAUnusable:       {"tlsa-pkix-ee", "tlsa-pkix-ta", "tlsa-unknown-usage", "tlsa-short-digest"},
	maillog.DNSSECInvalid:      {"tlsa-servfail", "dnssec-bogus-tlsa", "dnssec-expired-tlsa", "tlsa-timeout", "dnssec-no-denial"},
	maillog.DANERequired:       {"tlsa-absent", "dnssec-insecure", "mx-insecure-host-secure", "tlsa-wrong-port"},
	maillog.ClearFallback:      {"alert-handshake-failure", "no-shared-cipher", "reset-after-starttls", "close-after-starttls", "tls-v1-0"},
}

// nuanced are the commonest where more is known than the reason. A server that
// answers STARTTLS with a code of its own is declared in replies. To ask the
// catalogue takes longer than a command does that needs none of this.
var nuanced = sync.OnceValue(func() map[nuance][]string {
	more := map[nuance][]string{
		{reason: maillog.IssuerUnknown, aboveLeaf: true}:            {"untrusted-root", "missing-cross-sign", "missing-intermediate"},
		{reason: maillog.ConnectionClosed, stage: maillog.EHLO}:     {"unclosed-reply", "ehlo-stalled-in-tls"},
		{reason: maillog.ConnectionReset, stage: maillog.EHLO}:      {"reset-inside-tls"},
		{reason: maillog.ReplyTimeout, stage: maillog.EHLO}:         {"ehlo-stalled-in-tls", "unclosed-reply"},
		{reason: maillog.ConnectionClosed, stage: maillog.STARTTLS}: {"unclosed-reply", "close-after-starttls"},
		{reason: maillog.ConnectionClosed, stage: maillog.Data}:     {"reset-during-data", "reset-after-dot"},
		{reason: maillog.RequireTLS, stage: maillog.STARTTLS}:       {"starttls-stripped", "helo-only", "requiretls-not-offered"},
		{reason: maillog.RequireTLS, stage: maillog.Verify}:         {"missing-intermediate", "untrusted-root", "self-signed", "expired", "hostname-mismatch"},
		{reason: maillog.Expired, aboveLeaf: true}:                  {"expired-intermediate", "expired-root"},
		{reason: maillog.WeakDigest, aboveLeaf: true}:               {"sha1-intermediate"},
		{reason: maillog.WrongPurpose, aboveLeaf: true}:             {"wrong-eku-intermediate"},
	}
	for _, s := range scenarios.All() {
		for _, f := range s.Peer.Faults {
			if f.At != scenarios.AtSTARTTLS || f.Do != scenarios.DoReply || len(f.Text) < 3 {
				continue
			}
			if code, err := strconv.Atoi(f.Text[:3]); err == nil {
				n := nuance{reason: maillog.STARTTLSRefused, code: code}
				more[n] = append(more[n], s.Name)
			}
		}
	}
	return more
})

// declared finds by their declarations the scenarios that have a reason.
var declared = map[maillog.Reason]func(scenarios.Scenario) bool{
	maillog.NotVerified:           notAuthentic,
	maillog.BadCertificateAtLarge: notAuthentic,
	maillog.HandshakeFailed:       notComplete,
	maillog.STARTTLSNotOffered: func(s scenarios.Scenario) bool {
		return s.Facts.Offers == scenarios.No && !strikes(scenarios.AtSTARTTLS, scenarios.DoReply)(s)
	},
	maillog.STARTTLSRefused: strikes(scenarios.AtSTARTTLS, scenarios.DoReply),
	maillog.HandshakeReset: func(s scenarios.Scenario) bool {
		return strikes(scenarios.AtHandshake, scenarios.DoReset)(s) || strikes(scenarios.AtClientHello, scenarios.DoReset)(s)
	},
	maillog.HandshakeTimeout: strikes(scenarios.AtHandshake, scenarios.DoStall),
}

// notAuthentic: TLS completes with a peer that a client that verifies refuses.
func notAuthentic(s scenarios.Scenario) bool {
	return s.Facts.Offers == scenarios.Yes && s.Facts.Completes != scenarios.No && s.Facts.Authentic == scenarios.No
}

// notComplete: STARTTLS is offered, and the handshake fails.
func notComplete(s scenarios.Scenario) bool {
	return s.Facts.Offers == scenarios.Yes && (s.Facts.Completes == scenarios.No || s.Facts.Completes == scenarios.Weak)
}

// strikes: a fault does something at a point.
func strikes(at scenarios.Point, do scenarios.Action) func(scenarios.Scenario) bool {
	return func(s scenarios.Scenario) bool {
		for _, f := range s.Peer.Faults {
			if f.At == at && f.Do == do {
				return true
			}
		}
		return false
	}
}
