package house_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/house"
)

const dependenciesFile = "docs/dependencies.md"

// Every direct dependency has its reason, and no reason is left over.
func TestDependenciesAreJustified(t *testing.T) {
	out, err := exec.Command("go", "mod", "edit", "-json", house.Path(t, "go.mod")).Output()
	if err != nil {
		t.Fatalf("go mod edit: %v", err)
	}
	var mod struct {
		Require []struct {
			Path     string
			Indirect bool
		}
	}
	if err := json.Unmarshal(out, &mod); err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, r := range mod.Require {
		if !r.Indirect {
			want = append(want, r.Path)
		}
	}
	rows := regexp.MustCompile("^\\| `([^`]+)` \\| .*[a-z]")
	var got []string
	document, err := os.ReadFile(house.Path(t, dependenciesFile))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(document)) {
		if row := rows.FindStringSubmatch(line); row != nil {
			got = append(got, row[1])
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("%s gives reasons for\n%s\ngo.mod requires\n%s", dependenciesFile, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
