package symptoms

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/fakemx/fakemx/internal/maillog"
)

// A corpusLine is a real line, or several of one story, and the scenarios of
// which one is to be named first; none if no scenario shows it.
type corpusLine struct {
	Line   string   `yaml:"line"`
	Side   string   `yaml:"side"`
	Expect []string `yaml:"expect"`
}

func TestCorpusLeadsToItsScenarios(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../maillog/testdata/corpus/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var lines []corpusLine
			if err := yaml.Unmarshal(text, &lines); err != nil {
				t.Fatal(err)
			}
			for _, l := range lines {
				got := firstCauses(l.Line)
				// What is about this host's own certificate only a client could show.
				nothing := len(l.Expect) == 0 || l.Side == "own" || l.Side == "server"
				if len(got) == 0 && nothing || len(got) > 0 && slices.Contains(l.Expect, got[0]) {
					continue
				}
				t.Errorf("%s\n    leads to %v, want one of %v", l.Line, got[:min(len(got), 3)], l.Expect)
			}
		})
	}
}

// firstCauses are the scenarios that lines of a log lead to.
func firstCauses(text string) []string {
	var causes []string
	log := maillog.NewLog(nil, func(f maillog.Failure) { causes = append(causes, Causes(f.Event)...) })
	for at, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		log.Add(at+1, line)
	}
	log.Flush()
	return causes
}
