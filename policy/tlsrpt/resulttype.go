package tlsrpt

import "slices"

// A ResultType says in which way sessions failed. The names are in a registry
// of IANA, to which more may be added (RFC 8460 section 6.6).
type ResultType string

// The result types of RFC 8460 section 4.3.
const (
	StartTLSNotSupported    ResultType = "starttls-not-supported"    // section 4.3.1
	CertificateHostMismatch ResultType = "certificate-host-mismatch" // section 4.3.1
	CertificateExpired      ResultType = "certificate-expired"       // section 4.3.1
	CertificateNotTrusted   ResultType = "certificate-not-trusted"   // section 4.3.1
	ValidationFailure       ResultType = "validation-failure"        // sections 4.3.1 and 4.3.3
	TLSAInvalid             ResultType = "tlsa-invalid"              // section 4.3.2.1
	DNSSECInvalid           ResultType = "dnssec-invalid"            // section 4.3.2.1
	DANERequired            ResultType = "dane-required"             // section 4.3.2.1
	STSPolicyFetchError     ResultType = "sts-policy-fetch-error"    // section 4.3.2.2
	STSPolicyInvalid        ResultType = "sts-policy-invalid"        // section 4.3.2.2
	STSWebPKIInvalid        ResultType = "sts-webpki-invalid"        // section 4.3.2.2
)

// A resultRow is what is known of a result type.
type resultRow struct {
	name ResultType
	// section of RFC 8460
	section string
	// ofHost: a session with a host failed.
	ofHost bool
	// policies it can occur under. The RFC does not say so outright, but the
	// headings of section 4.3.2 do. Empty: all.
	policies []PolicyType
	meaning  string
}

var resultRows = []resultRow{
	{
		name: StartTLSNotSupported, section: "4.3.1", ofHost: true,
		meaning: "The mail exchanger did not offer STARTTLS. Either TLS is switched off there, or something in between, such as a firewall or " +
			"an attacker, removes the offer.",
	},
	{
		name: CertificateHostMismatch, section: "4.3.1", ofHost: true,
		meaning: "The certificate is for other names than the policy allows. For MTA-STS, its names must include the name in the MX record; " +
			"for DANE with usage 2, the name of the host or the domain.",
	},
	{
		name: CertificateExpired, section: "4.3.1", ofHost: true,
		meaning: "The certificate of the mail exchanger has expired. Renew it, and see that the mail server loads the new one.",
	},
	{
		name: CertificateNotTrusted, section: "4.3.1", ofHost: true,
		meaning: "The reporter does not trust the certificate: its issuer is unknown, an intermediate certificate is not sent, or the chain " +
			"breaks a rule. The failure reason code says more.",
	},
	{
		name: ValidationFailure, section: "4.3.3", ofHost: true,
		meaning: "TLS failed in a way that no other result type covers, such as no common protocol version. The failure reason code says more.",
	},
	{
		name: TLSAInvalid, section: "4.3.2.1", ofHost: true, policies: []PolicyType{TLSA},
		meaning: "The host has TLSA records, but none that is usable and matches its certificate. Usually the key was changed and the record " +
			"was not. Publish the record of the new key before using the key.",
	},
	{
		name: DNSSECInvalid, section: "4.3.2.1", policies: []PolicyType{TLSA, NoPolicyFound},
		meaning: "The reporter's resolver got no answer that passes DNSSEC validation: signatures are missing, expired or wrong, or the DS record " +
			"in the parent zone does not match the key. Mail waits until the zone is mended.",
	},
	{
		name: DANERequired, section: "4.3.2.1", ofHost: true, policies: []PolicyType{TLSA, NoPolicyFound},
		meaning: "The reporter is set up to require DANE for this domain, but the host has no TLSA records that DNSSEC protects. Publish them, or " +
			"ask the reporter to stop.",
	},
	{
		name: STSPolicyFetchError, section: "4.3.2.2", policies: []PolicyType{STS, NoPolicyFound},
		meaning: "The domain announces an MTA-STS policy, but it could not be fetched from https://mta-sts.DOMAIN/.well-known/mta-sts.txt: the " +
			"host was not reached or did not answer with status 200.",
	},
	{
		name: STSPolicyInvalid, section: "4.3.2.2", policies: []PolicyType{STS, NoPolicyFound},
		meaning: "The MTA-STS policy was fetched and breaks the rules of RFC 8461 section 3.2, such as a missing mode, max_age or mx.",
	},
	{
		name: STSWebPKIInvalid, section: "4.3.2.2", policies: []PolicyType{STS, NoPolicyFound},
		meaning: "The certificate of the host mta-sts.DOMAIN is not valid for HTTPS: expired, for another name, or of an issuer that is not " +
			"trusted. So the MTA-STS policy cannot be used.",
	},
}

// ResultTypes are all result types of RFC 8460, in the order of its section 4.3.
func ResultTypes() []ResultType {
	types := make([]ResultType, len(resultRows))
	for i, row := range resultRows {
		types[i] = row.name
	}
	return types
}

func (t ResultType) row() (resultRow, bool) {
	i := slices.IndexFunc(resultRows, func(r resultRow) bool { return r.name == t })
	if i < 0 {
		return resultRow{}, false
	}
	return resultRows[i], true
}

// Known reports whether RFC 8460 defines the result type.
func (t ResultType) Known() bool {
	_, known := t.row()
	return known
}

// Meaning says in one or two sentences what the result type means for who runs
// the domain, and what to do. It is empty for an unknown one.
func (t ResultType) Meaning() string {
	row, _ := t.row()
	return row.meaning
}

// Section is the section of RFC 8460 that defines the result type, such as
// 4.3.1, and empty for an unknown one.
func (t ResultType) Section() string {
	row, _ := t.row()
	return row.section
}

// OfHost reports whether the failure is one of a session with a mail exchanger,
// so that a report must name the host to be of use. The others happen before
// there is a session.
func (t ResultType) OfHost() bool {
	row, _ := t.row()
	return row.ofHost
}
