package legacy

import (
	"crypto"
	"crypto/ecdh"
	"crypto/rsa"
	"crypto/tls"
	"io"
	"slices"

	"golang.org/x/crypto/cryptobyte"
)

// A keyExchange agrees on the premaster secret of one handshake.
type keyExchange interface {
	// params is the server's ephemeral key as ServerKeyExchange carries it;
	// nil if the exchange has no such message.
	params() ([]byte, error)
	// premaster takes the body of ClientKeyExchange.
	premaster(body []byte) ([]byte, error)
	// describe notes the group.
	describe(*State)
}

// newKeyExchange makes the ephemeral key for a suite.
func newKeyExchange(s *suite, c *Config, groups []tls.CurveID) (keyExchange, error) {
	switch s.exchange {
	case exchangeDHE:
		return newDHE(c.dhPrimeBits(), c.rand())
	case exchangeECDHE:
		return newECDHE(c, groups)
	default:
		return &rsaExchange{key: c.Certificate.PrivateKey.(crypto.Decrypter), rand: c.rand()}, nil
	}
}

// A namedGroup is a curve for ECDHE.
type namedGroup struct {
	id    tls.CurveID
	name  string
	curve ecdh.Curve
}

// curves are the groups of ECDHE in the server's order.
var curves = []namedGroup{
	{tls.CurveP256, "secp256r1", ecdh.P256()},
	{tls.X25519, "x25519", ecdh.X25519()},
	{tls.CurveP384, "secp384r1", ecdh.P384()},
	{tls.CurveP521, "secp521r1", ecdh.P521()},
}

// chooseCurve finds the first curve of the server's, all if it names none, that
// the client offers; -1 if there is none. A client that offers no groups at all
// may get any (RFC 8422 section 4).
func chooseCurve(preferred, offered []tls.CurveID) int {
	if len(preferred) == 0 {
		for _, c := range curves {
			preferred = append(preferred, c.id)
		}
	}
	for _, id := range preferred {
		i := slices.IndexFunc(curves, func(c namedGroup) bool { return c.id == id })
		if i >= 0 && (len(offered) == 0 || slices.Contains(offered, id)) {
			return i
		}
	}
	return -1
}

// ecdhe is elliptic-curve Diffie-Hellman (RFC 8422 section 5.4).
type ecdhe struct {
	id     tls.CurveID
	name   string
	secret *ecdh.PrivateKey
}

func newECDHE(c *Config, groups []tls.CurveID) (*ecdhe, error) {
	i := chooseCurve(c.Groups, groups)
	if i < 0 {
		return nil, fatal(alertHandshakeFailure, "no curve in common")
	}
	g := curves[i]
	secret, err := g.curve.GenerateKey(c.rand())
	return &ecdhe{id: g.id, name: g.name, secret: secret}, err
}

const namedCurve = 3

func (e *ecdhe) params() ([]byte, error) {
	var b cryptobyte.Builder
	b.AddUint8(namedCurve)
	b.AddUint16(uint16(e.id))
	b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(e.secret.PublicKey().Bytes()) })
	return b.Bytes()
}

func (e *ecdhe) premaster(body []byte) ([]byte, error) {
	s := cryptobyte.String(body)
	var point cryptobyte.String
	if !s.ReadUint8LengthPrefixed(&point) || !s.Empty() {
		return nil, fatal(alertDecodeError, "malformed ClientKeyExchange")
	}
	public, err := e.secret.Curve().NewPublicKey(point)
	if err != nil {
		return nil, fatal(alertIllegalParameter, "expected a point of %s: %w", e.name, err)
	}
	shared, err := e.secret.ECDH(public)
	if err != nil {
		return nil, fatal(alertIllegalParameter, "expected a point of %s: %w", e.name, err)
	}
	return shared, nil
}

func (e *ecdhe) describe(s *State) { s.Group = e.name }

// rsaExchange is RSA key exchange (RFC 5246 section 7.4.7.1).
type rsaExchange struct {
	key  crypto.Decrypter
	rand io.Reader
}

func (r *rsaExchange) params() ([]byte, error) { return nil, nil }

// premaster gives a random secret for ill-formed padding, so that the failure
// shows only in Finished. The version inside the secret is not compared: that
// would tell it apart from bad padding, and old clients get it wrong.
func (r *rsaExchange) premaster(body []byte) ([]byte, error) {
	value, err := readVector16(body)
	if err != nil {
		return nil, err
	}
	//nolint:staticcheck // the padding of RSA key exchange is PKCS #1 v1.5
	secret, err := r.key.Decrypt(r.rand, value, &rsa.PKCS1v15DecryptOptions{SessionKeyLen: masterLen})
	if err != nil {
		return nil, fatal(alertDecryptError, "premaster secret does not decrypt: %w", err)
	}
	return secret, nil
}

func (r *rsaExchange) describe(*State) {}

// readVector16 reads a body that is one opaque vector<0..2^16-1>.
func readVector16(body []byte) ([]byte, error) {
	s := cryptobyte.String(body)
	var v cryptobyte.String
	if !s.ReadUint16LengthPrefixed(&v) || !s.Empty() {
		return nil, fatal(alertDecodeError, "malformed ClientKeyExchange")
	}
	return v, nil
}

// vectors puts opaque vectors<0..2^16-1> behind one another.
func vectors(parts ...[]byte) ([]byte, error) {
	var b cryptobyte.Builder
	for _, p := range parts {
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(p) })
	}
	return b.Bytes()
}
