package report

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jstemmer/go-junit-report/v2/junit"
	"golang.org/x/net/html"

	"github.com/fakemx/fakemx/audit"
)

// readers read a format back: the results by scenario.
var readers = map[Format]func(string) (map[string]string, error){
	Table: readTable, JSON: readJSON, JUnit: readJUnit, TAP: readTAP, Markdown: readMarkdown, HTML: readHTML,
}

func readTable(text string) (map[string]string, error) {
	got := map[string]string{}
	_, rows, _ := strings.Cut(text, "\n\n")
	rows, sum, ok := strings.Cut(rows, "\n\n")
	if !ok || !strings.Contains(sum, "total: ") {
		return nil, errors.New("there is no sum behind the rows")
	}
	for row := range strings.Lines(rows) {
		words := strings.Fields(row)
		got[words[1]] = words[0]
	}
	return got, nil
}

func readJSON(text string) (map[string]string, error) {
	got := map[string]string{}
	r, err := audit.ReadReport(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	for _, i := range r.Items {
		got[i.Scenario] = result(i)
	}
	return got, nil
}

func readJUnit(text string) (map[string]string, error) {
	var suites junit.Testsuites
	if err := xml.Unmarshal([]byte(text), &suites); err != nil {
		return nil, err
	}
	got := map[string]string{}
	for _, c := range suites.Suites[0].Testcases {
		switch {
		case c.Error != nil, strings.HasPrefix(c.Name, reportOf):
		case c.Failure != nil:
			got[c.Name] = c.Failure.Type
		case c.Skipped != nil:
			got[c.Name], _, _ = strings.Cut(c.Skipped.Message, ":")
		default:
			got[c.Name] = "pass"
		}
	}
	got["rc4"] = "may" // JUnit knows no difference
	return got, nil
}

var point = regexp.MustCompile(`^(not )?ok (\d+) - (\S+)(?: # (TODO|SKIP).*)?$`)

func readTAP(text string) (map[string]string, error) {
	got := map[string]string{}
	plan, points, name := 0, 0, ""
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		line := lines.Text()
		if last, ok := strings.CutPrefix(line, "1.."); ok {
			plan, _ = strconv.Atoi(last)
		}
		if m := point.FindStringSubmatch(line); m != nil {
			points++
			name = m[3]
			got[name] = map[string]string{"TODO": accepted, "SKIP": "unclear"}[m[4]]
		} else if strings.HasPrefix(line, "not ok ") || strings.Contains(line, " - "+reportOf) {
			points++
			name = ""
		}
		if said, ok := strings.CutPrefix(line, "  result: "); ok && got[name] == "" {
			got[name] = said
		}
	}
	if plan != points || !strings.HasPrefix(text, "TAP version 13\n") {
		return nil, fmt.Errorf("%d points are planned, %d are there", plan, points)
	}
	return got, nil
}

func readMarkdown(text string) (map[string]string, error) {
	got := map[string]string{}
	_, table, ok := strings.Cut(text, "|---|---|---|---|\n")
	if !ok {
		return nil, errors.New("there is no table")
	}
	table, _, _ = strings.Cut(table, "\n\n") // what follows is about TLS reports
	for row := range strings.Lines(table) {
		cells := strings.Split(strings.ReplaceAll(row, `\|`, "¦"), "|")
		if len(cells) != 6 {
			return nil, fmt.Errorf("a row has %d cells: %s", len(cells)-2, row)
		}
		got[strings.TrimSpace(cells[2])] = strings.Trim(cells[1], " *")
	}
	return got, nil
}

// readHTML also sees that the page fetches nothing and runs nothing.
func readHTML(text string) (map[string]string, error) {
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	got := map[string]string{}
	links := map[string]bool{}
	for n := range root.Descendants() {
		if slices.Contains([]string{"script", "link", "img", "iframe"}, n.Data) && n.Type == html.ElementNode {
			return nil, fmt.Errorf("the page holds a %s", n.Data)
		}
		if n.Data == "a" {
			links[strings.TrimPrefix(attribute(n, "href"), "#")] = true
		}
		if class, ok := strings.CutPrefix(attribute(n, "class"), "item "); ok && n.Data == "details" {
			got[attribute(n, "id")] = class
		}
	}
	for name := range got {
		if !links[name] {
			return nil, fmt.Errorf("%s is not in the matrix", name)
		}
	}
	return got, nil
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// allowed are the elements of JUnit's XML, the attributes that Jenkins' and
// Ant's schemas both know (testsuites has none), and those that one of them
// demands.
var allowed = map[string]struct{ attributes, needed string }{
	"testsuites": {},
	"testsuite":  {"name tests failures errors id package hostname timestamp time skipped", "name tests failures errors id package hostname timestamp time"},
	"properties": {},
	"property":   {"name value", "name value"},
	"testcase":   {"name classname time", "name classname time"},
	"failure":    {"message type", "type"},
	"error":      {"message type", "type"},
	"skipped":    {"message", "message"},
	"system-out": {},
	"system-err": {},
}

// order is that of the children of a suite.
var order = []string{"properties", "testcase", "system-out", "system-err"}

func TestJUnitKeepsToTheSchemas(t *testing.T) {
	t.Parallel()
	decoder := xml.NewDecoder(strings.NewReader(render(t, JUnit, report())))
	depth, last := 0, 0
	for {
		token, err := decoder.Token()
		if err != nil {
			break
		}
		switch e := token.(type) {
		case xml.StartElement:
			depth++
			rule, known := allowed[e.Name.Local]
			if !known {
				t.Errorf("no schema knows the element %s", e.Name.Local)
			}
			checkAttributes(t, e, rule.attributes, rule.needed)
			if place := slices.Index(order, e.Name.Local); depth == 3 {
				if place < last {
					t.Errorf("%s stands too late in its suite", e.Name.Local)
				}
				last = place
			}
		case xml.EndElement:
			depth--
		}
	}
	if last != len(order)-1 {
		t.Errorf("the suite ends with %s, want system-err", order[last])
	}
}

func checkAttributes(t *testing.T, e xml.StartElement, may, must string) {
	t.Helper()
	var names []string
	for _, a := range e.Attr {
		names = append(names, a.Name.Local)
		if !slices.Contains(strings.Fields(may), a.Name.Local) {
			t.Errorf("%s has an attribute %s, which a schema does not know", e.Name.Local, a.Name.Local)
		}
	}
	for name := range strings.FieldsSeq(must) {
		if !slices.Contains(names, name) {
			t.Errorf("%s lacks the attribute %s", e.Name.Local, name)
		}
	}
}

// FuzzFormats puts what clients and MTAs may say into a report: every format
// can still be read back, and commands no terminal.
func FuzzFormats(f *testing.F) {
	for _, text := range []string{"plain", "]]></failure>", "\x1b[2J\x00\xff", "| # SKIP\nok 9 - x", "</pre><script>", "{{.}}", "\u202e\u2028"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := report()
		r.Client = text
		r.Findings, r.Problems, r.Notes = []string{text}, []string{text}, []string{text}
		r.Changes = []audit.Change{{Scenario: text, From: audit.Result(text), To: audit.Pass}}
		for n := range r.Items {
			i := &r.Items[n]
			i.Reason = "so " + text
			i.Summary, i.Fix, i.Advice = text, text, text
			if i.Accepted != "" {
				i.Accepted = "known " + text
			}
			for k := range i.Runs {
				i.Runs[k].Output, i.Runs[k].Args = text, []string{text}
			}
			for k := range i.Sessions {
				s := &i.Sessions[k]
				s.HELO = text
				s.Transcript = slices.Clone(s.Transcript)
				s.Transcript[0].Text = text
			}
		}
		for format, read := range readers {
			out := render(t, format, r)
			if got, err := read(out); err != nil || !maps.Equal(got, want) {
				t.Errorf("%s is read back as %v, %v, from\n%s", format, got, err, out)
			}
			if strings.ContainsAny(out, "\x00\x1b\x07\r\u202e\u009b") {
				t.Errorf("%s holds control characters", format)
			}
		}
	})
}
