package engine

import (
	"crypto/tls"
	"errors"
	"fmt"

	"github.com/fakemx/fakemx/internal/tlsnames"
)

func helloOf(chi *tls.ClientHelloInfo, octets int) *ClientHello {
	return &ClientHello{
		ServerName:   chi.ServerName,
		Versions:     chi.SupportedVersions,
		CipherSuites: chi.CipherSuites,
		Groups:       chi.SupportedCurves,
		ALPN:         chi.SupportedProtos,
		Bytes:        octets,
	}
}

// helloLimits are what an intolerant peer takes at the most; zero is no limit.
type helloLimits struct {
	octets  int
	version uint16
}

var errIntolerant = errors.New("intolerant of the ClientHello")

// check drops a hello that is too long without a word, as broken middleboxes
// do, and answers one that offers too much with an alert.
func (l helloLimits) check(chi *tls.ClientHelloInfo, t *tap) error {
	if l.octets > 0 && t.helloN > l.octets {
		t.muted = true
		return fmt.Errorf("%w: %d octets, %d at the most", errIntolerant, t.helloN, l.octets)
	}
	for _, v := range chi.SupportedVersions {
		// Versions beyond TLS 1.3 are GREASE (RFC 8701), which such a peer
		// may well not know, but no real client means.
		if l.version > 0 && v > l.version && v <= tls.VersionTLS13 {
			return errors.Join(fmt.Errorf("%w: it offers %s", errIntolerant, tlsnames.VersionText(v)), t.sendAlert(alertHandshakeFailure))
		}
	}
	return nil
}
