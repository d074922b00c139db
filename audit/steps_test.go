package audit

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fakemx/fakemx/policy/mtasts"
)

// enforces lets an MTA go by MTA-STS. It asks the DNS and the policy host at these
// addresses, and trusts the authorities in a folder.
func (m *mta) enforces(o Options, forgets bool) {
	resolver := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, o.DNS)
	}}
	fetch := func(ctx context.Context, domain string) (mtasts.Fetched, error) {
		roots, err := rootsIn(filepath.Join(o.PKIDir, "ca.pem"))
		if err != nil {
			return mtasts.Fetched{}, err
		}
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			name, _, _ := net.SplitHostPort(address)
			if _, err := resolver.LookupHost(ctx, name); err != nil {
				return nil, err
			}
			return new(net.Dialer).DialContext(ctx, network, o.PolicyHost)
		}}
		return mtasts.Fetch(ctx, transport, domain)
	}
	newCache := func() *mtasts.Cache { return &mtasts.Cache{LookupTXT: resolver.LookupTXT, Fetch: fetch} }
	cache := newCache()
	m.allows = func(domain string) bool {
		if forgets {
			cache = newCache()
		}
		policy := cache.Resolve(context.Background(), domain).Policy
		return policy == nil || policy.Mode != mtasts.ModeEnforce || policy.Matches("mx."+domain)
	}
}

// TestAnMTAMeetsTheChange with a message before it, and with others after it.
func TestAnMTAMeetsTheChange(t *testing.T) {
	t.Parallel()
	list := pick("sts-txt-gone", "sts-id-changed", "sts-testing-after-enforce")
	for name, test := range map[string]struct {
		forgets, ignores bool
		want             string
	}{
		"right":    {false, false, "sts-txt-gone=pass sts-id-changed=pass sts-testing-after-enforce=pass"},
		"no cache": {true, false, "sts-txt-gone=fail sts-id-changed=pass sts-testing-after-enforce=pass"},
		"ignorant": {false, true, "sts-txt-gone=fail sts-id-changed=unclear sts-testing-after-enforce=fail"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := new(mta)
			o := Options{
				Policy: MTASTS, Scenarios: list, Patience: 10 * time.Second, PKIDir: t.TempDir(), DNS: freePort(t), PolicyHost: freePort(t), KeepGoing: true,
				Listen: routed(t, m, append(slices.Clone(list), pick("mta-sts", "sts-mx-mismatch")...)),
			}
			if !test.ignores {
				var one sync.Mutex
				m.enforces(o, test.forgets)
				allows := m.allows
				m.allows = func(domain string) bool { one.Lock(); defer one.Unlock(); return allows(domain) }
			}
			o.Driver = submitTo(t, "smtp://"+startMTA(t, m, nil))
			r := probedWith(t, o)
			wantResults(t, r, test.want)
			if i := r.Items[0]; test.forgets && !strings.Contains(i.Reason, "ignored a cached policy: it delivered in TLS after the change") {
				t.Errorf("the reason is %q", i.Reason)
			}
			if i := r.Items[0]; !test.ignores && (i.Step == nil || i.Step.Messages != 1 || len(i.Envelopes) != 2 || i.Step.Queries == 0 || i.Step.Renewed != nil) {
				t.Errorf("the step is %+v, with %d messages", i.Step, len(i.Envelopes))
			}
			if i := r.Items[0]; !test.ignores && !slices.ContainsFunc(i.Queries, func(l Lookup) bool { return l.Type == "TXT" && l.Last.After(i.Step.At) }) {
				t.Errorf("the queries are %+v, and none of them came after the change at %s", i.Queries, i.Step.At)
			}
			if i := r.Items[1]; !test.ignores && (i.Step == nil || i.Step.Renewed == nil || i.Step.Renewed.Messages != 2 || len(i.Envelopes) != 3) {
				t.Errorf("the step is %+v, with %d messages", i.Step, len(i.Envelopes))
			}
		})
	}
}
