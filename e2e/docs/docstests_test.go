package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/house"
)

// reliability has a row for every fuzz target.
const reliability = "docs/reliability.md"

// A document that leans on a test names one that is there, and where it says how
// to run it, the package that it is in.
func TestDocumentsNameTestsThatExist(t *testing.T) {
	tests := map[string]string{} // the package of each
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	for _, path := range house.Files(t) {
		if !strings.HasSuffix(path, "_test.go") {
			continue
		}
		text, err := os.ReadFile(house.Path(t, path))
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range declared.FindAllStringSubmatch(string(text), -1) {
			tests[found[1]] = "./" + filepath.ToSlash(filepath.Dir(path))
		}
	}
	named := regexp.MustCompile(`\b(Test|Fuzz)[A-Z]\w+`)
	run := regexp.MustCompile(`go test (\S+) -run (\w+)`)
	for _, document := range []string{reliability, "docs/security.md"} {
		text, err := os.ReadFile(house.Path(t, document))
		if err != nil {
			t.Fatal(err)
		}
		names := named.FindAllString(string(text), -1)
		if len(names) == 0 {
			t.Errorf("%s names no test", document)
		}
		for _, name := range names {
			if tests[name] == "" {
				t.Errorf("%s names %s, which there is not", document, name)
			}
		}
		for _, command := range run.FindAllStringSubmatch(string(text), -1) {
			if in := tests[command[2]]; in != command[1] {
				t.Errorf("%s says %s, but the test is in %q", document, command[0], in)
			}
		}
		if document != reliability {
			continue
		}
		for name := range tests {
			if strings.HasPrefix(name, "Fuzz") && !slices.Contains(names, name) {
				t.Errorf("%s has no row for %s, in %s", document, name, tests[name])
			}
		}
	}
}
