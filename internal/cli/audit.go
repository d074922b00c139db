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
		Short: "Test a mailer or an MTA against many scenarios, and judge it",
		Long: a.prose(`Check whether a mailer keeps its TLS policy. The command runs once for every scenario (and again where a peer
only defers, until it has delivered), and the peers record what it did. These placeholders are replaced in the command, and are set in its
environment as FAKEMX_HOST and so on:`) + "\n\n" + placeholders() + a.prose(`Write {{ for a literal brace.

With --submit, fakemx gives an MTA one message to probe-ID@SCENARIO.fakemx.test for every scenario instead, and judges what arrives within
--patience. Direct the MTA to the peers with --dns and --listen-net, or with routes (fakemx routes). Without --listen-net, the peers listen on
successive ports in the order of fakemx list; the control comes last if it is not selected. Mail that a fault deferred is judged only if the
MTA retries within that time: --kick COMMAND makes it retry.

With --socketmap, fakemx asks a policy daemon about the domain of every scenario instead, as Postfix does for smtp_tls_policy_maps, and judges
what Postfix would do with the answers. No MTA takes part. The daemon has to ask the DNS of --dns.

Every audit also plays the healthy peer, as its control: if the mailer does not deliver to it, an undelivered message elsewhere proves nothing.
The other scenarios are then not played, unless --keep-going is given.

With --expect-tlsrpt, every domain asks for TLS reports (RFC 8460). After the last verdict, the audit waits for them, and compares what they
say of each scenario with what they should.

The policies: opportunistic always delivers, in TLS where it works; encrypt delivers in TLS or not at all; verify delivers in TLS to a peer that
proves its identity, or not at all. Credentials in clear fail every policy.

The exit code is 0 if nothing failed, 1 if something failed or the audit was interrupted, and 2 for wrong usage.`),
		Example: auditExamples,

		DisableFlagsInUseLine: true,
		RunE:                  func(cmd *cobra.Command, args []string) error { return a.audit(cmd.Context(), &options, args) },
	}
	cmd.Flags().SetInterspersed(false)
	options.bind(cmd)
	return cmd
}

const auditExamples = `  fakemx audit -- curl -sS --ssl-reqd --cacert {ca} --mail-from {from} --mail-rcpt {to} -T {message} {scheme}://{host}:{port}
  fakemx audit --policy verify --report junit=audit.xml --report html=audit.html -- python3 mailer.py
  fakemx audit --policy opportunistic --submit smtp://127.0.0.1:25 --kick 'postqueue -f'
  fakemx audit --policy mta-sts --dns 127.0.0.1:53 --pki pki --socketmap inet:127.0.0.1:8461:postfix`

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
	result.Notes = append(result.Notes, p.notes...)
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
	case r.Kept(strict):
		return errors.New(r.TLSReports.Complaint())
	case r.Unproved != "" && fails == 0:
		return errors.New(r.Hint())
	case fails > 0:
		kept := fmt.Sprintf("the policy %s was violated in %d of %d scenarios", r.Policy, fails, len(r.Items))
		if hint := r.Hint(); hint != "" {
			kept += "; " + hint
		}
		return errors.New(kept)
	case r.Partial:
		return fmt.Errorf("the audit was interrupted: %d of %d scenarios were judged", len(r.Items), r.Selected)
	case len(r.Problems) > 0:
		return errors.New("an exception in --expect no longer applies; remove it, or check what changed")
	case s.Pass+s.May+s.Accepted == 0:
		return errors.New("nothing was proved: every verdict is unclear; " + r.WhatNext())
	}
	return fmt.Errorf("%d verdicts are unclear, and --fail-on unclear was given", s.Unclear)
}

// checkFolder refuses a file that cannot be written before the audit is made.
func checkFolder(flag, path string) error {
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return cmdline.Usagef("--%s %s: its directory does not exist", flag, path)
	}
	return nil
}
