package fakemx

import (
	"crypto/tls"
	"io"
	"net"
	"time"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/fakemx/store"
	"github.com/fakemx/fakemx/scenarios"
)

// Defaults of [Config].
const (
	DefaultMaxMessageBytes = 25 << 20
	DefaultMaxRecipients   = 1000
	DefaultMaxConnections  = 1000
	DefaultMaxSessions     = 10_000
	DefaultMaxRecordBytes  = 64 << 20
	DefaultTimeout         = time.Minute
)

// Config says what a [Server] plays and sets its limits. Only Scenario is
// required.
type Config struct {
	// Scenario is the scenario to play.
	Scenario scenarios.Scenario
	// Listen is the TCP address, host:port; port 0 picks a free port. If empty,
	// "127.0.0.1:0".
	Listen string
	// Listener is used instead of listening on Listen, which must then be
	// empty. New takes ownership: Close closes it, and so does New if it fails.
	// If nil, New listens on Listen.
	Listener net.Listener
	// SMTPS is a second address, on which the same peer speaks TLS from the
	// first byte. If empty, there is none, unless the scenario needs one.
	SMTPS string
	// SMTPSListener is used instead of listening on SMTPS, like Listener for
	// Listen. It must accept plain TCP connections, not be a listener of
	// crypto/tls: the peer itself speaks TLS.
	SMTPSListener net.Listener
	// Hostname is the name or IP address by which clients reach the peer. The
	// healthy certificate is valid for it. If empty, "localhost"; see
	// [Server.Host].
	Hostname string
	// Domain is the name by which the peer identifies itself in its greeting,
	// in its reply to EHLO and in Received: a host name, or an address literal
	// in brackets (RFC 5321 sections 4.1.3 and 4.2). If empty, Hostname, or the
	// scenario's own name for the peer if Hostname is empty too.
	Domain string
	// Users maps authentication identities to passwords. If empty, mechanisms
	// that need a password are not offered, unless the scenario offers them as
	// bait.
	Users map[string]string
	// First, if positive, limits every fault of the scenario to the first First
	// sessions.
	First int
	// MaxMessageBytes limits the size of a message in octets (at most
	// MessageBytesLimit), MaxRecipients the recipients of a transaction, and
	// MaxConnections the connections open at once; the peer answers any further
	// connection with 421. If zero, the defaults above.
	MaxMessageBytes int64
	MaxRecipients   int
	MaxConnections  int
	// Timeout bounds every wait for the client: for a command, a handshake or
	// part of a message. It may be exceeded by up to a sixteenth. A whole
	// message may take ten times Timeout, plus Timeout for every 64 KiB
	// received. If zero, DefaultTimeout; at most TimeoutLimit.
	Timeout time.Duration
	// MaxSessions and MaxRecordBytes limit the records of finished sessions
	// that are kept, by number and by approximate memory use in bytes. The
	// oldest are evicted, and [Server.Evicted] counts them. If zero, the
	// defaults above. If MaxSessions is negative, no records are kept, and only
	// OnSession gets them.
	MaxSessions    int
	MaxRecordBytes int64
	// Store takes the accepted messages. If nil, a [store.Memory] with its
	// defaults, except that MaxBytes is twice MaxMessageBytes if that is more.
	Store store.Store
	// PKI is used instead of building one from the scenario's recipe. If nil,
	// New builds one.
	PKI *certgen.PKI
	// PKIDir keeps the PKI in this directory and reuses it as long as it is
	// valid and the recipe is the same. If empty, or if PKI is set, nothing is
	// kept.
	PKIDir string
	// Anchors shares roots among peers, so that a client needs only one set of
	// trust anchors: see [certgen.Anchors.Roots] and [certgen.Anchors.Write].
	// Call [certgen.Anchors.Forget] once all peers are started. If nil, the
	// peer has its own roots: PKIDir keeps them or, if that is empty, New
	// discards their keys before it returns. Anchors is ignored if PKI is set.
	Anchors *certgen.Anchors
	// Certificate is served instead of the PKI's chain. Clients should trust
	// the last certificate of its chain, which [Server.Roots] returns. If nil,
	// the PKI's chain is served.
	Certificate *tls.Certificate
	// Keys makes keys and serial numbers, and Now is the clock. If nil, random
	// keys and [time.Now].
	Keys certgen.KeySource
	Now  func() time.Time
	// Log receives every line of every transcript as soon as it happens,
	// prefixed with the scenario and the client's address, and finally the
	// outcome. It shows where a hanging test is stuck. Each line is one Write;
	// writes never overlap, and the session waits for them. If nil, nothing is
	// logged.
	Log io.Writer
	// OnSession is called once for every finished session, in the goroutine of
	// that session. It must not call Close. If it panics or exits its
	// goroutine, as t.FailNow does, Close returns an error that says so. If
	// nil, it is not called.
	OnSession func(Session)
}
