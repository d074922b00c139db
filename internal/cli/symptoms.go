package cli

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

// recordedSymptoms are written by a recorded run of the end-to-end tests: for
// each scenario what real clients said about it. Nothing in it is written by
// hand.
//
//go:embed symptoms.json
var recordedSymptoms []byte

// A symptom is what one client said.
type symptom struct {
	// Client is the client's name, version and policy.
	Client string `json:"client"`
	// Says is the line of its output or its log that shows the fault.
	Says string `json:"says"`
}

// symptoms returns what clients say about a scenario; nothing if no run has
// recorded any.
func symptoms(recorded []byte, scenario string) ([]symptom, error) {
	var all map[string][]symptom
	if err := json.Unmarshal(recorded, &all); err != nil {
		return nil, fmt.Errorf("the recorded symptoms cannot be read: %w", err)
	}
	return all[scenario], nil
}
