package fakemx_test

import (
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// TestTrapsAreFlags holds the two vocabularies together.
func TestTrapsAreFlags(t *testing.T) {
	for trap, flag := range map[scenarios.Trap]fakemx.Flag{
		scenarios.TrapInjectedReply:   fakemx.ActedOnInjectedReply,
		scenarios.TrapMaskedOffer:     fakemx.AuthenticatedToMaskedOffer,
		scenarios.TrapRepeatedMessage: fakemx.RepeatedMessage,
	} {
		if string(trap) != string(flag) {
			t.Errorf("trap %q has the flag %q", trap, flag)
		}
	}
}
