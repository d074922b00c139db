package stage_test

import (
	"math"
	"net/netip"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/stage"
)

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		network string
		number  int
		want    string // empty: no room
	}{
		{"127.25.0.0/24", 1, "127.25.0.1"},
		{"127.25.0.0/24", 0, ""},
		{"127.25.0.0/24", -1, ""},
		{"127.25.0.0/24", 254, "127.25.0.254"},
		{"127.25.0.0/24", 255, ""},
		{"127.25.0.0/24", math.MaxInt, ""},
		{"127.25.0.0/16", 255, "127.25.0.255"},
		{"127.25.0.0/16", 256, "127.25.1.0"},
		{"127.25.0.8/29", 6, "127.25.0.14"},
		{"127.25.0.8/29", 7, ""},
		{"127.25.0.0/31", 1, ""},
		{"127.25.0.1/32", 1, ""},
		{"fd25::/112", 1, "fd25::1"},
		{"fd25::/112", 65535, "fd25::ffff"},
		{"fd25::/112", 65536, ""},
		{"255.255.255.252/30", 2, "255.255.255.254"},
		{"255.255.255.252/30", 3, ""},
	} {
		got, err := stage.Address(netip.MustParsePrefix(test.network), test.number, 300)
		if test.want == "" {
			if err == nil || !strings.Contains(err.Error(), "too small for 300") {
				t.Errorf("address %d of %s is %s, %v, want an error", test.number, test.network, got, err)
			}
		} else if err != nil || got.String() != test.want {
			t.Errorf("address %d of %s is %s, %v, want %s", test.number, test.network, got, err, test.want)
		}
	}
}

// The network that an error names has room, and one half of it has not.
func TestAWiderNetworkHasRoom(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"127.25.0.64/31", "fd25::40/127"} {
		for _, all := range []int{3, 6, 7, 104, 300} {
			network := netip.MustParsePrefix(text)
			_, err := stage.Address(network, all, all)
			_, named, found := strings.Cut(err.Error(), "such as ")
			wider, parseErr := netip.ParsePrefix(named)
			if !found || parseErr != nil {
				t.Fatalf("%v names no network", err)
			}
			if _, err := stage.Address(wider, all, all); err != nil || !wider.Overlaps(network) {
				t.Errorf("for %d scenarios %s becomes %s: %v", all, network, wider, err)
			}
			half := netip.PrefixFrom(wider.Addr(), wider.Bits()+1)
			if _, err := stage.Address(half, all+2, all); err == nil {
				t.Errorf("for %d scenarios %s becomes %s, twice as large as need be", all, network, wider)
			}
		}
	}
}
