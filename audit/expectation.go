package audit

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/fakemx/fakemx/internal/addrpattern"
	"github.com/fakemx/fakemx/scenarios"
)

// A Duty is what a client must or may do in a scenario.
type Duty string

// The duties.
const (
	MustDeliver    Duty = "must deliver"
	MayDeliver     Duty = "may deliver"
	MustNotDeliver Duty = "must not deliver"
)

// An Expectation is what a client with a policy must or may do in a scenario.
type Expectation struct {
	Duty Duty `json:"duty"`
	// InTLS is true if anything that is delivered must be delivered in TLS.
	InTLS bool `json:"in_tls"`
	// Because says which property of the peer is the reason, and on what
	// ground.
	Because string `json:"because"`
	// Ground is the ground alone: the RFC section that says MUST, or "all
	// stacks"; two are joined by "and". It is empty if the client may do
	// either, and may be empty for a user's scenario.
	Ground string `json:"ground"`
}

// String returns the expectation in words, such as "must deliver in TLS".
func (e Expectation) String() string {
	if e.InTLS {
		return string(e.Duty) + " in TLS"
	}
	return string(e.Duty)
}

// A column of the verdict table is what the facts say of a peer.
type column string

const (
	notOffered     column = "STARTTLS is not usable"
	cannotComplete column = "TLS cannot complete"
	pickyForged    column = "whether TLS completes is left to the client, and the peer is not authentic"
	pickyAuthentic column = "whether TLS completes is left to the client"
	weakForged     column = "TLS completes only weakly, and the peer is not authentic"
	weakAuthentic  column = "TLS completes only weakly"
	notAuthentic   column = "TLS completes, and the peer is not authentic"
	leftToClient   column = "how much a client verifies here is left to it"
	authentic      column = "TLS completes and the peer is authentic"
)

// What stands in the verdict table.
var (
	must      = Expectation{Duty: MustDeliver}
	mustInTLS = Expectation{Duty: MustDeliver, InTLS: true}
	may       = Expectation{Duty: MayDeliver}
	mayInTLS  = Expectation{Duty: MayDeliver, InTLS: true}
	mustNot   = Expectation{Duty: MustNotDeliver}
)

// verdictTable has a row for each policy that goes by TLS alone; daneTable and
// stsTable have the others.
var verdictTable = map[Policy]map[column]Expectation{
	Opportunistic: {
		notOffered: must, cannotComplete: may, pickyForged: may, pickyAuthentic: may, weakForged: may, weakAuthentic: may,
		notAuthentic: mustInTLS, leftToClient: mustInTLS, authentic: mustInTLS,
	},
	Encrypt: {
		notOffered: mustNot, cannotComplete: mustNot,
		pickyForged: mayInTLS, pickyAuthentic: mayInTLS, weakForged: mayInTLS, weakAuthentic: mayInTLS,
		notAuthentic: mustInTLS, leftToClient: mustInTLS, authentic: mustInTLS,
	},
	Verify: {
		notOffered: mustNot, cannotComplete: mustNot,
		pickyForged: mustNot, pickyAuthentic: mayInTLS, weakForged: mustNot, weakAuthentic: mayInTLS,
		notAuthentic: mustNot, leftToClient: mayInTLS, authentic: mustInTLS,
	},
}

// columnOf finds the column of a peer.
func columnOf(f scenarios.Facts) column {
	forged := f.Authentic == scenarios.No
	switch {
	case f.Offers == scenarios.No:
		return notOffered
	case f.Completes == scenarios.No:
		return cannotComplete
	case f.Completes == scenarios.Lenient && forged:
		return pickyForged
	case f.Completes == scenarios.Lenient:
		return pickyAuthentic
	case f.Completes == scenarios.Weak && forged:
		return weakForged
	case f.Completes == scenarios.Weak:
		return weakAuthentic
	case forged:
		return notAuthentic
	case f.Authentic == scenarios.Lenient:
		return leftToClient
	}
	return authentic
}

// Expect returns the entry of the verdict table: what the facts and the policy
// alone require of a client. Its Because names no ground.
func Expect(f scenarios.Facts, p Policy) Expectation {
	if why := leadsNowhere(f); why != "" {
		e := mustNot
		e.Because = why
		return e
	}
	var e Expectation
	if r, ok := rowOf(f, p); ok {
		e = expectPublished(f, r)
	} else {
		c := columnOf(f)
		e = verdictTable[p][c]
		e.Because = string(c)
	}
	if f.Resolves == scenarios.ResolvesLenient && e.Duty == MustDeliver {
		e = e.freed()
		e.Because = "whether to follow this MX record is left to the client"
	}
	return e
}

// ExpectIn is [Expect] for a whole scenario, with the grounds. A scenario can
// weaken a duty but never strengthen it: no client can deliver to a peer that
// accepts no mail; a client may give up if no standard says how to continue,
// and may end a session in which something was injected. A client that may ever
// deliver in clear may also do so after such a session, or if TLS is sometimes
// withheld or lost, or no mail is accepted inside it.
//
// Of two hosts, a client may go on with the second if it must not deliver to the
// first.
//
// A message that demands REQUIRETLS must not be delivered where what RFC 8689
// asks for is not there, and never outside TLS. One that says TLS-Required: No
// may be delivered where the policy forbids it.
func ExpectIn(s scenarios.Scenario, p Policy) Expectation {
	return expectPlain(s, p).forMessage(s, p)
}

// expectPlain is ExpectIn for a message that asks for nothing.
func expectPlain(s scenarios.Scenario, p Policy) Expectation {
	if !s.HasSecondHost() {
		return expectAt(s, p)
	}
	return expectTogether(expectAt(s, p), expectAt(s.AsSecondHost(), p))
}

// expectAt is what a client has to do with the first host of a scenario.
func expectAt(s scenarios.Scenario, p Policy) Expectation {
	e := Expect(s.Facts, p)
	asked := p
	if r, ok := rowOf(s.Facts, p); ok {
		p = r.as // which says what else is left to it
	}
	whole := s
	s.Peer = s.PeerFor(recipient(s, "id"))
	puzzle := s.Peer.Puzzle()
	switch {
	case e.Duty == MayDeliver:
		return e
	case e.Duty == MustNotDeliver:
		return e.groundedIn(s, asked)
	case !reachable(s):
		e.Duty, e.Because = MayDeliver, takesNone(whole)
	case e.InTLS && !s.Peer.TakesMailInTLS():
		e = Expectation{Duty: MayDeliver, InTLS: p != Opportunistic, Because: "the peer takes no mail inside TLS" + addressed(whole, whole.Peer.TakesMailInTLS())}
	case puzzle != nil:
		e.Duty, e.Because = MayDeliver, puzzle.Reason+", and how to go on is left to the client"
		e.InTLS = e.InTLS && (!puzzle.BeforeMail || p != Opportunistic)
	case injects(s):
		e.Duty, e.InTLS, e.Because = MayDeliver, p != Opportunistic, "a client may end a session in which something was injected"
	case p == Opportunistic && e.InTLS && withholdsTLS(s):
		e.InTLS, e.Because, e.Ground = false, "the peer withholds or loses TLS now and then", retried
	default:
		return e.groundedIn(s, asked)
	}
	return e
}

// retried is the ground of a delivery to a peer that fails now and then: mail
// that cannot be transmitted at once MUST be queued and retried.
const retried = "RFC 5321 section 4.5.4.1"

// groundedIn says on which fact a "must" or a "must not" rests, and why that is
// so.
func (e Expectation) groundedIn(s scenarios.Scenario, p Policy) Expectation {
	because, ground := e.restsOn(s, p)
	e.Because = because
	return e.by(ground)
}

// restsOn is the fact on which a "must" or a "must not" rests, and its ground.
func (e Expectation) restsOn(s scenarios.Scenario, p Policy) (because, ground string) {
	g := s.Grounds
	r, published := rowOf(s.Facts, p)
	switch {
	case leadsNowhere(s.Facts) != "":
		return e.Because, g.Resolves
	case published && r.as == "":
		return e.Because, r.groundIn(g)
	case published:
		e.Because = Expect(s.Facts, r.as).Because
		because, ground = e.restsOn(s, r.as)
		if r.as == Opportunistic && (r.rests == byDANE || s.Facts.STS == "") {
			return because, ground // nothing is published that matters
		}
		return r.because + ", and " + because, both(r.groundIn(g), ground)
	}
	return e.restsOnTLS(s, p)
}

// restsOnTLS is restsOn for a policy that goes by TLS alone.
func (e Expectation) restsOnTLS(s scenarios.Scenario, p Policy) (because, ground string) {
	g := s.Grounds
	offered := g.Offers
	if offered == usualOffer() {
		offered = "" // nothing is special about the offer
	}
	switch c := columnOf(s.Facts); {
	case c == notOffered:
		return e.Because, g.Offers
	case c == cannotComplete:
		return e.Because, g.Completes
	case e.Duty == MustNotDeliver:
		return "the peer is not authentic", g.Authentic
	case p == Verify:
		return e.Because, both(offered, both(g.Completes, g.Authentic))
	}
	return "TLS completes", both(offered, g.Completes)
}

// by adds the ground.
func (e Expectation) by(ground string) Expectation {
	e.Ground = ground
	switch ground {
	case "":
	case scenarios.AllStacks:
		e.Because += ", as all stacks agree"
	default:
		e.Because += ", by " + ground
	}
	return e
}

// usualOffer is the ground of an offer with which nothing is wrong.
var usualOffer = sync.OnceValue(func() string { return scenarios.MustGet("healthy").Grounds.Offers })

// both joins two grounds, an RFC section first.
func both(a, b string) string {
	switch {
	case a == "" || b == "" || a == b:
		return cmp.Or(a, b)
	case a == scenarios.AllStacks:
		return b + " and " + a
	}
	return a + " and " + b
}

// reachable: a client that tries often enough can deliver the message of an
// audit, in one way or another.
func reachable(s scenarios.Scenario) bool {
	return s.PeerFor(recipient(s, "id")).TakesMail() && !misunderstands(s)
}

// takesNone says from whom, or to whom, a peer takes no mail that takes none of
// an audit.
func takesNone(s scenarios.Scenario) string {
	return "the peer takes no mail" + cmp.Or(addressed(s, s.Peer.TakesMail() && !misunderstands(s)), " from anybody")
}

// addressed names the addresses for which alone a peer takes no mail; empty if
// it takes none from anybody.
func addressed(s scenarios.Scenario, taken bool) string {
	if !taken {
		return ""
	}
	var where []string
	for _, f := range s.Peer.Faults {
		m := f.Match
		if f.Match = nil; m == nil || m.Parameter != "" || !f.Always() || !f.Refuses() && !ends(f) {
			continue
		}
		m = &scenarios.Match{Mail: s.Expand(m.Mail), Rcpt: s.Expand(m.Rcpt)}
		if m.Rcpt == "" || addrpattern.Match(m.Rcpt, recipient(s, "id")) {
			where = append(where, scenarios.Fault{Match: m}.Limits())
		}
	}
	return " " + strings.Join(slices.Compact(where), ", or ")
}

// misunderstands: the peer begins TLS where clients wait for a greeting, or
// greets where they begin TLS. Neither side then says what the other one could
// answer.
func misunderstands(s scenarios.Scenario) bool {
	if s.ReachAt == scenarios.ReachAtSMTPS {
		return s.Peer.SMTP.PlaintextSMTPS
	}
	return s.Peer.SMTP.ImplicitTLS
}

// stalls: the peer says nothing more at some point, until its client or its own
// limit ends the session.
func stalls(s scenarios.Scenario) bool {
	return misunderstands(s) || slices.ContainsFunc(s.Peer.Faults, scenarios.Fault.Stalls)
}

// injects: text is put behind a reply, which a client may take for the attack
// that it is.
func injects(s scenarios.Scenario) bool {
	return slices.ContainsFunc(s.Peer.Faults, func(f scenarios.Fault) bool { return f.Do == scenarios.DoInject })
}

// withholdsTLS: in some sessions, but not in all, a fault keeps TLS from being
// offered or from completing, or ends it in a way that looks the same: what went
// wrong with a handshake of TLS 1.3 shows in the client's first read behind it.
func withholdsTLS(s scenarios.Scenario) bool {
	return slices.ContainsFunc(s.Peer.Faults, func(f scenarios.Fault) bool { return isCounted(f) && preventsTLS(f) })
}

func isCounted(f scenarios.Fault) bool { return !f.Always() }

func preventsTLS(f scenarios.Fault) bool {
	switch f.At {
	case scenarios.AtEHLO:
		return f.Do == scenarios.DoHide && f.Text == "STARTTLS" || f.In == scenarios.InTLS && ends(f)
	case scenarios.AtSTARTTLS:
		return f.Do != scenarios.DoDrip && f.Do != scenarios.DoInject
	case scenarios.AtHandshake, scenarios.AtClientHello:
		return true
	}
	return false
}

// ends: the fault breaks the connection off.
func ends(f scenarios.Fault) bool {
	return f.Do == scenarios.DoReset || f.Do == scenarios.DoClose || f.Do == scenarios.DoStall
}
