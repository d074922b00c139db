package logs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/internal/maillog"
)

// summary is what there is to know at a glance.
func (r *report) summary() string {
	parts := []string{r.failuresInWords(), r.deliveriesInWords()}
	if n := len(r.Received); n > 0 {
		parts = append(parts, counted(n, "Received field"))
	}
	if n := r.Lines.Unknown; n > 0 {
		parts = append(parts, lineCount(n)+" not understood")
	}
	parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
	return lineCount(r.Lines.Read) + ": " + strings.Join(parts, "; ")
}

func (r *report) failuresInWords() string {
	if r.Failures == 0 {
		return "no TLS failure"
	}
	kinds := make(map[maillog.Reason]bool)
	var first *group
	for _, g := range r.Groups {
		if g.field {
			continue
		}
		kinds[g.Reason] = true
		if first == nil || g.At < first.At {
			first = g
		}
	}
	text := counted(r.Failures, "failure") + " of " + counted(len(kinds), "kind")
	if n := len(r.hosts); n > 0 {
		text += " with " + counted(n, "host")
	}
	if first.Time != "" {
		text += ", first at " + first.Time
	}
	return text
}

func (r *report) deliveriesInWords() string {
	d := r.Deliveries
	switch {
	case d.Total == 0:
		return ""
	case d.Untold == d.Total:
		return counted(d.Total, "delivery")
	}
	return fmt.Sprintf("%s, of these %d in clear", counted(d.Total, "delivery"), d.InClear)
}

// counted is a number and the noun it counts.
func counted(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func lineCount(n int) string { return counted(n, "line") }
