package audit

import (
	"fmt"

	"github.com/fakemx/fakemx/scenarios"
)

// disregardsWaiver: an MTA that knows the header field TLS-Required does not let what
// the domain publishes keep a message back that says No.
func disregardsWaiver(items []Item) string {
	n := count(items, func(i Item) bool { return i.heldBack && i.Result == May })
	all := count(items, func(i Item) bool { return i.waived && i.Result == May })
	if n == 0 {
		return ""
	}
	which := "a message"
	if n == all {
		which = "any message"
	}
	return fmt.Sprintf("the client does not deliver %s that says TLS-Required: No where the domain's policy fails (in %s), which it should if it knows the field (RFC 8689 section 3)", which, scenariosWord(n))
}

// clearDespiteOffer: the message waives TLS that cannot be had, and no other.
func clearDespiteOffer(items []Item) string {
	n := count(items, func(i Item) bool { return i.waived && i.Facts.Completes == scenarios.Yes && i.delivered().clear > 0 })
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("for a message that says TLS-Required: No the client does without TLS that works (in %s); it should negotiate STARTTLS (RFC 8689 section 3)", scenariosWord(n))
}

// dropsDemand: clients promise what they do not keep.
func dropsDemand(items []Item) string {
	n := count(items, func(i Item) bool { return i.demanded && i.Result == Fail && i.dropsREQUIRETLS() })
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("the client takes messages that demand REQUIRETLS, and delivers them without it (in %s): it promises what it does not keep (RFC 8689 section 4.2.1)", scenariosWord(n))
}
