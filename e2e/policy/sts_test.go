package policy_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/policy/mtasts"
	"github.com/fakemx/fakemx/scenarios"
)

// An stsMailer delivers by MTA-STS, and remembers policies as RFC 8461 says, or in
// a way of its own.
type stsMailer struct {
	name string
	// resolve finds the policy that holds, by what is remembered of the domain.
	resolve func(context.Context, lookup, mtasts.Entry) mtasts.Resolution

	mu      sync.Mutex
	entries map[string]mtasts.Entry
}

// A lookup is what the mailer can find out about a domain.
type lookup struct {
	domain string
	txt    func(context.Context) (string, error) // the id
	fetch  func(context.Context) (mtasts.Fetched, error)
}

// String names it (audit.Driver).
func (m *stsMailer) String() string { return m.name }

// Deliver delivers a message (audit.Driver).
func (m *stsMailer) Deliver(ctx context.Context, t audit.Target) audit.Attempt {
	_, domain, _ := strings.Cut(t.To, "@")
	resolver := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, t.DNS)
	}}
	records, err := resolver.LookupMX(ctx, domain)
	if err != nil {
		return audit.Attempt{Err: err}
	}
	m.mu.Lock()
	entry := m.entries[domain]
	m.mu.Unlock()
	found := m.resolve(ctx, lookupOf(&resolver, t, domain), entry)
	m.mu.Lock()
	m.entries[domain] = found.Entry
	m.mu.Unlock()
	return audit.Attempt{Err: deliverBy(ctx, &resolver, t, strings.TrimSuffix(records[0].Host, "."), found.Policy)}
}

// lookupOf asks the DNS and the policy host of an audit.
func lookupOf(resolver *net.Resolver, t audit.Target, domain string) lookup {
	roots, _ := t.Roots()
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		name, _, _ := net.SplitHostPort(address)
		if _, err := resolver.LookupHost(ctx, name); err != nil {
			return nil, err
		}
		return new(net.Dialer).DialContext(ctx, network, t.PolicyHost)
	}}
	return lookup{domain, func(ctx context.Context) (string, error) {
		texts, err := resolver.LookupTXT(ctx, mtasts.RecordName(domain))
		if err != nil {
			return "", err
		}
		record, err := mtasts.FindRecord(texts)
		return record.ID, err
	}, func(ctx context.Context) (mtasts.Fetched, error) { return mtasts.Fetch(ctx, transport, domain) }}
}

// deliverBy delivers as a policy asks.
func deliverBy(ctx context.Context, resolver *net.Resolver, t audit.Target, host string, policy *mtasts.Policy) error {
	config := &tls.Config{ServerName: host, InsecureSkipVerify: true} // as it is opportunistic
	if policy != nil && policy.Mode == mtasts.ModeEnforce {
		if !policy.Matches(host) {
			return errors.New("no pattern of the policy matches " + host)
		}
		roots, err := t.Roots()
		if err != nil {
			return err
		}
		config = &tls.Config{ServerName: host, RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	addresses, err := resolver.LookupHost(ctx, host)
	if err != nil {
		return err
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(addresses[0], t.Port))
	if err != nil {
		return err
	}
	defer conn.Close()
	client, err := smtp.NewClientStartTLS(conn, config)
	if err != nil {
		return err
	}
	if err := client.SendMail(t.From, []string{t.To}, bytes.NewReader(t.Message)); err != nil {
		return err
	}
	return client.Quit()
}

// rightly remembers as RFC 8461 says.
func rightly(ctx context.Context, l lookup, entry mtasts.Entry) mtasts.Resolution {
	id, err := l.txt(ctx)
	if !entry.Plan(id, time.Now()).Fetch {
		return entry.Settle(id, nil, err, time.Now())
	}
	fetched, err := l.fetch(ctx)
	return entry.Settle(id, &fetched, err, time.Now())
}

// forgetfully remembers nothing.
func forgetfully(ctx context.Context, l lookup, _ mtasts.Entry) mtasts.Resolution {
	return rightly(ctx, l, mtasts.Entry{})
}

// withoutID never looks at the id while a policy holds, as it may.
func withoutID(ctx context.Context, l lookup, entry mtasts.Entry) mtasts.Resolution {
	if entry.Holds(time.Now()) {
		return mtasts.Resolution{Policy: &entry.Policy, Entry: entry}
	}
	return rightly(ctx, l, entry)
}

// forEver keeps the first policy.
func forEver(ctx context.Context, l lookup, entry mtasts.Entry) mtasts.Resolution {
	if !entry.FetchedAt.IsZero() {
		return mtasts.Resolution{Policy: &entry.Policy, Entry: entry}
	}
	return rightly(ctx, l, entry)
}

// recordFirst takes a missing record for the end of the policy.
func recordFirst(ctx context.Context, l lookup, entry mtasts.Entry) mtasts.Resolution {
	if id, err := l.txt(ctx); err != nil || id == "" {
		return mtasts.Resolution{Entry: entry}
	}
	return rightly(ctx, l, entry)
}

// rashly discards a policy before it has the next one.
func rashly(ctx context.Context, l lookup, entry mtasts.Entry) mtasts.Resolution {
	if id, err := l.txt(ctx); err == nil && id != entry.ID {
		return rightly(ctx, l, mtasts.Entry{})
	}
	return rightly(ctx, l, entry)
}

// stubbornly fetches a new policy, and goes by the first one.
func stubbornly(ctx context.Context, l lookup, entry mtasts.Entry) mtasts.Resolution {
	found := rightly(ctx, l, entry)
	if entry.Holds(time.Now()) {
		return mtasts.Resolution{Policy: &entry.Policy, Entry: entry}
	}
	return found
}

// changing are the scenarios whose domains publish something else in the end.
func changing() (list []scenarios.Scenario) {
	for _, s := range scenarios.All() {
		if s.Later != (scenarios.LaterFacts{}) {
			list = append(list, s)
		}
	}
	return list
}

// stsNames are those of the scenarios with a result, without what all have in front.
func stsNames(r *audit.Report, result audit.Result) string {
	list := strings.Fields(names(r, result))
	for i, name := range list {
		list[i] = strings.TrimPrefix(name, "sts-")
	}
	return strings.Join(list, " ")
}

// TestPoliciesInCaches: a mailer that does right is right everywhere, and each that
// does wrong is found by the scenarios that are about that, and by no others.
func TestPoliciesInCaches(t *testing.T) {
	t.Parallel()
	const (
		fetchFails = "new-id-certificate-expired new-id-fetch-fails new-id-invalid-policy"
		free       = "cache-expired id-unchanged max-age-0"
		renewed    = "enforce-after-none enforce-after-testing id-changed id-changed-host-added none-after-enforce testing-after-enforce"
	)
	for name, test := range map[string]struct {
		resolve    func(context.Context, lookup, mtasts.Entry) mtasts.Resolution
		fails, may string
		finding    string
	}{
		"right":           {rightly, "", free, ""},
		"no cache":        {forgetfully, fetchFails + " policy-host-gone publication-gone txt-gone", "cache-expired max-age-0", "does not hold to a policy that it has fetched"},
		"never an id":     {withoutID, "", "cache-expired " + "enforce-after-none enforce-after-testing id-changed id-changed-host-added id-unchanged max-age-0 none-after-enforce testing-after-enforce", ""},
		"for ever":        {forEver, "", "cache-expired enforce-after-none enforce-after-testing id-changed id-changed-host-added id-unchanged max-age-0 none-after-enforce testing-after-enforce", ""},
		"the record only": {recordFirst, "publication-gone txt-gone", free, "does not hold to a policy that it has fetched"},
		"rash":            {rashly, fetchFails, free, "does not hold to a policy that it has fetched"},
		"stubborn":        {stubbornly, renewed, free, "goes by an older policy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := audit.Run(t.Context(), audit.Options{
				Scenarios: changing(), Policy: audit.MTASTS, Driver: &stsMailer{name: name, resolve: test.resolve, entries: map[string]mtasts.Entry{}},
				DNS: "127.0.0.1:0", PolicyHost: "127.0.0.1:0", Patience: 20 * time.Second, Parallel: 20,
			})
			if err != nil {
				t.Fatal(err)
			}
			checkNames(t, r, map[audit.Result]string{audit.Fail: test.fails, audit.May: test.may, audit.Unclear: ""})
			if got := strings.Join(r.Findings, " "); !strings.Contains(got, test.finding) || test.finding == "" && got != "" {
				t.Errorf("the findings are %q, want %q", got, test.finding)
			}
			expired := map[bool]string{true: "for ever", false: "as its max_age is 5"}[name == "for ever"]
			if reason := with(r, audit.May)["sts-cache-expired"]; !strings.Contains(reason, expired) {
				t.Errorf("of the policy that is over it says %q", reason)
			}
		})
	}
}

func checkNames(t *testing.T, r *audit.Report, want map[audit.Result]string) {
	t.Helper()
	for result, list := range want {
		if got := stsNames(r, result); got != list {
			t.Errorf("%s: %s, want %s", result, got, list)
			for name, reason := range with(r, result) {
				t.Logf("%s: %s", name, reason)
			}
		}
	}
}
