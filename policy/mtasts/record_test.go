package mtasts_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/policy/mtasts"
)

// kinds are the kinds of notes, in their order.
func kinds(notes []mtasts.Note) string {
	var names []string
	for _, note := range notes {
		names = append(names, string(note.Kind))
	}
	return strings.Join(names, " ")
}

func TestParseRecord(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       mtasts.Record
		notes      string
	}{
		{"section 3.1", "v=STSv1; id=20160831085700Z;", mtasts.Record{ID: "20160831085700Z"}, ""},
		{"no semicolon at the end", "v=STSv1; id=1", mtasts.Record{ID: "1"}, ""},
		{"no spaces", "v=STSv1;id=1;", mtasts.Record{ID: "1"}, ""},
		{"tabs and spaces", "v=STSv1;\t id=1 \t;\t ", mtasts.Record{ID: "1"}, ""},
		{"longest id", "v=STSv1; id=" + strings.Repeat("a", 32), mtasts.Record{ID: strings.Repeat("a", 32)}, ""},
		{"space before the first semicolon", "v=STSv1 ; id=1", mtasts.Record{ID: "1"}, "record-blank"},
		{"extension", "v=STSv1; id=1; x_y-z.1=a/b:c;", mtasts.Record{ID: "1", Extensions: []mtasts.Field{{Key: "x_y-z.1", Value: "a/b:c"}}}, "unknown-key"},
		{"extension first", "v=STSv1; x=y; id=1", mtasts.Record{ID: "1", Extensions: []mtasts.Field{{Key: "x", Value: "y"}}}, "unknown-key"},
		{"second id is ignored", "v=STSv1; id=1; id=not-an-id", mtasts.Record{ID: "1"}, "duplicate-key"},
		{"second version is ignored", "v=STSv1; v=STSv2; id=1", mtasts.Record{ID: "1"}, "duplicate-key"},
		{"second extension is ignored", "v=STSv1; x=1; id=1; x=2", mtasts.Record{ID: "1", Extensions: []mtasts.Field{{Key: "x", Value: "1"}}}, "unknown-key duplicate-key"},
		{"keys are case-sensitive", "v=STSv1; ID=2; id=1", mtasts.Record{ID: "1", Extensions: []mtasts.Field{{Key: "ID", Value: "2"}}}, "unknown-key"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := mtasts.ParseRecord(test.text)
			if err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("%q is %+v, %v, want %+v", test.text, got, err, test.want)
			}
			if notes := kinds(mtasts.RecordNotes(test.text)); notes != test.notes {
				t.Errorf("notes on %q are %q, want %q", test.text, notes, test.notes)
			}
			if again, err := mtasts.ParseRecord(got.String()); err != nil || !reflect.DeepEqual(again, got) {
				t.Errorf("%q is read as %+v, %v, want %+v", got, again, err, got)
			}
		})
	}
}

func TestParseRecordRefuses(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"empty", "", `record: expected "v=STSv1" at the beginning (RFC 8461 section 3.1)`},
		{"version 2", "v=STSv2; id=1;", `record: expected "v=STSv1" at the beginning, found "v=STSv2; id=1;" (RFC 8461 section 3.1)`},
		{"version in small letters", "v=stsv1; id=1;", `"v=STSv1" at the beginning`},
		{"space in front", " v=STSv1; id=1;", `"v=STSv1" at the beginning`},
		{"spaces around the sign", "v = STSv1; id=1;", `"v=STSv1" at the beginning`},
		{"id first", "id=1; v=STSv1;", `"v=STSv1" at the beginning`},
		{"longer version", "v=STSv10; id=1", `expected ";" after "v=STSv1", found "0"`},
		{"no semicolon", "v=STSv1 id=1", `expected ";" after "v=STSv1"`},
		{"version only", "v=STSv1", `expected ";" after "v=STSv1"`},
		{"no field", "v=STSv1;", `expected a field "key=value"`},
		{"no id", "v=STSv1; x=1;", `expected a field "id="; keys are case-sensitive, and these are unknown: "x"`},
		{"id in capitals", "v=STSv1; ID=1;", `expected a field "id="; keys are case-sensitive, and these are unknown: "ID"`},
		{"empty id", "v=STSv1; id=;", `record: expected a value for id (`},
		{"id with hyphens", "v=STSv1; id=2026-11-27;", `expected an id of 1 to 32 letters and digits, found "2026-11-27"`},
		{"id with a space", "v=STSv1; id=2026 1127;", "without spaces"},
		{"long id", "v=STSv1; id=" + strings.Repeat("a", 33), "1 to 32 letters and digits"},
		{"wrong id first", "v=STSv1; id=a_b; id=ab;", "1 to 32 letters and digits"},
		{"two semicolons", "v=STSv1;; id=1", `expected a field "key=value"`},
		{"two semicolons at the end", "v=STSv1; id=1;;", `expected a field "key=value"`},
		{"space at the end", "v=STSv1; id=1 ", "without spaces"},
		{"space before the sign", "v=STSv1; id =1", "a key of 1 to 32"},
		{"two signs", "v=STSv1; id=1; x=a=b", `without spaces, "=" and ";"`},
		{"no ASCII", "v=STSv1; id=1; x=ü", "ASCII"},
		{"long key", "v=STSv1; id=1; " + strings.Repeat("a", 33) + "=1", "a key of 1 to 32"},
		{"key with a hyphen first", "v=STSv1; id=1; -a=1", "a key of 1 to 32"},
		{"comma", "v=STSv1, id=1", `expected ";" after "v=STSv1"`},
		{"in quotes", `"v=STSv1; id=1;"`, `"v=STSv1" at the beginning`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := mtasts.ParseRecord(test.text)
			if _, ok := errors.AsType[*mtasts.SyntaxError](err); !ok || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%q is %+v, %v, want %s", test.text, got, err, test.want)
			}
		})
	}
}

func TestFindRecord(t *testing.T) {
	const record, foreign = "v=STSv1; id=1;", "v=spf1 -all"
	for _, test := range []struct {
		name  string
		texts []string
		is    error // nil: found
	}{
		{"none", nil, mtasts.ErrNoRecord},
		{"one", []string{record}, nil},
		{"a foreign one beside it", []string{foreign, record}, nil},
		{"an empty one beside it", []string{"", record}, nil},
		{"only a foreign one", []string{foreign}, mtasts.ErrNoRecord},
		{"two foreign ones", []string{foreign, foreign}, mtasts.ErrNoRecord},
		{"the same twice", []string{record, record}, mtasts.ErrSeveralRecords},
		{"two ids", []string{record, "v=STSv1; id=2;"}, mtasts.ErrSeveralRecords},
		{"a broken one beside it counts", []string{record, "v=STSv1; id="}, mtasts.ErrSeveralRecords},
		{"version 2", []string{"v=STSv2; id=1;"}, mtasts.ErrNoRecord},
		{"version 2 beside it", []string{"v=STSv2; id=1;", record}, nil},
		{"a space before the semicolon, alone", []string{"v=STSv1 ; id=1;"}, nil},
		{"a space before the semicolon, with a foreign one", []string{"v=STSv1 ; id=1;", foreign}, mtasts.ErrNoRecord},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := mtasts.FindRecord(test.texts)
			if !errors.Is(err, test.is) || (err == nil) != (got.ID == "1") {
				t.Errorf("%q is %+v, %v, want %v", test.texts, got, err, test.is)
			}
		})
	}
	_, err := mtasts.FindRecord([]string{"v=STSv1; id=a b;"})
	if _, ok := errors.AsType[*mtasts.SyntaxError](err); !ok || errors.Is(err, mtasts.ErrNoRecord) {
		t.Errorf("a broken record: %v, want a SyntaxError that is not ErrNoRecord", err)
	}
}
