package mxdns

import (
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// isWildcard says whether a name is a wildcard (RFC 4592 section 2.1.1).
func isWildcard(name string) bool { return strings.HasPrefix(name, "*.") }

// parent is a name without its first label.
func parent(name string) string {
	offset, end := dns.NextLabel(name, 0)
	if end {
		return "."
	}
	return name[offset:]
}

// nextCloser is the name one label longer than the closest encloser of a name
// (RFC 5155 section 1.3).
func nextCloser(name, encloser string) string {
	for parent(name) != encloser {
		name = parent(name)
	}
	return name
}

// sortKey is a text by which names have the canonical order (RFC 4034 section
// 6.1): their labels from the last to the first, each before its end marked by a
// zero octet, which is less than all that a label is written with.
func sortKey(name string) string {
	wire := make([]byte, 255)
	end, err := dns.PackDomainName(dns.CanonicalName(name), wire, 0, nil, false)
	if err != nil {
		return ""
	}
	var labels [][]byte
	for at := 0; at < end && wire[at] > 0; at += int(wire[at]) + 1 {
		labels = append(labels, wire[at+1:at+1+int(wire[at])])
	}
	var key strings.Builder
	for _, label := range slices.Backward(labels) {
		key.WriteString(sortEscapes.Replace(string(label)))
		key.WriteByte(0)
	}
	return key.String()
}

// sortEscapes keep the end of a label the least octet, and the order of octets.
var sortEscapes = strings.NewReplacer("\x00", "\x01\x01", "\x01", "\x01\x02")
