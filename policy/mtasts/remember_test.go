package mtasts

import (
	"context"
	"testing"
	"time"
)

// A domain without MTA-STS leaves nothing behind, nor does one whose policy is
// over.
func TestCacheForgets(t *testing.T) {
	texts, now := []string{"v=STSv1; id=1;"}, time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	cache := Cache{
		LookupTXT: func(context.Context, string) ([]string, error) { return texts, nil },
		Fetch: func(context.Context, string) (Fetched, error) {
			return Fetched{Policy: Policy{Mode: ModeNone, MaxAge: 60}}, nil
		},
		Now: func() time.Time { return now },
	}
	cache.Resolve(t.Context(), "example.com")
	if len(cache.entries) != 1 {
		t.Fatalf("remembers %v, want one entry", cache.entries)
	}
	texts, now = nil, now.Add(time.Hour)
	cache.Resolve(t.Context(), "example.com")
	cache.Resolve(t.Context(), "example.net")
	if len(cache.entries) != 0 {
		t.Errorf("remembers %v, want nothing", cache.entries)
	}
}
