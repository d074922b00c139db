package cli_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/internal/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"fakemx":   func() { os.Exit(cli.Main()) },
		"smtpsend": smtpsend,
		"dnsask":   dnsask,
		"stssend":  stssend,
		"policyd":  policyd,

		"tlsrptsend": tlsrptsend,
	})
}

// TestScripts types the command line as a user does.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"fails":  fails,
			"await":  await,
			"field":  field,
			"events": events,
		},
		Setup: func(e *testscript.Env) error {
			e.Setenv("ESCAPE", "a\x1b[31m\u202e")
			// At exit, a program with the race detector waits a second for reports.
			e.Setenv("GORACE", "atexit_sleep_ms=0")
			e.Setenv("TMPDIR", filepath.Join(e.WorkDir, "temporary"))
			return os.Mkdir(filepath.Join(e.WorkDir, "temporary"), 0o700)
		},
	})
}

// fails CODE ARGS… runs fakemx and wants this exit code, one line on standard
// error and nothing on standard output.
func fails(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: fails CODE ARGS…")
	}
	err := ts.Exec("fakemx", args[1:]...)
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		ts.Fatalf("fakemx ended with %v, want exit code %s", err, args[0])
	}
	if got := strconv.Itoa(exit.ExitCode()); got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("standard output is %q, want nothing", out)
	}
	if complaint := ts.ReadFile("stderr"); strings.Count(complaint, "\n") != 1 || !strings.HasPrefix(complaint, "fakemx: ") {
		ts.Fatalf("standard error is %q, want one line that begins with fakemx:", complaint)
	}
}

// await FILE waits until the file is there.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: await FILE")
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(20 * time.Second)
	for {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			ts.Fatalf("%s is still not there", args[0])
		}
	}
}

// field VAR FILE SCENARIO FIELD sets a variable to a field of a ready event in
// an address file; dns-ready in place of SCENARIO is the event of the DNS.
func field(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: field VAR FILE SCENARIO FIELD")
	}
	var ready []map[string]string
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &ready))
	for _, event := range ready {
		if event["scenario"] == args[2] || event["event"] == args[2] {
			ts.Setenv(args[0], event[args[3]])
			return
		}
	}
	ts.Fatalf("%s has no ready event of %s", args[1], args[2])
}

// events FILE READY SESSIONS wants so many ready events, then so many session
// events that keep to the schema, and nothing else.
func events(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: events FILE READY SESSIONS")
	}
	schema, err := sessionSchema()
	ts.Check(err)
	var kinds []string
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		ts.Check(err)
		event, _ := value.(map[string]any)
		kind, _ := event["event"].(string)
		if kind == "session" {
			ts.Check(schema.Validate(value))
		}
		kinds = append(kinds, kind)
	}
	ready, err := strconv.Atoi(args[1])
	ts.Check(err)
	sessions, err := strconv.Atoi(args[2])
	ts.Check(err)
	want := strings.Repeat("ready ", ready) + strings.Repeat("session ", sessions)
	if got := strings.Join(append(kinds, ""), " "); got != want {
		ts.Fatalf("events are %q, want %q", got, want)
	}
}

func sessionSchema() (*jsonschema.Schema, error) {
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(fakemx.SessionSchema()))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("session.schema.json", document); err != nil {
		return nil, err
	}
	return compiler.Compile("session.schema.json")
}
