package cli

import (
	"errors"
	"time"

	"github.com/spf13/pflag"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
)

// tlsrptOptions are the flags about the TLS reports of an audit.
type tlsrptOptions struct {
	expect   bool
	patience time.Duration
	kick     string
}

// bind declares the flags.
func (o *tlsrptOptions) bind(flags *pflag.FlagSet) {
	flags.BoolVar(&o.expect, "expect-tlsrpt", false, "expect TLS reports, and compare what they say of each scenario with what they should; needs --dns")
	cmdline.SpanVar(flags, &o.patience, "tlsrpt-patience", audit.DefaultTLSReportPatience, "maximum wait for TLS reports after the last verdict")
	flags.StringVar(&o.kick, "tlsrpt-kick", "", "shell `COMMAND` that makes the reporter send its TLS reports; run after the last verdict, and every few seconds as long as reports are missing")
}

// planTLSReports says where reports are taken, if they are expected.
func (o *auditOptions) planTLSReports(p *auditPlan, dns dnsPlan, places places) error {
	if !o.tlsrpt.expect {
		for _, flag := range []string{"tlsrpt", "tlsrpt-patience", "tlsrpt-kick"} {
			if o.flags.Changed(flag) {
				return errors.New("--" + flag + " needs --expect-tlsrpt")
			}
		}
		return nil
	}
	if o.socketmap != "" {
		return errors.New("--expect-tlsrpt has nothing to expect with --socketmap: a policy daemon delivers no message to report on")
	}
	if dns.listen == "" {
		return errors.New("--expect-tlsrpt needs --dns: the reporter has to look up where its reports go")
	}
	if o.tlsrpt.patience <= 0 {
		return errors.New("--tlsrpt-patience expects a duration such as 1m")
	}
	listen, err := o.sink.plan(dns, &o.listeners, places, p.played, true)
	p.options.TLSReports = &audit.TLSReportOptions{Listen: listen, Patience: o.tlsrpt.patience, Kick: o.tlsrpt.kick}
	return err
}

// reportsAddress is where reports are taken; empty if they are not.
func (p *auditPlan) reportsAddress() string {
	if p.options.TLSReports == nil {
		return ""
	}
	return p.options.TLSReports.Listen
}
