package audit

import (
	"net/http"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/policy/mtasts"
	"github.com/fakemx/fakemx/policy/tlsrpt"
	"github.com/fakemx/fakemx/scenarios"
)

// Reported is what a TLS report may say of the sessions of a client with a
// scenario, under one type of policy (RFC 8460 section 4).
type Reported struct {
	PolicyType tlsrpt.PolicyType `json:"policy_type"`
	// Failures are result types of which the failures must have one or several,
	// and no other one. If empty, there must be no failure.
	Failures []tlsrpt.ResultType `json:"failures"`
}

// String is such as "sts with certificate-expired", or "sts without failures".
func (r Reported) String() string {
	if len(r.Failures) == 0 {
		return string(r.PolicyType) + " without failures"
	}
	words := make([]string, len(r.Failures))
	for i, f := range r.Failures {
		words[i] = string(f)
	}
	return string(r.PolicyType) + " with " + strings.Join(words, " or ")
}

// A Reporter says by what a client goes that sends TLS reports.
type Reporter struct {
	// DANE: it looks up TLSA records, and with Mandatory delivers nowhere
	// without.
	DANE, Mandatory bool
	// STS: it looks up the policies of MTA-STS.
	STS bool
}

// A reportable is a scenario of which reports are sent.
type reportable struct{ scenarios.Scenario }

// ReportedOn returns what a report of such a client may say of the scenario, one
// of these, the most likely one first. Where the standard leaves it to the client,
// or a session can go in several ways, nothing is known, and the list is empty.
func ReportedOn(scenario scenarios.Scenario, by Reporter) []Reported {
	s := reportable{scenario}
	dane := !slices.Contains([]scenarios.DANE{"", scenarios.DANENone}, s.Facts.DANE)
	sts := s.Peer.STS != nil
	switch {
	case !by.DANE && !by.STS, !s.isReportable():
	case dane && !by.DANE, sts && !by.STS:
		// The client may well look up what it need not.
	case dane && sts && s.Facts.DANE == scenarios.DANEMatches && (s.Facts.STS != scenarios.STSAllows || s.Facts.Authentic != scenarios.Yes):
		// What counts is left to the client.
	case dane:
		return s.reportedDANE(by)
	case by.Mandatory:
		return under(types(tlsrpt.NoPolicyFound, tlsrpt.TLSA), tlsrpt.DANERequired)
	case sts:
		return s.reportedSTS()
	default:
		return s.reportedWithoutPolicy()
	}
	return nil
}

// isReportable: every session with the scenario goes the same way, whoever the
// client is, and there is one host.
func (s reportable) isReportable() bool {
	f := s.Facts
	at, _ := s.SecondAddress()
	regular := leadsNowhere(f) == "" && f.Resolves != scenarios.ResolvesLenient && len(s.Peer.Steps) == 0 && s.Alternate == (scenarios.AlternateFacts{}) && at == "" && len(s.Peer.DNS.MX) < 2
	plain := s.ReachBy != scenarios.ReachByAddress && s.ReachAt != scenarios.ReachAtSMTPS && !slices.Contains([]scenarios.Answer{scenarios.Weak, scenarios.Lenient}, f.Completes) && f.Authentic != scenarios.Lenient
	soundly := s.Message == (scenarios.Message{}) && s.Trap == "" && !s.Peer.SMTP.ImplicitTLS && (s.Family != scenarios.FamilyStartTLS || f.Offers == scenarios.No || f.Completes == scenarios.No)
	steadily := !slices.ContainsFunc(s.Peer.Faults, func(f scenarios.Fault) bool {
		return !f.Always() || slices.Contains([]scenarios.Point{scenarios.AtConnect, scenarios.AtGreeting, scenarios.AtEHLO}, f.At)
	})
	return regular && plain && soundly && steadily
}

func types(list ...tlsrpt.PolicyType) []tlsrpt.PolicyType { return list }

// under is an alternative for each type of policy.
func under(policies []tlsrpt.PolicyType, failures ...tlsrpt.ResultType) []Reported {
	var list []Reported
	for _, p := range policies {
		list = append(list, Reported{p, failures})
	}
	return list
}

// wantsReports: a reporter that follows RFC 8460 finds in the scenario's domain
// where to send reports.
func (s reportable) wantsReports() bool {
	record, err := tlsrpt.FindRecord(s.TLSRPTRecords(scenarios.ReportsHost))
	return err == nil && len(record.Endpoints()) > 0
}

// reportedDANE is what a client finds that looks up TLSA records. Reporters call
// it a general failure, too, if no record matches.
func (s reportable) reportedDANE(by Reporter) []Reported {
	either := types(tlsrpt.TLSA, tlsrpt.NoPolicyFound)
	switch s.Facts.DANE {
	case scenarios.DANEMatches:
		return under(types(tlsrpt.TLSA), s.tlsFailures()...)
	case scenarios.DANEMismatch:
		failures := s.tlsFailures()
		if len(failures) == 0 {
			failures = []tlsrpt.ResultType{
				tlsrpt.TLSAInvalid, tlsrpt.ValidationFailure, tlsrpt.CertificateNotTrusted, tlsrpt.CertificateHostMismatch, tlsrpt.CertificateExpired,
			}
		}
		return under(types(tlsrpt.TLSA), failures...)
	case scenarios.DANEUnusable:
		if s.Facts.Offers == scenarios.No || s.Facts.Completes == scenarios.No {
			return nil
		}
		list := under(types(tlsrpt.TLSA), tlsrpt.TLSAInvalid)
		if by.Mandatory {
			return append(list, under(either, tlsrpt.DANERequired)...)
		}
		return append(list, under(either)...)
	case scenarios.DANEUnknowable:
		return under(either, tlsrpt.DNSSECInvalid, tlsrpt.ValidationFailure)
	}
	return nil
}

// reportedSTS is what a client finds that looks up the policy.
func (s reportable) reportedSTS() []Reported {
	sts := types(tlsrpt.STS)
	switch s.Facts.STS {
	case scenarios.STSForbids:
		return under(sts, s.mxMismatch()...)
	case scenarios.STSTesting:
		if policy, err := mtasts.ParsePolicy(s.PolicyBody()); err != nil || !policy.Matches(s.Hostname()) {
			return under(sts, s.mxMismatch()...)
		}
		return under(sts, s.hostFailures()...)
	case scenarios.STSAllows:
		return under(sts, s.hostFailures()...)
	case scenarios.STSLenient:
		return nil
	}
	return s.reportedNoSTS()
}

// mxMismatch is for a host that is not listed, for which RFC 8460 has no result
// type. Stalwart and mox take the first. What is wrong with the host beside is
// only seen by a client that connects.
func (s reportable) mxMismatch() []tlsrpt.ResultType {
	list := []tlsrpt.ResultType{tlsrpt.ValidationFailure, tlsrpt.CertificateHostMismatch}
	for _, f := range s.hostFailures() {
		if !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	return list
}

// reportedNoSTS is for a policy that is none, or that cannot be had.
func (s reportable) reportedNoSTS() []Reported {
	either := types(tlsrpt.STS, tlsrpt.NoPolicyFound)
	if s.Facts.Offers != scenarios.Yes || s.Facts.Completes != scenarios.Yes || s.Facts.Authentic != scenarios.Yes {
		return nil
	}
	if _, err := mtasts.FindRecord(s.STSRecords("1")); err != nil {
		// Without a valid record, there is no MTA-STS.
		return append(under(types(tlsrpt.NoPolicyFound)), under(either, tlsrpt.STSPolicyInvalid, tlsrpt.STSPolicyFetchError)...)
	}
	https := s.Peer.STS.HTTPS
	switch {
	case !slices.Contains([]scenarios.PolicyCertificate{"", scenarios.PolicyCertificateHealthy, scenarios.PolicyCertificateWildcard}, https.Certificate):
		return under(either, tlsrpt.STSWebPKIInvalid)
	case https != (scenarios.PolicyHTTPS{ContentType: https.ContentType}) && https.Status != http.StatusOK, s.hidesPolicyHost():
		return under(either, tlsrpt.STSPolicyFetchError)
	}
	if _, err := mtasts.ParsePolicy(s.PolicyBody()); err != nil {
		return under(either, tlsrpt.STSPolicyInvalid)
	}
	return under(either) // its mode is none
}

// hidesPolicyHost: the lookup of the policy host fails.
func (s reportable) hidesPolicyHost() bool {
	return slices.ContainsFunc(s.Peer.DNS.Answers, func(f scenarios.DNSFault) bool { return s.Expand(f.Name) == s.PolicyHost() })
}

// reportedWithoutPolicy is for opportunistic TLS. A client may look at the
// certificate all the same, as mox does, and need not trust the authority of the
// peers for that.
func (s reportable) reportedWithoutPolicy() []Reported {
	none := types(tlsrpt.NoPolicyFound)
	list := under(none, s.tlsFailures()...)
	if s.Facts.Completes == scenarios.Yes {
		list = append(list, under(none, tlsrpt.CertificateNotTrusted, tlsrpt.CertificateHostMismatch, tlsrpt.CertificateExpired, tlsrpt.ValidationFailure)...)
	}
	return list
}

// tlsFailures are those of a client that looks at no certificate.
func (s reportable) tlsFailures() []tlsrpt.ResultType {
	switch {
	case s.Facts.Offers == scenarios.No && len(s.Peer.Faults) == 0:
		return []tlsrpt.ResultType{tlsrpt.StartTLSNotSupported}
	case s.Facts.Offers == scenarios.No:
		return []tlsrpt.ResultType{tlsrpt.StartTLSNotSupported, tlsrpt.ValidationFailure}
	case s.Facts.Completes == scenarios.No:
		return []tlsrpt.ResultType{tlsrpt.ValidationFailure, tlsrpt.CertificateNotTrusted}
	}
	return nil
}

// hostFailures are those of a client that wants the certificate to be valid for
// the host.
func (s reportable) hostFailures() []tlsrpt.ResultType {
	if list := s.tlsFailures(); len(list) > 0 || s.Facts.Authentic == scenarios.Yes {
		return list
	}
	var list []tlsrpt.ResultType
	own := s.Peer.PKI.Certificates[s.Peer.PKI.Send[0]]
	if own.NotAfter < 0 {
		list = append(list, tlsrpt.CertificateExpired)
	}
	if !slices.Contains(own.DNSNames, "{hostname}") {
		list = append(list, tlsrpt.CertificateHostMismatch)
	}
	if healthy := scenarios.Healthy().PKI; own.Issuer != healthy.Certificates[healthy.Send[0]].Issuer || !slices.Equal(s.Peer.PKI.Send, healthy.Send) {
		list = append(list, tlsrpt.CertificateNotTrusted)
	}
	if len(list) == 0 {
		return []tlsrpt.ResultType{tlsrpt.CertificateNotTrusted, tlsrpt.CertificateExpired, tlsrpt.ValidationFailure}
	}
	return list
}
