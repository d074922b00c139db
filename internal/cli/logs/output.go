package logs

import (
	"bufio"
	"encoding/json"

	"github.com/fakemx/fakemx/internal/cli/printing"
	"github.com/fakemx/fakemx/internal/maillog"
	"github.com/fakemx/fakemx/internal/terminal"
)

// A logOutput prints what is found in a log: at its end, or with follow as it
// is found.
type logOutput interface {
	line(maillog.Event)
	group(*logReport, *logGroup)
	idle()
	end(*logReport) error
}

func newOutput(o Options, p printing.Printer) logOutput {
	switch {
	case o.JSON && o.Follow:
		return &logJSONLines{Printer: p}
	case o.JSON:
		return &logJSON{out: bufio.NewWriterSize(p.Out, logBlock)}
	case o.Follow:
		return &logFollower{Printer: p}
	}
	return &logPage{Printer: p}
}

// logPage prints the report at the end.
type logPage struct{ printing.Printer }

func (*logPage) line(maillog.Event)          {}
func (*logPage) group(*logReport, *logGroup) {}
func (*logPage) idle()                       {}
func (p *logPage) end(r *logReport) error {
	return p.Print(r.page(terminal.StyleOf(p.Out)))
}

// logFollower prints each kind of failure when it first comes up.
type logFollower struct {
	printing.Printer
	report *logReport
	fresh  []*logGroup
	err    error
}

func (*logFollower) line(maillog.Event) {}

// group waits until more of it is known: the next pause is soon.
func (f *logFollower) group(r *logReport, g *logGroup) { f.report, f.fresh = r, append(f.fresh, g) }

func (f *logFollower) idle() {
	style := terminal.StyleOf(f.Out)
	for _, g := range f.fresh {
		f.report.advise(g)
		if err := f.Print(g.section(style) + "\n"); f.err == nil {
			f.err = err
		}
	}
	f.fresh = nil
}

func (f *logFollower) end(r *logReport) error {
	f.idle()
	if f.err != nil {
		return f.err
	}
	return f.Print(terminal.StyleOf(f.Out).Prose("", r.Summary+"."))
}

// A logEvent is the JSON form of what a line says; it is public.
type logEvent struct {
	At      int             `json:"at"`
	Class   maillog.Class   `json:"class"`
	Dialect string          `json:"dialect,omitempty"`
	Side    maillog.Side    `json:"side,omitempty"`
	Stage   maillog.Stage   `json:"stage,omitempty"`
	Reason  maillog.Reason  `json:"reason,omitempty"`
	Outcome maillog.Outcome `json:"outcome,omitempty"`
	Peer    string          `json:"peer,omitempty"`
}

func eventOf(ev maillog.Event) logEvent {
	return logEvent{ev.At, ev.Class, ev.Dialect, ev.Side, ev.Stage, ev.Reason, ev.Outcome, ev.Peer}
}

// logJSON prints one object. The lines, which may be many, are written as they
// are read; the report, which comes last, is what is kept of them.
type logJSON struct {
	out   *bufio.Writer
	begun bool
	err   error
}

func (j *logJSON) line(ev maillog.Event) {
	before := ",\n    "
	if !j.begun {
		j.begun, before = true, "{\n  \"events\": [\n    "
	}
	j.write(before, eventOf(ev))
}

func (j *logJSON) write(before string, value any) {
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

func (*logJSON) group(*logReport, *logGroup) {}
func (*logJSON) idle()                       {}

func (j *logJSON) end(r *logReport) error {
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

// logJSONLines prints a line for each event, and the report at the end.
type logJSONLines struct {
	printing.Printer
	err error
}

func (j *logJSONLines) print(kind string, value any) {
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

func (j *logJSONLines) line(ev maillog.Event) { j.print("line", eventOf(ev)) }
func (j *logJSONLines) group(r *logReport, g *logGroup) {
	r.advise(g)
	j.print("symptom", g)
}
func (*logJSONLines) idle() {}

func (j *logJSONLines) end(r *logReport) error {
	j.print("report", r)
	return j.err
}
