package audit

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// A Change is a scenario whose result differs from that in the baseline.
type Change struct {
	Scenario string `json:"scenario"`
	// From and To are the results. From is empty if the baseline has none.
	From Result `json:"from"`
	To   Result `json:"to"`
}

// String describes the change.
func (c Change) String() string {
	if c.From == "" {
		return fmt.Sprintf("%s: %s, and not in the baseline", c.Scenario, c.To)
	}
	return fmt.Sprintf("%s: %s → %s", c.Scenario, c.From, c.To)
}

// ReadReport reads a report in JSON form.
func ReadReport(r io.Reader) (*Report, error) {
	var report Report
	if err := json.NewDecoder(r).Decode(&report); err != nil {
		return nil, fmt.Errorf("not a report in JSON form, as written by --report json=FILE: %w", err)
	}
	if report.Policy == "" || report.Items == nil {
		return nil, fmt.Errorf("not a report in JSON form, as written by --report json=FILE: it has no policy or no items")
	}
	for n, i := range report.Items {
		if !slices.Contains(Results(), i.Result) {
			return nil, fmt.Errorf("items[%d].result: expected one of %q, got %q", n, Results(), i.Result)
		}
	}
	return &report, nil
}

// Compare adds the differences from an earlier report under the same policy.
// Scenarios that this audit left out or did not play are not changes.
func (r *Report) Compare(baseline *Report) error {
	if baseline.Policy != r.Policy {
		return fmt.Errorf("the baseline was made under the policy %s, this audit under %s", baseline.Policy, r.Policy)
	}
	before := make(map[string]Result, len(baseline.Items))
	for _, i := range baseline.Items {
		if !i.Unplayed {
			before[i.Scenario] = i.Result
		}
	}
	for _, i := range r.Items {
		if before[i.Scenario] != i.Result && !i.Unplayed {
			r.Changes = append(r.Changes, Change{i.Scenario, before[i.Scenario], i.Result})
		}
	}
	return nil
}
