package docs_test

import (
	"regexp"
	"strings"
)

// varying is what differs from run to run, or from one version of a client to
// the next, without a difference in kind.
type varying []struct {
	pattern *regexp.Regexp
	word    string
}

// ours varies in what fakemx and its clients say.
var ours = varying{
	{regexp.MustCompile(`\d\d:\d\d:\d\d`), "TIME"},
	{regexp.MustCompile(`\w{3}, \d{1,2} \w{3} \d{4}`), "DATE"},
	{regexp.MustCompile(`[+-]\d{4}\b`), "ZONE"},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "127.0.0.1:PORT"},
	{regexp.MustCompile(`\b(id|queued as) [a-z0-9]{16}\b`), "$1 ID"},
	{regexp.MustCompile(`TLS_[A-Z0-9_]+`), "SUITE"},
	{regexp.MustCompile(`bits=\d+`), "bits=N"},
	{regexp.MustCompile(`error:[0-9A-F]{8}:`), "error:CODE:"},
}

// hosts varies in what a host with a sendmail says.
var hosts = varying{
	{regexp.MustCompile(`\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d\b`), "DATE"},
	{regexp.MustCompile(`\b(sendmail|sm-mta)\[\d+\]`), "$1[PID]"},
	{regexp.MustCompile(`\b[0-9A-Za-z]{8}\d{6,}\b`), "QUEUEID"},
	{regexp.MustCompile(`queued as [a-z0-9]+`), "queued as ID"},
	{regexp.MustCompile(`\b(x?delay)=[\d:]+`), "$1=TIME"},
	{regexp.MustCompile(`cipher=[A-Z0-9_-]+, bits=\d+/\d+`), "cipher=SUITE"},
}

// kind leaves of a text what does not vary.
func (v varying) kind(text string) string {
	for _, one := range v {
		text = one.pattern.ReplaceAllString(text, one.word)
	}
	return text
}

// shown is the pattern of what a page shows. In it … stands for anything in a
// line, and alone on a line for any lines.
func (v varying) shown(output []string) string {
	var pattern strings.Builder
	pattern.WriteString(`\A`)
	for _, line := range output {
		if line == "…" {
			pattern.WriteString(`(?:.*\n)*?`)
			continue
		}
		pattern.WriteString(strings.ReplaceAll(regexp.QuoteMeta(v.kind(line)), "…", ".*") + `\n`)
	}
	return pattern.String() + `\z`
}
