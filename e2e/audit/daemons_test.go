package audit_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/scenarios"
)

// knownDaemon is the file of the known deviations of the policy daemon.
const knownDaemon = "mta-sts-resolver.yaml"

// mtaSTSResolver is a policy daemon, asked without an MTA.
func mtaSTSResolver(p audit.Policy) setting {
	return setting{client: "postfix-mta-sts-resolver", how: "its defaults", policy: p, daemon: []string{"mtas/mta-sts-resolver.sh"},
		prepare: unpacked(root, "mta-sts-resolver", "usr/bin/mta-sts-daemon")}
}

// postfixAsking is a Postfix of that level which asks the policy daemon. What the
// daemon is known for is known of it.
func postfixAsking(level string, p audit.Policy) setting {
	return setting{client: "Postfix", how: "`smtp_tls_policy_maps` with postfix-mta-sts-resolver", policy: p, tree: "postfix", says: " status=sent ", known: "mta-sts-resolver.yaml",
		daemon:  []string{"mtas/postfix.sh", level, "mta-sts-resolver"},
		prepare: unpacked(root, "postfix", "usr/lib/postfix/sbin/master")}
}

// judgedOfDaemons are the names of the scenarios in these families of which a
// policy daemon can be judged.
func judgedOfDaemons(families ...scenarios.Family) []string {
	all := slices.DeleteFunc(scenarios.All(), func(s scenarios.Scenario) bool { return !slices.Contains(families, s.Family) })
	beyond := map[string]bool{}
	for _, s := range audit.BeyondDaemons(all) {
		beyond[s.Name] = true
	}
	var names []string
	for _, s := range all {
		if !beyond[s.Name] {
			names = append(names, s.Name)
		}
	}
	return names
}

// TestAPolicyDaemonByMTASTS audits one over all that a domain can publish. What it
// does otherwise than it must is known, and why, and so is what it logs.
func TestAPolicyDaemonByMTASTS(t *testing.T) {
	s := mtaSTSResolver(audit.MTASTS)
	s.ready(t)
	r, log, err := s.submitted(t.Context(), s.policy, judgedOfDaemons(scenarios.FamilyMTASTS))
	if err != nil {
		t.Fatal(err)
	}
	known, err := audit.LoadExceptions(knownDaemon, scenarios.All())
	if err != nil {
		t.Fatal(err)
	}
	r.Accept(known)
	if !r.Succeeded(true) || r.Summary.Accepted != 5 {
		t.Errorf("it does not keep the policy %s as it is known to: %+v, %q", s.policy, r.Summary, r.Problems)
		tell(t, r)
	}
	for _, i := range r.Items {
		bearOutAnswer(t, i, log)
	}
	t.Logf("%d scenarios took %s", len(r.Items), r.Ended.Sub(r.Started))
}

// bearOutAnswer holds an answer against the daemon's own log. It logs each policy
// that it has parsed, and each answer that names hosts.
func bearOutAnswer(t *testing.T, i audit.Item, log string) {
	t.Helper()
	if i.Answer == nil {
		t.Errorf("%s: it did not answer: %s", i.Scenario, i.Problem)
		return
	}
	domain := i.Scenario + "." + scenarios.ParentDomain
	answer := i.Answer.Lookups[0].Answer
	parsed := regexp.MustCompile("Parsed policy for domain " + regexp.QuoteMeta(domain) + ": ").MatchString(log)
	policy, found := strings.CutPrefix(answer, "OK ")
	switch {
	case !strings.Contains(log, "Enq request: b'postfix "+domain+"'"):
		t.Errorf("%s: its log has no such request", i.Scenario)
	case found && (!parsed || !strings.Contains(log, fmt.Sprintf("Wrote: b'%d:%s,'", len(answer), answer))):
		t.Errorf("%s: it answered %q, which its log does not say", i.Scenario, policy)
	case !found && regexp.MustCompile(`Wrote: b'\d+:OK [^']*\b`+regexp.QuoteMeta(domain)+`\b`).MatchString(log):
		t.Errorf("%s: it answered %q, and its log says otherwise", i.Scenario, answer)
	}
}

// TestAPolicyDaemonByBoth: it does no DANE, so that nothing is proved by what
// Postfix does by itself, and its policies override DANE that fails.
func TestAPolicyDaemonByBoth(t *testing.T) {
	s := mtaSTSResolver(audit.DANEAndMTASTS)
	s.ready(t)
	r, _, err := s.submitted(t.Context(), s.policy, judgedOfDaemons(scenarios.FamilyMTASTS, scenarios.FamilyDANE))
	if err != nil {
		t.Fatal(err)
	}
	known, err := audit.LoadExceptions(knownDaemon, scenarios.All())
	if err != nil {
		t.Fatal(err)
	}
	r.Accept(known)
	for _, i := range r.Items {
		unproved := i.Facts.DANE != "" && i.Facts.DANE != scenarios.DANENone && i.Result == audit.Unclear && strings.Contains(i.Reason, "never asked for the TLSA record")
		if i.Failed() || i.Result == audit.Unclear && !unproved {
			t.Errorf("%s: %s, %s", i.Scenario, i.Result, i.Reason)
		}
	}
	overrides := slices.ContainsFunc(r.Findings, func(f string) bool {
		return strings.Contains(f, "lets an MTA-STS policy override DANE that fails (in 2 scenarios)")
	})
	noDANE := slices.ContainsFunc(r.Notes, func(n string) bool { return strings.Contains(n, "the daemon asked for no TLSA record at all") })
	if !overrides || !noDANE || len(r.Problems) > 0 {
		t.Errorf("findings %q, notes %q, problems %q", r.Findings, r.Notes, r.Problems)
	}
}

// TestPostfixDoesWhatIsSaid: what Postfix is said to do by an answer is what a
// real one does that asks the same daemon.
func TestPostfixDoesWhatIsSaid(t *testing.T) {
	needsTime(t)
	for level, p := range map[string]audit.Policy{"may": audit.MTASTS, "dane": audit.DANEAndMTASTS} {
		t.Run(level, func(t *testing.T) {
			t.Parallel() // they mostly wait
			daemon, postfix := mtaSTSResolver(p), postfixAsking(level, p)
			daemon.ready(t)
			postfix.ready(t)
			families := []scenarios.Family{scenarios.FamilyMTASTS}
			if p.FollowsSTS() && level == "dane" {
				families = append(families, scenarios.FamilyDNS, scenarios.FamilyDNSSEC, scenarios.FamilyDANE)
			}
			names := judgedOfDaemons(families...)
			said, _, err := daemon.submitted(t.Context(), p, names)
			if err != nil {
				t.Fatal(err)
			}
			done, _, err := postfix.submitted(t.Context(), p, names)
			if err != nil {
				t.Fatal(err)
			}
			checkSaid(t, said, done)
		})
	}
}

// checkSaid compares what Postfix is said to do with what it did. What is left to
// it cannot be said.
func checkSaid(t *testing.T, said, done *audit.Report) {
	t.Helper()
	did := map[string]audit.Delivers{}
	for _, i := range done.Items {
		inTLS, inClear := false, false
		for _, s := range i.Sessions {
			inTLS, inClear = inTLS || s.Accepted.InTLS > 0, inClear || s.Accepted.InClear > 0
		}
		did[i.Scenario] = audit.DeliversNot
		if inTLS {
			did[i.Scenario] = audit.DeliversInTLS
		} else if inClear {
			did[i.Scenario] = audit.DeliversInClear
		}
	}
	compared := 0
	for _, i := range said.Items {
		switch a := i.Answer; {
		case a == nil:
			t.Errorf("%s: there is no answer: %s", i.Scenario, i.Problem)
		case a.Delivers == audit.DeliversUnknown:
		case a.Delivers != did[i.Scenario]:
			t.Errorf("%s: Postfix is said to deliver %s, as %s; it delivered %s", i.Scenario, a.Delivers, a.Because, did[i.Scenario])
		default:
			compared++
		}
	}
	if compared < len(said.Items)*4/5 {
		t.Errorf("%d of %d are the same, want most", compared, len(said.Items))
	}
}

// TestDocumentedAuditOfADaemon runs the command that docs/policy.md has for it, and
// wants what the page says of the daemon.
func TestDocumentedAuditOfADaemon(t *testing.T) {
	s := mtaSTSResolver(audit.MTASTS)
	s.ready(t)
	text, err := os.ReadFile("../../docs/policy.md")
	if err != nil {
		t.Fatal(err)
	}
	command := regexp.MustCompile(`(?m)^sudo (fakemx audit .*--socketmap .*)$`).FindStringSubmatch(string(text))
	if command == nil {
		t.Fatal("docs/policy.md has no audit of a policy daemon")
	}
	program, err := fakemxProgram()
	if err != nil {
		t.Fatal(err)
	}
	script := strings.Replace(command[1], "fakemx", program, 1)
	cmd := exec.CommandContext(t.Context(), s.daemon[0], filepath.Join(t.TempDir(), "log"), "--", "sh", "-c", script)
	cmd.Env = append(os.Environ(), "FAKEMX="+program)
	out, _ := cmd.CombinedOutput() // it fails, as the page says
	_, said, _ := strings.Cut(string(text), "postfix-mta-sts-resolver 1.1.2 fails five by `mta-sts`")
	said, _, _ = strings.Cut(said, " By `dane+mta-sts`")
	said += "`sts-mx-pattern-in-cert` `sts-mx-wildcard-two-labels`" // the two above
	fails := regexp.MustCompile(`(?m)^fail +(\S+)`).FindAllStringSubmatch(string(out), -1)
	for _, name := range fails {
		if !strings.Contains(said, "`"+name[1]+"`") {
			t.Errorf("it fails in %s, of which the page says nothing", name[1])
		}
	}
	if len(fails) != 5 {
		t.Errorf("it fails in %d scenarios, want 5:\n%s", len(fails), out)
	}
}
