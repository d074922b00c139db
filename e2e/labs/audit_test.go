package labs_test

import (
	"context"
	"strings"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/e2e/internal/lab"
)

// audited are scenarios of every kind of duty that verification knows, and some
// that take more than the usual message.
const audited = "healthy,wildcard,greylist-after-tls,missing-intermediate,expired,self-signed,hostname-mismatch,starttls-stripped," +
	"recipient-refused,recipient-deferred"

// An auditCase is a policy of a mail server that is audited for verification.
type auditCase struct {
	mta    lab.MTA
	policy string
	// fails are the scenarios in which it is not kept, and finding is what that
	// is called. If empty, it is kept.
	fails   []string
	finding string
}

var auditCases = []auditCase{
	{lab.Postfix, "verify", nil, ""},
	{lab.Sendmail, "verify", []string{"hostname-mismatch"}, "verifies the chain but not the name"},
	{lab.Sendmail, "verify-names", nil, ""},
	{lab.Exim, "verify-alone", []string{
		"missing-intermediate", "expired", "self-signed", "hostname-mismatch", "starttls-stripped",
	}, "falls back to clear text"},
	{lab.Exim, "verify", nil, ""},
	{lab.OpenSMTPD, "verify", nil, ""},
}

func (c auditCase) name() string { return c.mta.Name + "/" + c.policy }

// An auditRun is what came of a case.
type auditRun struct {
	report *audit.Report
	err    error
}

// audits are all of them, by name.
var audits = sync.OnceValue(func() map[string]auditRun {
	var (
		group sync.WaitGroup
		mu    sync.Mutex
	)
	runs := map[string]auditRun{}
	for _, c := range auditCases {
		group.Go(func() {
			place := <-places
			defer func() { places <- place }()
			run := c.run(place)
			mu.Lock()
			defer mu.Unlock()
			runs[c.name()] = run
		})
	}
	group.Wait()
	return runs
})

// run audits in a lab of its own.
func (c auditCase) run(place int) (run auditRun) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p := project(place, c.mta, c.policy)
	p.Retry = "10m" // the audit's --kick has the queue run
	if run.err = p.Start(ctx); run.err != nil {
		return run
	}
	run.report, run.err = p.Audit(ctx, "--policy", "verify", "--patience", "50s", "--scenario", audited)
	if err := p.Down(); run.err == nil {
		run.err = err
	}
	return run
}

var _ = Describe("docker compose run audit", last, func() {
	for _, c := range auditCases {
		It("judges "+c.name(), func() {
			run := audits()[c.name()]
			Expect(run.err).NotTo(HaveOccurred())
			Expect(run.report.Items).To(HaveLen(strings.Count(audited, ",") + 1))
			Expect(run.report.Kicks).To(HaveValue(And(HaveField("Runs", BeNumerically(">", 0)), HaveField("Failed", 0))))
			var fails []string
			for _, item := range run.report.Items {
				if item.Result == audit.Fail {
					fails = append(fails, item.Scenario)
					continue
				}
				Expect(item.Result).To(Equal(audit.Pass), "%s: %s", item.Scenario, item.Reason)
			}
			Expect(fails).To(ConsistOf(c.fails))
			if c.finding != "" {
				Expect(run.report.Findings).To(ContainElement(ContainSubstring(c.finding)))
			}
		})
	}
})

var _ = Describe("docker compose run audit beside the peers", func() {
	It("says which address they have not left", func(ctx SpecContext) {
		p := project(apart, lab.Postfix, "opportunistic")
		DeferCleanup(p.Down)
		Expect(p.Start(ctx)).To(Succeed())
		_, err := p.Compose(ctx, "run", "--rm", "-T", "audit", "--scenario", "healthy")
		Expect(err).To(MatchError(And(ContainSubstring("address already in use"), ContainSubstring(p.Net()))))
	}, SpecTimeout(3*time.Minute))
})
