package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/scenarios"
)

// A Control is what came of the healthy peer, reached as a scenario's peer is.
// A client that does not deliver there proves nothing by not delivering
// elsewhere. The zero Control is one that was not played.
type Control struct {
	// Scenario is the name of the control.
	Scenario string
	// Delivered: the client delivered to it in TLS, and never in clear.
	Delivered bool
}

// ControlFor is the control that stands for a scenario: the healthy peer, by
// its name and with STARTTLS unless the scenario is about an address or about
// TLS from the first byte.
func ControlFor(s scenarios.Scenario) scenarios.Scenario {
	c := scenarios.MustGet("healthy")
	if s.ReachAt == scenarios.ReachAtSMTPS {
		c.Name += "-at-smtps"
		c.ReachAt, c.Summary = s.ReachAt, c.Summary+", and begins TLS with the first byte"
	}
	if s.ReachBy == scenarios.ReachByAddress {
		c.Name += "-by-address"
		c.ReachBy, c.Summary = s.ReachBy, c.Summary+", and is reached by its address"
	}
	return c
}

// usualControl is the control that stands for most scenarios.
func usualControl() scenarios.Scenario { return ControlFor(scenarios.Scenario{}) }

// controlNamed finds a control by its name.
func controlNamed(name string) (scenarios.Scenario, bool) {
	for _, by := range []scenarios.ReachBy{scenarios.ReachByName, scenarios.ReachByAddress} {
		for _, at := range []scenarios.ReachAt{scenarios.ReachAtSMTP, scenarios.ReachAtSMTPS} {
			if c := ControlFor(scenarios.Scenario{ReachBy: by, ReachAt: at}); c.Name == name {
				return c, true
			}
		}
	}
	return scenarios.Scenario{}, false
}

// Controls are the controls that stand for scenarios, each once. One that is
// itself among the scenarios is in the list too.
func Controls(list []scenarios.Scenario) []scenarios.Scenario {
	var controls []scenarios.Scenario
	for _, s := range list {
		c := ControlFor(s)
		if !slices.ContainsFunc(controls, func(other scenarios.Scenario) bool { return other.Name == c.Name }) {
			controls = append(controls, c)
		}
	}
	return controls
}

// isControl: the scenario is its own control.
func isControl(s scenarios.Scenario) bool {
	return s.Name == ControlFor(s).Name && scenarios.Same(scenarios.Healthy(), s.Peer)
}

// NewControl is what a client's conduct at a control says of it.
func NewControl(control scenarios.Scenario, e Evidence) Control {
	d := e.delivered()
	return Control{Scenario: control.Name, Delivered: e.Problem == "" && d.tls > 0 && d.clear == 0}
}

// ControlFor is the control that stands for a scenario; zero if the report has
// none.
func (r *Report) ControlFor(s scenarios.Scenario) Control {
	c := ControlFor(s)
	for _, i := range slices.Concat(r.Controls, r.Items) {
		if i.Scenario == c.Name {
			return NewControl(c, i.Evidence)
		}
	}
	return Control{}
}

// beyondClient: the client cannot reach a control as it is to be reached. Then
// the scenarios that it stands for are unclear, and nothing is wrong with the
// others.
func beyondClient(control scenarios.Scenario, i Item) bool {
	return control.ReachAt == scenarios.ReachAtSMTPS && i.Result == Unclear && i.Problem == "" && len(i.Sessions) > 0
}

// unproved says that controls failed, and what therefore is not proved; empty if
// none did.
func unproved(failed []Item) string {
	if len(failed) == 0 {
		return ""
	}
	reasons := make([]string, len(failed))
	for n, i := range failed {
		reasons[n] = fmt.Sprintf("the control %s failed: %s", i.Scenario, i.Reason)
	}
	return "no refusal is proved, as " + strings.Join(reasons, "; ")
}
