package recordedit

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
)

// Content types (RFC 8446 section 5.1) and handshake types (section 4, RFC 5246
// section 7.4).
const (
	typeChangeCipherSpec = 20
	typeAlert            = 21
	typeHandshake        = 22
	typeApplicationData  = 23

	messageHelloRequest = 0
	messageServerHello  = 2
	messageCertificate  = 11
	messageFinished     = 20
	messageKeyUpdate    = 24
)

const (
	recordHeaderLen    = 5
	handshakeHeaderLen = 4
	maxPlaintext       = 1 << 14
	randomLen          = 32
)

// header is that of a record.
func header(typ uint8, version uint16, n int) []byte {
	return []byte{typ, byte(version >> 8), byte(version), byte(n >> 8), byte(n)} //nolint:gosec // a record has at most 2^14+256 octets
}

// cutRecord returns the first record of what crypto/tls wrote, header
// included; nil if it is not complete.
func cutRecord(data []byte) (record, rest []byte) {
	s := cryptobyte.String(data)
	var body cryptobyte.String
	if !s.Skip(recordHeaderLen-2) || !s.ReadUint16LengthPrefixed(&body) {
		return nil, data
	}
	n := recordHeaderLen + len(body)
	return data[:n], data[n:]
}

// cutMessage does the same for handshake messages.
func cutMessage(data []byte) (message, rest []byte) {
	s := cryptobyte.String(data)
	var body cryptobyte.String
	if !s.Skip(1) || !s.ReadUint24LengthPrefixed(&body) {
		return nil, data
	}
	n := handshakeHeaderLen + len(body)
	return data[:n], data[n:]
}

// serverHello is what of a ServerHello decides on the keys.
type serverHello struct {
	version uint16
	suite   uint16
	random  []byte
}

// helloRetry is the random of a HelloRetryRequest, SHA-256 of its name (RFC
// 8446 section 4.1.3).
var helloRetry = []byte{
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
	0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
}

// retries: another ServerHello follows, and nothing is encrypted yet.
func (h serverHello) retries() bool { return bytes.Equal(h.random, helloRetry) }

const extSupportedVersions = 43

var errServerHello = errors.New("recordedit: malformed ServerHello")

// parseServerHello reads a message, header included.
func parseServerHello(message []byte) (serverHello, error) {
	var h serverHello
	var session, extensions cryptobyte.String
	s := cryptobyte.String(message)
	if !s.Skip(handshakeHeaderLen) || !s.ReadUint16(&h.version) || !s.ReadBytes(&h.random, randomLen) ||
		!s.ReadUint8LengthPrefixed(&session) || !s.ReadUint16(&h.suite) || !s.Skip(1) {
		return h, errServerHello
	}
	if !s.Empty() && !s.ReadUint16LengthPrefixed(&extensions) {
		return h, errServerHello
	}
	for !extensions.Empty() {
		var id uint16
		var body cryptobyte.String
		if !extensions.ReadUint16(&id) || !extensions.ReadUint16LengthPrefixed(&body) {
			return h, errServerHello
		}
		if id == extSupportedVersions && !body.ReadUint16(&h.version) {
			return h, errServerHello
		}
	}
	return h, h.check()
}

// check refuses what cannot be edited.
func (h serverHello) check() error {
	if h.version != tls.VersionTLS12 && h.version != tls.VersionTLS13 {
		return fmt.Errorf("recordedit: expected TLS 1.2 or 1.3, got %s", tls.VersionName(h.version))
	}
	if _, ok := suites[h.suite]; !ok {
		return fmt.Errorf("recordedit: expected a cipher suite with AES-GCM or ChaCha20-Poly1305, got %s", tls.CipherSuiteName(h.suite))
	}
	return nil
}
