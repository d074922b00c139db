package docs_test

import (
	"regexp"
	"strings"

	. "github.com/onsi/ginkgo/v2"
)

// A step is a command of a page and what stands below it.
type step struct {
	command string
	output  []string
}

// steps takes the console fences of a page apart. A command stands behind "$ ",
// and goes on behind "> ". A page has no fences that nobody runs.
func steps(page string) []step {
	GinkgoHelper()
	var all []step
	inside := false
	for line := range strings.Lines(page) {
		line = strings.TrimSuffix(line, "\n")
		command, begins := strings.CutPrefix(line, "$ ")
		more, goesOn := strings.CutPrefix(line, "> ")
		switch {
		case strings.HasPrefix(line, "```") && !inside:
			if inside = line == "```console"; !inside {
				Fail("nothing runs a fence of " + line)
			}
		case line == "```":
			inside = false
		case !inside:
		case begins:
			all = append(all, step{command: command})
		case len(all) == 0:
			Fail("a fence begins with a command, not with " + line)
		case goesOn && len(all[len(all)-1].output) == 0:
			all[len(all)-1].command += "\n" + more
		default:
			last := &all[len(all)-1]
			last.output = append(last.output, line)
		}
	}
	return all
}

// varying is what differs from run to run without a difference in kind.
var varying = []struct {
	pattern *regexp.Regexp
	word    string
}{
	{regexp.MustCompile(`\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d\b`), "DATE"},
	{regexp.MustCompile(`\b(sendmail|sm-mta)\[\d+\]`), "$1[PID]"},
	{regexp.MustCompile(`\b[0-9A-Za-z]{8}\d{6,}\b`), "QUEUEID"},
	{regexp.MustCompile(`queued as [a-z0-9]+`), "queued as ID"},
	{regexp.MustCompile(`\b(x?delay)=[\d:]+`), "$1=TIME"},
	{regexp.MustCompile(`cipher=[A-Z0-9_-]+, bits=\d+/\d+`), "cipher=SUITE"},
}

// kind leaves of a text what does not vary.
func kind(text string) string {
	for _, v := range varying {
		text = v.pattern.ReplaceAllString(text, v.word)
	}
	return text
}

// shown is the pattern of what a page shows. In it … stands for anything in a
// line, and alone on a line for any lines.
func shown(output []string) string {
	var pattern strings.Builder
	pattern.WriteString(`\A`)
	for _, line := range output {
		if line == "…" {
			pattern.WriteString(`(?:.*\n)*?`)
			continue
		}
		pattern.WriteString(strings.ReplaceAll(regexp.QuoteMeta(kind(line)), "…", ".*") + `\n`)
	}
	return pattern.String() + `\z`
}
