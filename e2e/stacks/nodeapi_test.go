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

	"github.com/fakemx/fakemx/e2e/internal/exceptions"
	"github.com/fakemx/fakemx/scenarios"
)

// runtimes are those whose verdicts are compared with Node's.
var runtimes = []string{"bun", "deno"}

func loadDifferences() (exceptions.List, error) {
	return exceptions.Load("nodeapi.yaml", exceptions.Known{Scenarios: scenarios.Names(), Clients: runtimes})
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
	known, err := loadDifferences()
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range compare(verdicts, known) {
		t.Error(fault)
	}
}

// compare says what is wrong with the verdicts: a difference from Node's that is
// not known, or a known one that is not there.
func compare(verdicts map[string]map[string]string, known exceptions.List) (faults []string) {
	say := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	for runtime, found := range verdicts {
		for scenario, result := range found {
			fault := ""
			if reference := verdicts["node"][scenario]; result != reference {
				fault = fmt.Sprintf("%s, but node says %s", result, reference)
			}
			at := exceptions.Place{Scenario: scenario, Client: runtime}
			if fault = known.Judge(at, result, fault); fault != "" {
				say("%s: %s", at, fault)
			}
		}
	}
	for at := range known {
		if found := verdicts[at.Client]; found != nil && found[at.Scenario] == "" {
			say("%s was not audited", at)
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
	known := func(scenario, runtime, result string) exceptions.List {
		return exceptions.List{{Scenario: scenario, Client: runtime}: {Instead: result}}
	}
	for name, c := range map[string]struct {
		known exceptions.List
		want  string
	}{
		"known":     {known("expired", "bun", "fail"), ""},
		"unknown":   {nil, "expired, bun: fail, but node says pass"},
		"no longer": {known("cbc", "bun", "may"), "remove it"},
		"another":   {known("expired", "bun", "unclear"), "its exception says unclear"},
		"not there": {known("x", "bun", "fail"), "x, bun was not audited"},
		"not here":  {known("x", "deno", "fail"), "expired, bun: fail, but node says pass"},
	} {
		faults := strings.Join(compare(verdicts, c.known), "; ")
		if (faults == "") != (c.want == "") || !strings.Contains(faults, c.want) {
			t.Errorf("%s: %q, want %q", name, faults, c.want)
		}
	}
}
