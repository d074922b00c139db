// Package tlsnames knows the names by which people, scenarios and records call
// what TLS numbers: versions, cipher suites, groups and alerts.
package tlsnames

import (
	"crypto/tls"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// versions are the versions that a peer can speak, by the names that scenarios
// use.
var versions = map[string]uint16{
	"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13,
}

// Version finds a version by its name, which may be a type of its own.
func Version[T ~string](name T) (uint16, error) {
	v, ok := versions[string(name)]
	if !ok {
		return 0, fmt.Errorf("unknown TLS version %q, expected 1.0, 1.1, 1.2 or 1.3", name)
	}
	return v, nil
}

// VersionText is how records and logs write a version: "TLSv1.3" for 0x0304,
// and "0x1a1a" for what is no version.
func VersionText(v uint16) string {
	switch {
	case v >= tls.VersionTLS10 && v <= tls.VersionTLS13:
		return fmt.Sprintf("TLSv1.%d", v-tls.VersionTLS10)
	case v == 0x0300:
		return "SSLv3"
	}
	return fmt.Sprintf("0x%04x", v)
}

// groups are the named groups that crypto/tls can do (IANA "TLS Supported
// Groups").
var groups = map[string]tls.CurveID{
	"secp256r1": tls.CurveP256, "secp384r1": tls.CurveP384, "secp521r1": tls.CurveP521,
	"x25519": tls.X25519, "X25519MLKEM768": tls.X25519MLKEM768,
	"SecP256r1MLKEM768": tls.SecP256r1MLKEM768, "SecP384r1MLKEM1024": tls.SecP384r1MLKEM1024,
}

// Groups returns the names of the groups that a peer can use.
func Groups() []string { return slices.Sorted(maps.Keys(groups)) }

// Group finds a group by its name.
func Group(name string) (tls.CurveID, error) {
	id, ok := groups[name]
	if !ok {
		return 0, fmt.Errorf("unknown group %q, expected one of %v", name, Groups())
	}
	return id, nil
}

// otherGroups are groups that clients offer and a peer cannot use.
var otherGroups = map[tls.CurveID]string{
	0x0016: "secp256k1", 0x001a: "brainpoolP256r1", 0x001b: "brainpoolP384r1", 0x001c: "brainpoolP512r1",
	0x001e: "x448", 0x0100: "ffdhe2048", 0x0101: "ffdhe3072", 0x0102: "ffdhe4096", 0x0103: "ffdhe6144",
	0x0104: "ffdhe8192",
}

// GroupText is the name of a group, "0x2a2a" if it has none that we know, and
// empty for none.
func GroupText(id tls.CurveID) string {
	for name, g := range groups {
		if g == id {
			return name
		}
	}
	if id == 0 {
		return ""
	}
	if name, ok := otherGroups[id]; ok {
		return name
	}
	return fmt.Sprintf("0x%04x", uint16(id))
}

// Suite finds a cipher suite that crypto/tls can do by its IANA name.
func Suite(name string) (*tls.CipherSuite, error) {
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		if s.Name == name {
			return s, nil
		}
	}
	return nil, fmt.Errorf("unknown cipher suite %q", name)
}

// alerts are the names of the IANA registry "TLS Alerts".
var alerts = map[int]string{
	0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac",
	21: "decryption_failed", 22: "record_overflow", 30: "decompression_failure",
	40: "handshake_failure", 41: "no_certificate", 42: "bad_certificate",
	43: "unsupported_certificate", 44: "certificate_revoked",
	45: "certificate_expired", 46: "certificate_unknown",
	47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied",
	50: "decode_error", 51: "decrypt_error", 60: "export_restriction",
	70: "protocol_version", 71: "insufficient_security",
	80: "internal_error", 86: "inappropriate_fallback", 90: "user_canceled",
	100: "no_renegotiation", 109: "missing_extension",
	110: "unsupported_extension", 111: "certificate_unobtainable",
	112: "unrecognized_name", 113: "bad_certificate_status_response",
	114: "bad_certificate_hash_value", 115: "unknown_psk_identity",
	116: "certificate_required", 120: "no_application_protocol",
	121: "ech_required",
}

// neverFatal are the alerts that end nothing, or end it in good order (RFC 5246
// section 7.2.2, RFC 8446 section 6.1).
var neverFatal = []int{0, 90, 100}

// FatalAlerts returns the names of the alerts that end a connection.
func FatalAlerts() []string {
	var list []string
	for _, code := range slices.Sorted(maps.Keys(alerts)) {
		if !slices.Contains(neverFatal, code) {
			list = append(list, alerts[code])
		}
	}
	return list
}

// Alert finds the code of an alert by its name.
func Alert(name string) (int, bool) {
	for code, n := range alerts {
		if n == name {
			return code, true
		}
	}
	return 0, false
}

// AlertText is the name of an alert, or "alert N" if it has none.
func AlertText(code int) string {
	if name, ok := alerts[code]; ok {
		return name
	}
	return "alert " + strconv.Itoa(code)
}
