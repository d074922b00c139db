package mxdns

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// A Server answers queries. Its methods are safe for concurrent use.
type Server struct {
	zones     zones
	mode      Mode
	now       func() time.Time
	forwarder *forwarder // nil without an upstream
	keys      *watchedKeys
	queries   *queries
	addr      string
	running   []*dns.Server
	serving   sync.WaitGroup
	ctx       context.Context //nolint:containedctx // it ends with the server
	cancel    context.CancelFunc
	closed    sync.Once
	err       error // of the first Close
}

// New starts a server, which is answering when New returns. End it with
// [Server.Close]. If New returns an error, nothing is left running.
func New(c Config) (*Server, error) {
	c = withDefaults(c)
	if !slices.Contains(Modes(), c.Mode) {
		return nil, fmt.Errorf("DNS server: %w", badFieldf("Mode", "expected one of %q, got %q", Modes(), c.Mode))
	}
	sockets, err := listen(c.Listen)
	if err != nil {
		return nil, fmt.Errorf("DNS server: %w", &ConfigError{"Listen", err})
	}
	s, err := newServer(c, sockets.addr)
	if err == nil {
		err = s.run(sockets)
	}
	if err != nil {
		sockets.close()
		return nil, fmt.Errorf("DNS server: %w", err)
	}
	return s, nil
}

func withDefaults(c Config) Config {
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	if c.Mode == "" {
		c.Mode = Validating
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Keys == nil {
		c.Keys = RandomKeys()
	}
	return c
}

// newServer makes a server that does not listen yet.
func newServer(c Config, addr netip.AddrPort) (*Server, error) {
	keys := &watchedKeys{KeySource: c.Keys}
	c.Keys = keys
	zones, err := buildZones(c, addr.Addr())
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{zones: zones, mode: c.Mode, now: c.Now, keys: keys, queries: newQueries(c.Now, newHook(ctx, c.OnQuery)), addr: addr.String(), ctx: ctx, cancel: cancel}
	if c.Upstream != "" {
		s.forwarder, err = newForwarder(ctx, c.Upstream, addr)
	}
	if err != nil {
		cancel()
		return nil, err
	}
	return s, nil
}

// run serves both sockets, and waits until it does: only then can they be shut
// down.
func (s *Server) run(sockets sockets) error {
	for _, server := range []*dns.Server{{Listener: sockets.tcp}, {PacketConn: sockets.udp}} {
		started := make(chan error, 2) // at the start, and at the end
		server.UDPSize = dns.DefaultMsgSize
		server.MsgAcceptFunc = accept
		server.DecorateReader = func(r dns.Reader) dns.Reader { return strictReader{r} }
		server.MaxTCPQueries = -1 // connections and their idle time are limited
		server.Handler = dns.HandlerFunc(s.reply)
		server.NotifyStartedFunc = func() { started <- nil }
		s.serving.Go(func() { started <- server.ActivateAndServe() })
		if err := <-started; err != nil {
			return errors.Join(err, s.Close())
		}
		s.running = append(s.running, server)
	}
	s.serving.Go(s.hurry)
	return nil
}

// hurry makes the keys that take long to make: a resolver that has to wait for
// one takes the server for dead.
func (s *Server) hurry() {
	for _, z := range s.zones {
		if s.ctx.Err() == nil && z.signing != nil && z.signing.Algorithm == RSASHA256 {
			_, _ = z.keys.own() // an error is kept
		}
	}
}

// Addr returns the address, host:port, for UDP and TCP.
func (s *Server) Addr() string { return s.addr }

// Queries returns the latest valid queries, oldest first, [MaxQueries] at most.
func (s *Server) Queries() []Query { return s.queries.list() }

// Close stops the server and waits until everything it started has stopped. An
// OnQuery that panicked, exited its goroutine or does not return is an error, and
// so is a key that could not be made. It may be called more than once, and
// returns the same error each time.
func (s *Server) Close() error {
	s.closed.Do(func() {
		s.cancel()
		var errs []error
		for _, server := range s.running {
			errs = append(errs, server.Shutdown())
		}
		s.serving.Wait()
		s.err = errors.Join(append(errs, s.queries.hook.end(), s.keys.end())...)
	})
	return s.err
}
