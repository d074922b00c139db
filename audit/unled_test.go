package audit

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// TestAClientThatWasToldWhereToConnect has not met a fault of where the DNS
// leads, whatever it did. What the peer itself shows, it has met.
func TestAClientThatWasToldWhereToConnect(t *testing.T) {
	t.Parallel()
	proved := Control{Scenario: "healthy", Delivered: true}
	for name, test := range map[string]struct {
		scenario string
		policy   Policy
		evidence Evidence
		want     Result
		says     string
	}{
		"to a null MX":          {"null-mx", Verify, asking("", session(fakemx.DeliveredTLS)), Unclear, "did not look up the MX record of null-mx.fakemx.test"},
		"by the host's address": {"mx-nxdomain", Opportunistic, asking("A AAAA", session(fakemx.DeliveredTLS)), Unclear, "did not look up"},
		"past a dead host":      {"mx-first-refused", Verify, asking("A", session(fakemx.DeliveredTLS)), Unclear, "did not look up"},
		"without an MX":         {"no-mx", Verify, asking("", session(fakemx.Refused)), Unclear, "did not look up"},
		"bogus, under DANE":     {"dnssec-bogus", DANE, asking("", session(fakemx.DeliveredTLS)), Unclear, "did not look up"},
		"by MX, to a null MX":   {"null-mx", Verify, asking("MX A", session(fakemx.DeliveredTLS)), Fail, "null MX"},
		"by MX, past a host":    {"mx-first-refused", Verify, asking("MX A", session(fakemx.DeliveredTLS)), Pass, "as it must"},
		"a certificate":         {"tlsa-ee-expired", Verify, asking("", session(fakemx.DeliveredTLS)), Fail, "not authentic"},
		"an own DNS":            {"null-mx", Verify, sessions(session(fakemx.DeliveredTLS)), Fail, "null MX"},
	} {
		v := Judge(scenarios.MustGet(test.scenario), test.policy, test.evidence, proved)
		if v.Result != test.want || !strings.Contains(v.Reason, test.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, v.Result, v.Reason, test.want, test.says)
		}
	}
}

// TestAResolverThatDoesNotValidate is no fault, but with DANE.
func TestAResolverThatDoesNotValidate(t *testing.T) {
	t.Parallel()
	proved := Control{Scenario: "dane", Delivered: true}
	answered := asking("MX A AAAA", session(fakemx.DeliveredTLS))
	failed := asking("MX A AAAA", session(fakemx.DeliveredTLS))
	failed.Queries[0].Rcode = "SERVFAIL"
	for name, test := range map[string]struct {
		policy   Policy
		evidence Evidence
		want     Result
	}{
		"opportunistic":       {Opportunistic, answered, May},
		"verify":              {Verify, answered, May},
		"dane":                {DANE, answered, Fail},
		"against the answers": {Verify, failed, Fail},
	} {
		if v := Judge(scenarios.MustGet("dnssec-bogus-mx"), test.policy, test.evidence, proved); v.Result != test.want {
			t.Errorf("%s: %s (%s), want %s", name, v.Result, v.Reason, test.want)
		}
	}
	if v := Judge(scenarios.MustGet("mx-servfail"), Verify, answered, Control{Scenario: "healthy", Delivered: true}); v.Result != Fail {
		t.Errorf("where nothing is signed: %s (%s)", v.Result, v.Reason)
	}
}

// TestNamesAboveATLSARecord are what a resolver asks for that minimises names.
func TestNamesAboveATLSARecord(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"_tcp.mx.x.fakemx.test.": true, "_25._tcp.mx.x.fakemx.test.": true, "mx.x.fakemx.test.": false} {
		e := Evidence{Queries: []Lookup{{Name: name, Type: "A"}}}
		if e.askedForTLSA() != want {
			t.Errorf("%s: %t", name, !want)
		}
	}
}
