package received

import "strings"

// A protocol is a keyword behind "with" that says how SMTP or LMTP was spoken:
// one of RFC 3848 and RFC 6531 section 4.3, or made in the same way.
type protocol struct {
	name           string // in capitals
	extended       bool   // ESMTP or LMTP, which have variants with S and A
	tls, auth      bool
	registered     bool
	lower, isLocal bool // as written; behind "local-", as Exim has it
}

// keywordOf reads a keyword; it is nil for any other word.
func keywordOf(with string) *protocol {
	if len(with) > len("local-UTF8ESMTPSA") {
		return nil
	}
	name := strings.ToUpper(with)
	p := &protocol{name: name, lower: with != name}
	rest, utf8 := strings.CutPrefix(name, "UTF8")
	rest, p.isLocal = strings.CutPrefix(rest, "LOCAL-")
	if rest == "ASMTP" { // of the years before RFC 3848
		p.auth = true
		return p
	}
	for _, base := range []string{"ESMTP", "LMTP", "SMTP"} {
		suffix, found := strings.CutPrefix(rest, base)
		if !found {
			continue
		}
		p.extended = base != "SMTP" || utf8
		p.tls = strings.HasPrefix(suffix, "S")
		p.auth = strings.HasSuffix(suffix, "A")
		p.registered = !p.isLocal && (p.extended || suffix == "") && (!utf8 || base != "ESMTP")
		if suffix == "" || suffix == "S" || suffix == "A" || suffix == "SA" {
			return p
		}
	}
	return nil
}

// notSMTP are what stands behind "with" where no SMTP was spoken over a network.
var notSMTP = []string{"LOCAL", "LOCAL-BSMTP", "BSMTP", "HTTP", "HTTPS", "MAPI", "POP3", "IMAP", "MMS", "UUCP", "SPOOL", "SPAMASSASSIN", "ECSTREAM"}
