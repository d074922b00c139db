package mtasts_test

import (
	"testing"

	"github.com/fakemx/fakemx/policy/mtasts"
)

func TestPatternMatches(t *testing.T) {
	for _, test := range []struct {
		pattern mtasts.Pattern
		host    string
		want    bool
	}{
		// Sections 3.2 and 4.1.
		{"mail.example.com", "mail.example.com", true},
		{"*.example.com", "mail.example.com", true},
		{"*.example.com", "example.com", false},
		{"*.example.com", "foo.bar.example.com", false},
		{"*.example.net", "mx.example.net", true},
		// Case and the dot at the end.
		{"MAIL.example.com", "mail.EXAMPLE.com", true},
		{"*.EXAMPLE.com", "mail.example.COM", true},
		{"mail.example.com", "mail.example.com.", true},
		{"*.example.com", "mail.example.com.", true},
		{"mail.example.com", "mail.example.com..", false},
		// Other names.
		{"mail.example.com", "mail.example.org", false},
		{"mail.example.com", "xmail.example.com", false},
		{"example.com", "mail.example.com", false},
		{"*.example.com", "mail.notexample.com", false},
		{"*.example.com", "mailexample.com", false},
		{"*.example.com", ".example.com", false},
		{"*.example.com", "*.example.com", false},
		{"mail.example.com", "", false},
		{"*.com", "", false},
		// What is left open.
		{"*.com", "example.com", true},
		{"*.example.com", "a_b.example.com", true},
		{"*.example.com", "xn--mller-kva.example.com", true},
		// A-labels.
		{"xn--mller-kva.example", "XN--mller-kva.example", true},
		{"xn--mller-kva.example", "müller.example", false},
		{"k.example", "\u212a.example", false}, // the Kelvin sign
		{"k\u212a.example", "k\u212a.example", false},
		// Addresses.
		{"192.0.2.1", "192.0.2.1", false},
		{"*.0.2.1", "192.0.2.1", false},
		{"*.example.com", "[192.0.2.1]", false},
		{"[192.0.2.1]", "[192.0.2.1]", false},
		{"*.example.com", "2001:db8::1", false},
		// Patterns that no policy may have.
		{"", "", false},
		{"*", "example.com", false},
		{"*.", "example.com", false},
		{"*.", "example.", false},
		{".example.com", "mail.example.com", false},
		{"mail*.example.com", "mail1.example.com", false},
		{"*.*.example.com", "a.b.example.com", false},
		{"mail.*.com", "mail.example.com", false},
		{"mail.example.com.", "mail.example.com", false},
		{"*mail.example.com", "*mail.example.com", false},
	} {
		if got := test.pattern.Matches(test.host); got != test.want {
			t.Errorf("%q matches %q: %t, want %t", test.pattern, test.host, got, test.want)
		}
	}
}

func TestPolicyMatchesAnyPattern(t *testing.T) {
	policy, err := mtasts.ParsePolicy(section32)
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]bool{
		"mail.example.com": true, "backupmx.example.com": true, "mx1.example.net": true,
		"example.net": false, "mx.example.com": false,
	} {
		if got := policy.Matches(host); got != want {
			t.Errorf("%s: %t, want %t", host, got, want)
		}
	}
	if (mtasts.Policy{}).Matches("mail.example.com") {
		t.Error("a policy without patterns matches")
	}
}
