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

// ignoresCache: a policy in the cache is all that protects a client from whoever
// can keep it from looking again.
func ignoresCache(items []Item) string {
	n := count(items, func(i Item) bool { return i.brokeLater() && i.Step.Renewed == nil })
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("the client does not hold to a policy that it has fetched (in %s): "+
		"whoever can block its lookups or the policy host can undo MTA-STS (RFC 8461 section 3.3)", scenariosWord(n))
}

// goesByOlder: a policy that was fetched replaces the one before.
func goesByOlder(items []Item) string {
	n := count(items, func(i Item) bool {
		return i.Step != nil && i.Step.Renewed != nil && i.Result == Fail && !i.brokeFirst()
	})
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("the client goes by an older policy when it has fetched a newer one (in %s)", scenariosWord(n))
}

// brokeFirst: the client broke the policy before the change of what is published.
func (i Item) brokeFirst() bool {
	return i.Expectation.Duty == MustNotDeliver && i.deliveredBefore(i.Step.Moment).any()
}

// brokeLater: the client kept the policy before the change, and broke it after that
// by delivering.
func (i Item) brokeLater() bool {
	return i.Step != nil && i.Result == Fail && !i.brokeFirst() && i.deliveredSince(i.Step.Moment).any()
}

// atFirst are the items without those in which something else is published in the
// end, unless the client broke the policy before.
func atFirst(find func([]Item) string) func([]Item) string {
	return func(items []Item) string {
		var list []Item
		for _, i := range items {
			if i.Step == nil || i.brokeFirst() {
				list = append(list, i)
			}
		}
		return find(list)
	}
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
