package scenarios

var strength []Scenario
