package trace

import "strconv"

// sendmail writes a comment behind the id.
var sendmail = dialect{behindID: (*field).sendmailComment}

// sendmailComment is the comment of sendmail's cf/m4/proto.m4, _REC_TLS_.
func (out *field) sendmailComment(f TLSFacts) {
	out.line("(version="+commentText(openSSLVersion(f.Version)), "cipher="+commentText(openSSLCipher(f.CipherSuite)),
		"bits="+strconv.Itoa(f.Bits), "verify="+commentText(f.Verify)+")")
}
