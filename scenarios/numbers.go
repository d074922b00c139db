package scenarios

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

// numbersFile is the numbers that were ever given, each with its scenario, one a
// line. It is written by go test ./scenarios -update, which only ever adds to it:
// a number is never given twice, even if its scenario is removed.
//
//go:embed numbers.txt
var numbersFile string

// register is the numbers that were given, by either side.
type register struct {
	names   map[int]string
	numbers map[string]int
}

// readRegister reads the form of numbersFile.
func readRegister(text string) (register, error) {
	given := register{map[int]string{}, map[string]int{}}
	for line := range strings.Lines(text) {
		var number int
		var name string
		if _, err := fmt.Sscanf(line, "%d %s\n", &number, &name); err != nil {
			return given, fmt.Errorf("numbers.txt: %q is not a number and a name", strings.TrimSpace(line))
		}
		if other, taken := given.names[number]; taken {
			return given, fmt.Errorf("numbers.txt: %d is given to both %s and %s", number, other, name)
		}
		given.names[number], given.numbers[name] = name, number
	}
	return given, nil
}

// LastNumber returns the highest number ever given to a built-in scenario.
// Numbers of your own scenarios start after it.
func LastNumber() int {
	c, _ := loaded()
	return c.free - 1
}

// bears: the scenario is the one to which its number was given, maybe under a
// name that is an alias now.
func (s Scenario) bears(given register) bool {
	name, known := given.names[s.Number]
	return known && (name == s.Name || slices.Contains(s.Aliases, name))
}

// bySeniority are the places of the declared scenarios: first those that bear a
// given number, then newcomers by theirs. Where two claim the same, the one
// that comes later here is in the wrong.
func (c *catalogue) bySeniority(given register) []int {
	places := make([]int, len(c.declared))
	for i := range places {
		places[i] = i
	}
	rank := func(i int) (newcomer, number int) {
		s := c.declared[i]
		if !s.bears(given) {
			newcomer = 1
		}
		if number = s.Number; number <= 0 {
			number = c.free
		}
		return newcomer, number
	}
	slices.SortStableFunc(places, func(i, j int) int {
		newcomerI, numberI := rank(i)
		newcomerJ, numberJ := rank(j)
		if newcomerI != newcomerJ {
			return newcomerI - newcomerJ
		}
		return numberI - numberJ
	})
	return places
}

// checkNumber refuses a number that is missing, that an earlier scenario has,
// or that was given to another one or in place of another one. Taken are the
// scenarios by number.
func (c *catalogue) checkNumber(s Scenario, given register, taken map[int]Scenario) error {
	name, was := given.names[s.Number]
	senior, is := taken[s.Number]
	own := given.numbers[s.Name]
	if _, namesake := taken[own]; namesake {
		own = 0 // it is of another scenario, whose name this one may not have
	}
	switch {
	case s.Number <= 0 && own > 0:
		return fmt.Errorf("number: is missing; expected %d", own)
	case s.Number <= 0:
		return fmt.Errorf("number: is missing; the next free one is %d", c.free)
	case is:
		return fmt.Errorf("number: %d is already taken by %s/%s; the next free one is %d", s.Number, senior.Family, senior.Name, c.free)
	case own > 0 && own != s.Number:
		return fmt.Errorf("number: must remain %d, got %d: ports and addresses follow from it", own, s.Number)
	case was && !s.bears(given):
		return fmt.Errorf("number: %d belonged to %s, and numbers are never reused; the next free one is %d", s.Number, name, c.free)
	}
	return nil
}

// second is the name in numbers.txt of a scenario's second number.
func second(name string) string { return name + "/second" }

// checkSecondNumber refuses a second number that is another scenario's.
func (c *catalogue) checkSecondNumber(s Scenario, given register, taken map[int]Scenario) error {
	if s.SecondNumber == 0 {
		return nil
	}
	name, was := given.names[s.SecondNumber]
	senior, is := taken[s.SecondNumber]
	switch {
	case s.SecondNumber != s.Number+1:
		return fmt.Errorf("second number: expected %d, the one after the number, got %d", s.Number+1, s.SecondNumber)
	case is:
		return fmt.Errorf("second number: %d is already taken by %s/%s; the next free one is %d", s.SecondNumber, senior.Family, senior.Name, c.free)
	case was && name != second(s.Name):
		return fmt.Errorf("second number: %d belonged to %s, and numbers are never reused; the next free one is %d", s.SecondNumber, name, c.free)
	}
	return nil
}
