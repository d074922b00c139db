package dnssec_test

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/miekg/dns"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/mxdns"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// played starts all scenarios that are about what a domain publishes, and those
// with the same names and the same keys again where the DNS plays another part.
func played(t *testing.T, mode mxdns.Mode, keys string) *stage.Stage {
	t.Helper()
	var peers []fakemx.Config
	for _, s := range scenarios.All() {
		if s.NeedsDNS() {
			peers = append(peers, fakemx.Config{Scenario: s})
		}
	}
	network := map[mxdns.Mode]string{mxdns.Authoritative: "127.27.0.0/16", mxdns.Validating: "127.28.0.0/16"}[mode]
	return stage.Start(t, stage.Config{Peers: peers, Network: netip.MustParsePrefix(network), DNS: "127.0.0.1:0", DNSMode: mode, PKIDir: keys})
}

// lookedUp are what a mail client looks up of a scenario: name and type.
func lookedUp(s scenarios.Scenario) map[string]string {
	domain := s.Domain() + "."
	names := map[string]string{domain + " MX": "", domain + " A": "", domain + " AAAA": ""}
	hosts := []string{s.Hostname()}
	for _, mx := range s.Peer.DNS.MX {
		if host := s.Expand(mx.Host); len(hosts) < maxHosts && strings.HasSuffix(host, scenarios.ParentDomain) {
			hosts = append(hosts, host)
		}
	}
	for _, host := range hosts {
		names[dns.Fqdn(host)+" A"], names[dns.Fqdn(host)+" AAAA"] = "", ""
		names["_25._tcp."+dns.Fqdn(host)+" TLSA"] = ""
	}
	return names
}

// maxHosts bounds the hosts that are looked up of a scenario with a hundred.
const maxHosts = 3

// silent are scenarios whose DNS leaves queries unanswered, over UDP or over
// TCP. A resolver tells its client so after a while, and our own plays the one
// who never comes.
var silent = []string{"mx-timeout", "mx-truncated", "tlsa-timeout", "tlsa-truncated"}

// apart are scenarios whose DNS seems to be broken, for which a resolver that
// asks about others at the same time stops asking.
var apart = []string{"mx-servfail", "mx-refused", "address-servfail", "tlsa-servfail", "tlsa-refused", "mx-loop", "mx-lame", "domain-nxdomain"}

// TestValidatorsAgreeOnAllScenarios: what the DNS tells a client that trusts it,
// is what a resolver finds out that validates.
func TestValidatorsAgreeOnAllScenarios(t *testing.T) {
	t.Parallel()
	keys := t.TempDir()
	authority, own := played(t, mxdns.Authoritative, keys), played(t, mxdns.Validating, keys)
	anchors, err := authority.DNS().Anchors()
	if err != nil {
		t.Fatal(err)
	}
	stubs := stubsOf(authority)
	ours := resolver("mxdns", own.DNS().Addr(), patience)
	others := []validator{
		unbound(t, "unbound", anchors, "  qname-minimisation: yes\n  infra-keep-probing: yes\n"+stubs, patience),
		delv(t, authority.DNS().Addr(), anchors, patience),
	}
	var group sync.WaitGroup
	for _, other := range others {
		group.Go(func() {
			for _, p := range authority.Peers() {
				if s := p.Scenario(); !slices.Contains(silent, s.Name) && !slices.Contains(apart, s.Name) {
					compare(t, ours, other, s)
				}
			}
		})
	}
	group.Wait()
}

// stubsOf tell unbound where the zones are.
func stubsOf(s *stage.Stage) string {
	names := map[string]bool{scenarios.ParentDomain: true}
	for _, p := range s.Peers() {
		names[p.Scenario().Domain()] = true
		if p.Scenario().Peer.DNS.HostZone != nil {
			names[p.Scenario().Hostname()] = true
		}
	}
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(names)) {
		fmt.Fprintf(&text, "stub-zone:\n  name: %q\n  stub-addr: %s\n", name, strings.ReplaceAll(s.DNS().Addr(), ":", "@"))
	}
	return text.String()
}

// differs are what a validator makes of a scenario in another way, and why.
var differs = map[string]string{
	"delv dnssec-insecure-denial TLSA": "delv takes a denial with opt-out for secure; RFC 5155 section 9.2 says that the AD bit must not be set",
}

// compare asks both what a mail client looks up.
func compare(t *testing.T, ours, other validator, s scenarios.Scenario) {
	t.Helper()
	for _, query := range slices.Sorted(maps.Keys(lookedUp(s))) {
		name, qtype, _ := strings.Cut(query, " ")
		want, err := ours.ask(t.Context(), name, qtype)
		if err != nil {
			t.Errorf("%s: %s: %v", query, ours.name, err)
		}
		got, err := other.ask(t.Context(), name, qtype)
		if err != nil {
			t.Errorf("%s: %s: %v", query, other.name, err)
			continue
		}
		if !want.same(got) && differs[other.name+" "+s.Name+" "+qtype] == "" {
			t.Errorf("%s: %s: mxdns says %s, but %s says %s", s.Name, query, want, other.name, got)
		}
	}
}
