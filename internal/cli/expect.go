package cli

import (
	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/scenarios"
)

// An expectation is what a correct client with a policy does about a scenario.
type expectation struct {
	Policy string `json:"policy"`
	// Means says what the policy is.
	Means string `json:"means"`
	// Duty is as in an audit, such as "must deliver in TLS" or "must not
	// deliver"; where there is no TLS it is "must deliver, in clear".
	Duty string `json:"duty"`
	// Because and Ground are those of an audit: what of the peer makes it so,
	// and the RFC section that says MUST, or "all stacks".
	Because string `json:"because"`
	Ground  string `json:"ground"`
}

// meanings of the policies.
var meanings = map[audit.Policy]string{
	audit.Opportunistic: "TLS where it works",
	audit.Encrypt:       "TLS or nothing",
	audit.Verify:        "TLS with the right peer or nothing",
	audit.DANE:          "DANE where it is published",
	audit.DANEOnly:      "DANE or nothing",
	audit.MTASTS:        "MTA-STS where it is published",
	audit.DANEAndMTASTS: "DANE first, then MTA-STS",
}

// expectations are what an audit expects, by policy: of those that go by what the
// domain publishes, by those for which it publishes something.
func expectations(s scenarios.Scenario) []expectation {
	var list []expectation
	for _, p := range audit.Policies() {
		if p.FollowsDNS() && !s.NeedsDNS() || p.FollowsSTS() && !publishesSTS(s) {
			continue // its domain publishes nothing
		}
		e := audit.ExpectIn(s, p)
		duty := e.String()
		if e.Duty == audit.MustDeliver && s.Facts.Offers == scenarios.No {
			duty += ", in clear"
		}
		list = append(list, expectation{string(p), meanings[p], duty, e.Because, e.Ground})
	}
	return list
}

// laterDuties say what a client that does MTA-STS does when its domain publishes
// something else, one sentence each; nil if that does not happen.
func laterDuties(s scenarios.Scenario) []string {
	remembered, renewed, ok := audit.ExpectLater(s, audit.MTASTS)
	if !ok {
		return nil
	}
	const what = "With mta-sts, when the domain publishes something else, a client that "
	list := []string{what + "remembers the policy " + remembered.String() + because(remembered) + "."}
	if renewed.Duty != "" {
		list = append(list, what+"has fetched the new policy "+renewed.String()+because(renewed)+".")
	}
	return list
}

// because is the reason of a "must" or a "must not".
func because(e audit.Expectation) string {
	if e.Duty == audit.MayDeliver {
		return ""
	}
	return ": " + e.Because
}
