package audit

import (
	"strings"
	"testing"
	"time"

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
			"too-many-messages":   "unclear: each message came in a session of its own",
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

// TestAnMTAIsBroughtToLimitedFaults: it gets as many messages, and recipients,
// as it takes.
func TestAnMTAIsBroughtToLimitedFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		mta  *mta
		want map[string]string
	}{
		"tries again": {&mta{demandsTLS: true}, map[string]string{
			"rate-limited":        "pass: the client delivered in TLS 3 times, as it must, and tried again what the fault struck, 2 times in all",
			"too-many-messages":   "unclear: each message came in a session of its own",
			"too-many-recipients": "pass: the client delivered in TLS 3 times, as it must, and met the fault (\"452",
			"recipient-refused":   "pass: the client delivered in TLS 2 times, as it must, and met the fault (\"550",
			"recipient-deferred":  "pass: the client delivered in TLS 2 times, as it must, and met the fault (\"452",
		}},
		"never again": {&mta{demandsTLS: true, kicked: func() bool { return false }}, map[string]string{
			"rate-limited":        "unclear: but not all that it was given: deferred; the MTA did not try again within 2s: --patience, or --kick",
			"too-many-recipients": "unclear: but not all that it was given: deferred; the MTA did not try again",
			"recipient-deferred":  "pass: ",
		}},
		"gives up": {&mta{demandsTLS: true, gives: true}, map[string]string{
			"recipient-refused": "fail: but not to probe-",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := limitedOnes()
			r := probedWith(t, Options{
				Policy: Encrypt, Scenarios: list, Patience: 2 * time.Second,
				Driver: submitTo(t, "smtp://"+startMTA(t, test.mta, nil)), Listen: routed(t, test.mta, append(list, pick("healthy")...)),
			})
			wantReasons(t, r, test.want)
		})
	}
}
