package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"text/tabwriter"
	"time"
)

// A report is a whole run.
type report struct {
	Machine machine   `json:"machine"`
	Started time.Time `json:"started"`
	Seconds float64   `json:"seconds"`
	Rounds  int       `json:"rounds"`
	Full    bool      `json:"full"`
	Results []result  `json:"results"`
}

// A machine is what figures depend on.
type machine struct {
	OS         string `json:"os"`
	Arch       string `json:"arch"`
	Processors int    `json:"processors"`
	Go         string `json:"go"`
	GoSMTP     string `json:"go_smtp"`
}

func thisMachine() machine {
	m := machine{OS: runtime.GOOS, Arch: runtime.GOARCH, Processors: runtime.NumCPU(), Go: runtime.Version()}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			if d.Path == "github.com/emersion/go-smtp" {
				m.GoSMTP = d.Version
			}
		}
	}
	return m
}

// A result is a workload's.
type result struct {
	Name    string              `json:"name"`
	Title   string              `json:"title"`
	Note    string              `json:"note,omitempty"`
	Unit    string              `json:"unit"`    // what rate and CPU are of
	Call    string              `json:"call"`    // what p50 is of
	Servers []string            `json:"servers"` // the first one is the reference
	Samples map[string][]sample `json:"samples"`
	Rows    []row               `json:"rows"` // the table
}

// session is the usual unit and call.
const session = "session"

// add takes a result and prints its table.
func (r *report) add(x result) {
	x.Rows = x.rows()
	r.Results = append(r.Results, x)
	fmt.Print(x.table())
}

// A row is a server's line in the table.
type row struct {
	Server    string `json:"server"`
	Rate      figure `json:"rate,omitzero"`
	CPU       figure `json:"cpu,omitzero"` // nanoseconds
	P50       figure `json:"p50,omitzero"` // nanoseconds
	Memory    figure `json:"memory,omitzero"`
	Collected figure `json:"collected,omitzero"`
}

// A figure is the median of a server's samples, and that of their ratios to the
// reference's of the same rounds. Both are zero for what was not measured.
type figure struct {
	Median float64 `json:"median"`
	Ratio  float64 `json:"ratio"`
}

func (r result) rows() []row {
	reference := r.Samples[r.Servers[0]]
	var rows []row
	for _, server := range r.Servers {
		own := r.Samples[server]
		rows = append(rows, row{
			Server:    server,
			Rate:      compare(own, reference, func(s sample) float64 { return s.Rate }),
			CPU:       compare(own, reference, func(s sample) float64 { return float64(s.CPU) }),
			P50:       compare(own, reference, func(s sample) float64 { return float64(s.P50) }),
			Memory:    compare(own, reference, func(s sample) float64 { return s.Memory }),
			Collected: compare(own, reference, func(s sample) float64 { return s.Collected }),
		})
	}
	return rows
}

// compare takes the medians of what pick takes from the samples.
func compare(own, reference []sample, pick func(sample) float64) figure {
	values, ratios := make([]float64, len(own)), make([]float64, len(own))
	for i := range own {
		values[i] = pick(own[i])
		if of := pick(reference[i]); of != 0 {
			ratios[i] = values[i] / of
		}
	}
	return figure{median(values), median(ratios)}
}

// columns name the cells: rate, processor time, p50 and memory.
func (r result) columns() []string {
	return []string{"server", "rate", "server CPU per " + r.Unit, "p50 of one " + r.Call, "memory", "after a collection"}
}

// cells are a row as text, each figure with its ratio.
func (r result) cells(x row) []string {
	return []string{
		x.Server,
		cell(x.Rate, 1, "%.0f "+r.Unit+"/s"),
		cell(x.CPU, 1e3, "%.0f µs"),
		cell(x.P50, 1e6, "%.2f ms"),
		cell(x.Memory, 1<<10, "%.1f KiB"),
		cell(x.Collected, 1<<10, "%.1f KiB"),
	}
}

const nothing = "–"

// cell is a figure in a larger unit, and its ratio.
func cell(f figure, unit float64, format string) string {
	if f.Median == 0 {
		return nothing
	}
	return fmt.Sprintf(format+" (%.2f)", f.Median/unit, f.Ratio)
}

// table is the result for a terminal.
func (r result) table() string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s: %s\n", r.Name, r.Title)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  "+strings.Join(r.columns(), "\t"))
	for _, x := range r.Rows {
		fmt.Fprintln(w, "  "+strings.Join(r.cells(x), "\t"))
	}
	_ = w.Flush() // into memory
	return b.String() + "\n"
}

// write puts the report where the flags say.
func (r *report) write(o options) error {
	var errs []error
	if o.jsonFile != "" {
		text, err := json.MarshalIndent(r, "", "  ")
		errs = append(errs, err, os.WriteFile(o.jsonFile, append(text, '\n'), 0o644)) //nolint:gosec // for everybody
	}
	if o.docs != "" {
		errs = append(errs, r.updateDocs(o.docs))
	}
	return errors.Join(errs...)
}
