package fakemx

import (
	"errors"
	"math"
	"time"

	"github.com/fakemx/fakemx/fakemx/store"
)

// MessageBytesLimit is the highest [Config.MaxMessageBytes]: the SIZE parameter
// of MAIL is read as a 32-bit number. TimeoutLimit is the highest
// [Config.Timeout], which is multiplied for whole messages.
const (
	MessageBytesLimit = math.MaxUint32
	TimeoutLimit      = 24 * time.Hour
)

// check refuses what makes no sense, by the name of its field. It wants the
// defaults filled in, and checkListeners to be done.
func (c Config) check() error {
	for _, check := range []func() error{
		c.checkNames, c.checkUsers, c.checkLimits, c.checkStore, c.checkPKI, c.checkCertificate, c.checkScenario,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (c Config) checkScenario() error {
	if c.Scenario.Name == "" && c.Scenario.Peer.Hostname == "" {
		return badFieldf("Scenario", "expected one, such as scenarios.MustGet(%q), got none", "expired")
	}
	return badField("Scenario", c.Scenario.Validate())
}

// checkUsers refuses what nobody can authenticate with.
func (c Config) checkUsers() error {
	for identity, password := range c.Users {
		if identity == "" || password == "" {
			return badFieldf("Users", "expected an identity and a password each, got %q with a password of %d bytes", identity, len(password))
		}
	}
	return nil
}

func (c Config) checkListeners() error {
	switch {
	case isNil(c.Listener):
		return badFieldf("Listener", "expected a listener, or nil to listen on Config.Listen, got a nil %T", c.Listener)
	case isNil(c.SMTPSListener):
		return badFieldf("SMTPSListener", "expected a listener, or nil to listen on Config.SMTPS, got a nil %T", c.SMTPSListener)
	case c.Listener != nil && c.Listen != "":
		return badFieldf("Listener", "expected Config.Listen to be empty, since Listener is set, got %q", c.Listen)
	case c.SMTPSListener != nil && c.SMTPS != "":
		return badFieldf("SMTPSListener", "expected Config.SMTPS to be empty, since SMTPSListener is set, got %q", c.SMTPS)
	}
	return nil
}

func (c Config) checkLimits() error {
	for _, limit := range []struct {
		field       string
		value, most int64
		hint        string
	}{
		{"First", int64(c.First), math.MaxInt64, ""},
		{"MaxMessageBytes", c.MaxMessageBytes, MessageBytesLimit, ""},
		{"MaxRecipients", int64(c.MaxRecipients), math.MaxInt64, ""},
		{"MaxConnections", int64(c.MaxConnections), math.MaxInt64, ""},
		{"MaxRecordBytes", c.MaxRecordBytes, math.MaxInt64, "; to keep no records, set MaxSessions to -1"},
	} {
		if limit.value < 0 || limit.value > limit.most {
			return badFieldf(limit.field, "expected 0 to %d, got %d%s", limit.most, limit.value, limit.hint)
		}
	}
	if c.Timeout < 0 || c.Timeout > TimeoutLimit {
		return badFieldf("Timeout", "expected at most %s, got %s", TimeoutLimit, c.Timeout)
	}
	return nil
}

// checkStore refuses a store that can keep nothing.
func (c Config) checkStore() error {
	if isNil(c.Store) {
		return badFieldf("Store", "expected a store, or nil for the default one, got a nil %T", c.Store)
	}
	m, ok := c.Store.(*store.Memory)
	if ok && (m.MaxMessages < 0 || m.MaxBytes < 0) {
		return badFieldf("Store", "expected MaxMessages and MaxBytes of 0 or more, got %d and %d; to keep no messages, use store.Discard",
			m.MaxMessages, m.MaxBytes)
	}
	return nil
}

func (c Config) checkPKI() error {
	if c.PKI != nil && len(c.PKI.Names()) == 0 {
		return badField("PKI", errors.New("expected a PKI made by certgen.Build or certgen.LoadOrBuild, got an empty one"))
	}
	return nil
}
