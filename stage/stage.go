package stage

import (
	"context"
	"crypto/x509"
	"errors"
	"slices"
	"sync"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/mxdns"
	"github.com/fakemx/fakemx/stage/internal/policyhost"
)

// A Stage is a set of peers that [New] or [Start] has started, with their DNS.
// Its methods are safe for concurrent use.
type Stage struct {
	config  Config
	anchors certgen.Anchors
	folder  folder
	events  fanout
	dns     *mxdns.Server // nil if there is none
	// policyHost serves the policies of MTA-STS; nil if there is none.
	policyHost *policyhost.Host
	steps      steps
	// reports takes TLS reports as mail; nil if they are not taken.
	reports *fakemx.Server
	kept    keptReports
	readers chan struct{} // holds a token for each that reads a report

	// settled is closed when it is known whether the stage could be started,
	// which open says: there are events only then.
	settled chan struct{}
	open    bool

	mu      sync.Mutex
	peers   []*Peer
	closing bool
	// starting are the calls that start a peer.
	starting sync.WaitGroup

	closed   sync.Once
	closeErr error
	// cut ends when sessions are to be cut off, which cutOff says.
	cut    context.Context
	cutOff context.CancelFunc
}

// New starts the policy host, what takes reports, and the peers, all at once because making keys takes
// time, and then the DNS. They are listening when New returns. End them with [Stage.Close] or
// [Stage.Shutdown]. An error is about the first peer that cannot be started, or
// is a [*PolicyHostError], a [*ReportsError] or a [*DNSError]; nothing is then left running, and temporary directories are
// removed.
func New(c Config) (*Stage, error) {
	c = c.withDefaults()
	if err := c.check(); err != nil {
		return nil, err
	}
	s := &Stage{config: c, settled: make(chan struct{}), readers: make(chan struct{}, maxReading)}
	s.cut, s.cutOff = context.WithCancel(context.Background())
	s.anchors.Dir = c.PKIDir
	s.events.most, s.events.mostBytes = c.MaxEvents, c.MaxEventBytes
	err := s.start()
	s.open = err == nil
	close(s.settled)
	if err == nil {
		return s, nil
	}
	if problem := s.Close(); problem != nil {
		err = errors.Join(err, problem)
	}
	return nil, err
}

// start starts what the configuration asks for.
func (s *Stage) start() error {
	if err := s.config.place(); err != nil {
		return err
	}
	if err := s.startPolicyHost(); err != nil {
		return err
	}
	if err := s.startReports(); err != nil {
		return err
	}
	if err := s.startPeers(); err != nil {
		return err
	}
	if s.config.writes() && len(s.config.Peers) > 0 {
		if _, err := s.Trust(); err != nil {
			return err
		}
	}
	return s.startDNS()
}

// startPeers starts the peers that are played from the start.
func (s *Stage) startPeers() error {
	peers := make([]*Peer, len(s.config.Peers))
	errs := make([]error, len(s.config.Peers))
	var starting sync.WaitGroup
	for i, c := range s.config.Peers {
		part := c.Scenario.Name
		if len(peers) == 1 {
			part = "" // the folders are its own
		}
		starting.Go(func() { peers[i], errs[i] = s.startPeer(c, part) })
	}
	starting.Wait()
	if len(s.config.Later) == 0 {
		s.anchors.Forget()
	}
	s.peers = slices.DeleteFunc(peers, func(p *Peer) bool { return p == nil })
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Play starts the peer of [Config.Later] that plays the scenario with that
// name. The peer is listening when Play returns. Options change its
// configuration before it starts. The peer may be closed before the stage, and
// played again.
func (s *Stage) Play(name string, options ...func(*fakemx.Config)) (*Peer, error) {
	i := slices.IndexFunc(s.config.Later, func(c fakemx.Config) bool { return c.Scenario.Name == name })
	if i < 0 {
		return nil, errors.New("scenario " + name + " is not in Config.Later; add it there before the stage starts")
	}
	if !s.begin() {
		return nil, errClosed
	}
	defer s.starting.Done()
	c := s.config.Later[i]
	for _, o := range options {
		if o != nil {
			o(&c)
		}
	}
	p, err := s.startPeer(c, name)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.peers = append(s.peers, p)
	return p, nil
}

// begin says whether another peer may be started; who does calls Done of
// s.starting afterwards.
func (s *Stage) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.starting.Add(1)
	return true
}

// Peers returns the running peers: those of [Config.Peers] in order, followed
// by those started with [Stage.Play].
func (s *Stage) Peers() []*Peer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.peers)
}

// Peer returns the running peer that plays the scenario with that name; nil if
// there is none.
func (s *Stage) Peer(name string) *Peer {
	for _, p := range s.Peers() {
		if p.Scenario().Name == name {
			return p
		}
	}
	return nil
}

// forget takes a peer off the stage that was closed.
func (s *Stage) forget(p *Peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.peers = slices.DeleteFunc(s.peers, func(other *Peer) bool { return other == p })
}

// Roots returns the trust anchors of all peers started so far, except those
// with their own Anchors, PKI or Certificate. The pool is empty if
// [Config.PKIDir] cannot be read; [Stage.Trust] then returns the error.
func (s *Stage) Roots() *x509.CertPool {
	roots, err := s.anchors.Roots()
	if err != nil {
		return x509.NewCertPool()
	}
	return roots
}

// Events subscribes to all events from now on. Sessions never wait for a
// subscriber: events that exceed [Config.MaxEvents] or [Config.MaxEventBytes]
// are dropped, and an [Event] in their place says how many.
func (s *Stage) Events() *Subscription { return s.events.subscribe() }

// publish tells of an event.
func (s *Stage) publish(e Event) {
	<-s.settled
	if !s.open {
		return
	}
	s.events.publish(e)
	if s.config.OnEvent != nil {
		s.config.OnEvent(e)
	}
}

// Shutdown stops accepting connections, waits for the open ones to end by
// themselves, and then closes the stage as [Stage.Close] does. If ctx ends
// first, Shutdown ends the open connections. That is not an error: their
// records say so.
func (s *Stage) Shutdown(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.cut, cancel)()
	s.closed.Do(func() { s.closeErr = s.end(ctx) })
	return s.closeErr
}

// Close ends all sessions, records them, and waits until everything the stage
// started has stopped: peers, policy host, DNS and temporary directories. It may be called
// more than once, and while Shutdown waits.
func (s *Stage) Close() error {
	s.cutOff()
	return s.Shutdown(s.cut)
}

// end ends the peers, then what takes reports, the policy host and the DNS, which
// leads to them.
func (s *Stage) end(ctx context.Context) error {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	s.starting.Wait()
	err := s.endPeers(ctx)
	if s.reports != nil {
		_ = s.reports.Shutdown(ctx)
		err = errors.Join(err, s.reports.Close()) // the same error, without that of ctx
	}
	if s.policyHost != nil {
		err = errors.Join(err, s.policyHost.Close())
	}
	if s.dns != nil {
		err = errors.Join(err, s.dns.Close())
	}
	s.anchors.Forget()
	s.events.close()
	return errors.Join(err, s.folder.remove())
}

// endPeers ends all peers at once.
func (s *Stage) endPeers(ctx context.Context) error {
	peers := s.Peers()
	errs := make([]error, len(peers))
	var ending sync.WaitGroup
	for i, p := range peers {
		ending.Go(func() {
			second := p.endSecond(ctx)
			_ = p.Server.Shutdown(ctx)
			errs[i] = errors.Join(second, p.Server.Close()) // the same error, without that of ctx
		})
	}
	ending.Wait()
	return errors.Join(errs...)
}
