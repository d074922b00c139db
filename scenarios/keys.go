package scenarios

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// maxMisspelt is how many letters of a key may be wrong for it to be suggested.
const maxMisspelt = 2

// unknownKey says that a key is not one of the mapping in which it is, and which
// of those was meant, if one is near.
func unknownKey(key, path string) string {
	reason := fmt.Sprintf("unknown key %q", key)
	near, distance := nearest(key, slices.Values(keysBeside(path)))
	if len(near) > 0 && distance <= min(maxMisspelt, len(key)-1) {
		reason += "; did you mean " + strings.Join(near, " or ") + "?"
	}
	return reason
}

// listIndex is that of an element in a path.
var listIndex = regexp.MustCompile(`\[\d+\]`)

// keysBeside are the keys of the mapping in which the key at a path is; none if
// there is no such mapping, or if its keys are names.
func keysBeside(path string) []string {
	steps := strings.Split(listIndex.ReplaceAllString(path, ".$0"), ".")
	typ := reflect.TypeFor[document]()
	for _, step := range steps[:len(steps)-1] {
		if typ = elementAt(typ, step); typ == nil {
			return nil
		}
	}
	if typ.Kind() != reflect.Struct {
		return nil
	}
	var keys []string
	for f := range typ.Fields() {
		keys = append(keys, keyOf(f))
	}
	return keys
}

// elementAt is the type of the value at a key, a name or an index; nil if there
// is none.
func elementAt(typ reflect.Type, step string) reflect.Type {
	switch typ.Kind() {
	case reflect.Struct:
		for f := range typ.Fields() {
			if keyOf(f) == step {
				return pointedAt(f.Type)
			}
		}
		return nil
	case reflect.Map, reflect.Slice:
		return pointedAt(typ.Elem())
	default:
		return nil
	}
}

func pointedAt(typ reflect.Type) reflect.Type {
	if typ.Kind() == reflect.Pointer {
		return typ.Elem()
	}
	return typ
}

// keyOf is the key of a field.
func keyOf(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	return key
}
