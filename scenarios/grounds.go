package scenarios

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/fakemx/fakemx/certgen"
)

// Grounds say why the facts are so: the RFC section that says MUST, such as
// "RFC 5280 section 6.1.3", or AllStacks. Every fact from which a "must" or a
// "must not" follows has a ground. A fact that is left to the client has none:
// the story names the stacks that differ.
type Grounds struct {
	// Offers is the ground of the fact with that name.
	Offers string `yaml:"offers,omitempty" json:"offers"`
	// Completes is the ground of the fact with that name.
	Completes string `yaml:"completes,omitempty" json:"completes"`
	// Authentic is the ground of the fact with that name.
	Authentic string `yaml:"authentic,omitempty" json:"authentic"`
	// Resolves is the ground of the fact with that name.
	Resolves string `yaml:"resolves,omitempty" json:"resolves,omitempty"`
	// DANE is the ground of the fact with that name.
	DANE string `yaml:"dane,omitempty" json:"dane,omitempty"`
	// STS is the ground of the fact with that name.
	STS string `yaml:"sts,omitempty" json:"sts,omitempty"`
}

// AllStacks is the ground of a fact for which no standard says MUST, but on
// which all TLS stacks tested agree; for facts about what happens before TLS,
// all clients tested.
const AllStacks = "all stacks"

// groundForm is what a ground of a built-in scenario looks like.
var groundForm = regexp.MustCompile(`^(` + AllStacks + `|RFC \d{4} (section \d+(\.\d+)*|appendix [A-Z](\.\d+)*)( \([a-z0-9]+\))*)$`)

// restsOn reports for each fact whether a "must" or a "must not" rests on it.
// What follows from an earlier fact is none of its own: without an offer TLS
// cannot complete, and without TLS nobody is authentic.
func (f Facts) restsOn() (offers, completes, authentic bool) {
	if !f.leads() {
		return false, false, false
	}
	if f.Offers == No {
		return true, false, false
	}
	if f.Completes == No {
		return false, true, false
	}
	if f.Completes == Yes {
		return true, true, f.Authentic != Lenient
	}
	return false, false, f.Authentic == No
}

// restsOn is that of the facts, less every Yes where no client owes a delivery
// anyhow: the peer poses a puzzle, or takes no mail inside TLS.
func (s Scenario) restsOn() (offers, completes, authentic bool) {
	offers, completes, authentic = s.Facts.restsOn()
	if s.Peer.Puzzle() == nil && s.Peer.TakesMailInTLS() {
		return offers, completes, authentic
	}
	f := s.Facts
	return offers && f.Offers != Yes, completes && f.Completes != Yes, authentic && f.Authentic != Yes
}

// A grounded fact is one of a scenario's facts and its ground.
type grounded struct {
	name   string
	answer Answer
	ground string
	// bears: a "must" or a "must not" rests on it.
	bears bool
}

func (s Scenario) groundedFacts() []grounded {
	offers, completes, authentic := s.restsOn()
	dane := s.Facts.leads() && !slices.Contains([]DANE{"", DANENone, DANEInsecureMX, DANELenient}, s.Facts.DANE)
	sts := s.Facts.leads() && s.Facts.STS != "" && s.Facts.STS != STSLenient
	return []grounded{
		{"offers", s.Facts.Offers, s.Grounds.Offers, offers},
		{"completes", s.Facts.Completes, s.Grounds.Completes, completes},
		{"authentic", s.Facts.Authentic, s.Grounds.Authentic, authentic},
		{"resolves", Answer(s.Facts.Resolves), s.Grounds.Resolves, !s.Facts.leads()},
		{"dane", Answer(s.Facts.DANE), s.Grounds.DANE, dane},
		{"sts", Answer(s.Facts.STS), s.Grounds.STS, sts},
	}
}

// leads: the DNS leads a client to the peer, or may.
func (f Facts) leads() bool {
	return slices.Contains([]Resolution{"", ResolvesYes, ResolvesLenient}, f.Resolves)
}

// checkGrounds demands that each fact on which a "must" or a "must not" rests
// has a ground, and no other one has.
func (s Scenario) checkGrounds(p *problems) {
	for _, f := range s.groundedFacts() {
		path := "grounds." + f.name
		switch {
		case f.bears && f.ground == "":
			p.addf(path, `is missing: a "must" or a "must not" follows from %s being %s; name the RFC section that says MUST, or %q, or make the fact lenient`,
				f.name, f.answer, AllStacks)
		case f.bears && !groundForm.MatchString(f.ground):
			p.addf(path, "%q is neither an RFC section, such as RFC 5280 section 6.1.3 (a), nor %q", f.ground, AllStacks)
		case !f.bears && f.ground != "":
			p.addf(path, `is not needed: no "must" and no "must not" follows from %s being %s`, f.name, f.answer)
		}
	}
	if h := s.SecondHost; !slices.Contains([]DANE{"", DANENone, DANELenient}, h.DANE) && !groundForm.MatchString(h.Ground) {
		p.addf("second_host.ground", "%q is neither an RFC section, such as RFC 7672 section 2.2, nor %q", h.Ground, AllStacks)
	}
	if l := s.Later; l.decides() && !groundForm.MatchString(l.Ground) {
		p.addf("later.ground", "%q is neither an RFC section, such as RFC 8461 section 3.3, nor %q", l.Ground, AllStacks)
	}
	if a := s.Alternate; a.Authentic == No && !groundForm.MatchString(a.Ground) {
		p.addf("alternate.ground", "%q is neither an RFC section, such as RFC 5280 section 6.1.3 (a), nor %q", a.Ground, AllStacks)
	}
}

// groundsOver fills in the grounds that are not given: those of the base, for
// facts that are the same there and that depend on nothing in which the peers
// differ. A deviation in SMTP alone has the grounds of the healthy peer's
// certificate.
func (s Scenario) groundsOver(base Scenario) Grounds {
	g := s.Grounds
	offers, completes, authentic := s.restsOn()
	if offers && g.Offers == "" && s.Facts.Offers == base.Facts.Offers && same(s.Peer.offering(), base.Peer.offering()) {
		g.Offers = base.Grounds.Offers
	}
	if completes && g.Completes == "" && s.Facts.Completes == base.Facts.Completes && same(s.Peer.completing(), base.Peer.completing()) {
		g.Completes = base.Grounds.Completes
	}
	if !s.Facts.leads() && g.Resolves == "" && s.Facts.Resolves == base.Facts.Resolves && same(s.Peer.DNS, base.Peer.DNS) {
		g.Resolves = base.Grounds.Resolves
	}
	if s.Facts.DANE == base.Facts.DANE && g.DANE == "" && same(s.Peer.DNS, base.Peer.DNS) && same(s.Peer.PKI, base.Peer.PKI) {
		g.DANE = base.Grounds.DANE
	}
	if s.Facts.STS == base.Facts.STS && g.STS == "" && same(s.Peer.STS, base.Peer.STS) && same(s.Peer.Steps, base.Peer.Steps) && same(s.Peer.DNS, base.Peer.DNS) {
		g.STS = base.Grounds.STS
	}
	if authentic && g.Authentic == "" && s.Facts.Authentic == base.Facts.Authentic && s.ReachBy == base.ReachBy &&
		same(s.Peer.authenticating(), base.Peer.authenticating()) {
		g.Authentic = base.Grounds.Authentic
	}
	return g
}

// offering is what decides whether STARTTLS is usable.
func (p Peer) offering() any {
	smtp := p.SMTP
	return []any{
		smtp.ESMTP, smtp.Greeting, smtp.GreetPause, smtp.StartTLS, smtp.ImplicitTLS, smtp.PlaintextSMTPS,
		p.faultsAt(AtConnect, AtGreeting, AtEHLO, AtSTARTTLS),
	}
}

// completing is what decides whether TLS completes.
func (p Peer) completing() any {
	return []any{p.used(), p.TLS, p.faultsAt(AtHandshake, AtClientHello)}
}

// authenticating is what decides whether the peer is authentic.
func (p Peer) authenticating() any { return []any{p.used(), p.TLS.Staple, p.TLS.WithoutSNI} }

// used is the recipe of the PKI without a previous certificate, which only the
// DNS tells of.
func (p Peer) used() certgen.Recipe {
	r := p.PKI
	r.Certificates = maps.Clone(r.Certificates)
	delete(r.Certificates, previous)
	return r
}

// faultsAt are the faults at these points, unless they come inside TLS only.
func (p Peer) faultsAt(points ...Point) []Fault {
	var found []Fault
	for _, f := range p.Faults {
		if f.In != InTLS && slices.Contains(points, f.At) {
			found = append(found, f)
		}
	}
	return found
}

// same reports whether two values have the same JSON.
func same(a, b any) bool { return fingerprint(a) == fingerprint(b) }

// fingerprint is equal for equal values: JSON orders the keys of maps.
func fingerprint(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("scenarios: a peer is plain data, yet: %v", err)) // unreachable: no channels, no functions
	}
	return string(text)
}
