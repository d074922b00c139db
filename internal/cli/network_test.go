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

func TestNetworksThatAreNone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"127.25.0.0":    "expects a network such as 127.25.0.0/24",
		"127.25.0.0/33": "expects a network such as",
		"":              "expects a network such as",
		"fe80::%lo/64":  "expects a network such as",
		"127.25.0.1/24": "expects the first address of the network: 127.25.0.0/24, not 127.25.0.1/24",
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

// A scenario keeps its address, whichever others are played, and its port where
// all are; the user's own come behind the catalogue, and what has no number
// behind those.
func TestAScenarioKeepsItsPlace(t *testing.T) {
	t.Parallel()
	mine := scenarios.Scenario{Name: "mine", Number: scenarios.LastNumber() + 1}
	all := append(scenarios.All(), mine)
	slices.Reverse(all)
	for _, args := range []string{
		"--listen-net 127.25.0.0/16 --listen-net-port 2525 --smtps :4650",
		"--listen 127.0.0.1:2525 --smtps 127.0.0.1:4650",
	} {
		l := bound(t, strings.Fields(args)...)
		every, err := l.places(append(all, scenarios.Scenario{Name: "control"}))
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range all {
			smtp, smtps := fmt.Sprintf("127.0.0.1:%d", 2524+s.Number), fmt.Sprintf("127.0.0.1:%d", 4649+s.Number)
			if every.network != nil {
				host := netip.AddrFrom4([4]byte{127, 25, byte(s.Number >> 8), byte(s.Number)})
				smtp, smtps = host.String()+":2525", host.String()+":4650"
				if alone, err := l.places([]scenarios.Scenario{s}); err != nil || alone.smtp[0] != smtp || alone.smtps[0] != smtps {
					t.Errorf("%s alone is at %q, %q, %v", s.Name, alone.smtp, alone.smtps, err)
				}
			}
			if every.smtp[i] != smtp || every.smtps[i] != smtps {
				t.Errorf("%s is at %s and %s, want %s and %s", s.Name, every.smtp[i], every.smtps[i], smtp, smtps)
			}
		}
		want := fmt.Sprintf("127.0.0.1:%d", 2525+mine.Number)
		if every.network != nil {
			want = "127.25.0.1:0"
		}
		if got := every.smtp[len(all)]; got != want {
			t.Errorf("the control is at %s, want %s", got, want)
		}
	}
}

// Some scenarios listen on successive ports, in the order in which they are named.
func TestSomeScenariosTakeSuccessivePorts(t *testing.T) {
	t.Parallel()
	some := []scenarios.Scenario{scenarios.MustGet("expired"), scenarios.MustGet("healthy"), {Name: "mine", Number: 1000}}
	p, err := bound(t, "--listen", "127.0.0.1:2525").places(some)
	if want := []string{"127.0.0.1:2525", "127.0.0.1:2526", "127.0.0.1:2527"}; err != nil || !slices.Equal(p.smtp, want) {
		t.Errorf("they are at %q, %v, want %q", p.smtp, err, want)
	}
}

func TestPlacesThatCannotBe(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"--listen-net-port 25":                               "--listen-net-port needs --listen-net",
		"--listen-net 127.25.0.0/24 -l 127.0.0.1:25":         "--listen and --listen-net cannot be combined",
		"--listen-net 127.25.0.0/24 --listen-net-port 65536": "--listen-net-port expects a port from 0 to 65535",
		"--listen-net 127.25.0.0/24 --smtps 127.0.0.1:465":   "--smtps expects only a port, such as :465",
		"--listen-net 127.25.0.0/24 --smtps :smtps":          "--smtps expects a port from 0 to 65535",
		"--listen-net 127.25.0.0/23 --smtps :25":             "both use 127.25.0.1:25",
		"--listen-net 127.25.0.0/30":                         "use a larger network, such as 127.25.0.0/",
		"--listen-net 127.25.0":                              "--listen-net expects a network",
	} {
		all := scenarios.All()
		if _, err := bound(t, strings.Fields(args)...).places(all); err == nil || !strings.Contains(err.Error(), want) {
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
