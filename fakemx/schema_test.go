package fakemx_test

import (
	"encoding"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// schemaObject is as much of a JSON Schema as the tests look at.
type schemaObject struct {
	Ref        string                  `json:"$ref"`
	OneOf      []schemaObject          `json:"oneOf"`
	Items      *schemaObject           `json:"items"`
	Enum       []string                `json:"enum"`
	Required   []string                `json:"required"`
	Properties map[string]schemaObject `json:"properties"`
	Defs       map[string]schemaObject `json:"$defs"`
}

// resolve follows a reference, and a choice between a reference and null.
func (root schemaObject) resolve(s schemaObject) schemaObject {
	if len(s.OneOf) > 0 {
		s = s.OneOf[0]
	}
	if name, ok := strings.CutPrefix(s.Ref, "#/$defs/"); ok {
		return root.Defs[name]
	}
	return s
}

func TestSchemaHoldsEveryField(t *testing.T) {
	t.Parallel()
	root := readSchema(t)
	delete(root.Properties, "event") // the command's, not the library's
	checkStruct(t, root, root, reflect.TypeFor[fakemx.Session]())
}

func checkStruct(t *testing.T, root, object schemaObject, typ reflect.Type) {
	t.Helper()
	var fields []string
	for field := range typ.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		fields = append(fields, name)
		property := root.resolve(object.Properties[name])
		elem := field.Type
		if elem.Kind() == reflect.Slice && property.Items != nil {
			elem, property = elem.Elem(), root.resolve(*property.Items)
		}
		if elem.Kind() == reflect.Pointer {
			elem = elem.Elem()
		}
		if elem.Kind() == reflect.Struct && !elem.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
			checkStruct(t, root, property, elem)
		}
	}
	slices.Sort(fields)
	var properties []string
	for name := range object.Properties {
		properties = append(properties, name)
	}
	slices.Sort(properties)
	if !slices.Equal(fields, properties) {
		t.Errorf("%s has the fields\n%q, the schema has the properties\n%q", typ, fields, properties)
	}
	required := slices.Sorted(slices.Values(object.Required))
	if !slices.Equal(fields, required) {
		t.Errorf("%s has the fields\n%q, the schema requires\n%q", typ, fields, required)
	}
}

func TestSchemaHoldsEveryWord(t *testing.T) {
	t.Parallel()
	root := readSchema(t)
	words := declaredWords(t, "session.go")
	maps.Copy(words, declaredWords(t, "conduct.go"))
	for typ, enum := range map[string][]string{
		"Outcome": root.Properties["outcome"].Enum,
		"Flag":    root.Properties["flags"].Items.Enum,
		"Party":   root.Defs["line"].Properties["from"].Enum,
		"Ending":  root.Defs["end"].Properties["how"].Enum,
	} {
		slices.Sort(enum)
		slices.Sort(words[typ])
		if !slices.Equal(words[typ], enum) {
			t.Errorf("constants of type %s are %q, the schema has %q", typ, words[typ], enum)
		}
	}
}

// declaredWords returns the values of a file's string constants by type.
func declaredWords(t *testing.T, path string) map[string][]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	words := map[string][]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Type == nil || len(spec.Values) != 1 {
			return true
		}
		typ, isName := spec.Type.(*ast.Ident)
		literal, isLiteral := spec.Values[0].(*ast.BasicLit)
		if isName && isLiteral {
			if word, err := strconv.Unquote(literal.Value); err == nil {
				words[typ.Name] = append(words[typ.Name], word)
			}
		}
		return true
	})
	return words
}

func TestSchemaJudges(t *testing.T) {
	t.Parallel()
	schema := compileSchema(t)
	for name, test := range map[string]struct {
		edit func(map[string]any)
		ok   bool
	}{
		"full":            {func(map[string]any) {}, true},
		"no refusal":      {func(s map[string]any) { s["refusal"] = nil }, true},
		"unknown ending":  {func(s map[string]any) { s["end"] = map[string]any{"by": "client", "how": "sulk"} }, false},
		"no TLS, no AUTH": {func(s map[string]any) { s["tls"], s["auth"] = nil, nil }, true},
		"event":           {func(s map[string]any) { s["event"] = "session" }, true},
		"other event":     {func(s map[string]any) { s["event"] = "ready" }, false},
		"unknown outcome": {func(s map[string]any) { s["outcome"] = "fine" }, false},
		"null list":       {func(s map[string]any) { s["flags"] = nil }, false},
		"unknown field":   {func(s map[string]any) { s["password"] = "x" }, false},
		"missing field":   {func(s map[string]any) { delete(s, "helo") }, false},
		"null count":      {func(s map[string]any) { s["accepted"] = nil }, false},
		"negative count":  {func(s map[string]any) { s["left_out"] = map[string]any{"transactions": -1, "recipients": 0} }, false},
		"bad time":        {func(s map[string]any) { s["ended"] = "yesterday" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			session := fullSession(t)
			test.edit(session)
			err := schema.Validate(session)
			if test.ok && err != nil {
				t.Errorf("refused: %v", err)
			}
			if !test.ok && err == nil {
				t.Error("accepted, want it refused")
			}
		})
	}
}

// fullSession is the JSON form of a session in which everything happened.
func fullSession(t *testing.T) map[string]any {
	t.Helper()
	at := time.Date(2026, time.January, 2, 3, 4, 5, 678, time.UTC)
	names := []string{"a"}
	text, err := json.Marshal(fakemx.Session{
		ID: "1", Scenario: "healthy", Remote: "127.0.0.1:1", Local: "127.0.0.1:2", Started: at, Ended: at, HELO: "client", ESMTP: true,
		TLS: &fakemx.TLS{
			Mode:        "starttls",
			ClientHello: &fakemx.ClientHello{Versions: names, CipherSuites: names, Groups: names, ALPN: names, Bytes: 1},
			Alert:       &fakemx.Alert{Code: 48, Name: "unknown_ca", From: "client"},
			ClientCertificate: fakemx.ClientCertificate{
				Chain:  []fakemx.CertificateName{{Subject: "CN=a", Issuer: "CN=b", SHA256: strings.Repeat("0", 64)}},
				Verify: "FAIL",
			},
		},
		Auth:         &fakemx.Auth{Mechanism: "PLAIN", Identity: "anna", Succeeded: true},
		Transactions: []fakemx.Transaction{{From: "a@x.test", To: []string{"b@x.test"}, Size: 3, With: "ESMTPSA", Accepted: true}},
		Accepted:     fakemx.Accepted{InTLS: 1},
		Commands:     []fakemx.CommandCount{{Verb: "EHLO", Times: 2, InClear: 1}},
		Refusal:      &fakemx.Reply{To: "MAIL", Text: "451 4.7.1 Greylisted"},
		Fault:        fakemx.Fault{At: scenarios.AtMAIL, Do: scenarios.DoReply},
		End:          fakemx.End{By: fakemx.FromClient, How: fakemx.EndQuit},
		Outcome:      fakemx.DeliveredTLS,
		Flags:        []fakemx.Flag{fakemx.ZeroLengthCertificate},
		Fetches:      []fakemx.Fetch{}, Transcript: []fakemx.Line{{At: at, From: "peer", Text: "220 ready"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	session, ok := value.(map[string]any)
	if !ok {
		t.Fatalf("a session marshals to %T, want an object", value)
	}
	return session
}

func readSchema(t *testing.T) schemaObject {
	t.Helper()
	var root schemaObject
	if err := json.Unmarshal([]byte(fakemx.SessionSchema()), &root); err != nil {
		t.Fatal(err)
	}
	return root
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(fakemx.SessionSchema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("session.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("session.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
