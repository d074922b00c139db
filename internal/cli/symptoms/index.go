package symptoms

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Bounds of a search, so that a hostile line costs little.
const (
	maxPhrase = 12   // words of a phrase
	maxWords  = 4000 // words of a line that are looked at
)

// Healthy is the scenario of the peer that has no fault. What is said of it is
// no symptom.
const Healthy = "healthy"

// FieldReport is the client of what a reference to a field report says.
const FieldReport = "field report"

// An Index finds scenarios by what is said of them.
type Index struct {
	order []string
	// runs are the runs of words that phrases have, with the scenarios that
	// have them. Those that are long enough to be a symptom, or are a whole
	// phrase of somebody's, are distinct.
	runs     map[string][]int
	distinct map[string]bool
	// first are the words with which a distinct run begins.
	first map[string]bool
	// usual are the runs that are said of the healthy peer, too.
	usual map[string]bool
	// said are the phrases of each saying of each scenario.
	said [][]saying
}

type saying struct {
	client  string
	phrases []phrase
}

// NewIndex makes an index of what is said of scenarios. Order are their names,
// the likelier ones first among equals.
func NewIndex(order []string, all All) *Index {
	x := &Index{
		order: order, runs: make(map[string][]int), distinct: make(map[string]bool),
		first: make(map[string]bool), usual: make(map[string]bool), said: make([][]saying, len(order)),
	}
	for _, s := range all[Healthy] {
		for _, p := range phrases(s.Says) {
			p.eachRun(func(run string, _ bool) { x.usual[run] = true })
		}
	}
	for i, name := range order {
		for _, s := range all[name] {
			said := phrases(s.Says)
			x.said[i] = append(x.said[i], saying{s.Client, said})
			for _, p := range said {
				p.eachRun(func(run string, distinct bool) {
					if !x.usual[run] || s.Client == FieldReport {
						x.add(run, distinct, i)
					}
				})
			}
		}
	}
	return x
}

// eachRun calls f for every run of words of a phrase of which two say
// something. It is distinct if it is the whole phrase, or if three do.
func (p phrase) eachRun(f func(run string, distinct bool)) {
	for i := range p {
		for j := i + 2; j <= min(len(p), i+maxPhrase); j++ {
			run := p[i:j]
			if strong := run.strong(); strong >= 2 {
				f(run.String(), strong >= 3 || len(run) == len(p))
			}
		}
	}
}

func (x *Index) add(run string, distinct bool, scenario int) {
	if distinct {
		x.distinct[run] = true
		word, _, _ := strings.Cut(run, " ")
		x.first[word] = true
	}
	known := x.runs[run]
	if !slices.Contains(known, scenario) {
		x.runs[run] = append(known, scenario)
	}
}

// A Match is a scenario that has a symptom in common with a line.
type Match struct {
	Scenario string
	// Phrases are the runs of words that the line and the clients have in
	// common, the rarest first.
	Phrases []string
	// Clients said them, in the order of the recording.
	Clients []string
	// Usual: all of it is said of the healthy peer, too.
	Usual bool
	// Score adds up how rare the phrases are.
	Score float64
}

// Phrases is how many runs of words the index knows.
func (x *Index) Phrases() int { return len(x.distinct) }

// Search returns the scenarios that show a line's symptoms, best first; nothing
// if the line shows none.
func (x *Index) Search(line string) []Match {
	found := make(map[int][]phrase)
	words := 0
	for _, p := range phrases(line) {
		if words += len(p); words > maxWords {
			break
		}
		x.findRuns(p, found)
	}
	matches := make([]Match, 0, len(found))
	for _, i := range sortedKeys(found) {
		matches = append(matches, x.match(i, found[i], line))
	}
	slices.SortStableFunc(matches, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(len(b.Clients), len(a.Clients)))
	})
	return matches
}

// findRuns notes for each scenario the longest runs of a phrase that it has.
func (x *Index) findRuns(p phrase, found map[int][]phrase) {
	covered := make(map[int]int) // up to which word a scenario's runs go
	for i := range p {
		if !x.first[p[i]] {
			continue
		}
		for j := min(len(p), i+maxPhrase); j >= i+2; j-- {
			run := p[i:j].String()
			if !x.distinct[run] || 2*len(x.runs[run]) > len(x.order) {
				continue // what half of all scenarios have tells none of them
			}
			for _, scenario := range x.runs[run] {
				if j > covered[scenario] {
					covered[scenario] = j
					found[scenario] = append(found[scenario], p[i:j])
				}
			}
		}
	}
}

// match makes the match of one scenario, whose runs are in the order of the
// line.
func (x *Index) match(scenario int, runs []phrase, line string) Match {
	m := Match{Scenario: x.order[scenario], Usual: true}
	slices.SortStableFunc(runs, func(a, b phrase) int { return cmp.Compare(x.rarity(b), x.rarity(a)) })
	for _, run := range runs {
		if slices.Contains(m.Phrases, run.String()) {
			continue
		}
		m.Phrases = append(m.Phrases, run.String())
		m.Usual = m.Usual && x.usual[run.String()]
		m.Score += x.rarity(run) * x.weight(scenario, run, line)
	}
	for _, s := range x.said[scenario] {
		if slices.ContainsFunc(runs, s.has) && !slices.Contains(m.Clients, s.client) {
			m.Clients = append(m.Clients, s.client)
		}
	}
	return m
}

// rarity is higher the fewer scenarios have a run.
func (x *Index) rarity(run phrase) float64 {
	return math.Log(float64(len(x.order)+1) / float64(len(x.runs[run.String()])))
}

// weight favours what the same program said, and what was reported from the
// field.
func (x *Index) weight(scenario int, run phrase, line string) float64 {
	reported, written := 0.0, 0.0
	for _, s := range x.said[scenario] {
		switch {
		case !s.has(run):
		case s.client == FieldReport:
			reported = 0.25
		case writes(s.client, line):
			written = 0.1
		}
	}
	return 1 + reported + written
}

func (s saying) has(run phrase) bool {
	return slices.ContainsFunc(s.phrases, func(p phrase) bool {
		return strings.Contains(" "+p.String()+" ", " "+run.String()+" ")
	})
}

// marks tell a program's lines in a log.
var marks = map[string][]string{
	"sendmail":       {"sendmail[", "sm-mta[", "STARTTLS="},
	"postfix":        {"postfix/"},
	"posttls-finger": {"postfix/", "posttls-finger"},
	"exim":           {"exim[", " == ", " ** ", "(gnutls_handshake)"},
	"opensmtpd":      {"smtpd[", "smtp-out:"},
	"msmtp":          {"msmtp:"},
	"curl":           {"curl:"},
}

// writes reports whether a line looks like one of the client's program.
func writes(client, line string) bool {
	program, _, _ := strings.Cut(client, " ")
	return slices.ContainsFunc(marks[program], func(mark string) bool { return strings.Contains(line, mark) })
}

func sortedKeys(m map[int][]phrase) []int {
	keys := make([]int, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
