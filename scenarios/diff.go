package scenarios

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
)

// A Change is one difference between two peers.
type Change struct {
	// Path is the path of the field in YAML form, such as "pki.send" or
	// "pki.certificates.leaf.not_after".
	Path string `json:"path"`
	// Old and New are the values in YAML form: a string, a number, a bool, a
	// list or a map. Nil means that the peer has no such value.
	Old any `json:"old"`
	New any `json:"new"`
}

// String returns the change as one line.
func (c Change) String() string {
	return fmt.Sprintf("%s: %s -> %s", c.Path, inline(c.Old), inline(c.New))
}

// inline is a value as YAML in one line; "(none)" for none.
func inline(v any) string {
	switch v := v.(type) {
	case nil:
		return "(none)"
	case string:
		text, err := marshalString(v)
		if err != nil {
			return strconv.Quote(v)
		}
		return string(text)
	case []any:
		words := make([]string, len(v))
		for i, item := range v {
			words[i] = inline(item)
		}
		return "[" + strings.Join(words, ", ") + "]"
	case map[string]any:
		var words []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			words = append(words, key+": "+inline(v[key]))
		}
		return "{" + strings.Join(words, ", ") + "}"
	}
	return fmt.Sprint(v)
}

// Diff returns the changes from a to b, in the order of the fields: first those
// of fields that a has, then those that only b has. Lists are compared as a
// whole.
func Diff(a, b Peer) []Change { return diff("", treeOf(a), treeOf(b)) }

func diff(path string, a, b yaml.MapSlice) []Change {
	var changes []Change
	for _, item := range a {
		value, _ := lookup(b, item.Key)
		changes = append(changes, diffValue(join(path, item.Key), item.Value, value)...)
	}
	for _, item := range b {
		if _, known := lookup(a, item.Key); !known {
			changes = append(changes, diffValue(join(path, item.Key), nil, item.Value)...)
		}
	}
	return changes
}

func diffValue(path string, a, b any) []Change {
	from, mapped := a.(yaml.MapSlice)
	to, both := b.(yaml.MapSlice)
	switch {
	case mapped && both:
		return diff(path, from, to)
	case reflect.DeepEqual(a, b):
		return nil
	}
	return []Change{{Path: path, Old: plain(a), New: plain(b)}}
}

// plain turns ordered mappings into maps, which JSON can write.
func plain(v any) any {
	switch v := v.(type) {
	case yaml.MapSlice:
		m := make(map[string]any, len(v))
		for _, item := range v {
			m[fmt.Sprint(item.Key)] = plain(item.Value)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = plain(item)
		}
		return list
	}
	return v
}

// join appends a key to a path.
func join(path string, key any) string {
	if path == "" {
		return fmt.Sprint(key)
	}
	return fmt.Sprintf("%s.%v", path, key)
}
