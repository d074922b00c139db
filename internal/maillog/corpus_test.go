package maillog

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/fakemx/fakemx/scenarios"
)

// A corpusLine is one line of a real log, or several lines of one story, with
// what a reader should make of it.
type corpusLine struct {
	Line string `yaml:"line"`
	// Source says where the line was found: an issue, a page, a program that
	// was run, or the file of its source code whose format it fills in.
	Source string `yaml:"source"`
	// Class is fault, harmless, other or unknown.
	Class string `yaml:"class"`
	// Side and Stage are empty where the line does not tell them.
	Side   string `yaml:"side"`
	Stage  string `yaml:"stage"`
	Reason Reason `yaml:"reason"`
	// Expect names the scenarios that show it.
	Expect []string `yaml:"expect"`
}

var (
	corpusClasses = []string{"fault", "harmless", "other", "unknown"}
	corpusSides   = []string{"", "client", "server", "own"}
	corpusStages  = []string{"", "connect", "greeting", "ehlo", "starttls", "handshake", "verify", "auth", "mail", "rcpt", "data", "quit"}
)

// loadCorpus reads testdata/corpus: the lines of each file, by its name.
func loadCorpus(t testing.TB) map[string][]corpusLine {
	t.Helper()
	files, err := filepath.Glob("testdata/corpus/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no corpus: %v, %v", files, err)
	}
	corpus := map[string][]corpusLine{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var lines []corpusLine
		if err := yaml.UnmarshalWithOptions(data, &lines, yaml.Strict()); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		corpus[filepath.Base(file)] = lines
	}
	return corpus
}

func TestCorpusUsesKnownNames(t *testing.T) {
	reasons := declaredReasons(t)
	names := scenarios.Names()
	for file, lines := range loadCorpus(t) {
		if len(lines) == 0 {
			t.Errorf("%s has no lines", file)
		}
		seen := map[string]bool{}
		for _, l := range lines {
			if l.Line == "" || l.Source == "" {
				t.Errorf("%s: a line or its source is missing: %+v", file, l)
			}
			if seen[l.Line] {
				t.Errorf("%s has this line twice: %s", file, l.Line)
			}
			seen[l.Line] = true
			known(t, file, l, "class", l.Class, corpusClasses)
			known(t, file, l, "side", l.Side, corpusSides)
			known(t, file, l, "stage", l.Stage, corpusStages)
			known(t, file, l, "reason", string(l.Reason), reasons)
			for _, name := range l.Expect {
				known(t, file, l, "scenario", name, names)
			}
		}
	}
}

// known fails the test unless value is one of the names of its kind.
func known(t *testing.T, file string, l corpusLine, kind, value string, names []string) {
	t.Helper()
	if !slices.Contains(names, value) {
		t.Errorf("%s: unknown %s %q of: %s", file, kind, value, l.Line)
	}
}

// declaredReasons reads the names of all reasons out of reason.go, so that
// they need not be listed once more.
func declaredReasons(t testing.TB) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "reason.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for _, value := range spec.Values {
			if lit, ok := value.(*ast.BasicLit); ok {
				name, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				names = append(names, name)
			}
		}
		return true
	})
	if len(names) == 0 {
		t.Fatal("reason.go declares no reasons")
	}
	return names
}
