package cli

import (
	"slices"
	"testing"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/scenarios"
)

func TestExpectationsAreThoseOfAnAudit(t *testing.T) {
	t.Parallel()
	const inTLS, not = "must deliver in TLS", "must not deliver"
	for name, want := range map[string][]string{
		"healthy":              {inTLS, inTLS, inTLS},
		"missing-intermediate": {inTLS, inTLS, not},
		"md5-leaf":             {"may deliver", "may deliver in TLS", not},
		"cbc":                  {"may deliver", "may deliver in TLS", "may deliver in TLS"},
		"rsa-1024":             {"may deliver", "may deliver in TLS", "may deliver in TLS"},
		"ca-not-critical":      {inTLS, inTLS, "may deliver in TLS"},
		"reset-after-starttls": {"may deliver", not, not},
		"starttls-stripped":    {"must deliver, in clear", not, not},
		"refused-greeting":     {"may deliver", not, not},
	} {
		var got []string
		for _, x := range expectations(scenarios.MustGet(name)) {
			got = append(got, x.Duty)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if len(meanings) != len(audit.Policies()) {
		t.Errorf("%d policies have a meaning, want %d", len(meanings), len(audit.Policies()))
	}
}
