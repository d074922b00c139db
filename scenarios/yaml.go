package scenarios

import (
	"bytes"
	"cmp"
	"encoding/json"
	"regexp"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// YAML returns the scenario as a file. [Parse] reads it back to an equal peer,
// once a built-in scenario has been renamed. The file holds the whole peer,
// with null for what only the healthy peer has.
func (s Scenario) YAML() ([]byte, error) {
	tree := treeOf(document{
		Name: s.Name, Aliases: s.Aliases, Summary: s.Summary, Story: s.Story, Fix: s.Fix,
		References: s.References, Base: cmp.Or(s.Base, "healthy"), Facts: s.Facts, Grounds: s.Grounds, Alternate: s.Alternate, SecondHost: s.SecondHost, Later: s.Later, Message: s.Message, ReachBy: s.ReachBy, ReachAt: s.ReachAt,
		Trap: s.Trap, Harmless: s.Harmless,
	})
	for i := range tree {
		if tree[i].Key == "peer" {
			tree[i].Value = patchTo(treeOf(s.BasePeer()), treeOf(s.Peer))
		}
	}
	return marshal(tree)
}

// marshal writes a value as YAML, lists of scalars in one line.
func marshal(v any) ([]byte, error) {
	node, err := yaml.ValueToNode(v, yaml.CustomMarshaler(marshalString))
	if err != nil {
		return nil, err
	}
	ast.Walk(flow{}, node)
	return append([]byte(node.String()), '\n'), nil
}

// plainWords are strings that need no quotes wherever they stand.
var plainWords = regexp.MustCompile(`^-?[\pL\pN]([\pL\pN ._/=+@()-]*[\pL\pN._/)])?$`)

// marshalString quotes a string unless it is surely plain. The library alone
// would leave out quotes that it then misses when it reads.
func marshalString(s string) ([]byte, error) {
	if plainWords.MatchString(s) && !token.IsNeedQuoted(s) {
		return []byte(s), nil
	}
	var quoted bytes.Buffer
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(s) // a JSON string is a YAML one
	return bytes.TrimSpace(quoted.Bytes()), err
}

// flow writes lists of scalars as [a, b].
type flow struct{}

// Visit changes the style of a list (ast.Visitor).
func (f flow) Visit(node ast.Node) ast.Visitor {
	if list, ok := node.(*ast.SequenceNode); ok {
		list.IsFlowStyle = true
		for _, value := range list.Values {
			if _, scalar := value.(ast.ScalarNode); !scalar {
				list.IsFlowStyle = false
			}
		}
	}
	return f
}
