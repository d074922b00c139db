package audit

import (
	"strings"
	"testing"
)

// programsSaid is what programs wrote when they failed, and of which line a piece
// is to be quoted.
var programsSaid = map[string]struct{ output, want string }{
	"Ruby":                {"/usr/lib/ruby/3.1.0/net/protocol.rb:46:in `connect_nonblock': SSL_connect returned=1 errno=0 peeraddr=192.0.2.1:25 state=error: certificate verify failed (self-signed certificate) (OpenSSL::SSL::SSLError)\n\tfrom /usr/lib/ruby/3.1.0/net/protocol.rb:46:in `ssl_socket_connect'\n\tfrom /usr/lib/ruby/3.1.0/net/smtp.rb:632:in `tlsconnect'\n\tfrom mailer.rb:21:in `<main>'\n", `certificate verify failed (self-signed certificate) (OpenSSL::SSL::SSLError)`},
	"Ruby, another error": {"mailer.rb:21:in `read': No such file or directory @ rb_sysopen - message.eml (Errno::ENOENT)\n\tfrom mailer.rb:21:in `<main>'\n", "mailer.rb:21:in `read': No such file or directory @ rb_sysopen - message.eml (Errno::ENOENT)"},
	"Perl": {`unable to establish SMTP connection: SSL connect attempt failed error:0A000086:SSL routines::certificate verify failed at /srv/app/mailer.pl line 1.
	Mail::X::start("Mail::X", "x") called at /srv/app/mailer.pl line 1
	main::f() called at /srv/app/mailer.pl line 1
`, `unable to establish SMTP connection: SSL connect attempt failed error:0A000086:SSL routines::certificate verify failed`},
	"Perl, another error": {`cannot read the message at /srv/app/mailer.pl line 7.
Sub::Exporter::Util::__ANON__("Email::Sender::Simple", undef) called at /srv/app/mailer.pl line 9
`, `cannot read the message at /srv/app/mailer.pl line 7.`},
	"Node, nodemailer": {`node:internal/process/promises:391
    triggerUncaughtException(err, true /* fromPromise */);
    ^

Error: self-signed certificate
    at TLSSocket.onConnectSecure (node:_tls_wrap:1699:34)
    at TLSSocket.emit (node:events:524:28)
    at TLSSocket._finishInit (node:_tls_wrap:1097:8)
    at ssl.onhandshakedone (node:_tls_wrap:883:12) {
  code: 'ESOCKET',
  command: 'CONN'
}

Node.js v20.20.2
`, `Error: self-signed certificate`},
	"Node, another error": {`node:internal/modules/cjs/loader:1210
  throw err;
  ^

Error: Cannot find module 'nodemailer'
Require stack:
- /srv/app/mailer.js
    at Module._resolveFilename (node:internal/modules/cjs/loader:1207:15)
    at Module._load (node:internal/modules/cjs/loader:1038:27) {
  code: 'MODULE_NOT_FOUND',
  requireStack: [ '/srv/app/mailer.js' ]
}

Node.js v20.20.2
`, `Error: Cannot find module 'nodemailer'`},
	"Python": {`Traceback (most recent call last):
  File "/srv/app/p.py", line 2, in <module>
    s=smtplib.SMTP('192.0.2.1',25925); s.starttls(context=ssl.create_default_context())
                                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/usr/lib/python3.11/smtplib.py", line 790, in starttls
    self.sock = context.wrap_socket(self.sock,
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/usr/lib/python3.11/ssl.py", line 517, in wrap_socket
    return self.sslsocket_class._create(
           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/usr/lib/python3.11/ssl.py", line 1108, in _create
    self.do_handshake()
  File "/usr/lib/python3.11/ssl.py", line 1383, in do_handshake
    self._sslobj.do_handshake()
ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:1006)
`, `ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate`},
	"Python, another error": {`Traceback (most recent call last):
  File "/srv/app/mailer.py", line 3, in <module>
    open("message.eml")
FileNotFoundError: [Errno 2] No such file or directory: 'message.eml'
`, `FileNotFoundError: [Errno 2] No such file or directory: 'message.eml'`},
	"Java": {`Exception in thread "main" jakarta.mail.MessagingException: Could not convert socket to TLS;
  nested exception is:
	javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target
	at com.sun.mail.smtp.SMTPTransport.startTLS(SMTPTransport.java:2140)
	at com.sun.mail.smtp.SMTPTransport.protocolConnect(SMTPTransport.java:734)
	at jakarta.mail.Service.connect(Service.java:342)
Caused by: javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target
	at java.base/sun.security.ssl.Alert.createSSLException(Alert.java:131)
	at java.base/sun.security.ssl.TransportContext.fatal(TransportContext.java:383)
	at java.base/sun.security.ssl.TransportContext.fatal(TransportContext.java:326)
	... 5 more
Caused by: sun.security.validator.ValidatorException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target
	at java.base/sun.security.validator.PKIXValidator.doBuild(PKIXValidator.java:439)
	at java.base/sun.security.validator.PKIXValidator.engineValidate(PKIXValidator.java:306)
	at java.base/sun.security.validator.Validator.validate(Validator.java:264)
	... 19 more
Caused by: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target
	at java.base/sun.security.provider.certpath.SunCertPathBuilder.build(SunCertPathBuilder.java:148)
	at java.base/sun.security.provider.certpath.SunCertPathBuilder.engineBuild(SunCertPathBuilder.java:129)
	at java.base/java.security.cert.CertPathBuilder.build(CertPathBuilder.java:297)
	... 24 more
`, `unable to find valid certification path to requested target`},
	"Java, another error": {`Exception in thread "main" java.lang.NullPointerException: no host
	at java.base/java.util.Objects.requireNonNull(Objects.java:259)
	at Mailer.main(Mailer.java:7)
`, `Exception in thread "main" java.lang.NullPointerException: no host`},
	"Go": {`2026/07/01 12:00:00 tls: failed to verify certificate: x509: certificate signed by unknown authority
exit status 1
`, `tls: failed to verify certificate: x509: certificate signed by unknown authority`},
	"Go, a panic": {`panic: tls: failed to verify certificate: x509: certificate signed by unknown authority

goroutine 1 [running]:
main.main()
	/srv/app/g.go:5 +0xb0
exit status 2
`, `panic: tls: failed to verify certificate: x509: certificate signed by unknown authority`},
	"Go, another panic": {`panic: no recipient

goroutine 1 [running]:
main.main()
	/srv/app/main.go:5 +0xb0
exit status 2
`, `panic: no recipient`},
	"curl": {`curl: (60) SSL certificate problem: self-signed certificate
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above.
`, `curl: (60) SSL certificate problem: self-signed certificate`},
	"s-nail": {`s-nail: could not initiate TLS connection: error:0A000086:SSL routines::certificate verify failed
/var/mail/dead.letter 11/343
s-nail: ... message not sent
`, `s-nail: could not initiate TLS connection: error:0A000086:SSL routines::certificate verify failed`},
	"s-nail, a name": {`s-nail: TLS certificate does not match: mx.example.test:2528
... message not sent
`, `s-nail: TLS certificate does not match: mx.example.test:2528`},
	"swaks": {`=== Trying 192.0.2.1:25...
=== Connected to 192.0.2.1.
<-  220 mx.self-signed.fakemx.test ESMTP fakemx
 -> EHLO client.example.test
<-  250-mx.self-signed.fakemx.test
<-  250-PIPELINING
<-  250-8BITMIME
<-  250-ENHANCEDSTATUSCODES
<-  250-CHUNKING
<-  250-BINARYMIME
<-  250-SMTPUTF8
<-  250-DSN
<-  250-SIZE 26214400
<-  250 STARTTLS
 -> STARTTLS
<-  220 2.0.0 Ready to start TLS
*** TLS startup failed (connect(): error:0A000086:SSL routines::certificate verify failed)
*** STARTTLS attempted but failed
`, `*** TLS startup failed (connect(): error:0A000086:SSL routines::certificate verify failed)`},
	"swaks, refused": {` -> MAIL FROM:<a@example.test>
<-  250 2.0.0 OK
 -> RCPT TO:<b@example.test>
<** 550 5.7.1 Go away
 -> QUIT
<-  221 2.0.0 Bye
=== Connection closed with remote host.
`, `<** 550 5.7.1 Go away`},
	"PHP": {`PHP Warning:  stream_socket_enable_crypto(): SSL operation failed with code 1. OpenSSL Error messages:
error:0A000086:SSL routines::certificate verify failed in /srv/app/p.php on line 3

Warning: stream_socket_enable_crypto(): SSL operation failed with code 1. OpenSSL Error messages:
error:0A000086:SSL routines::certificate verify failed in /srv/app/p.php on line 3
PHP Fatal error:  Uncaught Exception: cannot start TLS in /srv/app/p.php:3
Stack trace:
#0 {main}
  thrown in /srv/app/p.php on line 3

Fatal error: Uncaught Exception: cannot start TLS in /srv/app/p.php:3
Stack trace:
#0 {main}
  thrown in /srv/app/p.php on line 3
`, `certificate verify failed in /srv/app/p.php on line 3`},
	"PHP, another error": {`PHP Fatal error:  Uncaught Exception: no recipient in /srv/app/p.php:3
Stack trace:
#0 {main}
  thrown in /srv/app/p.php on line 3
`, `PHP Fatal error: Uncaught Exception: no recipient in /srv/app/p.php:3`},
	"msmtp": {`msmtp: TLS certificate verification failed: The certificate is NOT trusted. The certificate issuer is unknown. 
msmtp: could not send mail
`, `msmtp: TLS certificate verification failed: The certificate is NOT trusted.`},
	"only places": {`	at a.B.c(B.java:1)
	at d.E.f(E.java:2)
`, `at d.E.f(E.java:2)`},
}

// TestTheMostTellingLineIsQuoted, and no stack frame, no version and no farewell.
func TestTheMostTellingLineIsQuoted(t *testing.T) {
	t.Parallel()
	for name, test := range programsSaid {
		got := (CommandRun{Output: test.output}).lastWords()
		if unquoted := strings.ReplaceAll(got, `\"`, `"`); !strings.Contains(unquoted, test.want) {
			t.Errorf("%s: the quote is %s, want %s in it", name, got, test.want)
		}
	}
}
