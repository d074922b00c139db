package audit

import (
	"fmt"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// A Result is the result of a verdict.
type Result string

// The results.
const (
	Pass Result = "pass"
	Fail Result = "fail"
	// May: the client was free to do what it did.
	May Result = "may"
	// Unclear: the evidence proves nothing.
	Unclear Result = "unclear"
)

// Results returns all results, the best first.
func Results() []Result { return []Result{Pass, May, Unclear, Fail} }

// A Verdict says whether a client kept its policy in a scenario.
type Verdict struct {
	Result Result `json:"result"`
	// Reason is one sentence.
	Reason string `json:"reason"`
}

// Judge returns the verdict on a client. It depends only on its arguments: the
// scenario, the client's policy, the evidence, and the result of the scenario's
// control. An unknown policy, or a scenario without facts, makes the verdict
// unclear.
//
// Credentials in clear, and a trap that the client fell into, fail every
// policy. After that, "must not" is failed by any delivery, "in TLS" by a
// delivery in clear, and "must" by no delivery. If the client must not deliver,
// the verdict is unclear if it never connected, crashed or had to be killed,
// because that is not a refusal; but it need not connect if it has asked the DNS
// for what forbids the delivery. Not delivering proves nothing without a
// control that was delivered to. An MTA that has deferred a message and not
// tried again yet has not failed.
func Judge(s scenarios.Scenario, p Policy, e Evidence, control Control) Verdict {
	e = e.of(s)
	c := &court{scenario: s, policy: p, evidence: e, control: control, expected: ExpectIn(s, p), delivered: e.delivered()}
	return c.quoteClient(c.verdict())
}

// of is what is judged: the answer of a policy daemon is followed anew, so that the
// verdict on a report that was read is that of this version.
func (e Evidence) of(s scenarios.Scenario) Evidence {
	if e.Answer == nil {
		return e
	}
	answer := *e.Answer
	answer.follow(s)
	e.Answer = &answer
	return e
}

// verdict is that of the first rule that applies.
func (c *court) verdict() Verdict {
	if v, applies := c.undecidable(); applies {
		return v
	}
	if c.evidence.Answer != nil {
		return c.onAnswer()
	}
	for _, rule := range []func() (Verdict, bool){c.misconduct, c.deceived, c.inconclusive, c.dropped, c.unled, c.unvalidated, c.exempt, c.unasked, c.onHosts, c.indifferent, c.uncontrolled, c.overTime, c.behindOneReply, c.barred, c.deferred} {
		if v, applies := rule(); applies {
			return v
		}
	}
	if c.delivered.any() {
		return c.onDelivery()
	}
	return c.onNone()
}

// A court holds what a verdict is made of.
type court struct {
	scenario  scenarios.Scenario
	policy    Policy
	evidence  Evidence
	control   Control
	expected  Expectation
	delivered delivery
}

// undecidable is what no verdict can be given on.
func (c *court) undecidable() (Verdict, bool) {
	f := c.scenario.Facts
	switch _, err := ParsePolicy(string(c.policy)); {
	case err != nil:
		return Verdict{Unclear, err.Error()}, true
	case f.Offers == "" || f.Completes == "" || f.Authentic == "":
		return Verdict{Unclear, "the scenario does not declare all of its facts"}, true
	}
	return Verdict{}, false
}

// trapReasons say what the client did that the trap is for.
var trapReasons = map[scenarios.Trap]string{
	scenarios.TrapInjectedReply:   "the client acted on a reply that had been injected in clear before TLS",
	scenarios.TrapMaskedOffer:     "the client authenticated in clear to a peer whose offer of STARTTLS was masked",
	scenarios.TrapRepeatedMessage: "the client sent again a message that had been stored",
}

// misconduct is what no policy allows.
func (c *court) misconduct() (Verdict, bool) {
	if c.evidence.flagged(fakemx.CredentialsInClear) {
		return Verdict{Fail, "the client sent credentials in clear"}, true
	}
	if c.scenario.Trap == "" || !c.evidence.flagged(trapOf(c.scenario)) {
		return Verdict{}, false
	}
	reason, known := trapReasons[c.scenario.Trap]
	if !known {
		reason = fmt.Sprintf("the client fell into the trap %s", c.scenario.Trap)
	}
	return Verdict{Fail, reason}, true
}

// inconclusive is evidence that proves nothing.
func (c *court) inconclusive() (Verdict, bool) {
	e := c.evidence
	refusal := c.expected.Duty == MustNotDeliver && !c.delivered.any()
	seen := c.stayedAway() || c.looked() || e.tried(c.scenario.Facts)
	switch {
	case e.Problem != "":
		return Verdict{Unclear, e.Problem}, true
	case len(e.Elsewhere) > 0 && !c.delivered.any():
		return Verdict{Unclear, "the client delivered to the peer of " + e.Elsewhere[0] + " instead"}, true
	case c.scenario.ReachAt == scenarios.ReachAtSMTPS && e.beganInClear():
		return Verdict{Unclear, "the client began in clear where it must begin with TLS: let it use {scheme}"}, true
	case c.scenario.ReachAt == scenarios.ReachAtSMTPS && e.neverBeganTLS():
		return Verdict{Unclear, "the client did not begin TLS with the first byte: let it use {scheme}"}, true
	case refusal && !seen && len(e.Sessions) == 0:
		return Verdict{Unclear, "the client " + e.never()}, true
	case refusal && e.interrupted() != "":
		return Verdict{Unclear, e.interrupted()}, true
	case refusal && !seen && len(e.CutOff) > 0:
		return Verdict{Unclear, joined("the client was still connected when its time was up, and had refused nothing", e.refusedWhileOpen())}, true
	case refusal && !seen:
		return Verdict{Unclear, "the client connected, but ended the session before it could see what is wrong"}, true
	}
	return Verdict{}, false
}

// exempt: the facts are about clients without a certificate. Where the peer
// treats those that show one differently, such a client is free.
func (c *court) exempt() (Verdict, bool) {
	switch c.scenario.Peer.TLS.ClientCertificate.Mode {
	case scenarios.ClientCertificateRequire, scenarios.ClientCertificateReject, scenarios.ClientCertificateEnforce:
	default:
		return Verdict{}, false
	}
	if !c.evidence.showedCertificate() || c.delivered.clear > 0 {
		return Verdict{}, false
	}
	return Verdict{May, "the client showed a certificate of its own, and the peer's answer depends on that"}, true
}

// uncontrolled: whoever does not deliver to the healthy peer either may have any
// reason not to deliver.
func (c *court) uncontrolled() (Verdict, bool) {
	switch {
	case c.control.Delivered || isControl(c.scenario, c.policy) || c.delivered.any() || c.expected.Duty == MayDeliver:
		return Verdict{}, false
	case c.control.Scenario == "":
		return Verdict{Unclear, "the client did not deliver, which proves nothing without a control" + c.how()}, true
	}
	if c.control.Scenario == controlOfDemands { // it may have delivered there, without the demand
		return Verdict{Unclear, "the client did not deliver as the control " + c.control.Scenario + " demands either, so that this proves nothing" + c.how()}, true
	}
	return Verdict{Unclear, "the client did not deliver to the control " + c.control.Scenario + " either, so that this proves nothing" + c.how()}, true
}

// deferred: an MTA that must deliver has had no chance yet, or has not come.
func (c *court) deferred() (Verdict, bool) {
	e := c.evidence
	if c.expected.Duty != MustDeliver || c.delivered.any() || e.Waited == 0 {
		return Verdict{}, false
	}
	if why := e.putOff(c.scenario); why != "" {
		return Verdict{Unclear, why}, true
	}
	if len(e.Sessions) == 0 && !isControl(c.scenario, c.policy) && !c.misled() {
		return Verdict{Unclear, "the MTA " + e.never() + " within " + spanWords(e.waited()) + e.kickedWords() + ": " + e.whatHelps()}, true
	}
	return Verdict{}, false
}

func (c *court) onDelivery() Verdict {
	v := c.judgeDelivery()
	if late := c.evidence.overtime(); late != "" {
		v.Reason += "; but " + c.evidence.lateRun() + " was " + joined(late, c.evidence.loop())
	}
	return v
}

func (c *court) judgeDelivery() Verdict {
	words := c.delivered.words() + c.passedOver()
	switch {
	case c.expected.Duty == MustNotDeliver:
		return Verdict{Fail, fmt.Sprintf("the client delivered %s, though %s%s%s", words, c.forbidden(), c.fallback(), c.ignorance())}
	case c.expected.InTLS && c.delivered.clear > 0:
		return Verdict{Fail, fmt.Sprintf("the client delivered %s, though it must use TLS%s", words, c.fallback())}
	case c.expected.Duty == MayDeliver:
		return Verdict{May, fmt.Sprintf("the client delivered %s, as it may", words)}
	case c.unplayed() != "":
		return Verdict{Unclear, fmt.Sprintf("the client delivered %s, but the fault was not played: %s", words, c.unplayed())}
	}
	v := c.onRest()
	v.Reason = fmt.Sprintf("the client delivered %s%s", words, v.Reason)
	return v
}

// forbidden says why the client must not deliver.
func (c *court) forbidden() string {
	if c.scenario.Summary == "" {
		return c.expected.Because
	}
	return c.expected.Because + " (" + c.scenario.Summary + ")"
}

// fallback names the trap of those who take verification to be enough.
func (c *court) fallback() string {
	if c.evidence.fellBack() {
		return ": when TLS failed it fell back to clear text"
	}
	return ""
}

// how says what decided that nothing was delivered.
func (c *court) how() string {
	switch {
	case c.stayedAway():
		return ": it " + c.knewBetter()
	case c.misled():
		return ": it fetched the MTA-STS policy, which is not to be followed, and did not connect"
	case len(c.evidence.Sessions) == 0:
		return ": it " + c.evidence.never()
	}
	if how := c.evidence.ending(); how != "" {
		return ": " + how
	}
	return ""
}

// quoteClient adds the client's last words where a control failed: it has
// something against a sound peer, and only its own words say what. One that never
// connected is quoted as it is.
func (c *court) quoteClient(v Verdict) Verdict {
	e := c.evidence
	if v.Result != Fail || c.delivered.any() || !isControl(c.scenario, c.policy) || len(e.Runs) == 0 || len(e.Sessions) == 0 {
		return v
	}
	if words := e.Runs[len(e.Runs)-1].lastWords(); words != "" {
		v.Reason += "; it said" + words
	}
	return v
}

func (c *court) onNone() Verdict {
	how := c.how()
	switch c.expected.Duty {
	case MustNotDeliver:
		if !reachable(c.scenario) {
			return Verdict{May, "the client did not deliver, and nobody could: " + takesNone(c.scenario) + how}
		}
		return Verdict{Pass, "the client did not deliver" + how}
	case MayDeliver:
		return Verdict{May, "the client did not deliver, and need not" + how}
	}
	return Verdict{Fail, fmt.Sprintf("the client did not deliver, though it %s%s%s", c.expected, how, c.heeding())}
}
