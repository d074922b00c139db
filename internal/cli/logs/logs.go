// Package logs is explain --log: it reads the log of a mailer in blocks (read.go,
// decode.go), groups what internal/maillog makes of its lines (report.go,
// received.go), adds which scenarios show the same and what to do about it
// (words.go, advice.go), and prints it (output.go, page.go). How a line is
// understood is a matter of internal/maillog; here goes what is said of it.
package logs

import (
	"context"
	"errors"
	"io"

	"github.com/fakemx/fakemx/internal/cli/printing"
)

// Options are the flags of explain that are about logs.
type Options struct {
	// Path is that of the log; - is standard input.
	Path string
	// Follow goes on as the log grows, and JSON prints for programs.
	Follow, JSON bool
}

// Explain reads a log and prints what went wrong, which scenarios show the same,
// and how to mend it. The end of ctx ends the reading.
func Explain(ctx context.Context, o Options, stdin io.Reader, p printing.Printer) error {
	log := io.NopCloser(stdin)
	if o.Path != "-" {
		file, err := openLog(o.Path)
		if err != nil {
			return err
		}
		log = file
	}
	defer log.Close()
	out := newOutput(o, p)
	report := newReport(out.line, out.group)
	lines := &lines{}
	var in io.Reader = log
	if !o.Follow {
		in = decoded(log)
	}
	err := readBlocks(ctx, in, o.Follow,
		func(block []byte) { lines.add(block, report.add) },
		func() {
			if o.Follow {
				report.log.Flush()
				out.idle()
			}
		})
	interrupted := errors.Is(err, errInterrupted)
	if err != nil && !interrupted {
		return err
	}
	lines.end(report.add)
	report.conclude()
	if err := out.end(report); err != nil || o.Follow {
		return err
	}
	if interrupted {
		return errors.New("interrupted; the report covers what was read so far")
	}
	return nil
}
