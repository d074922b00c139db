package cli

import (
	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/internal/cli/printing"
	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/scenarios"
)

// maxSayings bounds the lines of one client that a page shows; the most telling
// ones come first.
const maxSayings = 2

func (e explanation) sayings(style terminal.Style) string {
	var texts []string
	shown := make(map[string]int)
	for _, s := range e.Symptoms {
		if shown[s.Client]++; shown[s.Client] <= maxSayings {
			texts = append(texts, terminal.Text(s.Client)+": "+terminal.Text(s.Says))
		}
	}
	if len(e.Reported) > 0 && len(e.Reported[0].Failures) > 0 {
		texts = append(texts, "a TLS report (RFC 8460): policy type "+e.Reported[0].String())
	}
	return bullets(style, texts)
}

// reported is what TLS reports may say of a scenario about what its domain
// publishes.
func reported(s scenarios.Scenario) []audit.Reported {
	if !s.NeedsDNS() {
		return []audit.Reported{}
	}
	return printing.OrEmpty(audit.ReportedOn(s, audit.Reporter{DANE: true, STS: true}))
}
