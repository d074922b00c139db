package audit

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/policy/tlsrpt"
	"github.com/fakemx/fakemx/scenarios"
)

var update = flag.Bool("update", false, "write the table of what reports say anew")

// reportedFile is what reports must say of every scenario, in each way to look
// at it.
const reportedFile = "testdata/reported.txt"

// reporters are the clients, by their policies.
var reporters = []struct {
	name string
	by   Reporter
}{
	{"dane", Reporter{DANE: true}},
	{"dane-only", Reporter{DANE: true, Mandatory: true}},
	{"mta-sts", Reporter{STS: true}},
	{"dane+mta-sts", Reporter{DANE: true, STS: true}},
}

// TestWhatReportsMustSay: the table changes with a scenario, and whoever changes
// it sees what. With -update, it is written anew.
func TestWhatReportsMustSay(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	for _, s := range scenarios.All() {
		if !s.NeedsDNS() && s.Name != "healthy" && s.Family != scenarios.FamilyStartTLS {
			continue
		}
		for _, r := range reporters {
			words := []string{}
			for _, alternative := range ReportedOn(s, r.by) {
				words = append(words, alternative.String())
			}
			if len(words) == 0 {
				words = []string{"not known"}
			}
			out.WriteString(s.Name + " | " + r.name + " | " + strings.Join(words, "; ") + "\n")
		}
	}
	want, err := os.ReadFile(reportedFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	switch {
	case *update:
		if err := os.WriteFile(reportedFile, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	case out.String() != string(want):
		t.Errorf("%s is not what the scenarios say; go test ./audit -run Report -update writes it", reportedFile)
	}
}

// TestWhatIsReportedIsPossible: each result type is one that can occur under its
// policy, and a report that says it is in order.
func TestWhatIsReportedIsPossible(t *testing.T) {
	t.Parallel()
	known := 0
	for _, s := range scenarios.All() {
		for _, r := range reporters {
			for _, alternative := range ReportedOn(s, r.by) {
				known++
				result := tlsrpt.PolicyResult{Policy: tlsrpt.Policy{Type: alternative.PolicyType, Domain: s.Domain()}, FailureDetails: []tlsrpt.FailureDetail{}}
				for _, f := range alternative.Failures {
					result.Summary.Failed++
					result.FailureDetails = append(result.FailureDetails, tlsrpt.FailureDetail{ResultType: f, FailedSessions: 1})
				}
				report := tlsrpt.Report{Policies: []tlsrpt.PolicyResult{result}}
				for _, f := range report.Check() {
					if f.Kind == tlsrpt.Inconsistent || strings.HasSuffix(f.Path, "result-type") {
						t.Errorf("%s, %s: %s: %s", s.Name, r.name, alternative, f)
					}
				}
			}
		}
	}
	if known < 200 {
		t.Errorf("%d alternatives are known", known)
	}
}

// TestNothingIsReportedOfWhatIsNotLookedUp, nor where sessions differ.
func TestNothingIsReportedOfWhatIsNotLookedUp(t *testing.T) {
	t.Parallel()
	if got := ReportedOn(scenarios.MustGet("sts-expired"), Reporter{}); got != nil {
		t.Errorf("a client that looks nothing up reports %v", got)
	}
	counted := scenarios.MustGet("mta-sts").With(func(p *scenarios.Peer) {
		p.Faults = []scenarios.Fault{{At: scenarios.AtHandshake, Do: scenarios.DoReset, First: 1}}
	})
	if got := ReportedOn(counted, Reporter{STS: true}); got != nil {
		t.Errorf("where only the first session fails, reports say %v", got)
	}
}
