package cli

import (
	"io"
	"os"
	"strings"

	"github.com/fakemx/fakemx/internal/cli/symptoms"
	"github.com/fakemx/fakemx/internal/plain"
	"github.com/fakemx/fakemx/scenarios"
)

// maxLogGroups bounds the kinds of lines that are kept of a log, however long
// it is. Lines of further kinds are only counted.
const maxLogGroups = 500

// A logReport is what is found in a log; its JSON form is public.
type logReport struct {
	// Lines is how many lines were read, a folded Received field being one,
	// Without how many of them show no symptom, and Omitted how many show one
	// but are one kind too many.
	Lines   int         `json:"lines"`
	Without int         `json:"without_symptom"`
	Omitted int         `json:"omitted"`
	Groups  []*logGroup `json:"symptoms"`
	// LookedFor is how many phrases of how many scenarios lines were compared
	// with.
	LookedFor lookedFor `json:"looked_for"`
}

type lookedFor struct {
	Phrases   int `json:"phrases"`
	Scenarios int `json:"scenarios"`
}

// A logGroup are the lines that show one symptom.
type logGroup struct {
	// Line is the first of them, fit for a terminal, and At its number.
	Line string `json:"line"`
	At   int    `json:"at"`
	// Count is how many there are.
	Count     int       `json:"count"`
	Suspects  []suspect `json:"scenarios"`
	Notes     []string  `json:"notes"`
	matches   []symptoms.Match
	verifyMsg bool
}

// A suspect is a scenario that shows the symptom, too.
type suspect struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
	// Phrases are what the line and the clients have in common, the rarest
	// first, and Clients those who say it.
	Phrases []string `json:"phrases"`
	Clients []string `json:"clients"`
	// Reproduce and Mend are command lines.
	Reproduce string `json:"reproduce"`
	Mend      string `json:"mend"`
}

// explainLog reads a log and prints which scenarios show the same symptoms.
func (a *app) explainLog(path string, asJSON bool) error {
	index, err := symptomIndex()
	if err != nil {
		return err
	}
	log := io.NopCloser(a.in)
	if path != "-" {
		//nolint:gosec // reading the file that the user names is the command's purpose
		if log, err = os.Open(path); err != nil {
			return err
		}
	}
	defer log.Close()
	report, err := readLog(log, index)
	if err != nil {
		return err
	}
	if asJSON {
		return a.printJSON(report)
	}
	return a.print(report.page(styleOf(a.out)))
}

// symptomIndex knows what clients were recorded saying, and what references to
// field reports quote.
func symptomIndex() (*symptoms.Index, error) {
	recorded, err := symptoms.Recorded()
	if err != nil {
		return nil, err
	}
	all := make(symptoms.All)
	for name, said := range recorded {
		all[name] = append(all[name], said...)
	}
	names := scenarios.Names()
	for _, s := range scenarios.All() {
		for _, reference := range s.References {
			if quote, ok := strings.CutPrefix(reference, symptoms.FieldReport+": "); ok {
				all[s.Name] = append(all[s.Name], symptoms.Symptom{Client: symptoms.FieldReport, Says: quote})
			}
		}
	}
	return symptoms.NewIndex(names, all), nil
}

// readLog reads a log to its end.
func readLog(log io.Reader, index *symptoms.Index) (*logReport, error) {
	report := &logReport{Groups: []*logGroup{}}
	report.LookedFor = lookedFor{Phrases: index.Phrases(), Scenarios: len(scenarios.Names())}
	groups := make(map[string]*logGroup)
	lines := newLogLines(log)
	for at, line := range lines.all {
		report.Lines++
		matches := index.Search(line)
		if symptoms.InReceived(line) || matches == nil {
			matches = symptoms.SearchReceived(line)
		}
		if len(matches) > 0 {
			report.count(groups, line, at, matches)
		} else {
			report.Without++
		}
	}
	for _, g := range report.Groups {
		g.conclude(report)
	}
	return report, lines.err
}

// count adds a line to the group of those with the same symptom.
func (r *logReport) count(groups map[string]*logGroup, line string, at int, matches []symptoms.Match) {
	var key strings.Builder
	for _, m := range matches {
		key.WriteString(m.Scenario + " " + strings.Join(m.Phrases, ",") + "\n")
	}
	switch g := groups[key.String()]; {
	case g != nil:
		g.Count++
	case len(groups) == maxLogGroups:
		r.Omitted++
	default:
		g = &logGroup{Line: plain.Text(line), At: at, Count: 1, matches: matches, verifyMsg: strings.Contains(line, "verifymsg=")}
		groups[key.String()] = g
		r.Groups = append(r.Groups, g)
	}
}
