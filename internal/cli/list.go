package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/scenarios"
)

// A listed scenario is what list says of it; its JSON form is public.
type listed struct {
	Name     string           `json:"name"`
	Family   scenarios.Family `json:"family"`
	Aliases  []string         `json:"aliases"`
	Summary  string           `json:"summary"`
	Facts    scenarios.Facts  `json:"facts"`
	Harmless bool             `json:"harmless"`
}

func listing(s scenarios.Scenario) listed {
	aliases := s.Aliases
	if aliases == nil {
		aliases = []string{}
	}
	return listed{s.Name, s.Family, aliases, s.Summary, s.Facts, s.Harmless}
}

func (a *app) listCommand() *cobra.Command {
	var (
		catalogue cmdline.Catalogue
		families  []string
		asJSON    bool
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List every scenario",
		Long: a.prose(`List every scenario: its name, its family, what the peer does wrong, and three facts that decide what a client should
do: whether the peer offers STARTTLS, whether TLS completes, and whether the peer is authentic.`),
		Args: cmdline.NoArguments,
		RunE: func(*cobra.Command, []string) error {
			if err := catalogue.Load(); err != nil {
				return err
			}
			all, err := catalogue.All()
			if err != nil {
				return err
			}
			chosen, err := ofFamilies(all, families)
			if err != nil {
				return err
			}
			if asJSON {
				return a.PrintJSON(chosen)
			}
			style := terminal.StyleOf(a.Out)
			if !terminal.Is(a.Out) {
				style.Width = 0
			}
			return a.Print(table(chosen, style))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON array")
	cmd.Flags().StringSliceVar(&families, "family", nil, "list only scenarios of this `FAMILY`, or of these with commas between")
	cmdline.MustComplete(cmd, "family", cmdline.CompleteFamily)
	catalogue.BindFiles(cmd)
	return cmd
}

// ofFamilies keeps the scenarios of families; without any, all.
func ofFamilies(all []scenarios.Scenario, families []string) ([]listed, error) {
	known := append(scenarios.Families(), scenarios.FamilyCustom)
	for _, family := range families {
		if !slices.Contains(known, scenarios.Family(family)) {
			return nil, cmdline.Usagef("unknown family %q; the families are %s", family, join(known))
		}
	}
	kept := []listed{}
	for _, s := range all {
		if len(families) == 0 || slices.Contains(families, string(s.Family)) {
			kept = append(kept, listing(s))
		}
	}
	return kept, nil
}

func join[T ~string](words []T) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	return strings.Join(texts, ", ")
}

// minSummary is the width below which a summary does not stand beside the other
// columns on a terminal.
const minSummary = 40

// table aligns names, families, facts and summaries. A width of zero is that of
// no terminal: every scenario has one line then, however long. On a terminal
// summaries are wrapped, and stand below where there is no room beside; on one
// that is narrower than the other columns, these are not aligned.
func table(scenarios []listed, style terminal.Style) string {
	rows := [][]string{{"NAME", "FAMILY", "OFFERED", "COMPLETES", "AUTHENTIC"}}
	summaries := []string{"SUMMARY"}
	for _, s := range scenarios {
		rows = append(rows, []string{s.Name, string(s.Family), string(s.Facts.Offers), string(s.Facts.Completes), string(s.Facts.Authentic)})
		summaries = append(summaries, s.Summary)
	}
	widths := columnWidths(rows, style)
	var out strings.Builder
	for n, row := range rows {
		for i, cell := range row {
			cell = terminal.Pad(terminal.Text(cell), widths[i])
			if n == 0 || i == 0 {
				cell = style.Bold(cell)
			}
			row[i] = cell
		}
		out.WriteString(withSummary(strings.Join(row, "  ")+"  ", summaries[n], style))
	}
	return out.String()
}

func withSummary(left, summary string, style terminal.Style) string {
	switch room := style.Width - terminal.Width(left); {
	case style.Width == 0:
		return left + terminal.Text(summary) + "\n"
	case room < minSummary:
		return strings.TrimRight(left, " ") + "\n" + style.Prose("    ", summary)
	}
	return style.Item(left, summary)
}

// columnWidths are those of the widest cells, or zero if a terminal is too narrow
// for columns.
func columnWidths(rows [][]string, style terminal.Style) []int {
	widths, total := make([]int, len(rows[0])), 0
	for i := range widths {
		for _, row := range rows {
			widths[i] = max(widths[i], terminal.Width(terminal.Text(row[i])))
		}
		total += widths[i] + len("  ")
	}
	if style.Width > 0 && total > style.Width {
		clear(widths)
	}
	return widths
}
