package scenarios

import (
	"errors"
	"reflect"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/fakemx/fakemx/certgen"
)

// A ParseError is one mistake in a scenario file.
type ParseError struct {
	// File and Line are the position of the mistake; Line is zero if it is
	// unknown.
	File string
	Line int
	// Path is the path of the field; empty if the mistake is in the YAML
	// itself.
	Path string
	// Reason says what was expected.
	Reason string
}

// Error returns the position, the field and the reason.
func (e *ParseError) Error() string {
	where := e.File
	if e.Line > 0 {
		where += ":" + strconv.Itoa(e.Line)
	}
	if e.Path != "" {
		where += ": " + e.Path
	}
	return where + ": " + e.Reason
}

// source is a document of a file, and knows which line a field is on.
type source struct {
	name string
	body ast.Node
	// lines are the lines of fields by path, paths the fields of tokens by
	// their offset.
	lines map[string]int
	paths map[int]string
	// odd are mistakes that decoding does not show.
	odd problems
}

func newSource(name string, body ast.Node) *source {
	s := &source{name: name, body: body, lines: map[string]int{}, paths: map[int]string{}}
	ast.Walk(s, body)
	return s
}

// Visit notes where a node stands (ast.Visitor).
func (s *source) Visit(node ast.Node) ast.Visitor {
	path := strings.TrimPrefix(strings.TrimPrefix(node.GetPath(), "$"), ".")
	at := node.GetToken().Position
	if _, known := s.lines[path]; !known {
		s.lines[path] = at.Line
	}
	s.paths[at.Offset] = path
	switch node := node.(type) {
	case *ast.AnchorNode, *ast.AliasNode:
		s.odd.addf(path, "anchors and aliases are not supported; use base to start from another scenario")
		return nil
	case *ast.MappingValueNode:
		s.inspect(path, node)
	}
	return s
}

// inspect looks at values whose mistakes decoding reports without a place, or
// not at all.
func (s *source) inspect(path string, node *ast.MappingValueNode) {
	key, value := node.Key.GetToken().Value, node.Value.GetToken().Value
	_, scalar := node.Value.(ast.ScalarNode)
	if node.Value.Type() == ast.NullType {
		return
	}
	switch key {
	case "not_before", "not_after", "delay":
		var o certgen.Offset
		if !scalar {
			s.odd.addf(path, "expected a span of time")
		} else if err := o.UnmarshalText([]byte(value)); err != nil {
			s.odd.addf(path, "%v", err)
		}
	case "first", "every", "max_client_hello", "unrelated", "key_updates", "hello_requests", "warning_alerts", "dh_prime_bits":
		if scalar {
			s.inspectCount(path, key, value)
		}
	}
}

// inspectCount refuses what decoding would cut down to a whole number.
func (s *source) inspectCount(path, key, value string) {
	n, err := strconv.ParseInt(value, 0, 64)
	switch {
	case err != nil:
		s.odd.addf(path, "expected a whole number")
	case n < 1 && (key == "first" || key == "every"):
		s.odd.addf(path, "%d is below 1; leave it out for every session", n)
	}
}

// suspect is what was found on the way.
func (s *source) suspect() error { return s.explain(errors.Join(s.odd...)) }

// explain turns errors of decoding and of checking into ParseErrors.
func (s *source) explain(err error) error {
	if err == nil {
		return nil
	}
	if broken, ok := errors.AsType[yaml.Error](err); ok {
		return s.explainYAML(broken)
	}
	var all []error
	for _, e := range fieldErrors(err) {
		all = append(all, &ParseError{File: s.name, Line: s.line(e.Path), Path: e.Path, Reason: e.Reason})
	}
	if all == nil {
		return &ParseError{File: s.name, Reason: err.Error()}
	}
	return errors.Join(all...)
}

// explainYAML speaks of YAML where the library speaks of Go.
func (s *source) explainYAML(err yaml.Error) error {
	out := &ParseError{File: s.name, Reason: err.GetMessage()}
	if t := err.GetToken(); t != nil {
		out.Line = t.Position.Line
		out.Path = s.path(t)
	}
	if unknown, ok := errors.AsType[*yaml.UnknownFieldError](err); ok && unknown.Token != nil {
		out.Reason = unknownKey(unknown.Token.Value, out.Path)
	}
	if kind, ok := errors.AsType[*yaml.TypeError](err); ok {
		out.Reason = "expected " + expected(kind.DstType)
	}
	return out
}

// expected is what a Go type looks like in YAML.
func expected(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Slice:
		return "a list"
	case reflect.Struct, reflect.Map, reflect.Pointer:
		return "a mapping"
	}
	return "text"
}

// path is the field that a token belongs to; empty if none is known.
func (s *source) path(t *token.Token) string { return s.paths[t.Position.Offset] }

// line is the line of a field, or of the nearest one above it that is written.
func (s *source) line(path string) int {
	for {
		if line, ok := s.lines[path]; ok {
			return line
		}
		cut := strings.LastIndexAny(path, ".[")
		if cut < 0 {
			return s.lines[""]
		}
		path = path[:cut]
	}
}

// tooDeep is the line on which brackets, or the dashes of one line, are nested
// beyond maxDepth; zero if they are nowhere. The parser would take a time that
// grows with the square of the depth.
func tooDeep(tokens token.Tokens) int {
	brackets, dashes, line := 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			dashes, line = 0, t.Position.Line
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			brackets++
		case token.SequenceEndType, token.MappingEndType:
			brackets--
		case token.SequenceEntryType:
			dashes++
		}
		if brackets > maxDepth || dashes > maxDepth {
			return line
		}
	}
	return 0
}
