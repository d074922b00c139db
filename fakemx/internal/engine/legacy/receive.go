package legacy

import (
	"bytes"
	"io"

	"golang.org/x/crypto/cryptobyte"
)

// nextContent returns the next record that has content and is no alert. The
// functions of this file need inMu.
func (c *Conn) nextContent() (recordType, []byte, error) {
	for range maxIdle {
		typ, content, err := c.in.next()
		switch {
		case err != nil:
			return 0, nil, err
		case typ == typeAlert:
			if err := c.receiveAlert(content); err != nil {
				return 0, nil, err
			}
		case len(content) > 0:
			return typ, content, nil
		case typ != typeApplicationData:
			// RFC 5246 section 6.2.1 allows it for application data alone.
			return 0, nil, fatal(alertUnexpectedMessage, "empty record of type %d", typ)
		}
	}
	return 0, nil, fatal(alertUnexpectedMessage, "%d records in a row bring nothing", maxIdle)
}

// receiveAlert notes an alert. The error is nil for warnings and io.EOF for
// close_notify.
func (c *Conn) receiveAlert(content []byte) error {
	s := cryptobyte.String(content)
	var level, code uint8
	if !s.ReadUint8(&level) || !s.ReadUint8(&code) || !s.Empty() {
		return fatal(alertDecodeError, "expected an alert of 2 octets, got %d", len(content))
	}
	if code == alertCloseNotify {
		return io.EOF
	}
	alert := Alert{Level: AlertLevel(level), Code: code}
	c.shared.update(func(s *State) { s.ReceivedAlert = &alert })
	if alert.Level == LevelWarning {
		return nil
	}
	return &AlertError{Alert: alert, Received: true}
}

// readMessage returns the next handshake message, header included.
func (c *Conn) readMessage() ([]byte, error) {
	for {
		raw, err := c.messages.next()
		if raw != nil || err != nil {
			return raw, err
		}
		typ, content, err := c.nextContent()
		if err != nil {
			return nil, err
		}
		if typ != typeHandshake {
			return nil, fatal(alertUnexpectedMessage, "expected a handshake record, got type %d", typ)
		}
		c.messages.data = append(c.messages.data, content...)
	}
}

// readChangeCipherSpec reads the message and opens what follows it with p.
func (c *Conn) readChangeCipherSpec(version uint16, p protection) error {
	if len(c.messages.data) > 0 {
		return fatal(alertUnexpectedMessage, "expected ChangeCipherSpec, got a handshake message")
	}
	typ, content, err := c.nextContent()
	if err != nil {
		return err
	}
	if typ != typeChangeCipherSpec || !bytes.Equal(content, []byte{1}) {
		return fatal(alertUnexpectedMessage, "expected ChangeCipherSpec, got a record of type %d", typ)
	}
	c.in.version, c.in.protection = version, p
	return nil
}

// fill reads records until there is application data. An attempt to
// renegotiate is turned down and otherwise ignored (RFC 5246 section 7.2.2).
func (c *Conn) fill() error {
	if len(c.messages.data) > 0 {
		return fatal(alertUnexpectedMessage, "unexpected data behind the client's Finished")
	}
	for range maxIdle {
		typ, content, err := c.nextContent()
		switch {
		case err != nil:
			return err
		case typ == typeApplicationData:
			c.plain = content
			return nil
		case typ != typeHandshake:
			return fatal(alertUnexpectedMessage, "expected application data, got a record of type %d", typ)
		}
		if err := c.sendAlert(Alert{Level: LevelWarning, Code: alertNoRenegotiation}); err != nil {
			return err
		}
	}
	return fatal(alertUnexpectedMessage, "client insists on renegotiation")
}
