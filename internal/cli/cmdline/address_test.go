package cmdline

import (
	"slices"
	"testing"
)

func TestAddresses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		first string
		steps []int
		want  []string // nil: refused
	}{
		"one":          {"127.0.0.1:2525", []int{0}, []string{"127.0.0.1:2525"}},
		"next ports":   {"[::1]:2525", []int{0, 1, 2}, []string{"[::1]:2525", "[::1]:2526", "[::1]:2527"}},
		"picked":       {"localhost:0", []int{0, 1}, []string{"localhost:0", "localhost:0"}},
		"every":        {":25", []int{0}, []string{":25"}},
		"to the end":   {"127.0.0.1:65535", []int{0}, []string{"127.0.0.1:65535"}},
		"a gap":        {"127.0.0.1:2525", []int{7, 0}, []string{"127.0.0.1:2532", "127.0.0.1:2525"}},
		"gap past end": {"127.0.0.1:65530", []int{0, 6}, nil},
		"past the end": {"127.0.0.1:65535", []int{0, 1}, nil},
		"no port":      {"127.0.0.1", []int{0}, nil},
		"no host":      {"2525", []int{0}, nil},
		"named port":   {"127.0.0.1:smtp", []int{0}, nil},
		"negative":     {"127.0.0.1:-1", []int{0}, nil},
		"bare IPv6":    {"::1:25", []int{0}, nil},
	} {
		got, err := Addresses("listen", test.first, test.steps)
		if !slices.Equal(got, test.want) || (err == nil) != (test.want != nil) {
			t.Errorf("%s: Addresses(%q, %v) = %q, %v, want %q", name, test.first, test.steps, got, err, test.want)
		}
	}
}

func TestOnLoopback(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"127.0.0.1:25": true, "127.9.9.9:0": true, "[::1]:25": true, "localhost:25": true,
		"0.0.0.0:25": false, ":25": false, "[::]:25": false, "192.0.2.1:25": false, "mx.example.test:25": false, "nonsense": false,
	} {
		if got := OnLoopback(address); got != want {
			t.Errorf("OnLoopback(%q) = %t, want %t", address, got, want)
		}
	}
}
