package scenarios

import (
	"fmt"

	"github.com/goccy/go-yaml"
)

// treeOf is a value in its YAML form: mappings as yaml.MapSlice in the order of
// the fields, lists as []any, and scalars. What YAML leaves out is not in it.
func treeOf(v any) yaml.MapSlice {
	var tree yaml.MapSlice
	text, err := marshal(v)
	if err == nil {
		err = yaml.UnmarshalWithOptions(text, &tree, yaml.UseOrderedMap())
	}
	if err != nil {
		panic(fmt.Sprintf("scenarios: %T is plain data, yet: %v", v, err)) // unreachable: no channels, no functions
	}
	return tree
}

// lookup finds the value of a key.
func lookup(m yaml.MapSlice, key any) (any, bool) {
	for _, item := range m {
		if item.Key == key {
			return item.Value, true
		}
	}
	return nil, false
}

// merge lays a patch over a tree, as RFC 7396 does it for JSON: mappings merge,
// anything else replaces, and null removes.
func merge(tree, patch yaml.MapSlice) yaml.MapSlice {
	var out yaml.MapSlice
	for _, item := range tree {
		if value, patched := lookup(patch, item.Key); patched {
			item.Value = mergeValue(item.Value, value)
		}
		if item.Value != nil {
			out = append(out, item)
		}
	}
	for _, item := range patch {
		if _, known := lookup(tree, item.Key); !known && item.Value != nil {
			out = append(out, yaml.MapItem{Key: item.Key, Value: mergeValue(nil, item.Value)})
		}
	}
	return out
}

// mergeValue lays one value over another.
func mergeValue(old, patch any) any {
	mapping, ok := patch.(yaml.MapSlice)
	if !ok {
		return patch
	}
	below, _ := old.(yaml.MapSlice)
	return merge(below, mapping)
}

// patchTo is the patch that merge makes tree of base with, written out in
// full: it repeats what is the same, so that a person sees all of it, and says
// null for what base has and tree has not.
func patchTo(base, tree yaml.MapSlice) yaml.MapSlice {
	var out yaml.MapSlice
	for _, item := range tree {
		below, _ := lookup(base, item.Key)
		from, both := below.(yaml.MapSlice)
		if to, ok := item.Value.(yaml.MapSlice); ok && both {
			item.Value = patchTo(from, to)
		}
		out = append(out, item)
	}
	for _, item := range base {
		if _, kept := lookup(tree, item.Key); !kept {
			out = append(out, yaml.MapItem{Key: item.Key})
		}
	}
	return out
}
