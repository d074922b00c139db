package legacy

import "errors"

// addRecord puts content into the flight that is being gathered.
func (c *Conn) addRecord(typ recordType, content []byte) error {
	c.outMu.Lock()
	defer c.outMu.Unlock()
	return c.out.add(typ, content)
}

// addChangeCipherSpec adds the message and seals what follows it.
func (c *Conn) addChangeCipherSpec() error {
	c.outMu.Lock()
	defer c.outMu.Unlock()
	if err := c.out.add(typeChangeCipherSpec, []byte{1}); err != nil {
		return err
	}
	c.out.protection = c.next
	return nil
}

func (c *Conn) setWriteVersion(version uint16) {
	c.outMu.Lock()
	defer c.outMu.Unlock()
	c.out.version = version
}

// flush sends the flight.
func (c *Conn) flush() error {
	c.outMu.Lock()
	defer c.outMu.Unlock()
	return c.out.flush()
}

// abort sends the alert that an error asks for, and returns the error.
func (c *Conn) abort(err error) error {
	if a, ok := errors.AsType[*AlertError](err); ok && !a.Received {
		// The reason is worth more than a failure to send it.
		_ = c.sendAlert(a.Alert)
	}
	return err
}

// sendAlert sends an alert, and what is left of a flight before it. Nothing
// follows a fatal one.
func (c *Conn) sendAlert(a Alert) error {
	c.outMu.Lock()
	defer c.outMu.Unlock()
	if c.outErr != nil {
		return c.outErr
	}
	c.shared.update(func(s *State) { s.SentAlert = &a })
	if a.Level == LevelFatal {
		c.outErr = errShutdown
	}
	return c.writeAlert(a)
}

// writeAlert needs outMu.
func (c *Conn) writeAlert(a Alert) error {
	if err := c.out.add(typeAlert, []byte{byte(a.Level), a.Code}); err != nil {
		return err
	}
	return c.out.flush()
}
