package e2e_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/e2e/internal/clients"
	"github.com/fakemx/fakemx/e2e/internal/sendmail"
)

// With -record, what the clients said of each scenario is written to where
// fakemx explain reads it.
var record = flag.Bool("record", false, "write what the clients say to "+recordFile)

const (
	recordFile  = "../internal/cli/symptoms/clients.json"
	recordEntry = "symptom"
)

// A symptom is a line by which a client shows a scenario.
type symptom struct {
	Scenario string `json:"scenario,omitempty"`
	Client   string `json:"client"`
	Says     string `json:"says"`
}

// remember keeps a symptom for the record. Ginkgo carries it to the process
// that writes the record.
func remember(s symptom) {
	AddReportEntry(recordEntry, s, ReportEntryVisibilityNever)
}

// rememberSighting keeps what a client said that was not content. The form
// that does not verify mostly says the same as the one that does.
func rememberSighting(scenario string, seen sighting) {
	if seen.conduct() == content || len(seen.result.Errors) == 0 {
		return
	}
	policy := "verify"
	if !seen.client.Verifies {
		policy = "encrypt"
	}
	base := strings.TrimSuffix(seen.client.Name, clients.Unverified)
	remember(symptom{
		Scenario: scenario, Says: seen.result.Errors[0],
		Client: fmt.Sprintf("%s %s, %s", base, seen.client.Version(), policy),
	})
}

// rememberMaillog keeps a line of sendmail's log that shows what is the matter,
// without what differs from message to message.
func rememberMaillog(scenario, line string) {
	says := maillogPrefix.ReplaceAllString(line, "")
	if _, status, ok := strings.Cut(says, ", dsn="); ok {
		says = "dsn=" + status
	}
	if strings.Contains(says, "stat=Sent") || strings.HasPrefix(says, "AUTH=") {
		return
	}
	remember(symptom{
		Scenario: scenario, Says: says,
		Client: "sendmail " + sendmail.Version() + ", opportunistic",
	})
}

// recorded gathers the symptoms by scenario, in the order of the clients, and
// leaves out what a client says alike under two policies.
func recorded(specs []SpecReport) (map[string][]symptom, error) {
	all := make(map[string][]symptom)
	for _, spec := range specs {
		for _, entry := range spec.ReportEntries {
			if entry.Name != recordEntry {
				continue
			}
			s, err := symptomOf(entry.GetRawValue())
			if err != nil {
				return nil, err
			}
			scenario := s.Scenario
			s.Scenario = ""
			if !slices.ContainsFunc(all[scenario], s.repeats) {
				all[scenario] = append(all[scenario], s)
			}
		}
	}
	for _, symptoms := range all {
		slices.SortStableFunc(symptoms, func(a, b symptom) int { return strings.Compare(a.program(), b.program()) })
	}
	return all, nil
}

// symptomOf reads an entry, which is a map if it comes from another process.
func symptomOf(entry any) (symptom, error) {
	text, err := json.Marshal(entry)
	if err != nil {
		return symptom{}, err
	}
	var s symptom
	err = json.Unmarshal(text, &s)
	return s, err
}

// program is the client without its policy.
func (s symptom) program() string {
	program, _, _ := strings.Cut(s.Client, ",")
	return program
}

func (s symptom) repeats(other symptom) bool {
	return s.Says == other.Says && s.program() == other.program()
}

var _ = ReportAfterSuite("record", func(report Report) {
	if !*record {
		return
	}
	Expect(report.SuiteSucceeded).To(BeTrue(), "what failed is not recorded")
	symptoms, err := recorded(report.SpecReports)
	Expect(err).NotTo(HaveOccurred())
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	Expect(encoder.Encode(symptoms)).To(Succeed())
	Expect(os.WriteFile(recordFile, text.Bytes(), 0o600)).To(Succeed())
})
