package legacy

import (
	"crypto/tls"
	"fmt"
	"strings"
)

// An AlertLevel is the severity of an Alert.
type AlertLevel uint8

// The levels of RFC 5246 section 7.2.
const (
	LevelWarning AlertLevel = 1
	LevelFatal   AlertLevel = 2
)

// An Alert is a TLS alert (RFC 5246 section 7.2).
type Alert struct {
	Level AlertLevel
	// Code is the number of the IANA registry "TLS Alerts".
	Code uint8
}

// String is the number and what it stands for, as in "40 (handshake failure)".
func (a Alert) String() string {
	name := tls.AlertError(a.Code).Error()
	return fmt.Sprintf("%d (%s)", a.Code, strings.TrimPrefix(name, "tls: "))
}

// The alerts that this server sends.
const (
	alertCloseNotify           = 0
	alertUnexpectedMessage     = 10
	alertBadRecordMAC          = 20
	alertRecordOverflow        = 22
	alertHandshakeFailure      = 40
	alertUnsupportedCert       = 43
	alertIllegalParameter      = 47
	alertDecodeError           = 50
	alertDecryptError          = 51
	alertProtocolVersion       = 70
	alertInternalError         = 80
	alertInappropriateFallback = 86
	alertNoRenegotiation       = 100
	alertUnrecognizedName      = 112
)

// An AlertError is a fatal alert that ended a connection.
type AlertError struct {
	Alert Alert
	// Received: the client sent it; otherwise the server did.
	Received bool
	// Reason is what the server found wrong; nil if Received.
	Reason error
}

// Error names the alert and the reason.
func (e *AlertError) Error() string {
	if e.Received {
		return fmt.Sprintf("legacy tls: client sent alert %v", e.Alert)
	}
	return fmt.Sprintf("legacy tls: sent alert %v: %v", e.Alert, e.Reason)
}

// Unwrap returns the reason.
func (e *AlertError) Unwrap() error { return e.Reason }

// fatal is an error that makes the connection send an alert and break off.
// The format's %w is kept for errors.Is.
func fatal(code uint8, format string, args ...any) error {
	return &AlertError{Alert: Alert{Level: LevelFatal, Code: code}, Reason: fmt.Errorf(format, args...)}
}
