package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/audit/report"
	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/scenarios"
)

// A progress tells on standard error how an audit goes on: a line for every
// scenario that is judged, if they are wanted, and on a terminal a last line
// that says what is under way.
type progress struct {
	w       io.Writer
	style   report.Style
	lines   bool
	live    bool // there is a terminal, whose last line can be replaced
	total   int
	done    int
	running []string
}

func (a *app) newProgress(total int, lines bool) *progress {
	return &progress{w: a.Err, style: reportStyle(a.Err), lines: lines, live: terminal.Is(a.Err), total: total}
}

// start is called when a scenario begins.
func (p *progress) start(s scenarios.Scenario) {
	p.running = append(p.running, s.Name)
	p.draw("")
}

// item is called when a scenario is judged.
func (p *progress) item(i audit.Item) {
	p.done++
	p.running = slices.DeleteFunc(p.running, func(name string) bool { return name == i.Scenario })
	if p.lines {
		p.draw(report.Line(i, p.style) + "\n")
		return
	}
	p.draw("")
}

// clear takes the last line away.
func (p *progress) clear() {
	if p.live {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// draw writes text above the last line, and that line anew.
func (p *progress) draw(text string) {
	if !p.live {
		fmt.Fprint(p.w, text)
		return
	}
	status := fmt.Sprintf("%d of %d judged", p.done, p.total)
	if len(p.running) > 0 {
		status += "; under way: " + strings.Join(p.running, ", ")
	}
	fmt.Fprint(p.w, "\r\x1b[K"+text+terminal.Shorten(terminal.Text(status), p.style.Width-1))
}

// reportStyle is the style of a report on a writer: nothing is cut off but for
// a terminal.
func reportStyle(w io.Writer) report.Style {
	if !terminal.Is(w) {
		return report.Style{}
	}
	s := terminal.StyleOf(w)
	return report.Style{Colour: s.Colour, Width: s.Width}
}
