package audit

import "slices"

// givenUp: the healthy peer was not delivered to as it must be, so that no
// refusal can be proved, and the rest is not to be played all the same.
func (a *auditor) givenUp() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	c, played := a.controls[usualControl(a.Policy).Name]
	return played && !c.Delivered && !a.KeepGoing
}

// leaveRest notes the scenarios that are not played for want of the control.
// Nobody is told of each: nothing happened there.
func (a *auditor) leaveRest() {
	a.mu.Lock()
	defer a.mu.Unlock()
	judged := len(a.items)
	control := a.controls[usualControl(a.Policy).Name]
	for _, s := range a.Scenarios {
		if slices.ContainsFunc(a.items[:judged], func(i Item) bool { return i.Scenario == s.Name }) {
			continue
		}
		item := NewItem(s, a.Policy, Evidence{Problem: "not played: the control " + control.Scenario + " failed"}, control)
		item.Unplayed, item.Started = true, a.Now()
		item.Ended = item.Started
		a.items = append(a.items, item)
	}
}

// unplayed is how many scenarios were not played.
func (r *Report) unplayed() int { return count(r.Items, func(i Item) bool { return i.Unplayed }) }

// leftUnplayed says that scenarios were not played, behind why; empty if all
// were.
func (r *Report) leftUnplayed() string {
	if n := r.unplayed(); n > 0 {
		return "; " + scenariosWord(n) + wereNotPlayed(n)
	}
	return ""
}

// howToPlayAll says how the scenarios that were not played are played all the
// same; empty if all were.
func (r *Report) howToPlayAll() string {
	n := r.unplayed()
	if n == 0 {
		return ""
	}
	return scenariosWord(n) + wereNotPlayed(n) + ", as the control failed: --keep-going plays the rest anyway"
}

func wereNotPlayed(n int) string {
	if n == 1 {
		return " was not played"
	}
	return " were not played"
}
