package audit

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// A probe is one scenario under audit: a running peer, and messages to
// recipients that no other probe has.
type probe struct {
	scenario scenarios.Scenario
	// maxSessions and maxOctets bound sessions.
	maxSessions int
	maxOctets   int64

	server   *stage.Peer
	host     string // by which the client is to reach it
	dns      string // the address of the DNS; empty if there is none
	trust    certgen.TrustFiles
	load     load
	letters  []letter // of the load's envelopes
	post     *postOffice
	arrived  chan struct{}   // closed when all that is to come has been delivered for good
	life     context.Context // ends when no more is to be waited for
	end      context.CancelFunc
	once     sync.Once
	mu       sync.Mutex
	grace    context.Context // that sessions have to end; nil before
	sessions []fakemx.Session
	octets   int64   // of sessions, about
	leftOut  LeftOut // what is beyond the bounds
	cutOff   []string
	stored   int // messages that were stored and are the probe's
	given    int // letters that the client was given
	progress progress
	step     *Step // nil before
	strayed  []string
	unheeded int // kicks after which the wait was given up
	lookups  []PolicyLookup
	// lastBegan and lastEnded are when sessions last did, whoever they were for.
	lastBegan, lastEnded time.Time
}

// address is where the client is to reach the peer.
func (p *probe) address() string {
	if p.scenario.ReachAt == scenarios.ReachAtSMTPS {
		return p.server.SMTPSAddr()
	}
	return p.server.Addr()
}

// scheme is how TLS begins there.
func (p *probe) scheme() string {
	if p.scenario.ReachAt == scenarios.ReachAtSMTPS {
		return "smtps"
	}
	return "smtp"
}

// target is what a driver is told of a letter.
func (p *probe) target(l letter, user, password string) Target {
	_, port, _ := net.SplitHostPort(p.address())
	return Target{
		Scenario: p.scenario, Host: p.host, Port: port, DNS: p.dns, Scheme: p.scheme(),
		CAFile: p.trust.CA, CADir: p.trust.CADir, CAPKCS12: p.trust.PKCS12,
		PolicyHost: p.server.PolicyHostAddr(), RequireTLS: p.scenario.Message.RequireTLS,
		From: l.From, To: l.struck(), Recipients: l.To, Message: l.text, MessageFile: l.file, User: user, Password: password, probe: p,
	}
}

// gives notes that the client is given so many letters by now.
func (p *probe) gives(letters int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.given = letters
}

// gave is how many letters the client was given by now.
func (p *probe) gave() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.given
}

// owed are the letters that the client has still to be given.
func (p *probe) owed() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.letters)
	if p.load.inSteps {
		n = min(n, lettersAround) // another one comes only after a fetch
	}
	return n - p.given
}

// addressed: the probe has sent to that recipient.
func (p *probe) addressed(to string) bool {
	return slices.ContainsFunc(p.load.envelopes, func(e Envelope) bool {
		return slices.ContainsFunc(e.To, func(own string) bool { return strings.EqualFold(own, to) })
	})
}

// deliveries is how many messages have been stored by now. It counts one before
// the client hears of it.
func (p *probe) deliveries() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stored
}

// finished takes the record of a session with the probe's peer. One that is
// about other probes' recipients alone is not the probe's.
func (p *probe) finished(s fakemx.Session) {
	p.saw(s.Started, s.Ended)
	switch p.post.sort(p, s) {
	case toOthers:
		return
	case toStrangers:
		p.noteFlags(s)
		return
	}
	p.keep(s)
	delivered := s.Outcome == fakemx.DeliveredTLS || s.Outcome == fakemx.DeliveredClear
	if len(p.load.envelopes) > 1 {
		delivered = p.advance(s)
	}
	if delivered && !withheld(s) {
		p.once.Do(func() { close(p.arrived) })
	}
}

// withheld: the client did not get the reply to its message, so that it has to
// deliver once more. Where a fault replied in our place, what was delivered was
// answered 2yz.
func withheld(s fakemx.Session) bool {
	answered := s.Fault.Do == scenarios.DoDrip || s.Fault.Do == scenarios.DoReply
	return s.Fault.At == scenarios.AtDot && !answered
}

// keep adds a session to the evidence, or sums it up if there are too many. The
// first is kept however long it is, so that there is one to look at.
func (p *probe) keep(s fakemx.Session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	size := int64(len(s.AppendJSON(nil)))
	if n := len(p.sessions); n > 0 && (n >= p.maxSessions || p.octets+size > p.maxOctets) {
		p.leftOut.add(s)
		return
	}
	p.sessions = append(p.sessions, s)
	p.octets += size
	if p.grace != nil && p.grace.Err() != nil {
		p.cutOff = append(p.cutOff, s.ID)
	}
}

// noteFlags adds to the evidence that a session took place and what its flags
// are, since a client answers for these whoever the mail is for. What it
// delivered is no answer to the probe's message.
func (p *probe) noteFlags(s fakemx.Session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.leftOut.add(fakemx.Session{Flags: s.Flags})
}

// close lets open sessions end, for a while, and closes the peer.
func (p *probe) close() {
	defer p.end()
	grace, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	p.mu.Lock()
	p.grace = grace
	p.mu.Unlock()
	_ = p.server.Shutdown(grace) // whom it cuts off is in the evidence
}

// evidence is what was seen; call it when the peer is closed.
func (p *probe) evidence(runs []CommandRun, problem string) Evidence {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := Evidence{
		Envelopes: slices.Clone(p.load.envelopes[:p.given]), Runs: runs, Sessions: slices.Clone(p.sessions), LeftOut: p.leftOut, CutOff: slices.Clone(p.cutOff),
		Elsewhere: slices.Clone(p.strayed), Problem: problem, Unheeded: p.unheeded, Step: p.step.clone(),
	}
	if p.server != nil && p.server.SecondHost() != nil {
		e.SecondHost = p.server.SecondHost().Addr()
	}
	slices.SortStableFunc(e.Sessions, func(a, b fakemx.Session) int { return a.Started.Compare(b.Started) })
	return e
}

// A postOffice knows all probes by their recipients, so that a message that
// turns up at another peer is known for whose it is.
type postOffice struct {
	// strangers: an MTA's peers are sent other mail as well, such as what it
	// bounces. A command is run for one probe, so that whatever comes to its
	// peer is that probe's, unless it is another's.
	strangers bool
	// sender is whom what cannot be delivered is returned to.
	sender string

	mu     sync.Mutex
	probes map[string]*probe
}

func newPostOffice(strangers bool, sender string) *postOffice {
	return &postOffice{strangers: strangers, sender: sender, probes: map[string]*probe{}}
}

func (o *postOffice) register(p *probe) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range p.load.envelopes {
		for _, to := range e.To {
			o.probes[strings.ToLower(to)] = p
		}
	}
}

// A mailbag is whose recipients a session is about.
type mailbag int

// The mailbags. A session without recipients is its peer's probe's, and so is
// one whose record does not name them all.
const (
	toProbe     mailbag = iota // the probe among others
	toOthers                   // other probes alone
	toStrangers                // nobody who has a probe, and maybe others
)

// sort says whose a session with the peer of p is, and tells the other probes
// what of theirs was accepted there.
func (o *postOffice) sort(p *probe, s fakemx.Session) mailbag {
	found := map[mailbag]bool{toProbe: s.LeftOut.Any()}
	for _, t := range s.Transactions {
		for _, to := range t.To {
			bag, owner := o.bag(p, t.From, to)
			found[bag] = true
			if bag == toOthers && t.Accepted {
				owner.strays(p)
			}
		}
	}
	switch {
	case found[toProbe]:
		return toProbe
	case found[toStrangers]:
		return toStrangers
	case found[toOthers]:
		return toOthers
	}
	return toProbe
}

// bag says whose a recipient is at the peer of p: a client may have rewritten
// p's, by a tag for example. What comes without a sender for the one who sent is
// returned mail (RFC 5321 section 4.5.5), which is no delivery of the message.
func (o *postOffice) bag(p *probe, from, to string) (mailbag, *probe) {
	if p.addressed(to) {
		return toProbe, p
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	switch owner := o.probes[strings.ToLower(to)]; {
	case owner != nil:
		return toOthers, owner
	case o.strangers, from == "" && strings.EqualFold(to, o.sender):
		return toStrangers, nil
	}
	return toProbe, p
}

// strays notes that the probe's message has got to the peer of another.
func (p *probe) strays(at *probe) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Contains(p.strayed, at.scenario.Name) {
		p.strayed = append(p.strayed, at.scenario.Name)
	}
}

// Create implements store.Store: messages are counted, not kept.
func (p *probe) Create(e store.Envelope) (store.Writer, error) {
	w, err := new(store.Discard).Create(e)
	if slices.ContainsFunc(e.To, func(to string) bool { bag, _ := p.post.bag(p, e.From, to); return bag == toProbe }) {
		w = &countingWriter{Writer: w, probe: p, to: e.To}
	}
	return w, err
}

// A countingWriter tells the probe of a message that is committed.
type countingWriter struct {
	store.Writer
	probe *probe
	to    []string
}

// Commit implements store.Writer.
func (w *countingWriter) Commit() error {
	err := w.Writer.Commit()
	if err == nil {
		w.probe.keeps(w.to)
	}
	return err
}
