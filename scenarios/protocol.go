package scenarios

var protocol []Scenario
