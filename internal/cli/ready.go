package cli

import (
	"bytes"
	"strings"

	"github.com/fakemx/fakemx/internal/atomicfile"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/cli/printing"
	"github.com/fakemx/fakemx/internal/terminal"
)

// A ready event says that a peer accepts connections, and where. Its JSON form
// is public.
type ready struct {
	Event    string `json:"event"`
	Scenario string `json:"scenario"`
	// Addr is host:port; SMTPSAddr too, empty without --smtps.
	Addr      string `json:"addr"`
	SMTPSAddr string `json:"smtps_addr"`
	// Hostname is the name by which a client is meant to reach the peer.
	Hostname string `json:"hostname"`
	// CAFile and CADir are what a client is to trust, empty with --cert, and
	// ChainFile is what the peer sends.
	CAFile    string `json:"ca_file"`
	CADir     string `json:"ca_dir"`
	ChainFile string `json:"chain_file"`

	summary  string
	implicit bool // Addr speaks TLS from the first byte
	// mail and rcpt are the addresses of a message to try, strikes is after
	// what the fault strikes.
	mail, rcpt, strikes string
	// lookup is what shows the fault in the DNS; empty if it is not there.
	lookup string
}

// target is the peer as a client on this machine reaches it.
func (r ready) target() target {
	return target{addr: cmdline.Reachable(r.Addr), hostname: r.Hostname, caFile: r.CAFile, implicit: r.implicit, mail: r.mail, rcpt: r.rcpt}
}

// Block tells a person about a peer.
func (r ready) Block(style terminal.Style) string {
	var out strings.Builder
	out.WriteString(style.Item(style.Bold(r.Scenario)+"  ", r.summary))
	row := func(label, value string) {
		if value != "" {
			out.WriteString("  " + terminal.Pad(label, len("hostname")+2) + value + "\n")
		}
	}
	row("address", r.Addr)
	row("smtps", r.SMTPSAddr)
	row("hostname", r.Hostname)
	row("CA file", r.CAFile)
	label := "try:"
	commands := r.target().commands()
	if r.lookup != "" {
		commands = append([]string{r.lookup}, commands...)
	}
	for _, command := range commands {
		row(label, command)
		label = ""
	}
	row("", r.strikes)
	return out.String() + "\n"
}

// writeAddrFile writes the ready events as a JSON array, one a line. Who
// waits for the file finds it complete, since it is renamed into place.
func writeAddrFile(path string, events []printing.Announcement) error {
	var lines [][]byte
	for _, event := range events {
		line, err := printing.JSON(event, "")
		if err != nil {
			return err
		}
		lines = append(lines, bytes.TrimSuffix(line, []byte("\n")))
	}
	text := append([]byte("[\n"), bytes.Join(lines, []byte(",\n"))...)
	return atomicfile.WriteFile(path, append(text, "\n]\n"...), 0o600)
}
