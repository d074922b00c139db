package maillog

import (
	"encoding/json"
	"slices"
	"sort"
	"strings"
)

const (
	maxFields = 64 // of a structured line
	maxDepth  = 4  // of objects in each other
)

// The keys under which loggers keep what a program says, in the order in which
// it is put together, and who says it.
var (
	messageKeys = []string{"MESSAGE", "msg", "message", "m", "log", "event", "textPayload", "short_message", "@message", "@m", "RenderedMessage", "body"}
	programKeys = []string{"SYSLOG_IDENTIFIER", "_COMM", "program", "ident", "appname"}
	timeKeys    = []string{"time", "ts", "timestamp", "@timestamp", "t", "@t", "date", "datetime", "__REALTIME_TIMESTAMP"}
)

// whyKeys are the last parts of keys under which loggers keep why something
// failed: of slog, zap, pino, winston, bunyan, logrus, serilog, log4j, monolog.
var whyKeys = map[string]bool{
	"err": true, "error": true, "errors": true, "reason": true, "cause": true, "exception": true, "message": true, "msg": true, "code": true, "stack": true, "stacktrace": true,
	"errorverbose": true, "stack_trace": true, "extendedstacktrace": true, "localizedmessage": true, "@x": true, "exc_info": true, "exc_text": true, "response": true, "detail": true, "details": true,
	"description": true, "error_message": true, "errormessage": true, "lasterror": true, "last_error": true, "result": true, "status": true, "output": true,
}

// quietKeys are those whose values are never evidence: names, addresses,
// subjects, places in the source.
var quietKeys = map[string]bool{
	"subject": true, "from": true, "to": true, "rcpt": true, "recipient": true, "recipients": true, "sender": true, "cc": true, "host": true, "hostname": true, "user": true, "username": true, "file": true,
	"filename": true, "path": true, "url": true, "title": true, "name": true, "caller": true, "logger": true, "loggername": true, "level": true, "severity": true, "thread": true, "class": true,
	"_cmdline": true, "cmdline": true, "_exe": true, "syslog_raw": true, "useragent": true, "user_agent": true, "template": true, "@mt": true, "messagetemplate": true, "component": true,
}

// cutJSON takes a line apart that is a JSON object: journald's export, the log
// files of Docker, slog, zap, pino, logrus.
func (e *entry) cutJSON() {
	if !strings.HasPrefix(e.text, "{\"") && !strings.HasPrefix(e.text, "{ \"") {
		return
	}
	var object map[string]any
	if json.Unmarshal([]byte(e.text), &object) != nil {
		return
	}
	e.fields = e.fields[:0:0]
	e.flatten("", object, 0)
	e.fromFields("")
}

// flatten notes the fields of an object, those of inner ones by their path.
func (e *entry) flatten(path string, value any, depth int) {
	if len(e.fields) >= maxFields || depth > maxDepth {
		return
	}
	switch v := value.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for key := range v {
			keys = append(keys, key)
		}
		sort.Strings(keys)
		for _, key := range keys {
			inner := key
			if path != "" {
				inner = path + "." + key
			}
			e.flatten(inner, v[key], depth+1)
		}
	case string:
		e.fields = append(e.fields, keyValue{path, v})
	case nil:
	default:
		if text, err := json.Marshal(v); err == nil {
			e.fields = append(e.fields, keyValue{path, string(text)})
		}
	}
}

// fromFields makes the text of a structured line out of what is said and why.
// A value of several words says something under whatever key, unless that is
// one of a name's.
func (e *entry) fromFields(loose string) {
	if program := e.field(programKeys...); program != "" {
		e.program, e.pid = program, e.field("_PID", "SYSLOG_PID", "pid")
	}
	if e.time == "" {
		e.time = e.field(timeKeys...)
	}
	parts := make([]string, 0, 4)
	for _, part := range []string{e.field(messageKeys...), loose} {
		if part = strings.TrimRight(part, "\n"); part != "" {
			parts = append(parts, part)
		}
	}
	for _, f := range e.fields {
		last := strings.ToLower(f.key[strings.LastIndexByte(f.key, '.')+1:])
		if f.value == "" || quietKeys[last] || !whyKeys[last] && !strings.Contains(f.value, " ") || slices.Contains(timeKeys, f.key) || slices.Contains(parts, strings.TrimRight(f.value, "\n")) {
			continue
		}
		parts = append(parts, f.value)
	}
	if len(parts) > 0 {
		e.text = strings.Join(parts, "; ")
	}
}

// cutLogfmt takes a line apart that is logfmt: it begins with a field, and has
// one in which loggers keep what is said.
func (e *entry) cutLogfmt() {
	if len(e.fields) > 0 || !beginsWithField(e.text) {
		return
	}
	fields, loose := logfmt(e.text)
	for _, f := range fields {
		switch f.key {
		case "msg", "err", "error", "level", "lvl", "m", "l", "caller", "logger", "message", "severity", "@m":
			e.fields = fields
			e.fromFields(loose)
			return
		}
	}
}

// beginsWithField reports whether a text begins with key=value that logfmt may
// have written: no comma ends the value.
func beginsWithField(text string) bool {
	key, rest, ok := strings.Cut(text, "=")
	if !ok || len(key) > 32 || !isName(key, "_.-") {
		return false
	}
	if strings.HasPrefix(rest, "\"") {
		return true
	}
	value, _, _ := strings.Cut(rest, " ")
	return value != "" && !strings.HasSuffix(value, ",")
}

// logfmt reads key=value and key="value" up to the end. Words that are none are
// loose: some programs write values of several words without quotes, and a
// field may stand before any text.
func logfmt(text string) (fields []keyValue, loose string) {
	var words strings.Builder
	bare := false // the value before had no quotes: words behind it go on with it
	for text = strings.TrimLeft(text, " \t"); text != "" && len(fields) < maxFields; text = strings.TrimLeft(text, " \t") {
		end := strings.IndexAny(text, "= \t")
		if end > 0 && text[end] == '=' && isName(text[:end], "_.-@") {
			var value string
			key := text[:end]
			bare = !strings.HasPrefix(text[end+1:], "\"")
			value, text = logfmtValue(text[end+1:])
			fields = append(fields, keyValue{key, value})
			continue
		}
		if bare && len(fields) > 0 {
			words.WriteString(" " + fields[len(fields)-1].value)
		}
		word, rest, _ := strings.Cut(text, " ")
		words.WriteByte(' ')
		words.WriteString(word)
		text, bare = rest, false
	}
	return fields, strings.TrimLeft(words.String(), " ")
}

// logfmtValue reads a value, in quotes or up to the next space.
func logfmtValue(text string) (value, rest string) {
	if !strings.HasPrefix(text, "\"") {
		value, rest, _ = strings.Cut(text, " ")
		return value, rest
	}
	var out strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return out.String(), text[i+1:]
		case c == '\\' && i+1 < len(text):
			i++
			if text[i] == 'n' {
				out.WriteByte(' ')
			} else {
				out.WriteByte(text[i])
			}
		default:
			out.WriteByte(c)
		}
	}
	return out.String(), ""
}
