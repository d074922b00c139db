package scenarios

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestTheNumbersAreWrittenDown: with -update, numbers.txt gets those of new
// scenarios and loses none.
func TestTheNumbersAreWrittenDown(t *testing.T) {
	given, err := readRegister(numbersFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range All() {
		if !*update && given.names[s.Number] != s.Name {
			t.Errorf("%s: its number %d is not in numbers.txt (go test ./scenarios -update writes it)", s.Name, s.Number)
		}
		given.names[s.Number] = s.Name
		if s.SecondNumber == 0 {
			continue
		}
		if !*update && given.names[s.SecondNumber] != second(s.Name) {
			t.Errorf("%s: its second number %d is not in numbers.txt (go test ./scenarios -update writes it)", s.Name, s.SecondNumber)
		}
		given.names[s.SecondNumber] = second(s.Name)
	}
	if !*update {
		return
	}
	var text strings.Builder
	for _, number := range slices.Sorted(maps.Keys(given.names)) {
		fmt.Fprintf(&text, "%d %s\n", number, given.names[number])
	}
	if err := os.WriteFile("numbers.txt", []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTheNewcomerIsBlamed(t *testing.T) {
	t.Parallel()
	entry := func(name string, number int, aliases ...string) Scenario {
		return Scenario{Name: name, Number: number, Aliases: aliases}
	}
	const given = "1 old\n2 older\n4 gone\n"
	twin := func(name string, number, second int) Scenario {
		return Scenario{Name: name, Number: number, SecondNumber: second}
	}
	for name, test := range map[string]struct {
		scenarios []Scenario // of the family chain
		later     []Scenario // of the family trace
		want      string     // all errors
	}{
		"two numbers":          {[]Scenario{twin("new", 5, 6), entry("newer", 7)}, nil, ""},
		"far apart":            {[]Scenario{twin("new", 5, 7)}, nil, "chain/new: second number: expected 6, the one after the number, got 7"},
		"second taken":         {[]Scenario{twin("new", 5, 6), entry("newer", 6)}, nil, "chain/newer: number: 6 is already taken by chain/new; the next free one is 7"},
		"second of a gone one": {[]Scenario{twin("new", 3, 4)}, nil, "chain/new: second number: 4 belonged to gone, and numbers are never reused; the next free one is 5"},
		"sound":                {[]Scenario{entry("new", 5), entry("old", 1)}, []Scenario{entry("older", 2)}, ""},
		"a gap":                {[]Scenario{entry("new", 50), entry("old", 1)}, nil, ""},
		"renamed":              {[]Scenario{entry("newer", 1, "old")}, nil, ""},
		"missing":              {[]Scenario{entry("new", 0)}, nil, "chain/new: number: is missing; the next free one is 5"},
		"negative":             {[]Scenario{entry("new", -1)}, nil, "chain/new: number: is missing; the next free one is 5"},
		"left out":             {[]Scenario{entry("older", 0)}, nil, "chain/older: number: is missing; expected 2"},
		"taken, behind":        {[]Scenario{entry("old", 1)}, []Scenario{entry("new", 1)}, "trace/new: number: 1 is already taken by chain/old; the next free one is 5"},
		"taken, before":        {[]Scenario{entry("new", 1)}, []Scenario{entry("old", 1)}, "chain/new: number: 1 is already taken by trace/old; the next free one is 5"},
		"both are new":         {[]Scenario{entry("new", 7)}, []Scenario{entry("newer", 7)}, "trace/newer: number: 7 is already taken by chain/new; the next free one is 8"},
		"changed":              {[]Scenario{entry("old", 9)}, nil, "chain/old: number: must remain 1, got 9: ports and addresses follow from it"},
		"of a gone one":        {[]Scenario{entry("new", 4)}, nil, "chain/new: number: 4 belonged to gone, and numbers are never reused; the next free one is 5"},
		"name, behind":         {[]Scenario{entry("old", 1)}, []Scenario{entry("old", 5)}, `trace/old: the name "old" is already taken by chain/old (number 1)`},
		"name, before":         {[]Scenario{entry("old", 5)}, []Scenario{entry("old", 1)}, `chain/old: the name "old" is already taken by trace/old (number 1)`},
		"alias, before":        {[]Scenario{entry("new", 5, "old")}, []Scenario{entry("old", 1)}, `chain/new: the name "old" is already taken by trace/old (number 1)`},
		"names of two":         {[]Scenario{entry("new", 6)}, []Scenario{entry("new", 5)}, `chain/new: the name "new" is already taken by trace/new (number 5)`},
		"number of both":       {[]Scenario{entry("old", 2)}, []Scenario{entry("older", 2)}, "chain/old: number: 2 is already taken by trace/older; the next free one is 5"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			register, err := readRegister(given)
			if err != nil {
				t.Fatal(err)
			}
			c := newCatalogue([]declarations{{FamilyChain, test.scenarios}, {FamilyTrace, test.later}}, register)
			got := ""
			if err := errors.Join(c.misnamed...); err != nil {
				got = strings.ReplaceAll(strings.ReplaceAll(err.Error(), "scenarios: ", ""), "\n", "|")
			}
			if got != test.want {
				t.Errorf("the errors are\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestABrokenRegisterIsAnError(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1 a\n2\n":   `numbers.txt: "2" is not a number and a name`,
		"a 1\n":      `numbers.txt: "a 1" is not a number and a name`,
		"1 a\n1 b\n": "numbers.txt: 1 is given to both a and b",
	} {
		if _, err := readRegister(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// TestAnInsertedScenarioMovesNoOther: wherever it stands in the catalogue.
func TestAnInsertedScenarioMovesNoOther(t *testing.T) {
	t.Parallel()
	given, err := readRegister(numbersFile)
	if err != nil {
		t.Fatal(err)
	}
	before := newCatalogue(builtin, given)
	families := slices.Clone(builtin)
	families[0].scenarios = slices.Insert(slices.Clone(families[0].scenarios), 3, Scenario{Name: "inserted", Number: before.free})
	after := newCatalogue(families, given)
	if err := errors.Join(after.misnamed...); err != nil {
		t.Fatal(err)
	}
	for i, s := range after.declared {
		if s.Name == "inserted" {
			continue
		}
		if was := before.declared[before.index[s.Name]]; was.Number != s.Number {
			t.Errorf("%s, now at place %d, has the number %d, and had %d", s.Name, i, s.Number, was.Number)
		}
	}
	if after.free != before.free+1 {
		t.Errorf("the next number is %d, want %d", after.free, before.free+1)
	}
}
