package logs

import (
	"bufio"
	"encoding/json"

	"github.com/fakemx/fakemx/internal/cli/printing"
	"github.com/fakemx/fakemx/internal/maillog"
	"github.com/fakemx/fakemx/internal/terminal"
)

// An output prints what is found in a log: at its end, or with follow as it
// is found.
type output interface {
	line(maillog.Event)
	group(*report, *group)
	idle()
	end(*report) error
}

func newOutput(o Options, p printing.Printer) output {
	switch {
	case o.JSON && o.Follow:
		return &jsonLines{Printer: p}
	case o.JSON:
		return &document{out: bufio.NewWriterSize(p.Out, blockLength)}
	case o.Follow:
		return &follower{Printer: p}
	}
	return &page{Printer: p}
}

// page prints the report at the end.
type page struct{ printing.Printer }

func (*page) line(maillog.Event)    {}
func (*page) group(*report, *group) {}
func (*page) idle()                 {}
func (p *page) end(r *report) error {
	return p.Print(r.page(terminal.StyleOf(p.Out)))
}

// follower prints each kind of failure when it first comes up.
type follower struct {
	printing.Printer
	report *report
	fresh  []*group
	err    error
}

func (*follower) line(maillog.Event) {}

// group waits until more of it is known: the next pause is soon.
func (f *follower) group(r *report, g *group) { f.report, f.fresh = r, append(f.fresh, g) }

func (f *follower) idle() {
	style := terminal.StyleOf(f.Out)
	for _, g := range f.fresh {
		f.report.advise(g)
		if err := f.Print(g.section(style) + "\n"); f.err == nil {
			f.err = err
		}
	}
	f.fresh = nil
}

func (f *follower) end(r *report) error {
	f.idle()
	if f.err != nil {
		return f.err
	}
	return f.Print(terminal.StyleOf(f.Out).Prose("", r.Summary+"."))
}

// An event is the JSON form of what a line says; it is public.
type event struct {
	At      int             `json:"at"`
	Class   maillog.Class   `json:"class"`
	Dialect string          `json:"dialect,omitempty"`
	Side    maillog.Side    `json:"side,omitempty"`
	Stage   maillog.Stage   `json:"stage,omitempty"`
	Reason  maillog.Reason  `json:"reason,omitempty"`
	Outcome maillog.Outcome `json:"outcome,omitempty"`
	Peer    string          `json:"peer,omitempty"`
}

func eventOf(ev maillog.Event) event {
	return event{ev.At, ev.Class, ev.Dialect, ev.Side, ev.Stage, ev.Reason, ev.Outcome, ev.Peer}
}

// document prints one object. The lines, which may be many, are written as they
// are read; the report, which comes last, is what is kept of them.
type document struct {
	out   *bufio.Writer
	begun bool
	err   error
}

func (j *document) line(ev maillog.Event) {
	before := ",\n    "
	if !j.begun {
		j.begun, before = true, "{\n  \"events\": [\n    "
	}
	j.write(before, eventOf(ev))
}

func (j *document) write(before string, value any) {
	text, err := printing.JSON(value, "")
	if err == nil {
		_, err = j.out.WriteString(before)
	}
	if err == nil {
		_, err = j.out.Write(text[:len(text)-1])
	}
	if j.err == nil {
		j.err = err
	}
}

func (*document) group(*report, *group) {}
func (*document) idle()                 {}

func (j *document) end(r *report) error {
	text, err := printing.JSON(r, "  ")
	if err != nil {
		return err
	}
	if !j.begun {
		_, _ = j.out.WriteString("{\n  \"events\": [")
	}
	_, _ = j.out.WriteString("\n  ],\n  ")
	_, _ = j.out.Write(text[len("{\n  "):])
	if err := j.out.Flush(); j.err == nil {
		j.err = err
	}
	return j.err
}

// jsonLines prints a line for each event, and the report at the end.
type jsonLines struct {
	printing.Printer
	err error
}

func (j *jsonLines) print(kind string, value any) {
	text, err := json.Marshal(value)
	if err == nil {
		var line []byte
		line, err = printing.JSON(json.RawMessage(`{"event":"`+kind+`",`+string(text[1:])), "")
		if err == nil {
			err = j.Print(string(line))
		}
	}
	if j.err == nil {
		j.err = err
	}
}

func (j *jsonLines) line(ev maillog.Event) { j.print("line", eventOf(ev)) }
func (j *jsonLines) group(r *report, g *group) {
	r.advise(g)
	j.print("symptom", g)
}
func (*jsonLines) idle() {}

func (j *jsonLines) end(r *report) error {
	j.print("report", r)
	return j.err
}
