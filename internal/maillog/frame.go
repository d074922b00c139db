package maillog

import "strings"

// An entry is a line without the frames that loggers put around it.
type entry struct {
	// time, host, program and pid are as the frame has them; empty if it has
	// none. The program is that of syslog's tag, such as "postfix/smtp".
	time, host, program, pid string
	// level is the severity that the frame names, as it writes it.
	level string
	// text is what the program says.
	text string
	// fields are those of a structured line, in their order.
	fields []keyValue
	// repeated: syslog says only that the line before came again.
	repeated bool
}

type keyValue struct{ key, value string }

// field is the value of a structured line's field; empty if there is none.
func (e *entry) field(keys ...string) string {
	for _, key := range keys {
		for _, f := range e.fields {
			if strings.EqualFold(f.key, key) {
				return f.value
			}
		}
	}
	return ""
}

// maxFrames bounds how many frames stand around each other: compose, syslog
// and JSON are three.
const maxFrames = 4

// unframe takes the frames off a line. What the entry held before is forgotten.
func (e *entry) unframe(line string) {
	*e = entry{text: strings.TrimRight(stripColours(line), " \t\r\n")}
	for range maxFrames {
		before := len(e.text)
		e.cutContainer()
		e.cutJSON()
		e.cutPriority()
		stamped := e.cutTime()
		e.cutLevel()
		if e.program == "" {
			e.cutPID(stamped)
			e.cutTag(stamped)
		}
		e.cutRepetition()
		e.cutLogfmt()
		if len(e.text) == before {
			break
		}
	}
}

// cutRepetition takes off what syslog writes around a text that came again. It
// may write nothing but that.
func (e *entry) cutRepetition() {
	text, repeated := strings.CutPrefix(e.text, "last ")
	text, found := strings.CutPrefix(text, "message repeated ")
	if !found {
		return
	}
	if _, again, ok := strings.Cut(text, ": ["); ok && !repeated {
		e.text = strings.TrimLeft(strings.TrimSuffix(again, "]"), " ")
		return
	}
	e.repeated = true
}

// cutPID takes off the number of a process that Exim writes behind the time.
func (e *entry) cutPID(stamped bool) {
	if !stamped || !strings.HasPrefix(e.text, "[") {
		return
	}
	if number, rest, ok := strings.Cut(e.text[1:], "] "); ok && isDigits(number) {
		e.pid, e.text = number, rest
	}
}

// stripColours takes out the escape sequences with which a terminal is told to
// change colours (ECMA-48 section 8.3.117).
func stripColours(line string) string {
	if strings.IndexByte(line, 0x1b) < 0 {
		return line
	}
	var out strings.Builder
	for i := 0; i < len(line); i++ {
		if line[i] != 0x1b || i+1 == len(line) || line[i+1] != '[' {
			out.WriteByte(line[i])
			continue
		}
		for i += 2; i < len(line) && (line[i] < 0x40 || line[i] > 0x7e); i++ {
			continue
		}
	}
	return out.String()
}

// cutContainer takes off what docker compose ("mx  | "), kubectl ("[pod/mx-0/mx] ")
// and the container runtime ("2024-… stdout F ") put before a line.
func (e *entry) cutContainer() {
	if name, rest, ok := strings.Cut(e.text, "|"); ok && len(name) < 64 && isName(strings.TrimRight(name, " "), "_.-") &&
		(strings.HasSuffix(name, " ") || strings.HasPrefix(rest, " ")) {
		e.text = strings.TrimLeft(rest, " ")
	}
	if strings.HasPrefix(e.text, "[pod/") {
		if _, rest, ok := strings.Cut(e.text, "] "); ok {
			e.text = rest
		}
	}
	for _, stream := range []string{"stdout F ", "stderr F ", "stdout P ", "stderr P "} {
		e.text = strings.TrimPrefix(e.text, stream)
	}
}

// isName reports whether all of a non-empty text is letters, digits and the
// other signs.
func isName(s, others string) bool {
	for i := range len(s) {
		if c := s[i]; !isWord(c) && strings.IndexByte(others, c) < 0 {
			return false
		}
	}
	return s != ""
}

// cutPriority takes off the priority of syslog, with the version that RFC 5424
// puts behind it.
func (e *entry) cutPriority() {
	if begins5424(e.text) {
		e.text = e.text[2:]
		e.cut5424()
		return
	}
	if !strings.HasPrefix(e.text, "<") {
		return
	}
	number, rest, ok := strings.Cut(e.text[1:], ">")
	if !ok || len(number) > 3 || !isDigits(number) {
		return
	}
	e.text = rest
	if after, found := strings.CutPrefix(rest, "1 "); found {
		e.text = after
		e.cut5424()
	}
}

// cut5424 takes off the header of RFC 5424 section 6.2 behind its version.
func (e *entry) cut5424() {
	parts := strings.SplitN(e.text, " ", 6)
	if len(parts) < 6 {
		return
	}
	e.time, e.host, e.program, e.pid = parts[0], nilValue(parts[1]), nilValue(parts[2]), nilValue(parts[3])
	text := parts[5]
	if after, found := strings.CutPrefix(text, "- "); found {
		text = after
	} else {
		for strings.HasPrefix(text, "[") {
			end := dataEnd(text)
			if end < 0 {
				break
			}
			text = strings.TrimPrefix(text[end+1:], " ")
		}
	}
	e.text = strings.TrimPrefix(text, "\ufeff")
}

// begins5424 recognises the header of RFC 5424 of which the priority is cut off.
func begins5424(text string) bool {
	return len(text) > 22 && strings.HasPrefix(text, "1 ") && text[12] == 'T' && isoEnd(text[2:]) > 0
}

// dataEnd finds the bracket that ends an element of structured data: one in
// quotes does not (RFC 5424 section 6.3); -1 if there is none.
func dataEnd(text string) int {
	quoted := false
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quoted:
			i++
		case text[i] == '"':
			quoted = !quoted
		case text[i] == ']' && !quoted:
			return i
		}
	}
	return -1
}

func nilValue(s string) string {
	if s == "-" {
		return ""
	}
	return s
}

// maxLevel is how long a severity is at most, with what stands around it.
const maxLevel = len("[critical]:")

// levels are the names of severities that frames put before a text.
var levels = map[string]bool{
	"trace": true, "debug": true, "info": true, "notice": true, "warn": true, "warning": true, "error": true, "err": true,
	"crit": true, "critical": true, "alert": true, "fatal": true, "emerg": true, "panic": true, "inf": true, "wrn": true, "dbg": true,
}

// cutLevel takes off a severity, and what Solaris writes ("[ID 702911 mail.notice] ").
func (e *entry) cutLevel() {
	word, rest, ok := strings.Cut(e.text, " ")
	if !ok || len(word) > maxLevel {
		return
	}
	bare := strings.ToLower(strings.Trim(word, "[]:<>"))
	if levels[bare] && (e.time != "" || word[0] == '[') && bare != "panic" {
		e.level, e.text = bare, strings.TrimLeft(rest, " ")
		if after, found := strings.CutPrefix(e.text, "- "); found {
			e.text = after
		}
	}
}

// cutTag takes off the host and the tag of syslog (RFC 3164 section 4.1.3).
// Without a time before it only a tag with a number of a process is one, and
// with a date such as 2023/09/01, or multilog's, there is no host.
func (e *entry) cutTag(stamped bool) {
	text := e.text
	if e.host == "" && stamped && !strings.Contains(e.time, "/") && !strings.HasPrefix(e.time, "@") {
		host, rest, ok := strings.Cut(text, " ")
		if ok && isEximID(host) { // "DKIM: " behind it is no tag
			return
		}
		if ok && isName(host, "._:-") {
			if e.cutProtocol23(host, rest) {
				return
			}
			if rest = cutFacility(rest); looksTagged(rest) || strings.HasPrefix(rest, "last message repeated ") {
				e.host, text = host, strings.TrimLeft(rest, " ")
			}
		}
	}
	if strings.HasPrefix(text, "last message repeated ") {
		e.text = text
		return
	}
	tag, rest, ok := cutTag(text)
	if !ok || tag.pid == "" && !stamped && !knownProgram(tag.program) || tag.pid == "" && e.host == "" && !knownProgram(tag.program) {
		return
	}
	e.program, e.pid, e.text = tag.program, tag.pid, rest
	if after, found := strings.CutPrefix(e.text, "[ID "); found {
		if _, rest, ok := strings.Cut(after, "] "); ok {
			e.text = rest
		}
	}
}

// facilities are those of RFC 5424 section 6.2.1 under which mailers log.
var facilities = map[string]bool{"mail": true, "daemon": true, "user": true, "syslog": true, "auth": true, "local0": true, "local1": true,
	"local2": true, "local3": true, "local4": true, "local5": true, "local6": true, "local7": true}

// cutFacility takes off "mail.info ", which BusyBox and FreeBSD's syslogd -v
// write before a tag.
func cutFacility(text string) string {
	text = strings.TrimLeft(text, " ")
	word, rest, ok := strings.Cut(text, " ")
	facility, level, dotted := strings.Cut(strings.Trim(word, "<>"), ".")
	if ok && dotted && facilities[facility] && levels[level] {
		return rest
	}
	return text
}

// cutProtocol23 takes off what RFC 5424 puts behind the host where the priority
// and the version before it are not kept, as in rsyslog's file format of that
// name: "sm-mta 21505 - - ".
func (e *entry) cutProtocol23(host, rest string) bool {
	program, rest, _ := strings.Cut(rest, " ")
	pid, rest, _ := strings.Cut(rest, " ")
	text, ok := strings.CutPrefix(rest, "- - ")
	if !ok || pid != "-" && !isDigits(pid) || !isName(program, "/._-") {
		return false
	}
	e.host, e.program, e.pid, e.text = host, program, nilValue(pid), strings.TrimPrefix(text, "\ufeff")
	return true
}

// looksTagged reports whether a text begins with a tag.
func looksTagged(text string) bool {
	_, _, ok := cutTag(strings.TrimLeft(text, " "))
	return ok
}

type tag struct{ program, pid string }

// cutTag reads "program[pid]: " or "program: ". dma puts the id of a message
// where the number of the process is.
func cutTag(text string) (t tag, rest string, ok bool) {
	end := strings.IndexAny(text, ":[ ")
	if end <= 0 || end > 48 || text[end] == ' ' || !isName(text[:end], "/._-") {
		return tag{}, text, false
	}
	t.program, rest = text[:end], text[end:]
	if rest[0] == '[' {
		number, after, found := strings.Cut(rest[1:], "]")
		if !found || !isDigits(number) && (!knownProgram(t.program) || !isName(number, ".")) {
			return tag{}, text, false
		}
		t.pid, rest = number, after
	}
	rest, ok = strings.CutPrefix(rest, ":")
	if !ok {
		return tag{}, text, false
	}
	return t, strings.TrimLeft(rest, " "), true
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
