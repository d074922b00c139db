package legacy

import (
	"crypto"
	_ "crypto/md5"  //nolint:gosec // the PRF of TLS 1.0 and 1.1
	_ "crypto/sha1" //nolint:gosec // likewise
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/subtle"

	"github.com/fakemx/fakemx/fakemx/internal/engine/prf"
)

const (
	masterLen     = 48
	verifyDataLen = 12
	randomLen     = 32
)

// A schedule derives the secrets of one version of TLS and one suite.
type schedule struct {
	version uint16
	hash    crypto.Hash
}

// prf is the pseudorandom function of RFC 5246 section 5 and, before TLS 1.2,
// of RFC 2246 section 5.
func (s schedule) prf(secret []byte, label string, seed []byte, n int) []byte {
	if s.version >= VersionTLS12 {
		return prf.TLS12(s.hash, secret, label, seed, n)
	}
	seed = append([]byte(label), seed...)
	half := (len(secret) + 1) / 2
	out := prf.Expand(crypto.MD5, secret[:half], seed, n)
	subtle.XORBytes(out, out, prf.Expand(crypto.SHA1, secret[len(secret)-half:], seed, n))
	return out
}

// digest is the hash of handshake messages: MD5 and SHA-1 side by side before
// TLS 1.2.
func (s schedule) digest(messages []byte) []byte {
	if s.version >= VersionTLS12 {
		return sum(s.hash, messages)
	}
	return sum(crypto.MD5SHA1, messages)
}

// sum hashes data; crypto.MD5SHA1 is the pair that signatures and Finished
// messages had before TLS 1.2.
func sum(h crypto.Hash, data []byte) []byte {
	if h == crypto.MD5SHA1 {
		return append(sum(crypto.MD5, data), sum(crypto.SHA1, data)...)
	}
	d := h.New()
	d.Write(data)
	return d.Sum(nil)
}

// master is the master secret of RFC 5246 section 8.1.
func (s schedule) master(premaster, clientRandom, serverRandom []byte) []byte {
	return s.prf(premaster, "master secret", join(clientRandom, serverRandom), masterLen)
}

// extendedMaster is the master secret of RFC 7627 section 4; messages are the
// handshake up to and including ClientKeyExchange.
func (s schedule) extendedMaster(premaster, messages []byte) []byte {
	return s.prf(premaster, "extended master secret", s.digest(messages), masterLen)
}

// keyBlock is the key block of RFC 5246 section 6.3.
func (s schedule) keyBlock(master, clientRandom, serverRandom []byte, n int) []byte {
	return s.prf(master, "key expansion", join(serverRandom, clientRandom), n)
}

// verifyData is the content of a Finished message (RFC 5246 section 7.4.9);
// side is "client" or "server".
func (s schedule) verifyData(master []byte, side string, messages []byte) []byte {
	return s.prf(master, side+" finished", s.digest(messages), verifyDataLen)
}

func join(a, b []byte) []byte { return append(append(make([]byte, 0, len(a)+len(b)), a...), b...) }
