package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// withCatalogue builds the command with a file of the catalogue replaced.
func withCatalogue(t *testing.T, file, old, replacement string) (command string) {
	t.Helper()
	original, err := filepath.Abs(filepath.Join("..", "..", "scenarios", file))
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(original)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(source), old) {
		t.Fatalf("%s has no %q", file, old)
	}
	dir := t.TempDir()
	changed, overlay, command := filepath.Join(dir, file), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "fakemx")
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{original: changed}})
	if err != nil {
		t.Fatal(err)
	}
	for path, data := range map[string][]byte{
		changed: []byte(strings.Replace(string(source), old, replacement, 1)), overlay: list,
	} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", overlay, "-o", command, "../..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return command
}

// TestABrokenEntryIsAnError: whoever adds a scenario reads what is wrong with
// it, and no stack trace; the scenarios that were there can be played.
func TestABrokenEntryIsAnError(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds the command anew")
	}
	const first = "var chainSent = []Scenario{\n"
	command := withCatalogue(t, "family_chain_sent.go", first, first+`
	{Name: "expired", Number: 9999, Summary: "a", Story: "B.", Fix: "C.", Facts: sound, Edit: func(p *Peer) { p.TLS.Alternate.Every = 2 }},
`)
	for args, want := range map[string]struct {
		code   int
		stderr string
	}{
		"list": {exitError, `fakemx: scenarios: chain/expired: the name "expired" is already taken by validity/expired (number 35)
fakemx: scenarios: chain/expired: its edit panicked: runtime error: invalid memory address or nil pointer dereference
`},
		"routes --for postfix": {exitError, "fakemx: scenarios: chain/expired: the name"},
		"explain expired":      {exitDone, ""},
		"show healthy":         {exitDone, ""},
	} {
		var stdout, stderr bytes.Buffer
		cmd := exec.CommandContext(t.Context(), command, strings.Fields(args)...)
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		err := cmd.Run()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		if code := cmd.ProcessState.ExitCode(); code != want.code || !strings.HasPrefix(stderr.String(), want.stderr) || strings.Contains(stderr.String(), "goroutine") {
			t.Errorf("fakemx %s exits with %d and says\n%s\nwant %d and\n%s", args, code, &stderr, want.code, want.stderr)
		}
		if nothing := stdout.Len() == 0; nothing != (want.code != exitDone) {
			t.Errorf("fakemx %s prints\n%s", args, &stdout)
		}
	}
}
