package audit

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// A probe is one scenario under audit: a running peer, and a message to a
// recipient that no other probe has.
type probe struct {
	scenario scenarios.Scenario
	// maxSessions and maxOctets bound sessions.
	maxSessions int
	maxOctets   int64

	server   *fakemx.Server
	host     string // by which the client is to reach it
	files    certgen.Files
	to       string
	message  string // the path of the file
	text     []byte // what is in it
	post     *postOffice
	arrived  chan struct{} // closed when a session ends that delivered for good
	once     sync.Once
	mu       sync.Mutex
	grace    context.Context // that sessions have to end; nil before
	sessions []fakemx.Session
	octets   int64   // of sessions, about
	leftOut  LeftOut // what is beyond the bounds
	cutOff   []string
	stored   int // messages that were stored for the recipient
	strayed  []string
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

// values are what the placeholders stand for.
func (p *probe) values(from, user, password string) map[string]string {
	_, port, _ := net.SplitHostPort(p.address())
	return map[string]string{
		"host": p.host, "port": port, "scheme": p.scheme(),
		"ca": p.files.CA, "ca_dir": p.files.CADir, "ca_p12": p.files.PKCS12,
		"from": from, "to": p.to, "message": p.message,
		"user": user, "password": password, "scenario": p.scenario.Name,
	}
}

// deliveries is how many messages have been stored by now. It counts one before
// the client hears of it.
func (p *probe) deliveries() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stored
}

// finished takes the record of a session with the probe's peer. One that is
// about other recipients alone is not the probe's.
func (p *probe) finished(s fakemx.Session) {
	if p.post.sort(p, s) {
		return
	}
	p.keep(s)
	delivered := s.Outcome == fakemx.DeliveredTLS || s.Outcome == fakemx.DeliveredClear
	if delivered && !withheld(s) {
		p.once.Do(func() { close(p.arrived) })
	}
}

// withheld: the client did not get the reply to its message, so that it has to
// deliver once more.
func withheld(s fakemx.Session) bool {
	do, dot := strings.CutPrefix(s.Fault, string(scenarios.AtDot)+" ")
	return dot && do != string(scenarios.DoDrip)
}

// keep adds a session to the evidence, or sums it up if there are too many. The
// first is kept however long it is, so that there is one to look at.
func (p *probe) keep(s fakemx.Session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	size := octetsOf(s)
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

// octetsOf is about how much memory a record takes.
func octetsOf(s fakemx.Session) int64 {
	const fixed = 1 << 10
	n := fixed + len(s.Transactions)*fixed
	for _, l := range s.Transcript {
		n += len(l.Text) + 64
	}
	return int64(n)
}

// close lets open sessions end, for a while, and closes the peer.
func (p *probe) close() {
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
		Runs: runs, Sessions: slices.Clone(p.sessions), LeftOut: p.leftOut, CutOff: slices.Clone(p.cutOff),
		Elsewhere: slices.Clone(p.strayed), Problem: problem,
	}
	slices.SortStableFunc(e.Sessions, func(a, b fakemx.Session) int { return a.Started.Compare(b.Started) })
	return e
}

// A postOffice knows all probes by their recipients, so that a message that
// turns up at another peer is known for whose it is.
type postOffice struct {
	mu     sync.Mutex
	probes map[string]*probe
}

func newPostOffice() *postOffice { return &postOffice{probes: map[string]*probe{}} }

func (o *postOffice) register(p *probe) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.probes[strings.ToLower(p.to)] = p
}

// sort reports whether a session with the peer of p is about other recipients
// alone, and tells the probes they belong to.
func (o *postOffice) sort(p *probe, s fakemx.Session) bool {
	foreign := false
	for _, t := range s.Transactions {
		for _, to := range t.To {
			if strings.EqualFold(to, p.to) {
				return false
			}
			foreign = true
			o.stray(p, to, t.Accepted)
		}
	}
	return foreign
}

// stray tells the probe of a recipient where its message has got to.
func (o *postOffice) stray(at *probe, to string, accepted bool) {
	o.mu.Lock()
	owner := o.probes[strings.ToLower(to)]
	o.mu.Unlock()
	if owner == nil || !accepted {
		return
	}
	owner.mu.Lock()
	defer owner.mu.Unlock()
	if !slices.Contains(owner.strayed, at.scenario.Name) {
		owner.strayed = append(owner.strayed, at.scenario.Name)
	}
}

// Create implements fakemx.Store: messages are counted, not kept.
func (p *probe) Create(e fakemx.Envelope) (fakemx.MessageWriter, error) {
	w, err := fakemx.DiscardStore().Create(e)
	if slices.ContainsFunc(e.To, func(to string) bool { return strings.EqualFold(to, p.to) }) {
		w = &countingWriter{MessageWriter: w, probe: p}
	}
	return w, err
}

// A countingWriter tells the probe of a message that is committed.
type countingWriter struct {
	fakemx.MessageWriter
	probe *probe
}

// Commit implements fakemx.MessageWriter.
func (w *countingWriter) Commit() error {
	err := w.MessageWriter.Commit()
	if err == nil {
		w.probe.mu.Lock()
		w.probe.stored++
		w.probe.mu.Unlock()
	}
	return err
}

// writeMessage writes the probe's message into a folder, as it goes on the
// wire.
func (p *probe) writeMessage(dir, author, id string, now time.Time) error {
	p.text = fmt.Appendf(nil, "From: <%s>\r\nTo: <%s>\r\nSubject: fakemx probe %s\r\nDate: %s\r\nMessage-ID: <%s@fakemx.test>\r\n"+
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThis is a probe of fakemx audit. It plays %s.\r\n",
		author, p.to, p.scenario.Name, now.Format(time.RFC1123Z), id, p.scenario.Name)
	p.message = filepath.Join(dir, p.scenario.Name+"-"+id+".eml")
	return os.WriteFile(p.message, p.text, 0o600)
}
