package certgen

import (
	"slices"
	"strings"
)

// Mentions reports whether a placeholder, such as {responder}, occurs anywhere
// in the recipe.
func (r Recipe) Mentions(placeholder string) bool {
	for _, c := range r.Certificates {
		for _, list := range [][]string{c.DNSNames, c.IPAddresses, c.EmailAddresses, c.CRLURLs, c.OCSPURLs, c.IssuerURLs} {
			if slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, placeholder) }) {
				return true
			}
		}
	}
	return false
}
