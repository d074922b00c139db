package audit_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/scenarios"
)

var update = flag.Bool("update", false, "audit every client against the whole catalogue, and write docs/clients.md")

const document = "../../docs/clients.md"

// TestClientsAreDocumented: docs/clients.md has a row for each setting. With
// -update it is written anew, which takes a while.
func TestClientsAreDocumented(t *testing.T) {
	if *update {
		writeDocument(t)
	}
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range slices.Concat(settings(), followers()) {
		if !strings.Contains(string(text), "| "+s.how+" |") {
			t.Errorf("%s with %s is not in docs/clients.md; make clients writes it", s.client, s.how)
		}
	}
}

// An audited is a setting and what was seen of it in every scenario.
type audited struct {
	setting
	version string
	report  *audit.Report
}

func writeDocument(t *testing.T) {
	t.Helper()
	var rows []audited
	version := map[string]string{}
	for _, s := range slices.Concat(settings(), followers()) {
		if _, err := s.template(); err != nil {
			t.Fatalf("%s is needed to write %s: %v", s.client, document, err)
		}
	}
	submitted := allSubmitted(t, settings(), everywhere())
	for _, s := range settings() {
		if v := s.released(); v != "" {
			version[s.client] = v
		}
		report := submitted[s.client+s.how]
		if s.daemon == nil {
			report = auditOf(t, s, s.policy, everywhere())
		}
		rows = append(rows, audited{s, version[s.client], report})
		t.Logf("%s, %s: %+v", s.client, s.how, rows[len(rows)-1].report.Summary)
	}
	var out strings.Builder
	out.WriteString(preface)
	writeRows(&out, rows)
	for _, about := range publicity {
		out.WriteString(about.says)
		writeRows(&out, followed(t, about.policies))
	}
	if err := os.WriteFile(document, []byte(out.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// followed are the MTAs that go by what a domain publishes and are expected to keep
// one of these policies.
func followed(t *testing.T, policies []audit.Policy) []audited {
	t.Helper()
	var rows []audited
	list := slices.DeleteFunc(followers(), func(s setting) bool { return !slices.Contains(policies, s.policy) })
	reports := allSubmitted(t, list, published(policies[0]))
	for _, s := range list {
		rows = append(rows, audited{s, s.released(), reports[s.client+s.how]})
		t.Logf("%s, %s: %+v", s.client, s.how, rows[len(rows)-1].report.Summary)
	}
	return rows
}

// attempts are how often an MTA happened to come within the time of an audit:
// on the page it would differ from run to run.
var attempts = regexp.MustCompile(`, in \d+ sessions`)

const preface = `# Which client keeps which policy

Every client was audited against the whole catalogue, with the settings from its documentation, and judged by each policy.
` + "`make clients`" + ` writes this page. [audit.md](audit.md) describes such an audit and the policies. [matrix.md](matrix.md) has
the MTAs in the labs.

The numbers say in how many scenarios a client fails the policy. The policy that a user would expect from the settings is
in bold.

`

// publicity are the parts about MTAs that go by what a domain publishes, and which
// policies each is about.
var publicity = []struct {
	says     string
	policies []audit.Policy
}{
	{`## DANE

These MTAs look up TLSA records, through a resolver that sets the AD bit. They were audited against the scenarios of the families
dane, dnssec and dns, and judged by the policies that go by such records.

`, []audit.Policy{audit.DANE, audit.DANEOnly}},
	{`## MTA-STS

These MTAs fetch MTA-STS policies. They were audited against the scenarios of the family mta-sts.

`, []audit.Policy{audit.MTASTS}},
	{`## DANE and MTA-STS

These MTAs do both. They were audited against all scenarios about what a domain publishes.

`, []audit.Policy{audit.DANEAndMTASTS}},
}

// writeRows writes a matrix of clients that are of one kind, and how each fails the
// policy that is expected of it. Its columns are the policies of that kind.
func writeRows(out *strings.Builder, rows []audited) {
	kind := kindOf(rows[0].policy)
	writeMatrix(out, rows, slices.DeleteFunc(audit.Policies(), func(p audit.Policy) bool { return kindOf(p) != kind }))
	for _, row := range rows {
		row.writeSection(out)
	}
}

// kindOf tells apart the policies that are about different scenarios.
func kindOf(p audit.Policy) [2]bool {
	return [2]bool{p.FollowsDNS() && p != audit.MTASTS, p.FollowsSTS()}
}

func writeMatrix(out *strings.Builder, rows []audited, policies []audit.Policy) {
	out.WriteString("| client | settings |")
	for _, p := range policies {
		fmt.Fprintf(out, " %s |", p)
	}
	out.WriteString("\n|---|---|" + strings.Repeat("---|", len(policies)) + "\n")
	for _, row := range rows {
		fmt.Fprintf(out, "| %s %s | %s |", row.client, row.version, row.how)
		for _, p := range policies {
			cell := "kept"
			if n := len(row.failing(p)); n > 0 {
				cell = fmt.Sprintf("fails in %d", n)
			}
			if p == row.policy {
				cell = "**" + cell + "**"
			}
			fmt.Fprintf(out, " %s |", cell)
		}
		out.WriteString("\n")
	}
	out.WriteString("\n")
}

// failing holds the evidence against a policy: what a client does does not
// depend on what is expected of it.
func (row audited) failing(p audit.Policy) []audit.Item {
	var failed []audit.Item
	for _, i := range row.report.Items {
		s := scenarios.MustGet(i.Scenario)
		if again := audit.NewItem(s, p, i.Evidence, row.report.ControlFor(s)); again.Failed() {
			failed = append(failed, again)
		}
	}
	return failed
}

// writeSection tells how the client fails the policy that is expected of it.
func (row audited) writeSection(out *strings.Builder) {
	failed := row.failing(row.policy)
	if len(failed) == 0 {
		return
	}
	fmt.Fprintf(out, "## %s, %s\n\nfails the policy %s:\n\n", row.client, row.how, row.policy)
	for _, f := range row.report.Findings {
		fmt.Fprintf(out, "- **%s**\n", f)
	}
	// Scenarios with the same reason share a line.
	reasons := map[string][]string{}
	var order []string
	for _, i := range failed {
		reason, _, _ := strings.Cut(i.Reason, " ("+i.Summary)
		reason = attempts.ReplaceAllString(reason, "")
		if reasons[reason] == nil {
			order = append(order, reason)
		}
		reasons[reason] = append(reasons[reason], i.Scenario)
	}
	for _, reason := range order {
		fmt.Fprintf(out, "- %s: %s\n", reason, strings.Join(reasons[reason], ", "))
	}
	out.WriteString("\n")
}
