package cli

import "github.com/fakemx/fakemx/scenarios"

// healthyNumber is the number of the healthy scenario.
const healthyNumber = 1

// highest is the highest number among all built-in scenarios and the chosen
// ones.
func highest(chosen []scenarios.Scenario) int {
	number := scenarios.LastNumber()
	for _, s := range chosen {
		number = max(number, s.Number, s.SecondNumber)
	}
	return number
}

// steps are how far behind the first port the chosen scenarios' ports are: one
// behind the other as they are named, or, where the whole catalogue is chosen,
// by their numbers, so that a new scenario moves no other. What has no number
// comes last.
func steps(chosen []scenarios.Scenario) []int {
	builtin := 0
	for _, s := range chosen {
		if s.Number > 0 && s.Number <= scenarios.LastNumber() {
			builtin++
		}
	}
	byNumber := builtin == len(scenarios.Names())
	next := highest(chosen)
	list := make([]int, len(chosen))
	for i, s := range chosen {
		switch {
		case !byNumber:
			list[i] = i
		case s.Number > 0:
			list[i] = s.Number - 1
		default:
			list[i] = next
			next++
		}
	}
	return list
}
