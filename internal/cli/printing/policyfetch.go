package printing

import (
	"fmt"
	"strings"

	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/stage"
)

// A fetchEvent is a line of --json. Its JSON form is public.
type fetchEvent struct {
	Event string `json:"event"`
	stage.PolicyFetch
}

// PolicyFetch tells about a connection to the policy host.
func (r *Reporter) PolicyFetch(f stage.PolicyFetch) {
	event := func(b []byte) []byte {
		text, _ := JSON(fetchEvent{"policy-fetch", f}, "") // plain data always encodes
		return append(b, text...)
	}
	r.tell(event, func() string { return fetchLine(f, r.style) })
}

// fetchLine tells a fetch in one line: when, who, what, and what came of it.
func fetchLine(f stage.PolicyFetch, style terminal.Style) string {
	what := f.Host + f.Path
	if what == "" {
		what = f.TLS.ServerName
	}
	words := []string{style.Faint(f.At.Local().Format("15:04:05")), style.Bold("MTA-STS"), f.Client, terminal.Text(what)}
	switch {
	case f.Status != 0:
		words = append(words, fmt.Sprintf("%d, %d bytes", f.Status, f.Bytes))
	case f.TLS.Completed:
		words = append(words, "no answer")
	default:
		words = append(words, "TLS failed: "+terminal.Text(f.TLS.Error))
	}
	if f.Fault != "" {
		words = append(words, "("+terminal.Text(f.Fault)+")")
	}
	return strings.Join(words, "  ") + "\n"
}
