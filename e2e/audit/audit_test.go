package audit_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/scenarios"
)

// patience is that of these tests: a client may be slow on a busy machine. Only
// the whole catalogue has peers that stall, for a third of it.
const (
	patience      = time.Minute
	wholePatience = 30 * time.Second
)

// needsTime skips a test that meets so many scenarios that it takes its time.
func needsTime(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("takes long: run it without -short")
	}
}

// TestClients audits every client against the essential scenarios. A short run
// leaves out MTAs and clients that are slow to start, and plays the first few.
func TestClients(t *testing.T) {
	for _, s := range settings() {
		if s.rare || testing.Short() && (s.slow || s.tree != "") {
			continue
		}
		t.Run(s.client+" "+s.how, func(t *testing.T) {
			meets := strings.Fields(essentials)
			if s.slow || testing.Short() {
				meets = strings.Fields(few)
			}
			r := auditOf(t, s, s.policy, meets)
			fails := slices.DeleteFunc(strings.Fields(s.fails), func(name string) bool { return !slices.Contains(meets, name) })
			if got, want := failures(r), sorted(fails); got != want {
				t.Errorf("it fails the policy %s in %q, want %q", s.policy, got, want)
				tell(t, r)
			}
		})
	}
}

// TestMTAsGoByWhatIsPublished audits those that do DANE or MTA-STS against all that
// a domain can publish of it. What they do otherwise than they must is known, and
// why.
func TestMTAsGoByWhatIsPublished(t *testing.T) {
	needsTime(t)
	for _, s := range followers() {
		t.Run(s.client+" "+s.how, func(t *testing.T) {
			t.Parallel() // they mostly wait
			s.ready(t)
			r := auditOf(t, s, s.policy, published(s.policy))
			if s.known != "" {
				known, err := audit.LoadExceptions(s.known, scenarios.All())
				if err != nil {
					t.Fatal(err)
				}
				r.Accept(known)
			}
			if !r.Succeeded(true) || r.Partial {
				t.Errorf("it does not keep the policy %s as it is known to: %+v, %q", s.policy, r.Summary, r.Problems)
				tell(t, r)
			}
		})
	}
}

// TestCurlKeepsItsPolicy audits it against the whole catalogue, which takes
// some seconds. Curl 7.88 finds STARTTLS in capital letters only. Whatever is
// unclear takes several messages in a session, or several recipients.
func TestCurlKeepsItsPolicy(t *testing.T) {
	needsTime(t)
	r := auditOf(t, settings()[0], audit.Verify, everywhere())
	if got := failures(r); got != "starttls-lowercase" || r.Unproved != "" || r.Partial {
		t.Errorf("it fails in %q, want starttls-lowercase: %+v, %q, %q", got, r.Summary, r.Unproved, r.Problems)
		tell(t, r)
	}
	for _, i := range r.Items {
		if i.Result == audit.Unclear && !strings.Contains(i.Reason, "the fault was not played") {
			t.Errorf("%s is unclear: %s", i.Scenario, i.Reason)
		}
	}
	t.Logf("%d scenarios took %s", len(r.Items), r.Ended.Sub(r.Started).Round(time.Second))
}

// TestKnownDeviationsAreAccepted: what msmtp does otherwise than it must is
// known, and why.
func TestKnownDeviationsAreAccepted(t *testing.T) {
	r := auditOf(t, find(t, "msmtp"), audit.Verify, []string{"healthy", "expired", "wrong-eku"})
	if got := failures(r); got != "wrong-eku" {
		t.Errorf("it fails in %q, want wrong-eku", got)
	}
	known, err := audit.LoadExceptions("msmtp.yaml", scenarios.All())
	if err != nil {
		t.Fatal(err)
	}
	r.Accept(known)
	if !r.Succeeded(true) {
		t.Errorf("the deviation is not accepted: %+v, %q", r.Summary, r.Problems)
		tell(t, r)
	}
}

// TestInsecureCurlFailsWhereTheTableSays: wherever TLS completes and the peer
// is not authentic, and nowhere else. Where it completes weakly, whether it
// does is the library's choice.
func TestInsecureCurlFailsWhereTheTableSays(t *testing.T) {
	needsTime(t)
	r := auditOf(t, settings()[1], audit.Verify, everywhere())
	for _, i := range r.Items {
		node := scenarios.MustGet(i.Scenario).Alternate.Authentic
		forged := i.Facts.Offers == scenarios.Yes && (i.Facts.Authentic == scenarios.No || node == scenarios.No)
		may := forged && (i.Facts.Completes == scenarios.Weak || i.Facts.Completes == scenarios.Lenient)
		blind := i.Scenario == "starttls-lowercase" // curl 7.88 finds the keyword in capital letters only
		must := blind || forged && i.Facts.Completes == scenarios.Yes
		if failed := i.Result == audit.Fail; failed != must && !may {
			t.Errorf("%s (%+v): %s, %s", i.Scenario, i.Facts, i.Result, i.Reason)
		}
	}
	if !slices.ContainsFunc(r.Findings, func(f string) bool { return strings.Contains(f, "does not verify") }) {
		t.Errorf("the findings are %q, want one that it does not verify", r.Findings)
	}
}

// TestSwaksIgnoresNames, and the report says so.
func TestSwaksIgnoresNames(t *testing.T) {
	r := auditOf(t, find(t, "swaks"), audit.Verify, []string{"healthy", "expired", "hostname-mismatch"})
	if got := failures(r); got != "hostname-mismatch" {
		t.Errorf("it fails in %q, want hostname-mismatch", got)
	}
	if len(r.Findings) != 1 || !strings.Contains(r.Findings[0], "verifies the chain but not the name") {
		t.Errorf("the findings are %q", r.Findings)
	}
}

func find(t *testing.T, client string) setting {
	t.Helper()
	i := slices.IndexFunc(settings(), func(s setting) bool { return s.client == client })
	if i < 0 {
		t.Fatalf("there is no client %s", client)
	}
	return settings()[i]
}

func auditOf(t *testing.T, s setting, p audit.Policy, names []string) *audit.Report {
	t.Helper()
	list, err := audit.Selection{Patterns: names}.From(scenarios.All())
	if err != nil {
		t.Fatal(err)
	}
	template := s.ready(t)
	if s.daemon != nil {
		r, log, err := s.submitted(t.Context(), p, names)
		if err != nil {
			t.Fatal(err)
		}
		s.bearOut(t, r, log)
		return r
	}
	o := audit.Options{Scenarios: list, Policy: p, Driver: audit.Command{Template: template}, Patience: patience, KeepGoing: true}
	if len(names) == len(everywhere()) {
		o.Patience = wholePatience
	}
	r, err := audit.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	s.bearOut(t, r, "")
	return r
}

// everywhere are the names of all scenarios that a client meets without the DNS.
func everywhere() []string {
	var names []string
	for _, s := range scenarios.WithoutDNS() {
		names = append(names, s.Name)
	}
	return names
}

// published are the names of all scenarios that are about what a domain publishes
// for clients with a policy: in the DNS alone, or by MTA-STS. What a message asks
// for is another matter.
func published(p audit.Policy) []string {
	var names []string
	for _, s := range scenarios.All() {
		byDNS, bySTS := s.NeedsDNS() && s.Peer.STS == nil, s.Peer.STS != nil
		asks := s.Message != (scenarios.Message{})
		if !asks && (bySTS && p.FollowsSTS() || byDNS && p != audit.MTASTS) {
			names = append(names, s.Name)
		}
	}
	return names
}

// failures are the scenarios that failed, sorted.
func failures(r *audit.Report) string {
	var names []string
	for _, i := range r.Items {
		if i.Result == audit.Fail {
			names = append(names, i.Scenario)
		}
	}
	return sorted(names)
}

func sorted(names []string) string {
	slices.Sort(names)
	return strings.Join(names, " ")
}

// tell logs what is not as it should be.
func tell(t *testing.T, r *audit.Report) {
	t.Helper()
	for _, i := range r.Items {
		if i.Result == audit.Pass || i.Result == audit.May || i.Accepted != "" {
			continue
		}
		t.Logf("%s: %s, %s", i.Scenario, i.Result, i.Reason)
		for _, run := range i.Runs {
			t.Logf("%s\n%s", run, run.Output)
		}
		for _, s := range i.Sessions {
			t.Log(s.Narrate())
		}
	}
}
