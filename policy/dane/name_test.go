package dane

import (
	"strings"
	"testing"
)

// RFC 7672 section 3.2.3.
func TestIdentifies(t *testing.T) {
	for _, tt := range []struct {
		presented, reference string
		want                 bool
	}{
		{"mx1.example.com", "mx1.example.com", true},
		{"MX1.example.COM.", "mx1.example.com", true},
		{"mx1.example.com", "mx2.example.com", false},
		{"example.com", "mx1.example.com", false},
		{"*.example.com", "mx1.example.com", true},
		{"*.example.com", "MX1.EXAMPLE.COM.", true},
		{"*.example.com", "example.com", false},
		{"*.example.com", ".example.com", false},
		{"*.example.com", "a.mx1.example.com", false},
		{"*.com", "example.com", true},
		{"smtp*.example.com", "smtp1.example.com", false},
		{"*smtp.example.com", "1smtp.example.com", false},
		{"mx.*.com", "mx.example.com", false},
		{"*", "localhost", false},
		{"*.", "localhost", false},
		{"*..", "localhost", false},
		{"*.*.com", "mx.example.com", false},
		{"", "", false},
		{".", ".", false},
		{"mx1.example.com\x00.example.net", "mx1.example.com", false},
		{"\u212amx.example.com", "kmx.example.com", false}, // the Kelvin sign becomes a k in Unicode
		{"192.0.2.1", "192.0.2.2", false},
	} {
		if got := identifies(tt.presented, tt.reference); got != tt.want {
			t.Errorf("%q for %q: %t, want %t", tt.presented, tt.reference, got, tt.want)
		}
	}
}

func TestListed(t *testing.T) {
	for _, tt := range []struct{ names, want string }{
		{"", "nothing"},
		{"a", `"a"`},
		{"a b", `"a" or "b"`},
		{"a b c", `"a", "b" or "c"`},
		{"a b c d e f g", `"a", "b", "c", "d", "e" or 2 more`},
	} {
		if got := listed(strings.Fields(tt.names), "or"); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}
