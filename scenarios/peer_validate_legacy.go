package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/internal/tlsnames"
)

// legacySuites are the suites of the engine for what modern libraries no longer
// do.
var legacySuites = []string{
	"TLS_RSA_WITH_NULL_SHA", "TLS_RSA_WITH_NULL_SHA256", "TLS_ECDHE_RSA_WITH_NULL_SHA",
	"TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_256_CBC_SHA",
	"TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_GCM_SHA384",
	"TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
	"TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
	"TLS_DH_anon_WITH_AES_128_CBC_SHA", "TLS_DH_anon_WITH_AES_128_GCM_SHA256", "TLS_ECDH_anon_WITH_AES_128_CBC_SHA",
	"TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
	"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
	"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
	"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
	"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
	"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
}

// checkLegacy reports what the legacy engine cannot do.
func (t TLS) checkLegacy(out *problems) {
	if t.Legacy == nil {
		return
	}
	if t.MaxVersion == "1.3" {
		out.addf("peer.tls.max_version", "is 1.3, which the legacy engine does not support; use 1.2 or lower")
	}
	if len(t.CipherSuites) == 0 {
		out.addf("peer.tls.cipher_suites", "must name suites of the legacy engine: %s", listed(legacySuites))
	}
	eachOneOf(out, "peer.tls.cipher_suites", t.CipherSuites, legacySuites...)
	if t.Records != nil {
		out.addf("peer.tls.records", "cannot be changed with the legacy engine")
	}
	if t.Staple != "" {
		out.addf("peer.tls.staple", "cannot be sent by the legacy engine")
	}
	t.checkDHPrime(out)
	t.checkLegacySuites(out)
	schemes := []SignatureScheme{"", RSAPKCS1MD5, RSAPKCS1SHA1, ECDSASHA1}
	if oneOf(out, "peer.tls.legacy.signature_scheme", t.Legacy.SignatureScheme, schemes...) {
		t.checkLegacyScheme(out)
	}
}

// checkLegacySuites reports suites that the versions leave no use for.
func (t TLS) checkLegacySuites(out *problems) {
	for i, suite := range t.CipherSuites {
		if below(t.MaxVersion, "1.2") && slices.Contains(legacySuites, suite) && (strings.Contains(suite, "_GCM_") || strings.HasSuffix(suite, "_SHA256")) {
			out.addf(fmt.Sprintf("peer.tls.cipher_suites[%d]", i), "%s belongs to TLS 1.2, but max_version is %s", suite, t.MaxVersion)
		}
	}
}

// checkLegacyScheme reports a scheme that the versions, or the suites, leave no
// use for.
func (t TLS) checkLegacyScheme(out *problems) {
	const path = "peer.tls.legacy.signature_scheme"
	kind, _, _ := strings.Cut(string(t.Legacy.SignatureScheme), "_")
	signs := func(suite string) bool {
		return strings.Contains(suite, "DHE_"+strings.ToUpper(kind)+"_")
	}
	switch {
	case kind == "":
	case below(t.MaxVersion, "1.2"):
		out.addf(path, "belongs to TLS 1.2, but max_version is %s: earlier versions have a fixed scheme", t.MaxVersion)
	case !t.mayHave(signs):
		out.addf(path, "%s cannot sign for any suite in cipher_suites: it needs a DHE or ECDHE suite with %s", t.Legacy.SignatureScheme, strings.ToUpper(kind))
	}
}

// mayHave reports whether one of the suites of the legacy engine fits, or is
// unknown, so that it may be meant to.
func (t TLS) mayHave(fits func(suite string) bool) bool {
	return slices.ContainsFunc(t.CipherSuites, func(suite string) bool {
		return fits(suite) || !slices.Contains(legacySuites, suite)
	})
}

// maxCount bounds what a peer repeats.
const maxCount = 100_000

// checkKey: the suites of the legacy engine must fit the key of the certificate.
// Elsewhere a suite that does not is a deviation like any other.
func (p Peer) checkKey(out *problems) {
	if p.TLS.Legacy == nil {
		return
	}
	name := p.PKI.Key
	if name == "" && len(p.PKI.Send) > 0 {
		name = p.PKI.Send[0]
	}
	leaf, known := p.PKI.Certificates[name]
	for range p.PKI.Certificates { // key_of may lead in a circle, which is said elsewhere
		if known && leaf.KeyOf != "" {
			leaf, known = p.PKI.Certificates[leaf.KeyOf]
		}
	}
	if !known {
		return // said elsewhere
	}
	isRSA := strings.HasPrefix(string(leaf.Key), "rsa-")
	for i, suite := range p.TLS.CipherSuites {
		if !slices.Contains(legacySuites, suite) {
			continue
		}
		wantsRSA := strings.HasPrefix(suite, "TLS_RSA_") || strings.Contains(suite, "DHE_RSA_")
		wantsECDSA := strings.Contains(suite, "_ECDSA_")
		if path := fmt.Sprintf("peer.tls.cipher_suites[%d]", i); wantsRSA && !isRSA {
			out.addf(path, "%s needs an RSA key, but peer.pki.certificates.%s has another kind; set key: rsa-2048 there", suite, name)
		} else if wantsECDSA && isRSA {
			out.addf(path, "%s needs an ECDSA key, but peer.pki.certificates.%s has an RSA one", suite, name)
		}
	}
}

// checkDHPrime: a prime has a use with Diffie-Hellman over finite fields only.
func (t TLS) checkDHPrime(out *problems) {
	const path = "peer.tls.legacy.dh_prime_bits"
	bits := t.Legacy.DHPrimeBits
	if !slices.Contains([]int{0, 512, 768, 1024, 2048}, bits) {
		out.addf(path, "%d is not one of 512, 768, 1024, 2048", bits)
		return
	}
	if bits != 0 && !t.mayHave(func(s string) bool { return strings.Contains(s, "_DH") }) {
		out.addf(path, "has no effect without a DHE or DH_anon suite in cipher_suites")
	}
}

// checkRecords reports alterations that cannot be made in the versions of TLS
// that the peer speaks.
func (t TLS) checkRecords(out *problems) {
	const path = "peer.tls.records"
	r := t.Records
	if r == nil {
		return
	}
	if *r == (Records{}) {
		out.addf(path, "changes nothing; leave it out")
	}
	if below(t.MinVersion, "1.2") {
		out.addf("peer.tls.min_version", "is %s, but records can be changed only from TLS 1.2 on", t.MinVersion)
	}
	for _, count := range []struct {
		field string
		value int
	}{
		{"key_updates", r.KeyUpdates}, {"hello_requests", r.HelloRequests}, {"warning_alerts", r.WarningAlerts},
	} {
		if count.value < 0 {
			out.addf(path+"."+count.field, "%d is below 1; leave it out for none", count.value)
		}
		if count.value > maxCount {
			out.addf(path+"."+count.field, "%d is above %d, more than any client tolerates", count.value, maxCount)
		}
	}
	if r.KeyUpdates > 0 && below(t.MaxVersion, "1.3") {
		out.addf(path+".key_updates", "belong to TLS 1.3, but max_version is %s", t.MaxVersion)
	}
	if r.HelloRequests > 0 && below("1.2", t.MinVersion) {
		out.addf(path+".hello_requests", "belong to TLS 1.2, but min_version is %s", t.MinVersion)
	}
	if r.DowngradeCanary && (below(t.MaxVersion, "1.2") || below("1.2", t.MaxVersion)) {
		out.addf(path+".downgrade_canary", "is for a peer that speaks TLS 1.2 at most, but max_version is %s", t.MaxVersion)
	}
	if r.AlertAfterHandshake != "" {
		oneOf(out, path+".alert_after_handshake", r.AlertAfterHandshake, tlsnames.FatalAlerts()...)
	}
	if r.Delay < 0 {
		out.addf(path+".delay", "is negative")
	}
}

// checkIntolerance reports limits on the ClientHello that limit nothing.
func (t TLS) checkIntolerance(out *problems) {
	if t.MaxClientHello < 0 {
		out.addf("peer.tls.max_client_hello", "%d is below 1; leave it out for any length", t.MaxClientHello)
	}
	if t.VersionIntolerant && t.MaxVersion == "1.3" {
		out.addf("peer.tls.version_intolerant", "has no effect with max_version 1.3: no client offers more")
	}
	if t.Legacy != nil && (t.VersionIntolerant || t.MaxClientHello > 0) {
		out.addf("peer.tls.legacy", "cannot be combined with max_client_hello or version_intolerant")
	}
}

// checkStaple: there must be a certificate for the response to be about.
func (p Peer) checkStaple(out *problems) {
	known := oneOf(out, "peer.tls.staple", p.TLS.Staple, "", StapleGood, StapleRevoked, StapleExpired)
	if known && p.TLS.Staple != "" && len(p.PKI.Send) == 0 {
		out.addf("peer.tls.staple", "%q has no certificate to be about: peer.pki.send is empty", p.TLS.Staple)
	}
}
