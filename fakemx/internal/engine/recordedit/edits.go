package recordedit

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// A Point is a place in what the server sends.
type Point string

// The points, in the order in which a handshake passes them. An edit at a point
// that a handshake does not pass is not done: a TLS 1.2 server that resumes has
// no Certificate, and a server that never speaks has no data.
const (
	// BeforeServerHello is before anything is sent. What is inserted there is
	// in clear.
	BeforeServerHello Point = "server-hello"
	// BeforeCertificate is inside the encrypted part of a TLS 1.3 handshake,
	// and in clear in TLS 1.2.
	BeforeCertificate Point = "certificate"
	// BeforeFinished is encrypted.
	BeforeFinished Point = "finished"
	// AfterFinished is right behind the server's Finished, under the keys of
	// application data. In TLS 1.3 the client's Finished is yet to come.
	AfterFinished Point = "after-finished"
	// BeforeData is before the first application data.
	BeforeData Point = "data"
)

var points = []Point{BeforeServerHello, BeforeCertificate, BeforeFinished, AfterFinished, BeforeData}

// Edits are what is done to the server's records. The zero value opens and
// seals them without a change.
type Edits struct {
	// FragmentHandshake is how many octets of a handshake message a record
	// carries at most. If zero, as many as a record can.
	FragmentHandshake int
	// CorruptFinished inverts a bit of the server's verify_data.
	CorruptFinished bool
	// Insertions are put in, in the order in which they stand.
	Insertions []Insertion
	// Pauses hold the records behind a point back, and what was inserted at
	// it.
	Pauses []Pause
	// After is the clock of Pauses. If nil, time.After.
	After func(time.Duration) <-chan time.Time
}

// An Insertion puts records in at a point.
type Insertion struct {
	At     Point
	Record Record
	// Count is how many times. If zero, once.
	Count int
}

// A Pause holds the server's records back at a point; what stands before it is
// sent first. Write deadlines do not end it, Close does.
type Pause struct {
	At  Point
	For time.Duration
}

// Check reports the first edit that makes no sense, and where it stands.
func (e Edits) Check() error {
	if e.FragmentHandshake < 0 || e.FragmentHandshake > maxPlaintext {
		return fmt.Errorf("FragmentHandshake: expected 0 to %d, got %d", maxPlaintext, e.FragmentHandshake)
	}
	for i, in := range e.Insertions {
		if err := in.check(); err != nil {
			return fmt.Errorf("insertions[%d]: %w", i, err)
		}
	}
	for i, p := range e.Pauses {
		if err := checkPoint(p.At); err != nil {
			return fmt.Errorf("pauses[%d]: %w", i, err)
		}
		if p.For < 0 {
			return fmt.Errorf("pauses[%d]: expected a duration of zero or more, got %v", i, p.For)
		}
	}
	return nil
}

func (in Insertion) check() error {
	switch {
	case in.Count < 0:
		return fmt.Errorf("expected a count of zero or more, got %d", in.Count)
	case in.Record.Type < typeChangeCipherSpec || in.Record.Type > typeApplicationData:
		return fmt.Errorf("expected a record type of 20 to 23, got %d", in.Record.Type)
	case len(in.Record.Content) > maxPlaintext:
		return fmt.Errorf("expected a record of at most %d octets, got %d", maxPlaintext, len(in.Record.Content))
	case in.Record.isKeyUpdate() && in.At != AfterFinished && in.At != BeforeData:
		return errors.New("expected KeyUpdate at after-finished or data, it needs the keys of application data")
	}
	return checkPoint(in.At)
}

func checkPoint(p Point) error {
	if !slices.Contains(points, p) {
		return fmt.Errorf("expected a point out of %v, got %q", points, p)
	}
	return nil
}

// A Record is the content of a TLS record before it is protected.
type Record struct {
	// Type is the ContentType of RFC 8446 section 5.1.
	Type    uint8
	Content []byte
}

// Alert levels (RFC 5246 section 7.2).
const (
	LevelWarning = 1
	LevelFatal   = 2
)

// Alert is an alert (RFC 8446 section 6). Behind an inserted alert of level
// fatal nothing is sent any more.
func Alert(level, code uint8) Record {
	return Record{Type: typeAlert, Content: []byte{level, code}}
}

// KeyUpdate is the message of RFC 8446 section 4.6.3: the records behind it
// have new keys. It may ask the client for a KeyUpdate of its own.
func KeyUpdate(requested bool) Record {
	content := []byte{messageKeyUpdate, 0, 0, 1, 0}
	if requested {
		content[4] = 1
	}
	return Record{Type: typeHandshake, Content: content}
}

// HelloRequest is the message of RFC 5246 section 7.4.1.1, by which a TLS 1.2
// server asks for renegotiation.
func HelloRequest() Record {
	return Record{Type: typeHandshake, Content: []byte{messageHelloRequest, 0, 0, 0}}
}

func (r Record) isKeyUpdate() bool {
	return r.Type == typeHandshake && len(r.Content) > 0 && r.Content[0] == messageKeyUpdate
}

func (r Record) isFatal() bool {
	return r.Type == typeAlert && len(r.Content) > 0 && r.Content[0] == LevelFatal
}
