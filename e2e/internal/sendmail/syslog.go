package sendmail

import (
	"fmt"
	"net"
	"regexp"
)

// priority is what syslog(3) puts before a line (RFC 3164 section 4.1.1).
var priority = regexp.MustCompile(`^<\d+>`)

// maxLine is more than any line of sendmail, which wraps its own.
const maxLine = 64 << 10

// A syslog takes the lines that programs write to one /dev/log.
type syslog struct {
	path  string
	conn  *net.UnixConn
	done  chan struct{}
	lines []string
	each  func(line string)
}

// listen begins to take lines at path.
func listen(path string) (*syslog, error) { return listenTo(path, nil) }

// listenTo begins to take lines at path. If each is there, it is called with
// every line, and none is kept.
func listenTo(path string, each func(line string)) (*syslog, error) {
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return nil, fmt.Errorf("expected to listen as /dev/log: %w", err)
	}
	l := &syslog{path: path, conn: conn, done: make(chan struct{}), each: each}
	go l.read()
	return l, nil
}

// read takes lines until an empty one comes, which no program sends.
func (l *syslog) read() {
	defer close(l.done)
	buf := make([]byte, maxLine)
	for {
		n, err := l.conn.Read(buf)
		if err != nil || n == 0 {
			return
		}
		line := priority.ReplaceAllString(string(buf[:n]), "")
		if l.each != nil {
			l.each(line)
			continue
		}
		l.lines = append(l.lines, line)
	}
}

// close returns every line that was written before it was called. Datagrams
// stay in order, so the empty one that close sends comes behind all others.
func (l *syslog) close() []string {
	if err := l.sendEmpty(); err != nil {
		_ = l.conn.Close() // the reader ends by this instead
	}
	<-l.done
	_ = l.conn.Close()
	return l.lines
}

func (l *syslog) sendEmpty() error {
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: l.path, Net: "unixgram"})
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.Write(nil)
	return err
}
