package recordedit

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// An editor takes what crypto/tls writes and writes something else.
type editor struct {
	edits Edits
	keys  *keyLog
	dst   io.Writer
	wait  func(<-chan time.Time) error

	hello    serverHello
	from, to protection // open what comes, seal what goes
	passed   map[Point]bool
	muted    bool // a fatal alert is out

	in       []byte // the beginning of a record
	messages []byte // the beginning of a handshake message
	out      []byte // records to be sent
}

func newEditor(edits Edits, keys *keyLog, dst io.Writer, wait func(<-chan time.Time) error) *editor {
	if edits.After == nil {
		edits.After = time.After
	}
	return &editor{
		edits: edits, keys: keys, dst: dst, wait: wait, passed: map[Point]bool{},
		from: plain{version12}, to: plain{version12},
	}
}

// edit takes any number of octets and sends what has become of the records
// that are complete.
func (e *editor) edit(p []byte) error {
	e.in = append(e.in, p...)
	for {
		record, rest := cutRecord(e.in)
		if record == nil {
			return e.flush()
		}
		e.in = rest
		if err := e.record(record); err != nil {
			return err
		}
	}
}

func (e *editor) flush() error {
	if len(e.out) == 0 {
		return nil
	}
	_, err := e.dst.Write(e.out)
	e.out = nil
	return err
}

// record takes one record of crypto/tls.
func (e *editor) record(raw []byte) error {
	// TLS 1.3 has a ChangeCipherSpec in clear for old middleboxes (RFC 8446
	// appendix D.4). It takes no part in the protection.
	if raw[0] == typeChangeCipherSpec {
		return e.changeCipherSpec(raw)
	}
	r, err := e.from.open(raw)
	if err != nil {
		return err
	}
	switch r.Type {
	case typeHandshake:
		return e.handshake(r.Content)
	case typeApplicationData:
		if err := e.reach(BeforeData); err != nil {
			return err
		}
	}
	e.put(r)
	return nil
}

func (e *editor) changeCipherSpec(raw []byte) error {
	if !e.muted {
		e.out = append(e.out, raw...)
	}
	if e.hello.version == tls.VersionTLS13 {
		return nil
	}
	master, err := e.keys.get(labelMaster)
	if err != nil {
		return err
	}
	return e.protect(func(s suite) (protection, error) {
		return newTLS12(s, master.secret, master.clientRandom, e.hello.random)
	})
}

// protect takes new keys for both sides.
func (e *editor) protect(derive func(suite) (protection, error)) (err error) {
	s := suites[e.hello.suite]
	if e.from, err = derive(s); err != nil {
		return err
	}
	e.to, err = derive(s)
	return err
}

// protect13 takes the keys of a traffic secret.
func (e *editor) protect13(label string) error {
	logged, err := e.keys.get(label)
	if err != nil {
		return err
	}
	return e.protect(func(s suite) (protection, error) { return newTLS13(s, logged.secret) })
}

// handshake takes the content of a handshake record.
func (e *editor) handshake(content []byte) error {
	e.messages = append(e.messages, content...)
	for {
		message, rest := cutMessage(e.messages)
		if message == nil {
			return nil
		}
		e.messages = rest
		if err := e.message(message); err != nil {
			return err
		}
	}
}

// message takes one handshake message and acts on what it means.
func (e *editor) message(message []byte) error {
	switch message[0] {
	case messageServerHello:
		return e.serverHello(message)
	case messageCertificate:
		return e.reachAndSend(BeforeCertificate, message)
	case messageFinished:
		return e.serverFinished(message)
	case messageKeyUpdate:
		e.send(message)
		return errors.Join(e.from.update(), e.to.update())
	}
	e.send(message)
	return nil
}

func (e *editor) reachAndSend(at Point, message []byte) error {
	if err := e.reach(at); err != nil {
		return err
	}
	e.send(message)
	return nil
}

func (e *editor) serverHello(message []byte) (err error) {
	if e.hello, err = parseServerHello(message); err != nil {
		return err
	}
	if err := e.reachAndSend(BeforeServerHello, message); err != nil {
		return err
	}
	if e.hello.version == tls.VersionTLS13 && !e.hello.retries() {
		return e.protect13(labelHandshake)
	}
	return nil
}

func (e *editor) serverFinished(message []byte) error {
	if e.edits.CorruptFinished {
		message = slices.Clone(message)
		message[len(message)-1] ^= 1
	}
	if err := e.reachAndSend(BeforeFinished, message); err != nil {
		return err
	}
	if e.hello.version == tls.VersionTLS13 {
		if err := e.protect13(labelTraffic); err != nil {
			return err
		}
	}
	return e.reach(AfterFinished)
}

// reach does the edits at a point, the first time that it is passed.
func (e *editor) reach(at Point) error {
	if e.passed[at] {
		return nil
	}
	e.passed[at] = true
	for _, p := range e.edits.Pauses {
		if p.At != at {
			continue
		}
		if err := e.flush(); err != nil {
			return err
		}
		if err := e.wait(e.edits.After(p.For)); err != nil {
			return fmt.Errorf("recordedit: pause at %s: %w", at, err)
		}
	}
	for _, in := range e.edits.Insertions {
		if in.At != at {
			continue
		}
		for range max(in.Count, 1) {
			if err := e.insert(in.Record); err != nil {
				return err
			}
		}
	}
	return nil
}

// send puts a handshake message into records.
func (e *editor) send(message []byte) {
	size := e.edits.FragmentHandshake
	if size == 0 {
		size = maxPlaintext
	}
	for part := range slices.Chunk(message, size) {
		e.put(Record{Type: typeHandshake, Content: part})
	}
}

// insert puts a record of ours in.
func (e *editor) insert(r Record) error {
	e.put(r)
	if r.isKeyUpdate() {
		return e.to.update()
	}
	return nil
}

// put seals a record, unless a fatal alert is out.
func (e *editor) put(r Record) {
	if e.muted {
		return
	}
	e.out = append(e.out, e.to.seal(r)...)
	e.muted = r.isFatal()
}
