package maillog

import "strings"

// eximSetup are what Exim says of its own certificate and settings (tls-gnu.c,
// tls-openssl.c, tls.c): parts of what it puts in parentheses, and messages.
var eximSetup = []phrase{
	{"SSL_CTX_load_verify_locations", OwnTrustStoreEmpty, Own, ""},
	{"setting certificate trust", OwnTrustStoreEmpty, Own, ""},
	{"gnutls_certificate_set_x509_trust", OwnTrustStoreEmpty, Own, ""},
	{"X509_STORE_load_locations", OwnTrustStoreEmpty, Own, ""},
	{"for certificates", OwnTrustStoreEmpty, Own, ""}, // failed to stat … for certificates
	{"(tls_verify_certificates)", OwnTrustStoreEmpty, Own, ""},
	{"expansion of ", OwnConfiguration, Own, ""},
	{"failed to expand tls_", OwnConfiguration, Own, ""},
	{"No server certificate defined", OwnConfiguration, Own, ""},
	{"either install a certificate or change tls_advertise_hosts", Chatter, Own, ""},
	{"cert/key setup", OwnCertificateUnreadable, Own, ""},
	{"SSL_CTX_use_", OwnCertificateUnreadable, Own, ""},
	{"SSL_use_", OwnCertificateUnreadable, Own, ""},
	{"ocsp_status_request_file", OwnCertificateUnreadable, Own, ""},
	{"ocsp_status_request_function", OwnCertificateUnreadable, Own, ""},
	{"gnutls_certificate_set_x509_key_file", OwnCertificateUnreadable, Own, ""},
	{"failed to import certificate", OwnCertificateUnreadable, Own, ""},
	{"unable to open certificate file", OwnCertificateUnreadable, Own, ""},
	{"unable to open private key file", OwnCertificateUnreadable, Own, ""},
	{"x509_crl", OwnConfiguration, Own, ""},
	{"selfsign cert", OwnConfiguration, Own, ""},
	{"SSL_CTX_set_", OwnConfiguration, Own, ""},
	{"SSL_CTX_new", OwnConfiguration, Own, ""},
	{"gnutls_priority", OwnConfiguration, Own, ""},
	{"gnutls_dh_params", OwnConfiguration, Own, ""},
	{"gnutls_global_init", OwnConfiguration, Own, ""},
	{"gnutls_certificate_allocate", OwnConfiguration, Own, ""},
	{"TLS cache ", OwnConfiguration, Own, ""},
	{"D-H param", OwnConfiguration, Own, ""},
	{"dhparam", OwnConfiguration, Own, ""},
	{"No standard prime named", OwnConfiguration, Own, ""},
	{"Unknown standard DH prime", OwnConfiguration, Own, ""},
	{"tls_eccurve", OwnConfiguration, Own, ""},
	{"openssl_options", OwnConfiguration, Own, ""},
	{"RAND_status", OwnConfiguration, Own, ""},
	{"library init", OwnConfiguration, Own, ""},
	{"context init", OwnConfiguration, Own, ""},
	{"OCSP unusable", OwnConfiguration, Own, ""},
	{"Error reading OCSP response from", OwnConfiguration, Own, ""},
	{"Failed to read PEM file", OwnCertificateUnreadable, Own, ""},
}

// eximOutcomes are what Exim says of a handshake in words of its own.
var eximOutcomes = []struct {
	says   string
	reason Reason
}{
	{"ALPN required but not negotiated", NoALPN}, {"Bad ALPN presented", NoALPN},
	{"Required TLS certificate status not received", StapleMissing}, {"Required OCSP response not received", StapleMissing},
	{"status is out-of-date", StapleExpired}, {"OCSP dates invalid", StapleExpired},
	{"Server certificate revoked", Revoked}, {"certificate revoked", Revoked},
	{"certificate has unknown status", RevocationUnknown}, {"certificate status unknown", RevocationUnknown}, {"certificate status check failed", StapleMissing},
	{"TLS cert status response", RevocationUnknown},
	{"certificate name mismatch", HostMismatch},
	{"CA constrains were violated", DANE}, {"certificate differs", DANE}, {"TLSA record problem", DANE},
	{"no certificate received from peer", NoCertificate}, {"certificate not supplied", NoCertificate}, {"did not send any certificate", NoCertificate},
	{"synch error before connect", STARTTLSInjection},
	{"TCP connection closed by peer", HandshakeClosed}, {"error:00000000:lib(0)", HandshakeClosed},
	{"timed out", HandshakeTimeout},
	{"syscall: Connection reset by peer", HandshakeReset}, {"syscall Connection reset by peer", HandshakeReset},
	{"failure while setting up TLS session", HandshakeFailed}, {"error on first read", HandshakeFailed}, {"bad first read from TLS conn", HandshakeFailed},
}

// eximTLS reads "(what was tried): what went wrong", in either direction.
func eximTLS(text string, ev *Event) {
	if eximOwn(text, ev) {
		return
	}
	handshake := hasAny(text, "(gnutls_handshake)", "(SSL_connect)", "(SSL_accept)", "tls lib accept fn", "tls lib connect fn")
	for _, o := range eximOutcomes {
		if strings.Contains(text, o.says) {
			ev.Reason, ev.Says = o.reason, o.says
			break
		}
	}
	if ev.Reason == "" {
		if bare(text) {
			ev.Reason, ev.Says = HostMismatch, "(certificate verification failed)"
			return
		}
		found := reasonOf(text)
		ev.Reason, ev.Says = found.Reason, found.says
	}
	switch {
	case ev.Reason == NoCloseNotify && handshake:
		ev.Reason = HandshakeClosed
	case ev.Reason == ConnectionReset && handshake:
		ev.Reason = HandshakeReset
	case ev.Reason == HandshakeReset && strings.Contains(text, "(recv)"), ev.Reason == HandshakeReset && strings.Contains(text, "(send)"):
		ev.Reason = ConnectionReset
	case ev.Reason == NoCertificate && ev.Side == Server:
		ev.Reason, ev.Class = ClientCertificateMissing, Fault
	case ev.Reason == ClearFallback:
		ev.Stage = Handshake
	case strings.Contains(text, "(SSL_accept): (") && ev.Side == Server:
		ev.Reason, ev.Says, ev.Class = HandshakeFailed, text, Fault // a breach of the protocol
	case ev.Reason == "" && strings.Contains(text, "certificate verification failed"):
		ev.Reason, ev.Says = NotVerified, "certificate verification failed"
	case ev.Reason == "" && (handshake || strings.Contains(text, "TLS ")):
		ev.Reason, ev.Says = HandshakeFailed, text
	}
}

// eximOwn reads what is this host's own doing.
func eximOwn(text string, ev *Event) bool {
	side := ev.Side
	if !ev.says(text, eximSetup) {
		ev.Side = side
		return false
	}
	return true
}

// bare reports whether a certificate was refused and nothing says why. GnuTLS
// says "certificate invalid" of all that it checks; Exim itself only compares
// the name, and is silent about it (tls-gnu.c, verify_certificate).
func bare(text string) bool {
	_, rest, ok := strings.Cut(text, "(certificate verification failed)")
	return ok && (rest == "" || strings.HasPrefix(rest, ": delivering unencrypted"))
}

// eximVerifyError reads OpenSSL's verdict on one certificate of a chain. Behind
// "error=" the subject follows, which is no evidence.
func eximVerifyError(text string, ev *Event) {
	if strings.Contains(text, "name mismatch") {
		ev.Reason, ev.Says = HostMismatch, "certificate name mismatch"
		return
	}
	words := tail(text, "error=")
	words, _, _ = strings.Cut(words, " cert=")
	ev.because(words, NotVerified)
}

// eximDANE reads what is wrong with the TLSA records, or what they did not
// match. A fault that the certificate itself has is told instead.
func eximDANE(text string, ev *Event) {
	if strings.Contains(text, "TLS connection to ") {
		_, rest, _ := strings.Cut(text, "]: ")
		eximTLS(rest, ev)
	}
	switch {
	case strings.Contains(text, "tlsa lookup DEFER"):
		ev.Reason, ev.Stage, ev.Says = DNSSECInvalid, "", "tlsa lookup DEFER"
		return
	case hasAny(text, "tlsa lookup FAIL", " not DNSSEC"):
		ev.Reason, ev.Stage, ev.Says = DANERequired, "", "DANE error"
		return
	}
	switch ev.Reason {
	case "", NotVerified, HandshakeFailed, HostMismatch, BadCertificateAtLarge:
		ev.Reason, ev.Stage, ev.Says = DANE, "", "DANE"
	}
}
