package audit

import (
	"strings"

	"github.com/fakemx/fakemx/policy/postfix"
	"github.com/fakemx/fakemx/scenarios"
)

// onAnswer is the verdict on a policy daemon, by what Postfix does with its
// answer.
func (c *court) onAnswer() Verdict {
	for _, rule := range []func() (Verdict, bool){c.remembered, c.unusable, c.unfetched, c.answeredUnasked, c.uncertain, c.answeredUncontrolled, c.answeredIndifferently} {
		if v, applies := rule(); applies {
			return v
		}
	}
	return c.onConduct()
}

// does says what Postfix does, and why.
func (c *court) does() string {
	a := c.evidence.Answer
	words := map[Delivers]string{
		DeliversInTLS: "Postfix delivers in TLS", DeliversInClear: "Postfix delivers in clear", DeliversNot: "Postfix does not deliver",
		DeliversUnknown: "Postfix may deliver or not",
	}[a.Delivers]
	if a.At != "" && c.scenario.HasSecondHost() {
		words += " to " + a.At
	}
	return words + ", as " + a.Because
}

// delivery is what Postfix delivers.
func (a *PolicyAnswer) delivery() delivery {
	switch a.Delivers {
	case DeliversInTLS:
		return delivery{tls: 1}
	case DeliversInClear:
		return delivery{clear: 1}
	}
	return delivery{}
}

// untouched: a policy daemon answered without asking the DNS of the audit.
func (e Evidence) untouched() bool {
	return e.Answer != nil && e.Queries != nil && len(e.Queries) == 0
}

// refused: the daemon does not take the request.
func (a *PolicyAnswer) refused() bool {
	reply, err := a.reply()
	return err == nil && reply.Status == postfix.StatusPerm
}

// requestedMap is the name of the map in the request.
func (a *PolicyAnswer) requestedMap() string {
	name, _, _ := strings.Cut(a.found().Request, " ")
	return name
}

// verifies: the daemon answered with a level at which the certificate is compared
// with names, as for an MTA-STS policy.
func (a *PolicyAnswer) verifies() bool {
	reply, err := a.reply()
	if err != nil || reply.Status != postfix.StatusOK {
		return false
	}
	p, err := postfix.ParseTLSPolicy(reply.Text)
	return err == nil && (p.Level == postfix.LevelSecure || p.Level == postfix.LevelVerify)
}

// mendOfMemory is what helps against answers of an earlier audit.
const mendOfMemory = "restart it or empty its cache, and let it ask the DNS of the audit"

// remembered: what a daemon answers without having looked it up says nothing. The
// names are the same in every audit.
func (c *court) remembered() (Verdict, bool) {
	e := c.evidence
	answered := "the daemon answered \"" + brief(e.Answer.found().Answer) + "\""
	switch {
	case e.Queries == nil:
		return Verdict{}, false
	case len(e.Queries) == 0 && e.Answer.refused():
		return Verdict{Unclear, answered + ", and looked nothing up: does it know the map that the request names, " + e.Answer.requestedMap() + "?"}, true
	case len(e.Queries) == 0:
		return Verdict{Unclear, answered + " and asked the DNS of the audit nothing: it remembers an earlier answer, or uses another DNS; " + mendOfMemory}, true
	case c.policy.followsSTS() && c.scenario.Peer.STS != nil && e.Answer.verifies() && !e.fetched():
		return Verdict{Unclear, answered + " and did not fetch the policy: it remembers an earlier one; " + mendOfMemory}, true
	}
	return Verdict{}, false
}

// unusable: what Postfix does not understand keeps the mail in its queue, for a
// fault of the daemon and not for what it found.
func (c *court) unusable() (Verdict, bool) {
	if !c.evidence.Answer.misunderstood() {
		return Verdict{}, false
	}
	if c.expected.Duty == MustDeliver {
		return Verdict{Fail, c.does() + ", though it " + c.expected.String()}, true
	}
	return Verdict{Unclear, c.does() + ": that is a fault of the daemon, and proves nothing about what it found"}, true
}

// unfetched: a daemon that cannot fetch the policy of the control cannot fetch any
// other, for a reason of its own.
func (c *court) unfetched() (Verdict, bool) {
	e := c.evidence
	_, counterpart := isCounterpart(c.scenario, c.policy)
	setUp := isControl(c.scenario, c.policy) || counterpart || c.control.Unfetched
	applies := setUp && c.stsMatters() && c.scenario.Peer.STS != nil && e.askedForSTS() && !e.fetched()
	if !applies {
		return Verdict{}, false
	}
	why := "it did not connect to the policy host: does it reach that at port 443?"
	for _, f := range e.Fetches {
		why = "it got no answer from the policy host"
		if f.TLS.Error != "" {
			why = "TLS with the policy host failed (" + brief(f.TLS.Error) + "): does it trust the CA file of --pki?"
			break
		}
	}
	return Verdict{Unclear, c.does() + "; but the daemon did not fetch the policy: " + why}, true
}

// unaskedByDaemon is the record for which the daemon did not ask, though it had
// to; empty if there is none. It knows of no domain beforehand that it has no
// MTA-STS.
func (c *court) unaskedByDaemon() string {
	f := c.scenario.Facts
	decided := c.policy.followsDANE() && f.DANE != "" && f.DANE != scenarios.DANENone && f.DANE != scenarios.DANEUnusable
	switch {
	case c.evidence.Queries == nil:
		return ""
	case c.tlsaMatters() && !c.evidence.askedForTLSA() && !c.barredBySTS():
		return "TLSA record: either it does not do DANE, or it does not see the AD bit of its resolver, or it remembers an answer"
	case c.policy.followsSTS() && !decided && !c.evidence.askedForSTS():
		return "TXT record of MTA-STS: either it does not do MTA-STS, or it remembers an answer"
	}
	return ""
}

// answeredUnasked: a daemon that does not know what the domain publishes has not
// gone by it. What Postfix does then may be right by its own level alone.
func (c *court) answeredUnasked() (Verdict, bool) {
	record := c.unaskedByDaemon()
	if record == "" || c.delivered.any() && c.expected.Duty == MustNotDeliver {
		return Verdict{}, false
	}
	return Verdict{Unclear, c.does() + "; but the daemon never asked for the " + record}, true
}

// uncertain: the answer leaves it to Postfix, and so do the facts.
func (c *court) uncertain() (Verdict, bool) {
	switch {
	case c.evidence.Answer.Delivers != DeliversUnknown:
		return Verdict{}, false
	case c.expected.Duty == MayDeliver:
		return Verdict{May, c.does()}, true
	}
	return Verdict{Unclear, c.does() + ", while it " + c.expected.String()}, true
}

// answeredUncontrolled: a Postfix that does not deliver to the control either may
// have any reason not to deliver.
func (c *court) answeredUncontrolled() (Verdict, bool) {
	if c.control.Delivered || isControl(c.scenario, c.policy) || c.delivered.any() || c.expected.Duty == MayDeliver {
		return Verdict{}, false
	}
	if c.control.Scenario == "" {
		return Verdict{Unclear, c.does() + "; which proves nothing without a control"}, true
	}
	return Verdict{Unclear, c.does() + "; but it does not deliver to the control " + c.control.Scenario + " either, so that this proves nothing"}, true
}

// answeredIndifferently: where Postfix delivers to the counterpart of the control
// too, its deliveries do not show that the daemon found anything.
func (c *court) answeredIndifferently() (Verdict, bool) {
	if v, applies := c.indifferent(); applies {
		counterpart, _ := Counterpart(ControlFor(c.scenario, c.policy), c.policy)
		v.Reason = c.does() + ", and that is as it must; but it delivers to " + counterpart.Name + " too, so that this does not show that the daemon does " + c.goesBy()
		return v, true
	}
	return Verdict{}, false
}

// onConduct holds what Postfix does against what it must do.
func (c *court) onConduct() Verdict {
	expected := c.expected
	if at := c.deliveredAt(); at.Duty == MustNotDeliver || at.InTLS && c.delivered.clear > 0 {
		expected = at
	}
	switch {
	case c.delivered.any() && expected.Duty == MustNotDeliver:
		words := c.does() + ", though " + expected.Because
		if record := c.unaskedByDaemon(); record != "" {
			words += "; the daemon never asked for the " + record
		}
		return Verdict{Fail, words}
	case c.delivered.clear > 0 && expected.InTLS:
		return Verdict{Fail, c.does() + ", though it must use TLS: " + expected.Because}
	case c.scenario.HasSecondHost() && c.expected.Duty == MayDeliver && expectAt(c.scenario, c.policy).Duty == MustNotDeliver:
		return Verdict{Pass, c.does() + "; it must not deliver to the first host, and may to the second"}
	case c.expected.Duty == MayDeliver:
		return Verdict{May, c.does() + "; it is free to"}
	case c.delivered.any(), c.expected.Duty == MustNotDeliver:
		return Verdict{Pass, c.does()}
	}
	return Verdict{Fail, c.does() + ", though it " + c.expected.String() + ": " + c.expected.Because}
}

// deliveredAt is what a client has to do with the host to which Postfix delivers.
func (c *court) deliveredAt() Expectation {
	if c.scenario.HasSecondHost() && c.evidence.Answer.At == c.scenario.AsSecondHost().Hostname() {
		return expectAt(c.scenario.AsSecondHost(), c.policy)
	}
	return expectAt(c.scenario, c.policy)
}
