package logs

import (
	"cmp"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/internal/maillog"
)

// A writer is a mailer or a client that wrote a log, and how it is made to write
// more.
type writer struct {
	// name is that of its dialect, or of a client that has none.
	name string
	// words show a client that has no dialect.
	words []string
	// more says how.
	more string
	// why is a sentence that says how it tells why a server was refused; if empty,
	// it is made of more.
	why string
}

// whyWords are a sentence that says how the reason of a failure is learned.
func (w *writer) whyWords() string {
	return cmp.Or(w.why, "A transcript of the dialogue may show the reason: "+w.more+".")
}

// writers stand in the order in which they are told of.
var writers = []writer{
	{
		name: "sendmail", more: "sendmail confLOG_LEVEL 14",
		why: "sendmail logs the reason at LogLevel 14: set define(`confLOG_LEVEL', `14')dnl, then look for verifymsg= and reason=.",
	},
	{
		name: "postfix", more: "Postfix smtp_tls_loglevel 1",
		why: "Postfix logs the reason at smtp_tls_loglevel = 1; look for “certificate verification failed for” and “TLS library problem” from the same process.",
	},
	{
		name: "exim", more: "Exim log_selector +tls_cipher +tls_certificate_verified",
		why: "Exim logs the reason in an earlier line, “SSL verify error” or “certificate invalid”; log_selector = +tls_certificate_verified +tls_peerdn adds details.",
	},
	{
		name: "opensmtpd", more: "OpenSMTPD smtpd -T smtp",
		why: "OpenSMTPD does not log the reason; the command below shows it.",
	},
	{name: "s-nail", more: "s-nail -v -v"},
	{name: "mutt", more: "mutt -d 2, which writes ~/.muttdebug0, if it was built with debugging"},
	{name: "curl", more: "curl -v"},
	{name: "s_client", more: "openssl s_client -state"},
	{
		name: "Net::SMTP of Perl", more: "Net::SMTP of Perl, Debug => 1, and IO::Socket::SSL, perl -MIO::Socket::SSL=debug3",
		words: []string{"can't STARTTLS", "Net::SMTP=GLOB", "Net::SMTP::_SSL", "Net::SMTP>>>", "Net::SMTP: ", "[Net::SMTP]", "unable to establish SMTP connection"},
	},
	{
		name: "Net::SMTP of Ruby", more: "Net::SMTP of Ruby, set_debug_output($stderr)",
		words: []string{"Net::SMTP", "Net::OpenTimeout", "Net::ReadTimeout", "OpenSSL::SSL::", ".rb:", "Connection opened: ", "TLS connection started"},
	},
	{name: "smtplib", words: []string{"smtplib", "SMTPException"}, more: "smtplib of Python, set_debuglevel(1)"},
	{name: "PHPMailer", words: []string{"PHPMailer", "SERVER -> CLIENT: ", "CLIENT -> SERVER: ", "SMTP connect() failed"}, more: "PHPMailer, SMTPDebug = 4"},
	{name: "msmtp", words: []string{"msmtp: "}, more: "msmtp --debug"},
	{name: "nodemailer", words: []string{"nodemailer", "smtp-connection"}, more: "nodemailer, logger: true and debug: true"},
	{name: "Jakarta Mail", words: []string{"com.sun.mail.", "javax.mail.", "jakarta.mail.", "org.eclipse.angus."}, more: "Jakarta Mail, mail.debug=true"},
}

// writerOf is who wrote a line; nil if that is none of whom a hint is known.
func writerOf(ev maillog.Event) *writer {
	for i := range writers {
		w := &writers[i]
		if w.name == ev.Dialect || (ev.Dialect == "" || ev.Dialect == "transcript") && containsAny(ev.Text, w.words) {
			return w
		}
	}
	return nil
}

func containsAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}

// hint says how those who wrote a log are made to write more.
func (r *report) hint() string {
	var more []string
	for i := range writers {
		if r.writers[&writers[i]] {
			more = append(more, writers[i].more)
		}
	}
	if len(more) == 0 {
		return "A higher log level of the mailer may show more, or a transcript of the dialogue, for which most clients have an option such as --verbose or --debug."
	}
	return "A higher log level or a transcript of the dialogue may show more: " + strings.Join(more, "; ") + "."
}
