package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
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
	Servers []string            `json:"servers"` // the first one is the reference
	Samples map[string][]sample `json:"samples"`
}

func (r *report) add(x result) { r.Results = append(r.Results, x) }

// A row is a server's line in the table. Its ratios are to the reference;
// those of what was not measured are not a number.
type row struct {
	server            string
	rate, rateRatio   float64
	cpu               time.Duration
	cpuRatio          float64
	p50               time.Duration
	p50Ratio          float64
	memory, collected float64
	memoryRatio       float64
	collectedRatio    float64
}

func (r result) rows() []row {
	reference := r.Samples[r.Servers[0]]
	var rows []row
	for _, server := range r.Servers {
		own := r.Samples[server]
		x := row{server: server}
		x.rate, x.rateRatio = compare(own, reference, func(s sample) float64 { return s.Rate })
		cpu, cpuRatio := compare(own, reference, func(s sample) float64 { return float64(s.CPU) })
		p50, p50Ratio := compare(own, reference, func(s sample) float64 { return float64(s.P50) })
		x.cpu, x.cpuRatio, x.p50, x.p50Ratio = time.Duration(cpu), cpuRatio, time.Duration(p50), p50Ratio
		x.memory, x.memoryRatio = compare(own, reference, func(s sample) float64 { return s.Memory })
		x.collected, x.collectedRatio = compare(own, reference, func(s sample) float64 { return s.Collected })
		rows = append(rows, x)
	}
	return rows
}

// compare returns the median of what pick takes from the samples, and that of
// its ratios to the reference's of the same round.
func compare(own, reference []sample, pick func(sample) float64) (value, ratio float64) {
	values, ratios := make([]float64, len(own)), make([]float64, len(own))
	for i := range own {
		values[i], ratios[i] = pick(own[i]), pick(own[i])/pick(reference[i])
	}
	return median(values), median(ratios)
}

// cells are a row as text: server, rate, processor time, p50 and memory, each
// with its ratio.
func (x row) cells() []string {
	return []string{
		x.server,
		cell(x.rate, x.rateRatio, "%.0f/s"),
		cell(float64(x.cpu)/1e3, x.cpuRatio, "%.0f µs"),
		cell(float64(x.p50)/1e6, x.p50Ratio, "%.2f ms"),
		memoryCell(x.memory, x.memoryRatio),
		memoryCell(x.collected, x.collectedRatio),
	}
}

var columns = []string{"server", "rate", "server CPU per unit", "p50", "memory", "after a collection"}

func cell(value, ratio float64, format string) string {
	if value == 0 || math.IsNaN(value) {
		return "–"
	}
	text := fmt.Sprintf(format, value)
	if math.IsNaN(ratio) || math.IsInf(ratio, 0) {
		return text
	}
	return text + fmt.Sprintf(" (%.2f)", ratio)
}

// memoryCell tells memory in KiB.
func memoryCell(value, ratio float64) string { return cell(value/(1<<10), ratio, "%.1f KiB") }

// table is the result for a terminal.
func (r result) table() string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s: %s\n", r.Name, r.Title)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  "+strings.Join(columns, "\t"))
	for _, x := range r.rows() {
		fmt.Fprintln(w, "  "+strings.Join(x.cells(), "\t"))
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
