package maillog

import (
	"strings"
	"testing"
)

// A stack trace is one story, and its innermost cause is why: each as its
// language prints it, with a line of another story behind.
func TestTracesAreOneStory(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		trace string
		want  Reason
	}{
		"Java": {`jakarta.mail.MessagingException: Could not convert socket to TLS;
  nested exception is:
	javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target
	at org.eclipse.angus.mail.smtp.SMTPTransport.startTLS(SMTPTransport.java:2155)
	... 12 more
Caused by: sun.security.validator.ValidatorException: PKIX path building failed
	at java.base/sun.security.validator.PKIXValidator.doBuild(PKIXValidator.java:439)`, IssuerUnknown},
		"Java behind tags": {`Jan  2 19:58:51 mx app[7]: jakarta.mail.MessagingException: Could not convert socket to TLS
Jan  2 19:58:51 mx app[7]: 	at org.eclipse.angus.mail.smtp.SMTPTransport.startTLS(SMTPTransport.java:2155)
Jan  2 19:58:51 mx app[7]: Caused by: java.security.cert.CertificateExpiredException: NotAfter: Tue Jan 02 19:58:51 CET 2024`, Expired},
		"Python": {`Traceback (most recent call last):
  File "/usr/lib/python3.11/smtplib.py", line 790, in starttls
    self.sock = context.wrap_socket(self.sock,
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1016)

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/mail.py", line 12, in send
    raise RuntimeError("cannot send")
RuntimeError: cannot send`, Expired},
		"Ruby": {`/usr/lib/ruby/3.1.0/net/protocol.rb:46:in 'connect_nonblock': SSL_connect returned=1 errno=0 peeraddr=192.0.2.1:25 state=error: certificate verify failed (self-signed certificate) (OpenSSL::SSL::SSLError)
	from /usr/lib/ruby/3.1.0/net/protocol.rb:46:in 'ssl_socket_connect'
	from /usr/lib/ruby/3.1.0/net/smtp.rb:660:in 'tlsconnect'`, SelfSigned},
		"Rails": {`OpenSSL::SSL::SSLError (SSL_connect returned=1 errno=0 state=error: certificate verify failed (self-signed certificate)):

app/mailers/a_mailer.rb:12:in 'send_mail'
app/controllers/b.rb:3:in 'create'`, SelfSigned},
		"Node": {`Error: certificate has expired
    at TLSSocket.onConnectSecure (node:_tls_wrap:1674:34)
    at TLSSocket.emit (node:events:518:28) {
  code: 'ESOCKET',
  command: 'CONN'
}`, Expired},
		".NET": {`System.Security.Authentication.AuthenticationException: Authentication failed, see inner exception.
 ---> System.Security.Authentication.AuthenticationException: The remote certificate is invalid because of errors in the certificate chain: NotTimeValid
   at System.Net.Security.SslStream.CompleteHandshake(SslAuthenticationOptions o)
   --- End of inner exception stack trace ---
   at MailKit.Net.Smtp.SmtpClient.ConnectAsync(String host) in /src/MailKit/SmtpClient.cs:line 12
--- End of stack trace from previous location ---`, OutsideValidity},
		"Go": {`panic: tls: failed to verify certificate: x509: certificate signed by unknown authority

goroutine 1 [running]:
main.main()
	/src/main.go:12 +0x1d
exit status 2`, IssuerUnknown},
		"Go, with the stack": {`x509: certificate signed by unknown authority
cannot send
example.test/mail.Send
	/src/mail/send.go:12
main.main
	/src/main.go:7`, IssuerUnknown},
		"Rust": {`Error: cannot send

Caused by:
    0: Connection error
    1: error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed:ssl/statem/statem_clnt.c:1889: (self-signed certificate)

Stack backtrace:
   0: std::backtrace::Backtrace::create`, SelfSigned},
		"Rust's panic": {`thread 'main' panicked at src/main.rs:5:10:
called Result::unwrap() on an Err value: invalid peer certificate: UnknownIssuer
note: run with RUST_BACKTRACE=1 environment variable to display a backtrace`, IssuerUnknown},
		"PHP": {`PHP Fatal error:  Uncaught Symfony\Component\Mailer\Exception\TransportException: Unable to connect with STARTTLS: stream_socket_enable_crypto(): SSL operation failed with code 1. OpenSSL Error messages:
error:0A000086:SSL routines::certificate verify failed in /app/vendor/a.php:12
Stack trace:
#0 /app/vendor/b.php(34): a()
#1 {main}
  thrown in /app/vendor/a.php on line 12`, NotVerified},
	} {
		var failures []Failure
		log := NewLog(nil, func(f Failure) { failures = append(failures, f) })
		lines := strings.Split(c.trace, "\n")
		for i, line := range lines {
			log.Add(i+1, line)
		}
		log.Add(len(lines)+1, "Jan  2 19:58:52 mx other[9]: certificate is not yet valid")
		log.Flush()
		if len(failures) != 2 || failures[0].Reason != c.want || failures[1].Reason != NotYetValid {
			t.Errorf("%s: got %d failures, want two, of %s and of the line behind", name, len(failures), c.want)
			for _, f := range failures {
				t.Logf("%s in line %d: %s", f.Reason, f.At, f.Text)
			}
		}
	}
}

// In a transcript the command before a refusal tells the stage.
func TestTranscriptsTellTheStage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		dialogue string
		stage    Stage
		want     Reason
	}{
		"swaks":       {" -> AUTH LOGIN\n<** 530 Must issue a STARTTLS command first", Auth, TLSDemanded},
		"swaks, TLS":  {"=== Connected to mx.example.test.\n<-  220 mx ESMTP\n -> EHLO a\n<-  250-mx\n<-  250 STARTTLS\n -> STARTTLS\n<** 454 4.3.0 Try again later\n*** STARTTLS attempted but failed", STARTTLS, STARTTLSRefused},
		"PHPMailer":   {"2024-01-02 19:58:51 CLIENT -> SERVER: STARTTLS\n2024-01-02 19:58:51 SERVER -> CLIENT: 502 5.5.1 Command not implemented", STARTTLS, STARTTLSRefused},
		"nodemailer":  {"[2024-01-02 19:58:51] DEBUG [abc] C: STARTTLS\n[2024-01-02 19:58:51] DEBUG [abc] S: 454 4.7.0 Not now", STARTTLS, STARTTLSRefused},
		"MailKit":     {"C: STARTTLS\nS: 554 5.0.0 No", STARTTLS, STARTTLSRefused},
		"curl -v":     {"> STARTTLS\n< 502 5.5.1 No", STARTTLS, STARTTLSRefused},
		"smtplib":     {"send: 'STARTTLS\\r\\n'\nreply: b'454 4.7.0 Not now\\r\\n'", STARTTLS, STARTTLSRefused},
		"msmtp -d":    {"--> STARTTLS\n<-- 454 4.7.0 Not now", STARTTLS, STARTTLSRefused},
		"Perl":        {"Net::SMTP>>> STARTTLS\nNet::SMTP=GLOB(0x55)<<< 454 4.7.0 Not now", STARTTLS, STARTTLSRefused},
		"Ruby":        {"<- \"STARTTLS\\r\\n\"\n-> \"454 4.7.0 Not now\\n\"", STARTTLS, STARTTLSRefused},
		"Exchange":    {"2019-06-15T09:25:35.815Z,OUT,08D6EF29D1B8E590,2,192.0.2.1:60029,192.0.2.24:25,>,STARTTLS,\n2019-06-15T09:25:35.915Z,OUT,08D6EF29D1B8E590,3,192.0.2.1:60029,192.0.2.24:25,<,454 4.7.0 Not now,", STARTTLS, STARTTLSRefused},
		"a recipient": {" -> RCPT TO:<a@example.test>\n<** 550 5.1.1 User unknown", Rcpt, UserUnknown},
	} {
		if got := readStory(c.dialogue); got.Reason != c.want || got.Stage != c.stage || got.Side != Client {
			t.Errorf("%s: is %s %s %s (%s), want client %s %s", name, got.Side, got.Stage, got.Reason, got.Text, c.stage, c.want)
		}
	}
}
