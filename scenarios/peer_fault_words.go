package scenarios

import (
	"fmt"
	"strconv"
	"strings"
)

// Limits describes the sessions or commands to which the fault is limited by
// what the client does: addresses, numbers, rates, versions of TLS. It is empty
// if there are no such limits, and for counts of sessions that start with the
// first.
func (f Fault) Limits() string {
	words := f.Match.words()
	if spared := f.Spares(); spared != "" {
		words = append(words, spared)
	}
	if f.TLSVersion != "" {
		words = append(words, "in TLS "+string(f.TLSVersion))
	}
	return strings.Join(words, ", ")
}

// Spares returns the part of [Fault.Limits] that says how much the fault spares
// before it strikes; empty if it spares nothing.
func (f Fault) Spares() string {
	words := f.After.words()
	if r := f.Rate; r != nil {
		within, _ := r.Within.MarshalText() // which never fails
		words = append(words, fmt.Sprintf("when more than %d sessions come within %s", r.Sessions, strings.Replace(string(within), "m0s", "m", 1)))
	}
	return strings.Join(words, ", ")
}

// words say to which addresses, or to which parameter, a fault is limited.
func (m *Match) words() []string {
	var words []string
	if m != nil && m.Parameter != "" {
		words = append(words, "where MAIL has the parameter "+m.Parameter)
	}
	if m != nil && m.Mail != "" {
		words = append(words, "where the reverse-path is "+m.Mail)
	}
	if m != nil && m.Rcpt != "" {
		words = append(words, "where the recipient is "+m.Rcpt)
	}
	return words
}

// words say what has to have come before a fault strikes.
func (a *After) words() []string {
	if a == nil {
		return nil
	}
	var words []string
	for _, part := range []struct {
		n    int
		what string
	}{{a.Sessions, "session"}, {a.Messages, "message of a session"}, {a.Recipients, "recipient of a message"}} {
		if part.n > 0 {
			words = append(words, fmt.Sprintf("after the %s %s", ordinal(part.n), part.what))
		}
	}
	return words
}

// ordinal is 1st, 2nd, 3rd, 4th and so on.
func ordinal(n int) string {
	switch {
	case n%10 == 1 && n%100 != 11:
		return strconv.Itoa(n) + "st"
	case n%10 == 2 && n%100 != 12:
		return strconv.Itoa(n) + "nd"
	case n%10 == 3 && n%100 != 13:
		return strconv.Itoa(n) + "rd"
	}
	return strconv.Itoa(n) + "th"
}
