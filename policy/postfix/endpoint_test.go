package postfix

import (
	"strings"
	"testing"
)

func TestEndpointsAreReadAsPostfixWritesThem(t *testing.T) {
	for text, want := range map[string]Endpoint{
		"inet:127.0.0.1:8461":                   {"tcp", "127.0.0.1:8461", ""},
		"inet:localhost:8461:postfix":           {"tcp", "localhost:8461", "postfix"},
		"socketmap:inet:127.0.0.1:8642:QUERY":   {"tcp", "127.0.0.1:8642", "QUERY"},
		"inet:[::1]:8461":                       {"tcp", "[::1]:8461", ""},
		"inet:[::1]:8461:postfix":               {"tcp", "[::1]:8461", "postfix"},
		"unix:/run/tlspol/tlspol.sock":          {"unix", "/run/tlspol/tlspol.sock", ""},
		"unix:/run/tlspol/tlspol.sock:QUERY":    {"unix", "/run/tlspol/tlspol.sock", "QUERY"},
		"socketmap:unix:/run/a:b/c.sock:QUERY":  {"unix", "/run/a:b/c.sock", "QUERY"},
		"unix:private/tlspol":                   {"unix", "private/tlspol", ""},
		"socketmap:unix:private/tlspol:postfix": {"unix", "private/tlspol", "postfix"},
	} {
		got, err := ParseEndpoint(text)
		if err != nil || got != want {
			t.Errorf("%s is %+v, %v; want %+v", text, got, err, want)
		}
		again, err := ParseEndpoint(got.String())
		if err != nil || again.Address != want.Address || again.mapName() != want.mapName() {
			t.Errorf("%s is written %s, which is %+v, %v", text, got, again, err)
		}
	}
}

func TestWhatIsNoEndpointIsRefused(t *testing.T) {
	for text, hint := range map[string]string{
		"":                       "expected inet:HOST:PORT",
		"127.0.0.1:8461":         "expected inet:HOST:PORT",
		"inet:127.0.0.1":         "expected inet:HOST:PORT",
		"inet::8461":             "expected inet:HOST:PORT",
		"inet:127.0.0.1:8461:":   "expected inet:HOST:PORT",
		"inet:127.0.0.1:smtp":    `"smtp" is no port`,
		"inet:127.0.0.1:0":       `"0" is no port`,
		"inet:127.0.0.1:65536":   `"65536" is no port`,
		"inet:::1:8461":          "expected inet:HOST:PORT",
		"inet:fe80::1:8461":      "brackets",
		"inet:[::1:8461":         "expected inet:HOST:PORT",
		"inet:127.0.0.1:1:a b":   "no blanks",
		"unix:":                  "unix:PATH",
		"unix:/run/tlspol.sock:": "unix:PATH",
		"tcp:127.0.0.1:8461":     "expected inet:HOST:PORT",
	} {
		got, err := ParseEndpoint(text)
		if err == nil || !strings.Contains(err.Error(), hint) {
			t.Errorf("%q is %+v, %v; want an error with %q", text, got, err, hint)
		}
	}
}
