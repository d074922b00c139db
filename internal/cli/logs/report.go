package logs

import (
	"cmp"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/internal/cli/printing"
	"github.com/fakemx/fakemx/internal/cli/symptoms"
	"github.com/fakemx/fakemx/internal/maillog"
	"github.com/fakemx/fakemx/internal/shell"
	"github.com/fakemx/fakemx/internal/terminal"
	"github.com/fakemx/fakemx/scenarios"
)

const (
	// maxLogGroups bounds the kinds of failures that are kept of a log, however
	// long it is. Those of further kinds are only counted.
	maxLogGroups = 500
	// maxLogHosts bounds the hosts that a group names.
	maxLogHosts = 20
	// maxLogPuzzles bounds the lines that are shown as not understood.
	maxLogPuzzles = 3
)

// A report is what is found in a log; its JSON form is public.
type report struct {
	// Summary is the first sentence of the page.
	Summary string `json:"summary"`
	// Lines counts the lines by their class, a folded header field being one.
	Lines lineCounts `json:"lines"`
	// Deliveries counts the messages that were delivered to other hosts.
	Deliveries deliveries `json:"deliveries"`
	// Failures are the deliveries and connections that went wrong, and Omitted
	// how many of them are of one kind too many.
	Failures int `json:"failures"`
	Omitted  int `json:"omitted"`
	// Groups are the failures by what went wrong, the most frequent first.
	Groups []*group `json:"symptoms"`
	// Received are the hops of Received fields, in the order of time.
	Received []hop `json:"received"`
	// Remarks are about what looks like trouble and is none.
	Remarks []*group `json:"harmless"`
	// Puzzles are some of the lines that were not understood.
	Puzzles []puzzle `json:"not_understood"`
	// NewestFirst: the lines are not in the order of time, so that stories end
	// where they began.
	NewestFirst bool `json:"newest_first"`

	log     *maillog.Log
	order   order
	hops    int // the hops that stand in order
	groups  map[groupKey]*group
	remarks map[groupKey]*group
	hosts   map[string]bool
	told    map[string]bool // the dialects whose log tells of TLS
	untold  map[string]int  // deliveries of a dialect without a word of TLS
	// verified are the dialects that tell of a server that was verified.
	verified map[string]bool
	// writers are those who wrote the lines.
	writers map[*writer]bool
	line    func(maillog.Event)
	begun   func(*report, *group)
}

type lineCounts struct {
	Read     int `json:"read"`
	Fault    int `json:"fault"`
	Harmless int `json:"harmless"`
	Other    int `json:"other"`
	Unknown  int `json:"unknown"`
}

// count counts a line.
func (n *lineCounts) count(class maillog.Class) {
	switch class {
	case maillog.Fault:
		n.Fault++
	case maillog.Harmless:
		n.Harmless++
	case maillog.Other:
		n.Other++
	default:
		n.Unknown++
	}
}

type deliveries struct {
	Total   int `json:"total"`
	InTLS   int `json:"in_tls"`
	InClear int `json:"in_clear"`
	// Untold are those of which the log does not say whether they went in TLS.
	Untold int `json:"untold"`
}

// A puzzle is a line that was not understood, fit for a terminal.
type puzzle struct {
	At   int    `json:"at"`
	Line string `json:"line"`
}

// A groupKey is what failures have in common that are one kind.
type groupKey struct {
	reason  maillog.Reason
	side    maillog.Side
	dialect string
	causes  string
}

// A group are the failures of one kind.
type group struct {
	// Reason, Side and Stage are those of package maillog.
	Reason maillog.Reason `json:"reason"`
	Side   maillog.Side   `json:"side"`
	Stage  maillog.Stage  `json:"stage"`
	// Dialect is the program that wrote the log; empty if unknown.
	Dialect string `json:"dialect"`
	// Means says in words what went wrong.
	Means string `json:"means"`
	// Line is the line that tells most of the first one, fit for a terminal, At
	// its number and Time its time stamp; Says are the words in it.
	Line string `json:"line"`
	At   int    `json:"at"`
	Time string `json:"time"`
	Says string `json:"says"`
	// Count is how many failures there are, and Lines how many lines tell of
	// them.
	Count int `json:"count"`
	Lines int `json:"lines"`
	// Hosts are the other sides, the first ones that were met.
	Hosts []string `json:"hosts"`
	// Delivered, InClear, Deferred and Bounced are what became of the messages;
	// of the others no line tells. InClear are among those delivered.
	Delivered int `json:"delivered"`
	InClear   int `json:"in_clear"`
	Deferred  int `json:"deferred"`
	Bounced   int `json:"bounced"`
	// Suspects are the scenarios that show it, the commonest cause first.
	Suspects []suspect `json:"scenarios"`
	// Advice says what to do, and Apart what tells the scenarios apart.
	Advice []string `json:"advice"`
	Apart  []string `json:"tell_apart"`

	ends map[maillog.Reason]int
	// field: it is about Received fields, not about failures.
	field bool
}

// A suspect is a scenario that shows what a log tells.
type suspect struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
	// Clients are some that were recorded saying the same of it.
	Clients []string `json:"clients"`
	// Reproduce and Fix are command lines.
	Reproduce string `json:"reproduce"`
	Fix       string `json:"fix"`
}

// newReport returns an empty report. It calls line with every event, and
// begun with every group that is new.
func newReport(line func(maillog.Event), begun func(*report, *group)) *report {
	r := &report{
		Groups: []*group{}, Received: []hop{}, Remarks: []*group{}, Puzzles: []puzzle{},
		groups: make(map[groupKey]*group), remarks: make(map[groupKey]*group), hosts: make(map[string]bool),
		told: make(map[string]bool), untold: make(map[string]int), verified: make(map[string]bool), writers: make(map[*writer]bool), line: line, begun: begun,
	}
	r.log = maillog.NewLog(r.read, r.failed)
	return r
}

// add reads a line.
func (r *report) add(l line) {
	if isReceived(l.text) {
		r.hop(l)
		return
	}
	r.endHops()
	r.log.Add(l.at, l.text)
}

// read counts an event.
func (r *report) read(ev maillog.Event) {
	r.Lines.Read++
	r.Lines.count(ev.Class)
	r.order.note(ev.Time)
	if ev.Class == maillog.Unknown && len(r.Puzzles) < maxLogPuzzles && strings.TrimSpace(ev.Text) != "" {
		r.Puzzles = append(r.Puzzles, puzzle{ev.At, terminal.Text(strings.TrimSpace(ev.Text))})
	}
	if ev.Class == maillog.Harmless && ev.Reason != maillog.Chatter && !isReceived(ev.Text) {
		r.remark(ev)
	}
	if len(r.Groups) == 0 { // the hint is for logs without failures
		if w := writerOf(ev); w != nil {
			r.writers[w] = true
		}
	}
	if ev.InTLS || ev.InClear {
		r.told[ev.Dialect] = true
	}
	if ev.Verified && ev.Side != maillog.Server {
		r.verified[ev.Dialect] = true
	}
	if ev.Outcome == maillog.Sent {
		r.delivered(ev)
	}
	r.line(ev)
}

func (r *report) delivered(ev maillog.Event) {
	r.Deliveries.Total++
	switch {
	case ev.InTLS:
		r.Deliveries.InTLS++
	case ev.InClear:
		r.Deliveries.InClear++
	default:
		r.untold[ev.Dialect]++
	}
}

// remark groups what is harmless.
func (r *report) remark(ev maillog.Event) {
	key := groupKey{reason: ev.Reason, side: ev.Side, dialect: ev.Dialect}
	g := r.remarks[key]
	if g == nil {
		if len(r.remarks) == maxLogGroups {
			return
		}
		g = groupOf(ev)
		r.remarks[key] = g
		r.Remarks = append(r.Remarks, g)
	}
	g.Count++
	g.Lines++
	g.host(ev.Peer)
}

// failed groups a failure.
func (r *report) failed(f maillog.Failure) {
	r.Failures++
	if f.Peer != "" && len(r.hosts) < maxLogGroups {
		r.hosts[f.Peer] = true
	}
	causes := symptoms.Causes(f.Event)
	key := groupKey{f.Reason, f.Side, f.Dialect, strings.Join(causes, " ")}
	g := r.groups[key]
	if g == nil {
		if len(r.groups) == maxLogGroups {
			r.Omitted++
			return
		}
		g = groupOf(f.Event)
		for _, name := range causes {
			g.Suspects = append(g.Suspects, suspectOf(name, f.Reason))
		}
		r.groups[key] = g
		r.Groups = append(r.Groups, g)
		defer r.begun(r, g)
	}
	g.count(f)
}

func groupOf(ev maillog.Event) *group {
	g := &group{
		Reason: ev.Reason, Side: ev.Side, Stage: ev.Stage, Dialect: ev.Dialect, Means: meaning(ev),
		Line: terminal.Text(strings.TrimSpace(ev.Text)), At: ev.At, Time: terminal.Text(readableTime(ev.Time)), Says: terminal.Text(ev.Says),
		Hosts: []string{}, Suspects: []suspect{}, Advice: []string{}, Apart: []string{}, ends: make(map[maillog.Reason]int),
	}
	return g
}

// count adds a failure to its group.
func (g *group) count(f maillog.Failure) {
	g.Count++
	g.Lines += f.Lines
	g.host(f.Peer)
	switch f.Fate {
	case maillog.Sent, maillog.Accepted:
		g.Delivered++
		if f.FateInClear {
			g.InClear++
		}
	case maillog.Deferred:
		g.Deferred++
	case maillog.Bounced:
		g.Bounced++
	}
	if f.End != "" {
		g.ends[f.End]++
	}
}

func (g *group) host(name string) {
	name = terminal.Text(name)
	if name != "" && len(g.Hosts) < maxLogHosts && !slices.Contains(g.Hosts, name) {
		g.Hosts = append(g.Hosts, name)
	}
}

func suspectOf(name string, reason maillog.Reason) suspect {
	s := suspect{
		Name: name, Clients: printing.OrEmpty(symptoms.Sayers(name, reason)),
		Reproduce: shell.Line([]string{"fakemx", "--scenario", name}),
		Fix:       shell.Line([]string{"fakemx", "explain", name}),
	}
	if known, err := scenarios.Get(name); err == nil {
		s.Summary = known.Summary
	}
	return s
}

// conclude ends the report: nothing more will be read.
func (r *report) conclude() {
	r.endHops()
	r.log.Flush()
	for dialect, n := range r.untold {
		if r.told[dialect] {
			r.Deliveries.InClear += n
		} else {
			r.Deliveries.Untold += n
		}
	}
	for _, g := range r.Groups {
		r.advise(g)
	}
	most := func(a, b *group) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.At, b.At)) }
	slices.SortStableFunc(r.Groups, func(a, b *group) int { return cmp.Or(ownFirst(a)-ownFirst(b), most(a, b)) })
	slices.SortStableFunc(r.Remarks, most)
	r.NewestFirst = r.order.backwards()
	r.Summary = r.summary()
}

// advise says of a group what to do: first of all, where no server at all was
// verified, to look at one's own trust store.
func (r *report) advise(g *group) {
	g.Advice, g.Apart = printing.OrEmpty(advice(g.Reason, g.Dialect)), printing.OrEmpty(tellApart(g))
	if g.Side == maillog.Client && wantsRoots[g.Reason] && !r.verified[g.Dialect] {
		g.Advice = append([]string{"No server was verified in this log, so look at this host first: does it trust any roots? " +
			rootsFor(g.Dialect)}, g.Advice...)
	}
}

// ownFirst sorts what is this host's own before what others do.
func ownFirst(g *group) int {
	if g.Side == maillog.Own {
		return 0
	}
	return 1
}
