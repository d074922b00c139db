package tlsrpt

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// MaxReport is how many octets of JSON a report may have, after decompression:
// ten mebibytes, the limit that RFC 8460 section 5.2 calls common. What is longer
// is refused, whatever it was compressed to.
const MaxReport = 10 << 20

// Parse reads a report as JSON (RFC 8460 section 4.4) and returns it with what is
// wrong with it: keys that are missing, unknown, misspelt or repeated, values of
// another type, and all that [Report.Check] finds. It reads on where it can: a
// count in quotes, a list that is a single string, a time without a zone, which
// is taken for UTC, and a key in another case. What cannot be read has its zero
// value.
//
// The error says that there is no report: the data is not a JSON object, or
// exceeds [MaxReport], 500,000 values or 64 levels. There are findings beside it
// if the encoding has faults.
func Parse(data []byte) (*Report, Findings, error) {
	c := newCollector()
	report, err := parse(c, data)
	return report, c.findings(), err
}

func parse(c *collector, data []byte) (*Report, error) {
	if len(data) > MaxReport {
		return nil, errTooLong
	}
	top, err := parseJSON(c, data)
	if err != nil {
		return nil, err
	}
	if top.kind != isObject {
		return nil, fmt.Errorf("not a report: expected a JSON object, found %s", top.shown())
	}
	r := &reader{c}
	report := r.report(top)
	report.check(c)
	return report, nil
}

var errTooLong = fmt.Errorf("not read: expected a report of at most %d octets", MaxReport)

func (r *reader) report(top *value) *Report {
	o := r.object("", top, "organization-name", "date-range", "contact-info", "report-id", "policies")
	report := &Report{OrganizationName: o.text("organization-name", Error)}
	days := o.child("date-range", "start-datetime", "end-datetime")
	report.DateRange = DateRange{days.time("start-datetime"), days.time("end-datetime")}
	report.ContactInfo = o.text("contact-info", Error)
	report.ReportID = o.text("report-id", Error)
	o.objects("policies", Error, "RFC 8460 section 4", func(path string, v *value) {
		report.Policies = append(report.Policies, r.policyResult(path, v))
	})
	return report
}

func (r *reader) policyResult(path string, v *value) PolicyResult {
	o := r.object(path, v, "policy", "summary", "failure-details")
	result := PolicyResult{Policy: r.policy(o), Summary: r.summary(o)}
	if v := o.values["failure-details"]; v != nil && v.kind == isArray {
		result.FailureDetails = []FailureDetail{}
	}
	missing := Note
	if result.Summary.Failed > 0 {
		missing = Warning
	}
	o.objects("failure-details", missing, schema, func(path string, v *value) {
		result.FailureDetails = append(result.FailureDetails, r.failureDetail(path, v))
	})
	return result
}

func (r *reader) policy(parent *object) Policy {
	o := parent.child("policy", "policy-type", "policy-string", "policy-domain", "mx-host")
	p := Policy{Type: PolicyType(o.text("policy-type", Error))}
	split := func(text string) []string { return splitPolicy(p.Type, text) }
	p.String = o.texts("policy-string", 0, split)
	p.Domain = o.text("policy-domain", Error)
	p.MXHost = o.texts("mx-host", 0, strings.Fields)
	return p
}

// splitPolicy takes a policy apart that was sent as one string: section 4 has
// TLSA records with semicolons between them, and the lines of an MTA-STS policy
// end in line ends.
func splitPolicy(t PolicyType, text string) []string {
	separators := "\r\n"
	if t == TLSA {
		separators = ";\r\n"
	}
	var list []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

func (r *reader) summary(parent *object) Summary {
	o := parent.child("summary", "total-successful-session-count", "total-failure-session-count")
	return Summary{o.count("total-successful-session-count"), o.count("total-failure-session-count")}
}

func (r *reader) failureDetail(path string, v *value) FailureDetail {
	o := r.object(path, v, "result-type", "sending-mta-ip", "receiving-mx-hostname", "receiving-mx-helo", "receiving-ip",
		"failed-session-count", "additional-information", "failure-reason-code")
	return FailureDetail{
		ResultType:            ResultType(o.text("result-type", Error)),
		SendingMTAIP:          o.text("sending-mta-ip", 0),
		ReceivingMXHostname:   o.text("receiving-mx-hostname", 0),
		ReceivingMXHelo:       o.text("receiving-mx-helo", 0),
		ReceivingIP:           o.text("receiving-ip", 0),
		FailedSessions:        o.count("failed-session-count"),
		AdditionalInformation: o.text("additional-information", 0),
		FailureReasonCode:     o.text("failure-reason-code", 0),
	}
}

// zoneless are times as some reporters write them.
var zoneless = []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02"}

// time reads a date-time of RFC 3339, and returns the zero time if it cannot.
func (o *object) time(key string) time.Time {
	text := o.text(key, Error)
	if text == "" {
		return time.Time{}
	}
	t, err := parseTime(text)
	if err == nil {
		return t
	}
	const reference = schema + ", RFC 3339 section 5.6"
	for _, layout := range zoneless {
		if t, errZoneless := time.Parse(layout, text); errZoneless == nil {
			o.add(Error, BadValue, o.path+key, reference, "expected a date-time with its zone, such as 2026-01-02T00:00:00Z, found %s; read as UTC", quote(text))
			return t
		}
	}
	o.add(Error, BadValue, o.path+key, reference, "expected a date-time such as 2026-01-02T00:00:00Z, found %s", quote(text))
	return time.Time{}
}

// parseTime reads what RFC 3339 allows: the letters in either case, and a space
// in place of the T.
func parseTime(text string) (time.Time, error) {
	if len(text) < len("2006-01-02T15:04:05Z") || strings.Contains(text, ",") { // Go reads a comma as the decimal point
		return time.Time{}, errors.New("not a date-time")
	}
	text = strings.ToUpper(text)
	if text[10] == ' ' {
		text = text[:10] + "T" + text[11:]
	}
	return time.Parse(time.RFC3339, text)
}
