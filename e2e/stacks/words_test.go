package stacks_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// A vocabulary is what the words of a stack mean, as words.yaml has it.
type vocabulary struct {
	// LeaveOut matches what differs from run to run, or says nothing.
	LeaveOut []string `yaml:"leave_out"`
	// Kinds are, by the kind of a fault, expressions for all of what is said.
	Kinds map[string][]string `yaml:"kinds"`

	leaveOut []*regexp.Regexp
	kinds    map[string][]*regexp.Regexp
}

// timeouts and crashes are said by no library.
const (
	kindTimeout = "timeout"
	kindCrash   = "crash"
)

func loadVocabularies(path string) (map[string]*vocabulary, error) {
	var all map[string]*vocabulary
	if err := load(path, &all); err != nil {
		return nil, err
	}
	for name, v := range all {
		if err := v.compile(); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", path, name, err)
		}
	}
	return all, nil
}

// load reads a YAML file, in which nothing may be unknown.
func load(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := yaml.UnmarshalWithOptions(text, into, yaml.Strict()); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func (v *vocabulary) compile() (err error) {
	if v.leaveOut, err = compileAll(v.LeaveOut, "%s"); err != nil {
		return err
	}
	v.kinds = map[string][]*regexp.Regexp{}
	for kind, words := range v.Kinds {
		if v.kinds[kind], err = compileAll(words, "^(?:%s)$"); err != nil {
			return err
		}
	}
	return nil
}

func compileAll(list []string, form string) ([]*regexp.Regexp, error) {
	out := make([]*regexp.Regexp, len(list))
	for i, text := range list {
		var err error
		if out[i], err = regexp.Compile(fmt.Sprintf(form, text)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// read takes one line of a client apart: the words of a refusal as they are the
// same in every run, and their kind. Both are "ok" where the client accepts. Words
// that are in no vocabulary, or in two kinds, are an error.
func (v *vocabulary) read(line string) (words, kind string, err error) {
	words, isRefusal := strings.CutPrefix(line, "refused ")
	switch {
	case line == "ok":
		return "ok", "ok", nil
	case line == hung:
		return kindTimeout, kindTimeout, nil
	case strings.HasPrefix(line, crashed):
		return words, kindCrash, nil
	case !isRefusal:
		return "", "", fmt.Errorf("the client says %q, expected ok or refused", line)
	}
	for _, what := range v.leaveOut {
		words = what.ReplaceAllString(words, "")
	}
	// A name in a certificate may hold a NUL.
	words = strings.ReplaceAll(strings.TrimSpace(words), "\x00", `\x00`)
	var kinds []string
	for kind, expressions := range v.kinds {
		if slices.ContainsFunc(expressions, func(e *regexp.Regexp) bool { return e.MatchString(words) }) {
			kinds = append(kinds, kind)
		}
	}
	if len(kinds) != 1 {
		return words, "", fmt.Errorf("%q is of %d kinds %q in words.yaml, expected one", words, len(kinds), kinds)
	}
	return words, kinds[0], nil
}
