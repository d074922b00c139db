package engine

import (
	"crypto/tls"
	"net"
	"sync/atomic"

	"github.com/fakemx/fakemx/fakemx/internal/engine/recordedit"
)

// TLS record and handshake types (RFC 8446 sections 4 and 5.1).
const (
	recordChangeCipherSpec = 20
	recordAlert            = 21
	recordHandshake        = 22
	recordApplicationData  = 23

	messageClientHello        = 1
	messageCertificateRequest = 13

	recordHeaderLen    = 5
	handshakeHeaderLen = 4
)

// A tap is a net.Conn under crypto/tls that watches the records of the
// handshake in both directions. It alters nothing, but can be muted.
type tap struct {
	net.Conn
	result *Result
	hooks  Hooks
	config *tls.Config              // of this connection
	watch  atomic.Pointer[watchers] // nil once the handshake is over
	muted  bool                     // drop what crypto/tls still wants to send
	// unheard: crypto/tls has not made out a ClientHello yet. Until then read
	// is what has come and held is what it wants to answer.
	unheard    bool
	read, held []byte
	helloN     int // length of the ClientHello message, header included
	// certificates: our flight has come to where a CertificateRequest stands.
	certificates bool
}

// watchers are those of both directions.
type watchers struct{ in, out watcher }

func newTap(conn net.Conn, r *Result, h Hooks) *tap {
	t := &tap{Conn: conn, result: r, hooks: h, unheard: true}
	var w watchers
	w.in.alert = func(code int) { r.setAlert(Alert{Code: code, FromClient: true}) }
	w.in.handshake = func(typ byte, length int) {
		if t.helloN == 0 && typ == messageClientHello {
			t.helloN = length
		}
	}
	w.out.alert = func(code int) {
		// What we answer to a client's alert is no news.
		if r.Alert() == nil {
			r.setAlert(Alert{Code: code})
		}
	}
	w.out.handshake = func(typ byte, _ int) {
		if typ == messageCertificateRequest {
			t.certificates = true
		}
	}
	// In TLS 1.3 the CertificateRequest is encrypted, in the flight that holds
	// our first records of application data.
	w.out.application = func() { t.certificates = true }
	t.watch.Store(&w)
	return t
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	if t.unheard {
		t.read = append(t.read, p[:n]...)
	}
	if w := t.watch.Load(); n > 0 && w != nil {
		w.in.see(p[:n])
	}
	return n, err
}

func (t *tap) Write(p []byte) (int, error) {
	switch {
	case t.muted:
		return len(p), nil
	case t.unheard:
		t.held = append(t.held, p...)
		return len(p), nil
	}
	if w := t.watch.Load(); w != nil {
		w.out.see(p)
	}
	return t.Conn.Write(p)
}

// sendAlert sends a fatal alert in clear, in place of all that crypto/tls
// would send from here on.
func (t *tap) sendAlert(code int) error {
	t.muted = true
	return t.result.SendAlert(t.Conn, code)
}

// heard says that a ClientHello was made out, or that none will be: what was
// held back goes out.
func (t *tap) heard() {
	held := t.held
	t.unheard, t.read, t.held = false, nil, nil
	if len(held) > 0 {
		_, _ = t.Write(held) // the reason why it failed is worth more
	}
}

// refuse sends an alert in place of the one with which crypto/tls refuses a
// client's certificate: in clear before TLS 1.3, else sealed.
func (t *tap) refuse(code int, s tls.ConnectionState, sealer *recordedit.AlertSealer) error {
	if s.Version < tls.VersionTLS13 {
		return t.sendAlert(code)
	}
	record, err := sealer.Seal(s.CipherSuite, uint8(code)) //nolint:gosec // alerts have 8 bits
	if err != nil {
		return err
	}
	t.muted = true
	t.result.setAlert(Alert{Code: code})
	_, err = t.Conn.Write(record)
	return err
}

// A watcher follows one direction of a connection, record by record. It sees
// alerts only while they are in clear: encrypted ones are longer than two
// octets or have another record type. OpenSSL's TLS 1.3 clients do send some
// in clear when crypto/tls expects them encrypted.
type watcher struct {
	alert       func(code int)
	handshake   func(typ byte, length int) // a message begins; length includes its header
	application func()                     // a record of application data begins; nil if it does not matter

	record struct {
		header [recordHeaderLen]byte
		filled int // octets of header that are there
		left   int // octets of the body still to come
	}
	message struct {
		header [handshakeHeaderLen]byte
		filled int
		left   int
	}
	pending   [2]byte // an alert's level and code
	encrypted bool    // ChangeCipherSpec has passed: handshake messages cannot be read any more
}

func (w *watcher) see(b []byte) {
	r := &w.record
	for len(b) > 0 {
		if r.filled < recordHeaderLen {
			n := copy(r.header[r.filled:], b)
			r.filled += n
			b = b[n:]
			w.begin()
			continue
		}
		n := min(r.left, len(b))
		w.body(b[:n])
		r.left -= n
		b = b[n:]
		w.next()
	}
}

func (w *watcher) length() int { return int(w.record.header[3])<<8 | int(w.record.header[4]) }

// begin looks at the header of a record, once it is whole.
func (w *watcher) begin() {
	if w.record.filled < recordHeaderLen {
		return
	}
	w.record.left = w.length()
	switch w.record.header[0] {
	case recordChangeCipherSpec:
		w.encrypted = true
	case recordApplicationData:
		if w.application != nil {
			w.application()
		}
	}
	w.next()
}

// next goes on to the next record if this one has been seen whole.
func (w *watcher) next() {
	if w.record.left == 0 {
		w.record.filled = 0
	}
}

func (w *watcher) body(b []byte) {
	switch {
	case w.record.header[0] == recordAlert && w.length() == len(w.pending):
		copy(w.pending[len(w.pending)-w.record.left:], b)
		if len(b) == w.record.left {
			w.alert(int(w.pending[1]))
		}
	case w.record.header[0] == recordHandshake && !w.encrypted:
		w.messages(b)
	}
}

// messages follows handshake messages, which may share records or be spread
// over several.
func (w *watcher) messages(b []byte) {
	m := &w.message
	for len(b) > 0 {
		n := min(m.left, len(b))
		m.left -= n
		b = b[n:]
		n = copy(m.header[m.filled:], b)
		m.filled += n
		b = b[n:]
		if m.filled == handshakeHeaderLen {
			m.left = int(m.header[1])<<16 | int(m.header[2])<<8 | int(m.header[3])
			m.filled = 0
			w.handshake(m.header[0], handshakeHeaderLen+m.left)
		}
	}
}
