package maillog

import "strings"

// continuations begin the lines of a stack trace or of an object that follow
// its first: of Java, Python, .NET, Node, Rust, Go and MailKit's long message.
var continuations = []string{
	"Caused by:", "Caused by ", "... ", "Suppressed:", "nested exception is:", "During handling of", "The above exception", "Traceback (most recent call last)", "}", "]", "code:",
	"Stack backtrace:", "stack backtrace:", "note: run with `RUST_BACKTRACE", "--- End of ", "---> ", "goroutine ", "created by ", "exit status ", "[stacktrace]", "#0 ", "#1 ", "Stack trace:",
	"One possibility is that", "The other possibility is that", "1. The server is", "2. The local system", "3. The certificate presented", "The server's SSL certificate could not be validated",
	"•", "Inner Exception", "InnerException:", "Details:", "Reason:",
}

// afterBlank are those that may follow a blank line within a trace.
var afterBlank = []string{
	"Caused by", "During handling of", "The above exception", "Traceback (most recent call last)", "goroutine ", "One possibility is that", "The other possibility is that", "Stack backtrace:",
	"stack backtrace:", "---> ", "1. The server is", "The server's SSL certificate could not be validated", "The host name ", "The SSL certificate ", "See https://",
}

// A traced is what a log remembers of the lines before, for one line does not
// show whether it goes on with them.
type traced struct {
	// before is the last line that was not blank, and blank says that a blank
	// one followed.
	before string
	blank  bool
	time   string
}

// note remembers a line.
func (t *traced) note(ev *Event) {
	if ev.said == "" {
		t.blank = true
		return
	}
	t.before, t.blank, t.time = bodyOf(ev), false, ev.Time
}

// bodyOf is a line with the indent that unframing takes off, if it has no frame
// but its indent.
func bodyOf(ev *Event) string {
	if ev.Time == "" && strings.HasSuffix(strings.TrimRight(ev.Text, " \t\r\n"), ev.said) {
		if at := len(strings.TrimRight(ev.Text, " \t\r\n")) - len(ev.said); at > 0 && isBlank(ev.Text[at-1]) {
			return "  " + ev.said
		}
	}
	return ev.said
}

// goesOn reports whether a line goes on with the lines before it. One with a
// time stamp does if it can be nothing else.
func goesOn(before traced, ev *Event) bool {
	line := bodyOf(ev)
	if ev.Time != "" {
		return isFrameOfTrace(strings.TrimLeft(line, " \t"))
	}
	if before.blank && line != "" {
		return strings.HasSuffix(before.before, "establish an SSL or TLS connection.") || beginsWithAny(line, afterBlank) || line[0] == ' ' || isFrameOfTrace(line)
	}
	return continues(before.before, line)
}

// continues reports whether a line goes on with the line before it. The last
// line of a Python trace is not indented; the ones before it are.
func continues(before, line string) bool {
	switch {
	case line == "", isBlank(line[0]), beginsWithAny(line, continuations), isFrameOfTrace(line):
		return true
	case strings.HasPrefix(before, "Traceback ("), strings.HasSuffix(before, "OpenSSL Error messages:"), strings.HasPrefix(before, "thread '") && strings.HasSuffix(before, ":"):
		return true
	}
	inner := strings.TrimLeft(before, " \t")
	return inner != before && !strings.HasPrefix(inner, "at ") && !strings.HasPrefix(inner, "from ") && looksRaised(inner, line)
}

// looksRaised reports whether a line may be the last of a Python trace: what
// stands before it is a place or a line of code, and it begins with the name of
// an exception.
func looksRaised(before, line string) bool {
	if strings.HasPrefix(before, "File \"") {
		return true
	}
	name, _, _ := strings.Cut(line, ":")
	return isName(name, "._") && hasAny(name, "Error", "Exception", "Disconnected", "Refused", "timeout", "Warning", "Exit", "Interrupt") || strings.Contains(before, "(") && isName(name, "._")
}

// isFrameOfTrace recognises a line of a stack trace wherever it stands: "at
// a.b.C(D.java:1)", "from /a/b.rb:1:in `c'", "a/b.rb:1:in 'c'", "main.f(...)".
func isFrameOfTrace(line string) bool {
	switch {
	case strings.HasPrefix(line, "at ") && hasAny(line, "(", ":line ", " in "),
		strings.Contains(line, ".rb:") && hasAny(line, ":in `", ":in '"),
		strings.HasPrefix(line, "Caused by: "), strings.HasPrefix(line, "---> "), strings.HasPrefix(line, "nested exception is"):
		return true
	}
	word, _, _ := strings.Cut(line, "(")
	return strings.Contains(word, ".") && !strings.ContainsAny(word, " :@=<>[]") && (word != line && strings.HasSuffix(line, ")") || strings.Contains(word, "/")) && !strings.HasPrefix(word, ".")
}

// beginsWithAny reports whether a text begins with one of some words.
func beginsWithAny(text string, begins []string) bool {
	for _, begin := range begins {
		if strings.HasPrefix(text, begin) {
			return true
		}
	}
	return false
}
