package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/scenarios"
)

// A Control is the result of the healthy peer, reached in the same way as a
// scenario's peer. A client that does not deliver to its control proves nothing
// by not delivering elsewhere. The zero Control is one that was not played.
type Control struct {
	// Scenario is the name of the control.
	Scenario string
	// Delivered is true if the client delivered to it in TLS, and never in
	// clear; if the message demands REQUIRETLS, with that.
	Delivered bool
	// Authenticated is true if the client authenticated with AUTH to do so, and
	// may therefore need to.
	Authenticated bool
	// Indifferent is true if the client also delivered to the [Counterpart] of
	// the control, to which no client with its policy delivers. Its deliveries
	// then prove nothing.
	Indifferent bool
	// Unfetched is true if a policy daemon was asked that did not fetch the
	// MTA-STS policy of the control. Whatever keeps it from that is not what is
	// wrong with a scenario.
	Unfetched bool
}

// counterparts are the scenarios that a client refuses that follows DANE, and one
// that follows MTA-STS; empty if it goes by nothing in the control.
type counterparts struct{ dane, sts string }

// publishing are the controls whose domains publish something, with their
// counterparts.
var publishing = map[string]counterparts{
	"dane":             {dane: "tlsa-mismatch"},
	"tlsa-ta":          {dane: "tlsa-ta-not-sent"}, // a client may know no trust anchors in TLSA records
	"mta-sts":          {sts: "sts-mx-mismatch"},
	"dane-and-mta-sts": {dane: "dane-wrong-sts-right", sts: "dane-right-sts-wrong"},
}

// controlOfDemands is the control of the scenarios whose message demands
// REQUIRETLS.
const controlOfDemands = "requiretls"

// publishedBase is the scenario among those in publishing from which a scenario
// deviates, or which it is; empty if there is none.
func publishedBase(s scenarios.Scenario) string {
	for {
		if _, is := publishing[s.Name]; is && scenarios.Same(s.Peer, scenarios.MustGet(s.Name).Peer) {
			return s.Name
		}
		if s.Base == "" {
			return ""
		}
		base, err := scenarios.Get(s.Base)
		if err != nil {
			return ""
		}
		s = base
	}
}

// Counterpart returns the scenario that a client refuses if it keeps a policy
// that goes by what a domain publishes, and that differs from the control in
// nothing else; ok is false if the control or the policy has none.
func Counterpart(control scenarios.Scenario, p Policy) (s scenarios.Scenario, ok bool) {
	list := publishing[control.Name]
	switch {
	case list.dane != "" && p.followsDANE():
		return scenarios.MustGet(list.dane), true
	case list.sts != "" && p.followsSTS():
		return scenarios.MustGet(list.sts), true
	}
	return scenarios.Scenario{}, false
}

// ControlFor returns the control of a scenario under a policy. It is the
// scenario's base if that publishes something, such as dane. Otherwise it is the
// healthy peer, reached by name and with STARTTLS, or, if the scenario is about
// an address or about TLS from the first byte, in the same way; the latter
// controls have no number. A client with the policy DANEOnly does not deliver to
// the healthy peer: its control is dane. Where the message demands REQUIRETLS, it
// is requiretls, whatever the policy.
func ControlFor(s scenarios.Scenario, p Policy) scenarios.Scenario {
	base := publishedBase(s)
	switch {
	case s.Message.RequireTLS:
		return scenarios.MustGet(controlOfDemands)
	case p == DANEOnly && publishing[base].dane == "":
		return scenarios.MustGet("dane")
	case base != "":
		return scenarios.MustGet(base)
	}
	c := scenarios.MustGet("healthy")
	if s.ReachAt == scenarios.ReachAtSMTPS {
		c.Name, c.Number = c.Name+"-at-smtps", 0
		c.ReachAt, c.Summary = s.ReachAt, c.Summary+", and begins TLS with the first byte"
	}
	if s.ReachBy == scenarios.ReachByAddress {
		c.Name, c.Number = c.Name+"-by-address", 0
		c.ReachBy, c.Summary = s.ReachBy, c.Summary+", and is reached by its address"
	}
	return c
}

// usualControl is the control that stands for most scenarios.
func usualControl(p Policy) scenarios.Scenario { return ControlFor(scenarios.Scenario{}, p) }

// controlNamed finds a control by its name.
func controlNamed(name string, p Policy) (scenarios.Scenario, bool) {
	if _, is := publishing[name]; is || name == controlOfDemands {
		c := scenarios.MustGet(name)
		return c, isControl(c, p)
	}
	for _, by := range []scenarios.ReachBy{scenarios.ReachByName, scenarios.ReachByAddress} {
		for _, at := range []scenarios.ReachAt{scenarios.ReachAtSMTP, scenarios.ReachAtSMTPS} {
			if c := ControlFor(scenarios.Scenario{ReachBy: by, ReachAt: at}, p); c.Name == name {
				return c, true
			}
		}
	}
	return scenarios.Scenario{}, false
}

// ControlHint says what a name is that reports give to a control but no scenario
// has, and how to play it by hand; empty for any other name.
func ControlHint(name string) string {
	c, known := controlNamed(name, Verify)
	if !known || c.Number > 0 {
		return ""
	}
	how := "over SMTPS"
	switch {
	case c.ReachAt != scenarios.ReachAtSMTPS:
		how = "by its address"
	case c.ReachBy == scenarios.ReachByAddress:
		how = "over SMTPS and by its address"
	}
	return fmt.Sprintf("%q is a control of an audit, not a scenario: it is healthy, reached %s; try %s", name, how, byHand(c))
}

// Controls returns the controls of the scenarios under a policy, each once and
// followed by its counterpart if it has one. A control that is itself among the
// scenarios is included.
func Controls(list []scenarios.Scenario, p Policy) []scenarios.Scenario {
	var controls []scenarios.Scenario
	for _, s := range list {
		c := ControlFor(s, p)
		if slices.ContainsFunc(controls, func(other scenarios.Scenario) bool { return other.Name == c.Name }) {
			continue
		}
		controls = append(controls, c)
		if counterpart, ok := Counterpart(c, p); ok {
			controls = append(controls, counterpart)
		}
	}
	return controls
}

// isControl: the scenario is its own control.
func isControl(s scenarios.Scenario, p Policy) bool {
	c := ControlFor(s, p)
	return s.Name == c.Name && scenarios.Same(c.Peer, s.Peer)
}

// NewControl returns the result of a control, from the client's conduct there.
func NewControl(control scenarios.Scenario, e Evidence) Control {
	e = e.of(control)
	d := e.delivered()
	kept := !control.Message.RequireTLS || !e.dropsREQUIRETLS()
	return Control{Scenario: control.Name, Delivered: e.Problem == "" && d.tls > 0 && d.clear == 0 && kept, Authenticated: e.authenticated(), Unfetched: e.Answer != nil && control.Peer.STS != nil && !e.fetched()}
}

// ControlFor returns the control of a scenario; zero if the report has none.
func (r *Report) ControlFor(s scenarios.Scenario) Control {
	c := ControlFor(s, r.Policy)
	for _, i := range slices.Concat(r.Controls, r.Items) {
		if i.Scenario == c.Name {
			control := NewControl(c, i.Evidence)
			control.Indifferent = r.indifferentTo(c)
			return control
		}
	}
	return Control{}
}

// indifferentTo: the client delivered to the counterpart of a control, too.
func (r *Report) indifferentTo(control scenarios.Scenario) bool {
	counterpart, ok := Counterpart(control, r.Policy)
	return ok && slices.ContainsFunc(slices.Concat(r.Controls, r.Items), func(i Item) bool {
		return i.Scenario == counterpart.Name && i.delivered().any()
	})
}

// isCounterpart: the scenario is the counterpart of a control, which is given.
func isCounterpart(s scenarios.Scenario, p Policy) (control string, is bool) {
	c := ControlFor(s, p)
	counterpart, ok := Counterpart(c, p)
	return c.Name, ok && s.Name == counterpart.Name && scenarios.Same(s.Peer, counterpart.Peer)
}

// beyondClient: the client cannot reach a control as it is to be reached, or
// cannot be given a message that demands REQUIRETLS. Then
// the scenarios that it stands for are unclear, and nothing is wrong with the
// others.
func beyondClient(control scenarios.Scenario, i Item) bool {
	if control.Message.RequireTLS && i.Problem != "" {
		return true
	}
	return control.ReachAt == scenarios.ReachAtSMTPS && i.Result == Unclear && i.Problem == "" && len(i.Sessions) > 0
}

// unproved says that controls failed, and of what therefore nothing is proved;
// empty if none did.
func (r *Report) unproved() string {
	failed := r.failedControls()
	if len(failed) == 0 {
		return ""
	}
	usual := slices.ContainsFunc(failed, r.isUsual)
	parts := make([]string, len(failed))
	for n, i := range failed {
		parts[n] = fmt.Sprintf("the control %s failed: %s", i.Scenario, i.Reason)
		if !usual {
			parts[n] = "nothing is proved about " + r.stoodFor(i.Scenario) + ", as " + parts[n]
		}
	}
	text := strings.Join(parts, "; ") + r.leftUnplayed()
	if usual {
		return "no refusal is proved, as " + text
	}
	return text
}

// controlOf is the control that an item is, or whose counterpart it is.
func (r *Report) controlOf(name string) scenarios.Scenario {
	if s, err := scenarios.Get(name); err == nil {
		if control, is := isCounterpart(s, r.Policy); is {
			name = control
		}
	}
	c, _ := controlNamed(name, r.Policy)
	return c
}

// stoodFor are the scenarios that a control, or the one whose counterpart it is,
// stands for, in words.
func (r *Report) stoodFor(control string) string {
	c := r.controlOf(control)
	text := "the scenarios that " + reachedHow(c)
	if names := r.leftOpen(r.stands[c.Name]); len(names) > 0 {
		text += " (" + listed(names) + ")"
	}
	return text
}

// leftOpen are those of some scenarios that are unclear, or were not played.
func (r *Report) leftOpen(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return slices.ContainsFunc(r.Items, func(i Item) bool { return i.Scenario == name && i.Result != Unclear })
	})
}

// reachedHow says what the scenarios have in common that a control stands for.
func reachedHow(c scenarios.Scenario) string {
	if _, is := publishing[c.Name]; is {
		return "deviate from " + c.Name
	}
	if c.Name == controlOfDemands {
		return "have a message that demands REQUIRETLS"
	}
	var ways []string
	if c.ReachBy == scenarios.ReachByAddress {
		ways = append(ways, "are reached by an address")
	}
	if c.ReachAt == scenarios.ReachAtSMTPS {
		ways = append(ways, "begin TLS with the first byte")
	}
	return strings.Join(ways, " and ")
}

func (r *Report) isUsual(i Item) bool { return i.Scenario == usualControl(r.Policy).Name }

// NothingProved reports whether nothing was delivered even to the healthy peer,
// so that no refusal proves anything.
func (r *Report) NothingProved() bool { return slices.ContainsFunc(r.failedControls(), r.isUsual) }

// Broken returns the number of scenarios in which the client broke the policy,
// whatever the results of the controls. Not delivering to a control does not
// count: it only proves nothing.
func (r *Report) Broken() int {
	return count(r.Items, func(i Item) bool {
		_, control := controlNamed(i.Scenario, r.Policy)
		return i.Failed() && (!control || i.delivered().any())
	})
}

// ControlAdvice says how to fix a client that connected to a control and failed
// there. Each piece of advice is given once, after the controls that it is
// about.
func (r *Report) ControlAdvice() []string {
	var list []string
	about := map[string][]string{}
	for _, i := range r.failedControls() {
		if i.Advice == "" || len(i.Sessions) == 0 {
			continue
		}
		if about[i.Advice] == nil {
			list = append(list, i.Advice)
		}
		about[i.Advice] = append(about[i.Advice], i.Scenario)
	}
	for n, advice := range list {
		list[n] = strings.Join(about[advice], ", ") + ": " + advice
	}
	return list
}

// Hint says in one line what is not proved because a control failed, and how to
// play that control by hand; empty if none failed.
func (r *Report) Hint() string {
	failed := r.failedControls()
	switch {
	case len(failed) == 0:
		return ""
	case slices.ContainsFunc(failed, r.isUsual):
		return "a control failed, so that no refusal is proved; " + r.WhatNext()
	}
	parts := make([]string, len(failed))
	for n, i := range failed {
		c := r.controlOf(i.Scenario)
		next := "try the client by hand with " + byHand(c)
		if r.Driver == kindSocketmap {
			next = r.WhatNext()
		}
		parts[n] = fmt.Sprintf("nothing is proved about the scenarios that %s, as the control %s failed; %s", reachedHow(c), i.Scenario, next)
	}
	return strings.Join(parts, "; ")
}

// WhatNext says where to find out why the client did not deliver to the healthy
// peer. If an MTA did not accept a message, the report already holds the reason
// and what helps.
func (r *Report) WhatNext() string {
	untaken := func(i Item) bool { return i.Scenario == "healthy" && i.Problem != "" }
	switch {
	case r.Driver == kindSocketmap:
		return "the log of the policy daemon says what it looked up"
	case r.Driver != kindSubmit:
		return "try the client by hand with fakemx --scenario healthy"
	case slices.ContainsFunc(slices.Concat(r.Controls, r.Items), untaken):
		return "let the MTA take the messages first"
	}
	return "the MTA's log and its queue say what became of the messages"
}

// byHand is how a control beside the usual one is played by hand.
func byHand(c scenarios.Scenario) string {
	switch {
	case c.NeedsDNS():
		return "fakemx --scenario " + c.Name + " --dns ADDRESS"
	case c.ReachAt != scenarios.ReachAtSMTPS:
		return "fakemx --scenario healthy, reached as 127.0.0.1"
	case c.ReachBy != scenarios.ReachByAddress:
		return "fakemx --scenario healthy --smtps 127.0.0.1:4465, reached at that port"
	}
	return "fakemx --scenario healthy --smtps 127.0.0.1:4465, reached as 127.0.0.1 at that port"
}
