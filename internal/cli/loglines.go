package cli

import (
	"bufio"
	"errors"
	"io"
	"strings"

	"github.com/fakemx/fakemx/internal/cli/symptoms"
)

// maxLogLine bounds a line of a log, in octets. The rest is skipped.
const maxLogLine = 16 << 10

// logLines reads a log line by line, within bounds. It unfolds Received fields
// (RFC 5322 section 2.2.3).
type logLines struct {
	reader *bufio.Reader
	// at is the number of the line that was read last.
	at int
	// err is why reading ended, unless that was the end.
	err error
}

func newLogLines(log io.Reader) *logLines {
	return &logLines{reader: bufio.NewReaderSize(log, maxLogLine)}
}

// all yields every line with its number, which of a folded field is that of its
// first line.
func (l *logLines) all(yield func(int, string) bool) {
	var field string
	fieldAt := 0
	for {
		line, more := l.next()
		switch {
		case field != "" && more && folded(line) && len(field) < maxLogLine:
			field += " " + strings.TrimSpace(line)
			continue
		case field != "" && !yield(fieldAt, field), !more:
			return
		}
		field = ""
		if symptoms.InReceived(line) {
			field, fieldAt = line, l.at
		} else if !yield(l.at, line) {
			return
		}
	}
}

// folded reports whether a line goes on with the field before it.
func folded(line string) bool {
	return strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")
}

// next reads a line, without its end.
func (l *logLines) next() (line string, more bool) {
	octets, err := l.reader.ReadSlice('\n')
	line = strings.TrimRight(string(octets), "\r\n")
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = l.reader.ReadSlice('\n')
	}
	if err != nil && !errors.Is(err, io.EOF) {
		l.err = err
	}
	if len(octets) == 0 {
		return "", false
	}
	l.at++
	return line, true
}
