package maillog

import "strings"

// postfixClient reads what smtp(8) and posttls-finger(1) say.
func postfixClient(text string, ev *Event) {
	switch {
	case keyAt(text, "status=") >= 0 && (keyAt(text, "dsn=") >= 0 || keyAt(text, "to=<") >= 0 || strings.HasPrefix(text, "status=")):
		ev.Side = Client
		postfixStatus(text, ev)
	case strings.Contains(text, "TLS connection established to "):
		ev.Side, ev.InTLS, ev.Peer = Client, true, hostOf(firstWord(tail(text, "established to ")))
		postfixTrust(text, ev)
	case strings.Contains(text, " verification failed for "):
		ev.Side = Client
		postfixVerify(text, ev)
	case strings.HasPrefix(text, "SSL_connect error to "):
		ev.Side, ev.Peer = Client, hostOf(firstWord(tail(text, "SSL_connect error to ")))
		postfixHandshake(text, ev)
	case strings.HasPrefix(text, "TLS library problem: "):
		postfixLibrary(text, ev)
	case strings.HasPrefix(text, "TLSRPT: status="):
		postfixReport(text, ev)
	case strings.Contains(text, "re-using session with untrusted "):
		ev.Side, ev.Reason, ev.Class = Client, NotVerified, Harmless
	case strings.HasPrefix(text, "SSL3 alert read:fatal:"):
		ev.because(text, AlertUnnamed)
	case strings.HasPrefix(text, "Unverified: subject_CN="):
		ev.Side, ev.Reason = Client, NotVerified
	case strings.HasPrefix(text, "Host offered STARTTLS"), strings.HasPrefix(text, "setting up TLS connection "), strings.Contains(text, "subject_CN="):
		ev.Reason = Chatter
	case strings.Contains(text, "REQUIRETLS support was not offered by host"):
		postfixWhy(text, ev)
	case strings.Contains(text, "NULL character in peer"):
		ev.Side, ev.Reason, ev.Says = Client, NULInName, "NULL character in peer"
	case strings.Contains(text, "internal NUL in "):
		ev.Side, ev.Reason, ev.Says = Client, NULInName, "internal NUL in "
	default:
		postfixWhy(strings.TrimPrefix(text, "Diagnostic-Code: "), ev)
	}
}

// postfixTrust reads the level of trust of a connection (TLS_README, "Server
// certificate verification"). Before 2.5 there was none.
func postfixTrust(text string, ev *Event) {
	switch firstWord(text) {
	case "Verified":
		ev.Reason, ev.Verified = TLSVerified, true
	case "Trusted":
		ev.Reason, ev.Verified = TLSEstablished, true
	case "Untrusted":
		ev.Reason, ev.Says = NotVerified, "Untrusted TLS connection"
	case "Anonymous":
		ev.Reason, ev.Class = NoCertificate, Harmless
	default:
		ev.Reason = TLSEstablished
	}
}

// postfixVerify reads why a certificate was not verified (src/tls/tls_verify.c,
// tls_log_verify_error). "CA certificate" is any above the leaf.
func postfixVerify(text string, ev *Event) {
	_, rest, _ := strings.Cut(text, " verification failed for ")
	host, why, _ := strings.Cut(rest, ": ")
	if before, after, ok := strings.Cut(rest, ":num="); ok && !strings.Contains(before, ": ") {
		host, why = before, "num="+after
	}
	if ev.Peer = hostOf(host); strings.HasPrefix(text, "CA certificate") {
		ev.Depth = 1
	} else if strings.HasPrefix(text, "server certificate") {
		ev.Depth = 0
	}
	ev.Says = why
	switch {
	case strings.HasPrefix(why, "untrusted issuer"):
		ev.Reason, ev.Says = IssuerUnknown, "untrusted issuer"
	case strings.HasPrefix(why, "CommonName mis-match"), strings.Contains(text, "peer name verification failed"):
		ev.Reason, ev.Says = HostMismatch, "peer name verification failed"
	case strings.HasPrefix(why, "not trusted by local or "):
		ev.Reason = NotVerified
	case strings.HasPrefix(why, "not designated for use as a"):
		if ev.Reason = WrongPurpose; strings.Contains(why, "CA certificate") {
			ev.Depth = 1
		}
	case strings.HasPrefix(why, "certificate chain longer than limit"):
		ev.Reason = ChainTooLong
	default:
		ev.because(why, NotVerified)
	}
}

// postfixHandshake reads how SSL_connect or SSL_accept ended.
func postfixHandshake(text string, ev *Event) {
	switch {
	case strings.HasSuffix(text, "lost connection"):
		ev.Reason = HandshakeClosed
	case hasAny(text, ": Connection reset by peer", ": Broken pipe"):
		ev.Reason = HandshakeReset
	case strings.HasSuffix(text, "timed out"):
		ev.Reason = HandshakeTimeout
	default:
		ev.Reason, ev.Says = HandshakeFailed, firstWord(text)+" error"
	}
}

// postfixReport reads what is reported to others by RFC 8460 (src/smtp and
// src/tls/tlsrpt_wrapper.c).
func postfixReport(text string, ev *Event) {
	ev.Side, ev.Peer = Client, hostOf(value(text, "receiving_mx="))
	if strings.Contains(text, "status=success") {
		ev.Reason = Chatter
		return
	}
	if ev.because(strings.ReplaceAll(tail(text, "failure_reason="), "_", " "), HandshakeFailed); ev.Reason != HandshakeFailed {
		return
	}
	switch kind := strings.ReplaceAll(value(text, "failure_type="), "_", "-"); kind {
	case "certificate-not-trusted", "validation-failure":
		ev.Reason, ev.Says = NotVerified, kind
	default:
		ev.because(kind, HandshakeFailed)
	}
}

// postfixStatus reads what became of a message.
func postfixStatus(text string, ev *Event) {
	relay := values(text, "relay=")
	if ev.Peer = hostOf(relay); ev.Peer == "none" {
		ev.Peer = ""
	}
	word, why, _ := strings.Cut(tail(text, "status="), " ")
	ev.Code = replyCode(why)
	local := relay == "local" || strings.Contains(relay, "[private/") || strings.Contains(relay, "[/")
	if word == "sent" {
		ev.Reason = Delivered
		if !local {
			ev.Outcome = Sent
			postfixFeatures(value(text, "tls="), ev)
		}
		return
	}
	if ev.Outcome = Deferred; word == "bounced" || word == "expired" {
		ev.Outcome = Bounced
	}
	if local {
		ev.Outcome = ""
	}
	postfixWhy(strings.TrimSuffix(strings.TrimPrefix(why, "("), ")"), ev)
}

// postfixFeatures reads the field tls= of Postfix 3.11 (src/global/pol_stats.c):
// what was asked for, a colon and what was got if that is less, and a mark of
// exclamation before what the policy wanted and the peer did not have.
func postfixFeatures(features string, ev *Event) {
	level, _, _ := strings.Cut(features, "/")
	asked, got, lowered := strings.Cut(level, ":")
	switch {
	case features == "" || strings.HasSuffix(level, "?"):
	case asked == "none":
		ev.InClear = true
	case lowered && got == "none":
		ev.InClear, ev.Reason, ev.Class, ev.Says = true, STARTTLSNotOffered, Fault, level
	default:
		ev.InTLS = true
	}
	if strings.Contains(features, "!requiretls") {
		ev.Reason, ev.Class, ev.Says = RequireTLS, Fault, "!requiretls"
	}
}
