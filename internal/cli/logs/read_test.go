package logs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// cut cuts a log that comes in blocks.
func cut(blocks ...string) []string {
	var all []string
	use := func(l line) { all = append(all, fmt.Sprintf("%d %s", l.at, l.text)) }
	lines := &lines{}
	for _, block := range blocks {
		lines.add([]byte(block), use)
	}
	lines.end(use)
	return all
}

func TestLogLines(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 2*maxLogLine)
	for name, test := range map[string]struct{ log, want []string }{
		"none":                         {[]string{""}, nil},
		"lines":                        {[]string{"a\nb\r\n\nc"}, []string{"1 a", "2 b", "3 ", "4 c"}},
		"a line in two blocks":         {[]string{"a", "b\nc\n"}, []string{"1 ab", "2 c"}},
		"an end in another block":      {[]string{"a", "\nb"}, []string{"1 a", "2 b"}},
		"a line that is too long":      {[]string{"a\n" + long + "\nb\n"}, []string{"1 a", "2 " + long[:maxLogLine], "3 b"}},
		"too long, in many blocks":     {[]string{"a\n" + long, long, "\nb\n"}, []string{"1 a", "2 " + long[:maxLogLine], "3 b"}},
		"too long at the end":          {[]string{long}, []string{"1 " + long[:maxLogLine]}},
		"a folded field":               {[]string{"Received: from a\n\tby b\n  with c\nSubject: d\n"}, []string{"1 Received: from a by b with c", "4 Subject: d"}},
		"a folded field at the end":    {[]string{"Received: from a\n by b"}, []string{"1 Received: from a by b"}},
		"two fields":                   {[]string{"Received: a\nReceived: b\n"}, []string{"1 Received: a", "2 Received: b"}},
		"a field of a bounce":          {[]string{"Diagnostic-Code: smtp;\n 454 a\n"}, []string{"1 Diagnostic-Code: smtp; 454 a"}},
		"other folded lines":           {[]string{"Subject: a\n b\n"}, []string{"1 Subject: a", "2  b"}},
		"a folded field in two blocks": {[]string{"Received: a\n", " b\nc\n"}, []string{"1 Received: a b", "3 c"}},
		"a field without an end": {
			[]string{"Received: a\n" + strings.Repeat(" b\n", maxLogLine)},
			append([]string{"1 Received: a" + strings.Repeat(" b", (maxLogLine-10)/2)}, numberedLines((maxLogLine-10)/2+2, maxLogLine+1, " b")...),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := cut(test.log...); !slices.Equal(got, test.want) {
				t.Errorf("got %d lines, %.200q, want %d, %.200q", len(got), got, len(test.want), test.want)
			}
		})
	}
}

func numberedLines(from, to int, text string) []string {
	var all []string
	for at := from; at <= to; at++ {
		all = append(all, fmt.Sprintf("%d %s", at, text))
	}
	return all
}

func TestALogThatCannotBeRead(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is gone")
	log := io.MultiReader(strings.NewReader("a\n"), iotest.ErrReader(broken))
	var got []byte
	err := readBlocks(t.Context(), log, false, func(block []byte) { got = append(got, block...) }, func() {})
	if !errors.Is(err, broken) || string(got) != "a\n" {
		t.Errorf("got %q and %v, want what was read and %v", got, err, broken)
	}
}

// An endless reader says the same for ever, and never ends a line.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestTheEndIsAskedForInTheMiddleOfALine(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	blocks := 0
	err := readBlocks(ctx, endless{}, false, func([]byte) {
		if blocks++; blocks == 3 {
			cancel()
		}
	}, func() {})
	if !errors.Is(err, errInterrupted) {
		t.Errorf("got %v, want %v", err, errInterrupted)
	}
}

func TestTheEndIsAskedForWhileNothingComes(t *testing.T) {
	t.Parallel()
	log, hold := io.Pipe()
	t.Cleanup(func() { _ = hold.Close() })
	ctx, cancel := context.WithCancel(t.Context())
	err := readBlocks(ctx, log, false, func([]byte) {}, cancel)
	if !errors.Is(err, errInterrupted) {
		t.Errorf("got %v, want %v", err, errInterrupted)
	}
}

// A log grows, is cut short, and is replaced by logrotate.
func TestALogThatGrows(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mail.log")
	write(t, path, "one\n", os.O_CREATE)
	log, err := openLog(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	steps := []func(){
		func() { write(t, path, "two\n", os.O_APPEND) },
		func() { write(t, path, "3\n", os.O_TRUNC) },
		func() {
			if err := os.Rename(path, path+".1"); err != nil {
				t.Error(err)
			}
			write(t, path, "four\n", os.O_CREATE)
		},
		cancel,
	}
	var got strings.Builder
	err = readBlocks(ctx, log, true, func(block []byte) {
		got.Write(block)
		step := steps[0]
		steps = steps[1:]
		step()
	}, func() {})
	if want := "one\ntwo\n3\nfour\n"; got.String() != want || !errors.Is(err, errInterrupted) {
		t.Errorf("got %q and %v, want %q", got.String(), err, want)
	}
}

func write(t *testing.T, path, text string, how int) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_WRONLY|how, 0o600)
	if err == nil {
		_, err = file.WriteString(text)
	}
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		t.Error(err)
	}
}
