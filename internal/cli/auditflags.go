package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/audit/report"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/scenarios"
)

// auditOptions are the flags of audit.
type auditOptions struct {
	cmdline.Catalogue
	listeners
	dns        dnsOptions
	policyHost policyHostOptions
	sink       reportsOptions
	tlsrpt     tlsrptOptions
	policy     string
	scenarios  []string
	families   []string
	facts      []string
	submit     string
	submitCA   string
	socketmap  string
	ownLevel   string
	kick       string
	hostname   string
	pki        string
	from       string
	auth       string
	patience   time.Duration
	parallel   int
	records    cmdline.RecordLimit
	shuffle    cmdline.Seed
	first      bool
	keepGoing  bool
	failOn     string
	format     string
	json       bool
	reports    []string
	expect     string
	baseline   string
}

// bind declares the flags.
func (o *auditOptions) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVarP(&o.policy, "policy", "p", string(audit.Verify), "`POLICY` that the client must keep: opportunistic, encrypt, verify, dane, dane-only, mta-sts or dane+mta-sts")
	flags.StringSliceVarP(&o.scenarios, "scenario", "s", nil, "scenarios to play: `NAME[,NAME]`, patterns such as 'starttls-*', or all (default: all)")
	flags.StringSliceVar(&o.families, "family", nil, "only scenarios of these families: `FAMILY[,FAMILY]`")
	flags.StringSliceVar(&o.facts, "only-facts", nil, "only scenarios with these `FACTS`, such as authentic=no,completes=yes")
	o.BindFiles(cmd)
	flags.StringVar(&o.submit, "submit", "", "submit messages to the MTA at `URL`: smtp://HOST:PORT, smtp+starttls:// or smtps://, with user:password@ for AUTH")
	flags.StringVar(&o.submitCA, "submit-ca", "", "verify that MTA against the CA certificates in this PEM `FILE`")
	flags.StringVar(&o.socketmap, "socketmap", "", "ask the policy daemon at `ENDPOINT`, as Postfix does: inet:HOST:PORT[:MAP] or unix:PATH[:MAP] (default MAP: postfix); no MTA takes part")
	flags.StringVar(&o.ownLevel, "socketmap-default", "", "smtp_tls_security_level of the Postfix in question, for domains of which that daemon has no policy: `LEVEL` "+
		"(default: may for the policy mta-sts, dane-only for dane-only, dane for the others)")
	flags.StringVar(&o.kick, "kick", "", "shell `COMMAND` that makes that MTA run its queue, such as 'postqueue -f'; run every few seconds")
	o.listeners.bind(cmd, "of the peers; with a command, free loopback ports are used instead")
	flags.StringVar(&o.smtps, "smtps", "127.0.0.1:0", "first `ADDRESS` where the same peers speak TLS from the first byte; with --listen-net only :PORT")
	o.dns.bind(cmd)
	o.policyHost.bind(cmd)
	o.tlsrpt.bind(flags)
	o.sink.bind(cmd)
	flags.StringVar(&o.hostname, "hostname", "", "host `NAME` by which clients reach the peers, also added to healthy certificates")
	flags.StringVar(&o.pki, "pki", "", "keep keys and certificates in `DIR`, one directory per scenario, and reuse them")
	flags.StringVar(&o.from, "from", "", "sender `ADDRESS` of the messages (default: "+audit.DefaultFrom+"; with --submit the null sender)")
	flags.StringVar(&o.auth, "auth", "", "`USER:PASSWORD` that the peers accept (default: generated for this audit)")
	cmdline.SpanVar(flags, &o.patience, "patience", 0, "maximum run time of the command (default 30s), or maximum wait for the MTA (default 1m)")
	flags.IntVar(&o.parallel, "parallel", 0, "audit `N` scenarios at once (default: twice the CPUs)")
	o.records = cmdline.RecordLimit{Sessions: audit.DefaultMaxSessions, Octets: audit.DefaultMaxRecordBytes}
	o.records.Bind(flags, "per peer; further ones are only counted")
	cmdline.BindSeed(flags, &o.shuffle, "shuffle", "shuffle the scenarios with this SEED (--shuffle alone picks a seed and prints it)")
	flags.BoolVar(&o.first, "first-failure", false, "stop at the first scenario that fails")
	flags.BoolVar(&o.keepGoing, "keep-going", false, "play the other scenarios even if the control failed and no refusal is proved")
	flags.StringVar(&o.failOn, "fail-on", "fail", "`RESULT` that makes the exit code 1: fail, or unclear for both")
	flags.StringVarP(&o.format, "format", "f", "", "report on standard output in this `FORMAT`: table, json, junit, tap, markdown or html")
	flags.BoolVar(&o.json, "json", false, "the same as --format json")
	flags.StringArrayVar(&o.reports, "report", nil, "write a report: `FORMAT=FILE` (may be repeated)")
	flags.StringVar(&o.expect, "expect", "", "accept the results listed, with reasons, in this YAML `FILE`")
	flags.StringVar(&o.baseline, "baseline", "", "report what changed since the JSON report in `FILE`")
	o.complete(cmd)
}

// complete lets shells complete the values.
func (o *auditOptions) complete(cmd *cobra.Command) {
	words := func(words ...string) cobra.CompletionFunc {
		return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
	}
	var policies, formats, outputs []string
	for _, p := range audit.Policies() {
		policies = append(policies, string(p))
	}
	for _, f := range report.Formats() {
		formats = append(formats, string(f))
		outputs = append(outputs, string(f)+"=")
	}
	cmdline.MustComplete(cmd, "policy", words(policies...))
	cmdline.MustComplete(cmd, "scenario", o.CompleteNames)
	cmdline.MustComplete(cmd, "family", cmdline.CompleteFamily)
	cmdline.MustComplete(cmd, "pki", cmdline.CompleteDirectory)
	cmdline.MustComplete(cmd, "only-facts", words("offers=yes", "offers=no", "completes=yes", "completes=no", "completes=weak", "completes=lenient", "authentic=yes", "authentic=no", "authentic=lenient"))
	cmdline.MustComplete(cmd, "socketmap", cobra.FixedCompletions([]string{"inet:", "unix:"}, cobra.ShellCompDirectiveNoSpace))
	cmdline.MustComplete(cmd, "socketmap-default", words(audit.SocketmapLevels()...))
	cmdline.MustComplete(cmd, "fail-on", words("fail", "unclear"))
	cmdline.MustComplete(cmd, "format", words(formats...))
	cmdline.MustComplete(cmd, "report", cobra.FixedCompletions(outputs, cobra.ShellCompDirectiveNoSpace))
}

// An auditPlan is what the flags ask for, checked before anything starts.
type auditPlan struct {
	options audit.Options
	// played are the scenarios and the controls that were not selected.
	played   []scenarios.Scenario
	seed     *uint64
	baseline *audit.Report
	format   report.Format // empty: for people, on standard error
	reports  []reportFile
	strict   bool
	// notes are what the report is to say beside its own notes.
	notes []string
}

// A reportFile is a value of --report.
type reportFile struct {
	format report.Format
	path   string
}

// plan checks the flags. Its errors are the user's.
func (o *auditOptions) plan(args []string) (*auditPlan, error) {
	p := &auditPlan{options: audit.Options{
		From: o.from, PKIDir: o.pki, Kick: o.kick, Patience: o.patience, Parallel: o.parallel, StopAtFailure: o.first, KeepGoing: o.keepGoing,
		MaxSessions: o.records.Sessions, MaxRecordBytes: int64(o.records.Octets),
	}}
	for _, step := range []func(*auditPlan) error{
		o.planPolicy, o.planScenarios, func(p *auditPlan) error { return o.planDriver(p, args) }, o.planAddresses, o.planAuth,
		o.planOrder, o.planReports, o.planExpectations,
	} {
		if err := step(p); err != nil {
			return nil, cmdline.AsUsage(err)
		}
	}
	return p, nil
}

func (o *auditOptions) planPolicy(p *auditPlan) (err error) {
	if p.options.Policy, err = audit.ParsePolicy(o.policy); err != nil {
		return fmt.Errorf("--policy: %w", err)
	}
	if o.socketmap != "" && !p.options.Policy.FollowsDNS() {
		return fmt.Errorf("--socketmap needs --policy %s: a policy daemon goes by what domains publish, which the policy %s ignores", followers(), p.options.Policy)
	}
	if o.failOn != "fail" && o.failOn != "unclear" {
		return fmt.Errorf("--fail-on expects fail or unclear, not %q", o.failOn)
	}
	p.strict = o.failOn == "unclear"
	if o.first && o.keepGoing {
		return errors.New("--first-failure and --keep-going cannot be combined")
	}
	if o.flags.Changed("parallel") && o.parallel < 1 {
		return fmt.Errorf("--parallel must be at least 1, not %d", o.parallel)
	}
	return o.records.Check()
}

// planScenarios selects. The user's own scenarios are always selected: they
// were given to be played.
func (o *auditOptions) planScenarios(p *auditPlan) error {
	if err := o.Load(); err != nil {
		return err
	}
	sel := audit.Selection{Facts: o.facts, Patterns: o.scenarios}
	for _, f := range o.families {
		sel.Families = append(sel.Families, scenarios.Family(f))
	}
	selected := o.Own
	if narrowed := len(o.scenarios)+len(o.families)+len(o.facts) > 0; narrowed || len(o.Own) == 0 {
		all, err := o.All()
		if err != nil {
			return err
		}
		chosen, err := sel.From(all)
		if err != nil {
			return err
		}
		selected = chosen
		for _, s := range o.Own {
			if !slices.ContainsFunc(selected, cmdline.IsNamed(s.Name)) {
				selected = append(selected, s)
			}
		}
	}
	if len(selected) == 0 {
		return errors.New("no scenario matches all of --scenario, --family and --only-facts")
	}
	p.options.Scenarios = selected
	if err := o.withoutDNS(p); err != nil {
		return err
	}
	return o.withoutBeyond(p)
}

// withoutDNS leaves out the scenarios that mean nothing without a DNS, if there
// is none. One that was named is not left out in silence.
func (o *auditOptions) withoutDNS(p *auditPlan) error {
	if o.dns.listen != "" {
		return nil
	}
	if p.options.Policy.FollowsDNS() {
		return fmt.Errorf("--policy %s needs --dns: the client has to look up what the domains publish", p.options.Policy)
	}
	var kept []scenarios.Scenario
	for _, s := range p.options.Scenarios {
		switch {
		case !s.NeedsDNS():
			kept = append(kept, s)
		case o.isNamed(s):
			return fmt.Errorf("%s is about what its domain publishes: it needs --dns", s.Name)
		}
	}
	if len(kept) == 0 {
		return errors.New("all of these scenarios are about what their domains publish: they need --dns")
	}
	p.options.Scenarios = kept
	return nil
}

func (o *auditOptions) planDriver(p *auditPlan, args []string) error {
	switch {
	case o.socketmap != "" && o.submit != "":
		return errors.New("--socketmap and --submit cannot be combined: audit the daemon alone, or the MTA that asks it")
	case o.socketmap != "" && len(args) > 0:
		return errors.New("--socketmap and a command cannot be combined")
	case o.ownLevel != "" && o.socketmap == "":
		return errors.New("--socketmap-default needs --socketmap")
	case o.socketmap != "" && o.kick == "" && o.submitCA == "":
		return o.planSocketmap(p)
	case o.submit != "" && len(args) > 0:
		return errors.New("--submit and a command cannot be combined")
	case o.submit != "":
		driver, err := audit.NewSubmit(o.submit, o.submitCA)
		p.options.Driver = driver
		return err
	case o.submitCA != "":
		return errors.New("--submit-ca needs --submit")
	case o.kick != "":
		return errors.New("--kick needs --submit: it runs the queue of an MTA")
	}
	template, err := audit.NewTemplate(args)
	p.options.Driver = audit.Command{Template: template}
	return err
}

// planAddresses gives every peer its addresses before the order is shuffled, the
// controls that were not selected theirs behind all others. A command is told
// where its peer is; an MTA has to have known before.
func (o *auditOptions) planAddresses(p *auditPlan) error {
	if o.submit == "" && o.network == "" && !o.flags.Changed("listen") {
		o.listen = "127.0.0.1:0"
	}
	if o.network != "" && !o.flags.Changed("smtps") {
		o.smtps = ":0"
	}
	if err := checkHostname(o.hostname); err != nil {
		return err
	}
	p.played = withControls(p.options.Scenarios, p.options.Policy, o.submit != "")
	places, err := o.places(p.played)
	if err != nil {
		return err
	}
	at := map[string]int{}
	for i, s := range p.played {
		at[s.Name] = i
	}
	p.options.Listen = func(s scenarios.Scenario) (string, string, string) {
		return places.smtp[at[s.Name]], places.smtps[at[s.Name]], o.hostname
	}
	dns, err := o.dns.plan(places)
	if err != nil {
		return err
	}
	p.options.DNS, p.options.Upstream, p.options.DNSMode, p.options.OnDNS = dns.listen, dns.upstream, dns.mode, dns.writeAnchors
	if err := o.planTLSReports(p, dns, places); err != nil {
		return err
	}
	atHTTPS := o.socketmap != "" || o.network != "" && o.port == smtpPort
	p.options.PolicyHost, err = o.policyHost.plan(dns, atHTTPS, p.played, p.reportsAddress())
	return err
}

// withControls adds the controls that the audit plays though they are not
// selected. An MTA meets only the one that it can reach.
func withControls(selected []scenarios.Scenario, policy audit.Policy, mta bool) []scenarios.Scenario {
	played := slices.Clone(selected)
	for _, c := range audit.Controls(selected, policy) {
		reached := c.ReachAt != scenarios.ReachAtSMTPS && c.ReachBy != scenarios.ReachByAddress
		if (reached || !mta) && !slices.ContainsFunc(selected, cmdline.IsNamed(c.Name)) {
			played = append(played, c)
		}
	}
	return played
}

func (o *auditOptions) planAuth(p *auditPlan) error {
	if o.auth == "" {
		return nil
	}
	user, password, _ := strings.Cut(o.auth, ":")
	if user == "" || password == "" {
		return errors.New("--auth expects USER:PASSWORD, neither of them empty")
	}
	p.options.User, p.options.Password = user, password
	return nil
}

func (o *auditOptions) planOrder(p *auditPlan) error {
	if p.seed = o.shuffle.N; p.seed != nil {
		p.options.Scenarios = audit.Shuffle(p.options.Scenarios, *p.seed)
	}
	return nil
}

func (o *auditOptions) planReports(p *auditPlan) (err error) {
	switch {
	case o.json && o.format != "" && o.format != string(report.JSON):
		return fmt.Errorf("--json and --format %s cannot be combined; use --report FORMAT=FILE for another format", o.format)
	case o.json:
		p.format = report.JSON
	case o.format != "":
		if p.format, err = report.ParseFormat(o.format); err != nil {
			return fmt.Errorf("--format: %w", err)
		}
	}
	for _, text := range o.reports {
		name, path, ok := strings.Cut(text, "=")
		if !ok || path == "" {
			return fmt.Errorf("--report expects FORMAT=FILE, such as junit=audit.xml, not %q", text)
		}
		format, err := report.ParseFormat(name)
		if err != nil {
			return fmt.Errorf("--report: %w", err)
		}
		if err := checkFolder("report", path); err != nil {
			return err
		}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return fmt.Errorf("--report %s: %s is a directory; name a file in it", text, path)
		}
		p.reports = append(p.reports, reportFile{format, path})
	}
	return nil
}

func (o *auditOptions) planExpectations(p *auditPlan) (err error) {
	if o.expect != "" {
		all, err := o.All()
		if err != nil {
			return err
		}
		if p.options.Exceptions, err = audit.LoadExceptions(o.expect, all); err != nil {
			return fmt.Errorf("--expect: %w", err)
		}
	}
	if o.baseline == "" {
		return nil
	}
	file, err := os.Open(o.baseline)
	if err != nil {
		return fmt.Errorf("--baseline: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	if p.baseline, err = audit.ReadReport(file); err != nil {
		return fmt.Errorf("--baseline %s: %w", o.baseline, err)
	}
	if p.baseline.Policy != p.options.Policy {
		return fmt.Errorf("--baseline %s is for the policy %s, but this audit is for %s", o.baseline, p.baseline.Policy, p.options.Policy)
	}
	return nil
}
