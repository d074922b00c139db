package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fakemx/fakemx/internal/addrpattern"
	"github.com/fakemx/fakemx/scenarios"
)

// maxMessages and maxRecipients bound what one scenario has a client send.
const (
	maxMessages   = 20
	maxRecipients = 200
)

// An Envelope is the envelope of a message given to a client. A fault limited
// to a recipient applies to the last one.
type Envelope struct {
	From string   `json:"from"`
	To   []string `json:"to"`
}

// A load is what a client is to send in a scenario, one message after another:
// the usual one, to a single recipient, and more where a fault is limited to what
// comes later, or to somebody else.
type load struct {
	envelopes []Envelope
	// inTurn: the fault counts sessions, so that each message is to have one of
	// its own.
	inTurn bool
	// inSteps: what the domain publishes changes between the messages.
	inSteps bool
	// short says why that is not enough for one of the faults; empty if it is.
	short string
}

// loadOf derives from a scenario's faults what it takes to meet them. The
// addresses are those of the usual message. An MTA finds the peer by the
// recipient's domain alone.
func loadOf(s scenarios.Scenario, from, to string, mta bool) load {
	l := load{envelopes: []Envelope{{from, []string{to}}}}
	b := loader{load: &l, scenario: s, from: from, to: to, mta: mta, recipients: 1}
	for _, f := range s.Peer.Faults {
		b.add(f)
	}
	return l
}

// A loader makes a load.
type loader struct {
	*load
	scenario   scenarios.Scenario
	from, to   string
	mta        bool
	recipients int // that have a name by now
}

// add sees to it that a fault is met.
func (b *loader) add(f scenarios.Fault) {
	before, inTurn := spared(f)
	if before == 0 && b.met(f) {
		return
	}
	switch {
	case before >= maxMessages:
		b.short = fmt.Sprintf("that needs %d messages, and an audit sends %d at most", before+1, maxMessages)
		return
	case f.After != nil && f.After.Recipients >= maxRecipients:
		b.short = fmt.Sprintf("that needs more recipients than the %d to which an audit sends a message at most", maxRecipients)
		return
	}
	list := slices.Clone(b.envelopes)
	for len(list) < before {
		list = append(list, Envelope{b.from, []string{b.next()}})
	}
	e := b.envelope(f)
	if b.mta && domainOf(e.struck()) != domainOf(b.to) {
		b.short = "no address at " + domainOf(b.to) + " matches that, and the MTA has no route to another domain"
		return
	}
	b.inTurn = b.inTurn || inTurn
	if before == 0 && (f.First > 0 || f.Every > 1) {
		b.envelopes = slices.Insert(list, 0, e) // for the first session, which is struck
		return
	}
	b.envelopes = append(list, e)
}

// met: the usual message is one that the fault is meant for.
func (b *loader) met(f scenarios.Fault) bool {
	if f.After != nil && f.After.Recipients > 0 {
		return false
	}
	mail, rcpt := b.patterns(f)
	return b.sender(mail) == b.from && addrpattern.Fitting(rcpt, b.to) == b.to
}

// patterns are those of the addresses that a fault is limited to; empty if it
// is not.
func (b *loader) patterns(f scenarios.Fault) (mail, rcpt string) {
	if f.Match == nil {
		return "", ""
	}
	return b.scenario.Expand(f.Match.Mail), b.scenario.Expand(f.Match.Rcpt)
}

// spared is how many messages a fault lets pass, and whether each of them has to
// come in a session of its own.
func spared(f scenarios.Fault) (messages int, inTurn bool) {
	if a := f.After; a != nil {
		messages, inTurn = max(a.Sessions, a.Messages), a.Sessions > 0
	}
	if r := f.Rate; r != nil {
		messages, inTurn = max(messages, r.Sessions), true
	}
	return messages, inTurn
}

// envelope is one that a fault strikes. At RCPT somebody else stands in front of
// the recipient that it is meant for; elsewhere the two would share one fate.
func (b *loader) envelope(f scenarios.Fault) Envelope {
	mail, rcpt := b.patterns(f)
	others := 0
	if f.After != nil {
		others = f.After.Recipients
	}
	if rcpt != "" && f.At == scenarios.AtRCPT {
		others = max(others, 1)
	}
	e := Envelope{From: b.sender(mail)}
	for range others {
		e.To = append(e.To, b.next())
	}
	e.To = append(e.To, addrpattern.Fitting(rcpt, b.next()))
	return e
}

// sender is one that fits a pattern. Who has none to go by takes the default.
func (b *loader) sender(pattern string) string {
	if addrpattern.Fitting(pattern, b.from) == b.from {
		return b.from
	}
	return addrpattern.Fitting(pattern, cmp.Or(b.from, DefaultFrom))
}

// next is a recipient that no other message has.
func (b *loader) next() string {
	b.recipients++
	local, domain, _ := strings.Cut(b.to, "@")
	return local + "-" + strconv.Itoa(b.recipients) + "@" + domain
}

// struck is the recipient that a fault is meant for.
func (e Envelope) struck() string { return e.To[len(e.To)-1] }

// domainOf is what stands behind the @.
func domainOf(address string) string { return address[strings.LastIndex(address, "@")+1:] }

// owed: whoever tries often enough can deliver to the recipient.
func owed(s scenarios.Scenario, to string) bool { return s.PeerFor(to).TakesMail() }
