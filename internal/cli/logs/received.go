package logs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/internal/maillog"
	"github.com/fakemx/fakemx/internal/received"
	"github.com/fakemx/fakemx/internal/terminal"
)

// maxLogHops bounds the Received fields that a report lists.
const maxLogHops = 200

// A hop is what one Received field tells; its JSON form is public.
type hop struct {
	// At is the number of the field's first line, and Line the field.
	At   int    `json:"at"`
	Line string `json:"line"`
	// From, By and Protocol are its clauses, and Software the program that wrote
	// it, "unknown" if that does not show.
	From     string            `json:"from"`
	By       string            `json:"by"`
	Protocol string            `json:"with"`
	Software received.Software `json:"software"`
	// TLS and Auth are yes, no or untold.
	TLS     received.Answer `json:"tls"`
	Auth    received.Answer `json:"auth"`
	Version string          `json:"version"`
	Cipher  string          `json:"cipher"`
	Verify  string          `json:"verify"`
	// Word says how the protocol goes with the rest, and Means says it in words.
	Word  received.Word `json:"finding"`
	Means []string      `json:"means"`
}

// stampedBy are the scenarios of which a peer stamps such a field. A field that
// does not tell of TLS may be one that was stamped as if there had been none.
var stampedBy = map[received.Word]string{
	received.Downgraded: "received-downgraded", received.AlwaysSMTP: "received-always-smtp",
	received.Lowercase: "received-lowercase", received.Untold: "received-downgraded",
}

// isReceived reports whether a line is a Received field, unfolded.
func isReceived(line string) bool {
	line = strings.TrimLeft(line, " \t>|\"'")
	const name = "received:"
	return len(line) >= len(name) && strings.EqualFold(line[:len(name)], name)
}

// hop reads a Received field. The first hop of a message stands last in its
// headers, so a block of fields is turned round when it ends.
func (r *report) hop(l line) {
	field := received.Read(strings.TrimLeft(l.text, " \t>|\"'") + "\r\n")
	found := received.Judge(field)
	name := stampedBy[found.Word]
	ev := maillog.Event{At: l.at, Text: l.text, Class: maillog.Other, Reason: maillog.Reason("received-" + string(found.Word))}
	if name != "" {
		ev.Class = maillog.Fault
	}
	if found.Word == received.Untold || found.Word == received.Habit {
		ev.Class = maillog.Harmless
	}
	r.log.Insert(ev)
	if name != "" {
		r.stamped(ev, found, name)
	}
	if len(r.Received) == maxLogHops {
		return
	}
	h := hop{
		At: l.at, Line: terminal.Text(strings.TrimSpace(l.text)), From: terminal.Text(field.From), By: terminal.Text(field.By),
		Protocol: terminal.Text(found.Protocol), Software: field.Software, TLS: found.TLS, Auth: found.Auth, Version: terminal.Text(found.Version),
		Cipher: terminal.Text(found.Cipher), Verify: terminal.Text(found.Verify), Word: found.Word, Means: []string{},
	}
	for _, sentence := range found.Sentences() {
		h.Means = append(h.Means, terminal.Text(sentence))
	}
	r.Received = append(r.Received, h)
}

// stamped groups a field by the scenario that stamps such a one.
func (r *report) stamped(ev maillog.Event, found received.Finding, name string) {
	key := groupKey{reason: ev.Reason, causes: name}
	g := r.groups[key]
	if g == nil {
		g = groupOf(ev)
		g.field, g.Means = true, terminal.Text(found.Word.Sentence())
		g.Suspects = append(g.Suspects, suspectOf(name, ev.Reason))
		r.groups[key] = g
		r.Groups = append(r.Groups, g)
		defer r.begun(r, g)
	}
	g.Count++
	g.Lines++
}

// endHops turns the fields of a block round.
func (r *report) endHops() {
	slices.Reverse(r.Received[r.hops:])
	r.hops = len(r.Received)
}

// receivedPage lists the hops, the first one of a message first.
func (r *report) receivedPage(style terminal.Style) string {
	if len(r.Received) == 0 {
		return ""
	}
	var out strings.Builder
	out.WriteString("\n" + style.Bold("Received fields, oldest first") + "\n")
	for _, h := range r.Received {
		out.WriteString(style.Prose("  ", fmt.Sprintf("line %d: %s", h.At, terminal.Shorten(h.Line, maxShownLine))))
		out.WriteString(style.Item("  > ", strings.Join(h.Means, " ")))
	}
	return out.String()
}
