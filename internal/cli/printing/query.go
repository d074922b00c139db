package printing

import (
	"strings"

	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/mxdns"
)

// A queryEvent is a line of --json --verbose. Its JSON form is public.
type queryEvent struct {
	Event string `json:"event"`
	mxdns.Query
}

// queryLine tells a query in one line: when, who, what, and what came of it.
func queryLine(q mxdns.Query, style terminal.Style) string {
	asked := q.Client
	if q.Network == "tcp" {
		asked += "/tcp"
	}
	words := []string{style.Faint(q.At.Local().Format("15:04:05")), style.Bold("DNS"), asked, terminal.Text(q.Name + " " + q.Type), q.Rcode}
	if q.Rcode == "NOERROR" && q.Answers == 0 {
		words = append(words, "no record of that type")
	}
	return strings.Join(words, "  ") + "\n"
}
