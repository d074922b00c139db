package scenarios

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestAllListsTheHealthyPeerFirstAndTheFamiliesInOrder(t *testing.T) {
	t.Parallel()
	all := All()
	if all[0].Name != "healthy" || len(Diff(all[0].Peer, Healthy())) != 0 {
		t.Errorf("the first scenario is %s, want the healthy one", all[0].Name)
	}
	var families []Family
	for _, s := range all {
		families = append(families, s.Family)
	}
	if got := slices.Compact(families); !slices.Equal(got, Families()) {
		t.Errorf("the families follow each other as %v, want %v", got, Families())
	}
}

func TestNamesAndFamiliesCoverTheCatalogue(t *testing.T) {
	t.Parallel()
	var names []string
	for _, f := range Families() {
		for _, s := range ByFamily(f) {
			names = append(names, s.Name)
		}
	}
	if !slices.Equal(names, Names()) {
		t.Errorf("by family there are %v, by name %v", names, Names())
	}
	if got := ByFamily("weather"); len(got) != 0 {
		t.Errorf("an unknown family has %v", got)
	}
}

func TestGetFindsEveryNameAndAlias(t *testing.T) {
	t.Parallel()
	for _, want := range sampled(All()) {
		for _, name := range append([]string{want.Name}, want.Aliases...) {
			got, err := Get(name)
			if err != nil || got.Name != want.Name || len(Diff(got.Peer, want.Peer)) != 0 {
				t.Errorf("Get(%q) = %s, %v", name, got.Name, err)
			}
		}
	}
}

// TestGetNamesTheNearest: names that the list shows, and why an unlike one is
// among them.
func TestGetNamesTheNearest(t *testing.T) {
	t.Parallel()
	for asked, want := range map[string]struct {
		nearest []string
		words   string
	}{
		"missing-intermediat": {[]string{"missing-intermediate"}, "missing-intermediate"},
		"Expired ":            {[]string{"expired"}, "expired"},
		"startls-454":         {[]string{"starttls-454"}, "starttls-454"},
		"wrong-hots":          {[]string{"hostname-mismatch"}, "hostname-mismatch (also called wrong-host)"},
		"nosuch":              {[]string{"cn-only", "no-eku", "no-mx", "null"}, "cn-only (also called no-san) or no-eku or no-mx or null"},
	} {
		_, err := Get(asked)
		var unknown *UnknownError
		if !errors.As(err, &unknown) || unknown.Name != asked || !slices.Equal(unknown.Nearest, want.nearest) {
			t.Errorf("Get(%q): %v, want %s to be named", asked, err, want.nearest)
			continue
		}
		if !strings.HasSuffix(err.Error(), "; did you mean "+want.words+"?") {
			t.Errorf("Get(%q): %v, want the question after %s", asked, err, want.words)
		}
	}
}

// TestWhatIsNearIsNamedOnce: a scenario that is near by its name and by aliases is
// offered by its name alone.
func TestWhatIsNearIsNamedOnce(t *testing.T) {
	t.Parallel()
	c := catalogue{
		declared: []Scenario{{Name: "late-b"}, {Name: "soon", Aliases: []string{"late-a", "late-c"}}, {Name: "late-d", Aliases: []string{"late-0", "late-e"}}},
		index:    map[string]int{"late-b": 0, "soon": 1, "late-a": 1, "late-c": 1, "late-d": 2, "late-0": 2, "late-e": 2},
	}
	want := `unknown scenario "late-x"; did you mean late-b or late-d or soon (also called late-a)?`
	if _, err := c.get("late-x"); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestMustGetPanicsOnUnknownNames(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("it did not")
		}
	}()
	MustGet("no-such-scenario")
}

func TestNobodyCanAlterTheCatalogue(t *testing.T) {
	t.Parallel()
	before := MustGet("sni-required")
	s := MustGet("sni-required")
	s.Peer.PKI.Certificates[leaf].DNSNames[0] = "altered"
	s.Peer.TLS.WithoutSNI.Send[0] = "altered"
	s.References[0] = "altered"
	delete(s.Peer.PKI.Certificates, root)
	after := MustGet("sni-required")
	if changes := Diff(before.Peer, after.Peer); len(changes) != 0 {
		t.Errorf("altering a copy changed %v", changes)
	}
	if after.References[0] == "altered" {
		t.Error("altering a copy changed the references")
	}
}

func TestWithLeavesTheOriginalAlone(t *testing.T) {
	t.Parallel()
	original := MustGet("oversized-ca-list")
	altered := original.With(func(p *Peer) {
		p.PKI.Certificates[leaf].NotAfter = -1
		p.PKI.Certificates[leaf].DNSNames[0] = "altered"
		p.TLS.ClientCertificate.Authorities[0] = "altered"
		p.SMTP.Extensions[0] = "altered"
		p.Faults = append(p.Faults, Fault{At: AtDot})
	})
	if changes := Diff(original.Peer, MustGet("oversized-ca-list").Peer); len(changes) != 0 {
		t.Errorf("With changed the original: %v", changes)
	}
	if got := len(Diff(original.Peer, altered.Peer)); got != 5 {
		t.Errorf("With made %d changes, want 5", got)
	}
}

func TestABadCatalogueRefusesToLoad(t *testing.T) {
	t.Parallel()
	good := func(name string, edit func(*Peer)) Scenario {
		number := int(name[0]-'a') + 1
		return Scenario{Name: name, Number: number, Summary: "does this", Story: "So.", Fix: "So.", Facts: sound, Edit: edit}
	}
	hideDSN := func(p *Peer) { p.SMTP.Extensions = without(p.SMTP.Extensions, "DSN") }
	smtp := func(p *Peer) { p.Trace.With = WithSMTP }
	expired := func(p *Peer) { expireCA(p, intermediate) }
	onGrounds := func(g Grounds) []Scenario {
		s := good("a", expired)
		s.Facts, s.Grounds = unauthentic, g
		return []Scenario{s}
	}
	badNode := func(ground string) []Scenario {
		s := good("a", func(p *Peer) { p.TLS.Alternate = &Alternate{Send: []string{leaf}, Every: 2} })
		s.Alternate, s.Grounds.Completes = AlternateFacts{No, ground}, AllStacks
		return []Scenario{s}
	}
	altered := func(change func(*Scenario)) []Scenario {
		s := good("a", hideDSN)
		change(&s)
		return []Scenario{s}
	}
	for name, c := range map[string]struct {
		scenarios []Scenario
		want      string
	}{
		"sound":               {[]Scenario{good("a", hideDSN), good("b", smtp)}, ""},
		"alias is a name":     {append(altered(func(s *Scenario) { s.Aliases = []string{"b"} }), good("b", smtp)), `chain/b: the name "b" is already taken by chain/a (number 1)`},
		"alias of itself":     {altered(func(s *Scenario) { s.Aliases = []string{"a"} }), "already taken by chain/a"},
		"the edit panics":     {[]Scenario{good("a", func(p *Peer) { p.TLS.Alternate.Every = 2 })}, "scenarios: chain/a: its edit panicked: runtime error"},
		"no change":           {[]Scenario{good("a", func(*Peer) {})}, "changes nothing"},
		"the same as another": {[]Scenario{good("a", smtp), good("b", smtp)}, "chain/b: its peer is identical to that of a"},
		"no summary":          {altered(func(s *Scenario) { s.Summary = "" }), "needs a summary and a story"},
		"no story":            {altered(func(s *Scenario) { s.Story = "" }), "needs a summary and a story"},
		"no fix":              {altered(func(s *Scenario) { s.Fix = "" }), "needs a fix"},
		"harmless, lenient":   {altered(func(s *Scenario) { s.Facts, s.Harmless = selective, true }), "a deviation that some clients reject is not harmless"},
		"harmless, no fix":    {altered(func(s *Scenario) { s.Fix, s.Harmless = "", true }), ""},
		"no facts":            {altered(func(s *Scenario) { s.Facts = Facts{} }), "facts.offers"},
		"grounds":             {onGrounds(Grounds{Completes: AllStacks, Authentic: "RFC 5280 section 6.1.3 (a)"}), ""},
		"no grounds":          {onGrounds(Grounds{}), `chain/a: grounds.completes: is missing: a "must" or a "must not" follows from completes being yes`},
		"one ground of two":   {onGrounds(Grounds{Completes: AllStacks}), "chain/a: grounds.authentic: is missing"},
		"a ground in words":   {onGrounds(Grounds{Completes: AllStacks, Authentic: "it has expired"}), `grounds.authentic: "it has expired" is neither`},
		"a ground for a may":  {altered(func(s *Scenario) { s.Facts, s.Grounds.Completes = selective, AllStacks }), "grounds.completes: is not needed"},
		"no ground of a node": {badNode(""), `alternate.ground: "" is neither`},
		"no ground of a step": {[]Scenario{stepped("")}, `later.ground: "" is neither`},
		"ground of a step":    {[]Scenario{stepped("RFC 8461 section 3.3")}, ""},
		"ground of a node":    {badNode("RFC 5280 section 6.1.3 (a)"), ""},
		"reserved name":       {altered(func(s *Scenario) { s.Name = "ca" }), "choose another name"},
		"bad name":            {altered(func(s *Scenario) { s.Name = "A b" }), "name: "},
		"invalid peer":        {[]Scenario{good("a", func(p *Peer) { p.TLS.MinVersion = "4" })}, "peer.tls.min_version"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			loaded := newCatalogue([]declarations{{FamilyChain, c.scenarios}}, register{})
			mistakes := loaded.check()
			err := errors.Join(mistakes...)
			for i, mistake := range mistakes {
				if alone := loaded.checkOne(i); (alone == nil) != (mistake == nil) && name != "the same as another" {
					t.Errorf("checked alone: %v, with the others: %v", alone, mistake)
				}
			}
			switch {
			case c.want == "" && err != nil:
				t.Errorf("it is refused: %v", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("the error is %v, want %q in it", err, c.want)
			}
		})
	}
}

func TestWithoutAnEdit(t *testing.T) {
	t.Parallel()
	if s := MustGet("expired"); !Same(s.Peer, s.With(nil).Peer) {
		t.Error("no edit has changed the peer")
	}
}
