package audit

import (
	"fmt"

	"github.com/fakemx/fakemx/scenarios"
)

// findersOf are the finders that make sense of a policy, the gravest first.
func findersOf(p Policy) []func([]Item) string {
	dane := []func([]Item) string{overridesDANE, ignoresTLSA, deliversUnknowing, fallsBackDespiteTLSA, usesInsecureTLSA, mindsUnusable}
	if p == DANEOnly {
		dane = append(dane, goesWithoutTLSA)
	}
	sts := []func([]Item) string{ignoresCache, goesByOlder}
	for _, find := range []func([]Item) string{ignoresPolicies, clearDespitePolicy, doesNotVerifyListed, ignoresListedNames, minds(scenarios.STSTesting), minds(scenarios.STSNone)} {
		sts = append(sts, atFirst(find))
	}
	list := []func([]Item) string{exposesCredentials, dropsDemand}
	if p.followsDANE() {
		list = append(list, dane...)
	}
	if p.followsSTS() {
		list = append(list, sts...)
	}
	if p.FollowsDNS() {
		return append(list, verifiesThough[p], disregardsWaiver, clearDespiteOffer)
	}
	return []func([]Item) string{exposesCredentials, dropsDemand, fallsBack[p], goesOn[p], verifiesThough[p], doesNotVerify, ignoresNames, dotsNames}
}

// brokenBy counts the items in which the client delivered though it must not,
// for what it finds, and all with that fact in which it is clear what it did.
func brokenBy(items []Item, fact scenarios.DANE) (broken, all int) {
	for _, i := range items {
		if i.Facts.DANE != fact || leadsNowhere(i.Facts) != "" || i.Result == Unclear || i.waived {
			continue
		}
		all++
		if i.Result == Fail && i.delivered().any() {
			broken++
		}
	}
	return broken, all
}

// ignoresTLSA: no record that does not match keeps the client from delivering.
func ignoresTLSA(items []Item) string {
	broken, all := brokenBy(items, scenarios.DANEMismatch)
	if broken == 0 || broken < all || overridesDANE(items) != "" {
		return ""
	}
	return fmt.Sprintf("the client does not go by TLSA records: it delivered wherever none matches (in %s)", scenariosWord(broken))
}

// deliversUnknowing: whoever can keep the answer from the client can undo DANE.
func deliversUnknowing(items []Item) string {
	broken, _ := brokenBy(items, scenarios.DANEUnknowable)
	mismatches, all := brokenBy(items, scenarios.DANEMismatch)
	if broken == 0 || all > 0 && mismatches == all || overridesDANE(items) != "" {
		return "" // there is worse
	}
	if misled := count(items, func(i Item) bool {
		s, err := scenarios.Get(i.Scenario)
		return err == nil && i.Result == Fail && i.delivered().any() && i.toldBogus(s)
	}); misled == broken {
		return fmt.Sprintf("the client's resolver does not validate (in %s): it passes on bogus answers, and without validation there is no DANE", scenariosWord(broken))
	}
	return fmt.Sprintf("the client delivers though the lookup of the TLSA record fails (in %s): whoever can block that lookup can undo DANE", scenariosWord(broken))
}

// fallsBackDespiteTLSA: a TLSA record promises TLS (RFC 7672 section 2.2).
func fallsBackDespiteTLSA(items []Item) string {
	n := count(items, func(i Item) bool {
		promised := i.Facts.DANE == scenarios.DANEMatches || i.Facts.DANE == scenarios.DANEUnusable || i.Facts.DANE == scenarios.DANELenient
		return promised && i.Result == Fail && i.delivered().clear > 0
	})
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("the client delivers in clear to hosts with TLSA records (in %s)", scenariosWord(n))
}

// usesInsecureTLSA: records of a zone that is not secure say nothing.
func usesInsecureTLSA(items []Item) string {
	n := count(items, func(i Item) bool {
		return i.Facts.DANE == scenarios.DANENone && i.Family == scenarios.FamilyDNSSEC && i.Result == Fail && !i.delivered().any()
	})
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("the client goes by TLSA records that are not secure (in %s): it loses mail, and a forger gains by it", scenariosWord(n))
}

// mindsUnusable: records of which none is usable are as good as none, but that TLS
// has to be used (RFC 7672 section 2.2).
func mindsUnusable(items []Item) string {
	n := count(items, func(i Item) bool {
		return i.Facts.DANE == scenarios.DANEUnusable && i.Result == Fail && !i.delivered().any()
	})
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("the client takes TLSA records that it cannot use for ones that do not match (in %s): it loses mail where it has to go on as without them, in TLS", scenariosWord(n))
}

// goesWithoutTLSA is about a client that is to deliver by DANE alone.
func goesWithoutTLSA(items []Item) string {
	n := count(items, func(i Item) bool {
		return (i.Facts.DANE == "" || i.Facts.DANE == scenarios.DANENone) && leadsNowhere(i.Facts) == "" && i.Result == Fail && i.delivered().any()
	})
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("the client delivers where there is no TLSA record (in %s): it does DANE only where it is published", scenariosWord(n))
}
