package recordedit

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"hash"

	"golang.org/x/crypto/cryptobyte"

	"github.com/fakemx/fakemx/fakemx/internal/engine/prf"
)

// A protection guards the server's records. There are two of each kind: one
// opens what crypto/tls sealed, the other seals what goes out; each counts its
// records.
type protection interface {
	// seal returns a whole record.
	seal(r Record) []byte
	// open takes a whole record.
	open(record []byte) (Record, error)
	// update goes on to the next generation of keys (RFC 8446 section 7.2).
	// Before TLS 1.3 there is none.
	update() error
}

var errOpen = errors.New("recordedit: a record of the server does not open with the logged secret")

// plain is the protection before there are keys.
type plain struct{ version uint16 }

func (p plain) seal(r Record) []byte {
	return append(header(r.Type, p.version, len(r.Content)), r.Content...)
}

func (plain) open(record []byte) (Record, error) {
	return Record{Type: record[0], Content: record[recordHeaderLen:]}, nil
}

func (plain) update() error { return nil }

const (
	nonceLen         = 12
	saltLen          = 4
	explicitNonceLen = 8
)

// mixed is an IV mixed with a record's number (RFC 8446 section 5.3).
func mixed(iv []byte, seq uint64) []byte {
	nonce := make([]byte, nonceLen)
	binary.BigEndian.PutUint64(nonce[nonceLen-8:], seq)
	subtle.XORBytes(nonce, nonce, iv)
	return nonce
}

// tls12 is the protection of TLS 1.2 (RFC 5246 section 6.2.3.3).
type tls12 struct {
	suite suite
	aead  cipher.AEAD
	iv    []byte // the salt, or the whole IV
	seq   uint64
}

// newTLS12 derives the server's key (RFC 5246 section 6.3).
func newTLS12(s suite, master, clientRandom, serverRandom []byte) (*tls12, error) {
	ivLen := nonceLen
	if s.salted {
		ivLen = saltLen
	}
	seed := append(append([]byte{}, serverRandom...), clientRandom...)
	block := prf.TLS12(s.hash, master, "key expansion", seed, 2*s.keyLen+2*ivLen)
	aead, err := s.aead(block[s.keyLen : 2*s.keyLen])
	return &tls12{suite: s, aead: aead, iv: block[2*s.keyLen+ivLen:]}, err
}

const version12 = 0x0303

func (p *tls12) additional(typ uint8, n int) []byte {
	return append(binary.BigEndian.AppendUint64(nil, p.seq), header(typ, version12, n)...)
}

func (p *tls12) seal(r Record) []byte {
	var explicit []byte
	nonce := mixed(p.iv, p.seq)
	if p.suite.salted {
		explicit = binary.BigEndian.AppendUint64(nil, p.seq)
		nonce = append(append([]byte{}, p.iv...), explicit...)
	}
	record := append(header(r.Type, version12, len(explicit)+len(r.Content)+p.aead.Overhead()), explicit...)
	record = p.aead.Seal(record, nonce, r.Content, p.additional(r.Type, len(r.Content)))
	p.seq++
	return record
}

func (p *tls12) open(record []byte) (Record, error) {
	typ, sealed := record[0], record[recordHeaderLen:]
	nonce := mixed(p.iv, p.seq)
	if p.suite.salted {
		if len(sealed) < explicitNonceLen {
			return Record{}, errOpen
		}
		nonce = append(append([]byte{}, p.iv...), sealed[:explicitNonceLen]...)
		sealed = sealed[explicitNonceLen:]
	}
	content, err := p.aead.Open(nil, nonce, sealed, p.additional(typ, len(sealed)-p.aead.Overhead()))
	if err != nil {
		return Record{}, errOpen
	}
	p.seq++
	return Record{Type: typ, Content: content}, nil
}

func (*tls12) update() error { return nil }

// tls13 is the protection of TLS 1.3 (RFC 8446 section 5.2).
type tls13 struct {
	suite  suite
	secret []byte
	aead   cipher.AEAD
	iv     []byte
	seq    uint64
}

// newTLS13 derives the key of a traffic secret (RFC 8446 section 7.3).
func newTLS13(s suite, secret []byte) (*tls13, error) {
	key, err := expandLabel(s.hash.New, secret, "key", s.keyLen)
	if err != nil {
		return nil, err
	}
	iv, err := expandLabel(s.hash.New, secret, "iv", nonceLen)
	if err != nil {
		return nil, err
	}
	aead, err := s.aead(key)
	return &tls13{suite: s, secret: secret, aead: aead, iv: iv}, err
}

// expandLabel is HKDF-Expand-Label with an empty context (RFC 8446 section
// 7.1).
func expandLabel(h func() hash.Hash, secret []byte, label string, n int) ([]byte, error) {
	var info cryptobyte.Builder
	info.AddUint16(uint16(n)) //nolint:gosec // the length of a key or a hash
	info.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte("tls13 " + label)) })
	info.AddUint8(0)
	b, err := info.Bytes()
	if err != nil {
		return nil, err
	}
	return hkdf.Expand(h, secret, string(b), n)
}

func (p *tls13) seal(r Record) []byte {
	inner := append(append([]byte{}, r.Content...), r.Type)
	head := header(typeApplicationData, version12, len(inner)+p.aead.Overhead())
	record := p.aead.Seal(head, mixed(p.iv, p.seq), inner, head)
	p.seq++
	return record
}

func (p *tls13) open(record []byte) (Record, error) {
	head, sealed := record[:recordHeaderLen], record[recordHeaderLen:]
	inner, err := p.aead.Open(nil, mixed(p.iv, p.seq), sealed, head)
	if err != nil {
		return Record{}, errOpen
	}
	p.seq++
	n := len(inner)
	for n > 0 && inner[n-1] == 0 {
		n--
	}
	if n == 0 {
		return Record{}, errOpen
	}
	return Record{Type: inner[n-1], Content: inner[:n-1]}, nil
}

func (p *tls13) update() error {
	secret, err := expandLabel(p.suite.hash.New, p.secret, "traffic upd", p.suite.hash.Size())
	if err != nil {
		return err
	}
	next, err := newTLS13(p.suite, secret)
	if err != nil {
		return err
	}
	*p = *next
	return nil
}
