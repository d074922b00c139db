package front

import (
	"crypto/tls"

	"github.com/fakemx/fakemx/fakemx/internal/engine"
	"github.com/fakemx/fakemx/internal/tlsnames"
	"github.com/fakemx/fakemx/scenarios"
)

// speaks reports whether the session is in a version of TLS, "1.3", or, while the
// ClientHello is being answered, will be. An empty version is any, and clear text.
func (c *Conn) speaks(version scenarios.TLSVersion) bool {
	switch {
	case version == "":
		return true
	case c.tls != nil:
		return c.tls.Version == "TLSv"+string(version)
	case c.offered == nil:
		return false
	}
	wanted, err := tlsnames.Version(version)
	return err == nil && wanted == agreeable(c.offered, c.f.o.Peer.TLS.MinVersion, c.f.o.Peer.TLS.MaxVersion)
}

// agreeable is the highest version that the client offers and the peer speaks;
// zero if there is none.
func agreeable(hello *engine.ClientHello, minVersion, maxVersion scenarios.TLSVersion) uint16 {
	lowest, _ := tlsnames.Version(minVersion)
	highest, _ := tlsnames.Version(maxVersion)
	var best uint16
	for _, v := range hello.Versions {
		if v >= lowest && v <= min(highest, tls.VersionTLS13) {
			best = max(best, v)
		}
	}
	return best
}
