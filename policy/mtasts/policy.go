package mtasts

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// A Mode says what a sender does if a policy fails to validate (RFC 8461
// section 5).
type Mode string

// The modes.
const (
	// ModeEnforce forbids delivery to hosts that the policy does not allow.
	ModeEnforce Mode = "enforce"
	// ModeTesting asks for a report about such hosts, and lets mail be delivered
	// to them.
	ModeTesting Mode = "testing"
	// ModeNone is a policy that says that there is none any more. Senders that
	// hold another one replace it.
	ModeNone Mode = "none"
)

// MaxMaxAge is the maximum of max_age in seconds: a year of 365.25 days (RFC
// 8461 section 3.2).
const MaxMaxAge = 31557600

// A Policy is what a policy host serves (RFC 8461 section 3.2). Get one from
// [ParsePolicy].
type Policy struct {
	// Version is "STSv1".
	Version string
	// Mode is enforce, testing or none.
	Mode Mode
	// MX are the patterns of the hosts that take mail for the domain, in their
	// order. There is at least one, unless the mode is none.
	MX []Pattern
	// MaxAge is max_age in seconds, as published. It has up to ten digits, and
	// some such numbers are too large for a [time.Duration]; see
	// [Policy.Lifetime].
	MaxAge int64
	// Extensions are the fields with other keys, in their order. Of several with
	// the same key, only the first one is here.
	Extensions []Field
}

// Lifetime returns for how long a sender keeps the policy, counted from when it
// was last fetched: max_age, but [MaxMaxAge] at most.
func (p Policy) Lifetime() time.Duration {
	return time.Duration(min(p.MaxAge, MaxMaxAge)) * time.Second
}

// Matches reports whether one of the policy's patterns matches a host. See
// [Pattern.Matches].
func (p Policy) Matches(host string) bool {
	for _, pattern := range p.MX {
		if pattern.Matches(host) {
			return true
		}
	}
	return false
}

// String returns the policy as it is served: a line per field, each ending with
// CRLF. An empty version is written as STSv1. It does not check the fields.
func (p Policy) String() string {
	var b strings.Builder
	line := func(key, value string) { fmt.Fprintf(&b, "%s: %s\r\n", key, value) }
	line("version", cmp.Or(p.Version, Version))
	line("mode", string(p.Mode))
	for _, pattern := range p.MX {
		line("mx", string(pattern))
	}
	line("max_age", fmt.Sprint(p.MaxAge))
	for _, field := range p.Extensions {
		line(field.Key, field.Value)
	}
	return b.String()
}
