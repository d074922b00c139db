package audit

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/scenarios"
)

// limitedOnes are scenarios whose faults one usual message does not meet.
func limitedOnes() []scenarios.Scenario {
	return pick("rate-limited", "too-many-messages", "too-many-recipients", "recipient-refused", "recipient-deferred")
}

// TestACommandIsBroughtToLimitedFaults: it is run as often as it takes, and what
// no number of runs shows is unclear.
func TestACommandIsBroughtToLimitedFaults(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]map[string]string{
		"verify": {
			"rate-limited":        "pass: the client delivered in TLS 3 times, as it must, and did not try again what the fault struck (\"421",
			"too-many-messages":   "unclear: it sent each message in a session of its own",
			"too-many-recipients": "unclear: use {recipients} in the command",
			"recipient-refused":   "pass: the client delivered in TLS, as it must, and met the fault (\"550",
			"recipient-deferred":  "pass: the client delivered in TLS, as it must, and met the fault (\"452",
		},
		"all at once": {
			"too-many-recipients": "pass: did not try again what the fault struck (\"452",
			"recipient-refused":   "pass: the client delivered in TLS 2 times, as it must, and met the fault",
			"recipient-deferred":  "pass: the client delivered in TLS 2 times, as it must, and met the fault",
		},
		"gives up": {
			"too-many-recipients": "may: gave up the whole message to probe-",
			"recipient-refused":   "may: gave up the whole message to probe-",
			"recipient-deferred":  "may: as it may (\"452",
		},
		"stubborn": {
			"rate-limited":       "pass: ",
			"recipient-refused":  "unclear: use {to} in the command",
			"recipient-deferred": "unclear: use {to} in the command",
		},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			wantReasons(t, probedWith(t, Options{Policy: Verify, Driver: Command{client(t, kind)}, Scenarios: limitedOnes()}), want)
		})
	}
}

// wantReasons holds "result: part of the reason" against a report.
func wantReasons(t *testing.T, r *Report, want map[string]string) {
	t.Helper()
	for _, i := range r.Items {
		result, part, wanted := strings.Cut(want[i.Scenario], ": ")
		if wanted && (string(i.Result) != result || !strings.Contains(i.Reason, part)) {
			t.Errorf("%s is %s: %s\nwant %s", i.Scenario, i.Result, i.Reason, want[i.Scenario])
			for _, s := range i.Sessions {
				t.Log(s.Narrate())
			}
		}
	}
}
