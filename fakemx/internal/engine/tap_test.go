package engine

import (
	"slices"
	"testing"
)

// Records come in pieces of any size, or several in one.
func TestWatcherSeesRecordsHoweverTheyAreCut(t *testing.T) {
	t.Parallel()
	stream := slices.Concat(
		[]byte{recordHandshake, 3, 1, 0, 6, 1, 0, 2, 0, 'a', 'b'}, // the first part of a hello of 512 octets
		[]byte{20, 3, 3, 0, 1, 1},                                 // change_cipher_spec
		[]byte{23, 3, 3, 0, 0},                                    // nothing at all
		[]byte{recordAlert, 3, 3, 0, 19}, make([]byte, 19),        // an encrypted alert
		[]byte{recordAlert, 3, 3, 0, 2, 2, 48}, // unknown_ca
	)
	for size := 1; size <= len(stream); size++ {
		var alerts, lengths []int
		w := watcher{
			alert:       func(code int) { alerts = append(alerts, code) },
			handshake:   func(_ byte, length int) { lengths = append(lengths, length) },
			application: func() {},
		}
		for piece := range slices.Chunk(stream, size) {
			w.see(piece)
		}
		if !slices.Equal(alerts, []int{48}) || !slices.Equal(lengths, []int{handshakeHeaderLen + 512}) {
			t.Errorf("in pieces of %d: alerts %v, lengths %v; want [48] and [516]", size, alerts, lengths)
		}
	}
}
