// Package symptoms knows what real clients say of each scenario, and finds the
// scenarios whose symptoms a line of a log shows.
package symptoms

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"sync"
)

// recordings are written by recorded runs of the end-to-end tests, one file a
// suite: for each scenario what real clients said about it. Nothing in them is
// written by hand.
//
//go:embed *.json
var recordings embed.FS

// A Symptom is what one client said.
type Symptom struct {
	// Client is the client's name, version and policy.
	Client string `json:"client"`
	// Says is the line of its output or its log that shows the fault.
	Says string `json:"says"`
}

// All are the symptoms by scenario.
type All map[string][]Symptom

// Recorded returns what the recorded runs found.
var Recorded = sync.OnceValues(func() (All, error) { return Load(recordings) })

// Load reads every .json file of a folder, in the order of their names.
func Load(folder fs.FS) (All, error) {
	names, err := fs.Glob(folder, "*.json")
	if err != nil {
		return nil, err
	}
	all := make(All)
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		var file All
		if err := json.Unmarshal(text, &file); err != nil {
			return nil, fmt.Errorf("the recorded symptoms in %s cannot be read: %w", name, err)
		}
		for scenario, said := range file {
			all[scenario] = append(all[scenario], said...)
		}
	}
	return all, nil
}

// Scenarios are the scenarios that have symptoms, sorted.
func (a All) Scenarios() []string { return slices.Sorted(maps.Keys(a)) }
