package engine

import (
	"errors"
	"net"
	"reflect"
	"strconv"
)

const (
	alertCloseNotify         = 0
	alertUnexpectedMessage   = 10
	alertBadCertificate      = 42
	alertDecodeError         = 50
	alertDecryptError        = 51
	alertCertificateRequired = 116

	levelFatal = 2
)

// An Alert is a TLS alert that was seen.
type Alert struct {
	Code       int
	FromClient bool
}

// Name is the alert's name as in RFC 8446 section 6 and its predecessors, or
// "alert N" if it has none.
func (a Alert) Name() string {
	if name, ok := alertNames[a.Code]; ok {
		return name
	}
	return "alert " + strconv.Itoa(a.Code)
}

// AlertCode finds an alert by its name.
func AlertCode(name string) (int, bool) {
	for code, n := range alertNames {
		if n == name {
			return code, true
		}
	}
	return 0, false
}

// alertNames are the names of the IANA registry "TLS Alerts".
var alertNames = map[int]string{
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

// remoteAlert finds the code of an alert that the other side sent in an error
// of crypto/tls.
func remoteAlert(err error) (int, bool) { return alertIn(err, "remote error") }

// localAlert finds the code of an alert that we sent.
func localAlert(err error) (int, bool) { return alertIn(err, "local error") }

// alertIn reads the alert's value by reflection: its type is not exported and
// is no tls.AlertError.
func alertIn(err error, side string) (int, bool) {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != side || op.Err == nil {
		return 0, false
	}
	v := reflect.ValueOf(op.Err)
	if v.Kind() != reflect.Uint8 {
		return 0, false
	}
	return int(v.Uint()), true
}
