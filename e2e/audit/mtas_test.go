package audit_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/e2e/internal/tools"
	"github.com/fakemx/fakemx/scenarios"
)

// mtas are MTAs that no lab has. Those that deliver in the foreground are
// commands; the others are daemons, which a script audits by --submit in
// namespaces of its own.
func mtas() []setting {
	const (
		haraka = "node_modules/Haraka/package.json"
		uuid   = `[0-9A-F]{8}-[0-9A-F-]{27}`
	)
	version := []string{"node", "-p", "require('../.tools/haraka/" + haraka + "').version"}
	return []setting{
		{client: "Nullmailer", how: "`starttls`", policy: audit.Verify, tree: "nullmailer", says: "Succeeded",
			command: []string{"mtas/nullmailer.sh"}, prepare: unpacked(anyUser, "nullmailer", "usr/lib/nullmailer/smtp")},
		{client: "Nullmailer", how: "`starttls insecure`", policy: audit.Encrypt, tree: "nullmailer", says: "Succeeded",
			command: []string{"mtas/nullmailer.sh", "--insecure"}, prepare: unpacked(anyUser, "nullmailer", "usr/lib/nullmailer/smtp")},
		{client: "dma", how: "`SECURETRANSFER`, `STARTTLS`", policy: audit.Encrypt, tree: "dma", says: "delivery successful", slow: true,
			command: []string{"mtas/dma.sh", "SECURETRANSFER", "STARTTLS"}, prepare: unpacked(root, "dma", "usr/sbin/dma")},
		{client: "dma", how: "`OPPORTUNISTIC_TLS` too", policy: audit.Opportunistic, tree: "dma", says: "delivery successful", slow: true,
			command: []string{"mtas/dma.sh", "SECURETRANSFER", "STARTTLS", "OPPORTUNISTIC_TLS"}, prepare: unpacked(root, "dma", "usr/sbin/dma")},
		{client: "Haraka", how: "`force_tls_hosts`", policy: audit.Verify, version: version, says: " delivered file=", message: uuid, rare: true,
			daemon: []string{"mtas/haraka.sh", "force_tls_hosts"}, prepare: unpacked(root, "haraka", haraka)},
		{client: "Haraka", how: "its defaults", policy: audit.Opportunistic, version: version, says: " delivered file=", message: uuid, rare: true,
			daemon: []string{"mtas/haraka.sh"}, prepare: unpacked(root, "haraka", haraka)},
		{client: "chasquid", how: "domains known at `TLS_SECURE`", policy: audit.Verify, tree: "chasquid", says: " sent$", slow: true,
			daemon: []string{"mtas/chasquid.sh", "TLS_SECURE"}, prepare: unpacked(root, "chasquid", "usr/bin/chasquid")},
		{client: "chasquid", how: "domains not known", policy: audit.Opportunistic, tree: "chasquid", says: " sent$", rare: true,
			daemon: []string{"mtas/chasquid.sh"}, prepare: unpacked(root, "chasquid", "usr/bin/chasquid")},
		{client: "Courier", how: "`/SECURITY=REQUIRED`, `TLS_VERIFYPEER=PEER`, `ESMTP_TLS_VERIFY_DOMAIN=1`", policy: audit.Verify,
			tree: "courier", says: ",status: success", rare: true,
			daemon: []string{"mtas/courier.sh", "/SECURITY=REQUIRED"}, prepare: unpacked(root, "courier", "usr/lib/courier/courier/courierd")},
		{client: "Courier", how: "its defaults", policy: audit.Opportunistic, tree: "courier", says: ",status: success", rare: true,
			daemon: []string{"mtas/courier.sh"}, prepare: unpacked(root, "courier", "usr/lib/courier/courier/courierd")},
	}
}

// followers are MTAs that go by what a domain publishes. They are daemons, with
// a resolver that they trust to validate.
func followers() []setting {
	const (
		postfixes = `Verified TLS connection established to \S*\b%s\[`
		exims     = `=> \S+@%s .* CV=dane `
	)
	postfix := func(level string, p audit.Policy) setting {
		return setting{client: "Postfix", how: "`smtp_tls_security_level = " + level + "`", policy: p, tree: "postfix", says: " status=sent ", verifies: postfixes,
			daemon: []string{"mtas/postfix.sh", level}, prepare: unpacked(root, "postfix", "usr/lib/postfix/sbin/master")}
	}
	exim := func(option string, p audit.Policy) setting {
		return setting{client: "Exim", how: "`" + option + " = *`", policy: p, tree: "exim", says: " => ", verifies: exims, known: "exim.yaml",
			// Under a trust anchor it knows the name of the host alone, and where the MX
			// record leads to an alias, it looks for TLSA records of the host alone.
			overlooks: "tlsa-ta-next-hop-name tlsa-at-alias",
			daemon:    []string{"mtas/exim.sh", option}, prepare: unpacked(root, "exim", "usr/sbin/exim4")}
	}
	maddy := func(known string, p audit.Policy, mxAuth ...string) setting {
		return setting{client: "maddy", how: "`mx_auth { " + strings.Join(mxAuth, "; ") + " }`", policy: p, tree: "maddy", says: `queue: delivered\t`, message: `"msg_id":"[0-9a-f]+`,
			known: known, daemon: append([]string{"mtas/maddy.sh"}, mxAuth...), prepare: unpacked(root, "maddy", "maddy")}
	}
	return []setting{
		postfix("dane", audit.DANE), postfix("dane-only", audit.DANEOnly),
		exim("hosts_try_dane", audit.DANE), exim("hosts_require_dane", audit.DANEOnly),
		maddy("maddy.yaml", audit.DANE, "dane"), maddy("maddy.yaml", audit.MTASTS, "mtasts"), maddy("maddy.yaml", audit.DANEAndMTASTS, "dane", "mtasts"),
		postfixAsking("may", audit.MTASTS),
		{client: "chasquid", how: "its defaults", policy: audit.MTASTS, tree: "chasquid", says: " sent$", known: "chasquid.yaml",
			daemon: []string{"mtas/chasquid.sh"}, prepare: unpacked(root, "chasquid", "usr/bin/chasquid")},
	}
}

// Who may run an MTA.
type who bool

const (
	anyUser who = false
	root    who = true
)

// unpacked says whether an MTA can be run: its tree is below e2e/.tools, and the
// user is who it takes.
func unpacked(user who, tree, program string) func() (string, error) {
	return func() (string, error) {
		if _, err := tools.Program(tree, program); err != nil {
			return "", &missingError{tree + " is not there; " + tools.Hint}
		}
		if user == root && os.Getuid() != 0 {
			return "", &missingError{"to run " + tree + " takes root, which mounts what it needs for it alone"}
		}
		return "", nil
	}
}

// daemonPatience is long enough for several kicks. Followers meet no peer that
// stalls.
const (
	daemonPatience   = time.Minute
	followerPatience = wholePatience
)

// submitted audits a daemon, and returns its log as well.
func (s setting) submitted(ctx context.Context, p audit.Policy, names []string) (*audit.Report, string, error) {
	program, err := fakemxProgram()
	if err != nil {
		return nil, "", err
	}
	dir, err := os.MkdirTemp(scratch, "daemon-")
	if err != nil {
		return nil, "", err
	}
	log, file := filepath.Join(dir, "log"), filepath.Join(dir, "report.json")
	bound := daemonPatience
	if s.policy.FollowsDNS() {
		bound = followerPatience
	}
	args := append(slices.Clone(s.daemon[1:]), log, "--policy", string(p), "--scenario", strings.Join(names, ","),
		"--patience", bound.String(), "--keep-going", "--report", "json="+file)
	cmd := exec.CommandContext(ctx, s.daemon[0], args...)
	cmd.Env = append(os.Environ(), "FAKEMX="+program)
	out, failed := cmd.CombinedOutput() // a policy that is not kept is a failure too
	report, err := readReport(file)
	if err != nil {
		return nil, "", fmt.Errorf("%w: %w\n%s", failed, err, out)
	}
	text, err := os.ReadFile(log)
	return report, string(text), err
}

func readReport(path string) (*audit.Report, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return audit.ReadReport(file)
}

// allSubmitted audits all daemons, some at a time since they mostly wait.
func allSubmitted(t *testing.T, list []setting, names []string) map[string]*audit.Report {
	t.Helper()
	var mu sync.Mutex
	reports := map[string]*audit.Report{}
	slots := make(chan struct{}, 3)
	var running sync.WaitGroup
	for _, s := range list {
		if s.daemon == nil {
			continue
		}
		running.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			report, log, err := s.submitted(t.Context(), s.policy, names)
			if err != nil {
				t.Errorf("%s, %s: %v", s.client, s.how, err)
				return
			}
			s.bearOut(t, report, log)
			mu.Lock()
			defer mu.Unlock()
			reports[s.client+s.how] = report
		})
	}
	running.Wait()
	return reports
}

// bearOut holds what an MTA is said to have delivered against its own log.
func (s setting) bearOut(t *testing.T, r *audit.Report, log string) {
	t.Helper()
	if s.says == "" {
		return
	}
	for _, i := range r.Items {
		played, lines := scenarios.MustGet(i.Scenario), s.logOf(i, log)
		delivered, says := deliveries(i) > 0, regexp.MustCompile("(?m)"+s.says).MatchString(lines)
		if delivered != says && !withholdsReply(played) {
			t.Errorf("%s, %s: in %s (%s: %s) delivered is %t, and its log says\n%s", s.client, s.how, i.Scenario, i.Result, i.Reason, delivered, lines)
		}
		s.bearOutDANE(t, i, log)
		// The document judges again what it reads from a report.
		if again := audit.NewItem(played, r.Policy, i.Evidence, r.ControlFor(played)); again.Result != i.Result {
			t.Errorf("%s, %s: %s is %s (%s) and, judged again, %s (%s)", s.client, s.how, i.Scenario, i.Result, i.Reason, again.Result, again.Reason)
		}
		if i.Result == audit.Fail && lines == "" {
			t.Errorf("%s, %s: it fails in %s, of which its log says nothing", s.client, s.how, i.Scenario)
		}
	}
}

// bearOutDANE holds it against the log that the MTA authenticated a host to which
// it delivered, where a TLSA record matches, and no other.
func (s setting) bearOutDANE(t *testing.T, i audit.Item, log string) {
	t.Helper()
	if s.verifies == "" || i.Facts.DANE == scenarios.DANELenient {
		return
	}
	verifies := regexp.MustCompile(fmt.Sprintf(s.verifies, regexp.QuoteMeta(i.Scenario+".fakemx.test"))).MatchString(log)
	overlooked := slices.Contains(strings.Fields(s.overlooks), i.Scenario)
	fits := i.Facts.DANE == scenarios.DANEMatches || scenarios.MustGet(i.Scenario).SecondHost.DANE == scenarios.DANEMatches
	if matches := fits && !overlooked && deliveries(i) > 0; verifies != matches {
		t.Errorf("%s, %s: in %s it authenticated the host by DANE: %t, want %t", s.client, s.how, i.Scenario, verifies, matches)
	}
}

// logOf is what an MTA wrote about a scenario: what the command printed, or the
// lines of a daemon's log that name the domain, and those of the same message.
func (s setting) logOf(i audit.Item, log string) string {
	var lines strings.Builder
	for _, run := range i.Runs {
		lines.WriteString(run.Output)
	}
	domain := i.Scenario + ".fakemx.test"
	about := func(line string) bool {
		return strings.Contains(line, "@"+domain) || strings.Contains(line, "="+domain)
	}
	same := about
	if s.message != "" {
		message := regexp.MustCompile(s.message)
		ids := map[string]bool{}
		for line := range strings.Lines(log) {
			if about(line) {
				ids[message.FindString(line)] = true
			}
		}
		same = func(line string) bool {
			return about(line) || ids[message.FindString(line)] && message.MatchString(line)
		}
	}
	for line := range strings.Lines(log) {
		if same(line) {
			lines.WriteString(line)
		}
	}
	return lines.String()
}

// deliveries counts what the peer took.
func deliveries(i audit.Item) int {
	n := i.LeftOut.InTLS + i.LeftOut.InClear
	for _, s := range i.Sessions {
		n += s.Accepted.InTLS + s.Accepted.InClear
	}
	return n
}

// withholdsReply: the client does not hear that its message was taken.
func withholdsReply(s scenarios.Scenario) bool {
	return slices.ContainsFunc(s.Peer.Faults, func(f scenarios.Fault) bool { return f.At == scenarios.AtDot })
}
