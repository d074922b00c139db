package scenarios

import (
	"strings"

	"github.com/fakemx/fakemx/certgen"
)

// TLSRPT is how the domain of the peer asks for TLS reports (RFC 8460): TXT
// records at
// _smtp._tls.{domain} and _smtp._tls.{hostname}. In its texts {domain} stands for the domain,
// {hostname} for the peer's host name, {scenario} for the name of the scenario,
// {reports} for the domain that takes reports as mail, {untrusted_reports} for
// one that takes them too and whose DANE does not match, and {reports_url} for
// the URL that takes those of this scenario. It has no effect unless the DNS is
// served too.
type TLSRPT struct {
	// TXT are the texts of the TXT records.
	TXT []string `yaml:"txt" json:"txt"`
	// HTTPS says how a report that is sent to {reports_url} is answered. If left
	// out, as it should.
	HTTPS ReportsHTTPS `yaml:"https,omitempty" json:"https,omitzero"`
}

// ReportsHTTPS is how a POST of a report is answered (RFC 8460 section 5.4).
// What it brings is kept all the same.
type ReportsHTTPS struct {
	// Status is the status code, from 200 to 599. If zero, 201, or 307 with
	// Redirect; and what is no report is refused with the code that fits.
	Status int `yaml:"status,omitempty" json:"status,omitempty"`
	// Redirect is the URL to which it redirects.
	Redirect string `yaml:"redirect,omitempty" json:"redirect,omitempty"`
}

// The domains that take TLS reports as mail, and the host that takes them over
// HTTPS.
const (
	ReportsDomain = "reports." + ParentDomain
	// UntrustedReportsDomain has a TLSA record that does not match its host.
	// Reports must be delivered all the same (RFC 8460 section 3).
	UntrustedReportsDomain = "untrusted-reports." + ParentDomain
	ReportsHost            = "post." + ReportsDomain
)

// usualTLSRPT is the record of a domain that wants its reports either way.
const usualTLSRPT = "v=TLSRPTv1; rua=mailto:{scenario}@{reports},{reports_url}"

// TLSRPTNames returns the names of the scenario's TXT records: that of its domain
// (RFC 8460 section 3), and that of its host, to which a reporter may send what it
// has to say of TLSA records, as mox does: their policy domain is the host.
func (s Scenario) TLSRPTNames() []string {
	const prefix = "_smtp._tls."
	return []string{prefix + s.Domain(), prefix + s.Hostname()}
}

// TLSRPTRecords returns the texts of the TXT records, with the host and the port,
// if it needs one, of the URL that takes reports. A scenario without peer.tlsrpt
// asks for reports by mail, and by HTTPS if there is such a host.
func (s Scenario) TLSRPTRecords(host string) []string {
	texts := []string{usualTLSRPT}
	switch {
	case s.Peer.TLSRPT != nil:
		texts = s.Peer.TLSRPT.TXT
	case host == "":
		texts = []string{strings.TrimSuffix(usualTLSRPT, ",{reports_url}")}
	}
	if host == "" {
		host = ReportsHost // which nobody finds
	}
	var records []string
	for _, text := range texts {
		records = append(records, s.expandReports(text, host))
	}
	return records
}

// ReportsRedirect returns the URL to which a POST of a report is redirected;
// empty if it is not.
func (s Scenario) ReportsRedirect(host string) string {
	if s.Peer.TLSRPT == nil {
		return ""
	}
	return s.expandReports(s.Peer.TLSRPT.HTTPS.Redirect, host)
}

// expandReports replaces the placeholders of what is about reports.
func (s Scenario) expandReports(text, host string) string {
	return s.Expand(strings.NewReplacer(
		"{reports}", ReportsDomain, "{untrusted_reports}", UntrustedReportsDomain, "{reports_url}", "https://"+host+"/"+s.Name,
	).Replace(text))
}

// ReportsHostPKI returns the recipe of the certificate of [ReportsHost]. Its root
// is that of the healthy peer.
func ReportsHostPKI() certgen.Recipe {
	const own = "reports-host"
	return certgen.Recipe{
		Certificates: map[string]*certgen.Certificate{
			root: sharedRoot(),
			own:  {Issuer: root, Subject: certgen.Subject{CommonName: ReportsHost}, DNSNames: []string{ReportsHost}},
		},
		Send: []string{own}, Trust: []string{root},
	}
}

// check reports what cannot be published.
func (t *TLSRPT) check(out *problems) {
	if t == nil {
		return
	}
	const path = "peer.tlsrpt"
	for _, text := range t.TXT {
		oneLine(out, path+".txt", text)
	}
	oneLine(out, path+".https.redirect", t.HTTPS.Redirect)
	if code := t.HTTPS.Status; code != 0 && (code < 200 || code > 599) {
		out.addf(path+".https.status", "expected 200 to 599, got %d", code)
	}
	if t.HTTPS.Redirect != "" && t.HTTPS.Status != 0 && t.HTTPS.Status/100 != 3 {
		out.addf(path+".https.redirect", "needs a status of 300 to 399, not %d; leave status out for 307", t.HTTPS.Status)
	}
}
