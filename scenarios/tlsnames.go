package scenarios

import (
	"crypto/tls"
	"slices"
)

// tlsVersions are the versions a peer can speak, oldest first.
var tlsVersions = []string{"1.0", "1.1", "1.2", "1.3"}

// groups are the named groups a peer can use (IANA "TLS Supported Groups").
var groups = []string{"secp256r1", "secp384r1", "secp521r1", "x25519", "X25519MLKEM768"}

// alerts are the fatal alerts of RFC 8446 section 6 and its predecessors.
var alerts = []string{
	"unexpected_message", "bad_record_mac", "decryption_failed", "record_overflow",
	"decompression_failure", "handshake_failure", "no_certificate", "bad_certificate",
	"unsupported_certificate", "certificate_revoked", "certificate_expired",
	"certificate_unknown", "illegal_parameter", "unknown_ca", "access_denied",
	"decode_error", "decrypt_error", "export_restriction", "protocol_version",
	"insufficient_security", "internal_error", "inappropriate_fallback",
	"missing_extension", "unsupported_extension", "certificate_unobtainable",
	"unrecognized_name", "bad_certificate_status_response",
	"bad_certificate_hash_value", "unknown_psk_identity", "certificate_required",
	"no_application_protocol", "ech_required",
}

// cipherSuite finds a suite by its IANA name; nil if there is none.
func cipherSuite(name string) *tls.CipherSuite {
	for _, s := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		if s.Name == name {
			return s
		}
	}
	return nil
}
