package labs_test

import (
	"fmt"
	"os"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/e2e/internal/clients"
	"github.com/fakemx/fakemx/e2e/internal/lab"
	"github.com/fakemx/fakemx/scenarios"
)

const matrixFile = "../../docs/matrix.md"

const matrixHead = `# What real mail servers do

The labs generate this page (` + "`make labs`" + `). Do not edit it. Each cell shows how a message for the scenario reached the peer:

- **T** in TLS, **P** in plain text, **–** not at all, within two attempts. A cell is empty where the policy does not go by
  what the scenario is about.
- **!** after it: this breaks the policy, according to the verdict table of fakemx audit; [why](#where-a-policy-is-broken-and-why).

Look at these three columns before you copy a configuration:

- ` + "`sendmail verify`" + ` (` + "`TLS_Srv: VERIFY`" + `) checks the chain but not the name: it delivers to any host with a certificate from any trusted authority.
- ` + "`exim verify-alone`" + ` (` + "`tls_verify_hosts`" + ` without ` + "`hosts_require_tls`" + `) falls back to plain text if verification fails.
- ` + "`sendmail opportunistic`" + ` does not deliver if the handshake fails; ` + "`fallback`" + ` (` + "`confTLS_FALLBACK_TO_CLEAR`" + `) delivers in plain text.
`

// columns are the variants: first those that do not go by what a domain publishes.
func columns() []string {
	return slices.Concat(
		columnsOf(func(p audit.Policy) bool { return !p.FollowsDNS() }),
		columnsOf(audit.Policy.FollowsDNS))
}

// columnsOf are the variants whose policy is wanted, in order.
func columnsOf(wanted func(audit.Policy) bool) []string {
	var list []string
	for _, mta := range lab.MTAs() {
		for _, variant := range mta.Variants {
			if wanted(variant.Policy) {
				list = append(list, mta.Name+"/"+variant.Name)
			}
		}
	}
	return list
}

// matrix is the whole page.
func matrix(runs map[string]*variantRun) string {
	var page strings.Builder
	page.WriteString(matrixHead + "\n## Versions and policies\n\n| Mail server | Policy | Held to | Set by |\n|---|---|---|---|\n")
	for _, column := range columns() {
		r := runs[column]
		fmt.Fprintf(&page, "| %s %s | %s | %s | [labs/%s/policies](../labs/%s/policies) |\n",
			r.mta.Name, r.version, r.variant.Name, r.variant.Policy, r.mta.Name, r.mta.Name)
	}
	page.WriteString("\n## Where a policy is broken, and why\n\n")
	for _, d := range differences {
		page.WriteString(d.told(runs))
	}
	for _, family := range families(led()) {
		fmt.Fprintf(&page, "\n## %s\n\n", family)
		page.WriteString(table(runs, family))
	}
	return page.String()
}

// told is a difference for people, with the scenarios in which it was seen;
// nothing where it is none.
func (d difference) told(runs map[string]*variantRun) string {
	var seen []string
	for _, s := range led() {
		broken := func(column string) bool { return runs[column].cases[s.Name].verdict.Result == audit.Fail }
		if d.about(s.Name) && slices.ContainsFunc(d.Labs, broken) {
			seen = append(seen, s.Name)
		}
	}
	if len(seen) == 0 {
		return ""
	}
	where := strings.Join(seen, ", ")
	if len(seen) > many {
		where = fmt.Sprintf("in %d scenarios", len(seen))
	}
	labs := strings.ReplaceAll(strings.Join(d.Labs, ", "), "/", " ")
	return fmt.Sprintf("- **%s**: %s (%s)\n", labs, d.Reason, where)
}

// many scenarios are more than a sentence has room for.
const many = 10

// table holds the scenarios of a family.
func table(runs map[string]*variantRun, family scenarios.Family) string {
	var rows strings.Builder
	list := slices.DeleteFunc(led(), func(s scenarios.Scenario) bool { return s.Family != family })
	columns := columnsOf(func(p audit.Policy) bool {
		return slices.ContainsFunc(list, func(s scenarios.Scenario) bool { return judgedUnder(s, p) })
	})
	rows.WriteString("| Scenario |")
	for _, column := range columns {
		rows.WriteString(" " + strings.Replace(column, "/", "<br>", 1) + " |")
	}
	rows.WriteString("\n|---|" + strings.Repeat("---|", len(columns)) + "\n")
	for _, s := range list {
		rows.WriteString("| " + s.Name + " |")
		for _, column := range columns {
			c, played := runs[column].cases[s.Name]
			if !played {
				rows.WriteString("   |")
				continue
			}
			rows.WriteString(" " + cell(c) + " |")
		}
		rows.WriteString("\n")
	}
	return rows.String()
}

// cell is the conduct, in bold where it breaks the policy.
func cell(c labCase) string {
	if c.verdict.Result == audit.Fail {
		return "**" + c.conduct() + "!**"
	}
	return c.conduct()
}

// settled is a page in which a cell that may be one thing or another is as it
// once was: one of a race, in which the policy leaves the server free.
func settled(page, once string) string {
	rows := make(map[string][]string)
	for line := range strings.Lines(once) {
		cells := strings.Split(line, "|")
		if len(cells) > 1 {
			rows[cells[1]] = cells
		}
	}
	var out strings.Builder
	for line := range strings.Lines(page) {
		cells := strings.Split(line, "|")
		if len(cells) > 1 && clients.MayRace(strings.TrimSpace(cells[1])) && len(rows[cells[1]]) == len(cells) {
			for i, before := range rows[cells[1]] {
				if !strings.Contains(cells[i]+before, "!") {
					cells[i] = before
				}
			}
		}
		out.WriteString(strings.Join(cells, "|"))
	}
	return out.String()
}

// missing are the lines of one page that another has not.
func missing(page, from string) []string {
	there := strings.Split(from, "\n")
	return slices.DeleteFunc(strings.Split(page, "\n"), func(line string) bool { return slices.Contains(there, line) })
}

// families are those of a list, in its order.
func families(list []scenarios.Scenario) []scenarios.Family {
	var found []scenarios.Family
	for _, s := range list {
		if len(found) == 0 || found[len(found)-1] != s.Family {
			found = append(found, s.Family)
		}
	}
	return found
}

var _ = Describe("the matrix", last, func() {
	It("is what the mail servers did", func() {
		runs := campaign()
		for _, run := range runs {
			Expect(run.err).NotTo(HaveOccurred())
		}
		page := matrix(runs)
		if *update {
			Expect(os.WriteFile(matrixFile, []byte(page), 0o600)).To(Succeed())
			return
		}
		committed, err := os.ReadFile(matrixFile)
		Expect(err).NotTo(HaveOccurred())
		page = settled(page, string(committed))
		Expect(missing(page, string(committed))).To(BeEmpty(), "lines that are new; make labs LABS=-update writes the page anew")
		Expect(missing(string(committed), page)).To(BeEmpty(), "lines that are no longer so; make labs LABS=-update writes the page anew")
	})
})

var _ = DescribeTable("a cell of the matrix is held to what it was,",
	func(now, once, want string) { Expect(settled(now, once)).To(Equal(want)) },
	Entry("but for a race", "| plaintext-after-220 | P | T |\n", "| plaintext-after-220 | – | T |\n", "| plaintext-after-220 | – | T |\n"),
	Entry("not for a race that breaks a policy", "| plaintext-after-220 | **P!** |\n", "| plaintext-after-220 | – |\n", "| plaintext-after-220 | **P!** |\n"),
	Entry("where nothing races", "| expired | P |\n", "| expired | – |\n", "| expired | P |\n"),
)
