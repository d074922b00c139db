package stacks_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A difference is a verdict of a runtime that is not Node's, as nodeapi.yaml has it.
type difference struct {
	Scenarios []string `yaml:"scenarios"`
	Runtime   string   `yaml:"runtime"`
	Result    string   `yaml:"result"`
	Reason    string   `yaml:"reason"`
}

// TestNodeAPI audits one mailer that is written for Node's API under three
// runtimes, each with a TLS stack of its own: their verdicts are the same, but for
// those that nodeapi.yaml names.
func TestNodeAPI(t *testing.T) {
	if testing.Short() {
		t.Skip("it audits three programs against the whole catalogue")
	}
	t.Parallel()
	program := command(t)
	verdicts := map[string]map[string]string{} // by runtime and scenario
	var mu sync.Mutex
	t.Run("audits", func(t *testing.T) {
		// The three are over before the verdicts are compared.
		for name, prepare := range map[string]func(string) (commands, error){"node": node("node24"), "bun": bun, "deno": deno} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				c, err := prepare("")
				if err != nil {
					t.Skip(err)
				}
				found := auditMailer(t, program, c.args[verify])
				mu.Lock()
				defer mu.Unlock()
				verdicts[name] = found
			})
		}
	})
	if verdicts["node"] == nil {
		t.Skip("there is no Node to compare with")
	}
	var known []difference
	if err := load("nodeapi.yaml", &known); err != nil {
		t.Fatal(err)
	}
	for _, fault := range compare(verdicts, known) {
		t.Error(fault)
	}
}

// compare says what is wrong with the verdicts: a difference from Node's that is
// not known, or a known one that is not there.
func compare(verdicts map[string]map[string]string, known []difference) (faults []string) {
	say := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	expected := map[string]string{}
	for _, d := range known {
		if d.Reason == "" || !slices.Contains([]string{"bun", "deno"}, d.Runtime) {
			say("%+v has no reason, or no runtime that there is", d)
		}
		for _, scenario := range d.Scenarios {
			expected[d.Runtime+" "+scenario] = d.Result
		}
	}
	for runtime, found := range verdicts {
		for scenario, result := range found {
			key := runtime + " " + scenario
			want, excepted := expected[key]
			delete(expected, key)
			switch reference := verdicts["node"][scenario]; {
			case !excepted && result != reference:
				say("%s: %s says %s, node says %s", scenario, runtime, result, reference)
			case excepted && result == reference:
				say("%s: %s says %s as node does: remove it from nodeapi.yaml", scenario, runtime, result)
			case excepted && result != want:
				say("%s: %s says %s, nodeapi.yaml says %s", scenario, runtime, result, want)
			}
		}
	}
	for key := range expected {
		if runtime, _, _ := strings.Cut(key, " "); verdicts[runtime] != nil {
			say("%s was not audited", key)
		}
	}
	return faults
}

// auditMailer returns the result of every scenario. The last of the arguments is
// the client program of the stacks, in whose place the mailer stands.
func auditMailer(t *testing.T, program string, args []string) map[string]string {
	t.Helper()
	mailer, err := script("mailer.mjs")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "audit.json")
	cmd := exec.CommandContext(t.Context(), program, slices.Concat(
		[]string{"audit", "--policy", "verify", "--patience", patience.String(), "--parallel", "2", "--report", "json=" + path, "--"},
		args[:len(args)-1], []string{mailer})...)
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) { // 1: a policy is not kept
		t.Fatalf("%v: %s", err, out)
	}
	report, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var found struct {
		Items []struct{ Scenario, Result, Reason string }
	}
	if err := json.Unmarshal(report, &found); err != nil {
		t.Fatal(err)
	}
	results := map[string]string{}
	for _, i := range found.Items {
		results[i.Scenario] = i.Result
		t.Logf("%s: %s: %s", i.Scenario, i.Result, i.Reason)
	}
	return results
}

// TestDifferencesOfRuntimesAreKnown, and those that are known are there.
func TestDifferencesOfRuntimesAreKnown(t *testing.T) {
	verdicts := map[string]map[string]string{"node": {"cbc": "may", "expired": "pass"}, "bun": {"cbc": "may", "expired": "fail"}}
	known := difference{Scenarios: []string{"expired"}, Runtime: "bun", Result: "fail", Reason: "why"}
	edited := func(edit func(*difference)) []difference { d := known; edit(&d); return []difference{d} }
	for name, c := range map[string]struct {
		known []difference
		want  string
	}{
		"known":     {[]difference{known}, ""},
		"unknown":   {nil, "bun says fail, node says pass"},
		"no longer": {append(edited(func(d *difference) { d.Scenarios = []string{"cbc"} }), known), "remove it"},
		"another":   {edited(func(d *difference) { d.Result = "unclear" }), "nodeapi.yaml says unclear"},
		"no reason": {edited(func(d *difference) { d.Reason = "" }), "no reason"},
		"not there": {append(edited(func(d *difference) { d.Scenarios = []string{"x"} }), known), "was not audited"},
		"not here":  {append(edited(func(d *difference) { d.Runtime, d.Scenarios = "deno", []string{"x"} }), known), ""},
	} {
		faults := strings.Join(compare(verdicts, c.known), "; ")
		if (faults == "") != (c.want == "") || !strings.Contains(faults, c.want) {
			t.Errorf("%s: %q, want %q", name, faults, c.want)
		}
	}
}
