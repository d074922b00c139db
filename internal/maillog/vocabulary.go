package maillog

// A row has every known spelling of one reason.
type row struct {
	reason Reason
	// codes are the numbers of OpenSSL's X.509 verify errors (x509_vfy.h).
	codes     []int
	spellings []spelling
}

// A spelling is how a source says it: a run of words, compared without regard
// to case and to how wide white space is. It begins and ends at the edge of a
// word.
type spelling struct {
	says   string
	source string
}

// The sources of spellings.
const (
	openSSL = "OpenSSL: crypto/x509/x509_txt.c, ssl/ssl_err.c"
	gnuTLS  = "GnuTLS: lib/errors.c, lib/alert.c, lib/cert-session.c"
)

var vocabulary = []row{
	{Expired, []int{10}, []spelling{
		{"certificate has expired", openSSL},
		{"The certificate chain uses expired certificate", gnuTLS},
	}},
}
