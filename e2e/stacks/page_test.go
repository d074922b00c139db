package stacks_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/scenarios"
)

const introduction = `# What TLS stacks say

` + "`make stacks`" + ` writes this page from real runs. Every stack below connected twice to every scenario about certificates or
TLS: as a client that verifies nothing, and as one that verifies the chain and the name, each with the library's defaults.
A test fails if a stack contradicts the facts of a scenario, or refuses it for a fault other than the scenario's. Known
deviations and their reasons are in ` + "`e2e/stacks/exceptions.yaml`" + `; their cells have a star.

`

// page is the text of docs/stacks.md. It depends on what was said alone.
func page(runs []*run, peers []peer, table map[place]cell) string {
	var b strings.Builder
	b.WriteString(introduction)
	b.WriteString("| stack | version | comes from |\n|---|---|---|\n")
	for _, r := range runs {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", r.stack.name, r.version, r.stack.from)
	}
	writeMatrix(&b, runs, peers, table, verify, "A client that verifies",
		"`ok` means that the stack accepts the peer. Otherwise, the cell shows the fault that it reports, or the peer's alert. If\n"+
			"its error message fits several faults, the cell shows the scenario's own. The error messages are listed below. In a\n"+
			"*lenient* or *weak* scenario, a client may accept or refuse.")
	writeMatrix(&b, runs, peers, table, complete, "A client that does not verify",
		"Only the scenarios that at least one stack refuses even so. In all others, every stack completes the handshake.")
	writeWords(&b, runs, table)
	return b.String()
}

// writeMatrix writes the kinds of one mode, a table for each family.
func writeMatrix(b *strings.Builder, runs []*run, peers []peer, table map[place]cell, m mode, title, text string) {
	fmt.Fprintf(b, "\n## %s\n\n%s\n", title, text)
	for _, family := range scenarios.Families() {
		var rows []peer
		for _, p := range peers {
			if p.scenario.Family == family && (m == verify || refusedBySome(runs, p, table, m)) {
				rows = append(rows, p)
			}
		}
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintf(b, "\n### %s\n\n| scenario | completes | authentic |", family)
		for _, r := range runs {
			fmt.Fprintf(b, " %s |", r.stack.name)
		}
		fmt.Fprintf(b, "\n|%s\n", strings.Repeat("---|", len(runs)+3))
		for _, p := range rows {
			f := p.scenario.Facts
			fmt.Fprintf(b, "| `%s` | %s | %s |", p.scenario.Name, f.Completes, f.Authentic)
			for _, r := range runs {
				c := table[place{p.scenario.Name, r.stack.name, m}]
				fmt.Fprintf(b, " %s |", c.shown+map[bool]string{true: " \\*"}[c.excepted])
			}
			b.WriteString("\n")
		}
	}
}

func refusedBySome(runs []*run, p peer, table map[place]cell, m mode) bool {
	return slices.ContainsFunc(runs, func(r *run) bool { return table[place{p.scenario.Name, r.stack.name, m}].kind != "ok" })
}

// writeWords writes, for every kind of refusal, what the stacks say.
func writeWords(b *strings.Builder, runs []*run, table map[place]cell) {
	b.WriteString("\n## Error messages\n\n| fault | stack | says |\n|---|---|---|\n")
	said := map[string]map[string][]string{} // by kind and stack
	for at, c := range table {
		if c.kind == "ok" {
			continue
		}
		if said[c.kind] == nil {
			said[c.kind] = map[string][]string{}
		}
		said[c.kind][at.stack] = append(said[c.kind][at.stack], c.words)
	}
	for _, kind := range slices.Sorted(maps.Keys(said)) {
		for _, r := range runs {
			words := slices.Clone(said[kind][r.stack.name])
			slices.Sort(words)
			words = slices.Compact(words)
			for i, w := range words {
				words[i] = "`" + strings.ReplaceAll(w, "|", `\|`) + "`"
			}
			if len(words) > 0 {
				fmt.Fprintf(b, "| %s | %s | %s |\n", kind, r.stack.name, strings.Join(words, " · "))
			}
		}
	}
}
