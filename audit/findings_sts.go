package audit

import (
	"fmt"

	"github.com/fakemx/fakemx/scenarios"
)

// overridesDANE: a client delivers where DANE fails because an MTA-STS policy
// lists the host, and nowhere else.
func overridesDANE(items []Item) string {
	n, others := 0, 0
	for _, i := range items {
		failing := i.Facts.DANE == scenarios.DANEMismatch || i.Facts.DANE == scenarios.DANEUnknowable
		switch {
		case !failing || leadsNowhere(i.Facts) != "" || i.Result != Fail || !i.delivered().any():
		case i.Facts.STS == scenarios.STSAllows:
			n++
		default:
			others++
		}
	}
	if n == 0 || others > 0 {
		return ""
	}
	return fmt.Sprintf("the client lets an MTA-STS policy override DANE that fails (in %s), which it must not (RFC 8461 section 2): "+
		"whoever can get a certificate for the host can undo DANE", scenariosWord(n))
}

// unlisted are the items that an enforced policy alone forbids.
func unlisted(i Item) bool {
	return i.Facts.STS == scenarios.STSForbids && i.Expectation.Duty == MustNotDeliver && leadsNowhere(i.Facts) == "" && i.Result != Unclear
}

// ignoresPolicies: no enforced policy keeps the client from delivering.
func ignoresPolicies(items []Item) string {
	all := count(items, unlisted)
	broken := count(items, func(i Item) bool { return unlisted(i) && i.delivered().any() })
	if broken == 0 || broken < all {
		return ""
	}
	return fmt.Sprintf("the client does not enforce MTA-STS policies: it delivered wherever one does not list the host (in %s)", scenariosWord(broken))
}

// clearDespitePolicy: an enforced policy promises TLS (RFC 8461 section 5).
func clearDespitePolicy(items []Item) string {
	n := count(items, func(i Item) bool {
		return i.Facts.STS == scenarios.STSAllows && i.Result == Fail && i.delivered().clear > 0
	})
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("the client delivers in clear to hosts that an enforced MTA-STS policy lists (in %s)", scenariosWord(n))
}

// doesNotVerifyListed: an enforced policy asks for a host that is authentic.
func doesNotVerifyListed(items []Item) string {
	all := forged(items)
	if len(all) == 0 || count(all, accepted) < len(all) || count(all, Item.isUntrusted) == 0 {
		return ""
	}
	return fmt.Sprintf("the client does not verify hosts under an enforced MTA-STS policy: it accepts every certificate that it was shown (in %s)", scenariosWord(len(all)))
}

// ignoresListedNames: of the certificates for another name none is refused, and of
// those that nobody has signed none is accepted.
func ignoresListedNames(items []Item) string {
	all := forged(items)
	named := count(all, func(i Item) bool { return i.forgery == misnamed })
	taken := count(all, func(i Item) bool { return i.forgery == misnamed && accepted(i) })
	refused := count(all, func(i Item) bool { return i.isUntrusted() && !i.delivered().any() })
	if named == 0 || taken < named || refused == 0 {
		return ""
	}
	return fmt.Sprintf("the client verifies the chain but not the name under an enforced MTA-STS policy (in %s): "+
		"any certificate of a trusted authority will do, an attacker's own included", scenariosWord(taken))
}

// mindedWords say what a client minds that does not deliver.
var mindedWords = map[scenarios.STSFact]string{
	scenarios.STSTesting: "the client enforces MTA-STS policies in mode testing (in %s), which ask for reports alone (RFC 8461 section 5)",
	scenarios.STSNone: "the client does not deliver where there is no valid MTA-STS policy, or none can be fetched (in %s): " +
		"without a policy in its cache it must go on as without MTA-STS (RFC 8461 section 3.3)",
}

// minds finds clients that refuse for a policy that does not ask for it.
func minds(fact scenarios.STSFact) func([]Item) string {
	return func(items []Item) string {
		n := count(items, func(i Item) bool { return i.Facts.STS == fact && i.Result == Fail && !i.delivered().any() })
		if n == 0 {
			return ""
		}
		return fmt.Sprintf(mindedWords[fact], scenariosWord(n))
	}
}
