package mtasts_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/policy/mtasts"
)

// FuzzParseRecord: what is accepted can be written and is read again as the same,
// begins as FindRecord demands, and an error always says what was expected.
func FuzzParseRecord(f *testing.F) {
	f.Add("v=STSv1; id=20160831085700Z;")
	f.Fuzz(func(t *testing.T, text string) {
		record, err := mtasts.ParseRecord(text)
		if err != nil {
			if !strings.Contains(err.Error(), ": expected ") || strings.ContainsAny(err.Error(), "\r\n\x00") || len(err.Error()) > 1000 {
				t.Errorf("error is %q", err)
			}
			return
		}
		if again, err := mtasts.ParseRecord(record.String()); err != nil || !reflect.DeepEqual(again, record) {
			t.Errorf("%q, written as %q, is read as %+v, %v", text, record, again, err)
		}
		if found, err := mtasts.FindRecord([]string{text}); err != nil || !reflect.DeepEqual(found, record) {
			t.Errorf("%q is found as %+v, %v", text, found, err)
		}
		found, err := mtasts.FindRecord([]string{"", text})
		if strings.HasPrefix(text, "v=STSv1;") != (err == nil && reflect.DeepEqual(found, record)) {
			t.Errorf("%q beside another is found as %+v, %v", text, found, err)
		}
	})
}

// FuzzParsePolicy: what is accepted can be written and is read again as the same,
// LF and CRLF mean the same, and the patterns match what they say.
func FuzzParsePolicy(f *testing.F) {
	f.Add(section32)
	f.Add(appendixA)
	f.Fuzz(func(t *testing.T, body string) {
		policy, err := mtasts.ParsePolicy(body)
		notes := mtasts.PolicyNotes(body)
		for _, note := range notes {
			if note.Section == "" || note.Text == "" || note.Line > strings.Count(body, "\n")+1 {
				t.Errorf("a note is %+v", note)
			}
		}
		if err != nil {
			if !strings.Contains(err.Error(), ": expected ") || strings.ContainsAny(err.Error(), "\r\n\x00") || len(err.Error()) > 1000 {
				t.Errorf("error is %q", err)
			}
			return
		}
		if again, err := mtasts.ParsePolicy(policy.String()); err != nil || !reflect.DeepEqual(again, policy) {
			t.Errorf("%q, written as %q, is read as %+v, %v", body, policy, again, err)
		}
		if unix, err := mtasts.ParsePolicy(strings.ReplaceAll(body, "\r\n", "\n")); err != nil || !reflect.DeepEqual(unix, policy) {
			t.Errorf("%q with LF is read as %+v, %v", body, unix, err)
		}
		checkPatterns(t, policy)
		if policy.Lifetime() < 0 || policy.Mode != mtasts.ModeNone && len(policy.MX) == 0 {
			t.Errorf("%q is %+v, which lasts %v", body, policy, policy.Lifetime())
		}
	})
}

func checkPatterns(t *testing.T, policy mtasts.Policy) {
	t.Helper()
	for _, pattern := range policy.MX {
		name, wildcard := strings.CutPrefix(string(pattern), "*.")
		if wildcard && (!policy.Matches("a."+name) || pattern.Matches(name) || pattern.Matches("a.b."+name)) {
			// The name a.1.2.3 is none of these, but 1.2.3.4 would be an address.
			t.Errorf("%q does not match exactly one label", pattern)
		}
		address := strings.Trim(name, "0123456789.") == ""
		if !wildcard && !address && (!policy.Matches(name+".") || !pattern.Matches(strings.ToUpper(name)) || pattern.Matches("a."+name)) {
			t.Errorf("%q does not match itself alone", pattern)
		}
	}
}
