package scenarios

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
)

// maxFile bounds a scenario file in octets, maxDepth its nesting.
const (
	maxFile  = 256 << 10
	maxDepth = 32
)

// document is a scenario as a file has it. Besides name and summary every field
// may be left out. The comments are for users, who read them in docs/scenarios.md.
type document struct {
	// Name is the name of the scenario: lower-case words joined by hyphens, at
	// most 48 characters. It must not be the name of a built-in scenario.
	Name string `yaml:"name"`
	// Aliases are additional names by which the scenario can be found.
	Aliases []string `yaml:"aliases,omitempty,flow"`
	// Summary is one line without a full stop: what the peer does wrong.
	Summary string `yaml:"summary"`
	// Story says how this happens in real life.
	Story string `yaml:"story,omitempty"`
	// Fix says how to fix a real server with this fault.
	Fix string `yaml:"fix,omitempty"`
	// References are RFC sections, CVE numbers and issue threads.
	References []string `yaml:"references,omitempty"`
	// Base is the built-in scenario whose peer this one starts from.
	Base string `yaml:"base,omitempty"`
	// Facts decide every verdict of an audit. A fact that is left out is that
	// of the base; give it if your peer changes it.
	Facts Facts `yaml:"facts"`
	// Grounds say why the facts are so. If left out, those of the base, where
	// they still hold.
	Grounds Grounds `yaml:"grounds,omitempty"`
	// Alternate are the facts about the other chain that the peer serves in
	// some sessions (peer.tls.alternate). If left out, those of the base.
	Alternate AlternateFacts `yaml:"alternate,omitempty"`
	// SecondHost are the facts about the peer's second host. If left out, those
	// of the base, if there is one.
	SecondHost SecondHostFacts `yaml:"second_host,omitempty"`
	// Message is what the message of an audit asks of the client about TLS (RFC
	// 8689). If left out, what that of the base asks.
	Message Message `yaml:"message,omitempty"`
	// Later are the facts after the last of peer.steps. If left out, those of
	// the base, if the steps are the same. Without them an audit judges by what
	// is published at the start.
	Later LaterFacts `yaml:"later,omitempty"`
	// ReachBy says by which kind of name a client should reach the peer. If
	// left out, that of the base.
	ReachBy ReachBy `yaml:"reach_by,omitempty"`
	// ReachAt says on which address a client should connect to the peer. If
	// left out, that of the base.
	ReachAt ReachAt `yaml:"reach_at,omitempty"`
	// Trap names the session flag that fails every policy if the client's own
	// actions raise it. If left out, that of the base.
	Trap Trap `yaml:"trap,omitempty"`
	// Harmless marks a deviation that no correct client objects to.
	Harmless bool `yaml:"harmless,omitempty"`
	// Peer is the difference from the peer of the base.
	Peer Peer `yaml:"peer"`
}

// Load reads the scenarios in a file, as [Parse] does.
func Load(path string) ([]Scenario, error) {
	file, err := os.Open(path) //nolint:gosec // the user names the file
	if err != nil {
		return nil, fmt.Errorf("cannot read the scenario file: %w", err)
	}
	defer file.Close()
	// A device or a pipe has no length to ask for.
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("cannot read the scenario file: %w", err)
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s: is larger than %d bytes; no scenario needs that much", path, maxFile)
	}
	return Parse(path, data)
}

// Parse reads scenarios written as YAML, in one or more documents; name is the
// file name for errors. A scenario has the fields of [Scenario], except family
// and edit, plus base: the built-in scenario whose peer the new one starts from
// (default: healthy). Mappings merge; lists and scalars replace; null removes.
//
// Facts that are not given are those of the base, with three exceptions: a peer
// whose fields show that it never offers STARTTLS does not offer it, TLS that
// is not offered does not complete, and TLS that does not complete
// authenticates nobody. Parse derives nothing else from the peer: a deviation
// that changes a fact must say so, or the verdicts of an audit are wrong.
//
// Grounds may be left out. Those of the base, or else of the healthy peer, are
// used for facts that are the same and do not depend on anything that differs
// between the peers.
//
// Names of built-in scenarios are refused, as is everything that
// [Scenario.Validate] refuses. The error joins a [ParseError] for each mistake.
func Parse(name string, data []byte) ([]Scenario, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("%s: is larger than %d bytes; no scenario needs that much", name, maxFile)
	}
	tokens := lexer.Tokenize(string(data))
	if line := tooDeep(tokens); line > 0 {
		return nil, &ParseError{File: name, Line: line, Reason: fmt.Sprintf("is nested more than %d deep", maxDepth)}
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil, (&source{name: name}).explain(err)
	}
	var all []Scenario
	var mistakes []error
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType {
			continue
		}
		s, err := parseDocument(newSource(name, doc.Body), all)
		mistakes = append(mistakes, err)
		all = append(all, s)
	}
	if err := errors.Join(mistakes...); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: contains no scenario; write at least name and summary", name)
	}
	return all, nil
}

// parseDocument reads one scenario. Before are those in front of it, whose
// names it may not have.
func parseDocument(src *source, before []Scenario) (Scenario, error) {
	if err := src.suspect(); err != nil {
		return Scenario{}, err
	}
	var doc document
	if err := yaml.NodeToValue(src.body, &doc, yaml.Strict()); err != nil {
		return Scenario{}, src.explain(err)
	}
	s, err := doc.scenario(src.body)
	if err != nil {
		return Scenario{}, src.explain(err)
	}
	p := problems(nil)
	for _, e := range fieldErrors(s.Validate()) {
		p = append(p, e)
	}
	checkTaken(&p, s, before)
	return s, src.explain(errors.Join(p...))
}

// scenario lays the document over its base.
func (d document) scenario(body ast.Node) (Scenario, error) {
	if d.Base == "" {
		d.Base = "healthy"
	}
	base, err := Get(d.Base)
	if err != nil {
		return Scenario{}, &FieldError{Path: "base", Reason: err.Error()}
	}
	s := Scenario{
		Name: d.Name, Family: FamilyCustom, Aliases: d.Aliases,
		Summary: d.Summary, Story: d.Story, Fix: d.Fix, References: d.References, Grounds: d.Grounds,
		Base:    based(d.Base),
		ReachBy: base.ReachBy, ReachAt: base.ReachAt, Trap: base.Trap, Harmless: d.Harmless,
	}
	if d.ReachBy != "" {
		s.ReachBy = d.ReachBy
	}
	if d.ReachAt != "" {
		s.ReachAt = d.ReachAt
	}
	if d.Trap != "" {
		s.Trap = d.Trap
	}
	if s.Message = d.Message; s.Message == (Message{}) {
		s.Message = base.Message
	}
	s.Peer, err = layOver(base.Peer, body)
	if d.Facts.Offers == "" && s.Peer.neverOffers() != "" {
		d.Facts.Offers = No
	}
	s.Facts = d.Facts.over(base.Facts)
	s.Grounds = s.groundsOver(base)
	s.Grounds = s.groundsOver(played(control[0])) // a base that poses a puzzle has none
	if s.SecondHost = d.SecondHost; s.SecondHost == (SecondHostFacts{}) && s.HasSecondHost() {
		s.SecondHost = base.SecondHost
	}
	if s.Later = d.Later; s.Later == (LaterFacts{}) && same(s.Peer.Steps, base.Peer.Steps) {
		s.Later = base.Later
	}
	if s.Alternate = d.Alternate; s.Alternate == (AlternateFacts{}) && s.Peer.TLS.Alternate != nil {
		s.Alternate = base.Alternate
	}
	return s, err
}

// based is the base of a scenario, as [Scenario.Base] has it.
func based(name string) string {
	if name == "healthy" {
		return ""
	}
	return name
}

// over fills in the answers that are not given.
func (f Facts) over(base Facts) Facts {
	if f.Offers == "" {
		f.Offers = base.Offers
	}
	if f.Completes == "" {
		f.Completes = base.Completes
		if f.Offers == No {
			f.Completes = No
		}
	}
	if f.Authentic == "" {
		f.Authentic = base.Authentic
		if f.Completes == No {
			f.Authentic = No
		}
	}
	f.Resolves = cmp.Or(f.Resolves, base.Resolves)
	if f.leads() {
		f.DANE = cmp.Or(f.DANE, base.DANE)
	}
	return f
}

// layOver returns the base with the peer of a document laid over it.
func layOver(base Peer, body ast.Node) (Peer, error) {
	var written yaml.MapSlice
	if err := yaml.NodeToValue(body, &written, yaml.UseOrderedMap()); err != nil {
		return Peer{}, err
	}
	patch, _ := lookup(written, "peer")
	tree, _ := patch.(yaml.MapSlice)
	text, err := marshal(merge(treeOf(base), tree))
	if err != nil {
		return Peer{}, err
	}
	var p Peer
	return p, yaml.UnmarshalWithOptions(text, &p, yaml.Strict())
}

// checkTaken refuses names that built-in scenarios or earlier ones have.
func checkTaken(p *problems, s Scenario, before []Scenario) {
	taken := map[string]bool{}
	for _, b := range before {
		for _, name := range append([]string{b.Name}, b.Aliases...) {
			taken[name] = true
		}
	}
	for i, name := range append([]string{s.Name}, s.Aliases...) {
		path := "name"
		if i > 0 {
			path = fmt.Sprintf("aliases[%d]", i-1)
		}
		if _, err := Get(name); err == nil {
			p.addf(path, "%q is a built-in scenario; choose another name, and use base: %s to start from it", name, name)
		} else if taken[name] {
			p.addf(path, "%q is already taken; each scenario needs its own name", name)
		}
	}
}
