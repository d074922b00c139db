package maillog

import "strings"

// ownFaults are what Postfix says of its own certificates, trust store and
// settings of TLS (src/tls/tls_certkey.c, tls_server.c, tls_client.c, tls_dh.c,
// tls_misc.c; src/smtp/smtp_tls_policy.c; src/smtpd/smtpd.c). The first that
// fits counts. Frames take "error" off before some of them.
var ownFaults = []struct {
	says   string
	reason Reason
}{
	{"Certification Authority data", OwnTrustStoreEmpty}, {"Certificate Authority data", OwnTrustStoreEmpty}, {"certificate verification paths", OwnTrustStoreEmpty},
	{"certificate and key data", OwnCertificateUnreadable}, {"certificate/key pair", OwnCertificateUnreadable}, {"cipherlist", OwnConfiguration},
	{"cannot load CAfile", OwnTrustStoreEmpty},
	{"default OpenSSL certificate verification", OwnTrustStoreEmpty}, {"opening trust anchor file", OwnTrustStoreEmpty},
	{"loading private keys", OwnCertificateUnreadable}, {"certificate from file", OwnCertificateUnreadable}, {"certificates from file", OwnCertificateUnreadable},
	{"private key from file", OwnCertificateUnreadable}, {"does not match public key in ", OwnCertificateUnreadable},
	{"loading private key", OwnCertificateUnreadable}, {"loading certificate", OwnCertificateUnreadable},
	{"loading chain from ", OwnCertificateUnreadable}, {"opening chain file", OwnCertificateUnreadable},
	{"does not match the certificate", OwnCertificateUnreadable}, {"does not match next certificate", OwnCertificateUnreadable},
	{"not followed by a certificate", OwnCertificateUnreadable}, {"No PEM data in ", OwnCertificateUnreadable},
	{"No certs for key at index ", OwnCertificateUnreadable}, {"No private key found in ", OwnCertificateUnreadable},
	{"ignoring 2nd key at index ", OwnCertificateUnreadable}, {"TLS context initialization failed", OwnCertificateUnreadable},
	{"No server certs available", OwnConfiguration}, {"Need a server cert to request client certs", OwnConfiguration},
	{"TLS configuration problem", OwnConfiguration}, {"policy table lookup error", OwnConfiguration},
	{"TLS has been selected, but TLS support is not compiled in", OwnConfiguration}, {"Invalid TLS protocol list", OwnConfiguration},
	{"Invalid TLS level", OwnConfiguration}, {"invalid security level", OwnConfiguration}, {"TLS cipher list ", OwnConfiguration},
	{"invalid cipher grade", OwnConfiguration}, {"DH parameter", OwnConfiguration}, {"key exchange group", OwnConfiguration},
	{"disabling TLS support", OwnConfiguration}, {"aborting TLS session", OwnConfiguration}, {"aborting TLS handshake", OwnConfiguration},
	{"client TLS initialization failed", OwnConfiguration}, {"TLS client initialization failed", OwnConfiguration},
	{"TLS server initialization failed", OwnConfiguration}, {"Can't require client certs unless TLS is required", OwnConfiguration},
	{"tlsproxy service role", OwnConfiguration}, {"role is disabled by configuration", OwnConfiguration},
	{"Wrapper-mode request dropped ", OwnConfiguration}, {"_tls_policy_maps", OwnConfiguration}, {"TLS is required but unavailable", OwnConfiguration},
	{"smtp_tls_", OwnConfiguration}, {"smtpd_tls_", OwnConfiguration}, {"TLSRPT support: policy lookup failed", Chatter},
}

// localFaults are what Postfix says of this host that has nothing to do with
// TLS.
var localFaults = newPhrases(
	"lookup error", "dict_", "connect to private/", "connect to Milter service", "milter inet:", "milter unix:", "milter local:", "no SASL authentication mechanisms",
	"SASL: Connect to ", "SASL per-", "problem talking to ", " service: ", "killed by signal", "bad command startup", "exit status ", "No space left on device",
	"queue file write error", "unsupported dictionary type", "process /usr", "database ", "premature end-of-input", "insufficient system",
)

// postfixOwn reads what a program says of the settings of its own host; false
// if it says nothing of them. A warning that a service of this host does not
// answer is no fault of TLS.
func postfixOwn(level, text string, ev *Event) bool {
	loud := level == "warning" || level == "error" || level == "fatal" || level == "panic" || level == "err" || level == "crit"
	if strings.Contains(text, "TLS library problem: ") || strings.Contains(text, "authentication fail") || keyAt(text, "reject:") >= 0 ||
		!loud && !hasAny(text, "TLS support", "TLS configuration problem", "TLS handshake", "TLS context initialization", "table lookup error",
			"Authority data", "and key data", "verification paths") {
		return false
	}
	if !strings.Contains(text, "TLSA") {
		for _, own := range ownFaults {
			if strings.Contains(text, own.says) {
				ev.Side, ev.Reason, ev.Says = Own, own.reason, own.says
				return postfixOutcome(text, ev)
			}
		}
	}
	if !loud || strings.Contains(text, "TLSA") {
		return false
	}
	if level == "fatal" || level == "panic" || localFaults.in(text) {
		ev.Side, ev.Reason = Own, LocalFailure
		return true
	}
	return false
}

// postfixOutcome adds what became of the message that such a line is about.
func postfixOutcome(text string, ev *Event) bool {
	if keyAt(text, "status=deferred") >= 0 {
		ev.Outcome = Deferred
	} else if keyAt(text, "status=bounced") >= 0 {
		ev.Outcome = Bounced
	}
	return true
}
