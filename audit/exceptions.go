package audit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/fakemx/fakemx/scenarios"
)

// An Exception accepts a result other than a pass.
type Exception struct {
	// Scenarios are patterns of names, as in a [Selection].
	Scenarios []string `yaml:"scenarios"`
	// Policies limit the exception to these policies. If empty, it applies to
	// all.
	Policies []Policy `yaml:"policies"`
	// Result is the accepted result: fail or unclear.
	Result Result `yaml:"result"`
	// Reason says why it is accepted.
	Reason string `yaml:"reason"`
}

// Exceptions are the exceptions in one file.
type Exceptions []Exception

// LoadExceptions reads a YAML file: a list of entries with scenarios, result,
// reason and optionally policies. An unknown or missing field is an error, and
// so is a pattern that matches none of the scenarios in all.
func LoadExceptions(file string, all []scenarios.Scenario) (Exceptions, error) {
	text, err := os.ReadFile(file) //nolint:gosec // the user names the file
	if err != nil {
		return nil, err
	}
	var list Exceptions
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(&list); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for n, e := range list {
		if err := e.check(all); err != nil {
			return nil, fmt.Errorf("%s: entry %d: %w", file, n+1, err)
		}
	}
	return list, nil
}

func (e Exception) check(all []scenarios.Scenario) error {
	switch {
	case len(e.Scenarios) == 0:
		return errors.New("scenarios is missing: expected a list of names or patterns")
	case e.Result != Fail && e.Result != Unclear:
		return fmt.Errorf("result: expected fail or unclear, got %q", e.Result)
	case strings.TrimSpace(e.Reason) == "":
		return errors.New("reason is missing")
	}
	for _, p := range e.Policies {
		if _, err := ParsePolicy(string(p)); err != nil {
			return err
		}
	}
	audited := all
	for _, p := range Policies() {
		audited = slices.Concat(audited, Controls(all, p))
	}
	for _, p := range e.Scenarios {
		if err := fitsSome(p, audited); err != nil {
			return err
		}
	}
	return nil
}

// Accept marks the items whose results are accepted. An entry that no longer
// applies is a problem of the report: a pattern of the entry matches an audited
// scenario with another result, or earlier entries accept all that it matches.
// Scenarios that were not audited or not played do not count. An accepted
// control does not fail the audit, unless it is the usual one; its scenarios
// remain unclear.
func (r *Report) Accept(list Exceptions) {
	for n, e := range list {
		if !e.under(r.Policy) {
			continue
		}
		for _, problem := range r.except(e) {
			r.Problems = append(r.Problems, fmt.Sprintf("exception %d (%s): %s", n+1, oneLine(e.Reason), problem))
		}
	}
	r.Summary = summarize(r.Items)
	r.Unproved = r.unproved()
}

// except marks the items that an exception is about, and says why it cannot.
func (r *Report) except(e Exception) (problems []string) {
	marked, before := 0, ""
	for _, i := range r.all() {
		switch {
		case i.Unplayed, !e.about(i.Scenario, r.aliases[i.Scenario]):
		case i.Result != e.Result:
			problems = append(problems, fmt.Sprintf("%s is now %s, not %s; remove the exception", i.Scenario, i.Result, e.Result))
		case i.Accepted != "":
			before = i.Scenario
		default:
			i.Accepted = oneLine(e.Reason)
			marked++
		}
	}
	if before != "" && marked == 0 && len(problems) == 0 {
		problems = append(problems, before+" is already accepted by an earlier one; remove this one")
	}
	return problems
}

// about reports whether one of the exception's patterns fits a scenario.
func (e Exception) about(name string, aliases []string) bool {
	s := scenarios.Scenario{Name: name, Aliases: aliases}
	return slices.ContainsFunc(e.Scenarios, func(p string) bool { return fits(p, s) })
}

// accepts is the reason why a result is accepted; empty if it is not.
func (list Exceptions) accepts(i Item, p Policy, aliases []string) string {
	for _, e := range list {
		if i.Result == e.Result && e.under(p) && e.about(i.Scenario, aliases) {
			return oneLine(e.Reason)
		}
	}
	return ""
}

// under reports whether the exception is about a policy.
func (e Exception) under(p Policy) bool {
	return len(e.Policies) == 0 || slices.Contains(e.Policies, p)
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
