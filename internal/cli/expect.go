package cli

import "github.com/fakemx/fakemx/scenarios"

// An expectation is what a correct client with a policy does about a scenario.
type expectation struct {
	Policy string `json:"policy"`
	// Means says what the policy is.
	Means string `json:"means"`
	// Duty is "must deliver in TLS", "must deliver, in clear", "may deliver"
	// or "must not deliver".
	Duty string `json:"duty"`
}

// The duties.
const (
	mustInTLS   = "must deliver in TLS"
	mustInClear = "must deliver, in clear"
	mayDeliver  = "may deliver"
	mustNot     = "must not deliver"
)

// expectations derives from the facts what clients owe, by policy: delivery
// whatever comes (RFC 7435), delivery in TLS only, delivery in verified TLS
// only.
func expectations(f scenarios.Facts) []expectation {
	opportunistic, encrypt, verify := duties(f)
	return []expectation{
		{"opportunistic", "TLS where it works", opportunistic},
		{"encrypt", "TLS or nothing", encrypt},
		{"verify", "TLS with the right peer or nothing", verify},
	}
}

func duties(f scenarios.Facts) (opportunistic, encrypt, verify string) {
	authentic := f.Authentic == scenarios.Yes
	switch {
	case f.Offers == scenarios.No:
		return mustInClear, mustNot, mustNot
	case f.Completes == scenarios.No:
		return mayDeliver, mustNot, mustNot
	case f.Completes == scenarios.Weak && authentic:
		return mayDeliver, mayDeliver, mayDeliver
	case f.Completes == scenarios.Weak:
		return mayDeliver, mayDeliver, mustNot
	case authentic:
		return mustInTLS, mustInTLS, mustInTLS
	}
	return mustInTLS, mustInTLS, mustNot
}
