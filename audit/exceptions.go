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

// An Exception accepts a result that is not a pass.
type Exception struct {
	// Scenarios are patterns of names, as in a Selection.
	Scenarios []string `yaml:"scenarios"`
	// Policies narrow it to these policies. If empty, it is about all.
	Policies []Policy `yaml:"policies"`
	// Result is what is accepted: fail or unclear.
	Result Result `yaml:"result"`
	// Reason says why.
	Reason string `yaml:"reason"`
}

// Exceptions are all that one file holds.
type Exceptions []Exception

// LoadExceptions reads a YAML file: a list of entries with scenarios, result,
// reason and, if need be, policies. What an entry does not need, or lacks, is
// an error, and so is a pattern that fits none of the scenarios in all.
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
		return errors.New("it wants scenarios, a list of names or patterns")
	case e.Result != Fail && e.Result != Unclear:
		return fmt.Errorf("its result is %q; accepted can be fail and unclear", e.Result)
	case strings.TrimSpace(e.Reason) == "":
		return errors.New("it wants a reason")
	}
	for _, p := range e.Policies {
		if _, err := ParsePolicy(string(p)); err != nil {
			return err
		}
	}
	for _, p := range e.Scenarios {
		if err := fitsSome(p, all); err != nil {
			return err
		}
	}
	return nil
}

// Accept marks the items whose results are accepted. An entry that no longer
// matches is a problem of the report: an audited scenario that one of its
// patterns fits has another result. Scenarios that were not audited cannot be
// held against it.
func (r *Report) Accept(list Exceptions) {
	for n, e := range list {
		if len(e.Policies) > 0 && !slices.Contains(e.Policies, r.Policy) {
			continue
		}
		for i := range r.Items {
			if problem := e.apply(&r.Items[i], r.aliases[r.Items[i].Scenario]); problem != "" {
				r.Problems = append(r.Problems, fmt.Sprintf("exception %d (%s): %s", n+1, oneLine(e.Reason), problem))
			}
		}
	}
	r.Summary = summarize(r.Items)
}

// apply marks an item that the exception is about, or says why it cannot.
func (e Exception) apply(i *Item, aliases []string) string {
	s := scenarios.Scenario{Name: i.Scenario, Aliases: aliases}
	switch {
	case !slices.ContainsFunc(e.Scenarios, func(p string) bool { return fits(p, s) }):
	case i.Result != e.Result:
		return fmt.Sprintf("%s is a %s by now, not a %s; take it out", i.Scenario, i.Result, e.Result)
	case i.Accepted == "":
		i.Accepted = oneLine(e.Reason)
	}
	return ""
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
