package scenarios

// asks is an edit that publishes these TLSRPT records.
func asks(txt ...string) func(*Peer) { return func(p *Peer) { p.TLSRPT = &TLSRPT{TXT: txt} } }

// Sections of RFC 8460 on which many stories rest.
const (
	sectionRecord = "RFC 8460 section 3"
	sectionHTTPS  = "RFC 8460 section 5.4"
)

// tlsRPT: how a domain asks for TLS reports. Mail is delivered as to mta-sts, from
// which all of them deviate.
var tlsRPT = []Scenario{
	{
		Name:       "tlsrpt-mail",
		Number:     411,
		Base:       "mta-sts",
		Summary:    "asks for TLS reports by mail alone",
		Story:      "This is what most domains do. The report has to be signed with DKIM, and the session that delivers it is not to be in the next one.",
		Fix:        "Nothing is wrong.",
		References: []string{sectionRecord, "RFC 8460 section 5.3"},
		Facts:      stsAllows,
		Edit:       asks("v=TLSRPTv1; rua=mailto:{scenario}@{reports}"),
	},
	{
		Name:       "tlsrpt-https",
		Number:     412,
		Base:       "mta-sts",
		Summary:    "asks for TLS reports over HTTPS alone",
		Story:      "A provider that collects reports for its customers has them posted. A reporter that knows mail alone sends nothing.",
		Fix:        "Nothing is wrong. Add a mailto URI for reporters that do not post.",
		References: []string{sectionRecord, sectionHTTPS},
		Facts:      stsAllows,
		Edit:       asks("v=TLSRPTv1; rua={reports_url}"),
	},
	{
		Name:       "tlsrpt-foreign-txt",
		Number:     413,
		Base:       "mta-sts",
		Summary:    "has another TXT record beside the one that asks for TLS reports",
		Story:      "Somebody had to prove that the domain is theirs, and did it here, or a wildcard TXT record is in the zone. Records that do not begin with v=TLSRPTv1; are discarded.",
		Fix:        "Nothing is wrong.",
		References: []string{sectionRecord},
		Facts:      stsAllows,
		Edit:       asks("some-verification=0123456789", usualTLSRPT),
	},
	{
		Name:       "tlsrpt-extension",
		Number:     414,
		Base:       "mta-sts",
		Summary:    "asks for TLS reports in a record with a field that nobody knows",
		Story:      "The standard has room for further fields. A reporter ignores those that it does not know.",
		Fix:        "Nothing is wrong.",
		References: []string{sectionRecord},
		Facts:      stsAllows,
		Edit:       asks(usualTLSRPT + "; fakemx=1;"),
	},
	{
		Name:       "tlsrpt-twice",
		Number:     415,
		Base:       "mta-sts",
		Summary:    "has two TXT records that ask for TLS reports",
		Story:      "A second service was to get the reports, too. With more than one record, a reporter must act as if there were none. Both URIs belong into one record.",
		Fix:        "Write all URIs into the rua of one record, with commas between them.",
		References: []string{sectionRecord},
		Facts:      stsAllows,
		Edit:       asks("v=TLSRPTv1; rua=mailto:{scenario}@{reports}", "v=TLSRPTv1; rua={reports_url}"),
	},
	{
		Name:       "tlsrpt-version",
		Number:     416,
		Base:       "mta-sts",
		Summary:    "asks for TLS reports in a record of another version",
		Story:      "Somebody wrote the version as in other records, v=TLSRPT1. A record that does not begin with v=TLSRPTv1 is none.",
		Fix:        "Write v=TLSRPTv1.",
		References: []string{sectionRecord},
		Facts:      stsAllows,
		Edit:       asks("v=TLSRPT1; rua=mailto:{scenario}@{reports},{reports_url}"),
	},
	{
		Name:       "tlsrpt-no-rua",
		Number:     417,
		Base:       "mta-sts",
		Summary:    "has a record for TLS reports that does not say where they go",
		Story:      "The key was written ruf, as in a record of DMARC. Nobody knows where to send reports.",
		Fix:        "Write rua=mailto:ADDRESS.",
		References: []string{sectionRecord},
		Facts:      stsAllows,
		Edit:       asks("v=TLSRPTv1; ruf=mailto:{scenario}"),
	},
	{
		Name:       "tlsrpt-size-limit",
		Number:     418,
		Base:       "mta-sts",
		Summary:    "asks for TLS reports at a URI with a size limit, as DMARC has it",
		Story:      "In a record of DMARC, !10m behind the address limits the size of reports. There is no such thing here: an exclamation point must be percent-encoded, so that the record is not valid.",
		Fix:        "Leave out the limit.",
		References: []string{sectionRecord, "RFC 7489 section 6.2"},
		Facts:      stsAllows,
		Edit:       asks("v=TLSRPTv1; rua=mailto:{scenario}@{reports}!10m"),
	},
	{
		Name:       "tlsrpt-scheme",
		Number:     419,
		Base:       "mta-sts",
		Summary:    "asks for TLS reports at a URI with a scheme that reporters do not know",
		Story:      "Reports go by mail or over HTTPS. Over HTTP anybody on the way could read what they say of the faults of the domain.",
		Fix:        "Use mailto or https.",
		References: []string{sectionRecord},
		Facts:      stsAllows,
		Edit:       asks("v=TLSRPTv1; rua=http://post.{reports}/{scenario}"),
	},
	{
		Name:    "tlsrpt-https-500",
		Number:  420,
		Base:    "mta-sts",
		Summary: "asks for TLS reports over HTTPS, and answers them with status 500",
		Story: "The service that takes the reports is broken. A reporter should try again for up to a day, and not every second. " +
			"tlsrpt-reporter 0.6.0rc2 takes the answer for success, since its script is curl without --fail.",
		Fix:        "Mend the service, and add a mailto URI.",
		References: []string{sectionHTTPS, "RFC 8460 section 5.5"},
		Facts:      stsAllows,
		Edit: func(p *Peer) {
			p.TLSRPT = &TLSRPT{TXT: []string{"v=TLSRPTv1; rua={reports_url}"}, HTTPS: ReportsHTTPS{Status: 500}}
		},
	},
	{
		Name:       "tlsrpt-https-redirect",
		Number:     421,
		Base:       "mta-sts",
		Summary:    "asks for TLS reports over HTTPS, and redirects them",
		Story:      "The service has moved. The standard does not say whether a reporter follows a redirect, so that the reports of some are lost.",
		Fix:        "Publish the new URL.",
		References: []string{sectionHTTPS},
		Facts:      stsAllows,
		Edit: func(p *Peer) {
			p.TLSRPT = &TLSRPT{TXT: []string{"v=TLSRPTv1; rua={reports_url}"}, HTTPS: ReportsHTTPS{Redirect: "{reports_url}/moved"}}
		},
	},
	{
		Name:    "tlsrpt-untrusted",
		Number:  422,
		Base:    "mta-sts",
		Summary: "asks for TLS reports at a domain whose TLSA record does not match its host",
		Story: "Reports have to be delivered whatever is wrong with TLS: else nobody learns of it. A reporter that hands them to an MTA with DANE leaves them in its queue, " +
			"unless the message says TLS-Required: No and the MTA knows that.",
		Fix:        "Have the reports sent to a domain that works. Let the reporter write TLS-Required: No (RFC 8689).",
		References: []string{sectionRecord, "RFC 8689 section 3"},
		Facts:      stsAllows,
		Edit:       asks("v=TLSRPTv1; rua=mailto:{scenario}@{untrusted_reports}"),
	},
}
