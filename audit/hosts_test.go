package audit

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// TestHostsAreJudgedEachForItself: that a client may go on with the second host
// is no excuse for a delivery to the first, nor the other way round.
func TestHostsAreJudgedEachForItself(t *testing.T) {
	t.Parallel()
	const secondAddress = "127.0.0.2:25"
	at := func(second bool, o fakemx.Outcome) fakemx.Session {
		s := session(o)
		if s.Local = "127.0.0.1:25"; second {
			s.Local = secondAddress
		}
		return s
	}
	const first, second = false, true
	proved := Control{Scenario: "dane", Delivered: true}
	for name, test := range map[string]struct {
		scenario string
		policy   Policy
		sessions []fakemx.Session
		control  Control
		want     Result
		says     string
	}{
		"went on": {
			"tlsa-first-host-mismatch", DANE,
			[]fakemx.Session{at(first, fakemx.Refused), at(second, fakemx.DeliveredTLS)}, proved, Pass, "to the second, as it may",
		},
		"waited": {
			"tlsa-first-host-mismatch", DANE, []fakemx.Session{at(first, fakemx.Refused)}, proved, Pass, "nor to the second, as it need not",
		},
		"waited, without a control": {
			"tlsa-first-host-mismatch", DANE, []fakemx.Session{at(first, fakemx.Refused)}, Control{Scenario: "dane"}, May, "did not deliver",
		},
		"to the wrong one": {
			"tlsa-first-host-mismatch", DANE, []fakemx.Session{at(first, fakemx.DeliveredTLS)}, proved, Fail,
			"in TLS to mx.tlsa-first-host-mismatch.fakemx.test, though no usable TLSA record matches",
		},
		"to the wrong second one": {
			"tlsa-second-host-mismatch", DANE, []fakemx.Session{at(second, fakemx.DeliveredTLS)}, proved, Fail, "to mx2.tlsa-second-host-mismatch.fakemx.test, though",
		},
		"to the right first one": {
			"tlsa-second-host-mismatch", DANE, []fakemx.Session{at(first, fakemx.DeliveredTLS)}, proved, Pass, "as it must",
		},
		"in clear to a second one without a record": {
			"tlsa-second-host-absent", DANE, []fakemx.Session{at(second, fakemx.DeliveredClear)}, proved, Fail, "it must use TLS there",
		},
		"to a second one without a record, by mandatory DANE": {
			"tlsa-second-host-absent", DANEOnly, []fakemx.Session{at(second, fakemx.DeliveredTLS)}, proved, Fail, "to mx2.",
		},
		"without DANE, anywhere": {
			"tlsa-first-host-mismatch", Verify, []fakemx.Session{at(first, fakemx.DeliveredTLS)}, proved, Pass, "as it must",
		},
	} {
		e := asking("MX A TLSA", test.sessions...)
		e.SecondHost = secondAddress
		v := Judge(scenarios.MustGet(test.scenario), test.policy, e, test.control)
		if v.Result != test.want || !strings.Contains(v.Reason, test.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, v.Result, v.Reason, test.want, test.says)
		}
	}
}
