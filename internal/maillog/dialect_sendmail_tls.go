package maillog

import (
	"slices"
	"strings"
)

// sendmailSTARTTLS reads all lines that begin with STARTTLS, by sendmail/tls.c,
// sfsasl.c, deliver.c and srvrsmtp.c.
func sendmailSTARTTLS(text string, ev *Event) {
	switch {
	case strings.HasPrefix(text, "STARTTLS=client"):
		ev.Side = Client
		sendmailTLS(text, ev)
	case strings.HasPrefix(text, "STARTTLS=server"):
		ev.Side = Server
		sendmailTLS(text, ev)
	case strings.HasPrefix(text, "STARTTLS=init"), strings.Contains(text, ", error: "):
		sendmailSetup(text, ev)
	case strings.HasPrefix(text, "STARTTLS="):
		ev.Reason = Chatter
	default:
		sendmailSideless(text, ev)
	}
}

// sendmailTLS reads STARTTLS=client and STARTTLS=server.
func sendmailTLS(text string, ev *Event) {
	verify, message := value(text, "verify="), values(text, "verifymsg=")
	switch {
	case verify != "":
		ev.InTLS = true
		sendmailVerify(cleanWord(verify), ev)
		if ev.Reason == NotVerified && message != "" && message != "ok" {
			ev.because(message, NotVerified) // as people quote the two lines in one
		}
	case message == "ok":
		ev.Reason, ev.Verified = TLSVerified, true
		if ev.Side == Server && strings.Contains(text, "cert-subject=,") {
			ev.Reason, ev.Verified = Chatter, false // there was none
		}
	case message != "":
		ev.because(message, NotVerified)
	case hasAny(text, "error: connect failed", "error: accept failed"):
		sendmailError(text, ev)
	case hasAny(text, ", init=", "Diffie-Hellman init", ", error: ", " unsafe: ", "_set_engine=failed", "=failed, error=", "get_tls_se_features=failed", "tmp_rsa_key"):
		sendmailSetup(text, ev)
	case strings.Contains(text, "warning=DANE"):
		ev.Reason, ev.Says = HandshakeFailed, tail(text, "warning=")
		if strings.Contains(text, "no STARTTLS available") {
			ev.Reason = STARTTLSNotOffered
		}
	case strings.Contains(text, "field="):
		sendmailField(text, ev)
	case strings.Contains(text, "SSL_shutdown"):
		ev.Reason, ev.Class = NoCloseNotify, Harmless
	case strings.Contains(text, "get_verify: 0 "):
		ev.Reason = Chatter
	case strings.Contains(text, "get_verify: "):
		ev.because(text, NotVerified)
	case strings.Contains(text, ":error:"), strings.Contains(text, ": error:"):
		sendmailQueue(text, ev)
	default:
		ev.Reason = Chatter
	}
}

// cleanWord takes off what a forum's markup adds to a word.
func cleanWord(s string) string {
	if end := strings.IndexAny(s, "[<*"); end > 0 {
		s = s[:end]
	}
	return s
}

// sendmailVerify reads the words of ${verify} (Sendmail Installation and
// Operation Guide, section 5.3). As a server, they are of the client's
// certificate, which hardly any client has.
func sendmailVerify(word string, ev *Event) {
	ev.Says = "verify=" + word
	if ev.Side != Client && (word == "NO" || word == "NOT" || word == "NONE") {
		ev.Reason = ClientCertificateMissing
		return
	}
	switch word {
	case "OK", "TRUSTED":
		ev.Reason, ev.Verified = TLSVerified, true
	case "NO":
		ev.Reason, ev.Stage = NoCertificate, Verify
	case "FAIL":
		ev.Reason = NotVerified
	case "DANE_FAIL":
		ev.Reason = DANE
	case "DANE_TEMP":
		ev.Reason = DNSSECInvalid
	case "DANE_NOTLS":
		ev.Reason = STARTTLSNotOffered
	case "NONE":
		ev.Reason, ev.InTLS = STARTTLSNotOffered, false
	case "CLEAR":
		ev.Reason, ev.InTLS = Chatter, false
	case "SOFTWARE":
		ev.Reason, ev.InTLS = HandshakeFailed, false
	case "TEMP", "PROTOCOL":
		ev.Reason, ev.InTLS = STARTTLSRefused, false
	case "CONFIG":
		ev.Reason, ev.InTLS = OwnConfiguration, false
	default:
		ev.Reason = TLSEstablished
	}
}

// sendmailError reads why a handshake failed. Where OpenSSL has no reason, the
// system's error number has; its values are those of Linux, the BSDs and
// Solaris. retry=0 is a wait that was in vain.
func sendmailError(text string, ev *Event) {
	if found := opensslReason(values(text, "reason=")); found.Reason != "" && found.Reason != HandshakeFailed {
		ev.Reason, ev.Says = found.Reason, found.says
		if ev.Reason == NoCloseNotify {
			ev.Reason = HandshakeClosed
		}
		return
	}
	ev.Reason = HandshakeFailed
	errno, failed := value(text, "errno="), value(text, "failed=")
	switch {
	case value(text, "timedout=") == "1", value(text, "retry=") == "0", isErrno(errno, "110", "60", "145", "11", "35"):
		ev.Reason = HandshakeTimeout
	case isErrno(errno, "104", "54", "131", "32"):
		ev.Reason = HandshakeReset
	case value(text, "SSL_error=") == "5" && (errno == "0" || errno == "" || failed == "0"):
		ev.Reason = HandshakeClosed
	}
	ev.Says = "SSL_error=" + value(text, "SSL_error=")
	if errno != "" {
		ev.Says += ", errno=" + errno
	}
}

// opensslReason is what a reason text of OpenSSL says that stands without the
// frame in which OpenSSL prints it.
func opensslReason(text string) because {
	found := reasonOf("SSL routines::" + text)
	if found.Reason != "" {
		found.says = text
	}
	return found
}

// isErrno reports whether a number is one of some.
func isErrno(errno string, numbers ...string) bool { return slices.Contains(numbers, errno) }

// sendmailQueue reads what was in OpenSSL's queue of errors. It is printed
// again, and late: what is no reason there says nothing.
func sendmailQueue(text string, ev *Event) {
	found := reasonOf(text)
	ev.Reason, ev.Says = found.Reason, found.says
	switch found.Reason {
	case "", LocalFailure, ConnectionReset, ConnectionClosed:
		ev.Reason, ev.Class = Chatter, Harmless
	case NoCloseNotify:
		ev.Reason = HandshakeClosed
	}
}

// sendmailField reads what is wrong with the names in a certificate. Having no
// common name is usual today.
func sendmailField(text string, ev *Event) {
	ev.Says = tail(text, "status=")
	if strings.Contains(text, "failed to extract CN") {
		ev.Reason, ev.Class = NoNames, Harmless
		return
	}
	ev.Reason = MalformedCertificate
	if strings.Contains(text, "contains NUL") {
		ev.Reason = NULInName
	}
}

// sendmailSetup reads what comes of this host's own settings.
func sendmailSetup(text string, ev *Event) {
	ev.Side = Own
	switch {
	case hasAny(text, "load verify locs"):
		ev.Reason = OwnTrustStoreEmpty
	case hasAny(text, "SSL_CTX_use_", "SSL_use_", "check_private_key", " unsafe: "):
		ev.Reason = OwnCertificateUnreadable
	case hasAny(text, "error: ", "failed", ", init=0", "status=invalid"):
		ev.Reason = OwnConfiguration
	default:
		ev.Reason = Chatter
		return
	}
	ev.Says = text
}

// sendmailSideless reads lines that do not say on which side they are.
func sendmailSideless(text string, ev *Event) {
	switch {
	case strings.HasSuffix(text, " missing"):
		sendmailMissing(strings.TrimPrefix(text, "STARTTLS: "), ev)
	case strings.Contains(text, "cert verify: "):
		sendmailCertVerify(text, ev)
	case hasAny(text, "read error=timeout", "write error=timeout"):
		ev.Reason, ev.Says = ReplyTimeout, "error=timeout"
	case hasAny(text, "read error=", "write error="):
		sendmailIO(text, ev)
	case hasAny(text, "random number generator", "RandFile", "random file definition", "RAND_"):
		ev.Side, ev.Reason, ev.Says = Own, OwnConfiguration, text
	case strings.Contains(text, "alert read:fatal:"):
		ev.because(text, AlertUnnamed)
	case strings.Contains(text, "alert write:fatal:"):
		ev.Reason, ev.Says = HandshakeFailed, text
	default:
		ev.Reason = Chatter
	}
}

// sendmailMissing reads which of the files is not set.
func sendmailMissing(text string, ev *Event) {
	ev.Side, ev.Says = Own, text
	switch {
	case strings.HasPrefix(text, "CACert"):
		ev.Reason = OwnTrustStoreEmpty
	case strings.HasPrefix(text, "Client"):
		ev.Reason = ClientCertificateMissing
	case strings.HasPrefix(text, "Server"):
		ev.Reason = OwnCertificateUnreadable
	default:
		ev.Reason = Chatter
	}
}

// sendmailIO reads that an established connection broke. Of one that this host
// had closed already nothing follows.
func sendmailIO(text string, ev *Event) {
	ev.Reason, ev.Says = ConnectionClosed, "error="+values(text, "error=")
	errno := value(text, "errno=")
	switch {
	case isErrno(errno, "9"), strings.Contains(text, "Bad file descriptor"):
		ev.Reason, ev.Class = Chatter, Harmless
	case isErrno(errno, "104", "54", "131", "32"):
		ev.Reason = ConnectionReset
	default:
		if found := opensslReason(values(text, "error=")); found.Reason != "" {
			ev.Reason, ev.Says = found.Reason, found.says
		}
	}
	if ev.Reason == AlertCertificateRequired { // only a server sends it
		ev.Side = Client
	}
}

// sendmailCertVerify reads what is said of one certificate of a chain. That
// there is no CRL matters only if the chain is refused for it.
func sendmailCertVerify(text string, ev *Event) {
	ev.Depth = depthOf(text)
	reason := tail(text, "reason=")
	switch {
	case reason == "ok", value(text, "state=") == "1":
		ev.Reason = Chatter
	default:
		ev.because(reason, NotVerified)
		if ev.Reason == CRLUnavailable {
			ev.Class = Harmless
		}
	}
}
