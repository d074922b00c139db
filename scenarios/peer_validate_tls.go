package scenarios

import (
	"fmt"
	"slices"

	"github.com/fakemx/fakemx/internal/tlsnames"
)

func (p Peer) checkTLS(out *problems) {
	t := p.TLS
	oneOf(out, "peer.tls.min_version", t.MinVersion, versions...)
	oneOf(out, "peer.tls.max_version", t.MaxVersion, versions...)
	if below(t.MaxVersion, t.MinVersion) {
		out.addf("peer.tls.min_version", "%s is above max_version %s", t.MinVersion, t.MaxVersion)
	}
	t.checkSuites(out)
	eachOneOf(out, "peer.tls.groups", t.Groups, tlsnames.Groups()...)
	for i, name := range t.ALPN {
		if name == "" || len(name) > 255 {
			out.addf(fmt.Sprintf("peer.tls.alpn[%d]", i), "must be a protocol name of 1 to 255 bytes")
		}
	}
	t.checkLegacy(out)
	t.checkRecords(out)
	t.checkIntolerance(out)
	p.checkStaple(out)
	p.checkWithoutSNI(out)
	p.checkAlternate(out)
	p.checkClientCertificate(out)
}

// checkSuites: the suites of TLS 1.3 are not for us to choose, so a peer that
// speaks nothing else has no choice.
func (t TLS) checkSuites(out *problems) {
	if t.Legacy != nil {
		return // checkLegacy knows its suites
	}
	for i, name := range t.CipherSuites {
		path := fmt.Sprintf("peer.tls.cipher_suites[%d]", i)
		switch suite, err := tlsnames.Suite(name); {
		case err != nil:
			out.addf(path, "%q is not the IANA name of a cipher suite that the peer supports", name)
		case !slices.ContainsFunc(suite.SupportedVersions, func(v uint16) bool { return v < 0x0304 }):
			out.addf(path, "%s belongs to TLS 1.3, where suites cannot be chosen", name)
		}
	}
	if len(t.CipherSuites) > 0 && t.MinVersion == "1.3" {
		out.addf("peer.tls.cipher_suites", "are for TLS 1.2 and below, but min_version is 1.3")
	}
}

func (p Peer) checkWithoutSNI(out *problems) {
	w := p.TLS.WithoutSNI
	if w == nil {
		return
	}
	if (len(w.Send) == 0) == (w.Alert == "") {
		out.addf("peer.tls.without_sni", "requires either send or alert")
	}
	p.checkCertificates(out, "peer.tls.without_sni.send", w.Send)
	if w.Alert != "" {
		oneOf(out, "peer.tls.without_sni.alert", w.Alert, tlsnames.FatalAlerts()...)
	}
}

// maxUnrelated bounds the authorities that a CertificateRequest lists.
const maxUnrelated = 10_000

func (p Peer) checkClientCertificate(out *problems) {
	const path = "peer.tls.client_certificate"
	c := p.TLS.ClientCertificate
	oneOf(out, path+".mode", c.Mode, ClientCertificateIgnore, ClientCertificateRequest,
		ClientCertificateRequire, ClientCertificateReject, ClientCertificateEnforce)
	p.checkCertificates(out, path+".authorities", c.Authorities)
	p.checkCertificates(out, path+".trust", c.Trust)
	if c.Mode == ClientCertificateIgnore && len(c.Authorities)+len(c.Trust)+c.Unrelated > 0 {
		out.addf(path+".mode", "is ignore, so authorities, trust and unrelated have no effect; use request")
	}
	if c.Unrelated < 0 {
		out.addf(path+".unrelated", "%d is below 1; leave it out for none", c.Unrelated)
	}
	if c.Unrelated > maxUnrelated {
		out.addf(path+".unrelated", "%d is above %d, more than fits into a CertificateRequest", c.Unrelated, maxUnrelated)
	}
	if c.Mode == ClientCertificateEnforce && len(c.Trust) == 0 {
		out.addf(path+".trust", "is required in mode enforce: name the CA to which a client's chain must lead")
	}
}
