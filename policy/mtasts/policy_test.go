package mtasts_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/policy/mtasts"
)

// policyOf is a policy of lines that end with CRLF.
func policyOf(lines ...string) string { return strings.Join(lines, "\r\n") + "\r\n" }

// What the RFC gives as examples, in sections 3.2 and A.
var (
	section32 = policyOf("version: STSv1", "mode: enforce", "mx: mail.example.com", "mx: *.example.net", "mx: backupmx.example.com", "max_age: 604800")
	appendixA = policyOf("version: STSv1", "mode: testing", "mx: mx1.example.com", "mx: mx2.example.com", "mx: mx.backup-example.com", "max_age: 1296000")
)

func TestParsePolicyOfTheRFC(t *testing.T) {
	for body, want := range map[string]mtasts.Policy{
		section32: {Version: "STSv1", Mode: mtasts.ModeEnforce, MaxAge: 604800,
			MX: []mtasts.Pattern{"mail.example.com", "*.example.net", "backupmx.example.com"}},
		appendixA: {Version: "STSv1", Mode: mtasts.ModeTesting, MaxAge: 1296000,
			MX: []mtasts.Pattern{"mx1.example.com", "mx2.example.com", "mx.backup-example.com"}},
	} {
		got, err := mtasts.ParsePolicy(body)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
		if notes := mtasts.PolicyNotes(body); len(notes) > 0 {
			t.Errorf("notes are %v, want none", notes)
		}
		if got.String() != body {
			t.Errorf("written as %q, want %q", got.String(), body)
		}
	}
}

// Every policy here differs in one thing from this one.
var healthy = []string{"version: STSv1", "mode: enforce", "mx: mx.example.com", "max_age: 604800"}

// with replaces one of the lines of the healthy policy.
func with(number int, line string) string {
	lines := append([]string{}, healthy...)
	lines[number-1] = line
	return policyOf(lines...)
}

// and adds lines to the healthy policy.
func and(lines ...string) string {
	return policyOf(append(append([]string{}, healthy...), lines...)...)
}

func TestParsePolicyAccepts(t *testing.T) {
	for _, test := range []struct{ name, body, notes string }{
		{"healthy", policyOf(healthy...), ""},
		{"no line end at the end", strings.TrimSuffix(policyOf(healthy...), "\r\n"), ""},
		{"LF", strings.ReplaceAll(policyOf(healthy...), "\r\n", "\n"), "line-ends"},
		{"one LF", strings.Replace(policyOf(healthy...), "\r\n", "\n", 1), "line-ends"},
		{"another order", policyOf(healthy[3], healthy[2], healthy[1], healthy[0]), ""},
		{"no space after the colon", with(2, "mode:enforce"), ""},
		{"tabs after the colon", with(2, "mode:\t \tenforce"), ""},
		{"blanks at the end", with(2, "mode: enforce \t"), "trailing-blank"},
		{"unknown key", and("x-y_z.1: some text: with colons"), "unknown-key"},
		{"unknown key in UTF-8", and("comment: für später"), "unknown-key"},
		{"key in capitals beside", and("MODE: none"), "unknown-key"},
		{"second mode is ignored", and("mode: none"), "duplicate-key"},
		{"second mode is ignored whatever it is", and("mode: enforced"), "duplicate-key"},
		{"second version is ignored", and("version: STSv2"), "duplicate-key"},
		{"second max_age is ignored", and("max_age: soon"), "duplicate-key"},
		{"the same mx twice", and("mx: mx.example.com"), ""},
		{"max_age at the maximum", with(4, "max_age: 31557600"), ""},
		{"max_age above the maximum", with(4, "max_age: 31557601"), "max-age-too-long"},
		{"huge max_age", with(4, "max_age: 99999999"), "max-age-too-long"},
		{"largest max_age", with(4, "max_age: 9999999999"), "max-age-too-long"},
		{"max_age with zeros in front", with(4, "max_age: 0000604800"), ""},
		{"max_age of a day", with(4, "max_age: 86400"), "max-age-short"},
		{"max_age 0", with(4, "max_age: 0"), "max-age-short"},
		{"broad wildcard", with(3, "mx: *.com"), "broad-wildcard"},
		{"wildcard", with(3, "mx: *.example.com"), ""},
		{"one label", with(3, "mx: localhost"), ""},
		{"address as a name", with(3, "mx: 192.0.2.1"), "address"},
		{"A-label", with(3, "mx: xn--mller-kva.example"), ""},
		{"capitals in a name", with(3, "mx: MX.Example.COM"), ""},
		{"none without mx", policyOf("version: STSv1", "mode: none", "max_age: 86400"), ""},
		{"none with mx", policyOf("version: STSv1", "mode: none", "mx: mx.example.com", "max_age: 86400"), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := mtasts.ParsePolicy(test.body)
			if err != nil {
				t.Fatalf("%q: %v", test.body, err)
			}
			if notes := kinds(mtasts.PolicyNotes(test.body)); notes != test.notes {
				t.Errorf("notes are %q, want %q", notes, test.notes)
			}
			if got.Mode != mtasts.ModeNone && got.Mode != mtasts.ModeEnforce {
				t.Errorf("mode is %q", got.Mode)
			}
			if again, err := mtasts.ParsePolicy(got.String()); err != nil || !reflect.DeepEqual(again, got) {
				t.Errorf("%q is read as %+v, %v, want %+v", got, again, err, got)
			}
		})
	}
}

func TestParsePolicyRefuses(t *testing.T) {
	for _, test := range []struct {
		name, body string
		line       int
		want       string
	}{
		{"empty", "", 1, `policy line 1: expected "key: value"; a policy has no empty lines (RFC 8461 section 3.2)`},
		{"no version", policyOf(healthy[1:]...), 0, `policy: expected "version:" (RFC 8461 section 3.2)`},
		{"version 2", with(1, "version: STSv2"), 1, `policy line 1: expected version STSv1, found "STSv2"`},
		{"version in small letters", with(1, "version: stsv1"), 1, "expected version STSv1"},
		{"key in capitals", with(1, "Version: STSv1"), 0, `expected "version:"; keys are case-sensitive, and these are unknown: "Version"`},
		{"no mode", policyOf(healthy[0], healthy[2], healthy[3]), 0, `expected "mode:"`},
		{"mode enforced", with(2, "mode: enforced"), 2, `policy line 2: expected mode enforce, testing or none, found "enforced"`},
		{"mode Enforce", with(2, "mode: Enforce"), 2, "enforce, testing or none"},
		{"mode report", with(2, "mode: report"), 2, "enforce, testing or none"},
		{"wrong mode first", policyOf("version: STSv1", "mode: enforced", "mode: enforce", "mx: mx.example.com", "max_age: 604800"), 2, "enforce, testing or none"},
		{"no max_age", policyOf(healthy[:3]...), 0, `expected "max_age:"`},
		{"max-age", with(4, "max-age: 604800"), 0, `expected "max_age:"; keys are case-sensitive, and these are unknown: "max-age"`},
		{"max_age of 11 digits", with(4, "max_age: 12345678901"), 4, "1 to 10 digits"},
		{"negative max_age", with(4, "max_age: -1"), 4, "1 to 10 digits"},
		{"max_age with a unit", with(4, "max_age: 7d"), 4, "1 to 10 digits"},
		{"max_age without a value", with(4, "max_age:"), 4, "expected a value for max_age ("},
		{"no mx", policyOf(healthy[0], healthy[1], healthy[3]), 0, `expected "mx:" at least once, as the mode is enforce`},
		{"no mx in testing", policyOf(healthy[0], "mode: testing", healthy[3]), 0, `as the mode is testing`},
		{"nmx", with(3, "nmx: mx.example.com"), 0, `these are unknown: "nmx"`},
		{"mx with a dot in front", with(3, "mx: .example.com"), 3, `found ".example.com"; write "*.example.com" for the hosts below a name`},
		{"mx with a dot at the end", with(3, "mx: mx.example.com."), 3, "remove the dot at the end"},
		{"only a wildcard", with(3, "mx: *"), 3, "the whole first label"},
		{"wildcard and a dot", with(3, "mx: *."), 3, "a label is made of"},
		{"wildcard in a label", with(3, "mx: mx*.example.com"), 3, "the whole first label"},
		{"two wildcards", with(3, "mx: *.*.example.com"), 3, "the whole first label"},
		{"wildcard in the middle", with(3, "mx: mx.*.com"), 3, "the whole first label"},
		{"two hosts", with(3, "mx: mx1.example.com, mx2.example.com"), 3, "a line of its own"},
		{"U-label", with(3, "mx: müller.example"), 3, "write the A-labels"},
		{"address literal", with(3, "mx: [192.0.2.1]"), 3, "give the host a name"},
		{"underscore", with(3, "mx: a_b.example.com"), 3, "letters, digits and hyphens"},
		{"hyphen in front", with(3, "mx: -a.example.com"), 3, "no hyphen at either end"},
		{"hyphen at the end", with(3, "mx: a-.example.com"), 3, "no hyphen at either end"},
		{"empty label", with(3, "mx: mx..example.com"), 3, "a label is made of"},
		{"empty mx", with(3, "mx:"), 3, "expected a value for mx ("},
		{"empty line", with(2, "mode: enforce\r\n"), 3, "no empty lines"},
		{"empty line at the end", policyOf(healthy...) + "\r\n", 5, "no empty lines"},
		{"space in front", with(2, " mode: enforce"), 2, "remove the blanks around the key"},
		{"space before the colon", with(2, "mode : enforce"), 2, "remove the blanks around the key"},
		{"no colon", with(2, "mode enforce"), 2, `expected "key: value", found "mode enforce"`},
		{"semicolons", "version: STSv1; mode: enforce; mx: mx.example.com; max_age: 604800", 1, "expected version STSv1"},
		{"CR as line end", strings.ReplaceAll(policyOf(healthy...), "\r\n", "\r"), 1, "without control characters"},
		{"CR at the end", strings.TrimSuffix(policyOf(healthy...), "\n"), 4, "without control characters"},
		{"comment", policyOf("# our policy") + policyOf(healthy...), 1, "no comments"},
		{"byte order mark", "\ufeff" + policyOf(healthy...), 1, "byte order mark"},
		{"web page", "<!DOCTYPE html>\n<title>404</title>\n", 1, "looks like a web page"},
		{"TXT record", "v=STSv1; id=1;", 1, "this is the TXT record"},
		{"tab in a value", and("x: a\tb"), 5, "without control characters"},
		{"not UTF-8", and("x: \xff"), 5, "UTF-8"},
		{"key without a value", and("x: \t"), 5, "expected a value for x ("},
		{"long key", and(strings.Repeat("x", 33) + ": 1"), 5, `"key: value"`},
		{"an endless line is cut", strings.Repeat("x", 100), 1, `found "` + strings.Repeat("x", 64) + `"…`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := mtasts.ParsePolicy(test.body)
			syntax, ok := errors.AsType[*mtasts.SyntaxError](err)
			if !ok || syntax.Line != test.line || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%q is %+v, %v, want line %d: %s", test.body, got, err, test.line, test.want)
			}
		})
	}
}

// The first of several fields with the same key counts, but for mx.
func TestParsePolicyOfDuplicates(t *testing.T) {
	got, err := mtasts.ParsePolicy(and("mx: mx2.example.com", "mode: none", "max_age: 1", "x: 1", "x: 2"))
	want := mtasts.Policy{Version: "STSv1", Mode: mtasts.ModeEnforce, MX: []mtasts.Pattern{"mx.example.com", "mx2.example.com"},
		MaxAge: 604800, Extensions: []mtasts.Field{{Key: "x", Value: "1"}}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestNotesNameTheLine(t *testing.T) {
	notes := mtasts.PolicyNotes(and("x: 1"))
	const want = "line 5: an unknown key x: senders ignore it (RFC 8461 section 3.2)"
	if len(notes) != 1 || notes[0].String() != want {
		t.Errorf("notes are %v, want %s", notes, want)
	}
	if notes := kinds(mtasts.PolicyNotes("mode: none \nnonsense")); notes != "line-ends trailing-blank" {
		t.Errorf("notes up to an error are %q", notes)
	}
}

func TestLifetime(t *testing.T) {
	for maxAge, want := range map[int64]time.Duration{
		0: 0, 604800: 7 * 24 * time.Hour, 31557600: 31557600 * time.Second,
		31557601: 31557600 * time.Second, 9999999999: 31557600 * time.Second,
	} {
		if got := (mtasts.Policy{MaxAge: maxAge}).Lifetime(); got != want {
			t.Errorf("%d lasts %v, want %v", maxAge, got, want)
		}
	}
}
