package tlsrpt

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"
)

const emailTransport = "RFC 8460 section 5.3"

// A Message is what is around a report that comes as mail (RFC 8460 section
// 5.3).
type Message struct {
	// Domain is the value of TLS-Report-Domain, Submitter that of
	// TLS-Report-Submitter.
	Domain    string `json:"tls_report_domain"`
	Submitter string `json:"tls_report_submitter"`
	Subject   string `json:"subject"`
	// TLSOptional: the message has the header field "TLS-Required: No" of RFC
	// 8689, with which it is delivered whatever is wrong with TLS.
	TLSOptional bool `json:"tls_optional"`
	// MediaType and Filename are those of the part with the report.
	MediaType string `json:"media_type"`
	Filename  string `json:"filename"`
	// Signatures are the DKIM signatures. They are not verified.
	Signatures []Signature `json:"signatures"`
}

// ReadMessage reads a report from a message (RFC 5322), which may be at most
// [MaxDelivery] long, and checks what RFC 8460 section 5.3 says of it: the media
// types, the parts and their encoding, the header fields, the form of the Subject
// and of the file name, and that there is a DKIM signature by the domain that
// reports, which it does not verify. What it finds around the report comes
// first in the findings. The error says that there is no report; the delivery
// is never nil, and has the findings up to there.
func ReadMessage(r io.Reader) (*Delivery, error) {
	data, err := readAll(r)
	if err != nil {
		return &Delivery{Form: FormMessage}, err
	}
	return readMessage(data)
}

func readMessage(data []byte) (*Delivery, error) {
	d, c := &Delivery{Form: FormMessage}, newCollector()
	err := c.readMessage(d, data)
	d.Findings = c.findings()
	return d, err
}

func (c *collector) readMessage(d *Delivery, data []byte) error {
	if bytes.HasPrefix(data, []byte("From ")) { // of an mbox file
		_, data, _ = bytes.Cut(data, []byte("\n"))
	}
	m, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("not a report: expected JSON, gzip or a message: %w", err)
	}
	header := textproto.MIMEHeader(m.Header)
	d.Message = c.header(header)
	// What the report itself says comes last, but some of it is held against
	// the header.
	report := newCollector()
	part, err := c.reportPart(report, header, m.Body)
	if err != nil {
		return err
	}
	d.Message.MediaType, d.Message.Filename, d.Report = part.mediaType, part.filename, part.report
	c.checkFilename(d, part.compressed)
	if d.Report != nil {
		c.checkAgreement(d)
	}
	c.checkSignatures(d)
	c.list = append(c.list, report.findings()...)
	return part.err
}

// header reads and checks the header fields beside the signatures.
func (c *collector) header(header textproto.MIMEHeader) *Message {
	m := &Message{
		Signatures: []Signature{},
		Domain:     c.domainField(header, "TLS-Report-Domain"),
		Submitter:  c.domainField(header, "TLS-Report-Submitter"),
		Subject:    header.Get("Subject"),
	}
	if decoded, err := new(mime.WordDecoder).DecodeHeader(m.Subject); err == nil {
		m.Subject = decoded
	}
	c.checkSubject(m)
	if header.Get("MIME-Version") == "" {
		c.add(Error, Missing, "header MIME-Version", "RFC 2045 section 4", "expected MIME-Version: 1.0; without it, the message is plain text")
	}
	m.TLSOptional = c.tlsOptional(header.Values("TLS-Required"))
	for _, field := range header.Values("DKIM-Signature") {
		m.Signatures = append(m.Signatures, parseSignature(field))
	}
	return m
}

// domainField reads a header field that holds a domain.
func (c *collector) domainField(header textproto.MIMEHeader, name string) string {
	values, at := header.Values(name), "header "+name
	switch {
	case len(values) == 0:
		c.add(Error, Missing, at, emailTransport, "expected the header field %s: DOMAIN", name)
		return ""
	case len(values) > 1:
		c.add(Error, BadSyntax, at, emailTransport, "expected the header field once, found it %d times; the first one counts", len(values))
	}
	if !isDomain(values[0]) {
		c.add(Error, BadValue, at, emailTransport, "expected a domain, found %s", quote(values[0]))
	}
	return values[0]
}

// tlsOptional looks for TLS-Required: No. RFC 8460 is older than that field, and
// does not ask for it.
func (c *collector) tlsOptional(values []string) bool {
	const at, reference = "header TLS-Required", "RFC 8460 section 3, RFC 8689 section 3"
	switch {
	case len(values) == 0:
		c.add(Note, Missing, at, reference, "\"TLS-Required: No\" would have the report delivered whatever is wrong with TLS; by it, a reporter's MTA can also tell which session to leave out of the next report")
		return false
	case len(values) > 1:
		c.add(Error, BadSyntax, at, "RFC 8689 section 3", "expected the header field at most once, found it %d times", len(values))
	}
	if !strings.EqualFold(strings.TrimSpace(values[0]), "no") {
		c.add(Error, BadValue, at, "RFC 8689 section 3", "expected No, found %s", quote(values[0]))
		return false
	}
	return true
}

// checkAgreement holds the header against the report, which is right if they
// differ (section 5.6), but for the submitter.
func (c *collector) checkAgreement(d *Delivery) {
	m, contact := d.Message, d.Report.contactDomain()
	if m.Submitter != "" && contact != "" && canonical(m.Submitter) != canonical(contact) {
		c.add(Error, Inconsistent, "header TLS-Report-Submitter", emailTransport, "expected the domain of contact-info, %s, found %s", quote(contact), quote(m.Submitter))
	}
	domains := d.Report.recipientDomains()
	if m.Domain != "" && len(domains) > 0 && !slices.Contains(names(domains), canonical(m.Domain)) {
		c.add(Warning, Inconsistent, "header TLS-Report-Domain", "RFC 8460 section 5.6", "expected the domain that the report is about, %s, found %s; the report counts", quote(strings.Join(domains, ", ")), quote(m.Domain))
	}
}

// recipientDomains are the domains of recipients that the report is about: those
// of MTA-STS policies. The domain of a TLSA policy is a host, and that of
// no-policy-found may be.
func (r *Report) recipientDomains() []string {
	var domains []string
	for _, result := range r.Policies {
		if p := result.Policy; p.Type == STS && p.Domain != "" {
			domains = append(domains, p.Domain)
		}
	}
	return domains
}

var errNoReport = errors.New("no report: expected a part of the type " + MediaTypeGzip + " or " + MediaTypeJSON)
