package scenarios

import (
	"slices"

	"github.com/fakemx/fakemx/internal/tlsnames"
)

// checkTLSVersion: a fault can go by the version of TLS where there is one, and
// by those only that the peer speaks.
func (p Peer) checkTLSVersion(out *problems, path string, f Fault) {
	if f.TLSVersion == "" {
		return
	}
	oneOf(out, path, f.TLSVersion, tlsnames.Versions()...)
	if f.TLSVersion < p.TLS.MinVersion || f.TLSVersion > p.TLS.MaxVersion {
		out.addf(path, "%s is not spoken by this peer: it speaks %s to %s", f.TLSVersion, p.TLS.MinVersion, p.TLS.MaxVersion)
	}
	if f.In == InClear || slices.Contains([]Point{AtConnect, AtHandshake, AtSTARTTLS}, f.At) {
		out.addf(path, "is not known yet where this fault strikes; use at: %s, or in: %s", AtClientHello, InTLS)
	}
}
