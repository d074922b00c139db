package symptoms

import (
	"encoding/json"
	"github.com/fakemx/fakemx/internal/maillog"
	"github.com/goccy/go-yaml"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestZZ(t *testing.T) {
	files, _ := filepath.Glob("../../maillog/testdata/corpus/*.yaml")
	out := []any{}
	for _, f := range files {
		text, _ := os.ReadFile(f)
		var lines []corpusLine
		if err := yaml.Unmarshal(text, &lines); err != nil {
			t.Fatal(err)
		}
		for i, l := range lines {
			got := firstCauses(l.Line)
			nothing := len(l.Expect) == 0 || l.Side == "own" || l.Side == "server"
			if len(got) == 0 && nothing || len(got) > 0 && slices.Contains(l.Expect, got[0]) {
				continue
			}
			rs := []string{}
			log := maillog.NewLog(nil, func(f maillog.Failure) { rs = append(rs, string(f.Reason)+"/"+string(f.Stage)) })
			for at, line := range strings.Split(strings.TrimRight(l.Line, "\n"), "\n") {
				log.Add(at+1, line)
			}
			log.Flush()
			out = append(out, map[string]any{"file": filepath.Base(f), "i": i, "line": l.Line, "got": got, "want": l.Expect, "reasons": rs})
		}
	}
	b, _ := json.Marshal(out)
	os.WriteFile("/tmp/zz.json", b, 0o644)
}
