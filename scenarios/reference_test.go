package scenarios

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/fakemx/fakemx/certgen"
)

// A reference is the YAML form of scenarios, read from the Go types, from their
// doc comments and from what the rules say of a value that is wrong. docs/scenarios.md
// and scenario.schema.json are written from it.
type reference struct {
	mappings []mapping
	docs     goDocs
}

// A mapping is a struct in its YAML form.
type mapping struct {
	path   string // such as peer.pki.certificates.NAME; empty for the document
	typ    reflect.Type
	doc    string
	fields []field
}

// A field is a key of a mapping.
type field struct {
	path, name string
	typ        reflect.Type
	doc        string
	words      []word
	fallback   any // what the healthy peer has; nil if nothing
	least      *int
}

// A word is one of the values that a field may have, and what it means.
type word struct{ text, doc string }

// referTo reads the types, beginning with the document.
func referTo(t *testing.T) *reference {
	t.Helper()
	r := &reference{docs: readDocs(t, ".", filepath.Join("..", "certgen"))}
	healthy := treeOf(document{Base: "healthy", Facts: sound, Peer: Healthy()})
	r.add("", reflect.TypeFor[document](), plain(healthy))
	return r
}

// add reads a struct and then those that are in it. Sample is what the healthy
// peer has in its place.
func (r *reference) add(path string, typ reflect.Type, sample any) {
	m := mapping{path: path, typ: typ, doc: r.docs.typeInYAML(typ, path)}
	at := len(r.mappings)
	r.mappings = append(r.mappings, m)
	values, _ := sample.(map[string]any)
	inner := []func(){}
	for structField := range typ.Fields() {
		f := r.field(path, typ, structField)
		f.fallback = values[f.name]
		m.fields = append(m.fields, f)
		if below, element := elementOf(f.typ); below != nil {
			inner = append(inner, func() { r.add(f.path+element, below, inside(f.fallback)) })
		}
	}
	r.mappings[at] = m
	for _, add := range inner {
		add()
	}
}

// elementOf is the struct that a value, an element of a list or one of a
// mapping of names is; nil if it is none.
func elementOf(typ reflect.Type) (below reflect.Type, suffix string) {
	for {
		switch typ.Kind() {
		case reflect.Pointer:
			typ = typ.Elem()
		case reflect.Slice:
			typ, suffix = typ.Elem(), suffix+"[]"
		case reflect.Map:
			typ, suffix = typ.Elem(), suffix+".NAME"
		case reflect.Struct:
			return typ, suffix
		default:
			return nil, ""
		}
	}
}

// inside is the sample of a mapping; names of certificates have none.
func inside(sample any) any {
	if m, ok := sample.(map[string]any); ok && m["leaf"] == nil {
		return m
	}
	return nil
}

func (r *reference) field(path string, parent reflect.Type, f reflect.StructField) field {
	name := keyOf(f)
	out := field{path: strings.TrimPrefix(path+"."+name, "."), name: name, typ: f.Type}
	out.doc = r.docs.fields[parent.Name()][f.Name]
	out.doc = r.docs.inYAML(out.doc, parent)
	texts := probe(out)
	named := f.Type
	if named.Kind() == reflect.Slice {
		named = named.Elem()
	}
	for _, text := range texts {
		out.words = append(out.words, word{text, r.docs.inYAML(r.docs.words[named.Name()][text], parent)})
	}
	if f.Type.Kind() == reflect.Int {
		out.least = leastOf(out)
	}
	return out
}

// knownWords is what a rule says of a word that it does not know.
var knownWords = regexp.MustCompile(`^(?:"no-such-word"|-1) is not (?:one of|an? [a-z ]+:) (.+)$`)

// probe asks the rules which words a field knows, by one that none does.
func probe(f field) []string {
	value := "no-such-word"
	switch f.typ.Kind() {
	case reflect.Slice:
		value = "[" + value + "]"
	case reflect.Int:
		value = "-1"
	case reflect.String:
	default:
		return nil
	}
	for _, mistake := range mistakesOf(f, value) {
		if found := knownWords.FindStringSubmatch(mistake.Reason); found != nil {
			words := strings.Split(found[1], ", ")
			if !slices.Contains(words, "intermediate") { // the certificates' names are the user's
				return words
			}
		}
	}
	return nil
}

// leastOf asks the rules for the least number; nil if they know none.
func leastOf(f field) *int {
	for _, n := range []int{0, -1} {
		if len(mistakesOf(f, strconv.Itoa(n))) > 0 {
			least := n + 1
			return &least
		}
	}
	return nil
}

// mistakesOf is what is said of a field with that value.
func mistakesOf(f field, value string) []*ParseError {
	text := value
	for _, key := range slices.Backward(strings.Split(f.path, ".")) {
		key, list := strings.CutSuffix(key, "[]")
		if key == "NAME" {
			key = "leaf"
		}
		if list {
			text = "[" + text + "]"
		}
		text = "{" + key + ": " + text + "}"
	}
	text = minimal + strings.TrimSuffix(strings.TrimPrefix(text, "{"), "}") + "\n"
	if strings.HasPrefix(f.path, "alternate.") {
		text += "peer: {tls: {alternate: {send: [leaf], every: 2}}}\n"
	}
	_, err := Parse("probe.yaml", []byte(text))
	concrete := strings.NewReplacer("[]", "[0]", "NAME", "leaf").Replace(f.path)
	var found []*ParseError
	for _, e := range parseErrors(err) {
		if e.Path == concrete || e.Path == concrete+"[0]" {
			found = append(found, e)
		}
	}
	return found
}

// parseErrors are those that are joined in an error.
func parseErrors(err error) []*ParseError {
	switch e := err.(type) { //nolint:errorlint // it is taken apart
	case *ParseError:
		return []*ParseError{e}
	case interface{ Unwrap() []error }:
		var all []*ParseError
		for _, one := range e.Unwrap() {
			all = append(all, parseErrors(one)...)
		}
		return all
	}
	return nil
}

// goDocs are the doc comments of packages.
type goDocs struct {
	types  map[string]string            // by type
	fields map[string]map[string]string // by type and field
	words  map[string]map[string]string // by type and value
	values map[string]string            // of constants, by their names
	keys   map[string]map[string]string // YAML names by type and field
}

func readDocs(t *testing.T, dirs ...string) goDocs {
	t.Helper()
	d := goDocs{map[string]string{}, map[string]map[string]string{}, map[string]map[string]string{}, map[string]string{}, map[string]map[string]string{}}
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			for _, decl := range file.Decls {
				if general, ok := decl.(*ast.GenDecl); ok {
					d.read(general)
				}
			}
		}
	}
	return d
}

// read takes the comments of a declaration.
func (d goDocs) read(decl *ast.GenDecl) {
	for _, spec := range decl.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			d.types[spec.Name.Name] = text(spec.Doc, decl.Doc)
			if body, ok := spec.Type.(*ast.StructType); ok {
				d.readFields(spec.Name.Name, body)
			}
		case *ast.ValueSpec:
			literal, ok := first(spec.Values).(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING || decl.Tok != token.CONST || !spec.Names[0].IsExported() {
				continue
			}
			value := strings.Trim(literal.Value, `"`)
			d.values[spec.Names[0].Name] = value
			if kind, typed := spec.Type.(*ast.Ident); typed {
				if d.words[kind.Name] == nil {
					d.words[kind.Name] = map[string]string{}
				}
				d.words[kind.Name][value] = text(spec.Doc, spec.Comment)
			}
		}
	}
}

// readFields takes the comments of fields; one that stands before several without
// a blank line between them is that of all.
func (d goDocs) readFields(typ string, body *ast.StructType) {
	d.fields[typ], d.keys[typ] = map[string]string{}, map[string]string{}
	above := ""
	for _, f := range body.Fields.List {
		if doc := text(f.Doc, f.Comment); doc != "" {
			above = doc
		}
		for _, name := range f.Names {
			d.fields[typ][name.Name] = above
			if f.Tag != nil {
				key, _, _ := strings.Cut(reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("yaml"), ",")
				d.keys[typ][name.Name] = key
			}
		}
	}
}

func first(list []ast.Expr) ast.Expr {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// text is the first comment that there is, in one line.
func text(comments ...*ast.CommentGroup) string {
	for _, c := range comments {
		if c != nil {
			return strings.Join(strings.Fields(c.Text()), " ")
		}
	}
	return ""
}

// identifier is a word that may be one of Go.
var identifier = regexp.MustCompile(`\[?\b[A-Z][A-Za-z0-9]+\b\]?`)

// inYAML says of a doc comment in YAML what it says in Go: the fields by their
// keys, and constants by their values. What Go spells like a word of English is
// one where a sentence begins, unless the comment does.
func (d goDocs) inYAML(doc string, parent reflect.Type) string {
	nothing := strings.NewReplacer("If nil", "If left out", "if nil", "if left out", "If empty", "If left out", "If zero", "If left out")
	if strings.Contains(doc, "If nil") {
		nothing = strings.NewReplacer("If nil", "If left out")
	}
	doc = nothing.Replace(doc)
	begin := 0
	return identifier.ReplaceAllStringFunc(doc, func(found string) string {
		at := begin + strings.Index(doc[begin:], found)
		begin = at + len(found)
		name := strings.Trim(found, "[]")
		english := strings.HasSuffix(doc[:at], ". ") || acronym.MatchString(name)
		if at > 0 && english && !hasInnerCapital(name) {
			return name
		}
		if value, ok := d.values[name]; ok {
			return "`" + value + "`"
		}
		if key := d.keyOf(name, parent.Name()); key != "" {
			return "`" + key + "`"
		}
		return name
	})
}

// acronym is a word that is written so in any language.
var acronym = regexp.MustCompile(`^[A-Z]{2,}s?$`)

// keyOf is the key of a field of that type, or of any other one where no word of
// English is spelled so; empty if there is none.
func (d goDocs) keyOf(name, typ string) string {
	if key := d.keys[typ][name]; key != "" || !hasInnerCapital(name) || acronym.MatchString(name) {
		return strings.TrimPrefix(key, "-")
	}
	for _, other := range slices.Sorted(maps.Keys(d.keys)) {
		if key := strings.TrimPrefix(d.keys[other][name], "-"); key != "" {
			return key
		}
	}
	return ""
}

// typeInYAML is the comment of a type, about its place in YAML.
func (d goDocs) typeInYAML(typ reflect.Type, path string) string {
	doc := regexp.MustCompile(`^(An? )?`+typ.Name()+`\b`).ReplaceAllString(d.types[typ.Name()], "")
	return strings.TrimSpace("`" + path + "`" + d.inYAML(doc, typ))
}

// hasInnerCapital: the word is two that Go writes as one.
func hasInnerCapital(name string) bool {
	return strings.ContainsFunc(name[1:], unicode.IsUpper) && strings.ContainsFunc(name, unicode.IsLower)
}

// isSpan: the type is a length of time.
func isSpan(typ reflect.Type) bool { return typ == reflect.TypeFor[certgen.Offset]() }
