package docs_test

import (
	"encoding/json"
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/house"
)

// TestREADMEGo compiles the Go fences of the README into one test and runs it.
// An overlay lets them stand in a folder of the module that is not there.
func TestREADMEGo(t *testing.T) {
	dir := t.TempDir()
	replace := map[string]string{}
	for _, f := range goFences(t) {
		source := []byte(strings.Join(f.lines, "\n") + "\n")
		if formatted, err := format.Source(source); err != nil || string(formatted) != string(source) {
			t.Errorf("line %d: gofmt would change the fence (%v)", f.first, err)
		}
		name := fmt.Sprintf("line%d_test.go", f.first)
		if err := os.WriteFile(filepath.Join(dir, name), source, 0o600); err != nil {
			t.Fatal(err)
		}
		replace[house.Path(t, "example", name)] = filepath.Join(dir, name)
	}
	out := runExample(t, dir, replace)
	for _, passed := range []string{"--- PASS: TestMailerRefusesAnExpiredCertificate", "Ran 4 of 4 Specs", "--- PASS: TestMailerKeepsItsPolicy", "--- PASS: TestMailerFindsAPeerByMX"} {
		if !strings.Contains(out, passed) {
			t.Errorf("the fences' tests do not say %q:\n%s", passed, out)
		}
	}
}

func goFences(t *testing.T) (found []fence) {
	t.Helper()
	for _, s := range sections(t, readLines(t, readme)) {
		for _, f := range s.fences {
			if f.language == "go" {
				found = append(found, f)
			}
		}
	}
	if len(found) == 0 {
		t.Fatal("the README shows no Go")
	}
	return found
}

// runExample builds the package example of an overlay and runs its tests.
func runExample(t *testing.T, dir string, replace map[string]string) string {
	t.Helper()
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlayFile, binary := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "example.test")
	if err := os.WriteFile(overlayFile, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "test", "-vet=off", "-c", "-o", binary, "-overlay", overlayFile, "./example")
	build.Dir = house.Path(t)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the Go fences do not compile: %v\n%s", err, out)
	}
	out, err := exec.Command(binary, "-test.v").CombinedOutput()
	if err != nil {
		t.Errorf("the Go fences fail: %v\n%s", err, out)
	}
	return string(out)
}
