package fakemx

import (
	"strings"
	"testing"
	"unsafe"
)

// What a record says of AUTH does not keep the line that it was a part of, which
// may be long and has a secret in it.
func TestAuthHoldsNoLine(t *testing.T) {
	line := "PLAIN user " + strings.Repeat("secret", 1000)
	mechanism, identity := line[:5], line[6:10]
	r := &recorder{}
	r.Exposed(mechanism, false)
	exposed := *r.s.Auth
	r.authenticated(mechanism, identity, true, true)
	for name, tt := range map[string]struct{ kept, part string }{
		"exposed mechanism": {exposed.Mechanism, mechanism},
		"mechanism":         {r.s.Auth.Mechanism, mechanism},
		"identity":          {r.s.Auth.Identity, identity},
	} {
		if tt.kept != tt.part || unsafe.StringData(tt.kept) == unsafe.StringData(tt.part) {
			t.Errorf("%s: %q is kept, a part of the line", name, tt.kept)
		}
	}
}
