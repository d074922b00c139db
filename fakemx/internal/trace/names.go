package trace

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/fakemx/fakemx/internal/received"
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
	if received.IsDomain(f.HELO) || received.IsAddressLiteral(f.HELO) && info != "" {
		return f.HELO + " " + info
	}
	words := "unknown"
	if info != "" {
		words = received.AddressLiteral(f.RemoteIP) + " " + info
	}
	if f.HELO != "" {
		words += " (helo=" + commentText(f.HELO) + ")"
	}
	return words
}

// peerWords are the words behind "by". TCP-info must follow a literal.
func peerWords(hostname string) string {
	switch {
	case received.IsDomain(hostname):
		return hostname
	case received.IsAddressLiteral(hostname):
		return hostname + " (" + hostname + ")"
	}
	return "unknown (name=" + commentText(hostname) + ")"
}

// tcpInfo is TCP-info in its parentheses; empty if ip is not valid.
func tcpInfo(ip netip.Addr) string {
	if !ip.IsValid() {
		return ""
	}
	return "(" + received.AddressLiteral(ip) + ")"
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
