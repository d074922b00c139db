package received

import (
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

// IsAddressLiteral is true for IPv4 and IPv6 literals; no other kind is
// registered.
func IsAddressLiteral(s string) bool {
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

// AddressLiteral is how RFC 5321 section 4.1.3 writes an IP address.
func AddressLiteral(ip netip.Addr) string {
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		return "[IPv6:" + ip.String() + "]"
	}
	return "[" + ip.String() + "]"
}

// IsDomain is Domain of RFC 5321 section 4.1.2.
func IsDomain(s string) bool {
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

// IsHostname is IsDomain for a name that may have underscores, as those of
// containers have.
func IsHostname(s string) bool { return IsDomain(strings.ReplaceAll(s, "_", "x")) }

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

// IsMailbox is Mailbox of RFC 5321 section 4.1.2, with the UTF-8 of RFC 6531
// section 3.3 if international.
func IsMailbox(s string, international bool) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 0 || len(s)+len("<>") > maxPath || !utf8.ValidString(s) {
		return false
	}
	local, domain := s[:at], s[at+1:]
	if len(local) > maxLocalPart || !isDotString(local, international) && !isQuotedString(local, international) {
		return false
	}
	if IsAddressLiteral(domain) {
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

// IsAtom is Atom of RFC 5322 section 3.2.3.
func IsAtom(s string) bool {
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

// IsSuiteName is tls-cipher of RFC 8314 section 4.3: a registered name, or 0x
// and four hexadecimal digits.
func IsSuiteName(s string) bool {
	if hex, ok := strings.CutPrefix(s, "0x"); ok {
		return len(hex) == 4 && strings.Trim(hex, "0123456789abcdefABCDEF") == ""
	}
	return isIdentifier(s, "_")
}

// IsGroupName is dh-group of RFC 8314 section 4.3.
func IsGroupName(s string) bool { return isIdentifier(s, "_-") }

// isIdentifier is a letter followed by letters, digits and others.
func isIdentifier(s, others string) bool {
	for i, r := range s {
		digit := '0' <= r && r <= '9'
		if i == 0 && (digit || !isLetterOrDigit(r)) || !isLetterOrDigit(r) && !strings.ContainsRune(others, r) {
			return false
		}
	}
	return s != ""
}

// isInternationalDomain is IsDomain with the U-labels of RFC 6531 section 3.3.
func isInternationalDomain(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if !isLabel(label, true) {
			return false
		}
	}
	return len(s) <= maxDomain
}
