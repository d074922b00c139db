package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/cli/printing"
	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/policy/tlsrpt"
)

// A validated report is what tlsrpt --json prints of a file; its form is public.
type validated struct {
	File string `json:"file"`
	*tlsrpt.Delivery
	// Error says why there is no report.
	Error string `json:"error,omitempty"`
}

func (a *app) tlsrptCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "tlsrpt FILE…",
		Short: "Read and validate reports of SMTP TLS Reporting (RFC 8460)",
		Long: a.prose(`Read TLS reports, which mail systems send to a domain that asks for them, and print what they say: who reports, about which
time, how many sessions kept each policy and how many failed, and what each kind of failure means for who runs the domain. Then list where
the report departs from RFC 8460, with the sections.

A file is a report as JSON, one compressed with gzip, or a whole message; - is standard input. DKIM signatures are not verified. The exit
code is 1 if there are errors in a report; warnings and notes do not count.`),
		Example: `  fakemx tlsrpt report.eml
  fakemx tlsrpt 'mail.example.com!example.net!1470009600!1470095999.json.gz'
  fakemx tlsrpt --json - < report.json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmdline.Usagef("tlsrpt needs the file of a report: JSON, gzip or a message; - is standard input")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			return a.validateReports(args, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object for each file")
	return cmd
}

// validateReports reads all files, even if one has errors, and fails if one has.
func (a *app) validateReports(files []string, asJSON bool) error {
	var faults []error
	for i, file := range files {
		d, err := a.readReport(file)
		if d == nil {
			faults = append(faults, err)
			continue
		}
		if fault := faultOf(file, d, err); fault != nil {
			faults = append(faults, fault)
		}
		if err := a.printReport(validated{File: file, Delivery: d}, err, asJSON, len(files) > 1, i > 0); err != nil {
			return err
		}
	}
	return errors.Join(faults...)
}

// readReport reads one file. Without a delivery, there is no file.
func (a *app) readReport(path string) (*tlsrpt.Delivery, error) {
	in := a.in
	if path != "-" {
		//nolint:gosec // reading the file that the user names is the command's purpose
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	reading := &watched{Reader: in}
	d, err := tlsrpt.Read(reading)
	if reading.err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", path, reading.err)
	}
	return d, err
}

// watched keeps the error of a reader, which is not one of the report.
type watched struct {
	io.Reader
	err error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

// faultOf is why a report makes the command fail, nil if it does not.
func faultOf(file string, d *tlsrpt.Delivery, err error) error {
	errorCount := len(d.Findings.Of(tlsrpt.Error))
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", file, err)
	case errorCount == 1:
		return fmt.Errorf("%s: the report has 1 error", file)
	case errorCount > 1:
		return fmt.Errorf("%s: the report has %d errors", file, errorCount)
	}
	return nil
}

func (a *app) printReport(v validated, err error, asJSON, named, further bool) error {
	if asJSON {
		if err != nil {
			v.Error = err.Error()
		}
		v.Findings = printing.OrEmpty(v.Findings)
		return a.PrintJSON(v)
	}
	if err != nil && len(v.Findings) == 0 {
		return nil // the error is all there is to say
	}
	style := terminal.StyleOf(a.Out)
	text := printing.TLSReport(v.Delivery, style)
	if named {
		text = style.Bold("== "+v.File) + "\n" + text
	}
	if further {
		text = "\n" + text
	}
	return a.Print(text)
}
