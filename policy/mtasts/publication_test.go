package mtasts_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/policy/mtasts"
)

// A publication is what a domain publishes, and what a sender without a cached
// policy is to make of it: it delivers to a host that has no valid certificate,
// or not.
type publication struct {
	name    string
	texts   []string         // default: a record
	handler http.HandlerFunc // default: the policy
	policy  string           // default: enforce, for mx.example.com
	edit    func(*http.Transport)
	host    mtasts.Host // default: mx.example.com, without a valid certificate
	want    mtasts.Action
}

// From the records to the decision, for everything that a domain gets right or
// wrong.
func TestPublications(t *testing.T) {
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	const record = "v=STSv1; id=1;"
	valid := mtasts.Host{Name: "mx.example.com", STARTTLS: true}
	for _, p := range []publication{
		{name: "enforce", want: mtasts.MustNotDeliver},
		{name: "enforce, valid host", host: valid, want: mtasts.DeliverVerified},
		{name: "enforce, host not listed", host: mtasts.Host{Name: "mx2.example.com", STARTTLS: true}, want: mtasts.MustNotDeliver},
		{name: "enforce, no STARTTLS", host: mtasts.Host{Name: "mx.example.com"}, want: mtasts.MustNotDeliver},
		{name: "foreign TXT beside", texts: []string{"x", record}, want: mtasts.MustNotDeliver},
		{name: "wildcard", policy: with(3, "mx: *.example.com"), host: valid, want: mtasts.DeliverVerified},
		{name: "LF", policy: strings.ReplaceAll(policyOf(healthy...), "\r\n", "\n"), want: mtasts.MustNotDeliver},
		{name: "unknown key", policy: and("x: y"), want: mtasts.MustNotDeliver},
		{name: "blanks", policy: with(2, "mode:  enforce  "), want: mtasts.MustNotDeliver},
		{name: "max_age above a year", policy: with(4, "max_age: 99999999"), want: mtasts.MustNotDeliver},
		{name: "testing", policy: with(2, "mode: testing"), want: mtasts.DeliverAndReport},
		{name: "none", policy: with(2, "mode: none"), want: mtasts.Deliver},

		{name: "no record", texts: []string{}, want: mtasts.Deliver},
		{name: "two records", texts: []string{record, "v=STSv1; id=2;"}, want: mtasts.Deliver},
		{name: "no id", texts: []string{"v=STSv1;"}, want: mtasts.Deliver},
		{name: "id with hyphens", texts: []string{"v=STSv1; id=2026-11-27;"}, want: mtasts.Deliver},
		{name: "record of version 2", texts: []string{"v=STSv2; id=1;"}, want: mtasts.Deliver},

		{name: "404", handler: status(404), want: mtasts.Deliver},
		{name: "500", handler: status(500), want: mtasts.Deliver},
		{name: "redirect", handler: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://www.example.com/mta-sts.txt", http.StatusFound)
		}, want: mtasts.Deliver},
		{name: "text/html", handler: serving("text/html", policyOf(healthy...)), want: mtasts.Deliver},
		{name: "more than 64 kilobytes", policy: sized(mtasts.MaxPolicySize + 1), want: mtasts.Deliver},
		{name: "no policy host", edit: func(tr *http.Transport) {
			tr.DialContext = func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.DNSError{IsNotFound: true}
			}
		}, want: mtasts.Deliver},
		{name: "policy host expired", edit: func(tr *http.Transport) {
			tr.TLSClientConfig.Time = func() time.Time { return noon.AddDate(200, 0, 0) }
		}, want: mtasts.Deliver},
		{name: "policy host not trusted", edit: func(tr *http.Transport) { tr.TLSClientConfig.RootCAs = nil }, want: mtasts.Deliver},
		{name: "policy host with another name", edit: func(tr *http.Transport) {
			tr.TLSClientConfig = &tls.Config{RootCAs: tr.TLSClientConfig.RootCAs, ServerName: "mta-sts.example.net", MinVersion: tls.VersionTLS12}
		}, want: mtasts.Deliver},

		{name: "empty policy", handler: serving("text/plain", ""), want: mtasts.Deliver},
		{name: "no version", policy: policyOf(healthy[1:]...), want: mtasts.Deliver},
		{name: "version 2", policy: with(1, "version: STSv2"), want: mtasts.Deliver},
		{name: "mode enforced", policy: with(2, "mode: enforced"), want: mtasts.Deliver},
		{name: "no max_age", policy: policyOf(healthy[:3]...), want: mtasts.Deliver},
		{name: "no mx", policy: policyOf(healthy[0], healthy[1], healthy[3]), want: mtasts.Deliver},
		{name: "nmx", policy: with(3, "nmx: mx.example.com"), want: mtasts.Deliver},
		{name: "mx with a dot in front", policy: with(3, "mx: .example.com"), want: mtasts.Deliver},
	} {
		t.Run(p.name, func(t *testing.T) {
			if got := p.decide(t); got.Action != p.want {
				t.Errorf("got %+v, want %s", got, p.want)
			}
		})
	}
}

func (p publication) decide(t *testing.T) mtasts.Decision {
	t.Helper()
	handler, texts, host := p.handler, p.texts, p.host
	if handler == nil {
		body := p.policy
		if body == "" {
			body = policyOf(healthy...)
		}
		handler = serving("text/plain", body)
	}
	if texts == nil {
		texts = []string{"v=STSv1; id=1;"}
	}
	if host.Name == "" {
		host = mtasts.Host{Name: "mx.example.com", STARTTLS: true, TLSError: &tls.CertificateVerificationError{}}
	}
	transport := policyHost(t, handler)
	if p.edit != nil {
		p.edit(transport)
	}
	cache := mtasts.Cache{
		LookupTXT: func(context.Context, string) ([]string, error) { return slices.Clone(texts), nil },
		Fetch: func(ctx context.Context, domain string) (mtasts.Fetched, error) {
			return mtasts.Fetch(ctx, transport, domain)
		},
	}
	return mtasts.Judge(cache.Resolve(t.Context(), "example.com").Policy, host)
}
