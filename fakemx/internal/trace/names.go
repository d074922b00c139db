package trace

import (
	"fmt"
	"net/netip"
	"strings"
	"unicode/utf8"
)

// The longest things RFC 5321 section 4.5.3.1 allows, in octets.
const (
	maxDomain    = 255
	maxLabel     = 63 // RFC 1035 section 2.3.4
	maxLocalPart = 64
	maxPath      = 256
)

// maxWord bounds the words that we write and no other limit holds for, so that
// no line gets too long (RFC 5322 section 2.1.1).
const maxWord = 255

// maxQuoted is how many octets of a bad name are shown in a comment.
const maxQuoted = 64

// clientWords are the words behind "from". A client that gave neither a domain
// nor an address literal stands there with its address, and what it did say in
// a comment, where it can do no harm.
func clientWords(f Facts) string {
	info := tcpInfo(f.RemoteIP)
	if isDomain(f.HELO) || isAddressLiteral(f.HELO) && info != "" {
		return f.HELO + " " + info
	}
	words := "unknown"
	if info != "" {
		words = addressLiteral(f.RemoteIP) + " " + info
	}
	if f.HELO != "" {
		words += " (helo=" + commentText(f.HELO) + ")"
	}
	return words
}

// peerWords are the words behind "by". TCP-info must follow a literal.
func peerWords(hostname string) string {
	switch {
	case isDomain(hostname):
		return hostname
	case isAddressLiteral(hostname):
		return hostname + " (" + hostname + ")"
	}
	return "unknown (name=" + commentText(hostname) + ")"
}

// tcpInfo is TCP-info in its parentheses; empty if ip is not valid.
func tcpInfo(ip netip.Addr) string {
	if !ip.IsValid() {
		return ""
	}
	return "(" + addressLiteral(ip) + ")"
}

// addressLiteral is RFC 5321 section 4.1.3.
func addressLiteral(ip netip.Addr) string {
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		return "[IPv6:" + ip.String() + "]"
	}
	return "[" + ip.String() + "]"
}

// isAddressLiteral is true for IPv4 and IPv6 literals; no other kind is
// registered.
func isAddressLiteral(s string) bool {
	s, opened := strings.CutPrefix(s, "[")
	s, closed := strings.CutSuffix(s, "]")
	if !opened || !closed {
		return false
	}
	const tag = "IPv6:"
	is6 := len(s) > len(tag) && strings.EqualFold(s[:len(tag)], tag)
	if is6 {
		s = s[len(tag):]
	}
	ip, err := netip.ParseAddr(s)
	return err == nil && ip.Is6() == is6 && ip.Zone() == ""
}

// isDomain is Domain of RFC 5321 section 4.1.2.
func isDomain(s string) bool {
	if len(s) > maxDomain {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if !isLabel(label, false) {
			return false
		}
	}
	return true
}

// isLabel is sub-domain of RFC 5321 section 4.1.2, with the U-label of RFC 6531
// section 3.3 if international.
func isLabel(s string, international bool) bool {
	if s == "" || len(s) > maxLabel || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for _, r := range s {
		if !isLetterOrDigit(r) && r != '-' && (r < utf8.RuneSelf || !international) {
			return false
		}
	}
	return true
}

// isMailbox is Mailbox of RFC 5321 section 4.1.2, with the UTF-8 of RFC 6531
// section 3.3 if international.
func isMailbox(s string, international bool) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 0 || len(s)+len("<>") > maxPath || !utf8.ValidString(s) {
		return false
	}
	local, domain := s[:at], s[at+1:]
	if len(local) > maxLocalPart || !isDotString(local, international) && !isQuotedString(local, international) {
		return false
	}
	if isAddressLiteral(domain) {
		return true
	}
	for label := range strings.SplitSeq(domain, ".") {
		if !isLabel(label, international) {
			return false
		}
	}
	return len(domain) <= maxDomain
}

func isDotString(s string, international bool) bool {
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" {
			return false
		}
		for _, r := range atom {
			if !isAtomText(r) && (r < utf8.RuneSelf || !international) {
				return false
			}
		}
	}
	return true
}

// isQuotedString is Quoted-string of RFC 5321 section 4.1.2.
func isQuotedString(s string, international bool) bool {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return false
	}
	escaped := false
	for _, r := range s[1 : len(s)-1] {
		switch {
		case r < ' ' || r == 0x7f || r >= utf8.RuneSelf && (escaped || !international):
			return false
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case r == '"':
			return false
		}
	}
	return !escaped
}

// isAtom is Atom of RFC 5322 section 3.2.3.
func isAtom(s string) bool {
	for _, r := range s {
		if !isAtomText(r) {
			return false
		}
	}
	return s != ""
}

func isAtomText(r rune) bool {
	return isLetterOrDigit(r) || strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
}

func isLetterOrDigit(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// commentText makes any octets fit for a comment, on one line and without a
// space: what has a meaning there or is not printable is shown as %XX, and what
// is longer than maxQuoted is cut.
func commentText(s string) string {
	cut := ""
	if len(s) > maxQuoted {
		s, cut = s[:maxQuoted], "..."
	}
	if strings.IndexFunc(s, isNoCommentText) < 0 {
		return s + cut
	}
	var b strings.Builder
	for _, c := range []byte(s) {
		if isNoCommentText(rune(c)) {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String() + cut
}

// isNoCommentText is true for what has a meaning in a comment or is not
// printable ASCII.
func isNoCommentText(r rune) bool {
	switch r {
	case '(', ')', '\\', '"', '%':
		return true
	}
	return r <= ' ' || r > '~'
}

// commentPhrase is commentText of each word of s.
func commentPhrase(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		words[i] = commentText(w)
	}
	return strings.Join(words, " ")
}
