package gfakemx

import (
	"errors"
	"fmt"
	"strings"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/fakemx/fakemx/fakemx"
)

// A MailOption narrows HaveReceivedMail down.
type MailOption func(*mail)

// mail is what HaveReceivedMail looks for; what is nil does not matter.
type mail struct {
	from, to, data types.GomegaMatcher
	wanted         []string
}

// MailFrom wants a reverse-path: the address itself, without brackets, or a
// matcher for it.
func MailFrom(address any) MailOption {
	return func(m *mail) {
		m.from = equal(address)
		m.wanted = append(m.wanted, "from "+describe(address))
	}
}

// RcptTo wants a forward-path among those that were accepted: the address
// itself, without brackets, or a matcher that one of them must satisfy.
func RcptTo(address any) MailOption {
	return func(m *mail) {
		m.to = gomega.ContainElement(equal(address))
		m.wanted = append(m.wanted, "to "+describe(address))
	}
}

// MailData wants something of the message as it was stored, trace field and
// all: a text that it must contain, or a matcher for the whole as a string.
// Only a server that keeps its messages in memory has them.
func MailData(text any) MailOption {
	return func(m *mail) {
		m.data, _ = text.(types.GomegaMatcher)
		if m.data == nil {
			m.data = gomega.ContainSubstring(fmt.Sprint(text))
		}
		m.wanted = append(m.wanted, "with data "+describe(text))
	}
}

// HaveReceivedMail succeeds if a message was accepted that satisfies all
// options.
func HaveReceivedMail(options ...MailOption) types.GomegaMatcher {
	want := mail{wanted: []string{"have received mail"}}
	for _, o := range options {
		o(&want)
	}
	return &matcher{
		name:   "HaveReceivedMail",
		wanted: strings.Join(want.wanted, " "),
		holds:  want.in,
		found:  foundMail,
	}
}

// in tells whether a session has such mail.
func (m mail) in(s fakemx.Session, kept messages) (bool, error) {
	for _, t := range s.Transactions {
		if !t.Accepted {
			continue
		}
		if ok, err := m.is(t, kept); ok || err != nil {
			return ok, err
		}
	}
	switch {
	case !s.Accepted.Any() || !s.LeftOut.Any():
		return false, nil
	case m.from == nil && m.to == nil && m.data == nil:
		return true, nil
	}
	return false, errNotRecorded
}

// errNotRecorded: what a matcher looks for may be what the record had no room
// for. A client must not hide its mail behind a thousand transactions.
var errNotRecorded = errors.New("the record of a session is full, and what is left out of it is not known")

func (m mail) is(t fakemx.Transaction, kept messages) (bool, error) {
	if ok, err := satisfies(m.from, t.From); !ok || err != nil {
		return false, err
	}
	if ok, err := satisfies(m.to, t.To); !ok || err != nil {
		return false, err
	}
	if m.data == nil {
		return true, nil
	}
	data, err := dataOf(t, kept)
	if err != nil {
		return false, err
	}
	return satisfies(m.data, data)
}

func satisfies(m types.GomegaMatcher, actual any) (bool, error) {
	if m == nil {
		return true, nil
	}
	return m.Match(actual)
}

// dataOf returns the message that a transaction brought.
func dataOf(t fakemx.Transaction, kept messages) (string, error) {
	if kept == nil {
		return "", errors.New("MailData needs the server, the record of a session does not hold the message")
	}
	for _, m := range kept.Messages() {
		if m.QueueID == t.QueueID {
			return string(m.Data), nil
		}
	}
	return "", errors.New("MailData needs the messages, but the server does not keep them in memory")
}

func foundMail(s fakemx.Session) string {
	if len(s.Transactions) == 0 {
		return "no mail was sent"
	}
	var found []string
	for _, t := range s.Transactions {
		fate := "not accepted"
		if t.Accepted {
			fate = "accepted"
		}
		found = append(found, fmt.Sprintf("from <%s> to <%s> (%s)", t.From, strings.Join(t.To, ">, <"), fate))
	}
	return "there was mail " + strings.Join(found, " and ")
}

// equal makes a value a matcher that equals it; matchers stay.
func equal(v any) types.GomegaMatcher {
	if m, ok := v.(types.GomegaMatcher); ok {
		return m
	}
	return gomega.Equal(v)
}

// describe is what a failure message says of a value or matcher.
func describe(v any) string {
	if m, ok := v.(types.GomegaMatcher); ok {
		return fmt.Sprintf("that satisfies %T", m)
	}
	return fmt.Sprintf("%q", v)
}
