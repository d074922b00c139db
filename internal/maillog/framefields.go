package maillog

import (
	"encoding/json"
	"sort"
	"strings"
)

const (
	maxFields = 64 // of a structured line
	maxDepth  = 4  // of objects in each other
)

// The keys under which loggers keep what a program says, and why.
var (
	messageKeys = []string{"MESSAGE", "msg", "message", "m", "log", "event", "textPayload", "short_message", "@message"}
	errorKeys   = []string{"err", "error", "reason", "cause", "exception", "err.message", "err.code", "error.message", "error.code", "stack", "err.stack", "errorVerbose"}
	programKeys = []string{"SYSLOG_IDENTIFIER", "_COMM", "program", "ident", "appname"}
	timeKeys    = []string{"time", "ts", "timestamp", "@timestamp", "t", "__REALTIME_TIMESTAMP"}
)

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
	e.fromFields()
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
func (e *entry) fromFields() {
	if program := e.field(programKeys...); program != "" {
		e.program, e.pid = program, e.field("_PID", "SYSLOG_PID", "pid")
	}
	if e.time == "" {
		e.time = e.field(timeKeys...)
	}
	said := e.field(messageKeys...)
	parts := make([]string, 0, 4)
	if said != "" {
		parts = append(parts, strings.TrimRight(said, "\n"))
	}
	for _, key := range errorKeys {
		if why := e.field(key); why != "" {
			parts = append(parts, why)
		}
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
	fields := logfmt(e.text)
	for _, f := range fields {
		switch f.key {
		case "msg", "err", "error", "level", "lvl", "m", "l", "caller", "logger", "message":
			e.fields = fields
			e.fromFields()
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

// logfmt reads key=value and key="value" up to the end, and passes over words
// that are none.
func logfmt(text string) []keyValue {
	var fields []keyValue
	for text != "" && len(fields) < maxFields {
		text = strings.TrimLeft(text, " \t")
		end := strings.IndexAny(text, "= \t")
		if end < 0 {
			break
		}
		key := text[:end]
		if text[end] != '=' {
			text = text[end:]
			continue
		}
		var value string
		value, text = logfmtValue(text[end+1:])
		fields = append(fields, keyValue{key, value})
	}
	return fields
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
