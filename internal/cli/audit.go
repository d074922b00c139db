package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/audit/report"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/internal/terminal"
)

func (a *app) auditCommand() *cobra.Command {
	var options auditOptions
	cmd := &cobra.Command{
		Use:   "audit [--policy POLICY] [FLAGS] -- COMMAND ARGS…",
		Short: "Exercise a mailer or an MTA against many scenarios, and judge it",
		Long: a.prose(`Say whether a mailer keeps its TLS policy. The command is run once for every scenario (and again where a peer
only defers, until it has delivered), and the peers' records say what it did. These words are replaced in it, and stand in its environment
as FAKEMX_HOST and so on:`) + "\n\n" + placeholders() + a.prose(`{{ stands for a brace that is none of these.

With --submit, an MTA is given a message to probe-ID@SCENARIO.fakemx.test for every scenario instead, and what arrives within --patience is
judged. Lead the MTA to the peers by --dns and --listen-net, or by routes of its own (fakemx routes): without --listen-net they listen on
successive ports, in the order of fakemx list, and the control, if it is not selected, behind all others. What a fault put off is
judged only if the MTA tries again meanwhile: --kick COMMAND makes it.

The healthy peer is played in every audit, as its control: if it is not delivered to, nothing that is not delivered proves anything. The rest
is then not played, unless --keep-going says so.

The policies: opportunistic delivers whatever comes, in TLS where it works; encrypt in TLS or not at all; verify in TLS with a peer that proves
its identity, or not at all. Credentials in clear fail every policy.

The exit code is 0 if nothing failed, 1 if something did or the audit was broken off, 2 if it was asked for in a way that cannot be done.`),
		Example: auditExamples,

		DisableFlagsInUseLine: true,
		RunE:                  func(cmd *cobra.Command, args []string) error { return a.audit(cmd.Context(), &options, args) },
	}
	cmd.Flags().SetInterspersed(false)
	options.bind(cmd)
	return cmd
}

const auditExamples = `  fakemx audit -- curl --ssl-reqd --cacert {ca} smtp://{host}:{port} --mail-from {from} --mail-rcpt {to} -T {message}
  fakemx audit --policy verify --report junit=audit.xml --report html=audit.html -- python3 mailer.py
  fakemx audit --policy opportunistic --submit smtp://127.0.0.1:25 --kick 'postqueue -f'`

// placeholders lists them for the help, one a line.
func placeholders() string {
	var out strings.Builder
	for _, p := range audit.Placeholders() {
		out.WriteString("  " + terminal.Pad("{"+p.Name+"}", len("{recipients}  ")) + p.Meaning + "\n")
	}
	return out.String() + "\n"
}

// audit carries out what the flags ask for. However it ends, what was judged by
// then is reported.
func (a *app) audit(ctx context.Context, o *auditOptions, args []string) error {
	p, err := o.plan(args)
	if err != nil {
		return err
	}
	progress := a.newProgress(len(p.played), p.format == "")
	p.options.OnStart, p.options.OnItem = progress.start, progress.item
	result, err := p.run(ctx)
	progress.clear()
	if err != nil {
		return err
	}
	result.Seed = p.seed
	if p.baseline != nil {
		if err := result.Compare(p.baseline); err != nil {
			return fmt.Errorf("--baseline: %w", err)
		}
	}
	if err := a.tell(p, result); err != nil {
		return err
	}
	return judgement(result, p.strict)
}

// run audits.
func (p *auditPlan) run(ctx context.Context) (*audit.Report, error) {
	result, err := audit.Run(ctx, p.options)
	return result, plan{}.explain(err)
}

// tell writes the report in every form that was asked for.
func (a *app) tell(p *auditPlan, result *audit.Report) error {
	var problems []error
	for _, out := range p.reports {
		if err := report.WriteFile(out.path, out.format, result); err != nil {
			problems = append(problems, fmt.Errorf("--report %s=%s: %w", out.format, out.path, err))
		}
	}
	if p.format != "" {
		problems = append(problems, report.Write(a.Out, p.format, result))
	} else {
		fmt.Fprint(a.Err, "\n"+report.Sum(result, reportStyle(a.Err)))
	}
	return errors.Join(problems...)
}

// judgement is the error of an audit that is no success.
func judgement(r *audit.Report, strict bool) error {
	s, fails := r.Summary, r.Summary.Fail
	if r.NothingProved() {
		fails = r.Broken()
	}
	switch {
	case r.Succeeded(strict):
		return nil
	case r.Unproved != "" && fails == 0:
		return errors.New(r.Hint())
	case fails > 0:
		kept := fmt.Sprintf("the policy %s is not kept in %d of %d scenarios", r.Policy, fails, len(r.Items))
		if hint := r.Hint(); hint != "" {
			kept += "; " + hint
		}
		return errors.New(kept)
	case r.Partial:
		return fmt.Errorf("the audit was broken off: %d of %d scenarios were judged", len(r.Items), r.Selected)
	case len(r.Problems) > 0:
		return errors.New("an exception of --expect no longer holds; take it out, or look at what changed")
	case s.Pass+s.May+s.Accepted == 0:
		return errors.New("nothing was proved: every verdict is unclear; " + r.WhatNext())
	}
	return fmt.Errorf("%d verdicts are unclear, and --fail-on unclear was given", s.Unclear)
}

// checkFolder refuses a file that cannot be written before the audit is made.
func checkFolder(flag, path string) error {
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return cmdline.Usagef("--%s %s is not within a folder that is there", flag, path)
	}
	return nil
}
