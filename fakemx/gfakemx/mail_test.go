package gfakemx_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/gfakemx"
	"github.com/fakemx/fakemx/fakemx/store"
)

func TestMailData(t *testing.T) {
	g := NewWithT(t)
	server := peer{
		sessions: []fakemx.Session{idle, delivered},
		messages: []store.Message{
			{Envelope: store.Envelope{QueueID: "Q0"}, Data: []byte("another")},
			{Envelope: store.Envelope{QueueID: "Q1"}, Data: []byte("Subject: probe\r\n\r\n5 % done\r\n")},
		},
	}
	g.Expect(server).To(gfakemx.HaveReceivedMail(gfakemx.MailData("Subject: probe\r\n")))
	g.Expect(server).To(gfakemx.HaveReceivedMail(gfakemx.MailData("5 % done")))
	g.Expect(server).To(gfakemx.HaveReceivedMail(gfakemx.MailFrom("a@a.test"), gfakemx.MailData(HaveSuffix("done\r\n"))))
	g.Expect(server).NotTo(gfakemx.HaveReceivedMail(gfakemx.MailData("another")))

	for actual, message := range map[any]string{
		&delivered: "MailData needs a server",
		&peer{sessions: []fakemx.Session{delivered}}: "MailData needs the messages",
	} {
		_, err := gfakemx.HaveReceivedMail(gfakemx.MailData("x")).Match(actual)
		g.Expect(err).To(MatchError(ContainSubstring(message)))
	}
	_, err := gfakemx.HaveReceivedMail(gfakemx.MailFrom(HaveLen(1)), gfakemx.RcptTo("b@b.test")).Match(delivered)
	g.Expect(err).NotTo(HaveOccurred())
	_, err = gfakemx.HaveReceivedMail(gfakemx.MailFrom(BeNumerically(">", 1))).Match(delivered)
	g.Expect(err).To(MatchError(ContainSubstring("HaveReceivedMail: ")))
}

// A message that has other data is shown, with what was wanted of it.
func TestMailDataMessages(t *testing.T) {
	server := peer{
		sessions: []fakemx.Session{delivered},
		messages: []store.Message{{Envelope: store.Envelope{QueueID: "Q1"}, Data: []byte("Subject: probe\r\n")}},
	}
	for name, test := range map[string]struct {
		wanted any
		tells  []string
	}{
		"a text": {"5 % off", []string{
			`received mail with data that is to contain substring "5 % off", but the client sent mail from`,
			"\nThe data of the message from <a@a.test> to <b@b.test>, <c@b.test> (accepted in TLS) does not match:\n    Expected\n",
			"<string>: Subject: probe",
			"to contain substring\n        <string>: 5 % off",
		}},
		"a matcher": {HaveSuffix("x"), []string{`data that is to have suffix "x", but`, "to have suffix\n        <string>: x"}},
		"all of two": {And(ContainSubstring("Subject"), ContainSubstring("x")), []string{
			"data that is to contain substring \"Subject\", but", "to contain substring\n        <string>: x",
		}},
		"none of it":         {Not(ContainSubstring("probe")), []string{`data that is not to contain substring "probe", but`, "not to contain substring"}},
		"an odd matcher":     {panicking{}, []string{"data that is to satisfy a gfakemx_test.panicking, but"}},
		"a long expectation": {ContainSubstring("%s", strings.Repeat("y", 1000)), []string{strings.Repeat("y", 150) + "y"}},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			m := gfakemx.HaveReceivedMail(gfakemx.MailData(test.wanted))
			g.Expect(m.Match(server)).To(BeFalse())
			for _, words := range test.tells {
				g.Expect(m.FailureMessage(server)).To(ContainSubstring("%s", words))
			}
		})
	}
}

// panicking is a matcher that cannot be asked what it wants.
type panicking struct{}

func (panicking) Match(actual any) (bool, error) {
	if actual == "" {
		panic("odd")
	}
	return false, nil
}
func (panicking) FailureMessage(any) string        { return "odd" }
func (panicking) NegatedFailureMessage(any) string { return "even" }

func TestHaveSessions(t *testing.T) {
	g := NewWithT(t)
	server := peer{sessions: []fakemx.Session{idle, delivered}, open: []fakemx.Session{digest}}
	g.Expect(server).To(gfakemx.HaveSessions(2))
	g.Expect(server).To(gfakemx.HaveSessions(BeNumerically(">", 1)))
	g.Expect(server).NotTo(gfakemx.HaveSessions(3))
	m := gfakemx.HaveSessions(BeNumerically("<", 2))
	g.Expect(m.Match(server)).To(BeFalse())
	g.Expect(m.FailureMessage(server)).To(And(
		HavePrefix("Expected the number of finished sessions to be < 2, but it is 2, the latest last:\n    healthy 127.0.0.1:1: idle\n"),
		ContainSubstring("\n1 session is still open:\n    auth-in-clear 127.0.0.1:6"),
	))
	m = gfakemx.HaveSessions(0)
	g.Expect(m.Match(peer{})).To(BeTrue())
	g.Expect(m.NegatedFailureMessage(peer{})).To(Equal("Expected the number of finished sessions not to equal 0, but it is 0"))
}
