package policy_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/scenarios"
)

// auditOf audits a mailer in every scenario about the DNS, and in some others.
func auditOf(t *testing.T, m mailer, p audit.Policy, others ...string) *audit.Report {
	t.Helper()
	list := publishing()
	for _, name := range others {
		list = append(list, scenarios.MustGet(name))
	}
	r, err := audit.Run(t.Context(), audit.Options{
		Scenarios: list, Policy: p, Driver: m, DNS: "127.0.0.1:0", Patience: 15 * time.Second, Parallel: 8, KeepGoing: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// with are the scenarios with a result, and why.
func with(r *audit.Report, result audit.Result) map[string]string {
	found := map[string]string{}
	for _, i := range slices.Concat(r.Items, r.Controls) {
		if i.Result == result {
			found[i.Scenario] = i.Reason
		}
	}
	return found
}

// TestACorrectMailerKeepsItsPolicy, without a red cross and with nothing that is
// not clear.
func TestACorrectMailerKeepsItsPolicy(t *testing.T) {
	t.Parallel()
	for p, m := range map[audit.Policy]mailer{
		audit.DANE:     {name: "opportunistic DANE"},
		audit.DANEOnly: {name: "mandatory DANE", mandatory: true},
	} {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			r := auditOf(t, m, p, "expired", "self-signed", "starttls-stripped")
			for _, result := range []audit.Result{audit.Fail, audit.Unclear} {
				for name, reason := range with(r, result) {
					t.Errorf("%s: %s (%s)", name, result, reason)
				}
			}
			if len(r.Findings) > 0 || r.Unproved != "" || !r.Succeeded(true) {
				t.Errorf("findings %q, unproved %q, %+v", r.Findings, r.Unproved, r.Summary)
			}
		})
	}
}

// TestWrongMailersAreFound, each by what it does wrong, and by nothing else.
func TestWrongMailersAreFound(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		mailer  mailer
		fails   string // scenarios that must be among the failed ones
		passes  string // and some that must not
		finding string
	}{
		"records ignored": {
			mailer{trusting: true}, "tlsa-mismatch tlsa-ta-name-mismatch", "dane tlsa-servfail", "it delivered wherever none matches",
		},
		"failed lookups ignored": {
			mailer{seeker: seeker{careless: true}}, "tlsa-servfail tlsa-timeout dnssec-bogus-tlsa", "tlsa-mismatch dane",
			"though the lookup of the TLSA record fails",
		},
		"falls back": {
			mailer{yielding: true}, "tlsa-mismatch tlsa-no-starttls", "dane", "in clear to hosts with TLSA records",
		},
		"no AD bit": {
			mailer{seeker: seeker{blind: true}}, "tlsa-mismatch tlsa-wrong-selector", "null-mx dnssec-bogus", "it delivered wherever none matches",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.mailer.name = name
			r := auditOf(t, test.mailer, audit.DANE)
			failed := with(r, audit.Fail)
			for name := range strings.FieldsSeq(test.fails) {
				if failed[name] == "" {
					t.Errorf("%s did not fail", name)
				}
			}
			for name := range strings.FieldsSeq(test.passes) {
				if failed[name] != "" {
					t.Errorf("%s failed: %s", name, failed[name])
				}
			}
			if !strings.Contains(strings.Join(r.Findings, "; "), test.finding) {
				t.Errorf("the findings are %q, want %q", r.Findings, test.finding)
			}
			if test.mailer.blind {
				if why := with(r, audit.Unclear)["dane"]; !strings.Contains(why, "does not see the AD bit") {
					t.Errorf("dane is unclear: %q", why)
				}
			}
		})
	}
}
