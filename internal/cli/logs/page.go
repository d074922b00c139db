package logs

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/internal/maillog"
	"github.com/fakemx/fakemx/internal/terminal"
)

const (
	// maxSuspects is how many scenarios a failure is shown with, and maxMore how
	// many more are named.
	maxSuspects = 3
	maxMore     = 6
	// maxShownLine bounds a line that is shown, in characters.
	maxShownLine = 400
	// maxShownHosts bounds the hosts that are shown.
	maxShownHosts = 3
)

// page is the report for a person: first what there is to know at a glance,
// then each kind of failure, then what is harmless.
func (r *report) page(style terminal.Style) string {
	var out strings.Builder
	out.WriteString(style.Prose("", r.Summary+"."))
	for _, g := range r.Groups {
		out.WriteString("\n" + g.section(style))
	}
	out.WriteString(r.receivedPage(style))
	if r.Omitted > 0 {
		out.WriteString("\n" + style.Prose("", counted(r.Omitted, "failure")+" of other kinds not shown."))
	}
	if len(r.Remarks) > 0 {
		out.WriteString("\n" + style.Bold("Harmless") + "\n")
		for _, g := range r.Remarks {
			out.WriteString(style.Item("  - ", fmt.Sprintf("%s: %s (%s, first line %d%s)", g.whose(), g.Means, lineCount(g.Lines), g.At, g.with())))
		}
	}
	out.WriteString(r.doubts(style))
	if len(r.Groups)+len(r.Received) == 0 {
		out.WriteString("\n" + style.Prose("", r.nothing()))
	}
	return out.String()
}

// doubts say what a report cannot be sure of.
func (r *report) doubts(style terminal.Style) string {
	var out strings.Builder
	if r.NewestFirst {
		out.WriteString("\n" + style.Prose("", "The newest lines come first in this log, so the end of a delivery comes before its beginning. "+
			"Reverse it: tac FILE | fakemx explain --log -"))
	}
	if 10*r.Lines.Unknown > r.Lines.Read {
		out.WriteString("\n" + style.Bold("Not understood, for example") + "\n")
		for _, p := range r.Puzzles {
			out.WriteString(style.Item("  - ", fmt.Sprintf("line %d: %s", p.At, terminal.Shorten(p.Line, maxShownLine))))
		}
	}
	return out.String()
}

// nothing says how a log without failures could say more.
func (r *report) nothing() string {
	text := "This log shows no failure of TLS or of the SMTP dialogue before it."
	if r.Lines.Unknown > 0 {
		text = "The lines that were understood show no failure of TLS or of the SMTP dialogue before it."
	}
	if r.Lines.Unknown == r.Lines.Read && r.Lines.Read > 0 {
		text = "No line in this log looks like output of a mailer that fakemx knows."
	}
	return text + " " + r.hint()
}

// section is one kind of failure.
func (g *group) section(style terminal.Style) string {
	var out strings.Builder
	out.WriteString(style.Bold(g.heading()) + "\n")
	out.WriteString(style.Prose("  ", fmt.Sprintf("line %d: %s", g.At, terminal.Shorten(g.Line, maxShownLine))))
	if g.field {
		out.WriteString(style.Prose("  ", g.Means))
	} else {
		out.WriteString(style.Prose("  ", g.whose()+": "+g.Means+g.became()+"."))
	}
	for _, s := range g.Suspects[:min(len(g.Suspects), maxSuspects)] {
		out.WriteString(s.lines(style))
	}
	if more := g.Suspects[min(len(g.Suspects), maxSuspects):]; len(more) > 0 {
		names := make([]string, 0, maxMore)
		for _, s := range more[:min(len(more), maxMore)] {
			names = append(names, s.Name)
		}
		text := "or: " + strings.Join(names, ", ")
		if n := len(more) - len(names); n > 0 {
			text += fmt.Sprintf(" and %d more", n)
		}
		out.WriteString(style.Item("  - ", text))
	}
	for _, text := range slices.Concat(g.Advice, g.Apart) {
		out.WriteString(style.Item("  > ", text))
	}
	return out.String()
}

func (g *group) heading() string {
	heading := string(g.Reason)
	if g.Count > 1 {
		heading += ", " + counted(g.Count, "time")
	}
	if n := len(g.Hosts); n > 0 {
		heading += ": " + strings.Join(g.Hosts[:min(n, maxShownHosts)], ", ")
		if n > maxShownHosts {
			heading += ", …"
		}
	}
	return heading
}

// with names some of the other sides.
func (g *group) with() string {
	if len(g.Hosts) == 0 {
		return ""
	}
	text := ", with " + strings.Join(g.Hosts[:min(len(g.Hosts), maxShownHosts)], ", ")
	if len(g.Hosts) > maxShownHosts {
		text += ", …"
	}
	return text
}

// whose says whose fault it is.
func (g *group) whose() string {
	switch g.Side {
	case maillog.Client:
		return "The server that this host sent mail to"
	case maillog.Server:
		return "A client that connected to this host"
	case maillog.Own:
		return "This host itself"
	}
	return "The other side"
}

// became says what became of the messages.
func (g *group) became() string {
	var parts []string
	add := func(n int, what string) {
		switch {
		case n > 0 && n == g.Count:
			parts = append(parts, what)
		case n > 0:
			parts = append(parts, fmt.Sprintf("%s %s", counted(n, "time"), what))
		}
	}
	add(g.Delivered-g.InClear, "the message was delivered anyway")
	add(g.InClear, "the message was sent in clear")
	add(g.Deferred, "the message was deferred")
	if sendsOnce[g.Dialect] {
		add(g.Bounced, "the message was not sent")
	} else {
		add(g.Bounced, "the message bounced")
	}
	text := ""
	if len(parts) > 0 {
		text = "; " + strings.Join(parts, ", ")
	}
	for _, end := range slices.Sorted(maps.Keys(g.ends)) {
		text += fmt.Sprintf(", for another reason (%s)", end)
		break
	}
	return text
}

// sendsOnce are the clients that send a message while they are run, or not at
// all.
var sendsOnce = map[string]bool{"s-nail": true, "mutt": true}

func (s suspect) lines(style terminal.Style) string {
	return style.Item("  - ", terminal.Text(s.Name+": "+s.Summary)) +
		"      reproduce: " + s.Reproduce + "\n" +
		"      fix:       " + s.Fix + "\n"
}
