package maillog

import (
	"slices"
	"strconv"
	"strings"
)

// A row has every known spelling of one reason.
type row struct {
	reason Reason
	// codes are the numbers of OpenSSL's X.509 verify errors (x509_vfy.h).
	codes     []int
	spellings []spelling
}

// A spelling is how a source says it: a run of words, compared without regard
// to case and to how wide white space is. It begins and ends at the edge of a
// word.
type spelling struct {
	says   string
	source string
}

// vocabulary is every reason's row. The rows stand in the order of how much
// they tell: a line with spellings of two reasons is about the one whose row
// comes first. Where one spelling stands inside another, the longer one counts.
var vocabulary = slices.Concat(
	certificateRows, chainRows, handshakeRows, alertRows, endRows, dialogueRows, errnoRows, genericRows,
)

// The sources of spellings.
const (
	openSSL         = "OpenSSL: crypto/x509/x509_txt.c, ssl/ssl_err.c"
	libTLS          = "LibreSSL: tls/tls_verify.c, tls/tls.c"
	gnuTLS          = "GnuTLS: lib/errors.c, lib/alert.c, lib/cert-session.c"
	nss             = "NSS: lib/util/SECerrs.h, lib/ssl/SSLerrs.h"
	thunderbird     = "Thunderbird: nsserrors.ftl, aboutCertError.ftl, messengercompose.ftl"
	goTLS           = "Go: crypto/tls, crypto/x509"
	goMail          = "Go: net/smtp and the mailers upon it"
	java            = "OpenJDK: sun.security.ssl, sun.security.validator, sun.security.provider.certpath"
	jakarta         = "Jakarta Mail: com.sun.mail.smtp, com.sun.mail.util.SocketFetcher"
	dotNET          = ".NET: System.Net.Security, System.Net.Mail, X509ChainStatusFlags"
	mailKit         = "MailKit: SslHandshakeException.cs, SmtpClient.cs"
	schannel        = "Windows: winerror.h (SEC_E_, CERT_E_, CRYPT_E_)"
	iis             = "IIS: the events of its SMTP service"
	ironPort        = "AsyncOS of Cisco's Email Security Appliance"
	communiGate     = "CommuniGate Pro: the log of its SMTP module"
	mailEnable      = "Windows applications that send mail"
	exchange        = "Exchange: the words of [Message=...] and LED="
	nodeJS          = "Node: src/crypto/crypto_common.cc, lib/tls.js, lib/_tls_wrap.js"
	nodemailer      = "nodemailer: lib/smtp-connection"
	rustls          = "rustls: src/error.rs, src/enums.rs; webpki: src/error.rs"
	stalwart        = "Stalwart: crates/smtp"
	lettre          = "lettre: src/transport/smtp"
	secureTransport = "Security.framework: SecureTransport.h, SecBase.h"
	erlang          = "Erlang/OTP: ssl_alert.erl, ssl_certificate.erl, pubkey_cert.erl"
	genSMTP         = "gen_smtp: gen_smtp_client.erl"
	python          = "CPython: Modules/_ssl.c, Lib/ssl.py, Lib/smtplib.py"
	ruby            = "Ruby: ext/openssl/lib/openssl/ssl.rb, net/smtp.rb"
	perl            = "Perl: IO::Socket::SSL, Net::SMTP, swaks"
	php             = "PHP: ext/openssl/xp_ssl.c; Symfony Mailer, Swift Mailer, PHPMailer"
	curl            = "curl: lib/strerror.c, lib/smtp.c, lib/vtls"
	msmtp           = "msmtp: src/smtp.c, src/mtls-*.c"
	mutt            = "mutt, neomutt and isync: mutt_ssl.c, mutt_ssl_gnutls.c"
	wolfSSL         = "wolfSSL: wolfcrypt/src/error.c, src/internal.c"
	mbedTLS         = "Mbed TLS: x509_crt.h, ssl.h, error.c"
	botan           = "Botan: src/lib/x509/cert_status.cpp"
	s2n             = "s2n-tls: error/s2n_errno.c"
	swift           = "SwiftNIO SSL: Sources/NIOSSL/SSLErrors.swift"
	ocaml           = "OCaml tls and x509: lib/validation.ml"
	indy            = "Indy: IdSSLOpenSSL.pas"
	libetpan        = "libetpan: mailsmtp_types.h"
	evolution       = "GLib: gio/gtlsconnection.c"
	mailx           = "s-nail: src/mx/xtls.c"
	haskell         = "Haskell tls and crypton-x509-validation"
	postfix         = "Postfix: src/tls/tls_verify.c, tls_client.c, smtp_proto.c"
	exim            = "Exim: src/tls-gnu.c, tls-openssl.c, transports/smtp.c"
	openSMTPD       = "OpenSMTPD: usr.sbin/smtpd/mta_session.c"
	rfc3207         = "RFC 3207 and what servers make of it"
	rfc8460         = "RFC 8460 section 4.3"
	errnos          = "errno texts of libc, Winsock and Node"
)

// from gives what one source says.
func from(source string, says ...string) []spelling {
	all := make([]spelling, len(says))
	for i, text := range says {
		all[i] = spelling{text, source}
	}
	return all
}

// all joins the spellings of several sources.
func all(parts ...[]spelling) []spelling { return slices.Concat(parts...) }

// sslReasons gives reason texts of OpenSSL's ssl_err.c with the tokens that
// BoringSSL and Python (WRONG_VERSION_NUMBER) and Node (ERR_SSL_...) make of
// them.
func sslReasons(texts ...string) []spelling {
	var all []spelling
	for _, text := range texts {
		token := strings.ToUpper(strings.NewReplacer(" ", "_", "/", "_").Replace(text))
		all = append(all, from(openSSL, text, token, "ERR_SSL_"+token)...)
	}
	return all
}

// sslReasonsInFrame gives a reason text of ssl_err.c that says nothing when it
// stands alone, such as "bad signature", behind what OpenSSL writes before it:
// nothing since 3.0, one of these functions until then.
func sslReasonsInFrame(text string, functions ...string) []spelling {
	token := strings.ToUpper(strings.ReplaceAll(text, " ", "_"))
	all := from(openSSL, "SSL routines::"+text, "state=error: "+text, "SSL: "+token, "OPENSSL_internal:"+token, "ERR_SSL_"+token)
	for _, function := range functions {
		all = append(all, from(openSSL, "SSL routines:"+function+":"+text)...)
	}
	return all
}

// An alert has the names of one alert of RFC 8446 section 6 in those libraries
// that name all of them in one way.
type alert struct {
	number int
	// iana is the name in RFC 8446, with underscores.
	iana string
	// gnuTLS and golang are the texts of those libraries.
	gnuTLS, golang string
	// rustls is the text since 0.24, behind "the peer".
	rustls string
}

// received gives how the libraries say that the other side sent this alert.
func (a alert) received() []spelling {
	words := strings.ReplaceAll(a.iana, "_", " ")
	camel := camelCase(words)
	all := all(
		from(openSSL, "SSL alert number "+strconv.Itoa(a.number), "SSL3 alert read:fatal:"+words),
		from(java, "Received fatal alert: "+a.iana, "(HandshakeContext) fatal alert: "+a.iana),
		from(rustls, "received fatal alert: "+camel, "AlertReceived("+camel+")"),
		from(dotNET, "remote party sent a TLS alert: '"+camel+"'"),
		from(erlang, "received SERVER ALERT: Fatal - "+words, "received CLIENT ALERT: Fatal - "+words),
		from(curl, "(IN), TLS alert, "+words),
		from(haskell, "AlertLevel_Fatal,"+camel, "TLS alert from peer: "+words),
	)
	if a.gnuTLS != "" {
		all = append(all, from(gnuTLS, "rxd alert: "+a.gnuTLS, "TLS fatal alert has been received: "+a.gnuTLS,
			"alert ["+strconv.Itoa(a.number)+"]: "+a.gnuTLS, "Received alert: "+a.gnuTLS)...)
		all = append(all, from(mutt, "TLS fatal alert has been received.("+a.gnuTLS, "TLS fatal alert has been received. ("+a.gnuTLS)...)
		all = append(all, from(curl, "gnutls_handshake() failed: "+a.gnuTLS)...)
	}
	if a.golang != "" {
		all = append(all, from(goTLS, "remote error: tls: "+a.golang, "remote error: "+a.golang)...)
	}
	if a.rustls != "" {
		all = append(all, from(rustls, "received fatal alert: the peer "+a.rustls)...)
	}
	return all
}

// camelCase writes "unknown ca" as UnknownCa.
func camelCase(words string) string {
	var b strings.Builder
	for word := range strings.FieldsSeq(words) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// webPKI gives the frames in which the versions of rustls put the names of
// errors in certificates.
func webPKI(names ...string) []spelling {
	var all []spelling
	for _, name := range names {
		all = append(all, from(rustls, "invalid peer certificate: "+name, "InvalidCertificate("+name,
			"invalid certificate: "+name, "WebPKIError("+name, "InvalidCertificateData("+name, "OtherError("+name)...)
	}
	return all
}

// badCert gives how Erlang and Elixir print public_key's verdicts.
func badCert(names ...string) []spelling {
	var all []spelling
	for _, name := range names {
		all = append(all, from(erlang, "bad_cert,"+name, "bad_cert, "+name, "bad_cert, :"+name)...)
	}
	return all
}

// tlsAlert gives how Erlang and Elixir print the reason of a failed handshake
// by the alert that ended it: their own or the other side's.
func tlsAlert(names ...string) []spelling {
	var all []spelling
	for _, name := range names {
		words := strings.ReplaceAll(name, "_", " ")
		all = append(all, from(erlang, "tls_alert,{"+name, "tls_alert, {"+name, "tls_alert, {:"+name,
			`tls_alert,"`+words+`"`, `tls_alert, "`+words+`"`, "tls_alert, '"+words+"'")...)
	}
	return all
}

// osStatus gives how a number of Secure Transport is printed by those who log
// it: alone it could be part of anything.
func osStatus(name string, numbers ...string) []spelling {
	all := from(secureTransport, name)
	for _, number := range numbers {
		all = append(all, from(secureTransport, "OSStatus "+number, "OSStatus error "+number, "code: "+number,
			"Code="+number, "error code "+number, "("+number+")")...)
	}
	return all
}
