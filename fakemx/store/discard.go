package store

import "sync/atomic"

// Discard is a [Store] that counts messages and keeps none. Its zero value is
// ready for use.
type Discard struct {
	messages, octets atomic.Int64
}

// Messages returns the number of committed messages.
func (d *Discard) Messages() int64 { return d.messages.Load() }

// Octets returns their total length in octets, including trace fields.
func (d *Discard) Octets() int64 { return d.octets.Load() }

// Create begins a message. It never fails.
func (d *Discard) Create(Envelope) (Writer, error) {
	return &discardWriter{counts: d}, nil
}

type discardWriter struct {
	counts *Discard
	octets int64
	ended  bool
}

func (w *discardWriter) Write(p []byte) (int, error) {
	if w.ended {
		return 0, ErrMessageEnded
	}
	w.octets += int64(len(p))
	return len(p), nil
}

func (w *discardWriter) Commit() error {
	if w.ended {
		return ErrMessageEnded
	}
	w.ended = true
	w.counts.messages.Add(1)
	w.counts.octets.Add(w.octets)
	return nil
}

func (w *discardWriter) Abort() error {
	if w.ended {
		return ErrMessageEnded
	}
	w.ended = true
	return nil
}
