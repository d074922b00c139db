package scenarios

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

const pageIntroduction = `# Scenario files

This page lists the keys of a scenario file. ` + "`go test ./scenarios -update`" + ` writes it from the Go types and their comments.
A scenario file is YAML. ` + "`fakemx --scenario-file FILE`" + ` plays its scenarios; every command that takes the name of a scenario
also takes this flag.

` + "```yaml" + `
# yaml-language-server: $schema=scenario.schema.json
name: expired-today
summary: presents a certificate that expired ten minutes ago
base: healthy
facts:
  authentic: no
peer:
  pki:
    certificates:
      leaf:
        not_after: -10m
` + "```" + `

- Only ` + "`name`" + ` and ` + "`summary`" + ` are required.
- ` + "`base`" + ` is the built-in scenario to start from, and ` + "`peer`" + ` says what is different. Mappings are merged. Lists and single
  values replace those of the base. ` + "`null`" + ` removes a value.
- A file can contain several scenarios, as documents separated by ` + "`---`" + `.
- ` + "`fakemx show NAME`" + ` prints any scenario in this form, with its whole peer. This is a good starting point.
- ` + "`fakemx schema --scenario > scenario.schema.json`" + ` writes a JSON Schema. Editors with the YAML language server use it to
  complete and check the file; the first line of the example says where the schema is.
- Your scenarios get the ports or addresses after those of the built-in ones (see [dns.md](dns.md)).
- An unknown key, a value of the wrong type, or a peer that cannot be played is an error that names the file, the line and
  the key.

A *span* is a length of time: ` + "`-1h`" + `, ` + "`90m`" + `, ` + "`1h30m`" + ` or, in days of 24 hours, ` + "`7d`" + `. The column *healthy* shows the value in
the healthy peer. Your scenario has the same value, unless its base has another one.
`

// TestThePageIsThatOfTheTypes: with -update, it is written anew.
func TestThePageIsThatOfTheTypes(t *testing.T) {
	t.Parallel()
	path := filepath.Join("..", "docs", "scenarios.md")
	written, err := os.ReadFile(path)
	if err != nil && !*update {
		t.Fatal(err)
	}
	golden(t, path, string(written), referTo(t).page())
}

// TestThePagesExampleCanBePlayed: it is read, and changes what it says.
func TestThePagesExampleCanBePlayed(t *testing.T) {
	t.Parallel()
	_, behind, _ := strings.Cut(pageIntroduction, "```yaml\n")
	example, _, _ := strings.Cut(behind, "```")
	all, err := Parse("example.yaml", []byte(example))
	if err != nil {
		t.Fatal(err)
	}
	if changes := Diff(Healthy(), all[0].Peer); len(changes) != 1 || changes[0].Path != "pki.certificates.leaf.not_after" || all[0].Facts != unauthentic {
		t.Errorf("it changes %v, and its facts are %v", changes, all[0].Facts)
	}
	if err := valid(t, compiled(t), example); err != nil {
		t.Error(err)
	}
}

// TestEveryMeaningSaysWhatItIsAbout: a row that begins in the middle of a sentence
// has lost its subject.
func TestEveryMeaningSaysWhatItIsAbout(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		"`a` is the first. More.":     "the first. More.",
		"`a` names both":              "names both.",
		"`a` and `b` limit the range": "`a` and `b` limit the range.",
		"`a`, `b` and `c` are names.": "`a`, `b` and `c` are names.",
		"":                            "",
	} {
		if got := meaning("a", doc); got != want {
			t.Errorf("the meaning of a in %q is %q, want %q", doc, got, want)
		}
	}
	for _, m := range referTo(t).mappings {
		for _, f := range m.fields {
			if got := meaning(f.name, f.doc); got == "" || regexp.MustCompile(`^(and|or|but|,)\b`).MatchString(got) {
				t.Errorf("%s: %q lacks its subject", f.path, got)
			}
		}
	}
}

// TestNothingOfGoIsInTheReference: those who write YAML know neither Go's types
// and functions nor its zero values.
func TestNothingOfGoIsInTheReference(t *testing.T) {
	t.Parallel()
	r := referTo(t)
	check := func(where, doc string) {
		for _, found := range r.docs.ofGo(doc) {
			t.Errorf("%s: %q is a word of Go in %q", where, found, doc)
		}
	}
	for _, m := range r.mappings {
		check(m.path, m.doc)
		for _, f := range m.fields {
			check(f.path, f.doc)
			for _, w := range f.words {
				check(f.path+" "+w.text, w.doc)
			}
		}
	}
}

// goWords are what only those say who write Go.
var goWords = regexp.MustCompile(`\bzero value\b|\bnil\b|\bstruct\b|\b[Ss]lice\b|\[[A-Z]\w*\]|` + "`\\.`" + `|\bBuild\b|\bParse\b|\bValidate\b`)

// ofGo are the words in a comment that only those understand who write Go: the
// names of types too, unless a sentence begins with one.
func (d goDocs) ofGo(doc string) []string {
	found := goWords.FindAllString(doc, -1)
	for _, at := range identifier.FindAllStringIndex(doc, -1) {
		name := doc[at[0]:at[1]]
		_, isType := d.types[name]
		begins := at[0] == 0 || strings.HasSuffix(doc[:at[0]], ". ")
		if isType && !begins && !acronym.MatchString(name) && !strings.HasPrefix(doc[at[1]:], " message") {
			found = append(found, name)
		}
	}
	return found
}

// page is the text of docs/scenarios.md.
func (r *reference) page() string {
	var b strings.Builder
	b.WriteString(pageIntroduction)
	for _, m := range r.mappings {
		title := "`" + m.path + "`"
		if m.path == "" {
			title = "The scenario"
		}
		fmt.Fprintf(&b, "\n## %s\n\n", title)
		if m.doc != "" && m.path != "" {
			b.WriteString(inMarkdown.Replace(m.doc) + "\n\n")
		}
		b.WriteString("| key | value | healthy | meaning |\n|---|---|---|---|\n")
		for _, f := range m.fields {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.name, valueOf(f), fallbackOf(f), meaning(f.name, f.doc))
		}
		writeWords(&b, m)
	}
	return b.String()
}

// writeWords says what the words of a mapping mean, and which those are for which
// its table has no room.
func writeWords(b *strings.Builder, m mapping) {
	for _, f := range m.fields {
		var lines []string
		for _, w := range f.words {
			if w.doc != "" {
				lines = append(lines, fmt.Sprintf("- `%s`: %s\n", w.text, meaning(w.text, w.doc)))
			}
		}
		switch {
		case len(lines) > 0:
			fmt.Fprintf(b, "\nThe words of `%s`:\n\n%s", f.name, strings.Join(lines, ""))
		case len(f.words) > manyWords:
			fmt.Fprintf(b, "\nThe words of `%s`: %s.\n", f.name, quoted(f.words))
		}
	}
}

// meaning is a comment without the name by which Go's comments begin, unless that
// is one of several.
func meaning(name, doc string) string {
	if rest, found := strings.CutPrefix(doc, "`"+name+"` "); found && !strings.HasPrefix(rest, "and ") {
		doc = strings.TrimPrefix(strings.TrimPrefix(rest, "is "), "are ")
	}
	doc = strings.TrimSpace(strings.TrimPrefix(doc, "`"+name+"`:"))
	if doc == "" {
		return ""
	}
	return inMarkdown.Replace(strings.TrimSuffix(doc, ".") + ".")
}

func quoted(words []word) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = "`" + w.text + "`"
	}
	return strings.Join(texts, ", ")
}

// manyWords are more than a cell of a table has room for.
const manyWords = 12

// valueOf is the type of a field, or its words.
func valueOf(f field) string {
	if len(f.words) > manyWords || len(f.words) == 0 {
		return kindOf(f.typ)
	}
	if f.typ.Kind() == reflect.Slice {
		return "list of " + quoted(f.words)
	}
	return quoted(f.words)
}

// kindOf says what a type is in YAML.
func kindOf(typ reflect.Type) string {
	if isSpan(typ) {
		return "span"
	}
	switch typ.Kind() {
	case reflect.Pointer:
		return kindOf(typ.Elem())
	case reflect.Slice:
		return "list of " + strings.Replace(kindOf(typ.Elem()), "mapping", "mappings", 1)
	case reflect.Map:
		return "mapping by name"
	case reflect.Struct:
		return "mapping"
	case reflect.Bool:
		return "`true`, `false`"
	case reflect.Int:
		return "number"
	}
	return "text"
}

// fallbackOf is what the healthy peer has, unless that has a table of its own.
func fallbackOf(f field) string {
	if below, _ := elementOf(f.typ); below != nil || f.fallback == nil || f.fallback == "" {
		return ""
	}
	if text, ok := f.fallback.(string); ok {
		return "`" + text + "`"
	}
	return "`" + inline(f.fallback) + "`"
}

// inMarkdown is text that Markdown leaves as it is.
var inMarkdown = strings.NewReplacer("|", `\|`, "<", `\<`, "*", `\*`)
