package dane

import (
	"crypto/x509"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Name returns the owner name of the TLSA records of a TCP port of a host:
// "_25._tcp.mx.example.org." (RFC 6698 section 3, RFC 7672 section 2.2.3). The
// host is a candidate TLSA base domain, with or without its final dot, and in
// A-label form ("xn--…") if it is internationalized.
func Name(host string, port uint16) string {
	return "_" + strconv.Itoa(int(port)) + "._tcp." + strings.TrimSuffix(host, ".") + "."
}

// presented returns the identifiers in a certificate: its DNS-IDs or, if it has
// none, its CN-ID (RFC 7672 section 3.2.3).
func presented(certificate *x509.Certificate) []string {
	if len(certificate.DNSNames) > 0 {
		return certificate.DNSNames
	}
	if name := certificate.Subject.CommonName; name != "" {
		return []string{name}
	}
	return nil
}

// checkNames holds a certificate's identifiers against the reference
// identifiers, of which one has to match.
func checkNames(certificate *x509.Certificate, references []string) error {
	identifiers := presented(certificate)
	for _, reference := range references {
		if slices.ContainsFunc(identifiers, func(id string) bool { return identifies(id, reference) }) {
			return nil
		}
	}
	return fmt.Errorf("the leaf names %s, expected %s (RFC 7672 section 3.2.2)", listed(identifiers, "and"), listed(references, "or"))
}

// identifies tells whether a presented identifier matches a reference
// identifier. A wildcard is the whole first label, and stands for exactly one
// (RFC 7672 section 3.2.3). crypto/x509 has no such function for a CN-ID.
func identifies(presented, reference string) bool {
	presented, reference = plain(presented), plain(reference)
	if presented == "" || reference == "" {
		return false
	}
	if parent, wildcard := strings.CutPrefix(presented, "*."); wildcard {
		label, rest, _ := strings.Cut(reference, ".")
		return label != "" && rest != "" && rest == parent
	}
	return presented == reference
}

// plain is the form in which names are compared: names of the DNS know no case
// (RFC 4343), and their final dot is left out in certificates.
func plain(name string) string {
	return strings.TrimSuffix(strings.Map(lower, name), ".")
}

// lower is ASCII's alone: no other letter is to become one of a host name.
func lower(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

// maxListed is how many names an error contains; a certificate may have
// thousands.
const maxListed = 5

// listed writes names as in "a, b or c".
func listed(names []string, conjunction string) string {
	if len(names) == 0 {
		return "nothing"
	}
	var quoted []string
	for _, name := range names[:min(len(names), maxListed)] {
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}
	if more := len(names) - maxListed; more > 0 {
		quoted = append(quoted, fmt.Sprintf("%d more", more))
	}
	last := len(quoted) - 1
	if last == 0 {
		return quoted[0]
	}
	return strings.Join(quoted[:last], ", ") + " " + conjunction + " " + quoted[last]
}
