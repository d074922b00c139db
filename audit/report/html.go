package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/internal/shell"
	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/scenarios"
)

//go:embed page.html
var pageText string

// page needs nothing but itself: no script, no font, no picture.
var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"result": result, "name": title, "reason": reason, "clean": clean, "lines": terminal.Lines, "shell": shell.Line,
	"seconds": func(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) },
	"time":    func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") },
	"clock":   func(t time.Time) string { return t.UTC().Format("15:04:05.000") },
	"list":    func(words []string) string { return strings.Join(words, ", ") },
	"mark":    func(from fakemx.Party) string { return marks[from] },
	"capital": capital, "answered": func(i audit.Item) string { return strings.TrimPrefix(answered(i), "\n") },
	"colour": func(t audit.TLSReportResult) string { return string(reportColours[t]) },
}).Parse(pageText))

// marks stand before the lines of a transcript.
var marks = map[fakemx.Party]string{fakemx.FromClient: "C", fakemx.FromPeer: "S", fakemx.FromEvent: "*"}

// capital is text in one line that begins like a sentence.
func capital(text string) string {
	text = clean(text)
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// A pageView is what the page shows.
type pageView struct {
	*audit.Report
	Counts    []count
	Headline  string
	Shortfall string
	Good      bool
	Duration  time.Duration
	Groups    []group
}

// A group is the items of one family.
type group struct {
	Family scenarios.Family
	Items  []itemView
}

// An itemView is an item, and its sessions as far as they are shown.
type itemView struct {
	audit.Item
	Shown []fakemx.Session
	// Left is how many further sessions there were.
	Left int
	// Open shows the item at length from the start.
	Open bool
}

// maxSessions are shown of one scenario, and up to maxOpen failures at length:
// more would bury the sum.
const (
	maxSessions = 8
	maxOpen     = 5
)

func writeHTML(w io.Writer, r *audit.Report) error {
	return page.Execute(w, pageView{
		Report: r, Counts: counts(r.Summary), Headline: headline(r), Shortfall: shortfall(r), Good: r.Kept(false),
		Duration: r.Ended.Sub(r.Started), Groups: groups(slices.Concat(r.Controls, r.Items), r.Summary.Fail <= maxOpen),
	})
}

// groups puts items under their families, in the order of their first items.
func groups(items []audit.Item, open bool) []group {
	var list []group
	at := map[scenarios.Family]int{}
	for _, i := range items {
		n, known := at[i.Family]
		if !known {
			n = len(list)
			at[i.Family] = n
			list = append(list, group{Family: i.Family})
		}
		shown := i.Sessions[:min(len(i.Sessions), maxSessions)]
		list[n].Items = append(list[n].Items, itemView{i, shown, len(i.Sessions) - len(shown) + i.LeftOut.Sessions, open && i.Failed()})
	}
	return list
}
