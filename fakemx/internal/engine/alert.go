package engine

import (
	"errors"
	"net"
	"reflect"

	"github.com/fakemx/fakemx/internal/tlsnames"
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
func (a Alert) Name() string { return tlsnames.AlertText(a.Code) }

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
	return int(v.Uint()), true //nolint:gosec // it has 8 bits
}
