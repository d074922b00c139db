package logs

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/goccy/go-yaml"

	"github.com/fakemx/fakemx/internal/cli/printing"
	"github.com/fakemx/fakemx/internal/maillog"
	"github.com/fakemx/fakemx/internal/terminal"
)

// FuzzExplainLog holds that a report counts every line of whatever log once,
// that its JSON can be read, and that nothing in it plays with the terminal.
func FuzzExplainLog(f *testing.F) {
	for _, seed := range corpusOfLogs(f) {
		f.Add(seed)
	}
	for _, seed := range []string{
		"", "\r\n\r\n", "a\nb", strings.Repeat("a", maxLogLine+1), "verifymsg=certificate has expired\x1b[31m\n\xff\xfe\x00",
		"Received: by a\n\twith ESMTPA;\n b\n", "Received: from \x1b]0;a\a by b with ESMTP;\n\tSun, 1 Jan 2023 00:00:00 +0000\nX: y\n",
		"Diagnostic-Code: smtp; 454\n \u202e4.7.0 TLS not available\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) { checkReport(t, text, 1+len(text)%97) })
}

// checkReport reads a log in blocks and looks at all that is printed of it.
func checkReport(t *testing.T, text string, block int) {
	t.Helper()
	var printed bytes.Buffer
	p := printing.Printer{Out: &printed}
	object, stream := newOutput(Options{JSON: true}, p), newOutput(Options{JSON: true, Follow: true}, p)
	events := 0
	report := newReport(func(ev maillog.Event) {
		events++
		object.line(ev)
	}, func(r *report, g *group) {
		object.group(r, g)
		stream.group(r, g)
	})
	lines, handed := &lines{}, 0
	use := func(l line) { handed++; report.add(l) }
	for rest := []byte(text); len(rest) > 0; rest = rest[min(block, len(rest)):] {
		lines.add(rest[:min(block, len(rest))], use)
	}
	lines.end(use)
	report.conclude()
	if n := report.Lines; n.Read != n.Fault+n.Harmless+n.Other+n.Unknown || n.Read != events || n.Read != handed {
		t.Errorf("%d lines are handed on and %d told of: %+v", handed, events, n)
	}
	checkGroups(t, report)
	if err := stream.end(report); err != nil {
		t.Error(err)
	}
	for line := range strings.Lines(printed.String()) {
		checkPrinted(t, "a JSON line", line, new(json.RawMessage))
	}
	printed.Reset()
	var form struct {
		Events []event
		Lines  lineCounts
	}
	if err := object.end(report); err != nil {
		t.Error(err)
	}
	checkPrinted(t, "the JSON object", printed.String(), &form)
	if len(form.Events) != handed || form.Lines != report.Lines {
		t.Errorf("the JSON object has %d events and %+v", len(form.Events), form.Lines)
	}
	checkPrinted(t, "the page", report.page(terminal.Style{Width: 80}), nil)
}

// checkGroups wants groups that say what they are about, and add up.
func checkGroups(t *testing.T, report *report) {
	t.Helper()
	failures := report.Omitted
	for _, g := range report.Groups {
		if !g.field {
			failures += g.Count
		}
		if g.Count < 1 || g.Lines < g.Count || g.At < 1 || g.Means == "" || g.Reason == "" || g.Delivered+g.Deferred+g.Bounced > g.Count || g.InClear > g.Delivered {
			t.Errorf("a group without sense: %+v", g)
		}
	}
	if failures != report.Failures {
		t.Errorf("%d failures, and %d in groups", report.Failures, failures)
	}
	if d := report.Deliveries; d.InTLS+d.InClear+d.Untold != d.Total {
		t.Errorf("the deliveries do not add up: %+v", d)
	}
}

// checkPrinted wants a text that no terminal obeys, and if into is given that
// it is JSON.
func checkPrinted(t *testing.T, what, text string, into any) {
	t.Helper()
	if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) && r != unicode.ReplacementChar }) {
		t.Errorf("%s holds what a terminal obeys: %q", what, text)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Errorf("%s: %v: %q", what, err, text)
	}
}

// corpusOfLogs are the stories of maillog's corpus.
func corpusOfLogs(f *testing.F) []string {
	f.Helper()
	files, err := filepath.Glob("../../maillog/testdata/corpus/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no corpus: %v, %v", files, err)
	}
	var all []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		var lines []struct{ Line string }
		if err := yaml.Unmarshal(text, &lines); err != nil {
			f.Fatal(err)
		}
		for at := 0; at < len(lines); at += 10 {
			var part strings.Builder
			for _, l := range lines[at:min(at+10, len(lines))] {
				part.WriteString(l.Line + "\n")
			}
			all = append(all, part.String())
		}
	}
	return all
}

// BenchmarkExplainLog reads some megabytes of healthy days as the command does.
func BenchmarkExplainLog(b *testing.B) {
	log := healthyLogs(b)
	for name, o := range map[string]Options{"page": {Path: "-"}, "json": {Path: "-", JSON: true}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(log)))
			b.ReportAllocs()
			for b.Loop() {
				p := printing.Printer{Out: io.Discard, Err: io.Discard}
				if err := Explain(b.Context(), o, bytes.NewReader(log), p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// healthyLogs are the days in maillog's testdata, one after the other.
func healthyLogs(b *testing.B) []byte {
	b.Helper()
	files, err := filepath.Glob("../../maillog/testdata/healthy/*.log.gz")
	if err != nil || len(files) == 0 {
		b.Fatalf("no logs: %v, %v", files, err)
	}
	var all bytes.Buffer
	for _, path := range files {
		file, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		packed, err := gzip.NewReader(file)
		if err == nil {
			_, err = io.Copy(&all, packed)
		}
		if err != nil {
			b.Fatal(err)
		}
		_ = file.Close()
	}
	return all.Bytes()
}
