package cli

import (
	"cmp"
	"fmt"
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
		family    string
		asJSON    bool
	)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List every scenario",
		Long: a.prose(`List every scenario: its name, its family, what the peer does wrong, and the three facts from which follows what a
client should do: whether STARTTLS is offered, whether TLS completes, whether the peer is authentic.`),
		Args: cmdline.NoArguments,
		RunE: func(*cobra.Command, []string) error {
			if err := catalogue.Load(); err != nil {
				return err
			}
			all, err := catalogue.All()
			if err != nil {
				return err
			}
			chosen, err := ofFamily(all, family)
			if err != nil {
				return err
			}
			if asJSON {
				return a.PrintJSON(chosen)
			}
			return a.Print(table(chosen, terminal.StyleOf(a.Out)))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON array")
	cmd.Flags().StringVar(&family, "family", "", "list only this family")
	cmdline.MustComplete(cmd, "family", cmdline.CompleteFamily)
	catalogue.Bind(cmd, "list your own scenarios too")
	return cmd
}

// ofFamily keeps the scenarios of a family; the empty one is that of all.
func ofFamily(all []scenarios.Scenario, family string) ([]listed, error) {
	known := append(scenarios.Families(), scenarios.FamilyCustom)
	if family != "" && !slices.Contains(known, scenarios.Family(family)) {
		return nil, cmdline.Usagef("unknown family %q; the families are %s", family, join(known))
	}
	kept := []listed{}
	for _, s := range all {
		if s.Family == cmp.Or(scenarios.Family(family), s.Family) {
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

// table aligns names, families, facts and summaries. The summaries stand last:
// they alone may be longer than the terminal is wide.
func table(scenarios []listed, style terminal.Style) string {
	rows := [][]string{{"NAME", "FAMILY", "OFFERED", "COMPLETES", "AUTHENTIC", "SUMMARY"}}
	for _, s := range scenarios {
		rows = append(rows, []string{
			s.Name, string(s.Family), string(s.Facts.Offers), string(s.Facts.Completes), string(s.Facts.Authentic), s.Summary,
		})
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], terminal.Width(terminal.Text(cell)))
		}
	}
	var out strings.Builder
	for n, row := range rows {
		for i, cell := range row[:len(row)-1] {
			cell = terminal.Pad(terminal.Text(cell), widths[i])
			if n == 0 || i == 0 {
				cell = style.Bold(cell)
			}
			out.WriteString(cell + "  ")
		}
		fmt.Fprintln(&out, terminal.Text(row[len(row)-1]))
	}
	return out.String()
}
