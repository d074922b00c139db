package fakemx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx/internal/auth"
	"github.com/fakemx/fakemx/fakemx/internal/engine"
	"github.com/fakemx/fakemx/fakemx/internal/front"
	"github.com/fakemx/fakemx/fakemx/internal/responder"
	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/scenarios"
)

// A Server is a running peer. Its methods are safe for concurrent use.
type Server struct {
	config   Config
	scenario scenarios.Scenario
	peer     scenarios.Peer // with its placeholders replaced
	pki      *certgen.PKI
	store    store.Store
	now      func() time.Time

	listener net.Listener
	smtps    net.Listener // nil if there is none
	front    *front.Front
	inner    *smtp.Server
	serving  sync.WaitGroup
	calls    calls
	closing  atomic.Bool // listeners fail since they are closed
	closed   sync.Once
	closeErr error
	patience time.Duration // of Close

	recording recording
	// responder answers for the URLs in the certificates; nil if there are
	// none.
	responder *responder.Responder
	files     filesOnce
	records   records
}

// New starts a peer, which is listening when New returns. End it with
// [Server.Close] or [Server.Shutdown]. If New returns an error, nothing is left
// running.
//
// An invalid field of Config is reported as a [*ConfigError].
func New(c Config) (*Server, error) {
	err := c.checkListeners()
	if err == nil {
		c = withDefaults(c)
		err = c.check()
	}
	if err != nil {
		closeAll(c.Listener, c.SMTPSListener)
		return nil, err
	}
	s := &Server{config: c, scenario: c.Scenario, now: c.Now, store: c.Store, patience: closePatience}
	s.records.maxCount, s.records.maxOctets = c.MaxSessions, c.MaxRecordBytes
	if err := s.listen(); err != nil {
		closeAll(s.listener, s.smtps, c.Listener, c.SMTPSListener)
		return nil, err
	}
	if err := s.prepare(); err != nil {
		s.closeListeners()
		if s.responder != nil {
			_ = s.responder.Close()
		}
		if _, ok := errors.AsType[*ConfigError](err); !ok {
			err = fmt.Errorf("scenario %s: %w", c.Scenario.Name, err)
		}
		return nil, err
	}
	s.start()
	return s, nil
}

func withDefaults(c Config) Config {
	if c.Listen == "" && c.Listener == nil {
		c.Listen = "127.0.0.1:0"
	}
	if c.SMTPS == "" && c.SMTPSListener == nil && c.Scenario.ReachAt == scenarios.ReachAtSMTPS {
		address := c.Listen
		if c.Listener != nil {
			address = c.Listener.Addr().String()
		}
		c.SMTPS = net.JoinHostPort(hostOf(address), "0")
	}
	if c.MaxMessageBytes == 0 {
		c.MaxMessageBytes = DefaultMaxMessageBytes
	}
	if c.MaxRecipients == 0 {
		c.MaxRecipients = DefaultMaxRecipients
	}
	if c.MaxConnections == 0 {
		c.MaxConnections = DefaultMaxConnections
	}
	if c.MaxSessions == 0 {
		c.MaxSessions = DefaultMaxSessions
	}
	if c.MaxRecordBytes == 0 {
		c.MaxRecordBytes = DefaultMaxRecordBytes
	}
	if c.Store == nil {
		c.Store = &store.Memory{MaxBytes: max(store.DefaultMaxBytes, 2*c.MaxMessageBytes)}
	}
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// listen begins to listen, where the caller has not.
func (s *Server) listen() (err error) {
	if s.listener, err = listenOn(s.config.Listener, s.config.Listen); err != nil {
		return badField("Listen", err)
	}
	if s.config.SMTPS != "" || s.config.SMTPSListener != nil {
		s.smtps, err = listenOn(s.config.SMTPSListener, s.config.SMTPS)
	}
	return badField("SMTPS", err)
}

// listenOn returns the listener, or a new one on a TCP address if that is nil.
func listenOn(given net.Listener, address string) (net.Listener, error) {
	if given != nil {
		return given, nil
	}
	// Every wait for a client has its limit, so that connections need not be
	// probed.
	l := net.ListenConfig{KeepAlive: -1}
	return l.Listen(context.Background(), "tcp", address)
}

func (s *Server) closeListeners() { closeAll(s.listener, s.smtps) }

// closeAll closes the listeners that there are.
func closeAll(listeners ...net.Listener) {
	for _, l := range listeners {
		if l != nil && !isNil(l) {
			_ = l.Close()
		}
	}
}

// prepare makes what the scenario needs: the peer, its PKI, its engine.
func (s *Server) prepare() error {
	s.peer = s.playedPeer()
	s.recording = recording{
		now: s.now, finish: s.publish, fetched: s.fetched, repeats: newRepeats(s.peer), live: newLiveLog(s.config.Log),
		flawless: s.config.Certificate == nil && scenarios.Same(scenarios.Healthy(), s.scenario.Peer),
	}
	if err := s.preparePKI(); err != nil {
		return err
	}
	e, err := engine.New(s.peer.TLS, s.pki, engine.Options{Certificate: s.config.Certificate, Now: s.now})
	if err != nil && s.config.PKI != nil {
		return badField("PKI", err)
	}
	if err != nil {
		return err
	}
	s.front = front.New(front.Options{
		Peer: s.peer, Engine: e, Mechanisms: s.mechanisms,
		MaxMessageBytes: s.config.MaxMessageBytes, MaxConnections: s.config.MaxConnections,
		Timeout: s.config.Timeout, Now: s.now, Observe: s.observe,
	})
	s.inner = s.newInner()
	return nil
}

func (s *Server) preparePKI() error {
	s.pki = s.config.PKI
	if s.pki != nil {
		return nil
	}
	vars := s.config.pkiVars(s.listenAddrs())
	if s.scenario.Peer.PKI.Mentions(responderVar) {
		r, err := responder.Listen(net.JoinHostPort(hostOf(s.Addr()), "0"), s.now)
		if err != nil {
			return err
		}
		s.responder = r
		vars[responderVar] = []string{r.URL()}
	}
	anchors := s.config.Anchors
	if anchors == nil {
		anchors = &certgen.Anchors{Dir: s.config.PKIDir}
		defer anchors.Forget()
	}
	var err error
	o := certgen.Options{Now: s.config.Now, Keys: s.config.Keys, Vars: vars, Anchors: anchors}
	if s.config.PKIDir != "" {
		s.pki, _, err = certgen.LoadOrBuild(s.config.PKIDir, s.scenario.Peer.PKI, o)
		if _, ok := errors.AsType[*fs.PathError](err); ok {
			err = badField("PKIDir", err)
		}
	} else {
		s.pki, err = certgen.Build(s.scenario.Peer.PKI, o)
	}
	if err == nil && s.responder != nil {
		s.responder.Serve(s.pki)
	}
	return err
}

// hostOf is the host of a listener's address, loopback if it is not on IP.
func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return "127.0.0.1"
	}
	return host
}

// listenAddrs are the IP addresses of the listeners.
func (s *Server) listenAddrs() []netip.Addr {
	addrs := []netip.Addr{remoteIP(s.listener.Addr())}
	if s.smtps != nil {
		addrs = append(addrs, remoteIP(s.smtps.Addr()))
	}
	return addrs
}

// responderVar stands in a recipe for the base URL of the peer's HTTP
// responder.
const responderVar = "{responder}"

// playedPeer is the scenario's peer with its placeholders replaced and the
// limits of Config applied.
func (s *Server) playedPeer() scenarios.Peer {
	peer := s.scenario.Peer
	sc := s.scenario
	sc.Peer.Hostname = s.config.domain()
	peer.Hostname = sc.Peer.Hostname
	peer.SMTP.Greeting = sc.Expand(peer.SMTP.Greeting)
	if alternate := peer.TLS.Alternate; alternate != nil && s.config.First > 0 {
		limited := *alternate
		limited.First = s.config.First
		peer.TLS.Alternate = &limited
	}
	peer.Faults = slices.Clone(peer.Faults)
	for i := range peer.Faults {
		peer.Faults[i].Text = sc.Expand(peer.Faults[i].Text)
		if m := peer.Faults[i].Match; m != nil {
			peer.Faults[i].Match = &scenarios.Match{Mail: sc.Expand(m.Mail), Rcpt: sc.Expand(m.Rcpt), Parameter: m.Parameter}
		}
		if s.config.First > 0 {
			peer.Faults[i].First = s.config.First
		}
	}
	return peer
}

func (s *Server) mechanisms(r *engine.Result) []string {
	return auth.Mechanisms(s.peer.SMTP.Auth.Mechanisms, s.authOptions(r))
}

func (s *Server) newInner() *smtp.Server {
	inner := smtp.NewServer(smtp.BackendFunc(s.newBackend))
	inner.Domain = s.peer.Hostname
	inner.AllowInsecureAuth = true // the front decides where AUTH is taken
	inner.MaxLineLength = 0        // the front holds the limits of lines and of time
	inner.MaxMessageBytes = s.config.MaxMessageBytes
	inner.MaxRecipients = s.config.MaxRecipients
	inner.ErrorLog = log.New(io.Discard, "", 0) // what happens stands in the records
	offers := func(keyword string) bool { return slices.Contains(s.peer.SMTP.Extensions, keyword) }
	inner.EnableSMTPUTF8 = offers("SMTPUTF8")
	inner.EnableDSN = offers("DSN")
	inner.EnableREQUIRETLS = offers("REQUIRETLS")
	inner.EnableBINARYMIME = offers("BINARYMIME")
	return inner
}

func (s *Server) start() {
	s.serving.Go(func() { s.serve(s.front) })
	s.serving.Go(func() { s.serve(s.front.Accepting(s.listener, false)) })
	if s.smtps != nil {
		s.serving.Go(func() { s.serve(s.front.Accepting(s.smtps, true)) })
	}
}

func (s *Server) serve(l net.Listener) {
	if err := s.inner.Serve(l); err != nil && !s.closing.Load() {
		s.calls.keep(fmt.Errorf("listener at %s accepts no more connections: %w", l.Addr(), err))
	}
}

func (s *Server) observe(remote, local net.Addr) front.Observer {
	return &recorder{
		recording: &s.recording, transcript: transcripts.Get().(*transcript), conduct: newConduct(),
		s: Session{
			ID: newID(), Scenario: s.scenario.Name, Remote: remote.String(), Local: local.String(), Started: s.now(),
			Transactions: []Transaction{}, Flags: []Flag{},
		},
	}
}

// newID is 16 characters that name a session or a message. It is unique, not
// secret.
func newID() string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz234567"
	var id [16]byte
	for i := 0; i < len(id); i += len(id) / 2 {
		random := rand.Uint64() //nolint:gosec // no secret
		for j := range len(id) / 2 {
			id[i+j] = alphabet[random%uint64(len(alphabet))]
			random /= uint64(len(alphabet))
		}
	}
	return string(id[:])
}

func (s *Server) newQueueID() string { return newID() }
