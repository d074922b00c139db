package e2e_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/e2e/internal/clients"
	"github.com/fakemx/fakemx/internal/cli/symptoms"
	"github.com/fakemx/fakemx/scenarios"
)

// With -record, what the clients said of each scenario is written to where
// fakemx explain reads it. Without, it is held against what is written there.
var record = flag.Bool("record", false, "write what the clients say to "+recordFile)

const (
	recordFile  = "../internal/cli/symptoms/clients.json"
	recordEntry = "symptoms"
	// healthyName is the scenario of which nothing that is said is a symptom.
	healthyName = "healthy"
	// maxSayings is how many lines of a client are kept. They come with the
	// most telling ones first.
	maxSayings = 6
)

// A recording is what was said of a scenario.
type recording struct {
	Scenario string             `json:"scenario"`
	Said     []symptoms.Symptom `json:"said"`
	// Asked are the clients that could have said something.
	Asked []string `json:"asked"`
}

// recordingOf is what the clients say of a scenario and not of the healthy
// peer; of that one it is all they say.
func recordingOf(scenario scenarios.Scenario, sightings []sighting) recording {
	var usual map[string][]string
	if scenario.Name != healthyName {
		usual = saidOfHealthy()
	}
	r := recording{Scenario: scenario.Name, Said: sayings(scenario, sightings, usual)}
	for _, seen := range sightings {
		if seen.client.Form != clients.Permissive {
			r.Asked = append(r.Asked, seen.label())
		}
	}
	return r
}

// label is a client with its version and policy.
func (s sighting) label() string {
	return fmt.Sprintf("%s %s, %s", s.client.Program, s.client.Version(), s.client.Form.Policy())
}

// sayings are what the clients say of a scenario and not of the healthy peer,
// by client; what a client says alike under two policies stands there once.
// Those that were told to take everything are nobody's mailers, and are left
// out.
func sayings(scenario scenarios.Scenario, sightings []sighting, healthy map[string][]string) []symptoms.Symptom {
	var all []symptoms.Symptom
	for _, seen := range sightings {
		if seen.client.Form == clients.Permissive {
			continue
		}
		usual, known := healthy[seen.client.Name]
		if !known {
			usual = healthy[seen.client.Program]
		}
		kept := 0
		for _, line := range seen.result.Errors {
			s := symptoms.Symptom{Client: seen.label(), Says: line}
			if kept == maxSayings || slices.Contains(usual, anonymous(line, scenario)) ||
				slices.ContainsFunc(all, func(other symptoms.Symptom) bool { return repeats(s, other) }) {
				continue
			}
			all = append(all, s)
			kept++
		}
	}
	return all
}

// anonymous is a line without the names of the peer and of its authorities,
// which differ by scenario.
func anonymous(line string, scenario scenarios.Scenario) string {
	authority := regexp.MustCompile(`\bOU ?= ?` + regexp.QuoteMeta(scenario.Name) + `\b`)
	return authority.ReplaceAllString(strings.ReplaceAll(line, scenario.Hostname(), "MX"), "OU=NAME")
}

// program is the client without its policy, the form of which may differ.
func program(s symptoms.Symptom) string {
	program, _, _ := strings.Cut(s.Client, ",")
	return program
}

func repeats(s, other symptoms.Symptom) bool {
	return s.Says == other.Says && program(s) == program(other)
}

// saidOfHealthy is what each client says of the healthy peer, without its name.
var saidOfHealthy = sync.OnceValue(func() map[string][]string {
	healthy := scenarios.MustGet(healthyName)
	here, _ := clients.Available()
	said := make(map[string][]string)
	sightings, err := meet(context.Background(), healthy, here)
	if err != nil {
		panic(err) // the healthy peer starts, or no spec passes
	}
	for _, seen := range sightings {
		for _, line := range seen.result.Errors {
			said[seen.client.Name] = append(said[seen.client.Name], anonymous(line, healthy))
		}
	}
	return said
})

// remember hands a recording on to the end of the suite, and in an ordinary run
// compares it with what is written. Ginkgo carries it to the process that
// writes.
func remember(now recording) {
	GinkgoHelper()
	if *record {
		AddReportEntry(recordEntry, now, ReportEntryVisibilityNever)
		return
	}
	once, err := written()
	Expect(err).NotTo(HaveOccurred())
	faults, remarks := changes(once[now.Scenario], now)
	for _, remark := range remarks {
		AddReportEntry(now.Scenario+": "+remark, ReportEntryVisibilityAlways)
	}
	if len(faults) > 0 {
		Fail("clients say something else than what is recorded; if they are right: make symptoms\n" + strings.Join(faults, "\n"))
	}
}

// recorded gathers the recordings of the specs that passed by scenario, and
// sorts them by client, as the specs come in any order.
func recorded(specs []SpecReport) (symptoms.All, error) {
	all := make(symptoms.All)
	for _, spec := range specs {
		for _, entry := range spec.ReportEntries {
			if entry.Name != recordEntry || spec.Failed() {
				continue
			}
			r, err := readRecording(entry.GetRawValue())
			if err != nil {
				return nil, err
			}
			all[r.Scenario] = append(all[r.Scenario], r.Said...)
		}
	}
	for _, said := range all {
		slices.SortStableFunc(said, func(a, b symptoms.Symptom) int { return strings.Compare(a.Client, b.Client) })
	}
	return all, nil
}

// union is what is in either list, sorted.
func union(a, b []symptoms.Symptom) []symptoms.Symptom {
	both := slices.SortedFunc(slices.Values(slices.Concat(a, b)), func(a, b symptoms.Symptom) int {
		return cmp.Or(strings.Compare(a.Client, b.Client), strings.Compare(a.Says, b.Says))
	})
	return slices.Compact(both)
}

// readRecording reads an entry, which is a map if it comes from another process.
func readRecording(entry any) (recording, error) {
	text, err := json.Marshal(entry)
	if err != nil {
		return recording{}, err
	}
	var r recording
	err = json.Unmarshal(text, &r)
	return r, err
}

// written is what the file has of scenarios of the catalogue.
var written = sync.OnceValues(func() (symptoms.All, error) {
	text, err := os.ReadFile(recordFile)
	if err != nil {
		return nil, err
	}
	var all symptoms.All
	err = json.Unmarshal(text, &all)
	maps.DeleteFunc(all, func(scenario string, _ []symptoms.Symptom) bool {
		return !slices.Contains(scenarios.Names(), scenario)
	})
	return all, err
})

// A run of a part of the suite, or one of which a part fails, leaves the record
// of the rest as it is.
var _ = ReportAfterSuite("record", func(report Report) {
	if !*record {
		return
	}
	all, err := written()
	Expect(err).NotTo(HaveOccurred())
	now, err := recorded(report.SpecReports)
	Expect(err).NotTo(HaveOccurred())
	for scenario, said := range now {
		if clients.MayRace(scenario) {
			said = union(said, all[scenario])
		}
		all[scenario] = said
	}
	maps.DeleteFunc(all, func(_ string, said []symptoms.Symptom) bool { return len(said) == 0 })
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	Expect(encoder.Encode(all)).To(Succeed())
	Expect(os.WriteFile(recordFile, text.Bytes(), 0o600)).To(Succeed())
})
