package recordedit

import (
	"fmt"
	"io"
)

// An AlertSealer makes the alert with which a TLS 1.3 server refuses the client's
// certificate. crypto/tls has a code of its own for every refusal.
type AlertSealer struct{ keys keyLog }

// KeyLog is for the KeyLogWriter of the connection's tls.Config.
func (a *AlertSealer) KeyLog() io.Writer { return &a.keys }

// Seal returns a fatal alert as the first record under the server's keys of
// application data; the suite is the one that was agreed on. The record counts
// as number zero, so nothing of crypto/tls may precede or follow it under these
// keys.
func (a *AlertSealer) Seal(suite uint16, code uint8) ([]byte, error) {
	s, ok := suites[suite]
	if !ok {
		return nil, fmt.Errorf("recordedit: cannot seal an alert with suite %#04x", suite)
	}
	logged, err := a.keys.get(labelTraffic)
	if err != nil {
		return nil, err
	}
	p, err := newTLS13(s, logged.secret)
	if err != nil {
		return nil, err
	}
	return p.seal(Alert(LevelFatal, code)), nil
}
