package audit

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/policy/tlsrpt"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// TLSReportOptions say how TLS reports are taken and waited for.
type TLSReportOptions struct {
	// Listen is the address, host:port, at which they are taken as mail, as
	// described for [stage.Config]. With [Options.PolicyHost] they are taken over
	// HTTPS, too.
	Listen string
	// Patience is how long they are waited for after the last verdict, at most.
	// If zero, DefaultTLSReportPatience.
	Patience time.Duration
	// Kick is a shell command that makes the client's reporter send its reports.
	// It is run after the last verdict, and again every [Options.KickEvery] as
	// long as reports are missing. Its environment has FAKEMX_DNS,
	// FAKEMX_POLICY_HOST, FAKEMX_CA, and as FAKEMX_TLSRPT the address at which
	// reports are taken as mail. If empty, the reporter sends when it likes.
	Kick string
}

// DefaultTLSReportPatience is that of [TLSReportOptions].
const DefaultTLSReportPatience = time.Minute

// reportQuiet is how long nothing may come before the audit believes that the
// reporter is done, if no report is missing by then.
const reportQuiet = 3 * time.Second

// noteReports notes an event that says that a reporter is at work.
func (a *auditor) noteReports(e stage.Event) {
	if e.Report == nil && (e.Query == nil || !strings.HasPrefix(strings.ToLower(e.Query.Name), "_smtp._tls.")) {
		return
	}
	select {
	case a.reportNews <- struct{}{}:
	default:
	}
}

// compareTLSReports waits for the reports and compares them; nil if none are
// expected.
func (a *auditor) compareTLSReports(ctx context.Context, r *Report) *TLSReports {
	if a.TLSReports == nil {
		return nil
	}
	began := a.Now()
	result := &TLSReports{}
	if ctx.Err() == nil && !a.givenUp() {
		result.Kicks = a.awaitReports(ctx, r)
	}
	result.Waited = scenarios.Span(max(a.Now().Sub(began), 0).Round(time.Second))
	came, evicted := a.stage.TLSReports()
	result.LeftOut = evicted
	for _, one := range came {
		if one.Report == nil {
			result.Unreadable++
		}
	}
	known := once(came)
	result.Received = len(known)
	wrong := map[reportKey]bool{}
	for _, one := range came {
		if one.Report == nil || one.Findings.Worst() == tlsrpt.Error {
			wrong[keyOf(one)] = true
		}
	}
	result.Errors = len(wrong)
	compared := a.reportedOn(r, known)
	result.Rows = []TLSReportRow{}
	for _, on := range compared {
		result.Rows = append(result.Rows, compareReports(on, a.Policy))
	}
	result.Findings = reportFindings(came, compared, a.Policy)
	return result
}

// reportedOn is what is known of the scenarios of a report.
func (a *auditor) reportedOn(r *Report, came []*stage.TLSReport) []reportedOn {
	var list []reportedOn
	for _, i := range r.Items {
		s, known := a.scenarioNamed(i.Scenario)
		if !known || i.Unplayed {
			continue
		}
		list = append(list, reportedOn{
			scenario: s, asked: a.askedForTLSRPT(s), sessions: len(i.Sessions) + i.LeftOut.Sessions,
			counted:   i.LeftOut.Sessions == 0 && len(i.CutOff) == 0,
			addresses: addressesOf(i.Sessions), reports: about(s, came),
		})
	}
	return list
}

// addressesOf are those of the peer at which there were sessions, each once.
func addressesOf(sessions []fakemx.Session) []netip.Addr {
	var list []netip.Addr
	for _, s := range sessions {
		local, err := netip.ParseAddrPort(s.Local)
		if ip := plainAddress(local.Addr()); err == nil && !slices.Contains(list, ip) {
			list = append(list, ip)
		}
	}
	return list
}

func (a *auditor) scenarioNamed(name string) (scenarios.Scenario, bool) {
	for _, s := range a.Scenarios {
		if s.Name == name {
			return s, true
		}
	}
	return scenarios.Scenario{}, false
}

// askedForTLSRPT: the DNS was asked for the TLSRPT record of a scenario, and had
// an answer.
func (a *auditor) askedForTLSRPT(s scenarios.Scenario) bool {
	for _, l := range a.lookups.listOf(s) {
		if l.Type != "TXT" || l.Rcode != "NOERROR" {
			continue
		}
		for _, name := range s.TLSRPTNames() {
			if strings.EqualFold(strings.TrimSuffix(l.Name, "."), name) {
				return true
			}
		}
	}
	return false
}

// awaitReports waits until no report is missing and the reporter is quiet, or
// until time is up. Meanwhile it kicks the reporter.
func (a *auditor) awaitReports(ctx context.Context, r *Report) *Kicks {
	ctx, cancel := context.WithTimeout(ctx, a.TLSReports.Patience)
	defer cancel()
	kick := a.kickReporter(ctx)
	quiet := time.NewTimer(reportQuiet)
	defer quiet.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-a.reportNews:
			quiet.Reset(reportQuiet)
		case <-quiet.C:
			if !kick.running.Load() && a.allReported(r) {
				cancel()
			}
			quiet.Reset(reportQuiet)
		}
	}
	<-kick.ended
	return kick.kicker.sum()
}

// allReported: some report came, and none is missing.
func (a *auditor) allReported(r *Report) bool {
	came, _ := a.stage.TLSReports()
	if len(came) == 0 {
		return false
	}
	for _, on := range a.reportedOn(r, once(came)) {
		if compareReports(on, a.Policy).Result == ReportMissing {
			return false
		}
	}
	return true
}

// A reporterKick makes a reporter send, again and again.
type reporterKick struct {
	kicker  *kicker // nil if there is none
	running atomic.Bool
	// ended is closed when it has ended.
	ended chan struct{}
}

// kickReporter runs the kick again and again until ctx ends.
func (a *auditor) kickReporter(ctx context.Context) *reporterKick {
	k := &reporterKick{ended: make(chan struct{})}
	if a.TLSReports.Kick == "" {
		close(k.ended)
		return k
	}
	k.kicker = &kicker{
		command: a.TLSReports.Kick, every: a.KickEvery, now: a.Now, secrets: a.secrets(), env: a.reporterEnvironment(),
		kicks: Kicks{Command: a.TLSReports.Kick},
	}
	k.running.Store(true)
	go k.run(ctx)
	return k
}

func (k *reporterKick) run(ctx context.Context) {
	defer close(k.ended)
	tick := time.NewTicker(k.kicker.every)
	defer tick.Stop()
	for ctx.Err() == nil {
		k.running.Store(true)
		k.kicker.kick(ctx)
		k.running.Store(false)
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// reporterEnvironment tells the kick where everything is.
func (a *auditor) reporterEnvironment() []string {
	env := []string{variablePrefix + "TLSRPT=" + a.stage.ReportsAddr(), variablePrefix + "POLICY_HOST=" + a.stage.PolicyHostAddr()}
	if dns := a.stage.DNS(); dns != nil {
		env = append(env, variablePrefix+"DNS="+dns.Addr())
	}
	if trust, err := a.stage.Trust(); err == nil {
		env = append(env, variablePrefix+"CA="+trust.CA)
	}
	return env
}
