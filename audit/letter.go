package audit

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fakemx/fakemx/scenarios"
)

// A letter is a message and its envelope.
type letter struct {
	Envelope
	file string
	text []byte // what is in it
	// requireTLS: it is to be given with the parameter REQUIRETLS.
	requireTLS bool
}

// letters writes the messages of a load into the audit's folder, as they go on
// the wire.
func (a *auditor) letters(s scenarios.Scenario, l load, id string) ([]letter, error) {
	var list []letter
	for i, e := range l.envelopes {
		name := id
		if i > 0 {
			name = fmt.Sprintf("%s-%d", id, i+1)
		}
		text := fmt.Appendf(nil, "From: <%s>\r\nTo: <%s>\r\nSubject: fakemx probe %s\r\nDate: %s\r\nMessage-ID: <%s@fakemx.test>\r\n%s"+
			"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThis is a probe of fakemx audit. It plays %s.\r\n",
			a.author(s), strings.Join(e.To, ">,\r\n <"), s.Name, a.Now().Format(time.RFC1123Z), name, waiver(s), s.Name)
		file := filepath.Join(a.dir, s.Name+"-"+name+".eml")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return nil, err
		}
		list = append(list, letter{e, file, text, s.Message.RequireTLS})
	}
	return list, nil
}

// waiver is the header field by which a message does without TLS (RFC 8689
// section 3), with its line end; empty if it does not.
func waiver(s scenarios.Scenario) string {
	if s.Message.TLSRequired == scenarios.TLSRequiredNo {
		return "TLS-Required: No\r\n"
	}
	return ""
}
