package scenarios

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

const schemaFile = "scenario.schema.json"

// TestTheSchemaIsThatOfTheTypes: with -update, it is written anew.
func TestTheSchemaIsThatOfTheTypes(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(referTo(t).schema()); err != nil {
		t.Fatal(err)
	}
	golden(t, schemaFile, Schema(), text.String())
}

// golden compares a file that is generated with what it has to be, and with
// -update writes it.
func golden(t *testing.T, path, got, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got != want {
		t.Errorf("%s is not what the types say; go test ./scenarios -update writes it", path)
	}
}

// object is a JSON object, whose keys encoding/json sorts.
type object = map[string]any

// schema is the JSON Schema of a document.
func (r *reference) schema() object {
	defs := object{}
	for _, m := range r.mappings[1:] {
		defs[m.typ.Name()] = r.schemaOf(m)
	}
	root := r.schemaOf(r.mappings[0])
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["$id"] = "https://fakemx.test/scenario.schema.json"
	root["title"] = "A scenario of fakemx"
	root["required"] = []string{"name", "summary"}
	root["$defs"] = defs
	own := root["properties"].(object)
	name := object{"type": "string", "pattern": kebabCase.String(), "maxLength": maxName, "not": object{"enum": reserved}}
	own["name"] = with(name, object{"description": own["name"].(object)["description"]})
	own["aliases"].(object)["items"] = name
	own["summary"].(object)["pattern"] = `^[^\r\n]*[^.\r\n]$`
	own["base"].(object)["enum"] = knownNames()
	return root
}

// knownNames are all names and aliases.
func knownNames() []any {
	var names []any
	for _, s := range All() {
		names = append(names, s.Name)
	}
	for _, s := range All() {
		for _, alias := range s.Aliases {
			names = append(names, alias)
		}
	}
	return names
}

func (r *reference) schemaOf(m mapping) object {
	properties := object{}
	for _, f := range m.fields {
		s := schemaOfType(f.typ, f)
		if f.doc != "" {
			s["description"] = f.doc
		}
		if f.fallback != nil && !isMapping(f.fallback) {
			s["default"] = f.fallback
		}
		properties[f.name] = s
	}
	s := object{"type": "object", "additionalProperties": false, "properties": properties}
	if m.doc != "" && m.path != "" {
		s["description"] = m.doc
	}
	return s
}

func isMapping(v any) bool { _, is := v.(object); return is }

func with(s, more object) object {
	maps.Copy(s, more)
	return s
}

// schemaOfType is the schema of a value of a field, or of an element of it. Null
// removes what the base has, so it may stand anywhere.
func schemaOfType(typ reflect.Type, f field) object {
	switch {
	case isSpan(typ):
		const span = `^([+-]?\d+d|[+-]?(0|((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+))$`
		return object{"type": []string{"string", "integer", "null"}, "pattern": span, "minimum": 0, "maximum": 0}
	case len(f.words) > 0 && typ.Kind() != reflect.Slice:
		return object{"enum": append(wordsOf(f), nil)}
	}
	switch typ.Kind() {
	case reflect.Pointer:
		return schemaOfType(typ.Elem(), f)
	case reflect.Struct:
		return object{"anyOf": []object{{"$ref": "#/$defs/" + typ.Name()}, {"type": "null"}}}
	case reflect.Slice:
		return object{"type": []string{"array", "null"}, "items": schemaOfType(typ.Elem(), f)}
	case reflect.Map:
		return object{"type": []string{"object", "null"}, "additionalProperties": schemaOfType(typ.Elem(), f)}
	case reflect.Bool:
		return object{"type": []string{"boolean", "null"}}
	case reflect.Int:
		s := object{"type": []string{"integer", "null"}}
		if f.least != nil {
			s["minimum"] = *f.least
		}
		return s
	}
	return object{"type": []string{"string", "number", "null"}} // 1.2 is text without quotes
}

// wordsOf are the words of a field. Those that look like numbers may stand
// without quotes.
func wordsOf(f field) []any {
	var words []any
	for _, w := range f.words {
		n, err := strconv.ParseFloat(w.text, 64)
		if f.typ.Kind() != reflect.Int {
			words = append(words, w.text)
		}
		if err == nil {
			words = append(words, n)
		}
	}
	return words
}

// compiled is the schema, ready to be asked.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document := asJSON(t, referTo(t).schema())
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(schemaFile, document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// valid asks the schema about a document of YAML.
func valid(t *testing.T, schema *jsonschema.Schema, text string) error {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return schema.Validate(asJSON(t, value))
}

// asJSON is a value as the schema's library has it.
func asJSON(t *testing.T, value any) any {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	read, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// TestTheCatalogueIsValidBySchema: every scenario as fakemx show prints it.
func TestTheCatalogueIsValidBySchema(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	for _, s := range sampled(All()) {
		text, err := s.YAML()
		if err != nil {
			t.Fatal(err)
		}
		if err := valid(t, schema, string(text)); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}

// TestTheSchemaAgreesWithTheRules: about values of every kind.
func TestTheSchemaAgreesWithTheRules(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	for text, sound := range map[string]bool{
		minimal: true,
		"name: mine\nsummary: does this\nbase: wrong-host\n":                  true,
		minimal + "peer: {tls: {max_version: 1.2}, smtp: {greeting: 12}}":     true,
		minimal + "peer: {pki: {certificates: {leaf: {not_after: -10m}}}}":    true,
		minimal + "peer: {pki: {client: null, certificates: {client: null}}}": true,
		minimal + "peer: {smtp: {greet_pause: 0}}":                            true,
		minimal + "peer: {faults: [{at: dot, do: reset, first: 1}]}":          true,
		"name: mine\n":                                                                   false,
		"summary: does\n":                                                                false,
		"name: Mine\nsummary: does this\n":                                               false,
		"name: all\nsummary: does this\n":                                                false,
		"name: mine\nsummary: does this.\n":                                              false,
		minimal + "base: wrong-hots\n":                                                   false,
		minimal + "aliases: [B]\n":                                                       false,
		minimal + "number: 7\n":                                                          false,
		minimal + "family: chain\n":                                                      false,
		minimal + "facts: {offers: lenient}\n":                                           false,
		minimal + "facts: {authentic: weak}\n":                                           false,
		minimal + "trap: bait\n":                                                         false,
		minimal + "peer: {tsl: {}}":                                                      false,
		minimal + "peer: {tls: {max_version: 1.4}}":                                      false,
		minimal + "peer: {tls: {max_version: 7}}":                                        false,
		minimal + "peer: {tls: {staple: bad}}":                                           false,
		minimal + "peer: {tls: {groups: [x448x]}}":                                       false,
		minimal + "peer: {tls: {close_notify: maybe}}":                                   false,
		minimal + "peer: {tls: {legacy: {dh_prime_bits: 3}}}":                            false,
		minimal + "peer: {smtp: {extensions: [STARTTLS]}}":                               false,
		minimal + "peer: {smtp: {starttls: {offer: greeting}, auth: {offer: greeting}}}": false,
		minimal + "peer: {smtp: {greet_pause: 5}}":                                       false,
		minimal + "peer: {smtp: {greet_pause: soon}}":                                    false,
		minimal + "peer: {faults: [{at: dots, do: reset}]}":                              false,
		minimal + "peer: {faults: [{at: dot, do: reset, first: 0}]}":                     false,
		minimal + "peer: {faults: [{at: dot, do: reset, first: 1.5}]}":                   false,
		minimal + "peer: {faults: {at: dot, do: reset}}":                                 false,
		minimal + "peer: {pki: {certificates: {leaf: {key: rsa-1}}}}":                    false,
		minimal + "peer: {pki: {certificates: {leaf: {key_usages: [sign]}}}}":            false,
		minimal + "peer: {pki: {certificates: {leaf: {omit: [basic]}}}}":                 false,
		minimal + "peer: {trace: {form: qmail}}":                                         false,
	} {
		if err := valid(t, schema, text); (err == nil) != sound {
			t.Errorf("%s\nby the schema: %v", text, err)
		}
		if _, err := Parse("mine.yaml", []byte(text)); (err == nil) != sound {
			t.Errorf("%s\nby the rules: %v", text, err)
		}
	}
}

// TestTheSchemaKnowsAllWords: each of a type's constants is a word of some field.
func TestTheSchemaKnowsAllWords(t *testing.T) {
	t.Parallel()
	r := referTo(t)
	for _, typ := range []string{
		"Answer", "ReachBy", "ReachAt", "Trap", "Staple", "ClientCertificateMode", "Where", "Point", "Action", "TraceForm", "With", "KeyKind", "Hash",
	} {
		if len(r.docs.words[typ]) == 0 {
			t.Errorf("%s has no constants", typ)
		}
		for text := range r.docs.words[typ] {
			if !slices.ContainsFunc(r.mappings, func(m mapping) bool { return m.knows(typ, text) }) {
				t.Errorf("%s: no field of that type knows %s", typ, text)
			}
		}
	}
}

// knows: a field of that type has the word.
func (m mapping) knows(typ, text string) bool {
	return slices.ContainsFunc(m.fields, func(f field) bool {
		return f.typ.Name() == typ && slices.ContainsFunc(f.words, func(w word) bool { return w.text == text })
	})
}
