package fakemx

import (
	"bytes"
	"fmt"
	"net"
	"regexp"
	"slices"
	"testing"
)

// What go-smtp takes for a message behind our front is what it takes for one
// by itself: the same envelopes and the same octets, however the stream is cut
// and whatever is pipelined. The exceptions are those where go-smtp by itself
// is wrong or stricter; each stands here with its reason.

// A delivery is a message with its envelope, as a back end gets it.
type delivery struct {
	from string
	to   []string
	text string
}

func (d delivery) equal(other delivery) bool {
	return d.from == other.from && slices.Equal(d.to, other.to) && d.text == other.text
}

// Limits of both servers.
const (
	comparedMessage    = 64 << 10
	comparedRecipients = 3
	// longestStream keeps messages below their limit: at the very limit go-smtp
	// refuses the text of DATA, although it fits.
	longestStream = comparedMessage - 1
)

// brokenOff is a message that breaks off between its chunks, and one behind it.
var brokenOff = regexp.MustCompile(`(?is)BDAT[ \t]+\d+[ \t]*\r*\n.*(RSET|EHLO|HELO).*BDAT`)

const mixedUp = "the result of a message that breaks off between its chunks may be taken for that of the next one"

// misread are the streams whose text go-smtp misreads by itself.
var misread = []struct {
	reason string
	stream *regexp.Regexp
}{
	{"its reader of DATA drops the CR of a line that begins with dot CR", regexp.MustCompile(`\n\.\r[^\n]`)},
	{"its reader of DATA sees no line end in CR CR LF", regexp.MustCompile(`\r\r\n`)},
	{"it does not tolerate a single space behind a command, as RFC 5321 section 4.1.1 wants",
		regexp.MustCompile(`(?im)^(DATA|RSET|QUIT|NOOP|VRFY|HELP|EXPN)[ \t]+\r*$`)},
	{mixedUp, brokenOff},
	{"it obeys a command whose line end never comes", regexp.MustCompile(`(?i)(^|\n)BDAT[^\n]*$`)},
}

// stops are the replies with which a server leaves the rest of a stream
// unread: it has seen too many errors, or what only our front takes for one.
var stops = []string{"421 4.7.0 ", "Too many errors. Quiting now", "Line too long", "TLS has not begun here"}

// errVanished ends a stream for bare go-smtp, which takes io.EOF in the midst
// of a chunk for the chunk's end.
var errVanished = net.ErrClosed

// Every stream, in pieces of several sizes.
func TestSameAsBare(t *testing.T) {
	fronted, bare := newFronted(t), newBare(t)
	for name, stream := range comparedStreams {
		for _, step := range []int{1, 2, 3, 7, longestStream} {
			t.Run(fmt.Sprintf("%s by %d", name, step), func(t *testing.T) {
				compare(t, fronted.take([]byte(stream), step), bare.take([]byte(stream), step))
			})
		}
	}
}

func FuzzDifferential(f *testing.F) {
	fronted, bare := newFronted(f), newBare(f)
	for _, stream := range comparedStreams {
		f.Add([]byte(stream), 1)
		f.Add([]byte(stream), longestStream)
	}
	f.Fuzz(func(t *testing.T, stream []byte, step int) {
		if len(stream) > longestStream || step < 1 {
			t.Skip("too long a stream, or no step")
		}
		for _, m := range misread {
			if m.stream.Match(stream) {
				t.Skip(m.reason)
			}
		}
		compare(t, fronted.take(stream, step), bare.take(stream, step))
	})
}

// A result is what became of a stream.
type result struct {
	deliveries []delivery
	replies    []byte
	// unheard: the server ended the session before it had heard all, and its
	// last reply may be lost by that.
	unheard bool
}

func (r result) stopped() bool {
	return r.unheard || slices.ContainsFunc(stops, func(s string) bool { return bytes.Contains(r.replies, []byte(s)) })
}

// compare wants the same deliveries of both; where one stopped before the other,
// as many of the first as there are.
func compare(t *testing.T, fronted, bare result) {
	t.Helper()
	ours, theirs := fronted.deliveries, bare.deliveries
	if fronted.stopped() || bare.stopped() {
		n := min(len(ours), len(theirs))
		ours, theirs = ours[:n], theirs[:n]
	}
	if !slices.EqualFunc(ours, theirs, delivery.equal) {
		t.Errorf("behind the front: %q\nreplies %q\nby itself: %q\nreplies %q", ours, fronted.replies, theirs, bare.replies)
	}
	for _, r := range []result{fronted, bare} {
		if bytes.Contains(r.replies, []byte("Internal server error")) {
			t.Errorf("a server panicked: %q", r.replies)
		}
	}
}
