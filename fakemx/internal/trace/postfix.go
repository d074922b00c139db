package trace

import (
	"fmt"
	"strings"
)

// postfix writes two comments in front of "by".
var postfix = dialect{beforeBy: (*field).postfixComments}

// postfixComments are the comments of Postfix's smtpd(8), which stand before
// "by". It names the group in TLS 1.3 only.
func (out *field) postfixComments(f TLSFacts) {
	out.line(fmt.Sprintf("(using %s with cipher %s (%d/%[3]d bits)",
		commentText(openSSLVersion(f.Version)), commentText(openSSLCipher(f.CipherSuite)), f.Bits))
	if f.Group != "" && f.Version == "TLSv1.3" {
		out.line("key-exchange", postfixGroup(f.Group))
	}
	out.attach(")")
	out.line(postfixClient(f))
}

// postfixGroup is a group as OpenSSL names it to Postfix.
func postfixGroup(group string) string {
	switch group {
	case "x25519", "x448":
		return strings.ToUpper(group)
	case "secp256r1":
		return "ECDHE (P-256)"
	case "secp384r1":
		return "ECDHE (P-384)"
	case "secp521r1":
		return "ECDHE (P-521)"
	}
	return commentText(group)
}

// postfixClient says what became of the client certificate, for which Verify
// has one word.
func postfixClient(f TLSFacts) string {
	verdict := "not verified"
	switch f.Verify {
	case "NO":
		return "(Client did not present a certificate)"
	case "NOT", "NONE", "":
		return "(No client certificate requested)"
	case "OK":
		verdict = "verified OK"
	}
	return fmt.Sprintf("(Client CN \"%s\", Issuer \"%s\" (%s))",
		commentPhrase(f.ClientSubject), commentPhrase(f.ClientIssuer), verdict)
}
