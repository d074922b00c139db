package auth

import (
	"crypto/x509"
	"slices"
	"unicode/utf8"

	"github.com/emersion/go-sasl"
)

// newExternal is EXTERNAL (RFC 4422 appendix A): the client is who its
// certificate says.
func newExternal(e *exchange) sasl.Server {
	return sasl.NewExternalServer(func(asked string) error {
		names := certificateIdentities(e.options.ClientCertificate)
		if len(names) == 0 {
			return errRefused
		}
		if asked == "" {
			asked = names[0]
		}
		e.identify(asked)
		if !slices.Contains(names, asked) {
			return errRefused
		}
		return nil
	})
}

// certificateIdentities are the names a client may have by its certificate, the
// first of them if it does not say: rfc822Name, dNSName, common name.
func certificateIdentities(c *x509.Certificate) []string {
	if c == nil {
		return nil
	}
	names := slices.Concat(c.EmailAddresses, c.DNSNames)
	if cn := c.Subject.CommonName; cn != "" {
		names = append(names, cn)
	}
	return names
}

// maxTrace is how many characters RFC 4505 section 2 gives to the trace
// information of ANONYMOUS.
const maxTrace = 255

// newAnonymous is ANONYMOUS (RFC 4505). What the client says of itself is not
// its identity, so it is not reported.
func newAnonymous(*exchange) sasl.Server {
	return sasl.NewAnonymousServer(func(trace string) error {
		if !utf8.ValidString(trace) || utf8.RuneCountInString(trace) > maxTrace {
			return errRefused
		}
		return nil
	})
}
