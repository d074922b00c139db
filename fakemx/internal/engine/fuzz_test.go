package engine

import (
	"slices"
	"testing"
)

// sighting is what a watcher has told.
type sighting struct {
	kind byte // recordAlert, recordHandshake, recordApplicationData
	a, b int
}

func watch(stream []byte, size int) []sighting {
	var seen []sighting
	w := watcher{
		alert:       func(code int) { seen = append(seen, sighting{recordAlert, code, 0}) },
		handshake:   func(typ byte, length int) { seen = append(seen, sighting{recordHandshake, int(typ), length}) },
		application: func() { seen = append(seen, sighting{recordApplicationData, 0, 0}) },
	}
	for piece := range slices.Chunk(stream, size) {
		w.see(piece)
	}
	return seen
}

// FuzzWatcher holds that a watcher sees the same however the octets come, and
// no more than there is.
func FuzzWatcher(f *testing.F) {
	hello := slices.Concat([]byte{recordHandshake, 3, 1, 0, 8, messageClientHello, 0, 0, 4}, make([]byte, 4))
	f.Add(hello, 3)
	f.Add([]byte{recordAlert, 3, 3, 0, 2, 2, 48, recordAlert, 3, 3, 0, 2, 1, 0}, 1)
	f.Add([]byte{recordHandshake, 3, 3, 0, 2, 13, 0, recordHandshake, 3, 3, 0, 3, 0, 1, 9, recordChangeCipherSpec, 3, 3, 0, 1, 1}, 4)
	f.Add([]byte{recordApplicationData, 3, 3, 0, 0, recordApplicationData, 3, 3, 0xff, 0xff}, 2)
	f.Add([]byte("EHLO client.example.test\r\n"), 5)
	f.Fuzz(func(t *testing.T, stream []byte, size int) {
		if size < 1 || len(stream) == 0 {
			t.Skip("a piece is a positive number of octets")
		}
		whole, pieces, single := watch(stream, len(stream)), watch(stream, size), watch(stream, 1)
		if !slices.Equal(whole, pieces) || !slices.Equal(whole, single) {
			t.Fatalf("in one piece %v, in pieces of %d %v, in single octets %v", whole, size, pieces, single)
		}
		octets := 0
		for _, s := range whole {
			octets += handshakeHeaderLen
			if s.kind == recordHandshake && s.b < handshakeHeaderLen {
				t.Fatalf("a message of %d octets", s.b)
			}
		}
		if octets > len(stream) {
			t.Fatalf("%d octets cannot hold %v", len(stream), whole)
		}
	})
}
