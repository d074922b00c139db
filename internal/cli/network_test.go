package cli

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/spf13/cobra"

	"github.com/fakemx/fakemx/scenarios"
)

func TestNetworkAddresses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		cidr  string
		place int
		want  string // empty: no room
	}{
		{"127.25.0.0/24", 0, "127.25.0.1"},
		{"127.25.0.0/24", 253, "127.25.0.254"},
		{"127.25.0.0/24", 254, ""},
		{"127.25.0.0/16", 254, "127.25.0.255"},
		{"127.25.0.0/16", 255, "127.25.1.0"},
		{"127.25.0.8/29", 5, "127.25.0.14"},
		{"127.25.0.8/29", 6, ""},
		{"127.25.0.0/31", 0, ""},
		{"127.25.0.1/32", 0, ""},
		{"fd25::/112", 0, "fd25::1"},
		{"fd25::/112", 65534, "fd25::ffff"},
		{"fd25::/112", 65535, ""},
		{"255.255.255.252/30", 1, "255.255.255.254"},
		{"255.255.255.252/30", 2, ""},
	} {
		n, err := parseNetwork(test.cidr)
		if err != nil {
			t.Fatal(err)
		}
		got, err := n.address(test.place, 300)
		if test.want == "" {
			if err == nil || !strings.Contains(err.Error(), "too small for a catalogue of 300") {
				t.Errorf("address %d of %s is %s, %v, want an error", test.place, test.cidr, got, err)
			}
		} else if err != nil || got.String() != test.want {
			t.Errorf("address %d of %s is %s, %v, want %s", test.place, test.cidr, got, err, test.want)
		}
	}
}

// The network that an error names has room, and one half of it has not.
func TestAWiderNetworkHasRoom(t *testing.T) {
	t.Parallel()
	for _, cidr := range []string{"127.25.0.64/30", "fd25::40/126"} {
		for _, all := range []int{3, 6, 7, 104, 300} {
			n := network{netip.MustParsePrefix(cidr)}
			wider := n.wider(all)
			if _, err := (network{wider}).address(all-1, all); err != nil || !wider.Overlaps(n.prefix) {
				t.Errorf("for %d scenarios %s becomes %s: %v", all, cidr, wider, err)
			}
			half := network{netip.PrefixFrom(wider.Addr(), wider.Bits()+1)}
			if _, err := half.address(all+1, all); err == nil {
				t.Errorf("for %d scenarios %s becomes %s, twice as large as need be", all, cidr, wider)
			}
		}
	}
}

func TestNetworksThatAreNone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"127.25.0.0":    "wants a network such as 127.25.0.0/24",
		"127.25.0.0/33": "wants a network such as",
		"":              "wants a network such as",
		"fe80::%lo/64":  "wants a network such as",
		"127.25.0.1/24": "by its first address: 127.25.0.0/24, not 127.25.0.1/24",
	} {
		if _, err := parseNetwork(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("parseNetwork(%q): %v, want %q", text, err, want)
		}
	}
}

// bound are listeners whose flags were typed.
func bound(t *testing.T, args ...string) *listeners {
	t.Helper()
	var l listeners
	cmd := &cobra.Command{}
	l.bind(cmd, "")
	cmd.Flags().StringVar(&l.smtps, "smtps", "", "")
	if err := cmd.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	return &l
}

// A scenario keeps its address, whichever others are played; the user's own
// come behind the catalogue.
func TestAScenarioKeepsItsAddress(t *testing.T) {
	t.Parallel()
	mine := scenarios.Scenario{Name: "mine"}
	all := append(scenarios.All(), mine)
	known := func() []scenarios.Scenario { return all }
	l := bound(t, "--listen-net", "127.25.0.0/16", "--listen-net-port", "2525", "--smtps", ":4650")
	every, err := l.places(all, known)
	if err != nil {
		t.Fatal(err)
	}
	if len(every.smtp) != len(all) || len(slices.Compact(slices.Sorted(slices.Values(every.smtp)))) != len(all) {
		t.Fatalf("%d scenarios have the addresses %q", len(all), every.smtp)
	}
	for _, place := range []int{0, 7, len(all) - 1} {
		some, err := l.places([]scenarios.Scenario{all[3], all[place]}, known)
		if err != nil {
			t.Fatal(err)
		}
		if some.smtp[1] != every.smtp[place] || some.smtps[1] != every.smtps[place] {
			t.Errorf("%s is at %s, %s, want %s, %s", all[place].Name, some.smtp[1], some.smtps[1], every.smtp[place], every.smtps[place])
		}
	}
	if every.smtp[0] != "127.25.0.1:2525" || every.smtps[0] != "127.25.0.1:4650" || every.network == nil {
		t.Errorf("the first is at %s, %s", every.smtp[0], every.smtps[0])
	}
}

func TestPlacesThatCannotBe(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"--listen-net-port 25":                               "--listen-net-port goes with --listen-net",
		"--listen-net 127.25.0.0/24 -l 127.0.0.1:25":         "--listen and --listen-net exclude each other",
		"--listen-net 127.25.0.0/24 --listen-net-port 65536": "--listen-net-port wants a port from 0 to 65535",
		"--listen-net 127.25.0.0/24 --smtps 127.0.0.1:465":   "--smtps wants a port alone, such as :465",
		"--listen-net 127.25.0.0/24 --smtps :smtps":          "--smtps wants a port from 0 to 65535",
		"--listen-net 127.25.0.0/24 --smtps :25":             "both come to 127.25.0.1:25",
		"--listen-net 127.25.0.0/30":                         "use a larger network, such as 127.25.0.0/",
		"--listen-net 127.25.0":                              "--listen-net wants a network",
	} {
		all := scenarios.All()
		if _, err := bound(t, strings.Fields(args)...).places(all, scenarios.All); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", args, err, want)
		}
	}
}

func TestNetworkErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	four, six := network{netip.MustParsePrefix("10.25.0.0/24")}, network{netip.MustParsePrefix("fd25::/112")}
	for _, test := range []struct {
		network network
		errno   syscall.Errno
		want    string
	}{
		{four, syscall.EADDRNOTAVAIL, "as root: ip addr add 10.25.0.1/24 dev lo"},
		{six, syscall.EADDRNOTAVAIL, "as root: ip addr add fd25::1/128 dev lo, and so on"},
		{four, syscall.EACCES, "--listen-net-port 2525 does not"},
		{four, syscall.EADDRINUSE, "choose another --listen-net or --listen-net-port"},
		{four, syscall.ENFILE, ""},
	} {
		err := &net.OpError{Op: "listen", Err: os.NewSyscallError("bind", test.errno)}
		if got := fmt.Sprint(test.network.explainBind(err)); !strings.HasPrefix(got, err.Error()) || !strings.HasSuffix(got, test.want) {
			t.Errorf("%v becomes %q, want %q behind it", err, got, test.want)
		}
	}
}
