package symptoms

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/maillog"
)

// silent are the recorded phrases that say nothing about why: the reason of
// each stands behind it.
var silent = map[string]string{
	"EOF": "Go's name for an end of the connection at any time, and of any file",
}

// frames are the ways in which programs log what a client says.
var frames = map[string]func(client, says string) string{
	"as it is": func(_, says string) string { return says },
	"syslog":   func(client, says string) string { return "Jan  2 19:58:51 mx " + client + "[4711]: " + says },
	"syslog, app": func(_, says string) string {
		return "2024-01-02T19:58:51.064246+01:00 mx app[4711]: cannot send: " + says
	},
	"logfmt": func(_, says string) string {
		return "time=2024-01-02T19:58:51Z level=error msg=\"cannot send\" err=" + quoted(says)
	},
	"JSON": func(_, says string) string { return `{"level":"error","msg":"cannot send","err":` + quoted(says) + `}` },
	"inner JSON": func(_, says string) string {
		return `{"level":50,"err":{"type":"Error","message":` + quoted(says) + `},"msg":"cannot send"}`
	},
	"compose":      func(_, says string) string { return "app-1  | " + says },
	"behind a key": func(_, says string) string { return "job=12 " + says },
}

// ownFrames are those in which only one client's words come.
var ownFrames = map[string][]func(says string) string{
	"openssl": {
		func(says string) string { return rubyFrame + reasonText(says) },
		func(says string) string { return "OpenSSL::SSL::SSLError (" + rubyFrame + reasonText(says) + "):" },
	},
	"python3": {
		func(says string) string { return strings.TrimPrefix(says, "error: ") },
		func(says string) string { return "smtplib." + strings.TrimPrefix(says, "error: ") },
	},
	"go": {
		func(says string) string { return "2024/01/02 19:58:51 cannot send: " + says },
		func(says string) string { return "panic: " + says },
	},
	"nodemailer": {
		func(says string) string {
			return "[2024-01-02 19:58:51] ERROR Send Error: " + strings.TrimPrefix(says, "error: ")
		},
	},
}

const rubyFrame = "SSL_connect returned=1 errno=0 peeraddr=192.0.2.1:25 state=error: "

// reasonText is the part of an error of OpenSSL that Ruby prints: without the
// number, the library, the function and the place.
func reasonText(says string) string {
	_, after, ok := strings.Cut(says, "SSL routines:")
	if !ok {
		return says
	}
	_, reason, _ := strings.Cut(after, ":")
	reason, alert, _ := strings.Cut(reason, ": ")
	if alert != "" {
		return reason + " (" + alert + ")"
	}
	return reason
}

func quoted(says string) string {
	text, err := json.Marshal(says)
	if err != nil {
		return ""
	}
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(text))
}

func TestEveryRecordingIsRecognisedInEveryFrame(t *testing.T) {
	t.Parallel()
	recorded, err := Recorded()
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for scenario, said := range recorded {
		for _, s := range said {
			client, _, _ := strings.Cut(s.Client, " ")
			if slices.Contains(mtas, client) || silent[s.Says] != "" {
				continue
			}
			for name, line := range linesOf(client, s.Says) {
				tried++
				if problem := misread(scenario, line); problem != "" {
					t.Errorf("%s of %s, %s: %s\n    %s", client, scenario, name, problem, line)
				}
			}
		}
	}
	if tried < 5000 {
		t.Errorf("only %d lines were tried", tried)
	}
}

// lineByLine are the frames of loggers that take in a program's output line by
// line: nobody logs a line of a dialogue as the reason of anything.
var lineByLine = []string{"as it is", "syslog", "compose"}

func isTranscript(says string) bool { return strings.HasPrefix(says, "<") }

// mtas are the clients whose own logs were recorded: the tests of their dialects
// read them in full.
var mtas = []string{"sendmail", "postfix", "exim", "opensmtpd", "haraka", "mox", "maddy", "chasquid", "courier", "nullmailer", "dma"}

// linesOf puts what a client said into every frame.
func linesOf(client, says string) map[string]string {
	lines := make(map[string]string)
	for name, frame := range frames {
		if !isTranscript(says) || slices.Contains(lineByLine, name) {
			lines[name] = frame(client, says)
		}
	}
	stage := maillog.Read(1, says).Stage
	for i, frame := range ownFrames[client] {
		if client != "openssl" || stage == maillog.Handshake || stage == maillog.Verify {
			lines[fmt.Sprintf("%s's frame %d", client, i)] = frame(says)
		}
	}
	return lines
}

// misread says what is wrong with how a line of a scenario is read; nothing if
// it is recognised, and the scenario is among its causes if it is a fault.
func misread(scenario, line string) string {
	ev := maillog.Read(1, line)
	if ev.Class == maillog.Unknown {
		return "is not recognised"
	}
	if ev.Side == maillog.Server || ev.Side == maillog.Own {
		return fmt.Sprintf("is of the side %q: %s", ev.Side, ev.Reason)
	}
	if ev.Class == maillog.Fault && !slices.Contains(Causes(ev), scenario) {
		return fmt.Sprintf("is %s (%q), for which it is no cause", ev.Reason, ev.Says)
	}
	return ""
}
