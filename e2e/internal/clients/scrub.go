package clients

import "regexp"

// volatile is what differs from run to run in the clients' words.
var volatile = []struct {
	pattern     *regexp.Regexp
	replacement string
}{
	// OpenSSL: the thread before an error, and its place in the source behind,
	// which may have more behind it.
	{regexp.MustCompile(`\b[0-9A-F]{8,}:error:`), "error:"},
	{regexp.MustCompile(`:?\.\./\S+\.c:\d+:?$`), ""},
	{regexp.MustCompile(`:?\.\./[^ :]+\.c:\d+:`), ": "},
	// Python's place in its source.
	{regexp.MustCompile(`\(_ssl\.c:\d+\)`), "(_ssl.c)"},
	// An address, in Postfix's form or plain, and a port.
	{regexp.MustCompile(`(127\.0\.0\.1|localhost)(\[127\.0\.0\.1\])?:\d+`), "HOST:PORT"},
	{regexp.MustCompile(`\b(port|Port) \d+`), "port PORT"},
	// A length, which signatures of ECDSA vary.
	{regexp.MustCompile(`\blength \d+ bytes`), "length N bytes"},
	// A place in memory.
	{regexp.MustCompile(`\b0x[0-9a-f]+`), "0xADDRESS"},
	// Times.
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d( UTC|Z|[+-]\d\d:?\d\d)?`), "TIME"},
	{regexp.MustCompile(`\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?\w{3} +\d{1,2} \d\d:\d\d:\d\d( \d{4})?( GMT)?`), "TIME"},
}

// scrub makes a client's words the same in every run.
func scrub(line string) string {
	for _, v := range volatile {
		line = v.pattern.ReplaceAllString(line, v.replacement)
	}
	return line
}

// In a line of sendmail's log: what syslog puts before it, the queue id, fields
// that are of one message, and the queue id that the peer gave.
var (
	logPrefix = regexp.MustCompile(`^\w{3} [ \d]\d \d\d:\d\d:\d\d (?:\S+ )?[\w-]+\[\d+\]: (?:\w{14}: )?`)
	logFields = regexp.MustCompile(`, (?:ctladdr|delay|xdelay|pri|msgid|size)=[^,]*`)
	logQueued = regexp.MustCompile(`queued as \w+`)
)

// scrubLog makes a line of sendmail's log the same in every run.
func scrubLog(line string) string {
	line = logFields.ReplaceAllString(logPrefix.ReplaceAllString(line, ""), "")
	return scrub(logQueued.ReplaceAllString(line, "queued as ID"))
}
