package legacy

import (
	"crypto/tls"
	"sync"
)

// State is what is known of a connection, whether or not the handshake
// completed.
type State struct {
	// HandshakeComplete: both Finished messages passed.
	HandshakeComplete bool
	// Version and CipherSuite are zero, CipherSuiteName is empty until they
	// are agreed on. The name is IANA's.
	Version         uint16
	CipherSuite     uint16
	CipherSuiteName string
	// Group is the IANA name of the curve or "dh1024"; DHBits is the size of
	// the prime, zero unless the exchange is finite-field Diffie-Hellman.
	Group  string
	DHBits int
	// SignatureScheme signed the ServerKeyExchange; zero before TLS 1.2 and
	// where nothing was signed.
	SignatureScheme tls.SignatureScheme
	// ExtendedMasterSecret: RFC 7627 was agreed on.
	ExtendedMasterSecret bool
	// ServerName is the client's server_name; empty if there was none.
	ServerName string
	// ClientHello is nil if none came that could be read.
	ClientHello *ClientHello
	// ReceivedAlert and SentAlert are the last ones other than close_notify;
	// nil if there was none.
	ReceivedAlert, SentAlert *Alert
	// ClientCertificateRequested: a CertificateRequest was sent.
	ClientCertificateRequested bool
	// PeerCertificates is the client's chain in DER. Nil means that no
	// Certificate message came, empty that it was of zero length.
	PeerCertificates [][]byte
}

// sharedState is a State that is read while the connection lives.
type sharedState struct {
	mu    sync.Mutex
	state State
}

func (s *sharedState) get() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

func (s *sharedState) update(change func(*State)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.state)
}
