package scenarios

import "errors"

// Validate reports everything about the scenario that cannot be played.
func (s Scenario) Validate() error {
	if s.Name == "" {
		return errors.New("name: is missing")
	}
	return nil
}
