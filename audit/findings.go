package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// findings say what the verdicts together mean, the gravest first.
func findings(p Policy, items []Item) []string {
	list := []string{}
	for _, find := range findersOf(p) {
		if find == nil {
			continue
		}
		if f := find(items); f != "" {
			list = append(list, f)
		}
	}
	return list
}

// notes say what else is to be known.
func notes(r *Report) []string {
	list := []string{}
	for _, n := range []string{r.Kicks.note(), r.howToPlayAll(), givenUpOn(r.Items), remembers(r.Items), doesNoDANE(r)} {
		if n != "" {
			list = append(list, n)
		}
	}
	return list
}

// manyUnclear is how many scenarios an MTA is unclear in, and at least how large
// a part of all, when that may be for what it remembers.
const (
	manyUnclear = 5
	largePart   = 4
)

// remembers: an MTA that does not come, or does not come again, may know hosts
// of an earlier attempt for broken.
func remembers(items []Item) string {
	n := count(items, func(i Item) bool { return i.Waited > 0 && i.Result == Unclear && i.Problem == "" })
	if n < manyUnclear || n*largePart < len(items) {
		return ""
	}
	return fmt.Sprintf("the MTA is unclear in %s: it may remember hosts, domains or times of retry from before; "+
		"docs/audit.md says what clears that, and --kick makes it try again", scenariosWord(n))
}

// doesNoDANE: a policy daemon that looks up no TLSA record leaves DANE to Postfix,
// which says nothing of the daemon.
func doesNoDANE(r *Report) string {
	n := count(r.Items, func(i Item) bool {
		return i.Answer != nil && i.Result == Unclear && len(i.Queries) > 0 && !i.askedForTLSA()
	})
	asked := count(r.Items, func(i Item) bool { return i.Answer != nil && i.askedForTLSA() })
	if n == 0 || asked > 0 || !r.Policy.followsDANE() {
		return ""
	}
	return "the daemon asked for no TLSA record at all: if it does MTA-STS alone, hold it to --policy mta-sts, and the Postfix that asks it to " + string(r.Policy) + " by --submit"
}

func exposesCredentials(items []Item) string {
	n := count(items, func(i Item) bool { return i.flagged(fakemx.CredentialsInClear) })
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("the client sends credentials in clear (in %s)", scenariosWord(n))
}

// fallsBack is about a policy that demands TLS: an opportunistic client may fall
// back.
var fallsBack = map[Policy]func([]Item) string{
	Encrypt: fallsBackThough("TLS that is not demanded"),
	// This is exim's tls_verify_hosts without hosts_require_tls.
	Verify: fallsBackThough("verification without a demand for TLS"),
}

func fallsBackThough(what string) func([]Item) string {
	return func(items []Item) string {
		n := count(items, func(i Item) bool { return i.Result == Fail && i.delivered().clear > 0 && i.fellBack() })
		if n == 0 {
			return ""
		}
		return fmt.Sprintf("when TLS fails, or a certificate is refused, the client falls back to clear text (in %s): "+
			"%s protects nothing", scenariosWord(n), what)
	}
}

// goesOn is about such a policy, too.
var goesOn = map[Policy]func([]Item) string{Encrypt: goesOnInClear, Verify: goesOnInClear}

func goesOnInClear(items []Item) string {
	n := count(items, func(i Item) bool {
		notOffered := i.Facts.Offers == scenarios.No && i.Expectation.Duty == MustNotDeliver
		return i.Result == Fail && i.delivered().clear > 0 && (notOffered || i.withheld)
	})
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("where STARTTLS is not offered or not granted, the client goes on in clear (in %s)", scenariosWord(n))
}

// forged are the items of a verifying client whose peer is not authentic
// though TLS completes. With a message that demands REQUIRETLS even a client that
// verifies nothing else has to verify.
func forged(items []Item) []Item {
	var list []Item
	for _, i := range items {
		if i.Expectation.Duty == MustNotDeliver && !i.demanded && columnOf(i.Facts) == notAuthentic && i.Result != Unclear {
			list = append(list, i)
		}
	}
	return list
}

// doesNotVerify: nothing that is forged is refused, and there was such as every
// client refuses that verifies at all. Who goes on in clear instead has refused
// it.
func doesNotVerify(items []Item) string {
	all := forged(items)
	switch {
	case len(all) == 0 || count(all, accepted) < len(all):
		return ""
	case count(all, Item.isUntrusted) == 0:
		return fmt.Sprintf("the client accepts certificates that it must refuse (in %s); whether it verifies the chain is not known, "+
			"as all of them come from a trusted authority: audit self-signed, too", itemNames(all))
	}
	return "the client does not verify: it accepts every certificate that it was shown"
}

// verifiesThough is about a policy that does not ask who the peer is.
var verifiesThough = map[Policy]func([]Item) string{
	Opportunistic: verifiesUnasked(Opportunistic),
	Encrypt:       verifiesUnasked(Encrypt),
	DANE:          verifiesUnasked(DANE),
	MTASTS:        verifiesUnasked(MTASTS),
	DANEAndMTASTS: verifiesUnasked(DANEAndMTASTS),
}

// manyDistrusted is in how many scenarios, at least, a client refuses peers that
// are not authentic when it verifies. One may have another reason.
const manyDistrusted = 2

// verifiesUnasked: the client refuses whom it must deliver to, for want of
// authenticity alone. Among them is such as every client refuses that verifies
// at all, and of those it accepts none.
func verifiesUnasked(p Policy) func([]Item) string {
	return func(items []Item) string {
		n := count(items, distrusted)
		plain := count(items, func(i Item) bool { return distrusted(i) && i.forgery != "" })
		trusting := count(items, func(i Item) bool { return i.isUntrusted() && i.delivered().tls > 0 })
		if n < manyDistrusted || plain == 0 || trusting > 0 {
			return ""
		}
		next := "it seems to be configured for --policy verify"
		if count(items, func(i Item) bool { return i.delivered().clear > 0 }) > 0 {
			next = "--policy verify shows what else it lacks, as it delivers in clear, too"
		}
		return fmt.Sprintf("the client verifies, though the policy %s does not ask for that (it refused peers that are not authentic in %s): %s",
			p, scenariosWord(n), next)
	}
}

// distrusted: the client must deliver to a peer that is not authentic, and ended
// the session in TLS before any mail.
func distrusted(i Item) bool {
	return i.Result == Fail && !i.delivered().any() && columnOf(i.Facts) == notAuthentic && i.interrupted() == "" &&
		slices.ContainsFunc(i.Sessions, func(s fakemx.Session) bool {
			return i.plainness(s) >= plainUnsaid
		})
}

// ignoresNames is sendmail's VERIFY, and swaks before it learnt to look: of the
// plain cases none is refused.
func ignoresNames(items []Item) string {
	all := forged(items)
	names := slices.DeleteFunc(slices.Clone(all), func(i Item) bool { return i.Family != scenarios.FamilyIdentity && i.forgery != misnamed })
	plain := slices.DeleteFunc(slices.Clone(all), func(i Item) bool { return i.forgery != misnamed })
	others := len(all) - len(names)
	switch {
	case len(plain) == 0 || count(plain, accepted) < len(plain):
		return ""
	case others == 0 || count(all, accepted)-count(names, accepted) == others:
		return ""
	case count(all, func(i Item) bool { return i.isUntrusted() && accepted(i) }) > 0:
		return ""
	}
	return fmt.Sprintf("the client verifies the chain but not the name (in %s): "+
		"any certificate of a trusted authority will do, an attacker's own included", scenariosWord(count(names, accepted)))
}

func (i Item) isUntrusted() bool { return i.forgery == untrusted }

// manyNames is how many scenarios are named one by one.
const manyNames = 8

// itemNames are the names of scenarios, or the first of many.
func itemNames(items []Item) string {
	names := make([]string, len(items))
	for n, i := range items {
		names[n] = i.Scenario
	}
	return listed(names)
}

func listed(names []string) string {
	if len(names) <= manyNames {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:manyNames], ", "), len(names)-manyNames)
}

// accepted: the client failed by delivering in TLS, so that it took what it was
// shown for good.
func accepted(i Item) bool { return i.Result == Fail && i.delivered().tls > 0 }

func count[T any](items []T, is func(T) bool) int {
	n := 0
	for _, i := range items {
		if is(i) {
			n++
		}
	}
	return n
}

func scenariosWord(n int) string {
	if n == 1 {
		return "1 scenario"
	}
	return fmt.Sprintf("%d scenarios", n)
}
