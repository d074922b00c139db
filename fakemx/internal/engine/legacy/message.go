package legacy

import (
	"strconv"

	"golang.org/x/crypto/cryptobyte"
)

// messageType is the HandshakeType of RFC 5246 section 7.4.
type messageType uint8

const (
	typeClientHello        messageType = 1
	typeServerHello        messageType = 2
	typeCertificate        messageType = 11
	typeServerKeyExchange  messageType = 12
	typeCertificateRequest messageType = 13
	typeServerHelloDone    messageType = 14
	typeCertificateVerify  messageType = 15
	typeClientKeyExchange  messageType = 16
	typeFinished           messageType = 20
)

const (
	handshakeHeaderLen = 4
	// maxMessage is how long a client's handshake message may be, header
	// included.
	maxMessage = 1 << 16
)

// messageBuffer puts handshake messages together that come in one or many
// records.
type messageBuffer struct{ data []byte }

// next cuts off the first message, header included; nil if it is not complete.
func (m *messageBuffer) next() ([]byte, error) {
	s := cryptobyte.String(m.data)
	var typ uint8
	var n uint32
	if !s.ReadUint8(&typ) || !s.ReadUint24(&n) {
		return nil, nil
	}
	if handshakeHeaderLen+int(n) > maxMessage {
		return nil, fatal(alertIllegalParameter, "expected a handshake message of at most %d octets, got %d", maxMessage, n)
	}
	var raw []byte
	whole := cryptobyte.String(m.data)
	if !whole.ReadBytes(&raw, handshakeHeaderLen+int(n)) {
		return nil, nil
	}
	m.data = whole
	return raw, nil
}

// marshal puts the header in front of a handshake message's body.
func marshal(typ messageType, body []byte) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddUint8(uint8(typ))
	b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(body) })
	return b.Bytes()
}

// marshalChain is the body of a Certificate message (RFC 5246 section 7.4.2).
func marshalChain(chain [][]byte) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
		for _, der := range chain {
			b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(der) })
		}
	})
	return b.Bytes()
}

// parseChain reads the body of a Certificate message. The chain is not nil,
// but empty, if there is no certificate in it.
func parseChain(body []byte) ([][]byte, error) {
	s := cryptobyte.String(body)
	var list, der cryptobyte.String
	if !s.ReadUint24LengthPrefixed(&list) || !s.Empty() {
		return nil, fatal(alertDecodeError, "malformed Certificate message")
	}
	chain := [][]byte{}
	for !list.Empty() {
		if !list.ReadUint24LengthPrefixed(&der) || der.Empty() {
			return nil, fatal(alertDecodeError, "malformed Certificate message")
		}
		chain = append(chain, der)
	}
	return chain, nil
}

var messageNames = map[messageType]string{
	typeClientHello: "ClientHello", typeServerHello: "ServerHello", typeCertificate: "Certificate",
	typeServerKeyExchange: "ServerKeyExchange", typeCertificateRequest: "CertificateRequest",
	typeServerHelloDone: "ServerHelloDone", typeCertificateVerify: "CertificateVerify",
	typeClientKeyExchange: "ClientKeyExchange", typeFinished: "Finished",
}

// String is the message's name in RFC 5246, or its number.
func (t messageType) String() string {
	if name, ok := messageNames[t]; ok {
		return name
	}
	return "handshake message " + strconv.Itoa(int(t))
}
