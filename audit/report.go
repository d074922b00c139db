package audit

import (
	"strings"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// A Report is the result of an audit. Its JSON form is public.
type Report struct {
	// Unproved says which controls were not delivered to, and for which
	// scenarios nothing is proved because of that; empty if all were.
	Unproved string `json:"unproved"`
	// Policy is the policy by which the client was judged.
	Policy Policy `json:"policy"`
	// Driver is "command", "submit", "socketmap" or "mailer", and Client the
	// command, the address or the mailer's own name.
	Driver string `json:"driver"`
	Client string `json:"client"`
	// Started and Ended are the times of the start and end of the audit.
	Started time.Time `json:"started"`
	Ended   time.Time `json:"ended"`
	// Seed is the seed of the shuffled order; nil if it was not shuffled.
	Seed *uint64 `json:"seed"`
	// Selected is the number of scenarios to audit. If there are fewer Items,
	// the audit ended early, and Partial is true.
	Selected int  `json:"selected"`
	Partial  bool `json:"partial"`
	// Summary counts the items by result.
	Summary Summary `json:"summary"`
	// Findings say what the verdicts mean together.
	Findings []string `json:"findings"`
	// Notes say what else matters for how the verdicts came about.
	Notes []string `json:"notes"`
	// Kicks is the result of [Options.Kick]; nil if there was none.
	Kicks *Kicks `json:"kicks"`
	// TLSReports is what came of [Options.TLSReports]; nil if none were expected.
	TLSReports *TLSReports `json:"tls_reports"`
	// Problems say what is wrong with the exceptions.
	Problems []string `json:"problems"`
	// Changes are the differences from the baseline.
	Changes []Change `json:"changes"`
	// Controls are the controls that are not among the Items.
	Controls []Item `json:"controls"`
	// Items are the scenarios, in the order in which they were given.
	Items []Item `json:"items"`

	names   []string
	aliases map[string][]string
	// stands are the names of the scenarios that a control stands for, by its
	// name.
	stands map[string][]string
}

// A Summary counts the items of a report by result. Accepted items are counted
// only in Accepted.
type Summary struct {
	Pass     int `json:"pass"`
	May      int `json:"may"`
	Unclear  int `json:"unclear"`
	Fail     int `json:"fail"`
	Accepted int `json:"accepted"`
}

// An Item is the verdict on one scenario and the evidence for it.
type Item struct {
	Scenario string `json:"scenario"`
	// Control is true if the scenario was not selected but played as a control.
	Control bool             `json:"control"`
	Family  scenarios.Family `json:"family"`
	Summary string           `json:"summary"`
	Facts   scenarios.Facts  `json:"facts"`
	// Fix says how to fix a real server with the scenario's fault.
	Fix         string      `json:"fix"`
	Expectation Expectation `json:"expectation"`
	Verdict
	// Advice says how to fix a client that failed; empty if it did not.
	Advice string `json:"advice"`
	// Accepted is the reason why the result is accepted; empty if no exception
	// applies.
	Accepted string `json:"accepted"`
	// Unplayed is true if the scenario was not played because the client did
	// not deliver to the healthy peer. Its result is unclear.
	Unplayed bool `json:"unplayed"`
	// Started and Ended are the start and end of the client's chance to
	// deliver.
	Started  time.Time `json:"started"`
	Ended    time.Time `json:"ended"`
	Evidence `json:"evidence"`

	// forgery is what the peer's shows of a client that accepts it.
	forgery forgery
	// demanded: the message demands REQUIRETLS. waived: that it says
	// TLS-Required: No leaves the delivery to the client. heldBack: the client
	// delivers to the control, came to see what is wrong here, and did not
	// deliver what is waived.
	demanded, waived, heldBack bool
	// withheld: all that was delivered in clear was in sessions in which a
	// counted fault withheld TLS.
	withheld bool
}

// NewItem judges the evidence from a scenario, as [Judge] does.
func NewItem(s scenarios.Scenario, p Policy, e Evidence, c Control) Item {
	e = e.of(s)
	x, v := ExpectIn(s, p), Judge(s, p, e, c) // which can tell nothing from no evidence
	if e.Envelopes == nil {
		e.Envelopes = []Envelope{}
	}
	if e.Runs == nil {
		e.Runs = []CommandRun{}
	}
	if e.Sessions == nil {
		e.Sessions = []fakemx.Session{}
	}
	if e.Elsewhere == nil {
		e.Elsewhere = []string{}
	}
	if e.Queries == nil {
		e.Queries = []Lookup{}
	}
	if e.Fetches == nil {
		e.Fetches = []stage.PolicyFetch{}
	}
	if e.CutOff == nil {
		e.CutOff = []string{}
	}
	if e.LeftOut.Flags == nil {
		e.LeftOut.Flags = []fakemx.Flag{}
	}
	waived := waives(s, p)
	return Item{
		Scenario: s.Name, Family: s.Family, Summary: s.Summary, Facts: s.Facts, Fix: s.Fix,
		Expectation: x, Verdict: v, Advice: advise(s, p, v, x, e), Evidence: e,
		forgery: forgeryOf(s), demanded: s.Message.RequireTLS, waived: waived, heldBack: waived && c.Delivered && e.heldBack(), withheld: e.withheld(s),
	}
}

// Duration returns how long the client's chance to deliver lasted.
func (i Item) Duration() time.Duration { return i.Ended.Sub(i.Started) }

// Failed reports whether the item makes the audit fail.
func (i Item) Failed() bool { return i.Result == Fail && i.Accepted == "" }

// Succeeded reports whether the audit as a whole is a success: it is complete,
// its controls were delivered to, nothing failed, every exception still
// applies, something was proved, and the TLS reports are right if they were
// expected. If strict, nothing may be unclear either.
func (r *Report) Succeeded(strict bool) bool {
	return r.Kept(strict) && (r.TLSReports == nil || r.TLSReports.Complaint() == "")
}

// Kept is Succeeded without a look at TLS reports.
func (r *Report) Kept(strict bool) bool {
	s := r.Summary
	proved := s.Pass+s.May+s.Accepted > 0
	return !r.Partial && r.Unproved == "" && s.Fail == 0 && len(r.Problems) == 0 && proved && (!strict || s.Unclear == 0)
}

func (a *auditor) newReport() *Report {
	r := &Report{
		Policy: a.Policy, Driver: kindOf(a.Driver), Client: a.secrets().hide(a.Driver.String()), Started: a.Now(), Selected: len(a.Scenarios),
		Findings: []string{}, Notes: []string{}, Problems: []string{}, Changes: []Change{}, Controls: []Item{}, Items: []Item{},
	}
	r.aliases = make(map[string][]string, len(a.Scenarios))
	r.stands = map[string][]string{}
	for _, s := range a.Scenarios {
		if c := ControlFor(s, a.Policy).Name; c != s.Name {
			r.stands[c] = append(r.stands[c], s.Name)
		}
		r.names = append(r.names, s.Name)
		r.aliases[s.Name] = s.Aliases
	}
	return r
}

// fill completes the report.
func (r *Report) fill(items []Item, kicks *Kicks, now time.Time) {
	r.Ended, r.Kicks = now, kicks
	for _, i := range items {
		if i.Control {
			r.Controls = append(r.Controls, i)
		} else {
			r.Items = append(r.Items, i)
		}
	}
	r.Unproved = r.unproved()
	r.adviseGenerally()
	inOrder(r.Items, r.names)
	r.Partial = len(r.Items) < r.Selected
	r.Findings = findings(r.Policy, r.Items)
	if r.Driver == kindSocketmap {
		for n, f := range r.Findings {
			r.Findings[n] = strings.Replace(f, "the client", "a Postfix that asks this daemon", 1)
		}
	}
	r.Notes = notes(r)
	r.Summary = summarize(r.Items)
}

// all are the items and the controls, to be changed where they stand.
func (r *Report) all() []*Item {
	var list []*Item
	for _, items := range [][]Item{r.Controls, r.Items} {
		for n := range items {
			list = append(list, &items[n])
		}
	}
	return list
}

// adviseGenerally: where the usual control failed, it is not for how the others
// are reached that they failed.
func (r *Report) adviseGenerally() {
	if !r.NothingProved() {
		return
	}
	for _, i := range r.all() {
		if i.Advice == adviceAddress || i.Advice == adviceSMTPS {
			i.Advice = generally(i.Evidence)
		}
	}
}

// failedControls are those that the audit fails by.
func (r *Report) failedControls() []Item {
	var failed []Item
	for _, i := range r.all() {
		s, control := controlNamed(i.Scenario, r.Policy)
		excused := i.Accepted != "" && s.Name != usualControl(r.Policy).Name
		fails := control && !NewControl(s, i.Evidence).Delivered && !beyondClient(s, *i)
		if !excused && (fails || r.failsCounterpart(*i)) {
			failed = append(failed, *i)
		}
	}
	return failed
}

// failsCounterpart: the client delivered to the counterpart of a control.
func (r *Report) failsCounterpart(i Item) bool {
	s, err := scenarios.Get(i.Scenario)
	if err != nil {
		return false
	}
	_, is := isCounterpart(s, r.Policy)
	return is && i.delivered().any()
}

func summarize(items []Item) Summary {
	var s Summary
	for _, i := range items {
		switch {
		case i.Accepted != "":
			s.Accepted++
		case i.Result == Pass:
			s.Pass++
		case i.Result == May:
			s.May++
		case i.Result == Unclear:
			s.Unclear++
		default:
			s.Fail++
		}
	}
	return s
}
