package gfakemx

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/format"
	"github.com/onsi/gomega/types"

	"github.com/fakemx/fakemx/fakemx"
)

// A MailOption restricts [HaveReceivedMail] to certain messages.
type MailOption func(*mail)

// mail is what HaveReceivedMail looks for; what is nil does not matter.
type mail struct {
	from, to, data types.GomegaMatcher
	inClear        *bool
	wanted         []string
	kept           messages // of the last actual; nil if it keeps none
}

// MailFrom requires that the reverse-path, without brackets, equals an address
// or satisfies a matcher.
func MailFrom(address any) MailOption {
	return func(m *mail) {
		m.from = equal(address)
		m.wanted = append(m.wanted, "from "+describe("an address", address))
	}
}

// RcptTo requires that one of the accepted forward-paths, without brackets,
// equals an address or satisfies a matcher.
func RcptTo(address any) MailOption {
	return func(m *mail) {
		m.to = gomega.ContainElement(equal(address))
		m.wanted = append(m.wanted, "to "+describe("an address", address))
	}
}

// MailData requires that the stored message, including its trace field,
// contains a text or, as a string, satisfies a matcher. It needs a server that
// keeps its messages in memory.
func MailData(text any) MailOption {
	return func(m *mail) {
		m.data, _ = text.(types.GomegaMatcher)
		if m.data == nil {
			m.data = gomega.ContainSubstring("%s", fmt.Sprint(text))
		}
		m.wanted = append(m.wanted, "with data that is "+wish(m.data, ""))
	}
}

// InTLS requires that the message was sent inside TLS, whatever Received says.
func InTLS() MailOption {
	return func(m *mail) {
		m.inClear = new(bool)
		m.wanted = slices.Insert(m.wanted, 1, "in TLS")
	}
}

// InClear requires that the message was sent outside TLS, whatever Received
// says.
func InClear() MailOption {
	return func(m *mail) {
		outside := true
		m.inClear = &outside
		m.wanted = slices.Insert(m.wanted, 1, "in clear")
	}
}

// HaveReceivedMail succeeds if an accepted message satisfies all options.
func HaveReceivedMail(options ...MailOption) types.GomegaMatcher {
	want := &mail{wanted: []string{"have received mail"}}
	for _, o := range options {
		o(want)
	}
	return &matcher{
		name:   "HaveReceivedMail",
		wanted: strings.Join(want.wanted, " "),
		holds:  want.in,
		found:  foundMail,
		detail: want.why,
	}
}

// in tells whether a session has such mail.
func (m *mail) in(s fakemx.Session, kept messages) (bool, error) {
	m.kept = kept
	for _, t := range s.Transactions {
		if !t.Accepted {
			continue
		}
		if ok, err := m.is(t); ok || err != nil {
			return ok, err
		}
	}
	switch {
	case !s.Accepted.Any() || !s.LeftOut.Any():
		return false, nil
	case m.anyMail():
		return true, nil
	}
	return false, errNotRecorded
}

func (m *mail) anyMail() bool {
	return m.from == nil && m.to == nil && m.data == nil && m.inClear == nil
}

// errNotRecorded: what a matcher looks for may be what the record had no room
// for. A client must not hide its mail behind a thousand transactions.
var errNotRecorded = errors.New("a session record is full, and the transactions left out of it are unknown")

// is tells whether a transaction is as wanted. The data, which take longest and
// which not every server has, come last.
func (m *mail) is(t fakemx.Transaction) (bool, error) {
	if ok, err := m.enveloped(t); !ok || err != nil || m.data == nil {
		return ok, err
	}
	data, err := dataOf(t, m.kept)
	if err != nil {
		return false, err
	}
	return m.data.Match(data)
}

// enveloped tells whether all but the data is as wanted.
func (m *mail) enveloped(t fakemx.Transaction) (bool, error) {
	if m.inClear != nil && *m.inClear != t.InClear {
		return false, nil
	}
	if ok, err := satisfies(m.from, t.From); !ok || err != nil {
		return false, err
	}
	return satisfies(m.to, t.To)
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
		return "", errors.New("MailData needs a server: a session record does not hold the message")
	}
	for _, m := range kept.Messages() {
		if m.QueueID == t.QueueID {
			return string(m.Data), nil
		}
	}
	return "", errors.New("MailData needs the messages, but the server does not keep them in memory; use a store.Memory")
}

func foundMail(s fakemx.Session) string {
	if len(s.Transactions) == 0 {
		return "no mail was sent"
	}
	var found []string
	for _, t := range s.Transactions {
		found = append(found, sketch(t))
	}
	return "the client sent mail " + strings.Join(found, " and ")
}

// sketch is a transaction in a few words.
func sketch(t fakemx.Transaction) string {
	fate := "not accepted"
	if t.Accepted {
		fate = "accepted in TLS"
		if t.InClear {
			fate = "accepted in clear"
		}
	}
	return fmt.Sprintf("from <%s> to <%s> (%s)", t.From, strings.Join(t.To, ">, <"), fate)
}

// why tells of the mail of a session that would do but for its data, in the words
// of the matcher for them.
func (m *mail) why(s fakemx.Session) string {
	if m.data == nil {
		return ""
	}
	var b strings.Builder
	for _, t := range s.Transactions {
		if ok, err := m.enveloped(t); !ok || err != nil || !t.Accepted {
			continue
		}
		data, err := dataOf(t, m.kept)
		if err != nil {
			continue
		}
		if ok, err := m.data.Match(data); !ok && err == nil {
			fmt.Fprintf(&b, "\nThe data of the message %s does not match:\n%s", sketch(t), format.IndentString(m.data.FailureMessage(data), 1))
		}
	}
	return b.String()
}
