package stage

import (
	"errors"
	"net"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage/internal/policyhost"
)

// A ReportsError says that what takes TLS reports could not be started, and why.
type ReportsError struct{ Err error }

// Error returns the cause.
func (e *ReportsError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *ReportsError) Unwrap() error { return e.Err }

// Limits on those who report.
const (
	maxReportMail = 6 << 20 // octets of a message, which has base64 in it
	maxReporters  = 20      // connections at once
	maxReading    = 2       // reports that are read at once
)

// reportDomains are the domains that take reports as mail. The TLSA record of
// the second is that of a certificate which the host does not show as its own.
var reportDomains = sync.OnceValue(func() []scenarios.Scenario {
	named := func(domain string, edit func(*scenarios.Peer)) scenarios.Scenario {
		s := scenarios.MustGet("dane").With(edit)
		s.Name = strings.TrimSuffix(domain, "."+scenarios.ParentDomain)
		s.Number, s.Base, s.Edit = 0, "dane", nil
		s.Summary = "takes TLS reports"
		return s
	}
	second := "mx." + scenarios.UntrustedReportsDomain
	return []scenarios.Scenario{
		named(scenarios.ReportsDomain, func(p *scenarios.Peer) {
			leaf := p.PKI.Certificates[p.PKI.Send[0]]
			leaf.DNSNames = append(leaf.DNSNames, second)
		}),
		named(scenarios.UntrustedReportsDomain, func(p *scenarios.Peer) { p.DNS.TLSA[0].Of = p.PKI.Send[1] }),
	}
})

// startReports starts what takes reports as mail, if that is wanted. Its
// certificate is made while the roots' keys are there.
func (s *Stage) startReports() error {
	if s.config.Reports == "" {
		return nil
	}
	addr := addressOf(s.config.Reports)
	if s.config.DNS != "" && (!addr.IsValid() || addr.IsUnspecified()) {
		return &ReportsError{field("Reports", "with a DNS, reports need an IP address that a client can connect to, not %q", s.config.Reports)}
	}
	c := fakemx.Config{
		Scenario: reportDomains()[0], Listen: s.config.Reports, MaxMessageBytes: maxReportMail, MaxConnections: maxReporters,
		MaxSessions: -1, Anchors: &s.anchors, Now: s.config.Now,
		OnSession: func(session fakemx.Session) { s.publish(Event{Session: &session}) },
	}
	kept := store.Store(new(store.Discard))
	if s.config.MessagesDir != "" {
		maildir, err := store.NewMaildir(filepath.Join(s.config.MessagesDir, c.Scenario.Name))
		if err != nil {
			return &ReportsError{err}
		}
		kept = maildir
	}
	c.Store = &reportStore{stage: s, kept: kept}
	if s.config.PKIDir != "" {
		c.PKIDir = filepath.Join(s.config.PKIDir, c.Scenario.Name)
	}
	server, err := fakemx.New(c)
	if err != nil {
		if of, ok := errors.AsType[*fakemx.ConfigError](err); ok && of.Field == "Listen" {
			err = field("Reports", "%w", of.Err)
		}
		return &ReportsError{err}
	}
	s.reports = server
	return nil
}

// reportsNamed refuses a scenario with the name of a domain that takes reports.
func (c *Config) reportsNamed(name string) error {
	if c.Reports != "" && slices.ContainsFunc(reportDomains(), func(s scenarios.Scenario) bool { return s.Name == name }) {
		return field("Reports", "%s.%s takes the reports, so that no scenario can have the name %q", name, scenarios.ParentDomain, name)
	}
	return nil
}

// reportSite is the host that takes reports over HTTPS; ok is false if there is
// none.
func (s *Stage) reportSite() (site policyhost.Site, ok bool, err error) {
	if s.config.Reports == "" {
		return policyhost.Site{}, false, nil
	}
	host := reportDomains()[0]
	pki, err := s.hostPKI(scenarios.ReportsHostPKI(), host, filepath.Join(host.Name, "https"))
	if err != nil {
		return policyhost.Site{}, false, err
	}
	return policyhost.Site{Scenario: host.Name, Name: scenarios.ReportsHost, Certificate: pki.TLSCertificate(), Take: s.takePost}, true, nil
}

// ReportsAddr returns the address, host:port, at which TLS reports are taken as
// mail; empty if they are not.
func (s *Stage) ReportsAddr() string {
	if s.reports == nil {
		return ""
	}
	return s.reports.Addr()
}

// ReportsURLHost returns the host, with its port unless that is the usual one, of
// the URLs that take TLS reports, https://HOST/SCENARIO; empty if there is none.
func (s *Stage) ReportsURLHost() string {
	if s.reports == nil || s.policyHost == nil {
		return ""
	}
	if _, port, _ := net.SplitHostPort(s.policyHost.Addr()); port != "443" {
		return net.JoinHostPort(scenarios.ReportsHost, port)
	}
	return scenarios.ReportsHost
}

// A reportsPlace is what the DNS has to know of reports.
type reportsPlace struct {
	taken bool
	// addr is where they are taken as mail, and url the host of URLs.
	addr netip.Addr
	url  string
	// places are the domains that take them.
	places []place
}

// reportsPlace is where reports are taken.
func (s *Stage) reportsPlace() (r reportsPlace) {
	if s.reports == nil {
		return r
	}
	r = reportsPlace{taken: true, addr: addressOf(s.reports.Addr()).Unmap().WithZone(""), url: s.ReportsURLHost()}
	for _, domain := range reportDomains() {
		r.places = append(r.places, place{scenario: domain, addr: r.addr, pki: s.reports.PKI})
	}
	return r
}
