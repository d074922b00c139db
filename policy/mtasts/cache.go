package mtasts

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"
)

// A Cache finds the policy that holds for a domain, and remembers policies in
// memory. It is [FindRecord], [Entry.Plan], [Fetch] and [Entry.Settle] put
// together for the mailer of one process; what is remembered ends with it. Set
// the first two fields before use. A Cache may be used by several goroutines at
// once; two that ask for the same domain at the same time may both fetch.
type Cache struct {
	// LookupTXT returns the TXT records at a name, each as one string:
	// [net.Resolver.LookupTXT].
	LookupTXT func(ctx context.Context, name string) ([]string, error)
	// Fetch fetches the policy of a domain: [Fetch] with a transport.
	Fetch func(ctx context.Context, domain string) (Fetched, error)
	// Now is the clock. The default is time.Now.
	Now func() time.Time

	mu      sync.Mutex
	entries map[string]Entry
}

// errAddress is why an address literal has no policy.
var errAddress = errors.New("expected a policy domain in A-label form; an address literal has no MTA-STS (RFC 8461 section 3.4)")

// Resolve returns the policy that holds for a domain now, which is in A-label
// form. It looks up the TXT record each time, as this costs little, and fetches
// the policy when [Entry.Plan] says so, while the caller waits. It returns no
// error: whatever fails, either a cached policy holds or none, and
// Resolution.Err says what it was. For an address literal there is no policy.
func (c *Cache) Resolve(ctx context.Context, domain string) Resolution {
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	if !isDomain(domain) || isAddress(domain) {
		return Resolution{Source: SourceNone, Err: errAddress}
	}
	entry := c.entry(domain)
	record, err := c.discover(ctx, domain)
	var fetched *Fetched
	if entry.Plan(record.ID, c.now()).Fetch {
		var result Fetched
		result, err = c.Fetch(ctx, domain)
		fetched = &result
	}
	return c.settle(domain, record.ID, fetched, err)
}

func (c *Cache) discover(ctx context.Context, domain string) (Record, error) {
	texts, err := c.LookupTXT(ctx, RecordName(domain))
	if err != nil {
		return Record{}, err
	}
	return FindRecord(texts)
}

func (c *Cache) entry(domain string) Entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.entries[domain]
}

// settle settles with what is remembered by now: another goroutine may have
// fetched a policy, which a failure of ours must not undo. A domain without
// MTA-STS leaves no entry, so that the cache does not grow with every domain that
// gets mail.
func (c *Cache) settle(domain, id string, fetched *Fetched, err error) Resolution {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	resolution := c.entries[domain].Settle(id, fetched, err, now)
	if resolution.Entry.FailedAt.IsZero() && !resolution.Entry.Holds(now) {
		delete(c.entries, domain)
		return resolution
	}
	if c.entries == nil {
		c.entries = map[string]Entry{}
	}
	c.entries[domain] = resolution.Entry
	return resolution
}

func (c *Cache) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}
