package legacy

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/internal/tlsnames"
	"github.com/fakemx/fakemx/scenarios"
)

// The engine's suites have the names of the registry, and the catalogue takes
// those suites and no others: each list is written down once, and this test ties
// them.
func TestSuitesAreThoseOfTheCatalogue(t *testing.T) {
	t.Parallel()
	var ours, theirs []string
	for _, s := range suites {
		if name := tlsnames.SuiteText(s.id); name != s.name {
			t.Errorf("suite %#04x is %s to the engine and %s to the registry", s.id, s.name, name)
		}
		ours = append(ours, s.name)
	}
	for id := range 1 << 16 {
		if name := tlsnames.SuiteText(uint16(id)); name[0] == 'T' && taken(name) {
			theirs = append(theirs, name)
		}
	}
	slices.Sort(ours)
	slices.Sort(theirs)
	if !slices.Equal(ours, theirs) {
		t.Errorf("the engine does %q,\nthe catalogue takes %q", ours, theirs)
	}
}

// taken reports whether a scenario may name a suite for this engine.
func taken(suite string) bool {
	s := scenarios.MustGet("healthy").With(func(p *scenarios.Peer) {
		p.TLS.Legacy, p.TLS.MaxVersion, p.TLS.CipherSuites = &scenarios.Legacy{}, "1.2", []string{suite}
	})
	err := s.Validate()
	return err == nil || !strings.Contains(err.Error(), strconv.Quote(suite)+" is not one of ")
}
