package fakemx

import (
	"fmt"
	"math"
	"reflect"
	"time"

	"github.com/fakemx/fakemx/fakemx/store"
)

// MessageBytesLimit is the highest MaxMessageBytes of Config, since SIZE of MAIL
// is read as 32 bits, and TimeoutLimit the longest Timeout, since it is
// multiplied.
const (
	MessageBytesLimit = math.MaxUint32
	TimeoutLimit      = 24 * time.Hour
)

// checkLimits refuses limits that make no sense, by the name of their field.
// It wants the defaults filled in.
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
		{"MaxRecordBytes", c.MaxRecordBytes, math.MaxInt64, "; MaxSessions -1 keeps no records"},
	} {
		if limit.value < 0 || limit.value > limit.most {
			return fmt.Errorf("%s: expected 0 to %d, got %d%s", limit.field, limit.most, limit.value, limit.hint)
		}
	}
	if err := checkStore(c.Store); err != nil {
		return err
	}
	if c.Timeout < 0 || c.Timeout > TimeoutLimit {
		return fmt.Errorf("%s: expected at most %s, got %s", "Timeout", TimeoutLimit, c.Timeout)
	}
	return nil
}

// checkStore refuses a store that can keep nothing.
func checkStore(s store.Store) error {
	if v := reflect.ValueOf(s); v.Kind() == reflect.Pointer && v.IsNil() {
		return fmt.Errorf("Store: expected a store, or nil for the default one, got a nil %T", s)
	}
	m, ok := s.(*store.Memory)
	if ok && (m.MaxMessages < 0 || m.MaxBytes < 0) {
		return fmt.Errorf("Store: expected MaxMessages and MaxBytes of 0 or more, got %d and %d; store.Discard keeps no messages",
			m.MaxMessages, m.MaxBytes)
	}
	return nil
}
