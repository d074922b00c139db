package engine

import (
	"crypto/tls"
	"errors"
	"net"
	"reflect"
	"strings"

	"github.com/fakemx/fakemx/internal/tlsnames"
)

const (
	alertCloseNotify            = 0
	alertUnexpectedMessage      = 10
	alertRecordOverflow         = 22
	alertHandshakeFailure       = 40
	alertBadCertificate         = 42
	alertUnsupportedCertificate = 43
	alertCertificateExpired     = 45
	alertCertificateUnknown     = 46
	alertIllegalParameter       = 47
	alertUnknownCA              = 48
	alertDecodeError            = 50
	alertDecryptError           = 51
	alertProtocolVersion        = 70
	alertInternalError          = 80
	alertCertificateRequired    = 116

	levelFatal = 2
)

// An Alert is a TLS alert that was seen.
type Alert struct {
	Code       int
	FromClient bool
}

// Name is the alert's name as in RFC 8446 section 6 and its predecessors, or
// "alert N" if it has none.
func (a Alert) Name() string { return tlsnames.AlertText(a.Code) }

// remoteAlert finds the code of an alert that the other side sent in an error
// of crypto/tls.
func remoteAlert(err error) (int, bool) { return alertIn(err, "remote error") }

// localAlert finds the code of an alert that we sent.
func localAlert(err error) (int, bool) { return alertIn(err, "local error") }

// silentAlerts are the alerts that crypto/tls sends, encrypted and without
// telling, for what a client does, by the words of its errors.
var silentAlerts = []struct {
	text string
	code int
}{
	{zeroLengthRefused, alertCertificateRequired},
	{unreadableRefused, alertDecodeError},
	{largeKeyRefused, alertBadCertificate},
	{unknownKeyRefused, alertUnsupportedCertificate},
	{"invalid signature by the client certificate", alertDecryptError},
	{"client certificate used with invalid signature algorithm", alertIllegalParameter},
	{"invalid client finished hash", alertDecryptError},
	{"client's Finished message is incorrect", alertHandshakeFailure},
	{"unexpected handshake message", alertUnexpectedMessage},
	{"too many ignored records", alertUnexpectedMessage},
	{"too many non-advancing records", alertUnexpectedMessage},
	{"tls: handshake message of length ", alertInternalError}, // one that is too long
	{"received record with version", alertProtocolVersion},
	{"oversized record received", alertRecordOverflow},
}

// ownAlert finds the code of the alert that we sent before crypto/tls returned
// an error, where no tap may have seen it.
func ownAlert(err error) (code int, sent bool) {
	if code, sent = localAlert(err); sent {
		return code, true
	}
	if r, refused := errors.AsType[*refusal](err); refused {
		return r.alert, true
	}
	for _, a := range silentAlerts {
		if strings.Contains(err.Error(), a.text) {
			return a.code, true
		}
	}
	return 0, false
}

// reason notes an error of a handshake and returns it, as crypto/tls would word
// it had it understood the alert of a TLS 1.3 client that came in clear, and
// not answered with a bad_record_mac of its own.
func (r *Result) reason(err error) error {
	if a := r.Alert(); r.NoteError(err) && a != nil && a.FromClient {
		return &net.OpError{Op: "remote error", Err: tls.AlertError(a.Code)} //nolint:gosec // alerts have 8 bits
	}
	return err
}

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
	return int(v.Uint()), true //nolint:gosec // it has 8 bits
}
