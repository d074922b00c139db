package tlsrpt

import (
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Check judges the values of a report: times, addresses, policies, result types
// and counts, and whether they agree. [Parse] includes it; call it for a report
// that your own program made.
func (r *Report) Check() Findings {
	c := newCollector()
	r.check(c)
	return c.findings()
}

func (r *Report) check(c *collector) {
	c.checkNotEmpty("organization-name", r.OrganizationName)
	c.checkRange(r.DateRange)
	c.checkContact(r.ContactInfo)
	c.checkNotEmpty("report-id", r.ReportID)
	if len(r.Policies) == 0 {
		c.addUnlessSaid(Warning, Missing, "policies", "RFC 8460 section 4", "expected an entry for each policy that was applied; a report without any says nothing")
	}
	for i := range r.Policies {
		c.checkResult(fmt.Sprintf("policies[%d]", i), &r.Policies[i])
	}
}

func (c *collector) checkNotEmpty(path, text string) {
	if text == "" {
		c.addUnlessSaid(Error, Missing, path, schema, "expected a string that is not empty")
	}
}

func (c *collector) checkContact(contact string) {
	const path = "contact-info"
	if contact == "" {
		c.addUnlessSaid(Error, Missing, path, schema, "expected an address of mail")
		return
	}
	address, err := mail.ParseAddress(contact)
	switch {
	case err != nil:
		c.add(Error, BadValue, path, schema+", RFC 5322 section 3.4.1", "expected an address of mail such as tls-reports@example.com, found %s", quote(contact))
	case strings.ContainsAny(contact, "<>"):
		c.add(Error, BadValue, path, schema+", RFC 5322 section 3.4.1", "expected the address alone, %s, found %s", quote(address.Address), quote(contact))
	}
}

// contactDomain is the domain of who sends the report, empty if there is none.
func (r *Report) contactDomain() string {
	if address, err := mail.ParseAddress(r.ContactInfo); err == nil {
		return address.Address[strings.LastIndexByte(address.Address, '@')+1:]
	}
	return ""
}

// frame is where RFC 8460 says what time a report covers.
const frame = "RFC 8460 section 4.1"

func (c *collector) checkTime(path string, t time.Time) {
	_, offset := t.Zone()
	switch {
	case t.IsZero():
		c.addUnlessSaid(Error, Missing, path, schema, "expected a date-time")
	case offset != 0:
		c.add(Warning, BadDateRange, path, frame, "expected a time in UTC, such as %s, found %s", t.UTC().Format(time.RFC3339), t.Format(time.RFC3339))
	}
}

// checkRange wants a day in UTC.
func (c *collector) checkRange(days DateRange) {
	c.checkTime("date-range.start-datetime", days.Start)
	c.checkTime("date-range.end-datetime", days.End)
	if days.Start.IsZero() || days.End.IsZero() {
		return
	}
	start := days.Start.UTC()
	span := days.End.Sub(start)
	switch {
	case span <= 0:
		c.add(Error, BadDateRange, "date-range", schema, "expected the end after the start, found an end %s before it", -span)
	case start != start.Truncate(24*time.Hour):
		c.add(Warning, BadDateRange, "date-range", frame, "expected a full day in UTC, 00:00 to 24:00, found a start at %s", start.Format(time.TimeOnly))
	case span < 24*time.Hour-time.Second || span > 24*time.Hour:
		c.add(Warning, BadDateRange, "date-range", frame, "expected a full day, found %s", span)
	}
}

func (c *collector) checkResult(path string, result *PolicyResult) {
	c.checkPolicy(path+".policy", &result.Policy)
	c.checkCounts(path, result)
	for i := range result.FailureDetails {
		c.checkDetail(fmt.Sprintf("%s.failure-details[%d]", path, i), result.Policy.Type, &result.FailureDetails[i])
	}
}

// checkCounts holds the counts of one policy against each other.
func (c *collector) checkCounts(path string, result *PolicyResult) {
	failed := result.Summary.Failed
	c.checkTotal(path+".summary.total-successful-session-count", result.Summary.Successful)
	c.checkTotal(path+".summary.total-failure-session-count", failed)
	if failed >= 0 {
		c.checkSum(path+".failure-details", failed, c.checkDetailCounts(path+".failure-details", failed, result.FailureDetails))
	}
}

func (c *collector) checkTotal(path string, count int64) {
	if count < 0 {
		c.add(Error, BadValue, path, schema, "expected a number of sessions, 0 or more, found %d", count)
	}
}

// checkDetailCounts looks at each count, and returns the sum of the counts, or the largest number if it
// does not fit.
func (c *collector) checkDetailCounts(path string, failed int64, details []FailureDetail) (sum int64) {
	for i, detail := range details {
		count := detail.FailedSessions
		at := fmt.Sprintf("%s[%d].failed-session-count", path, i)
		switch {
		case count < 0:
			c.add(Error, BadValue, at, schema, "expected a number of sessions, 1 or more, found %d", count)
			continue
		case count == 0:
			c.addUnlessSaid(Warning, BadValue, at, schema, "expected 1 or more: a failure that no session had need not be there")
		case count > failed:
			// Some reporters call a session failed only if the delivery failed in
			// the end, by whatever host.
			c.add(Warning, Inconsistent, at, "RFC 8460 section 4.2.2", "expected at most total-failure-session-count, %d, found %d; are deliveries counted in place of sessions?", failed, count)
			c.at[path] = true
		}
		sum = plus(sum, count)
	}
	return sum
}

// checkSum wants a reason for every failed session.
func (c *collector) checkSum(details string, failed, sum int64) {
	switch {
	case failed > 0 && sum == 0:
		c.addUnlessSaid(Warning, Missing, details, "RFC 8460 section 4", "expected a reason for the failed sessions, of which there are %d", failed)
	case sum < failed:
		c.addUnlessSaid(Warning, Inconsistent, details, "RFC 8460 section 4", "expected a reason for each of %d failed sessions, found reasons for %d", failed, sum)
	case sum > failed:
		c.addUnlessSaid(Note, Inconsistent, details, "RFC 8460 section 4", "the counts add up to %d, more than the %d failed sessions: some failed in several ways, or the counts are wrong", sum, failed)
	}
}

func (c *collector) checkDetail(path string, policy PolicyType, detail *FailureDetail) {
	c.checkResultType(path+".result-type", policy, detail.ResultType)
	if detail.ResultType.OfHost() {
		const why = "%s is of a session with a host: without %s, the domain cannot tell which"
		if detail.ReceivingMXHostname == "" {
			c.addUnlessSaid(Error, Missing, path+".receiving-mx-hostname", schema, why, detail.ResultType, "the host of the MX record")
		}
		if detail.SendingMTAIP == "" {
			c.addUnlessSaid(Warning, Missing, path+".sending-mta-ip", schema, why, detail.ResultType, "the address that connected")
		}
	}
	if detail.FailureReasonCode == "" && (detail.ResultType == CertificateNotTrusted || detail.ResultType == ValidationFailure) {
		c.addUnlessSaid(Warning, Missing, path+".failure-reason-code", "RFC 8460 section 4.3.1", "expected an error code or text, since %s covers many failures", detail.ResultType)
	}
	if detail.ReceivingMXHostname != "" {
		c.checkDomain(path+".receiving-mx-hostname", Warning, detail.ReceivingMXHostname)
	}
	c.checkIP(path+".sending-mta-ip", detail.SendingMTAIP)
	c.checkIP(path+".receiving-ip", detail.ReceivingIP)
	if info := detail.AdditionalInformation; info != "" {
		if u, err := url.Parse(info); err != nil || u.Scheme == "" || strings.ContainsAny(info, " \t\r\n") {
			c.add(Warning, BadValue, path+".additional-information", schema, "expected a URI, found %s", quote(info))
		}
	}
}

func (c *collector) checkResultType(path string, policy PolicyType, t ResultType) {
	row, known := t.row()
	switch {
	case t == "":
		c.addUnlessSaid(Error, Missing, path, schema, "expected a result type")
	case known && len(row.policies) > 0 && slices.Contains(PolicyTypes(), policy) && !slices.Contains(row.policies, policy):
		c.add(Warning, Inconsistent, path, "RFC 8460 section "+row.section, "%s cannot happen under a policy of type %s", t, policy)
	default:
		// The registry grows: an unknown one may be known to others.
		checkWord(c, path, "RFC 8460 section 4.3", Warning, t, ResultTypes())
	}
}

// checkWord is about a word that is not among those of the RFC.
func checkWord[T ~string](c *collector, path, reference string, severity Severity, word T, words []T) {
	if slices.Contains(words, word) {
		return
	}
	choices := make([]string, len(words))
	for i, w := range words {
		choices[i] = string(w)
	}
	meant, certain := meantKey(string(word), choices)
	switch {
	case certain:
		c.add(Error, BadValue, path, reference, "expected %s, in this spelling, found %s", meant, quote(string(word)))
	case meant != "":
		c.add(severity, BadValue, path, reference, "RFC 8460 does not define %s; was %s meant?", quote(string(word)), meant)
	default:
		c.add(severity, BadValue, path, reference, "expected %s, found %s", oneOf(words), quote(string(word)))
	}
}

// checkIP wants an address as the RFC defines it; IPv6 zones are none.
func (c *collector) checkIP(path, text string) {
	if text == "" {
		return
	}
	address, err := netip.ParseAddr(text)
	switch {
	case err != nil || address.Zone() != "":
		c.add(Error, BadValue, path, schema, "expected an IPv4 or IPv6 address, found %s", quote(text))
	case address.String() != text:
		c.add(Note, BadValue, path, schema+", RFC 5952", "expected the address as %s, found %s", address, quote(text))
	}
}

// checkDomain wants a domain name in A-labels.
func (c *collector) checkDomain(path string, severity Severity, name string) {
	switch {
	case strings.ContainsFunc(name, func(r rune) bool { return r > '~' }):
		c.add(severity, BadValue, path, schema, "expected A-labels (xn--…), found %s", quote(name))
	case !isDomain(strings.TrimSuffix(name, ".")):
		c.add(severity, BadValue, path, schema, "expected a domain name, found %s", quote(name))
	case strings.HasSuffix(name, "."):
		c.add(Note, BadValue, path, schema, "expected the name without a dot at its end, found %s", quote(name))
	}
}

// isDomain: labels of letters, digits, hyphens and underscores, which are not
// an IP address.
func isDomain(name string) bool {
	if _, err := netip.ParseAddr(name); err == nil || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			if !isAlphanumeric(c) && c != '-' && c != '_' {
				return false
			}
		}
	}
	return true
}
