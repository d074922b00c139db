package maillog

import (
	"slices"
	"testing"
)

func TestMatcherFinds(t *testing.T) {
	t.Parallel()
	m := newMatcher([]pattern{
		{text: "he"}, {text: "she"}, {text: "his hers"}, {text: "hers"}, {text: "num=", number: verifyCode}, {text: "cert's"},
	})
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"nothing":                  {"", nil},
		"no spelling":              {"a line of a log", nil},
		"in capitals":              {"He said", []string{"He"}},
		"in a word":                {"the shell", nil},
		"one in another":           {"she", []string{"she"}},
		"behind a sign":            {"(she)", []string{"she"}},
		"wide white space":         {"xx his \t  hers!", []string{"his \t  hers", "hers"}},
		"where another breaks off": {"his her his hers", []string{"his hers", "hers"}},
		"a number":                 {"num=20:x", []string{"num="}},
		"a number in a word":       {"enum=20", nil},
		"at both ends":             {"he and she", []string{"he", "she"}},
		"signs":                    {"is not in the cert's altnames", []string{"cert's"}},
		"other octets":             {"he\xff \xffhe he\x00", []string{"he"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, found := range m.find(test.text, nil) {
				got = append(got, test.text[found.from:found.to])
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
