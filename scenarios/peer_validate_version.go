package scenarios

import "slices"

// checkTLSVersion: a fault can go by the version of TLS where there is one, and
// by those only that the peer speaks.
func (p Peer) checkTLSVersion(out *problems, path string, f Fault) {
	if f.TLSVersion == "" {
		return
	}
	if !oneOf(out, path, f.TLSVersion, versions...) {
		return
	}
	if below(f.TLSVersion, p.TLS.MinVersion) || below(p.TLS.MaxVersion, f.TLSVersion) {
		out.addf(path, "%s is not a version that this peer speaks: it speaks %s to %s", f.TLSVersion, p.TLS.MinVersion, p.TLS.MaxVersion)
	}
	if f.In == InClear || slices.Contains([]Point{AtConnect, AtHandshake, AtSTARTTLS}, f.At) {
		out.addf(path, "is not known yet at this point; use at: %s, or in: %s", AtClientHello, InTLS)
	}
}

// below: both are versions of TLS, and the first is the lower one.
func below(version, other TLSVersion) bool {
	return slices.Contains(versions, version) && slices.Contains(versions, other) && version < other
}
