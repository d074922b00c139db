package mxdns

import (
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

// The order is that of RFC 4034 section 6.1.
func TestCanonicalOrder(t *testing.T) {
	t.Parallel()
	want := []string{
		"example.", "a.example.", "yljkjljk.a.example.", "Z.a.example.", "zABC.a.EXAMPLE.", "z.example.",
		`\000.z.example.`, `\001.z.example.`, `a.\001.z.example.`, `\001\000.z.example.`, `\002.z.example.`, "*.z.example.", `\200.z.example.`,
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return strings.Compare(sortKey(a), sortKey(b)) })
	if !slices.Equal(got, want) {
		t.Errorf("the order is\n%q\nwant\n%q", got, want)
	}
}

// FuzzSortKey compares keys with the order of labels, and wants no panic.
func FuzzSortKey(f *testing.F) {
	for _, seed := range [][2]string{{"a.example.", "b.example."}, {`\000.a.`, `a.\001.a.`}, {".", "a."}, {"a..b", `\999.`}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		la, oka := wireLabels(a)
		lb, okb := wireLabels(b)
		if !oka || !okb {
			t.Skip()
		}
		want := slices.Compare(la, lb)
		if got := strings.Compare(sortKey(a), sortKey(b)); got != want {
			t.Errorf("%q and %q: %d, want %d", a, b, got, want)
		}
	})
}

// wireLabels are the labels of a name as octets, the last one first.
func wireLabels(name string) (labels []string, ok bool) {
	wire := make([]byte, 255)
	end, err := dns.PackDomainName(dns.CanonicalName(name), wire, 0, nil, false)
	if err != nil {
		return nil, false
	}
	for at := 0; at < end && wire[at] > 0; at += int(wire[at]) + 1 {
		labels = append([]string{string(wire[at+1 : at+1+int(wire[at])])}, labels...)
	}
	return labels, true
}
