package tlsrpt

import (
	"cmp"
	"slices"
	"strings"
)

const reportingPolicy = "RFC 8460 section 3"

// A Signature is a DKIM-Signature header field (RFC 6376 section 3.5), as far as
// RFC 8460 has something to say of it. It is not verified here.
type Signature struct {
	Domain   string `json:"domain"`   // d=, who signs
	Selector string `json:"selector"` // s=, which of the domain's keys
	// Headers are the names of the header fields that are signed, h=, in small
	// letters.
	Headers []string `json:"headers"`
	// BodyLength: there is an l=, so text can be appended to the message without
	// breaking the signature. RFC 8460 section 3 forbids it.
	BodyLength bool `json:"body_length,omitempty"`
}

// KeyName is the name of the TXT record with the key: SELECTOR._domainkey.DOMAIN.
// Give its text to [CheckDKIMKey].
func (s Signature) KeyName() string { return s.Selector + "._domainkey." + s.Domain }

// parseSignature reads what it can.
func parseSignature(field string) Signature {
	tags := parseTags(field)
	s := Signature{Domain: tags["d"], Selector: tags["s"]}
	_, s.BodyLength = tags["l"]
	for name := range strings.SplitSeq(tags["h"], ":") {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			s.Headers = append(s.Headers, name)
		}
	}
	return s
}

// parseTags reads a tag list (RFC 6376 section 3.2), without the white space
// that may be folding.
func parseTags(list string) map[string]string {
	tags := map[string]string{}
	for tag := range strings.SplitSeq(list, ";") {
		name, value, ok := strings.Cut(tag, "=")
		if name = strings.TrimSpace(name); ok && name != "" {
			tags[name] = strings.Join(strings.Fields(value), "")
		}
	}
	return tags
}

// checkSignatures wants one by the domain that reports.
func (c *collector) checkSignatures(d *Delivery) {
	const at = "header DKIM-Signature"
	signatures := d.Message.Signatures
	if len(signatures) == 0 {
		c.add(Error, Unsigned, at, reportingPolicy, "expected a DKIM signature by the domain that reports; a recipient must ignore a report without one")
		return
	}
	for _, s := range signatures {
		if s.BodyLength {
			c.add(Error, Unsigned, at, reportingPolicy, "expected no l= in the signature of %s: text could be appended", quote(s.Domain))
		}
	}
	reporter := d.Message.Submitter
	if d.Report != nil {
		reporter = cmp.Or(reporter, d.Report.contactDomain())
	}
	if reporter == "" {
		return
	}
	own := slices.IndexFunc(signatures, func(s Signature) bool { return canonical(s.Domain) == canonical(reporter) })
	if own < 0 {
		own = slices.IndexFunc(signatures, func(s Signature) bool { return related(s.Domain, reporter) })
		if own < 0 {
			c.add(Error, Unsigned, at, reportingPolicy, "expected a signature by the domain that reports, %s, found %s", quote(reporter), quote(signatures[0].Domain))
			return
		}
		c.add(Note, Unsigned, at, reportingPolicy, "the signature is by %s, the reporter is %s: a strict recipient wants the same domain", quote(signatures[own].Domain), quote(reporter))
	}
	c.checkSigned(at, signatures[own])
}

// checkSigned wants the header fields of the report signed.
func (c *collector) checkSigned(at string, s Signature) {
	if !slices.Contains(s.Headers, "from") {
		c.add(Error, Unsigned, at, "RFC 6376 section 5.4", "expected From among the signed header fields")
	}
	for _, name := range []string{"TLS-Report-Domain", "TLS-Report-Submitter"} {
		if !slices.Contains(s.Headers, strings.ToLower(name)) {
			c.add(Warning, Unsigned, at, emailTransport, "expected %s among the signed header fields", name)
		}
	}
}

// related reports whether one domain is at or below the other.
func related(a, b string) bool {
	a, b = "."+canonical(a), "."+canonical(b)
	return strings.Count(a, ".") > 1 && strings.Count(b, ".") > 1 && (strings.HasSuffix(a, b) || strings.HasSuffix(b, a))
}

// CheckDKIMKey judges the TXT record at [Signature.KeyName]: it should say that
// the key is for reports, s=tlsrpt (RFC 8460 section 3). If it does not, a
// recipient may ignore the report. The key itself is not looked at.
func CheckDKIMKey(text string) Findings {
	c := newCollector()
	const at = "record"
	services, there := parseTags(text)["s"]
	switch {
	case !there:
		c.add(Warning, Unsigned, at, reportingPolicy, "expected the service type s=tlsrpt in the DKIM record; without it, a recipient may ignore the report")
	case slices.Contains(strings.Split(services, ":"), "tlsrpt"):
	case slices.Contains(strings.Split(services, ":"), "*"):
		c.add(Note, Unsigned, at, reportingPolicy, "the DKIM record is for all services; the RFC wants s=tlsrpt")
	default:
		c.add(Error, Unsigned, at, "RFC 6376 section 3.6.1", "expected the service type s=tlsrpt in the DKIM record, found s=%s: the key is not for reports", shorten(services))
	}
	return c.findings()
}
