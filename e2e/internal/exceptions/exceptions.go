// Package exceptions reads what real clients do otherwise than the facts of
// scenarios have them do, and holds it against what they do now. All files of
// exceptions of the end-to-end tests have one form: a list of entries with
//
//	scenarios, clients  each of these clients in each of these scenarios
//	modes               in these modes of the client; all of them if left out
//	instead             what the client does instead, in a word of the test
//	reason              why the client is right, or what is wrong with it
package exceptions

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/goccy/go-yaml"
)

// An Entry is an exception, as it stands in a file.
type Entry struct {
	Scenarios []string `yaml:"scenarios"`
	Clients   []string `yaml:"clients"`
	Modes     []string `yaml:"modes"`
	Instead   string   `yaml:"instead"`
	Reason    string   `yaml:"reason"`
}

// A Place is a client in a scenario, in a mode if the test has modes.
type Place struct{ Scenario, Client, Mode string }

func (p Place) String() string {
	text := p.Scenario + ", " + p.Client
	if p.Mode != "" {
		text += ", " + p.Mode
	}
	return text
}

// Known are the words that entries may use. Where there are no modes, entries
// have none; where Instead is empty, an entry may say what it likes.
type Known struct{ Scenarios, Clients, Modes, Instead []string }

// A List is the entries of a file by the places that they are about.
type List map[Place]Entry

// Load reads a file, and refuses what cannot be meant: unknown names, a place
// that has two exceptions, an entry that does not say why.
func Load(path string, known Known) (List, error) {
	text, err := os.ReadFile(path) //nolint:gosec // the test names the file
	if err != nil {
		return nil, err
	}
	var entries []Entry
	if err := yaml.UnmarshalWithOptions(text, &entries, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	all := List{}
	for i, e := range entries {
		if err := all.add(e, known); err != nil {
			return nil, fmt.Errorf("%s: entry %d: %w", path, i+1, err)
		}
	}
	return all, nil
}

func (l List) add(e Entry, known Known) error {
	if e.Reason == "" || e.Instead == "" || len(e.Scenarios) == 0 || len(e.Clients) == 0 {
		return errors.New("expected scenarios, clients, instead and a reason")
	}
	err := cmp.Or(
		within("scenario", e.Scenarios, known.Scenarios),
		within("client", e.Clients, known.Clients),
		within("mode", e.Modes, known.Modes),
	)
	if err == nil && len(known.Instead) > 0 {
		err = within("word for what is done instead", []string{e.Instead}, known.Instead)
	}
	if err != nil {
		return err
	}
	for _, p := range e.places(known.Modes) {
		if _, twice := l[p]; twice {
			return fmt.Errorf("%s has an exception already", p)
		}
		l[p] = e
	}
	return nil
}

func within(what string, words, known []string) error {
	for _, word := range words {
		if !slices.Contains(known, word) {
			return fmt.Errorf("there is no %s %q", what, word)
		}
	}
	return nil
}

// places are those that the entry is about.
func (e Entry) places(every []string) (all []Place) {
	modes := e.Modes
	if len(modes) == 0 {
		modes = every
	}
	if len(modes) == 0 {
		modes = []string{""}
	}
	for _, scenario := range e.Scenarios {
		for _, client := range e.Clients {
			for _, mode := range modes {
				all = append(all, Place{scenario, client, mode})
			}
		}
	}
	return all
}

// Judge says what is wrong with what a client did; it is empty if nothing is.
// Fault is what is wrong with it by the facts.
func (l List) Judge(at Place, did, fault string) string {
	e, excepted := l[at]
	switch {
	case !excepted:
		return fault
	case e.Instead != did:
		return fmt.Sprintf("%s, but its exception says %s: fix or remove it", did, e.Instead)
	case fault == "":
		return fmt.Sprintf("its exception says what the facts say anyway, %s: remove it", did)
	}
	return ""
}
