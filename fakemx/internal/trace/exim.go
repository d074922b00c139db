package trace

import "strings"

// exim writes the version and the clause behind the keyword.
var exim = dialect{behindWith: eximWords}

// eximWords are what Exim's default received_header_text puts behind the
// keyword: the version in a comment, and the registered clause, though RFC 8314
// has its place behind "for".
func eximWords(f TLSFacts, group bool) string {
	version := strings.Replace(openSSLVersion(f.Version), "v", "", 1)
	return "(" + commentText(version) + ") " + tlsClause(f, group)
}
