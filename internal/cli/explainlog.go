package cli

import (
	"context"
	"errors"
	"io"
)

// logOptions are the flags of explain that are about logs.
type logOptions struct {
	path   string
	follow bool
	json   bool
}

// explainLog reads a log and prints what went wrong, which scenarios show the
// same, and how to mend it.
func (a *app) explainLog(ctx context.Context, o logOptions) error {
	log := io.NopCloser(a.in)
	if o.path != "-" {
		file, err := openLog(o.path)
		if err != nil {
			return err
		}
		log = file
	}
	defer log.Close()
	out := a.logOutput(o)
	report := newLogReport(out.line, out.group)
	lines := &logLines{}
	var in io.Reader = log
	if !o.follow {
		in = decoded(log)
	}
	err := readBlocks(ctx, in, o.follow,
		func(block []byte) { lines.add(block, report.add) },
		func() {
			if o.follow {
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
	if err := out.end(report); err != nil || o.follow {
		return err
	}
	if interrupted {
		return errors.New("interrupted; the report is of what had been read")
	}
	return nil
}
