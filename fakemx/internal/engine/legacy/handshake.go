package legacy

import (
	"crypto/hmac"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"golang.org/x/crypto/cryptobyte"
)

// A handshake is one full handshake (RFC 5246 section 7.3, figure 1).
type handshake struct {
	conn   *Conn
	config *Config

	hello        *clientHello
	suite        *suite
	schedule     schedule
	serverRandom []byte
	exchange     keyExchange
	// messages are all handshake messages so far, as RFC 5246 section 7.4.9
	// hashes them.
	messages  []byte
	requested bool
	chain     [][]byte
	master    []byte
}

func (h *handshake) run() error {
	if err := h.config.Check(); err != nil {
		return internal(err)
	}
	steps := []func() error{
		h.readHello, h.chooseVersion, h.chooseSuite, h.sendFlight,
		h.readCertificate, h.readKeyExchange, h.readCertificateVerify,
		h.readFinished, h.sendFinished,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// internal makes a fault of our own side an internal_error, unless it already
// has an alert.
func internal(err error) error {
	if _, ok := errors.AsType[*AlertError](err); ok {
		return err
	}
	return fatal(alertInternalError, "%w", err)
}

// expect reads the next message, adds it to the transcript and returns its
// body.
func (h *handshake) expect(want messageType) ([]byte, error) {
	raw, err := h.conn.readMessage()
	if err != nil {
		return nil, err
	}
	if got := messageType(raw[0]); got != want {
		return nil, fatal(alertUnexpectedMessage, "expected %v, got %v", want, got)
	}
	h.messages = append(h.messages, raw...)
	return raw[handshakeHeaderLen:], nil
}

// add puts a message into the flight and into the transcript.
func (h *handshake) add(typ messageType, body []byte) error {
	raw, err := marshal(typ, body)
	if err != nil {
		return err
	}
	h.messages = append(h.messages, raw...)
	return h.conn.addRecord(typeHandshake, raw)
}

func (h *handshake) readHello() error {
	body, err := h.expect(typeClientHello)
	if err != nil {
		return err
	}
	h.hello, err = parseClientHello(body)
	if err != nil {
		return err
	}
	h.conn.shared.update(func(s *State) {
		s.ServerName, s.ClientHello = h.hello.ServerName, &h.hello.ClientHello
	})
	if !slices.Contains(h.hello.compressions, 0) {
		return fatal(alertIllegalParameter, "client does not offer the null compression method")
	}
	return nil
}

// chooseVersion takes the highest version of both sides. A server of this age
// does not know supported_versions.
func (h *handshake) chooseVersion() error {
	offered, highest := h.hello.version, h.config.maxVersion()
	version := min(offered, highest)
	if version < h.config.minVersion() {
		return fatal(alertProtocolVersion, "expected a client of version %#04x or above, got %#04x", h.config.minVersion(), offered)
	}
	if offered < highest && slices.Contains(h.hello.CipherSuites, scsvFallback) {
		return fatal(alertInappropriateFallback, "client fell back to version %#04x", offered)
	}
	h.schedule.version = version
	h.conn.setWriteVersion(version)
	h.conn.shared.update(func(s *State) { s.Version = version })
	return nil
}

func (h *handshake) chooseSuite() error {
	for _, id := range h.config.CipherSuites {
		s, _ := suiteByID(id)
		if h.agreeable(s) {
			h.suite, h.schedule.hash = s, s.hash()
			h.conn.shared.update(func(st *State) { st.CipherSuite, st.CipherSuiteName = s.id, s.name })
			return nil
		}
	}
	return fatal(alertHandshakeFailure, "no cipher suite in common")
}

// agreeable reports whether the client can do the suite.
func (h *handshake) agreeable(s *suite) bool {
	return slices.Contains(h.hello.CipherSuites, s.id) && s.usable(h.schedule.version) &&
		(s.exchange != exchangeECDHE || chooseCurve(h.config.Groups, h.hello.Groups) >= 0)
}

// sendFlight sends ServerHello to ServerHelloDone.
func (h *handshake) sendFlight() error {
	steps := []func() error{
		h.addNameWarnings, h.addHello, h.addCertificate, h.addKeyExchange, h.addCertificateRequest,
		func() error { return h.add(typeServerHelloDone, nil) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return internal(err)
		}
	}
	return h.conn.flush()
}

func (h *handshake) addNameWarnings() error {
	for range h.config.NameWarnings {
		if err := h.conn.addRecord(typeAlert, []byte{byte(LevelWarning), alertUnrecognizedName}); err != nil {
			return err
		}
	}
	return nil
}

func (h *handshake) addHello() error {
	h.serverRandom = make([]byte, randomLen)
	if _, err := io.ReadFull(h.config.rand(), h.serverRandom[4:]); err != nil {
		return fmt.Errorf("no random octets: %w", err)
	}
	binary.BigEndian.PutUint32(h.serverRandom, uint32(h.config.now().Unix())) //nolint:gosec // gmt_unix_time has 32 bits
	var b cryptobyte.Builder
	b.AddUint16(h.schedule.version)
	b.AddBytes(h.serverRandom)
	b.AddUint8(0) // no session to resume
	b.AddUint16(h.suite.id)
	b.AddUint8(0) // no compression
	h.addExtensions(&b)
	body, err := b.Bytes()
	if err != nil {
		return err
	}
	return h.add(typeServerHello, body)
}

// addExtensions answers what the client offers. A ServerHello without
// extensions has no list of them either.
func (h *handshake) addExtensions(b *cryptobyte.Builder) {
	secure := h.hello.renegotiation && !h.config.NoSecureRenegotiation
	if !secure && !h.hello.extendedMaster {
		return
	}
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		if secure {
			b.AddUint16(extRenegotiationInfo)
			b.AddUint16(1)
			b.AddUint8(0) // renegotiated_connection is empty
		}
		if h.hello.extendedMaster {
			b.AddUint16(extExtendedMasterSecret)
			b.AddUint16(0)
		}
	})
	h.conn.shared.update(func(s *State) { s.ExtendedMasterSecret = h.hello.extendedMaster })
}

func (h *handshake) addCertificate() error {
	if h.suite.auth == authNone {
		return nil
	}
	body, err := marshalChain(h.config.Certificate.Certificate)
	if err != nil {
		return err
	}
	return h.add(typeCertificate, body)
}

func (h *handshake) addKeyExchange() error {
	var err error
	if h.exchange, err = newKeyExchange(h.suite, h.config, h.hello.Groups); err != nil {
		return err
	}
	h.conn.shared.update(h.exchange.describe)
	params, err := h.exchange.params()
	if err != nil || params == nil {
		return err
	}
	var b cryptobyte.Builder
	b.AddBytes(params)
	if h.suite.auth != authNone {
		if err := h.sign(&b, params); err != nil {
			return err
		}
	}
	body, err := b.Bytes()
	if err != nil {
		return err
	}
	return h.add(typeServerKeyExchange, body)
}

// sign appends the signature over both randoms and the parameters (RFC 5246
// section 7.4.3).
func (h *handshake) sign(b *cryptobyte.Builder, params []byte) error {
	var scheme tls.SignatureScheme
	if h.schedule.version >= VersionTLS12 {
		var err error
		if scheme, err = chooseScheme(h.suite.auth, h.config.SignatureScheme, h.hello.schemes); err != nil {
			return err
		}
	}
	h.conn.shared.update(func(s *State) { s.SignatureScheme = scheme })
	data := join(join(h.hello.random, h.serverRandom), params)
	return addSigned(b, h.config, h.suite.auth, scheme, data)
}

// Certificate types of a CertificateRequest (RFC 5246 section 7.4.4, RFC 8422
// section 5.5).
const (
	certificateTypeRSA   = 1
	certificateTypeECDSA = 64
)

func (h *handshake) addCertificateRequest() error {
	h.requested = h.config.RequestClientCertificate && h.suite.auth != authNone
	if !h.requested {
		return nil
	}
	var b cryptobyte.Builder
	b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) {
		b.AddBytes([]byte{certificateTypeRSA, certificateTypeECDSA})
	})
	if h.schedule.version >= VersionTLS12 {
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			for _, scheme := range requested {
				b.AddUint16(uint16(scheme))
			}
		})
	}
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		for _, name := range h.config.ClientAuthorities {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(name) })
		}
	})
	body, err := b.Bytes()
	if err != nil {
		return err
	}
	h.conn.shared.update(func(s *State) { s.ClientCertificateRequested = true })
	return h.add(typeCertificateRequest, body)
}

func (h *handshake) readCertificate() error {
	if !h.requested {
		return nil
	}
	body, err := h.expect(typeCertificate)
	if err != nil {
		return err
	}
	if h.chain, err = parseChain(body); err != nil {
		return err
	}
	h.conn.shared.update(func(s *State) { s.PeerCertificates = h.chain })
	return h.judgeCertificate()
}

func (h *handshake) judgeCertificate() error {
	switch verify := h.config.VerifyClientCertificate; {
	case len(h.chain) == 0 && h.config.RequireClientCertificate:
		return fatal(alertHandshakeFailure, "client didn't provide a certificate")
	case len(h.chain) > 0 && verify != nil:
		if alert, err := verify(h.chain); err != nil {
			return fatal(alert, "%w", err)
		}
	}
	return nil
}

func (h *handshake) readKeyExchange() error {
	body, err := h.expect(typeClientKeyExchange)
	if err != nil {
		return err
	}
	premaster, err := h.exchange.premaster(body)
	if err != nil {
		return err
	}
	if h.hello.extendedMaster {
		h.master = h.schedule.extendedMaster(premaster, h.messages)
	} else {
		h.master = h.schedule.master(premaster, h.hello.random, h.serverRandom)
	}
	return nil
}

func (h *handshake) readCertificateVerify() error {
	if len(h.chain) == 0 {
		return nil
	}
	signed := h.messages
	body, err := h.expect(typeCertificateVerify)
	if err != nil {
		return err
	}
	return verifyClient(h.chain[0], h.schedule.version, body, signed)
}

// readFinished reads ChangeCipherSpec and Finished.
func (h *handshake) readFinished() error {
	block := h.schedule.keyBlock(h.master, h.hello.random, h.serverRandom, h.suite.keyBlockLen())
	client, server, err := h.suite.protections(h.schedule.version, block, h.config.rand())
	if err != nil {
		return internal(err)
	}
	if err := h.conn.readChangeCipherSpec(h.schedule.version, client); err != nil {
		return err
	}
	h.conn.next = server
	expected := h.schedule.verifyData(h.master, "client", h.messages)
	got, err := h.expect(typeFinished)
	if err != nil {
		return err
	}
	if !hmac.Equal(expected, got) {
		return fatal(alertDecryptError, "client's Finished does not match the handshake")
	}
	return nil
}

// sendFinished sends ChangeCipherSpec and Finished.
func (h *handshake) sendFinished() error {
	if err := h.conn.addChangeCipherSpec(); err != nil {
		return internal(err)
	}
	if err := h.add(typeFinished, h.schedule.verifyData(h.master, "server", h.messages)); err != nil {
		return internal(err)
	}
	return h.conn.flush()
}
