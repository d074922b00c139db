package stage

import (
	"strings"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/mxdns"
	"github.com/fakemx/fakemx/scenarios"
)

// tlsrpt adds the TXT records with which a scenario asks for TLS reports. One
// that says nothing of them asks for them if they are taken.
func (b *zoneBuilder) tlsrpt(s scenarios.Scenario) {
	if s.Peer.TLSRPT == nil && !b.reports.taken {
		return
	}
	for _, name := range s.TLSRPTNames() {
		for _, text := range s.TLSRPTRecords(b.reports.url) {
			b.add(aliased(s, name), mxdns.TXT(text))
		}
	}
}

// reportsHost adds the address of the host that takes reports over HTTPS.
func (b *zoneBuilder) reportsHost() {
	if b.reports.url != "" {
		b.add(dns.CanonicalName(scenarios.ReportsHost), mxdns.Addresses(b.policies.host)...)
	}
}

// takesReports: reports are taken as mail at that host, which is named by its MX
// record or by its domain.
func (s *Stage) takesReports(host string) bool {
	name := strings.ToLower(strings.TrimSuffix(host, "."))
	if s.reports == nil {
		return false
	}
	for _, domain := range reportDomains() {
		if name == domain.Domain() || name == domain.Hostname() {
			return true
		}
	}
	return false
}
