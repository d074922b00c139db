// Package policyhost serves MTA-STS policies over HTTPS for many domains on one
// listener (RFC 8461 section 3.3), rightly or wrongly. Every connection has one
// request, and is recorded, whether or not its TLS handshake completes.
package policyhost

import (
	"crypto/tls"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/fakemx/fakemx/scenarios"
)

// Limits on clients. A request that is longer, or slower, is not answered.
const (
	maxConnections = 100
	maxRequest     = 16 << 10
	maxPosted      = 4 << 20
	patience       = 30 * time.Second
)

// Path is the path of a policy (RFC 8461 section 3.2).
const Path = "/.well-known/mta-sts.txt"

// A Site is the policy host of one domain.
type Site struct {
	// Scenario is the name of the scenario, and Name that of the host.
	Scenario string
	Name     string
	// Certificate is what the host shows.
	Certificate tls.Certificate
	// Policy is the text of the policy.
	Policy string
	// HTTPS says how it is served. Its texts have no placeholders.
	HTTPS scenarios.PolicyHTTPS
	// Take takes what is posted to the host, in the goroutine of the connection,
	// and OnFetch is not told of it. If it is not nil, the host serves no policy.
	Take func(client string, request *http.Request, body []byte) Answer
}

// An Answer is how a host answers a POST.
type Answer struct {
	Status   int
	Location string // empty if there is none
	Text     string
}

// A Fetch is what a client did on one connection.
type Fetch struct {
	// At is when the connection was made, and Client from where.
	At     time.Time
	Client string
	// Scenario is that of the host that the client named in TLS; empty if there
	// is none.
	Scenario string
	// Host, Path and UserAgent are those of the request; empty if there was none.
	Host, Path, UserAgent string
	// TLS is about the handshake.
	TLS Handshake
	// Status is the status code; zero if there was no answer. Bytes is how much
	// of the policy, or of another body, was to be sent.
	Status int
	Bytes  int
	// Fault is what the host did wrong on purpose; empty if nothing.
	Fault string
}

// A Handshake is about TLS.
type Handshake struct {
	// Version is such as "1.3"; empty if it was not agreed on.
	Version string
	// ServerName is the name that the client asked for (RFC 6066 section 3).
	ServerName string
	// Completed is true if the handshake completed, and Error why it did not.
	Completed bool
	Error     string
}

// Config says what is served.
type Config struct {
	// Listen is the address, host:port; port 0 picks a free one.
	Listen string
	// Sites are all policy hosts.
	Sites []Site
	// OnFetch is told of every connection, before its request is answered or
	// when it ends without an answer, in the goroutine of the connection.
	OnFetch func(Fetch)
	// Now is the clock; nil is [time.Now].
	Now func() time.Time
}

// A Host serves policies. Its methods are safe for concurrent use.
type Host struct {
	config   Config
	sites    map[string]*Site // by name
	listener net.Listener

	mu      sync.Mutex
	closed  bool
	open    map[net.Conn]bool
	serving sync.WaitGroup
}

// New starts a host. End it with Close.
func New(c Config) (*Host, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, err
	}
	h := &Host{config: c, sites: map[string]*Site{}, listener: listener, open: map[net.Conn]bool{}}
	for i, s := range c.Sites {
		h.sites[canonical(s.Name)] = &c.Sites[i]
	}
	h.serving.Go(h.accept)
	return h, nil
}

// canonical is a name as it is compared.
func canonical(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// Replace serves a site in place of the one with the same name. Requests that have
// begun are answered as before.
func (h *Host) Replace(site Site) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sites[canonical(site.Name)] = &site
}

// site finds a site by the name that a client asks for; nil if there is none.
func (h *Host) site(name string) *Site {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.sites[canonical(name)]
}

// Addr returns the address, host:port.
func (h *Host) Addr() string { return h.listener.Addr().String() }

// Close ends all connections and waits until they are recorded. It may be called
// more than once.
func (h *Host) Close() error {
	h.mu.Lock()
	first := !h.closed
	h.closed = true
	for conn := range h.open {
		_ = conn.Close() // whoever serves it notices
	}
	h.mu.Unlock()
	var err error
	if first {
		err = h.listener.Close()
	}
	h.serving.Wait()
	return err
}

// accept serves connections until the listener is closed.
func (h *Host) accept() {
	for {
		conn, err := h.listener.Accept()
		switch {
		case err == nil && h.begin(conn):
			h.serving.Go(func() { defer h.end(conn); h.serve(conn) })
		case err == nil:
			_ = conn.Close() // there are too many, or we are closing
		case isTemporary(err):
			time.Sleep(breath) // until there are file descriptors again
		default:
			return
		}
	}
}

// breath is how long no connection is accepted after an error that passes.
const breath = 10 * time.Millisecond

// isTemporary tells of an error that is not about the listener, such as too many
// open files.
func isTemporary(err error) bool {
	temporary, ok := err.(interface{ Temporary() bool })
	return ok && temporary.Temporary()
}

// begin notes a connection, unless there are too many or the host is closed.
func (h *Host) begin(conn net.Conn) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed || len(h.open) >= maxConnections {
		return false
	}
	h.open[conn] = true
	return true
}

func (h *Host) end(conn net.Conn) {
	_ = conn.Close() // it may be closed already
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.open, conn)
}
