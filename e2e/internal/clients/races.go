package clients

import (
	"slices"
	"strings"

	"github.com/fakemx/fakemx/scenarios"
)

// MayRace reports whether a client does or says one thing or another in a
// scenario, as what the peer does reaches it sooner or later: text in clear
// behind the 220 may come with it, a connection that ends under a client may
// meet one that writes or one that reads, and a client that a line before the
// greeting leaves one reply behind reads as many replies as have come. A change
// is no fault there.
func MayRace(name string) bool {
	scenario, err := scenarios.Get(name)
	return err == nil && slices.ContainsFunc(scenario.Peer.Faults, func(fault scenarios.Fault) bool {
		behind := fault.At == scenarios.AtGreeting && fault.Do == scenarios.DoRaw && !strings.HasPrefix(fault.Text, "220")
		return behind || fault.Do == scenarios.DoReset || fault.Do == scenarios.DoClose || fault.At == scenarios.AtHandshake
	})
}
