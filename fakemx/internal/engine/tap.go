package engine

import (
	"net"
	"sync/atomic"
)

// TLS record and handshake types (RFC 8446 sections 4 and 5.1).
const (
	recordAlert     = 21
	recordHandshake = 22

	recordHeaderLen    = 5
	handshakeHeaderLen = 4
)

// A tap is a net.Conn under crypto/tls that watches the records of the
// handshake in both directions. It alters nothing, but can be muted.
type tap struct {
	net.Conn
	result *Result
	hooks  Hooks
	off    atomic.Bool // the handshake is over: watch no more
	muted  bool        // drop what crypto/tls still wants to send
	in     watcher
	out    watcher
	helloN int // length of the ClientHello message, header included
}

func newTap(conn net.Conn, r *Result, h Hooks) *tap {
	t := &tap{Conn: conn, result: r, hooks: h}
	t.in.alert = func(code int) { r.setAlert(Alert{Code: code, FromClient: true}) }
	t.in.handshake = func(length int) {
		if t.helloN == 0 {
			t.helloN = length
		}
	}
	t.out.alert = func(code int) {
		// What we answer to a client's alert is no news.
		if r.Alert() == nil {
			r.setAlert(Alert{Code: code})
		}
	}
	return t
}

func (t *tap) Read(p []byte) (int, error) {
	n, err := t.Conn.Read(p)
	if n > 0 && !t.off.Load() {
		t.in.see(p[:n])
	}
	return n, err
}

func (t *tap) Write(p []byte) (int, error) {
	if t.muted {
		return len(p), nil
	}
	if !t.off.Load() {
		t.out.see(p)
	}
	return t.Conn.Write(p)
}

// sendAlert sends a fatal alert in clear, in place of all that crypto/tls
// would send from here on.
func (t *tap) sendAlert(code int) error {
	t.muted = true
	return t.result.SendAlert(t.Conn, code)
}

// A watcher follows one direction of a connection, record by record. It sees
// alerts only while they are in clear: encrypted ones are longer than two
// octets or have another record type. OpenSSL's TLS 1.3 clients do send some
// in clear when crypto/tls expects them encrypted.
type watcher struct {
	alert     func(code int)
	handshake func(length int) // a handshake message that starts a record

	head [recordHeaderLen + handshakeHeaderLen]byte
	n    int // octets of head that are filled
	skip int // octets of the record's body still to come behind head
}

func (w *watcher) see(b []byte) {
	for len(b) > 0 {
		if w.skip > 0 {
			n := min(w.skip, len(b))
			w.skip -= n
			b = b[n:]
			continue
		}
		n := copy(w.head[w.n:w.want()], b)
		w.n += n
		b = b[n:]
		if w.n < w.want() {
			return
		}
		w.record()
	}
}

func (w *watcher) length() int { return int(w.head[3])<<8 | int(w.head[4]) }

// want is how many octets of a record must be seen before it is understood.
func (w *watcher) want() int {
	if w.n < recordHeaderLen {
		return recordHeaderLen
	}
	return recordHeaderLen + min(w.length(), handshakeHeaderLen)
}

func (w *watcher) record() {
	body := w.head[recordHeaderLen:w.n]
	switch {
	case w.head[0] == recordAlert && w.length() == 2 && len(body) == 2:
		w.alert(int(body[1]))
	case w.head[0] == recordHandshake && len(body) == handshakeHeaderLen && w.handshake != nil:
		w.handshake(handshakeHeaderLen + int(body[1])<<16 + int(body[2])<<8 + int(body[3]))
	}
	w.skip = w.length() - len(body)
	w.n = 0
}
