package legacy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
)

// record is a record in clear.
func record(typ recordType, content []byte) []byte {
	head := []byte{byte(typ), 3, 1, 0, 0}
	binary.BigEndian.PutUint16(head[3:], uint16(len(content)))
	return append(head, content...)
}

func handshakeRecord(typ messageType, body []byte) []byte {
	raw, err := marshal(typ, body)
	if err != nil {
		panic(err)
	}
	return record(typeHandshake, raw)
}

// hello is a good ClientHello of the puppet with some octets replaced.
func hello(offset int, with ...byte) []byte {
	body := newPuppet(nil).helloBody()
	return handshakeRecord(typeClientHello, append(append(body[:offset:offset], with...), body[min(len(body), offset+len(with)):]...))
}

// extended is a good ClientHello with extensions.
func extended(list ...byte) []byte {
	body := newPuppet(nil).helloBody()
	body = binary.BigEndian.AppendUint16(body, uint16(len(list)))
	return handshakeRecord(typeClientHello, append(body, list...))
}

// Offsets in the puppet's ClientHello.
const (
	offsetSession      = 2 + randomLen
	offsetSuites       = offsetSession + 1
	offsetCompressions = offsetSuites + 2 + 4
	offsetEnd          = offsetCompressions + 2
)

// TestHostileHello: whatever opens the connection, the right alert answers.
func TestHostileHello(t *testing.T) {
	tests := []struct {
		name   string
		octets []byte
		alert  uint8
		reason string
	}{
		{"smtp", []byte("EHLO client.example.test\r\n"), alertProtocolVersion, "expected a TLS record"},
		{"sslv2", []byte{0x80, 0x2e, 1, 0, 2, 0, 0x15, 0, 0}, alertProtocolVersion, "expected a TLS record"},
		{"unknown record type", []byte{24, 3, 1, 0, 1, 0}, alertUnexpectedMessage, "unknown record type 24"},
		{"record too long", []byte{22, 3, 1, 0x48, 1}, alertRecordOverflow, "at most 18432"},
		{"content too long", record(typeHandshake, make([]byte, maxPlaintext+1)), alertRecordOverflow, "at most 16384"},
		{"empty handshake record", record(typeHandshake, nil), alertUnexpectedMessage, "empty record"},
		{"data first", record(typeApplicationData, []byte("x")), alertUnexpectedMessage, "expected a handshake record"},
		{"change first", record(typeChangeCipherSpec, []byte{1}), alertUnexpectedMessage, "expected a handshake record"},
		{"empty data without end", bytes.Repeat(record(typeApplicationData, nil), maxIdle), alertUnexpectedMessage, "bring nothing"},
		{"warnings without end", bytes.Repeat(record(typeAlert, []byte{1, 90}), maxIdle), alertUnexpectedMessage, "bring nothing"},
		{"half an alert", record(typeAlert, []byte{1}), alertDecodeError, "alert of 2 octets"},
		{"message too long", record(typeHandshake, []byte{1, 1, 0, 0}), alertIllegalParameter, "at most 65536"},
		{"not a hello", handshakeRecord(typeFinished, nil), alertUnexpectedMessage, "expected ClientHello, got Finished"},
		{"unknown message", handshakeRecord(99, nil), alertUnexpectedMessage, "got handshake message 99"},
		{"empty hello", handshakeRecord(typeClientHello, nil), alertDecodeError, "malformed ClientHello"},
		{"version 2.0", hello(0, 2, 0), alertProtocolVersion, "expected a client of version 0x0301"},
		{"ssl 3.0", hello(0, 3, 0), alertProtocolVersion, "expected a client of version 0x0301"},
		{"session too long", hello(offsetSession, 33), alertDecodeError, "malformed ClientHello"},
		{"odd suites", hello(offsetSuites, 0, 3, 0, 0xa6, 0, 1, 0), alertDecodeError, "cipher_suites"},
		{"no suites", hello(offsetSuites, 0, 0), alertDecodeError, "cipher_suites"},
		{"other suites", hello(offsetSuites+2, 0x13, 1), alertHandshakeFailure, "no cipher suite in common"},
		{"no null compression", hello(offsetCompressions, 1, 1), alertIllegalParameter, "null compression"},
		{"version without suite", hello(0, 3, 2), alertHandshakeFailure, "no cipher suite in common"},
		{"trailing octet", hello(offsetEnd, 0), alertDecodeError, "malformed extensions"},
		{"extension cut short", extended(0, 0, 0, 9), alertDecodeError, "malformed extensions"},
		{"extension twice", extended(0, 99, 0, 0, 0, 99, 0, 0), alertIllegalParameter, "extension 99 comes twice"},
		{"empty server_name", extended(0, 0, 0, 0), alertDecodeError, "malformed extension 0"},
		{"nameless server_name", extended(0, 0, 0, 5, 0, 3, 0, 0, 0), alertDecodeError, "malformed extension 0"},
		{"no groups", extended(0, 10, 0, 2, 0, 0), alertDecodeError, "malformed extension 10"},
		{"odd signature algorithms", extended(0, 13, 0, 3, 0, 1, 4), alertDecodeError, "malformed extension 13"},
		{"empty protocol", extended(0, 16, 0, 3, 0, 1, 0), alertDecodeError, "malformed extension 16"},
		{"long extended master secret", extended(0, 23, 0, 1, 0), alertDecodeError, "malformed extension 23"},
		{"odd versions", extended(0, 43, 0, 2, 1, 3), alertDecodeError, "malformed extension 43"},
		{"renegotiation", extended(0xff, 1, 0, 2, 1, 0), alertDecodeError, "malformed extension 65281"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, conn, wait := puppetServer(t, config(t, puppetSuite))
			if _, err := conn.Write(tt.octets); err != nil {
				t.Fatal(err)
			}
			got, err := p.alert()
			if err != nil {
				t.Fatalf("no alert: %v", err)
			}
			conn.Close()
			checkSent(t, wait(), got, tt.alert, tt.reason)
		})
	}
}

// checkSent compares an alert that came with the one that is right, and with
// what the server says of it.
func checkSent(t *testing.T, s served, got Alert, want uint8, reason string) {
	t.Helper()
	if got != (Alert{LevelFatal, want}) {
		t.Errorf("alert %+v, want fatal %d", got, want)
	}
	var a *AlertError
	if !errors.As(s.err, &a) || a.Received || a.Alert != got || !strings.Contains(s.err.Error(), reason) {
		t.Errorf("error %v, want %q", s.err, reason)
	}
	if s.state.SentAlert == nil || *s.state.SentAlert != got {
		t.Errorf("state has sent alert %v", s.state.SentAlert)
	}
}

func TestFallback(t *testing.T) {
	p, conn, wait := puppetServer(t, config(t, puppetSuite))
	body := p.helloBody()
	copy(body, []byte{3, 2})
	copy(body[offsetSuites+4:], []byte{scsvFallback >> 8, scsvFallback & 0xff})
	if _, err := conn.Write(handshakeRecord(typeClientHello, body)); err != nil {
		t.Fatal(err)
	}
	got, err := p.alert()
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	checkSent(t, wait(), got, alertInappropriateFallback, "fell back to version 0x0302")
}

// A step is one thing that a puppet does.
type step func(*puppet) error

// say is the step that sends a record.
func say(typ recordType, content ...byte) step {
	return func(p *puppet) error { return p.send(typ, content) }
}

// key is the step that sends a ClientKeyExchange with a DH value.
func key(value ...byte) step {
	return func(p *puppet) error {
		body, err := vectors(value)
		if err != nil {
			return err
		}
		return p.send(typeHandshake, p.message(typeClientKeyExchange, body))
	}
}

// halfMessage sends ClientKeyExchange and the beginning of another message in
// one record, and cuts the latter by ChangeCipherSpec.
func halfMessage(p *puppet) error {
	body, err := vectors([]byte{2})
	flight := append(p.message(typeClientKeyExchange, body), byte(typeFinished), 0)
	return errors.Join(err, p.send(typeHandshake, flight), p.send(typeChangeCipherSpec, []byte{1}))
}

func forgetMessages(p *puppet) error {
	p.messages = nil
	return nil
}

func forgetMaster(p *puppet) error {
	p.master = make([]byte, masterLen)
	return nil
}

// TestHostileFlight: the same for the client's second flight.
func TestHostileFlight(t *testing.T) {
	minusOne := dhPrimes[512].Bytes()
	minusOne[len(minusOne)-1]--
	exchange, protect, finish := step((*puppet).exchange), step((*puppet).protect), step((*puppet).finish)
	tests := []struct {
		name   string
		steps  []step
		alert  uint8
		reason string
	}{
		{"second hello", []step{say(typeHandshake, 1, 0, 0, 0)}, alertUnexpectedMessage, "expected ClientKeyExchange, got ClientHello"},
		{"no key", []step{say(typeHandshake, 16, 0, 0, 0)}, alertDecodeError, "malformed ClientKeyExchange"},
		{"octet behind key", []step{say(typeHandshake, 16, 0, 0, 4, 0, 1, 2, 0)}, alertDecodeError, "malformed ClientKeyExchange"},
		{"key of no octets", []step{key()}, alertIllegalParameter, "between 2 and p-2"},
		{"key 1", []step{key(1)}, alertIllegalParameter, "between 2 and p-2"},
		{"key p-1", []step{key(minusOne...)}, alertIllegalParameter, "between 2 and p-2"},
		{"key too long", []step{key(make([]byte, 65)...)}, alertIllegalParameter, "at most 512 bits"},
		{"early change", []step{say(typeChangeCipherSpec, 1)}, alertUnexpectedMessage, "expected a handshake record"},
		{"no change", []step{exchange, finish}, alertUnexpectedMessage, "expected ChangeCipherSpec"},
		{"wrong change", []step{exchange, say(typeChangeCipherSpec, 2)}, alertUnexpectedMessage, "expected ChangeCipherSpec"},
		{"change inside a message", []step{halfMessage}, alertUnexpectedMessage, "expected ChangeCipherSpec, got a handshake message"},
		{"wrong finished", []step{exchange, forgetMessages, protect, finish}, alertDecryptError, "Finished does not match"},
		{"wrong keys", []step{exchange, forgetMaster, protect, finish}, alertBadRecordMAC, "does not authenticate"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, conn, wait := puppetServer(t, config(t, puppetSuite))
			for _, step := range append([]step{(*puppet).sayHello}, tt.steps...) {
				if err := step(p); err != nil {
					t.Fatal(err)
				}
			}
			got, err := p.alert()
			if err != nil {
				t.Fatalf("no alert: %v", err)
			}
			conn.Close()
			checkSent(t, wait(), got, tt.alert, tt.reason)
		})
	}
}

// TestHostileData: the same once the handshake is complete.
func TestHostileData(t *testing.T) {
	tests := []struct {
		name  string
		step  step
		alert Alert
	}{
		{"renegotiation", say(typeHandshake, 1, 0, 0, 0), Alert{LevelWarning, alertNoRenegotiation}},
		{"change", say(typeChangeCipherSpec, 1), Alert{LevelFatal, alertUnexpectedMessage}},
		{"empty records", emptyRecords, Alert{LevelFatal, alertUnexpectedMessage}},
		{"forged record", forged, Alert{LevelFatal, alertBadRecordMAC}},
		{"short record", short, Alert{LevelFatal, alertBadRecordMAC}},
		{"other version", otherVersion, Alert{LevelFatal, alertProtocolVersion}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, conn, wait := puppetServer(t, config(t, puppetSuite))
			if err := errors.Join(p.connect(), tt.step(p)); err != nil {
				t.Fatal(err)
			}
			got, err := p.alert()
			if err != nil || got != tt.alert {
				t.Errorf("got %+v, %v, want %+v", got, err, tt.alert)
			}
			conn.Close()
			if s := wait(); s.err != nil || s.state.SentAlert == nil || *s.state.SentAlert != tt.alert {
				t.Errorf("server: %v, state has sent alert %v", s.err, s.state.SentAlert)
			}
		})
	}
}

// TestDataBehindFinished: nothing may share a record with Finished.
func TestDataBehindFinished(t *testing.T) {
	p, conn, wait := puppetServer(t, config(t, puppetSuite))
	err := errors.Join(p.sayHello(), p.exchange(), p.protect())
	finished := p.message(typeFinished, p.schedule.verifyData(p.master, "client", p.messages))
	err = errors.Join(err, p.send(typeHandshake, append(finished, 1, 0)))
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.alert()
	conn.Close()
	wait()
	if want := (Alert{LevelFatal, alertUnexpectedMessage}); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func emptyRecords(p *puppet) error {
	for range maxIdle {
		if err := p.send(typeApplicationData, nil); err != nil {
			return err
		}
	}
	return nil
}

func forged(p *puppet) error {
	if err := p.out.add(typeApplicationData, []byte("hello")); err != nil {
		return err
	}
	p.out.pending[len(p.out.pending)-1] ^= 1
	return p.out.flush()
}

func short(p *puppet) error {
	p.out.protection = unprotected{}
	return p.send(typeApplicationData, []byte("hello"))
}

func otherVersion(p *puppet) error {
	p.out.version = VersionTLS11
	return p.send(typeApplicationData, []byte("hello"))
}

// TestRenegotiationInsisted: a client may ask, but not for ever, and data goes
// on in between.
func TestRenegotiationInsisted(t *testing.T) {
	p, conn, wait := puppetServer(t, config(t, puppetSuite))
	if err := p.connect(); err != nil {
		t.Fatal(err)
	}
	for range maxIdle {
		if err := p.send(typeHandshake, []byte{1, 0, 0, 0}); err != nil {
			t.Fatal(err)
		}
	}
	var got Alert
	for n := 0; got.Level != LevelFatal; n++ {
		var err error
		if got, err = p.alert(); err != nil || n > maxIdle {
			t.Fatalf("%d alerts, then %v", n, err)
		}
	}
	conn.Close()
	wait()
	if got.Code != alertUnexpectedMessage {
		t.Errorf("got alert %v", got)
	}
}

// TestReceivedAlert: what a client says last is kept, close_notify apart.
func TestReceivedAlert(t *testing.T) {
	for _, alert := range []Alert{{LevelFatal, 48}, {LevelWarning, 90}} {
		p, conn, wait := puppetServer(t, config(t, puppetSuite))
		err := errors.Join(p.connect(), p.send(typeAlert, []byte{byte(alert.Level), alert.Code}),
			p.send(typeAlert, []byte{byte(LevelWarning), alertCloseNotify}))
		if err != nil {
			t.Fatal(err)
		}
		s := wait()
		conn.Close()
		if s.state.ReceivedAlert == nil || *s.state.ReceivedAlert != alert || s.state.SentAlert != nil {
			t.Errorf("received %v, sent %v, want %v", s.state.ReceivedAlert, s.state.SentAlert, alert)
		}
	}
}

// TestCutShort: a connection that ends inside the handshake is no alert.
func TestCutShort(t *testing.T) {
	whole := hello(0, 3, 3)
	for name, octets := range map[string][]byte{"nothing": nil, "half a hello": whole[:20], "a hello": whole} {
		t.Run(name, func(t *testing.T) {
			_, conn, wait := puppetServer(t, config(t, puppetSuite))
			_, err := conn.Write(octets)
			if err := errors.Join(err, conn.(*net.TCPConn).CloseWrite()); err != nil {
				t.Fatal(err)
			}
			go func() { _, _ = io.Copy(io.Discard, conn) }()
			s := wait()
			var a *AlertError
			if errors.As(s.err, &a) || !errors.Is(s.err, io.EOF) && !errors.Is(s.err, io.ErrUnexpectedEOF) {
				t.Errorf("got %v", s.err)
			}
		})
	}
}
