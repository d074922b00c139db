package legacy

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" //nolint:gosec // 3DES suites are among what this server is for
	"crypto/hmac"
	"crypto/subtle"
	"errors"
	"hash"
	"io"

	"golang.org/x/crypto/cryptobyte"
)

// errBadRecord is why a record does not open; it says no more on purpose.
var errBadRecord = errors.New("record does not authenticate")

// A protection guards the records of one direction (RFC 5246 section 6.2.3).
// It counts the records, so each may be given to it once.
type protection interface {
	seal(typ recordType, version uint16, payload []byte) ([]byte, error)
	open(typ recordType, version uint16, fragment []byte) ([]byte, error)
}

// unprotected is the protection before the first ChangeCipherSpec.
type unprotected struct{}

func (unprotected) seal(_ recordType, _ uint16, payload []byte) ([]byte, error) { return payload, nil }
func (unprotected) open(_ recordType, _ uint16, fragment []byte) ([]byte, error) {
	return fragment, nil
}

// header is the data that a MAC or an AEAD covers in front of the content.
func header(seq uint64, typ recordType, version uint16, n int) []byte {
	b := cryptobyte.NewFixedBuilder(make([]byte, 0, 13))
	b.AddUint64(seq)
	b.AddUint8(uint8(typ))
	b.AddUint16(version)
	b.AddUint16(uint16(n)) //nolint:gosec // a record's content is at most 2^14 octets
	return b.BytesOrPanic()
}

// macOnly is the protection of NULL suites, and the inside of cbc.
type macOnly struct {
	mac hash.Hash
	seq uint64
}

func (m *macOnly) sum(typ recordType, version uint16, payload []byte) []byte {
	m.mac.Reset()
	m.mac.Write(header(m.seq, typ, version, len(payload)))
	m.mac.Write(payload)
	m.seq++
	return m.mac.Sum(nil)
}

func (m *macOnly) seal(typ recordType, version uint16, payload []byte) ([]byte, error) {
	return join(payload, m.sum(typ, version, payload)), nil
}

func (m *macOnly) open(typ recordType, version uint16, fragment []byte) ([]byte, error) {
	n := len(fragment) - m.mac.Size()
	if n < 0 || !hmac.Equal(fragment[n:], m.sum(typ, version, fragment[:n])) {
		return nil, errBadRecord
	}
	return fragment[:n], nil
}

// cbc is MAC-then-encrypt with a block cipher (RFC 5246 section 6.2.3.2). In
// TLS 1.0 the chain runs on from record to record; later each record starts
// with its own IV.
type cbc struct {
	macOnly
	block cipher.Block
	chain cipher.BlockMode // nil from TLS 1.1 on
	rand  io.Reader
}

func (c *cbc) seal(typ recordType, version uint16, payload []byte) ([]byte, error) {
	size := c.block.BlockSize()
	plain := join(payload, c.sum(typ, version, payload))
	pad := size - len(plain)%size
	for range pad {
		plain = append(plain, byte(pad-1)) //nolint:gosec // a block is 8 or 16 octets
	}
	if c.chain != nil {
		c.chain.CryptBlocks(plain, plain)
		return plain, nil
	}
	fragment := make([]byte, size+len(plain))
	iv := fragment[:size]
	if _, err := io.ReadFull(c.rand, iv); err != nil {
		return nil, err
	}
	cipher.NewCBCEncrypter(c.block, iv).CryptBlocks(fragment[size:], plain)
	return fragment, nil
}

func (c *cbc) open(typ recordType, version uint16, fragment []byte) ([]byte, error) {
	size := c.block.BlockSize()
	if len(fragment)%size != 0 {
		return nil, errBadRecord
	}
	mode := c.chain
	if mode == nil {
		if len(fragment) < size {
			return nil, errBadRecord
		}
		mode = cipher.NewCBCDecrypter(c.block, fragment[:size])
		fragment = fragment[size:]
	}
	if len(fragment) < c.mac.Size()+1 {
		return nil, errBadRecord
	}
	plain := make([]byte, len(fragment))
	mode.CryptBlocks(plain, fragment)
	padding, good := paddingLen(plain, c.mac.Size())
	content, err := c.macOnly.open(typ, version, plain[:len(plain)-padding])
	if err != nil || good != 1 {
		return nil, errBadRecord
	}
	return content, nil
}

// paddingLen is the length of the padding, its length octet included, and 1 if
// it is well formed. Ill-formed padding counts as none, so that the MAC is
// computed all the same (RFC 5246 section 6.2.3.2, implementation note).
func paddingLen(plain []byte, macLen int) (n, good int) {
	last := plain[len(plain)-1]
	good = subtle.ConstantTimeLessOrEq(int(last)+1+macLen, len(plain))
	for i := range min(256, len(plain)) {
		outside := subtle.ConstantTimeLessOrEq(int(last)+1, i)
		good &= outside | subtle.ConstantTimeByteEq(plain[len(plain)-1-i], last)
	}
	return subtle.ConstantTimeSelect(good, int(last)+1, 0), good
}

// gcm is AES-GCM with the nonce of RFC 5288 section 3: a salt from the key
// block and a counter that the record carries.
type gcm struct {
	aead cipher.AEAD
	salt []byte
	seq  uint64
}

const explicitNonceLen = 8

func (g *gcm) seal(typ recordType, version uint16, payload []byte) ([]byte, error) {
	additional := header(g.seq, typ, version, len(payload))
	explicit := additional[:explicitNonceLen:explicitNonceLen]
	g.seq++
	return g.aead.Seal(explicit, join(g.salt, explicit), payload, additional), nil
}

func (g *gcm) open(typ recordType, version uint16, fragment []byte) ([]byte, error) {
	n := len(fragment) - explicitNonceLen - g.aead.Overhead()
	if n < 0 {
		return nil, errBadRecord
	}
	nonce := join(g.salt, fragment[:explicitNonceLen])
	plain, err := g.aead.Open(nil, nonce, fragment[explicitNonceLen:], header(g.seq, typ, version, n))
	if err != nil {
		return nil, errBadRecord
	}
	g.seq++
	return plain, nil
}

// ivLen is the length of each IV, or salt, in the key block.
func (s *suite) ivLen() int {
	switch s.bulk {
	case bulkTripleDES:
		return des.BlockSize
	case bulkAES:
		return aes.BlockSize
	case bulkAESGCM:
		return 4
	default:
		return 0
	}
}

func (s *suite) macLen() int {
	if s.mac == 0 {
		return 0
	}
	return s.mac.Size()
}

// keyBlockLen is how much of the key block the suite takes.
func (s *suite) keyBlockLen() int { return 2 * (s.macLen() + s.keyLen + s.ivLen()) }

// protections cuts the key block (RFC 5246 section 6.3) and returns what opens
// the client's records and what seals the server's.
func (s *suite) protections(version uint16, block []byte, rand io.Reader) (client, server protection, err error) {
	b := cryptobyte.String(block)
	var macs, keys, ivs [2][]byte
	for _, part := range []struct {
		to *[2][]byte
		n  int
	}{{&macs, s.macLen()}, {&keys, s.keyLen}, {&ivs, s.ivLen()}} {
		if !b.ReadBytes(&part.to[0], part.n) || !b.ReadBytes(&part.to[1], part.n) {
			return nil, nil, errors.New("key block too short")
		}
	}
	if client, err = s.protection(version, macs[0], keys[0], ivs[0], cipher.NewCBCDecrypter, rand); err != nil {
		return nil, nil, err
	}
	server, err = s.protection(version, macs[1], keys[1], ivs[1], cipher.NewCBCEncrypter, rand)
	return client, server, err
}

type chaining func(cipher.Block, []byte) cipher.BlockMode

func (s *suite) protection(version uint16, mac, key, iv []byte, chain chaining, rand io.Reader) (protection, error) {
	if s.bulk == bulkNull {
		return &macOnly{mac: hmac.New(s.mac.New, mac)}, nil
	}
	newBlock := aes.NewCipher
	if s.bulk == bulkTripleDES {
		newBlock = des.NewTripleDESCipher
	}
	block, err := newBlock(key)
	if err != nil {
		return nil, err
	}
	if s.bulk == bulkAESGCM {
		aead, err := cipher.NewGCM(block)
		return &gcm{aead: aead, salt: iv}, err
	}
	c := &cbc{macOnly: macOnly{mac: hmac.New(s.mac.New, mac)}, block: block, rand: rand}
	if version == VersionTLS10 {
		c.chain = chain(block, iv)
	}
	return c, nil
}
