package tlsrpt

import "time"

// A Report tells a domain how the sessions with its mail exchangers went
// (RFC 8460 section 4.4). It can be written with encoding/json; to read one, use
// [Parse], which is more lenient and says what is wrong.
type Report struct {
	// OrganizationName is who is responsible for the report, in any words.
	OrganizationName string `json:"organization-name"`
	// DateRange is the time that the report covers, a day in UTC.
	DateRange DateRange `json:"date-range"`
	// ContactInfo is the address of mail of who is responsible. Its domain is
	// that of the header field TLS-Report-Submitter if the report comes as mail.
	ContactInfo string `json:"contact-info"`
	// ReportID is unique among the reports of the reporter, in any form.
	ReportID string `json:"report-id"`
	// Policies has an entry for each policy that was applied.
	Policies []PolicyResult `json:"policies"`
}

// A DateRange is the time a report covers. Section 4.1 wants a full day in UTC.
// Reporters write the end as 23:59:59 or as 00:00:00 of the next day.
type DateRange struct {
	Start time.Time `json:"start-datetime"`
	End   time.Time `json:"end-datetime"`
}

// A PolicyResult is an entry of the array "policies": what came of one policy.
// The RFC has no name for it.
type PolicyResult struct {
	Policy  Policy  `json:"policy"`
	Summary Summary `json:"summary"`
	// FailureDetails is empty if no session failed. As JSON, an empty slice is
	// written, and nil is left out, which the RFC does not provide for.
	FailureDetails []FailureDetail `json:"failure-details,omitzero"`
}

// A Policy is what the reporter applied.
type Policy struct {
	Type PolicyType `json:"policy-type"`
	// String is the policy as it was found, with its faults (section 4.5). For
	// TLSA, an element is one record in presentation format, such as
	// "3 1 1 0123…". For STS, an element is one line, such as "mode: enforce". It
	// is empty for NoPolicyFound, and if the policy could not be fetched.
	String []string `json:"policy-string,omitempty"`
	// Domain is what the policy is defined for, in A-labels: for TLSA, the TLSA
	// base domain, a host; for STS, the domain of the recipients. For
	// NoPolicyFound the RFC does not say; the domain of the recipients is what a
	// reader needs.
	Domain string `json:"policy-domain"`
	// MXHost are the mx patterns of an STS policy, in A-labels, such as
	// mx.example.com or *.example.com. The RFC defines it for STS only.
	MXHost []string `json:"mx-host,omitempty"`
}

// A PolicyType is the type of a policy (section 4.4).
type PolicyType string

// All policy types.
const (
	TLSA          PolicyType = "tlsa"            // the TLSA records of a host: DANE, RFC 7672
	STS           PolicyType = "sts"             // the MTA-STS policy of a domain, RFC 8461
	NoPolicyFound PolicyType = "no-policy-found" // neither
)

// PolicyTypes are all policy types.
func PolicyTypes() []PolicyType { return []PolicyType{TLSA, STS, NoPolicyFound} }

// A Summary counts sessions (section 4.2).
type Summary struct {
	// Successful sessions negotiated TLS and kept the policy. They show that
	// reporting works at all.
	Successful int64 `json:"total-successful-session-count"`
	// Failed sessions did not. The mail may have been delivered all the same, if
	// the policy is in testing mode.
	Failed int64 `json:"total-failure-session-count"`
}

// A FailureDetail tells of failed sessions that are alike. The RFC calls only
// ReceivingMXHelo and AdditionalInformation optional, and then leaves out others
// in its example. This package wants ResultType and FailedSessions always;
// ReceivingMXHostname and SendingMTAIP where the failure is one of a session
// with a host, see [ResultType.OfHost]; and FailureReasonCode where the RFC says
// SHOULD, which is with certificate-not-trusted and validation-failure.
type FailureDetail struct {
	ResultType ResultType `json:"result-type"`
	// SendingMTAIP is the address from which the reporter connected, IPv4 or
	// IPv6 as text.
	SendingMTAIP string `json:"sending-mta-ip,omitempty"`
	// ReceivingMXHostname is the host of the MX record.
	ReceivingMXHostname string `json:"receiving-mx-hostname,omitempty"`
	// ReceivingMXHelo is the name by which the host greeted.
	ReceivingMXHelo string `json:"receiving-mx-helo,omitempty"`
	// ReceivingIP is the address to which the reporter connected.
	ReceivingIP string `json:"receiving-ip,omitempty"`
	// FailedSessions is the number of sessions that this entry is about.
	FailedSessions int64 `json:"failed-session-count"`
	// AdditionalInformation is a URI with more.
	AdditionalInformation string `json:"additional-information,omitempty"`
	// FailureReasonCode is an error code or message of the reporter's TLS
	// library or MTA.
	FailureReasonCode string `json:"failure-reason-code,omitempty"`
}
