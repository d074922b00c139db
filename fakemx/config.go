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

// Defaults of Config.
const (
	DefaultMaxMessageBytes = 25 << 20
	DefaultMaxRecipients   = 1000
	DefaultMaxConnections  = 1000
	DefaultMaxSessions     = 10_000
	DefaultMaxRecordBytes  = 64 << 20
	DefaultTimeout         = time.Minute
)

// Config says what a Server plays and within which limits. Only Scenario is
// needed.
type Config struct {
	// Scenario is what to play.
	Scenario scenarios.Scenario
	// Listen is the TCP address, host:port; port 0 picks one. If empty,
	// "127.0.0.1:0".
	Listen string
	// Listener is served in place of a listener on Listen, which must be empty
	// then. New takes it over: it is closed by Close, and by New when that
	// fails. If nil, New listens on Listen.
	Listener net.Listener
	// SMTPS is a second address on which the same peer speaks TLS from the
	// first byte. If empty, there is none, unless the scenario is about that.
	SMTPS string
	// SMTPSListener is to SMTPS what Listener is to Listen. TLS is the peer's
	// to speak: it must not be a listener of crypto/tls.
	SMTPSListener net.Listener
	// Hostname is the name by which clients reach the peer, or an IP address.
	// The healthy certificate is for it too. If empty, "localhost"; see
	// [Server.Hostname].
	Hostname string
	// Domain is the name that the peer gives itself in its greeting, in its
	// reply to EHLO and in Received: a host name, or an address literal in
	// brackets (RFC 5321 sections 4.1.3 and 4.2). If empty, Hostname, or the
	// scenario's own if that is empty too.
	Domain string
	// Users are passwords by authentication identity. If empty, mechanisms
	// that need a password are not offered, unless the scenario is a bait.
	Users map[string]string
	// First, if above zero, limits every fault of the scenario to the first N
	// sessions.
	First int
	// MaxMessageBytes bounds a message, MaxRecipients a transaction and
	// MaxConnections the connections open at once; one more gets a 421. If
	// zero, the defaults above. MessageBytesLimit is the highest
	// MaxMessageBytes.
	MaxMessageBytes int64
	MaxRecipients   int
	MaxConnections  int
	// Timeout bounds every wait for the client, to a sixteenth of it: a
	// command, a handshake, a piece of a message. A message as a whole has ten
	// times Timeout, and Timeout more for every 64 KiB that have come. If zero,
	// DefaultTimeout; TimeoutLimit at most.
	Timeout time.Duration
	// MaxSessions and MaxRecordBytes bound the records of finished sessions
	// that are kept, by their number and by about how much memory they take;
	// the oldest are evicted, which Evicted counts. If zero, the defaults
	// above. If MaxSessions is negative, none are kept, and OnSession is the
	// only way to them.
	MaxSessions    int
	MaxRecordBytes int64
	// Store takes accepted messages. If nil, a store.Memory with its defaults,
	// but for MaxBytes, which is twice MaxMessageBytes if that is more.
	Store store.Store
	// PKI is used in place of one built from the scenario's recipe. If nil,
	// New builds one.
	PKI *certgen.PKI
	// PKIDir keeps the PKI in a folder and uses it again, as long as it is
	// valid and the recipe is the same. If empty, or with PKI, nothing is
	// kept.
	PKIDir string
	// Anchors shares roots among peers, so that a client can be told once whom
	// to trust: Anchors.Roots and Anchors.Write have what it needs. Call its
	// Forget when all peers are started. If nil, the peer has roots of its
	// own, which PKIDir keeps, and else their keys are forgotten when New
	// returns. It does not matter with PKI.
	Anchors *certgen.Anchors
	// Certificate is served in place of the PKI's chain. Clients are to trust
	// the last certificate of its chain, which [Server.Roots] has. If nil, the
	// PKI's chain is served.
	Certificate *tls.Certificate
	// Keys and Now are the sources of keys and of the time. If nil, random
	// keys and time.Now.
	Keys certgen.KeySource
	Now  func() time.Time
	// Log gets every line of every transcript as soon as it is said, behind the
	// scenario and the client's address, and at last the outcome, so that a test
	// which hangs shows where. A session waits until its line is written; one
	// line is one Write, and there is one at a time. If nil, nothing is logged.
	Log io.Writer
	// OnSession is called once for every finished session, from the session's
	// own goroutine, which must not call Close. If it panics or leaves its
	// goroutine, as t.FailNow does, the error of Close says so. If nil, it is
	// not called.
	OnSession func(Session)
}
