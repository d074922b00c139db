package cmdline

import "testing"

func TestSize(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Size{"25MiB": 25 << 20, "10MB": 10_000_000, "65536": 65536, "1k": 1000} {
		var s Size
		if err := s.Set(text); err != nil || s != want {
			t.Errorf("Set(%q): %d, %v, want %d", text, s, err, want)
		}
	}
	for _, text := range []string{"", "0", "-1", "25XB", "9999999999999GB", "12 EB"} {
		s := Size(7)
		if err := s.Set(text); err == nil {
			t.Errorf("Set(%q): %d, want an error", text, s)
		}
	}
}
