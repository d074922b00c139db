package maillog

import (
	"strconv"
	"strings"
)

// numbered are what stands before a number that is a reason: an X.509 verify
// code of OpenSSL, or an alert (RFC 8446 section 6).
var numbered = []pattern{
	{text: "verify return code: ", source: openSSL, number: verifyCode},
	{text: "verify error:num=", source: openSSL, number: verifyCode},
	{text: "num=", source: openSSL, number: verifyCode},
	{text: "get_verify: ", source: "sendmail: sendmail/tls.c", number: verifyCode},
	{text: "verify_result=", source: openSSL, number: verifyCode},
	{text: "peer certificate (error ", source: "nullmailer: lib/tls.cc", number: verifyCode},
	{text: "alert number ", source: openSSL, number: alertNumber},
	{text: "alert [", source: gnuTLS, number: alertNumber},
	{text: "fatal alert was received: ", source: schannel, number: alertNumber},
	{text: "fatal alert code is ", source: schannel, number: alertNumber},
	{text: "alert code ", source: gnuTLS, number: alertNumber},
}

// alerts are those of RFC 8446 section 6 and RFC 5246 section 7.2 that have a
// reason of their own.
var alerts = map[int]Reason{
	10: AlertUnexpectedMessage, 20: AlertBadRecordMAC, 40: AlertHandshakeFailure, 42: AlertBadCertificate, 43: AlertUnsupportedCertificate,
	44: AlertCertificateRevoked, 45: AlertCertificateExpired, 46: AlertCertificateUnknown, 47: AlertIllegalParameter,
	48: AlertUnknownCA, 49: AlertAccessDenied, 50: AlertDecodeError, 51: AlertDecryptError, 70: AlertProtocolVersion,
	71: AlertInsufficientSecurity, 80: AlertInternalError, 86: AlertInappropriateFallback, 90: AlertUserCanceled,
	112: AlertUnrecognizedName, 116: AlertCertificateRequired, 120: AlertNoApplicationProtocol,
}

// verifyCodes are the reasons of X.509 verify codes, from the vocabulary.
var verifyCodes = func() map[int]Reason {
	codes := make(map[int]Reason)
	for _, r := range vocabulary {
		for _, code := range r.codes {
			codes[code] = r.reason
		}
	}
	return codes
}()

// rowOf are the places of reasons in the vocabulary.
var rowOf = func() map[Reason]int {
	rows := make(map[Reason]int)
	for i, r := range vocabulary {
		rows[r.reason] = i
	}
	return rows
}()

// A because is a reason that a text gives, and the words that say it.
type because struct {
	Reason
	says string
}

// reasonOf is the reason that a text gives by the vocabulary. Where that leaves
// it open whether a certificate is too old or too new, Go's next words tell.
func reasonOf(text string) because {
	found := vocabularyMatcher().reason(text)
	if found.Reason == OutsideValidity {
		switch {
		case strings.Contains(text, " is after "):
			found.Reason = Expired
		case strings.Contains(text, " is before "):
			found.Reason = NotYetValid
		}
	}
	return found
}

// reason is the most telling reason in a text, and of several equal ones that
// whose row of the vocabulary comes first; none if the text gives no reason.
// Words inside longer ones that are known do not count.
func (m *matcher) reason(text string) because {
	var space [16]match
	matches := m.find(text, space[:0])
	var best because
	weight, row := -1, 0
	for i, found := range matches {
		reason, to := found.meaning(text)
		w, at := kinds[reason].weight, found.row
		if found.number != noNumber {
			at = rowOf[reason]
		}
		if reason == "" || w < weight || w == weight && at >= row || found.inside(matches[i+1:], matches[:i]) {
			continue
		}
		best, weight, row = because{reason, text[found.from:to]}, w, at
	}
	return best
}

// inside reports whether a match is part of a longer one. Those that end later
// come behind it, and those that end where it does stand before or behind it.
func (m match) inside(behind, before []match) bool {
	for _, other := range behind {
		if other.from <= m.from && other.to-other.from > m.to-m.from {
			return true
		}
	}
	for j := len(before) - 1; j >= 0 && before[j].to == m.to; j-- {
		if before[j].from < m.from {
			return true
		}
	}
	return false
}

// meaning is the reason of a match, and where its words end. A number that
// stands for nothing has none.
func (m match) meaning(text string) (reason Reason, to int) {
	if m.number == noNumber {
		return m.reason, m.to
	}
	end := m.to
	for end < len(text) && end < m.to+3 && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(text[m.to:end])
	if err != nil {
		return "", end
	}
	if m.number == alertNumber {
		return alerts[n], end
	}
	return verifyCodes[n], end
}
