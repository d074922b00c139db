package symptoms

import (
	"regexp"
	"strings"
)

// What a Received field (RFC 5321 section 4.4) says about how a message came:
// the keyword behind with (RFC 3848, RFC 6531), and that there was TLS.
var (
	receivedField = regexp.MustCompile(`(?i)^[\s>"'|]*received:`)
	withKeyword   = regexp.MustCompile(`\bwith\s+(?:\([^()]*\)\s*)?((?i:utf8|utf8l|e|l)?(?i:smtps?a?))\b`)
	tlsRemark     = regexp.MustCompile(`(?i)\bversion=(?:TLS|SSL)|\busing TLS|\bTLS ?v?1|\bcipher\b`)
)

// InReceived reports whether a line is a Received field, unfolded or its first
// line.
func InReceived(line string) bool { return receivedField.MatchString(line) }

// SearchReceived returns the scenarios of which a peer stamps such a field.
// What the field says of a certificate is about the client's, so it is no
// symptom of a peer.
func SearchReceived(line string) []Match {
	with := withKeyword.FindStringSubmatch(line)
	if with == nil {
		return nil
	}
	keyword, inTLS := with[1], tlsRemark.MatchString(line)
	match := func(scenario string, phrases ...string) []Match {
		return []Match{{Scenario: scenario, Phrases: append([]string{"with " + keyword}, phrases...), Score: 1}}
	}
	var remark []string
	if inTLS {
		remark = []string{tlsRemark.FindString(line)}
	}
	upper := strings.ToUpper(keyword)
	secure := strings.HasSuffix(strings.TrimSuffix(upper, "A"), "SMTPS")
	switch {
	case InReceived(line) && keyword != upper && !strings.HasPrefix(keyword, "S"):
		return match("received-lowercase", remark...)
	case !InReceived(line) && upper != "ESMTPA", secure:
		return nil
	case inTLS && upper == "SMTP":
		return append(match("received-always-smtp", remark...), match("received-downgraded", remark...)...)
	case inTLS || upper == "ESMTPA":
		return match("received-downgraded", remark...)
	}
	return nil
}
