package trace_test

import (
	"testing"

	"github.com/fakemx/fakemx/fakemx/internal/trace"
	"github.com/fakemx/fakemx/internal/received"
	"github.com/fakemx/fakemx/scenarios"
)

// What a peer stamps on purpose is found in its field, in every form that it
// has. A session in clear that is stamped as if in TLS cannot be told.
func TestStampsAreFound(t *testing.T) {
	words := map[scenarios.With]received.Word{
		scenarios.WithRFC3848:   received.Consistent,
		scenarios.WithAsTLS:     received.Consistent,
		scenarios.WithAsClear:   received.Downgraded,
		scenarios.WithSMTP:      received.AlwaysSMTP,
		scenarios.WithLowercase: received.Lowercase,
	}
	forms := []scenarios.TraceForm{scenarios.TraceSendmail, scenarios.TracePostfix, scenarios.TraceExim}
	for rule, want := range words {
		for _, form := range forms {
			for _, authenticated := range []bool{false, true} {
				f := facts()
				f.Authenticated = authenticated
				got := received.Judge(received.Read(trace.Received(f, scenarios.Trace{Form: form, With: rule})))
				if got.Word != want || got.TLS != received.Yes || got.Version != "TLSv1.3" {
					t.Errorf("%s in the form of %s: got %s, TLS %s in %s, want %s", rule, form, got.Word, got.TLS, got.Version, want)
				}
			}
		}
	}
}
