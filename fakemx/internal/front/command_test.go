package front

import (
	"strings"
	"testing"
	"unsafe"
)

// within reports whether part is in the memory of whole.
func within(part, whole string) bool {
	p, w := uintptr(unsafe.Pointer(unsafe.StringData(part))), uintptr(unsafe.Pointer(unsafe.StringData(whole)))
	return p >= w && p < w+uintptr(len(whole))
}

// The name of a client is a copy, unless it is all of its line.
func TestGreetingHoldsNoLine(t *testing.T) {
	t.Parallel()
	long, blank := strings.Repeat("x", 2000), strings.Repeat(" ", 2000)
	for line, want := range map[string]struct {
		name   string
		copied bool
	}{
		"EHLO client.example.test\r\n":         {"client.example.test", false},
		"HELO client.example.test\n":           {"client.example.test", false},
		"EHLO " + long + "\r\n":                {long, false},
		"EHLO a " + long + "\r\n":              {"a", true},
		"EHLO " + blank + "a\r\n":              {"a", true},
		"EHLO " + long + blank + long + "\r\n": {long, true},
	} {
		cmd := parse([]byte(line))
		if name := cmd.greeting(); name != want.name || within(name, cmd.arg) == want.copied {
			t.Errorf("%.20q of %d octets: the name has %d, copied %v", line, len(line), len(name), !want.copied)
		}
	}
}
