package tlsrpt

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A Filename is the name of the file with a report, taken apart by the ABNF of
// RFC 8460 section 5.1, such as
// mail.sndr.example.com!example.net!1470013207!1470186007!001.json.gz.
type Filename struct {
	// Sender is the domain of the contact-info of the report.
	Sender string
	// PolicyDomain is the domain that the report is about.
	PolicyDomain string
	// Begin and End are the date-range of the report, in full seconds.
	Begin, End time.Time
	// UniqueID tells reports apart that several machines made at a time; it may be
	// empty.
	UniqueID string
	// Compressed: the extension is json.gz, not json.
	Compressed bool
}

// String is the name as it is written.
func (f Filename) String() string {
	name := fmt.Sprintf("%s!%s!%d!%d", f.Sender, f.PolicyDomain, f.Begin.Unix(), f.End.Unix())
	if f.UniqueID != "" {
		name += "!" + f.UniqueID
	}
	if f.Compressed {
		return name + ".json.gz"
	}
	return name + ".json"
}

// maxTimestamp is in the year 9999, the last that JSON has a time for.
const maxTimestamp = 253402300799

// ParseFilename takes a name apart. White space in it is from the folding of a
// header field, and skipped.
func ParseFilename(name string) (Filename, error) {
	var f Filename
	name = strings.Join(strings.Fields(name), "")
	stem, isJSON := strings.CutSuffix(name, ".json")
	if !isJSON {
		if stem, f.Compressed = strings.CutSuffix(name, ".json.gz"); !f.Compressed {
			return Filename{}, fmt.Errorf("expected the extension json or json.gz, not %s", quote(name))
		}
	}
	fields := strings.Split(stem, "!")
	if len(fields) != 4 && len(fields) != 5 {
		return Filename{}, fmt.Errorf("expected SENDER!POLICY-DOMAIN!BEGIN!END[!UNIQUE-ID].json[.gz], not %s", quote(name))
	}
	f.Sender, f.PolicyDomain = fields[0], fields[1]
	for _, domain := range fields[:2] {
		if !isDomain(domain) {
			return Filename{}, fmt.Errorf("expected a domain in A-labels, not %s", quote(domain))
		}
	}
	for i, t := range []*time.Time{&f.Begin, &f.End} {
		seconds, err := strconv.ParseUint(fields[2+i], 10, 63)
		if err != nil || seconds > maxTimestamp {
			return Filename{}, fmt.Errorf("expected the seconds since 1970, not %s", quote(fields[2+i]))
		}
		*t = time.Unix(int64(seconds), 0).UTC()
	}
	if len(fields) == 5 {
		f.UniqueID = fields[4]
		if f.UniqueID == "" || !allAlphanumeric(f.UniqueID) {
			return Filename{}, fmt.Errorf("expected letters and digits as unique id, not %s", quote(f.UniqueID))
		}
	}
	return f, nil
}

const fileNames = "RFC 8460 section 5.1"

// checkFilename holds the name of the file against its form and the report.
func (c *collector) checkFilename(d *Delivery, compressed bool) {
	const at = "filename"
	name := d.Message.Filename
	if name == "" {
		c.add(Warning, Missing, at, fileNames, "expected a file name such as %s", "mail.example.com!example.net!1470009600!1470095999!001.json.gz")
		return
	}
	f, err := ParseFilename(name)
	if err != nil {
		c.add(Warning, BadTransport, at, fileNames, "%s", err)
		return
	}
	if compressed != f.Compressed {
		c.add(Error, BadTransport, at, fileNames, "expected the extension json.gz if the report is compressed, and otherwise json, found %s", quote(name))
	}
	if d.Report == nil {
		return
	}
	const counts = "RFC 8460 section 5.6"
	if contact := d.Report.contactDomain(); contact != "" && canonical(contact) != canonical(f.Sender) {
		c.add(Warning, Inconsistent, at, fileNames, "expected the domain of contact-info first, %s, found %s", quote(contact), quote(f.Sender))
	}
	if d.Message.Domain != "" && canonical(d.Message.Domain) != canonical(f.PolicyDomain) {
		c.add(Warning, Inconsistent, at, counts, "expected the domain of TLS-Report-Domain second, %s, found %s", quote(d.Message.Domain), quote(f.PolicyDomain))
	}
	if days := d.Report.DateRange; !near(days.Start, f.Begin) || !near(days.End, f.End) {
		c.add(Warning, Inconsistent, at, counts, "expected the times of date-range, %d and %d, found %d and %d; the report counts", days.Start.Unix(), days.End.Unix(), f.Begin.Unix(), f.End.Unix())
	}
}

// near allows for ends that are written as 23:59:59 and as 24:00. A time that
// could not be read is near to all.
func near(a, b time.Time) bool {
	return a.IsZero() || a.Sub(b).Abs() <= time.Second
}

// A Subject is the Subject of a message with a report, taken apart by the ABNF
// of RFC 8460 section 5.3:
//
//	Report Domain: example.net Submitter: mail.example.com Report-ID: <1@example.com>
type Subject struct {
	Domain    string // the domain that the report is about
	Submitter string // the domain that sends it
	ReportID  string // a message id without its angle brackets; need not be the report-id of the report
}

// String is the Subject as it is written, without line ends.
func (s Subject) String() string {
	return fmt.Sprintf("Report Domain: %s Submitter: %s Report-ID: <%s>", s.Domain, s.Submitter, s.ReportID)
}

var subjectForm = regexp.MustCompile(`^Report[ \t]+Domain:[ \t]+([^ \t]+)[ \t]+Submitter:[ \t]+([^ \t]+)[ \t]+Report-ID:[ \t]+<([^<>@ \t]+@[^<>@ \t]+)>[ \t]*$`)

// ParseSubject takes an unfolded Subject apart.
func ParseSubject(text string) (Subject, error) {
	m := subjectForm.FindStringSubmatch(text)
	if m == nil {
		return Subject{}, fmt.Errorf("expected %s, not %s", quote(Subject{"DOMAIN", "DOMAIN", "ID@ID"}.String()), quote(text))
	}
	for _, domain := range m[1:3] {
		if !isDomain(domain) {
			return Subject{}, fmt.Errorf("expected a domain, not %s", quote(domain))
		}
	}
	return Subject{m[1], m[2], m[3]}, nil
}

// checkSubject wants the form, and the domains of the other header fields.
func (c *collector) checkSubject(m *Message) {
	const at = "header Subject"
	s, err := ParseSubject(m.Subject)
	if err != nil {
		c.add(Warning, BadTransport, at, emailTransport, "%s", err)
		return
	}
	if m.Domain != "" && canonical(s.Domain) != canonical(m.Domain) {
		c.add(Warning, Inconsistent, at, "RFC 8460 section 5.6", "expected the domain of TLS-Report-Domain, %s, found %s", quote(m.Domain), quote(s.Domain))
	}
	if m.Submitter != "" && canonical(s.Submitter) != canonical(m.Submitter) {
		c.add(Warning, Inconsistent, at, "RFC 8460 section 5.6", "expected the domain of TLS-Report-Submitter, %s, found %s", quote(m.Submitter), quote(s.Submitter))
	}
}
