package postfix

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// An attributeKind is what Postfix asks of an attribute.
type attributeKind struct {
	// once: it may be there once only.
	once  bool
	check func(value string) error
}

// attributes are all that Postfix 3.11 knows. Those about a report came with
// Postfix 3.10, and enable_rpk with 3.9.
var attributes = map[string]attributeKind{
	"ciphers":          {true, notEmpty},
	"protocols":        {true, anything},
	"servername":       {true, hostName},
	"match":            {false, notEmpty},
	"exclude":          {true, anything},
	"tafile":           {false, notEmpty},
	"connection_reuse": {false, oneOf("yes", "no")},
	"enable_rpk":       {false, oneOf("yes", "no")},
	"policy_ttl":       {true, seconds},
	"policy_type":      {true, oneOf("sts", "tlsa", "no-policy-found")},
	"policy_domain":    {true, hostName},
	"policy_string":    {false, anything},
	"mx_host_pattern":  {false, anything},
	"policy_failure":   {true, notEmpty},
}

func anything(string) error { return nil }

func notEmpty(value string) error {
	if value == "" {
		return errors.New("it has no value")
	}
	return nil
}

func oneOf(words ...string) func(string) error {
	return func(value string) error {
		if slices.Contains(words, strings.ToLower(value)) {
			return nil
		}
		return fmt.Errorf("%q is not one of %s", value, strings.Join(words, ", "))
	}
}

func seconds(value string) error {
	if _, err := strconv.ParseUint(value, 10, 31); err != nil {
		return fmt.Errorf("%q is no number of seconds", value)
	}
	return nil
}

// hostName takes what Postfix takes for a name: labels of letters, digits,
// hyphens and underscores.
func hostName(value string) error {
	wrong := fmt.Errorf("%q is no host name", value)
	if value == "" || len(value) > 255 {
		return wrong
	}
	for label := range strings.SplitSeq(value, ".") {
		odd := strings.ContainsFunc(label, func(c rune) bool {
			return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_'
		})
		if label == "" || len(label) > 63 || odd || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return wrong
		}
	}
	return nil
}

// separators stand between the words of a policy, and blanks around the parts of
// one in braces.
const (
	separators = ", \t\r\n"
	blanks     = " \t\r\n"
)

// splitWords splits a policy at its separators, except inside of braces, which
// belong to the word.
func splitWords(text string) ([]string, error) {
	var words []string
	start, depth := -1, 0
	for i, c := range []byte(text) {
		separates := depth == 0 && strings.IndexByte(separators, c) >= 0
		switch {
		case separates && start >= 0:
			words = append(words, text[start:i])
			start = -1
		case !separates && start < 0:
			start = i
		}
		switch c {
		case '{':
			depth++
		case '}':
			depth = max(depth-1, 0)
		}
	}
	if depth > 0 {
		return nil, errors.New("a brace is not closed")
	}
	if start >= 0 {
		words = append(words, text[start:])
	}
	return words, nil
}

// parseAttribute parses name=value, or { name = value }.
func parseAttribute(word string) (Attribute, error) {
	if inner, braced := strings.CutPrefix(word, "{"); braced {
		inner, closed := strings.CutSuffix(inner, "}")
		if !closed {
			return Attribute{}, fmt.Errorf("%.100q: something stands behind the brace", word)
		}
		word = strings.Join(strings.FieldsFunc(inner, func(c rune) bool { return strings.ContainsRune(blanks, c) }), " ")
	}
	name, value, found := strings.Cut(word, "=")
	name = strings.Trim(name, blanks)
	if !found || name == "" || strings.ContainsAny(name, blanks) {
		return Attribute{}, fmt.Errorf("%.100q is no attribute; expected NAME=VALUE", word)
	}
	return Attribute{strings.ToLower(name), strings.Trim(value, blanks)}, nil
}
