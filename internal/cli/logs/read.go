package logs

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"
)

const (
	// maxLogLine bounds a line of a log, in octets. The rest is skipped.
	maxLogLine = 16 << 10
	// blockLength is how much of a log is read at once.
	blockLength = 256 << 10
	// growthPoll is how often a file is looked at that may have grown, and
	// after which silence lines are told of that wait for their story's end.
	growthPoll = 250 * time.Millisecond
)

// errInterrupted ends the reading of a log that the user broke off.
var errInterrupted = errors.New("interrupted")

// A line is one line, without its end, or one header field, unfolded.
type line struct {
	at   int
	text string
}

// lines cuts blocks of a log into lines. It joins the lines of header fields
// (RFC 5322 section 2.2.3) that are read as one.
type lines struct {
	// at is the number of the line that was read last.
	at int
	// part is a line that has not ended yet, and skipping is set while what is
	// too long of it is passed over.
	part     []byte
	skipping bool
	// field is a header field that may go on, and fieldAt the number of its
	// first line; 0 if there is none.
	field   []byte
	fieldAt int
}

// add hands on the lines that a block completes.
func (l *lines) add(block []byte, use func(line)) {
	for len(block) > 0 {
		end := bytes.IndexByte(block, '\n')
		piece := block
		if end >= 0 {
			piece = block[:end]
		}
		if room := maxLogLine - len(l.part); len(piece) > room {
			piece = piece[:max(room, 0)]
		}
		switch {
		case end < 0:
			l.part = append(l.part, piece...)
			l.skipping = true
			return
		case len(l.part) > 0:
			l.part = append(l.part, piece...)
			l.line(string(l.part), use)
			l.part = l.part[:0]
		default:
			l.line(string(piece), use)
		}
		l.skipping = false
		block = block[end+1:]
	}
}

// end hands on what is left at the end of a log.
func (l *lines) end(use func(line)) {
	if l.skipping {
		l.line(string(l.part), use)
		l.part, l.skipping = l.part[:0], false
	}
	l.endField(use)
}

func (l *lines) line(text string, use func(line)) {
	l.at++
	text = strings.TrimRight(text, "\r")
	if l.fieldAt > 0 && isFolded(text) && len(l.field) < maxLogLine {
		l.field = append(append(l.field, ' '), strings.TrimSpace(text)...)
		return
	}
	l.endField(use)
	if beginsField(text) {
		l.field, l.fieldAt = append(l.field[:0], text...), l.at
		return
	}
	use(line{l.at, text})
}

func (l *lines) endField(use func(line)) {
	if l.fieldAt > 0 {
		use(line{l.fieldAt, string(l.field)})
		l.fieldAt = 0
	}
}

func isFolded(line string) bool { return strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") }

// foldable are the header fields that are read whole: how a message came, and
// what a delivery status notification (RFC 3464) says.
var foldable = []string{"received:", "diagnostic-code:", "remote-mta:", "x-received:"}

// beginsField reports whether a line begins such a field.
func beginsField(line string) bool {
	line = strings.TrimLeft(line, " \t>|\"'")
	for _, name := range foldable {
		if len(line) >= len(name) && strings.EqualFold(line[:len(name)], name) {
			return true
		}
	}
	return false
}

// readBlocks reads a log and hands on its blocks. It ends at the end of the
// log, or at once when ctx does: then with errInterrupted. With grows it goes
// on when more comes; idle is called whenever nothing more came for a while.
func readBlocks(ctx context.Context, log io.Reader, grows bool, use func([]byte), idle func()) error {
	blocks, failed := make(chan []byte), make(chan error, 1)
	go func() { failed <- pump(ctx, log, grows, blocks) }()
	quiet := time.NewTimer(growthPoll)
	defer quiet.Stop()
	for {
		select {
		case block := <-blocks:
			use(block)
			quiet.Reset(growthPoll)
		case err := <-failed:
			return err
		case <-ctx.Done():
			return errInterrupted
		case <-quiet.C:
			idle()
		}
	}
}

// pump reads a log into a channel.
func pump(ctx context.Context, log io.Reader, grows bool, blocks chan<- []byte) error {
	for {
		block := make([]byte, blockLength)
		n, err := log.Read(block)
		if n > 0 {
			select {
			case blocks <- block[:n]:
			case <-ctx.Done():
				return errInterrupted
			}
		}
		file, isFile := log.(*growing)
		switch {
		case err == nil:
		case !errors.Is(err, io.EOF):
			return err
		case !grows || !isFile:
			return nil
		default:
			if !file.wait(ctx) {
				return errInterrupted
			}
		}
	}
}

// growing is a file that a daemon writes to, and that logrotate may replace.
type growing struct {
	path string
	file *os.File
	size int64
	// gone: another file has taken its place, and its rest is still to be read.
	gone bool
}

// openLog opens a log for reading to its end, and beyond.
func openLog(path string) (*growing, error) {
	//nolint:gosec // reading the file that the user names is the command's purpose
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &growing{path: path, file: file}, nil
}

func (g *growing) Read(p []byte) (int, error) {
	n, err := g.file.Read(p)
	g.size += int64(n)
	return n, err
}

// Close closes the file.
func (g *growing) Close() error { return g.file.Close() }

// wait waits a while, and goes over to the file that has taken the place of
// this one, or to its beginning if it was cut short. It reports whether the
// wait was not broken off.
func (g *growing) wait(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(growthPoll):
	}
	there, err := os.Stat(g.path)
	if err != nil {
		return true // between the old and the new file there is none
	}
	here, err := g.file.Stat()
	if err == nil && os.SameFile(here, there) && there.Size() >= g.size {
		return true
	}
	if !g.gone {
		g.gone = true
		return true
	}
	if next, err := openLog(g.path); err == nil {
		_ = g.file.Close()
		*g = *next
	}
	return true
}
