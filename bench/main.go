// Command bench measures fakemx beside a bare go-smtp server, in one run on one
// machine. Only the ratios mean anything: machines are noisy, and the two are
// met by the same load in rounds whose order is shuffled.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"time"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == serveWord {
		exitOn(serve(os.Args[2:], os.Stdin, os.Stdout))
		return
	}
	if len(os.Args) > 1 && os.Args[1] == deliverWord {
		exitOn(deliver(os.Args[2:]))
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	exitOn(bench(ctx, os.Args[1:]))
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options are the flags of bench.
type options struct {
	full     bool
	rounds   int
	only     *regexp.Regexp
	fakemx   string
	jsonFile string
	docs     string
	profiles string
}

func parseFlags(args []string) (options, error) {
	var o options
	var only string
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	flags.BoolVar(&o.full, "full", os.Getenv("BENCH_FULL") == "1", "measure everything, with more work in every round (default: if BENCH_FULL=1)")
	flags.IntVar(&o.rounds, "rounds", 9, "rounds of each workload")
	flags.StringVar(&only, "only", "", "measure only workloads whose name matches this `REGEXP`")
	flags.StringVar(&o.fakemx, "fakemx", "bin/fakemx", "the command, to measure its start; empty to leave that out")
	flags.StringVar(&o.jsonFile, "json", "", "write the result to `FILE` as JSON")
	flags.StringVar(&o.docs, "docs", "", "put the result between the marks in `FILE`, a page in Markdown")
	flags.StringVar(&o.profiles, "profiles", "", "write CPU profiles of the servers into the folder `DIR`")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("expected flags only, not %q; try -help", flags.Arg(0))
	}
	if o.rounds < 1 {
		return o, fmt.Errorf("expected at least one round, not %d", o.rounds)
	}
	var err error
	if o.only, err = regexp.Compile(only); err != nil {
		return o, fmt.Errorf("-only: %w", err)
	}
	return o, nil
}

// bench measures what the flags ask for and writes it down.
func bench(ctx context.Context, args []string) error {
	o, err := parseFlags(args)
	if err != nil {
		return err
	}
	if o.profiles != "" {
		if err := os.MkdirAll(o.profiles, 0o755); err != nil { //nolint:gosec // for everybody
			return err
		}
	}
	certificates, err := makeCertificates()
	if err != nil {
		return err
	}
	defer certificates.remove()
	r := report{Machine: thisMachine(), Started: time.Now().UTC(), Rounds: o.rounds, Full: o.full}
	for _, w := range workloads(o.full) {
		if !o.only.MatchString(w.name) {
			continue
		}
		result, err := measure(ctx, w, certificates, o)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		r.add(result)
	}
	for _, m := range commandMeasures(o) {
		if !o.only.MatchString(m.name) {
			continue
		}
		result, err := m.run(ctx, o)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		r.add(result)
	}
	r.Seconds = time.Since(r.Started).Seconds()
	return r.write(o)
}
