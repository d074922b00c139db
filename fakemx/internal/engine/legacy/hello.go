package legacy

import (
	"crypto/tls"
	"io"
	"slices"

	"golang.org/x/crypto/cryptobyte"
)

// Extensions that this server reads (IANA "TLS ExtensionType Values").
const (
	extServerName           = 0
	extSupportedGroups      = 10
	extSignatureAlgorithms  = 13
	extALPN                 = 16
	extExtendedMasterSecret = 23
	extSupportedVersions    = 43
	extRenegotiationInfo    = 0xff01
)

// Signalling cipher suite values (RFC 5746 section 3.3, RFC 7507).
const (
	scsvRenegotiation = 0x00ff
	scsvFallback      = 0x5600
)

// ClientHello is what a client offered (RFC 5246 section 7.4.1.2).
type ClientHello struct {
	// ServerName is as the client sent it; it may be any octets.
	ServerName string
	// Versions are those of supported_versions if the client sent it (RFC 8446
	// section 4.2.1), else the one of the hello itself.
	Versions     []uint16
	CipherSuites []uint16
	Groups       []tls.CurveID
	ALPN         []string
	// Bytes is the length of the handshake message, header included.
	Bytes int
}

// clientHello is the parsed message with all that the handshake needs.
type clientHello struct {
	ClientHello
	version        uint16
	random         []byte
	compressions   []byte
	schemes        []tls.SignatureScheme
	extendedMaster bool
	renegotiation  bool // RFC 5746: by extension or by SCSV
}

// ReadClientHello reads the ClientHello with which a client begins.
func ReadClientHello(r io.Reader) (*ClientHello, error) {
	c := &Conn{in: newRecordReader(r)}
	raw, err := c.readMessage()
	if err != nil {
		return nil, err
	}
	if got := messageType(raw[0]); got != typeClientHello {
		return nil, fatal(alertUnexpectedMessage, "expected %v, got %v", typeClientHello, got)
	}
	h, err := parseClientHello(raw[handshakeHeaderLen:])
	if err != nil {
		return nil, err
	}
	return &h.ClientHello, nil
}

// parseClientHello reads the body of a ClientHello.
func parseClientHello(body []byte) (*clientHello, error) {
	h := &clientHello{}
	h.Bytes = handshakeHeaderLen + len(body)
	s := cryptobyte.String(body)
	var session, ciphers, compressions cryptobyte.String
	if !s.ReadUint16(&h.version) || !s.ReadBytes(&h.random, randomLen) ||
		!s.ReadUint8LengthPrefixed(&session) || len(session) > 32 ||
		!s.ReadUint16LengthPrefixed(&ciphers) || !s.ReadUint8LengthPrefixed(&compressions) {
		return nil, fatal(alertDecodeError, "malformed ClientHello")
	}
	var ok bool
	if h.CipherSuites, ok = readUint16s(ciphers); !ok {
		return nil, fatal(alertDecodeError, "malformed cipher_suites in ClientHello")
	}
	h.compressions = compressions
	h.renegotiation = slices.Contains(h.CipherSuites, scsvRenegotiation)
	if err := h.readExtensions(s); err != nil {
		return nil, err
	}
	if h.Versions == nil {
		h.Versions = []uint16{h.version}
	}
	return h, nil
}

// readExtensions reads what follows the compression methods: nothing at all,
// or a list of extensions.
func (h *clientHello) readExtensions(s cryptobyte.String) error {
	if s.Empty() {
		return nil
	}
	var list cryptobyte.String
	if !s.ReadUint16LengthPrefixed(&list) || !s.Empty() {
		return fatal(alertDecodeError, "malformed extensions in ClientHello")
	}
	seen := map[uint16]bool{}
	for !list.Empty() {
		var id uint16
		var body cryptobyte.String
		if !list.ReadUint16(&id) || !list.ReadUint16LengthPrefixed(&body) {
			return fatal(alertDecodeError, "malformed extensions in ClientHello")
		}
		if seen[id] {
			return fatal(alertIllegalParameter, "extension %d comes twice in ClientHello", id)
		}
		seen[id] = true
		if !h.readExtension(id, body) {
			return fatal(alertDecodeError, "malformed extension %d in ClientHello", id)
		}
	}
	return nil
}

func (h *clientHello) readExtension(id uint16, body cryptobyte.String) (ok bool) {
	var list cryptobyte.String
	switch id {
	case extServerName:
		h.ServerName, ok = readServerName(body)
	case extSupportedGroups:
		if ok = body.ReadUint16LengthPrefixed(&list) && body.Empty(); ok {
			h.Groups, ok = readUint16sAs[tls.CurveID](list)
		}
	case extSignatureAlgorithms:
		if ok = body.ReadUint16LengthPrefixed(&list) && body.Empty(); ok {
			h.schemes, ok = readUint16sAs[tls.SignatureScheme](list)
		}
	case extSupportedVersions:
		if ok = body.ReadUint8LengthPrefixed(&list) && body.Empty(); ok {
			h.Versions, ok = readUint16s(list)
		}
	case extALPN:
		h.ALPN, ok = readALPN(body)
	case extExtendedMasterSecret:
		h.extendedMaster, ok = true, body.Empty()
	case extRenegotiationInfo:
		// There was no handshake before this one (RFC 5746 section 3.6).
		h.renegotiation = true
		ok = body.ReadUint8LengthPrefixed(&list) && list.Empty() && body.Empty()
	default:
		ok = true
	}
	return ok
}

// readServerName reads the server_name extension (RFC 6066 section 3).
func readServerName(body cryptobyte.String) (string, bool) {
	var list, name cryptobyte.String
	var typ uint8
	if !body.ReadUint16LengthPrefixed(&list) || !body.Empty() ||
		!list.ReadUint8(&typ) || typ != 0 || !list.ReadUint16LengthPrefixed(&name) {
		return "", false
	}
	return string(name), list.Empty() && !name.Empty()
}

// readALPN reads the extension of RFC 7301 section 3.1.
func readALPN(body cryptobyte.String) ([]string, bool) {
	var list, name cryptobyte.String
	if !body.ReadUint16LengthPrefixed(&list) || !body.Empty() || list.Empty() {
		return nil, false
	}
	var names []string
	for !list.Empty() {
		if !list.ReadUint8LengthPrefixed(&name) || name.Empty() {
			return nil, false
		}
		names = append(names, string(name))
	}
	return names, true
}

func readUint16s(list cryptobyte.String) ([]uint16, bool) { return readUint16sAs[uint16](list) }

// readUint16sAs reads a list of one or more numbers.
func readUint16sAs[T ~uint16](list cryptobyte.String) ([]T, bool) {
	if list.Empty() || len(list)%2 != 0 {
		return nil, false
	}
	out := make([]T, 0, len(list)/2)
	for !list.Empty() {
		var v uint16
		if !list.ReadUint16(&v) {
			return nil, false
		}
		out = append(out, T(v))
	}
	return out, true
}
