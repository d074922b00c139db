package mtasts_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/fakemx/fakemx/policy/mtasts"
)

// A published is what a domain publishes, and the time.
type published struct {
	texts    []string
	dnsError error
	policy   string
	httpErr  error
	now      time.Time
	looked   []string
	fetches  int
}

func (p *published) cache() *mtasts.Cache {
	return &mtasts.Cache{
		LookupTXT: func(_ context.Context, name string) ([]string, error) {
			p.looked = append(p.looked, name)
			return p.texts, p.dnsError
		},
		Fetch: func(context.Context, string) (mtasts.Fetched, error) {
			p.fetches++
			if p.httpErr != nil {
				return mtasts.Fetched{}, p.httpErr
			}
			policy, err := mtasts.ParsePolicy(p.policy)
			return mtasts.Fetched{Policy: policy, Body: p.policy}, err
		},
		Now: func() time.Time { return p.now },
	}
}

// What a domain may do after an enforce policy was fetched, in the order of
// time.
func TestCacheOverTime(t *testing.T) {
	p := &published{texts: []string{"v=STSv1; id=1;"}, policy: section32, now: noon}
	cache := p.cache()
	for _, step := range []struct {
		name    string
		change  func()
		source  mtasts.Source
		mode    mtasts.Mode
		fetches int // in all
	}{
		{"first", func() {}, mtasts.SourceFetched, mtasts.ModeEnforce, 1},
		{"again", func() {}, mtasts.SourceCached, mtasts.ModeEnforce, 1},
		{"record gone", func() { p.texts = nil }, mtasts.SourceCached, mtasts.ModeEnforce, 1},
		{"DNS fails", func() { p.dnsError = &net.DNSError{IsTemporary: true} }, mtasts.SourceCached, mtasts.ModeEnforce, 1},
		{"new id, host down", func() {
			p.dnsError, p.texts, p.httpErr = nil, []string{"v=STSv1; id=2;"}, errors.New("down")
		}, mtasts.SourceCached, mtasts.ModeEnforce, 2},
		{"still down, asked no more", func() { p.now = p.now.Add(time.Minute) }, mtasts.SourceCached, mtasts.ModeEnforce, 2},
		{"up again, but not asked yet", func() { p.httpErr, p.policy = nil, appendixA }, mtasts.SourceCached, mtasts.ModeEnforce, 2},
		{"asked again", func() { p.now = p.now.Add(5 * time.Minute) }, mtasts.SourceFetched, mtasts.ModeTesting, 3},
		{"refreshed after a day", func() { p.now = p.now.Add(day) }, mtasts.SourceFetched, mtasts.ModeTesting, 4},
		{"gone for good", func() { p.texts, p.httpErr = nil, errors.New("gone") }, mtasts.SourceCached, mtasts.ModeTesting, 4},
		{"expired", func() { p.now = p.now.Add(1296001 * time.Second) }, mtasts.SourceNone, "", 4},
	} {
		step.change()
		got := cache.Resolve(t.Context(), "example.com")
		if got.Source != step.source || p.fetches != step.fetches {
			t.Fatalf("%s: %+v with %d fetches, want %s with %d", step.name, got, p.fetches, step.source, step.fetches)
		}
		if (got.Policy == nil) != (step.mode == "") || got.Policy != nil && got.Policy.Mode != step.mode {
			t.Fatalf("%s: the policy is %+v, want %q", step.name, got.Policy, step.mode)
		}
	}
	for _, name := range p.looked {
		if name != "_mta-sts.example.com" {
			t.Errorf("looked up %s", name)
		}
	}
}

func TestCacheKnowsADomainByItsName(t *testing.T) {
	p := &published{texts: []string{"v=STSv1; id=1;"}, policy: section32, now: noon}
	cache := p.cache()
	cache.Resolve(t.Context(), "example.com")
	if got := cache.Resolve(t.Context(), "EXAMPLE.com."); got.Source != mtasts.SourceCached {
		t.Errorf("got %+v", got)
	}
	if got := cache.Resolve(t.Context(), "mail.example.com"); got.Source != mtasts.SourceFetched {
		t.Errorf("the policy of the parent counts: %+v", got)
	}
}

func TestCacheAsksNothingForAddresses(t *testing.T) {
	p := &published{texts: []string{"v=STSv1; id=1;"}, policy: section32, now: noon}
	for _, domain := range []string{"[192.0.2.1]", "192.0.2.1", "[IPv6:2001:db8::1]", ""} {
		got := p.cache().Resolve(t.Context(), domain)
		if got.Source != mtasts.SourceNone || got.Policy != nil || got.Err == nil || len(p.looked) > 0 {
			t.Errorf("%q: got %+v, looked up %v", domain, got, p.looked)
		}
	}
}

// A failure that comes late must not undo the policy that another goroutine has
// fetched meanwhile.
func TestCacheKeepsThePolicyOfAnother(t *testing.T) {
	fetching, fail := make(chan struct{}), make(chan struct{})
	var once sync.Once
	cache := &mtasts.Cache{
		LookupTXT: func(context.Context, string) ([]string, error) { return []string{"v=STSv1; id=1;"}, nil },
		Fetch: func(context.Context, string) (mtasts.Fetched, error) {
			first := false
			once.Do(func() { first = true })
			if first {
				close(fetching)
				<-fail
				return mtasts.Fetched{}, errors.New("late")
			}
			policy, err := mtasts.ParsePolicy(section32)
			return mtasts.Fetched{Policy: policy}, err
		},
	}
	late := make(chan mtasts.Resolution)
	go func() { late <- cache.Resolve(context.Background(), "example.com") }()
	<-fetching
	if got := cache.Resolve(t.Context(), "example.com"); got.Source != mtasts.SourceFetched {
		t.Fatalf("got %+v", got)
	}
	close(fail)
	if got := <-late; got.Source != mtasts.SourceCached || got.Policy.Mode != mtasts.ModeEnforce {
		t.Errorf("after the failure: %+v", got)
	}
}
