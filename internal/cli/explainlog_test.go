package cli

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"unicode"

	"github.com/fakemx/fakemx/internal/cli/symptoms"
)

// reported is what the log lines of the field reports are to be explained by:
// words of the line, and the scenario named first. Lines that stand for no
// symptom name none.
var reported = []struct {
	words    []string
	scenario string
}{
	{[]string{"sendmail[28450]", "verify=FAIL"}, "missing-intermediate"},
	{[]string{"sendmail[30706]", "verifymsg=unable to get local issuer certificate"}, "missing-intermediate"},
	{[]string{"with ESMTPA"}, "received-downgraded"},
	{[]string{"lory.teaparty.net", "with ESMTP"}, "received-downgraded"},
	{[]string{"mx.remotefoo.com.", "verify=FAIL"}, "missing-intermediate"},
	{[]string{"Connection reset by mx.remotefoo.com."}, "reset-inside-tls"},
	{[]string{"gmail-smtp-in.l.google.com.", "verify=FAIL"}, "missing-intermediate"},
	{[]string{"Jun  6", "verifymsg=unable to get local issuer certificate"}, "missing-intermediate"},
	{[]string{"STARTTLS=server", "verifymsg=unable to get local issuer certificate"}, "missing-intermediate"},
	{[]string{"reason=unable to get certificate CRL"}, "revoked"},
	{[]string{"SSL_shutdown failed: -1"}, "no-close-notify"},
	{[]string{"verify=OK"}, ""},
	{[]string{"verifymsg=ok"}, ""},
	{[]string{"stat=Sent"}, ""},
	{[]string{"AUTH: available mech"}, ""},
	{[]string{"from=<"}, ""},
	{[]string{"init=1"}, ""},
}

func TestFieldReportsAreExplained(t *testing.T) {
	t.Parallel()
	index, err := symptomIndex()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join("testdata", "logs", "fieldreports.log"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range reported {
		lines := 0
		for _, line := range newLogLines(strings.NewReader(string(text))).all {
			if !hasAll(line, want.words) {
				continue
			}
			lines++
			report, err := readLog(strings.NewReader(line+"\n"), index)
			if err != nil {
				t.Fatal(err)
			}
			first := ""
			if len(report.Groups) > 0 {
				first = report.Groups[0].Suspects[0].Name
			}
			if first != want.scenario {
				t.Errorf("%s\nis explained by %q, want %q", line, first, want.scenario)
			}
		}
		if lines == 0 {
			t.Errorf("no field report has a line with %q", want.words)
		}
	}
}

func hasAll(line string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(line, word) {
			return false
		}
	}
	return true
}

func TestLogLines(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 2*maxLogLine)
	for name, test := range map[string]struct {
		log  string
		want []string
		at   []int
	}{
		"none":                      {"", nil, nil},
		"lines":                     {"a\nb\r\n\nc", []string{"a", "b", "", "c"}, []int{1, 2, 3, 4}},
		"a line that is too long":   {"a\n" + long + "\nb\n", []string{"a", long[:maxLogLine], "b"}, []int{1, 2, 3}},
		"one at the end":            {long, []string{long[:maxLogLine]}, []int{1}},
		"a folded field":            {"Received: from a\n\tby b\n  with c\nSubject: d\n", []string{"Received: from a by b with c", "Subject: d"}, []int{1, 4}},
		"a folded field at the end": {"Received: from a\n by b", []string{"Received: from a by b"}, []int{1}},
		"two fields":                {"Received: a\nReceived: b\n", []string{"Received: a", "Received: b"}, []int{1, 2}},
		"other folded lines":        {"Subject: a\n b\n", []string{"Subject: a", " b"}, []int{1, 2}},
		"a field without end": {
			"Received: a\n" + strings.Repeat(" b\n", maxLogLine),
			[]string{"Received: a" + strings.Repeat(" b", (maxLogLine-11+1)/2)}, []int{1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines := newLogLines(strings.NewReader(test.log))
			i := 0
			for at, line := range lines.all {
				if i < len(test.want) && (line != test.want[i] || at != test.at[i]) {
					t.Errorf("line %d is %.80q, want line %d, %.80q", at, line, test.at[i], test.want[i])
				}
				i++
			}
			if i < len(test.want) || lines.err != nil {
				t.Errorf("%d lines and %v, want %d", i, lines.err, len(test.want))
			}
		})
	}
}

func TestLogThatCannotBeRead(t *testing.T) {
	t.Parallel()
	index, err := symptomIndex()
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the disk is gone")
	log := io.MultiReader(strings.NewReader("a\n"), iotest.ErrReader(broken))
	if _, err := readLog(log, index); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
}

func TestKindsOfLinesAreBounded(t *testing.T) {
	t.Parallel()
	report := &logReport{}
	groups := make(map[string]*logGroup)
	for i := range maxLogGroups + 3 {
		report.count(groups, "x", i, []symptoms.Match{{Scenario: strings.Repeat("x", i)}})
	}
	if len(report.Groups) != maxLogGroups || report.Omitted != 3 {
		t.Errorf("%d groups and %d left out, want %d and 3", len(report.Groups), report.Omitted, maxLogGroups)
	}
}

// Whatever is in a log, every line is counted once and nothing in the report
// plays with the terminal.
func FuzzExplainLog(f *testing.F) {
	for _, seed := range []string{
		"verify=FAIL\nverify=FAIL\n",
		"verifymsg=certificate has expired\x1b[31m\n\xff\xfe\x00",
		"Received: by a\n\twith ESMTPA;\n b\n",
		"\r\n\r\n", strings.Repeat("a", maxLogLine+1),
	} {
		f.Add(seed)
	}
	index, err := symptomIndex()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, log string) {
		report, err := readLog(strings.NewReader(log), index)
		if err != nil {
			t.Fatal(err)
		}
		counted := report.Without + report.Omitted
		for _, g := range report.Groups {
			counted += g.Count
			if len(g.Suspects) == 0 {
				t.Errorf("nobody is suspected of %q", g.Line)
			}
		}
		if counted != report.Lines {
			t.Errorf("%d lines, %d counted", report.Lines, counted)
		}
		page := report.page(style{width: defaultWidth})
		if strings.ContainsFunc(page, func(r rune) bool { return r != '\n' && (r == unicode.ReplacementChar || !unicode.IsPrint(r)) }) {
			t.Errorf("the page holds what a terminal obeys: %q", page)
		}
	})
}
