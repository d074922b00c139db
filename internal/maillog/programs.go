package maillog

import "strings"

// programs are the tags by which programs call themselves in syslog, and their
// dialects. A tag with a slash is looked up by what stands before it, too.
var programs = map[string]string{
	"sendmail": "sendmail", "sm-mta": "sendmail", "sm-msp-queue": "sendmail", "sm-msp": "sendmail", "sm-queue": "sendmail", "sm-acceptingconnections": "sendmail",
	"postfix": "postfix", "exim": "exim", "exim4": "exim", "cPanel-exim": "exim", "smtpd": "opensmtpd", "opensmtpd": "opensmtpd", "msmtp": "msmtp",
	"chasquid": "chasquid", "maddy": "maddy", "mox": "mox", "haraka": "haraka", "courieresmtp": "courier", "courieresmtpd": "courier", "courierd": "courier",
	"courieresmtpcl": "courier", "nullmailer": "nullmailer", "nullmailer-send": "nullmailer", "dma": "dma", "qmail": "qmail", "qmail-send": "qmail", "ssmtp": "ssmtp",
	"sSMTP": "ssmtp", "postfix-script": "postfix", "posttls-finger": "postfix",
	"opendkim": "milter", "opendmarc": "milter", "dkimpy-milter": "milter", "postgrey": "milter", "policyd-spf": "milter", "postsrsd": "milter",
	"spamd": "milter", "spamass-milter": "milter", "milter-greylist": "milter", "amavis": "milter", "clamav-milter": "milter", "clamd": "milter",
	"courierlocal": "courier", "courieruucp": "courier", "courierdsn": "courier", "imapd-ssl": "courier", "pop3d-ssl": "courier", "esmtpd": "courier", "esmtpd-ssl": "courier",
	"couriertls": "courier", "mail_logs": "ironport", "s-nail": "s-nail", "mailx": "s-nail", "mutt": "mutt", "neomutt": "mutt",
}

// dialectOf is the dialect of a program by its tag.
func dialectOf(program string) string {
	if d := programs[program]; d != "" {
		return d
	}
	before, _, _ := strings.Cut(program, "/")
	if d := programs[before]; d != "" {
		return d
	}
	if before, _, ok := strings.Cut(program, "-"); ok && before == "postfix" {
		return "postfix"
	}
	return ""
}

func knownProgram(program string) bool { return dialectOf(program) != "" }
