package fakemx

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// countedWrites keeps what is written, and fails once it is more than it takes.
type countedWrites struct {
	strings.Builder
	writes, takes int
}

var errFull = errors.New("full")

func (w *countedWrites) Write(p []byte) (int, error) {
	w.writes++
	if w.Len()+len(p) > w.takes {
		return 0, errFull
	}
	return w.Builder.Write(p)
}

func (*countedWrites) Commit() error { return nil }
func (*countedWrites) Abort() error  { return nil }

// A store gets a message of the usual length in one write, and its errors are
// told from those of the client whenever they come.
func TestCopyMessage(t *testing.T) {
	t.Parallel()
	gone := errors.New("client is gone")
	line := strings.Repeat("x", 70) + "\r\n"
	for name, tt := range map[string]struct {
		lines, takes, writes int
		end                  error // of the message; nil for a good one
		want                 error
	}{
		"usual":                {lines: 60, takes: 1 << 20, writes: 1},
		"long":                 {lines: 1000, takes: 1 << 20, writes: 3},
		"store full at once":   {lines: 1000, takes: 100, writes: 1, want: errFull},
		"store full at end":    {lines: 60, takes: 100, writes: 1, want: errFull},
		"client gone":          {lines: 60, takes: 1 << 20, end: gone, want: gone},
		"client gone in DATA":  {lines: 1000, takes: 1 << 20, writes: 2, end: gone, want: gone},
		"nothing but a header": {takes: 1 << 20, writes: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const received = "Received: from client\r\n"
			text := strings.Repeat(line, tt.lines)
			end := tt.end
			if end == nil {
				end = io.EOF
			}
			w := &countedWrites{takes: tt.takes}
			size, err := copyMessage(storeWriter{new(call), w}, received, io.MultiReader(strings.NewReader(text), endsWith{end}))
			var failed storeError
			if ofStore := errors.As(err, &failed); ofStore != errors.Is(tt.want, errFull) {
				t.Errorf("%v is taken for an error of the store: %t", err, ofStore)
			} else if ofStore {
				err = failed.error
			}
			if !errors.Is(err, tt.want) || w.writes != tt.writes {
				t.Errorf("error %v after %d writes, want %v after %d", err, w.writes, tt.want, tt.writes)
			}
			if err == nil && (w.String() != received+text || size != int64(len(text))) {
				t.Errorf("stored %d octets of a size of %d, want %d", w.Len(), size, len(text))
			}
		})
	}
}

// endsWith is a reader of nothing.
type endsWith struct{ err error }

func (r endsWith) Read([]byte) (int, error) { return 0, r.err }
