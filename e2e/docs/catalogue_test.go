package docs_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/internal/house"
	"github.com/fakemx/fakemx/scenarios"
)

const catalogue = "SCENARIOS.md"

// The marks in the README between which its table of scenarios stands.
const (
	tableBegins = "<!-- The table is written by make generate. -->\n"
	tableEnds   = "<!-- end of the table -->\n"
)

// TestREADMEScenarios holds the lists of scenarios against the catalogue.
func TestREADMEScenarios(t *testing.T) {
	text := strings.Join(readLines(t, readme), "\n")
	before, rest, began := strings.Cut(text, tableBegins)
	_, after, ended := strings.Cut(rest, tableEnds)
	if !began || !ended {
		t.Fatalf("the README lacks the mark %q or %q", tableBegins, tableEnds)
	}
	hold(t, readme, before+tableBegins+familyTable()+tableEnds+after)
	hold(t, catalogue, catalogueText())
}

// hold compares a file with what it should be, or makes it so.
func hold(t *testing.T, path, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(house.Path(t, path), []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if strings.Join(readLines(t, path), "\n") != want {
		t.Errorf("%s does not show the scenarios as they are; run make generate", path)
	}
}

// familyTable is a row for each family with the names of its scenarios.
func familyTable() string {
	var out strings.Builder
	out.WriteString("| family | scenarios |\n|---|---|\n")
	for _, family := range scenarios.Families() {
		var names []string
		for _, s := range scenarios.ByFamily(family) {
			names = append(names, s.Name)
		}
		fmt.Fprintf(&out, "| [%[1]s](%[2]s#%[1]s) | %[3]s |\n", family, catalogue, strings.Join(names, " · "))
	}
	return out.String()
}

const catalogueHead = `# The scenarios

Every scenario is the healthy peer with one deviation. ` + "`fakemx explain NAME`" + ` explains how it comes about, what a client
should do, and how to fix a server that has it. ` + "`make generate`" + ` writes this list.

Three facts decide what a client must do. **Offered**: is STARTTLS usable? **Completes**: can a client that does not verify
complete TLS? *Weak* means only with what RFC 8996 and RFC 9325 forbid. **Authentic**: does a correct verifying client
accept the peer? *Lenient* means that the client decides: some TLS stacks accept the peer and others refuse it.

Every "must" and "must not" is based on facts that have a ground: the RFC section that says MUST, or *all stacks* if all of
them agree (TLS libraries; before TLS, mail clients and servers). The ground follows the answer unless it is the same as for
the healthy peer. No "must" is based on a *yes* if no standard says how a client continues after what the peer sends, or if
the peer accepts no mail inside TLS.

**Outcome** is how the sessions end with a client that keeps its policy: opportunistic · encrypt · verify. *tls* and *clear*:
one of them is delivered-tls or delivered-clear. *refused*: none is delivered; the record says refused, or faulted where the
peer ends the session. *tls?*: the client may deliver, but only in TLS. *any*: it may do as it likes.
`

// catalogueText is a table for each family.
func catalogueText() string {
	var out strings.Builder
	healthy := scenarios.MustGet("healthy")
	out.WriteString(catalogueHead)
	for _, family := range scenarios.Families() {
		fmt.Fprintf(&out, "\n## %s\n\n| scenario | the peer | offered | completes | authentic | outcome |\n|---|---|---|---|---|---|\n", family)
		for _, s := range scenarios.ByFamily(family) {
			var usual scenarios.Grounds
			if s.Name != healthy.Name {
				usual = healthy.Grounds
			}
			fmt.Fprintf(&out, "| %s | %s | %s | %s | %s | %s |\n", names(s), cell(s.Summary),
				fact(s.Facts.Offers, s.Grounds.Offers, usual.Offers),
				fact(s.Facts.Completes, s.Grounds.Completes, usual.Completes),
				fact(s.Facts.Authentic, s.Grounds.Authentic, usual.Authentic), outcomes(s))
		}
	}
	return out.String()
}

// outcomes are those with a client that keeps its policy, for each policy.
func outcomes(s scenarios.Scenario) string {
	list := make([]string, 0, len(audit.Policies()))
	for _, policy := range audit.Policies() {
		list = append(list, outcome(s, audit.ExpectIn(s, policy)))
	}
	return strings.Join(list, " · ")
}

func outcome(s scenarios.Scenario, e audit.Expectation) string {
	switch {
	case e.Duty == audit.MustNotDeliver:
		return "refused"
	case e.Duty == audit.MayDeliver && e.InTLS:
		return "tls?"
	case e.Duty == audit.MayDeliver:
		return "any"
	case e.InTLS:
		return "tls"
	case s.Facts.Offers == scenarios.No:
		return "clear"
	}
	return "tls or clear"
}

// fact is an answer and its ground, unless that is the usual one.
func fact(answer scenarios.Answer, ground, usual string) string {
	if ground == "" || answer == scenarios.Yes && ground == usual {
		return string(answer)
	}
	return string(answer) + ": " + ground
}

// names are the name of a scenario and its aliases.
func names(s scenarios.Scenario) string {
	text := "`" + s.Name + "`"
	if len(s.Aliases) > 0 {
		text += " (" + strings.Join(s.Aliases, ", ") + ")"
	}
	return text
}

// cell is a text as it may stand in a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`, "\n", " ").Replace(text)
}
