package tlsrpt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// maxValues bounds the JSON values of a report: kept as a tree, each takes many
// times the octets of the shortest one. An entry of failure-details has nine.
const maxValues = 500_000

// maxDepth bounds how deep values may stand in each other. A report needs six.
const maxDepth = 64

// A jsonKind is the type of a JSON value.
type jsonKind string

const (
	isNull   jsonKind = "null"
	isBool   jsonKind = "a boolean"
	isNumber jsonKind = "a number"
	isString jsonKind = "a string"
	isObject jsonKind = "an object"
	isArray  jsonKind = "an array"
)

// A value is JSON as it stands: encoding/json would hide repeated keys and
// keys in another case, and stop at the first value of another type.
type value struct {
	kind    jsonKind
	text    string // of a string, number or boolean
	members []member
	items   []*value
}

type member struct {
	key   string
	value *value
}

// shown is a value in a finding.
func (v *value) shown() string {
	switch v.kind {
	case isString:
		return "the string " + quote(v.text)
	case isNumber, isBool:
		return string(v.kind) + ", " + shorten(v.text)
	}
	return string(v.kind)
}

var byteOrderMark = []byte("\ufeff")

// parseJSON reads one JSON value. Faults of the encoding become findings; the
// error means that it is not JSON, or too much of it.
func parseJSON(c *collector, data []byte) (*value, error) {
	if text, marked := bytes.CutPrefix(data, byteOrderMark); marked {
		c.add(Error, BadSyntax, "", "RFC 8259 section 8.1", "expected JSON without a byte order mark in front")
		data = text
	}
	if !utf8.Valid(data) {
		c.add(Error, BadSyntax, "", "RFC 7493 section 2.1", "expected UTF-8; what is not is replaced")
	}
	var first json.RawMessage
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&first); err != nil {
		return nil, syntaxError(data, err)
	}
	if rest := bytes.TrimLeft(data[decoder.InputOffset():], " \t\r\n"); len(rest) > 0 {
		c.add(Error, BadSyntax, "", "RFC 8460 section 4", "expected nothing after the report, found %s", quote(string(rest[:min(len(rest), maxQuote)])))
	}
	tree := treeBuilder{decoder: json.NewDecoder(bytes.NewReader(first))}
	tree.decoder.UseNumber()
	return tree.value(0)
}

// syntaxError says where in the text JSON ends to be JSON.
func syntaxError(data []byte, err error) error {
	var syntax *json.SyntaxError
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return errors.New("not a report: expected JSON, found nothing")
	case errors.As(err, &syntax):
		before := data[:min(int(syntax.Offset), len(data))]
		return fmt.Errorf("not JSON: %w, in line %d", err, bytes.Count(before, []byte("\n"))+1)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("not JSON: it ends too early; was the report cut?")
	}
	return fmt.Errorf("not JSON: %w", err)
}

type treeBuilder struct {
	decoder *json.Decoder
	values  int
}

// value builds the next value; the text was checked, so an error means that
// there is too much of it.
func (b *treeBuilder) value(depth int) (*value, error) {
	token, err := b.decoder.Token()
	if err != nil {
		return nil, err
	}
	if b.values++; b.values > maxValues || depth > maxDepth {
		return nil, fmt.Errorf("not read: expected a report of at most %d JSON values, nested at most %d deep", maxValues, maxDepth)
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return b.object(depth)
		}
		return b.array(depth)
	case string:
		return &value{kind: isString, text: t}, nil
	case json.Number:
		return &value{kind: isNumber, text: t.String()}, nil
	case bool:
		return &value{kind: isBool, text: fmt.Sprint(t)}, nil
	}
	return &value{kind: isNull}, nil
}

func (b *treeBuilder) object(depth int) (*value, error) {
	v := &value{kind: isObject}
	for b.decoder.More() {
		key, err := b.decoder.Token()
		if err != nil {
			return nil, err
		}
		item, err := b.value(depth + 1)
		if err != nil {
			return nil, err
		}
		v.members = append(v.members, member{key.(string), item})
	}
	_, err := b.decoder.Token() // the brace
	return v, err
}

func (b *treeBuilder) array(depth int) (*value, error) {
	v := &value{kind: isArray}
	for b.decoder.More() {
		item, err := b.value(depth + 1)
		if err != nil {
			return nil, err
		}
		v.items = append(v.items, item)
	}
	_, err := b.decoder.Token() // the bracket
	return v, err
}
