package mtasts

import (
	"net/netip"
	"strings"
)

// A Pattern is the value of mx in a policy: a host name, or "*." and one (RFC
// 8461 section 3.2). Names are in A-label form: xn--mller-kva.example, not
// müller.example.
type Pattern string

// Matches reports whether the pattern matches a host: the name in the MX record,
// in A-label form, with or without the dot at its end (RFC 8461 section 4.1).
//
// Letters match in either case. "*." stands for exactly one label:
// *.example.com matches mail.example.com, but neither example.com nor
// foo.bar.example.com. A pattern that [ParsePolicy] would refuse, such as
// ".example.com" or "mail*.example.com", matches nothing.
//
// Section 4.1 points to RFC 6125, which leaves this open:
//
//   - A wildcard before a single label: *.com matches example.com here, as the
//     grammar allows it. [PolicyNotes] warns about it.
//   - The label that * stands for: it may be anything here, also an A-label or
//     one with an underscore, but neither empty nor with a * in it.
//   - An MX record whose name is an alias: the name in the MX record counts, not
//     the one that a CNAME leads to.
//   - A domain without MX records, which is its own mail host (RFC 5321 section
//     5.1): pass the domain.
//   - An address literal or an IP address: no pattern matches one (section 3.4
//     says that MTA-STS has nothing for address literals).
//   - A host in U-label form: nothing matches it. Convert it first, for example
//     with golang.org/x/net/idna.
func (p Pattern) Matches(host string) bool {
	host = strings.TrimSuffix(host, ".")
	if wrongPattern(string(p)) != "" || isAddress(host) {
		return false
	}
	parent, wildcard := strings.CutPrefix(string(p), "*.")
	if !wildcard {
		return equalFold(string(p), host)
	}
	label, rest, _ := strings.Cut(host, ".")
	return label != "" && !strings.Contains(label, "*") && equalFold(parent, rest)
}

// equalFold is strings.EqualFold for names of ASCII: with that one, the Kelvin
// sign is a k.
func equalFold(pattern, name string) bool {
	return len(pattern) == len(name) && strings.EqualFold(pattern, name)
}

// wrongPattern says what is wrong with a pattern, as a hint at the fix, or
// nothing: sts-policy-mx-value is ["*."] Domain.
func wrongPattern(text string) string {
	name, _ := strings.CutPrefix(text, "*.")
	switch {
	case isDomain(name):
		return ""
	case strings.HasPrefix(text, "."):
		return `write "*` + text + `" for the hosts below a name`
	case strings.HasPrefix(text, "["):
		return "an address literal cannot be listed; give the host a name"
	case strings.ContainsAny(text, ", \t;"):
		return "give every host a line of its own"
	case strings.Contains(name, "*"):
		return `a wildcard is the whole first label, as in "*.example.com"`
	case strings.HasSuffix(name, "."):
		return "remove the dot at the end"
	case strings.ContainsFunc(text, func(r rune) bool { return r > 0x7f }):
		return "write the A-labels, xn--…"
	}
	return "a label is made of letters, digits and hyphens, with no hyphen at either end"
}

// isDomain is Domain of RFC 5321 section 4.1.2, which has no dot at its end.
func isDomain(name string) bool {
	for label := range strings.SplitSeq(name, ".") {
		if !all(label, len(label), func(c byte) bool { return isAlphanumeric(c) || c == '-' }) ||
			label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
	}
	return true
}

// isAddress is true of what names no host: an address literal, or an address.
func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil || strings.HasPrefix(host, "[")
}
