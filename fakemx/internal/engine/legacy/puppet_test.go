package legacy

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"math/big"
	"net"
	"testing"

	"golang.org/x/crypto/cryptobyte"
)

// A puppet is a client that says what a test tells it to, record by record. It
// speaks one suite, DH_anon with AES-128-GCM, in TLS 1.2.
type puppet struct {
	in  *recordReader
	out *recordWriter

	messages []byte // handshake messages of both sides
	buffer   messageBuffer
	random   []byte
	server   []byte // ServerHello.random
	params   *dhe   // the group, with the puppet's own secret
	theirs   *big.Int
	schedule schedule
	master   []byte
}

const puppetSuite = "TLS_DH_anon_WITH_AES_128_GCM_SHA256"

func newPuppet(conn net.Conn) *puppet {
	return &puppet{
		in: newRecordReader(conn), out: newRecordWriter(conn),
		random: bytes.Repeat([]byte{7}, randomLen), schedule: schedule{VersionTLS12, sha256},
	}
}

// helloBody is a ClientHello without extensions.
func (p *puppet) helloBody() []byte {
	var b cryptobyte.Builder
	b.AddUint16(VersionTLS12)
	b.AddBytes(p.random)
	b.AddUint8(0)
	b.AddUint16(4)
	b.AddUint16(0x00a6) // puppetSuite
	b.AddUint16(scsvRenegotiation)
	b.AddBytes([]byte{1, 0})
	return b.BytesOrPanic()
}

func (p *puppet) message(typ messageType, body []byte) []byte {
	raw, err := marshal(typ, body)
	if err != nil {
		panic(err)
	}
	return raw
}

func (p *puppet) send(typ recordType, content []byte) error {
	if typ == typeHandshake {
		p.messages = append(p.messages, content...)
	}
	return errors.Join(p.out.add(typ, content), p.out.flush())
}

// expect reads the server's messages up to one of a type.
func (p *puppet) expect(last messageType) ([]byte, error) {
	for {
		raw, err := p.buffer.next()
		if err != nil {
			return nil, err
		}
		if raw == nil {
			_, content, err := p.in.next()
			if err != nil {
				return nil, err
			}
			p.buffer.data = append(p.buffer.data, content...)
			continue
		}
		p.messages = append(p.messages, raw...)
		p.learn(messageType(raw[0]), raw[handshakeHeaderLen:])
		if messageType(raw[0]) == last {
			return raw[handshakeHeaderLen:], nil
		}
	}
}

// learn keeps what the key exchange needs.
func (p *puppet) learn(typ messageType, body []byte) {
	switch typ {
	case typeServerHello:
		p.server = body[2 : 2+randomLen]
	case typeServerKeyExchange:
		s := cryptobyte.String(body)
		var prime, generator, public cryptobyte.String
		if !s.ReadUint16LengthPrefixed(&prime) || !s.ReadUint16LengthPrefixed(&generator) || !s.ReadUint16LengthPrefixed(&public) {
			panic("malformed ServerKeyExchange")
		}
		p.params = &dhe{prime: new(big.Int).SetBytes(prime), secret: big.NewInt(65537)}
		p.theirs = new(big.Int).SetBytes(public)
	}
}

// sayHello sends ClientHello and reads the server's flight.
func (p *puppet) sayHello() error {
	if err := p.send(typeHandshake, p.message(typeClientHello, p.helloBody())); err != nil {
		return err
	}
	_, err := p.expect(typeServerHelloDone)
	return err
}

// exchange sends ClientKeyExchange and derives the keys.
func (p *puppet) exchange() error {
	public := new(big.Int).Exp(two, p.params.secret, p.params.prime)
	body, err := vectors(public.Bytes())
	if err != nil {
		return err
	}
	shared := new(big.Int).Exp(p.theirs, p.params.secret, p.params.prime)
	p.master = p.schedule.master(shared.Bytes(), p.random, p.server)
	return p.send(typeHandshake, p.message(typeClientKeyExchange, body))
}

// protect sends ChangeCipherSpec.
func (p *puppet) protect() error {
	if err := p.send(typeChangeCipherSpec, []byte{1}); err != nil {
		return err
	}
	s, _ := suiteByID(0x00a6)
	block := p.schedule.keyBlock(p.master, p.random, p.server, s.keyBlockLen())
	client, server, err := s.protections(VersionTLS12, block, rand.Reader)
	p.out.protection, p.out.version = client, VersionTLS12
	p.in.protection = &afterChange{p, server}
	return err
}

// afterChange lets the server's ChangeCipherSpec through in clear.
type afterChange struct {
	p    *puppet
	then protection
}

func (a *afterChange) seal(recordType, uint16, []byte) ([]byte, error) {
	return nil, errors.New("not for sealing")
}

func (a *afterChange) open(typ recordType, _ uint16, fragment []byte) ([]byte, error) {
	if typ == typeChangeCipherSpec {
		a.p.in.protection = a.then
		return nil, nil
	}
	return fragment, nil // an alert in place of it
}

// finish sends Finished.
func (p *puppet) finish() error {
	data := p.schedule.verifyData(p.master, "client", p.messages)
	return p.send(typeHandshake, p.message(typeFinished, data))
}

// finished reads the server's Finished.
func (p *puppet) finished() error {
	expected := p.messages
	got, err := p.expect(typeFinished)
	if err == nil && !bytes.Equal(got, p.schedule.verifyData(p.master, "server", expected)) {
		err = errors.New("wrong Finished: " + hex.EncodeToString(got))
	}
	return err
}

// connect does the whole handshake.
func (p *puppet) connect() error {
	for _, step := range []func() error{p.sayHello, p.exchange, p.protect, p.finish, p.finished} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// alert reads records up to an alert.
func (p *puppet) alert() (Alert, error) {
	for {
		typ, content, err := p.in.next()
		if err != nil {
			return Alert{}, err
		}
		if typ == typeAlert {
			return Alert{Level: AlertLevel(content[0]), Code: content[1]}, nil
		}
	}
}

// puppetServer serves one connection for a puppet.
func puppetServer(t *testing.T, c *Config) (*puppet, net.Conn, func() served) {
	t.Helper()
	c.DHPrimeBits = 512 // quick
	addr, wait := serve(t, c, nil)
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return newPuppet(conn), conn, wait
}

func TestPuppet(t *testing.T) {
	p, conn, wait := puppetServer(t, config(t, puppetSuite))
	if err := p.connect(); err != nil {
		t.Fatal(err)
	}
	if err := p.send(typeApplicationData, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	var got []byte
	for len(got) < 5 {
		_, content, err := p.in.next()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, content...)
	}
	conn.Close()
	if s := wait(); s.err != nil || string(got) != "hello" {
		t.Errorf("server %v, got %q", s.err, got)
	}
}
