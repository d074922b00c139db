package fakemx

import (
	"encoding/binary"
	"testing"

	"github.com/fakemx/fakemx/scenarios"
)

// Messages whose 250 was withheld are known, but not without bound.
func TestRepeatsAreBounded(t *testing.T) {
	r := newRepeats(scenarios.Peer{Faults: []scenarios.Fault{{At: scenarios.AtDot, Do: scenarios.DoClose}}})
	number := func(i int) (d digest) {
		binary.BigEndian.PutUint64(d[:], uint64(i))
		return d
	}
	for i := range maxWithheld + 3 {
		r.withhold(number(i))
		r.withhold(number(i)) // once is enough
	}
	for i, want := range map[int]bool{2: false, 3: true, maxWithheld + 2: true, maxWithheld + 3: false} {
		if r.withheld(number(i)) != want {
			t.Errorf("message %d: known %v, want %v", i, !want, want)
		}
	}
	if len(r.seen) != maxWithheld || len(r.oldest) != maxWithheld {
		t.Errorf("%d and %d are kept", len(r.seen), len(r.oldest))
	}
}
