package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/internal/cli/symptoms"
	"github.com/fakemx/fakemx/internal/plain"
	"github.com/fakemx/fakemx/scenarios"
)

const (
	// maxSuspects is how many scenarios a symptom is shown with.
	maxSuspects = 5
	// closeEnough is which part of the best score a scenario needs to be
	// named beside the best one.
	closeEnough = 0.6
	// maxShownLine bounds a line that is shown, in characters.
	maxShownLine = 400
)

// conclude turns matches into suspects and notes.
func (g *logGroup) conclude(report *logReport) {
	near := g.matches
	if end := slices.IndexFunc(near, func(m symptoms.Match) bool { return m.Score < closeEnough*g.matches[0].Score }); end >= 0 {
		near = near[:end]
	}
	g.Suspects = make([]suspect, 0, len(near))
	for _, m := range near {
		g.Suspects = append(g.Suspects, suspectOf(m))
	}
	g.Notes = orEmpty(g.notes(report))
}

func suspectOf(m symptoms.Match) suspect {
	s := suspect{
		Name: m.Scenario, Phrases: m.Phrases, Clients: orEmpty(m.Clients),
		Reproduce: shellLine([]string{"fakemx", "--scenario", m.Scenario}),
		Mend:      shellLine([]string{"fakemx", "explain", m.Scenario}),
	}
	if known, err := scenarios.Get(m.Scenario); err == nil {
		s.Summary = known.Summary
	}
	return s
}

// notes say how far the suspects can be trusted, and what tells more.
func (g *logGroup) notes(report *logReport) []string {
	var notes []string
	best := g.matches[0]
	onlyVerify := slices.Equal(best.Phrases, []string{"verify fail"})
	switch {
	case onlyVerify && report.hasVerifyMsg():
		notes = append(notes, "verify=FAIL alone cannot tell which; sendmail's next line, with verifymsg=, does.")
	case onlyVerify:
		notes = append(notes, "verify=FAIL alone cannot tell which; raise LogLevel to 15 (confLOG_LEVEL) to see verifymsg=.")
	case len(g.Suspects) > maxSuspects:
		notes = append(notes, fmt.Sprintf("These words cannot tell which of %d scenarios it is; look for a line beside it that says more.", len(g.Suspects)))
	}
	if best.Usual {
		notes = append(notes, "Clients say this of a healthy peer, too: by itself it is harmless.")
	}
	if strings.Contains(g.Line, "STARTTLS=server") {
		notes = append(notes, "STARTTLS=server: sendmail took the mail here, so the certificate is the client's.")
	}
	if len(best.Phrases) == 1 && strings.EqualFold(best.Phrases[0], "with ESMTPA") {
		notes = append(notes, "The field does not say whether there was TLS; if there was, it is stamped as if there had been none.")
	}
	return notes
}

// hasVerifyMsg reports whether sendmail logged at a level that says why.
func (r *logReport) hasVerifyMsg() bool {
	return slices.ContainsFunc(r.Groups, func(g *logGroup) bool { return g.verifyMsg })
}

// page is the report for a person.
func (r *logReport) page(style style) string {
	var out strings.Builder
	for _, g := range r.Groups {
		out.WriteString(g.section(style) + "\n")
	}
	out.WriteString(style.prose("", r.closing()))
	return out.String()
}

func (g *logGroup) section(style style) string {
	var out strings.Builder
	heading := fmt.Sprintf("Line %d", g.At)
	if g.Count > 1 {
		heading += fmt.Sprintf(" and %s like it", lineCount(g.Count-1))
	}
	out.WriteString(style.bold(heading) + "\n" + style.prose("  ", shortened(g.Line)))
	for _, s := range g.Suspects[:min(len(g.Suspects), maxSuspects)] {
		out.WriteString(s.lines(style))
	}
	if more := g.Suspects[min(len(g.Suspects), maxSuspects):]; len(more) > 0 {
		names := make([]string, len(more))
		for i, s := range more {
			names[i] = s.Name
		}
		out.WriteString(style.item("  - ", "or: "+strings.Join(names, ", ")))
	}
	for _, note := range g.Notes {
		out.WriteString(style.prose("  ", note))
	}
	return out.String()
}

func (s suspect) lines(style style) string {
	reason := "it has “" + strings.Join(s.Phrases, "”, “") + "”"
	if len(s.Clients) > 0 {
		reason += ", as said by " + inWords(s.Clients)
	}
	return style.item("  - ", plain.Text(s.Name+": "+s.Summary)) +
		style.prose("    ", plain.Text(reason)) +
		"      reproduce: " + s.Reproduce + "\n" +
		"      mend:      " + s.Mend + "\n"
}

// inWords names a few of many.
func inWords(all []string) string {
	const few = 3
	if len(all) <= few {
		return strings.Join(all, "; ")
	}
	return strings.Join(all[:few], "; ") + fmt.Sprintf("; and %d more", len(all)-few)
}

func shortened(line string) string {
	if runes := []rune(line); len(runes) > maxShownLine {
		return string(runes[:maxShownLine]) + "…"
	}
	return line
}

func (r *logReport) closing() string {
	if len(r.Groups) == 0 {
		return fmt.Sprintf("No symptom in %s. Looked for %d phrases that mail clients were recorded saying about %d scenarios, "+
			"such as “unable to get local issuer certificate”, “certificate has expired” and “connection reset by”, and for Received fields "+
			"that do not say what TLS there was. A higher log level may say more: sendmail confLOG_LEVEL 15, Postfix smtp_tls_loglevel 1, "+
			"Exim log_selector +tls_cipher +tls_certificate_verified.",
			lineCount(r.Lines), r.LookedFor.Phrases, r.LookedFor.Scenarios)
	}
	closing := fmt.Sprintf("%s read, %d without a symptom.", lineCount(r.Lines), r.Without)
	if r.Omitted > 0 {
		closing += fmt.Sprintf(" %s of further kinds left out.", lineCount(r.Omitted))
	}
	return closing
}

func lineCount(n int) string {
	if n == 1 {
		return "1 line"
	}
	return fmt.Sprintf("%d lines", n)
}
