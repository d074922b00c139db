package stage

import (
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/mxdns"
	"github.com/fakemx/fakemx/scenarios"
)

// Defaults of [Config].
const (
	DefaultMaxEvents     = 1000
	DefaultMaxEventBytes = 16 << 20
)

// Config says what is on a [Stage]. Its zero value is an empty stage.
type Config struct {
	// Peers are played from the start. No two of them may play scenarios with
	// the same name. Their fields have the defaults of fakemx.Config, except
	// that Listen, Anchors, PKIDir, Store and Now, if empty, are set from the
	// fields below. If empty, no peer is played from the start.
	Peers []fakemx.Config
	// Later are peers that [Stage.Play] starts on demand. The DNS leads to them
	// from the start, so with a DNS their Listen must be an address, not a
	// name. If empty, New discards the roots' keys before it returns; otherwise
	// they are discarded when the stage is closed.
	Later []fakemx.Config
	// Network gives each peer without a Listen or Listener the [Address] of its
	// scenario's number, the same one in every run. Port is the port of all of
	// these peers; port 0 picks a free one. If Network is zero, such a peer
	// listens on a free port of 127.0.0.1.
	Network netip.Prefix
	Port    int
	// DNS is the address, host:port, on which the DNS that leads to the peers
	// answers over UDP and TCP; port 0 picks a free one. If empty, there is no
	// DNS.
	DNS string
	// DNSMode says whether the DNS plays a resolver that validates or a name
	// server. If empty, mxdns.Validating.
	DNSMode mxdns.Mode
	// Upstream is the resolver to which the DNS forwards queries for all other
	// names, an address with or without a port. If empty, they are refused.
	Upstream string
	// PolicyHost is the address, host:port, on which the MTA-STS policies of the
	// scenarios are served over HTTPS (RFC 8461 section 3.3); port 0 picks a
	// free one. A client that cannot be told otherwise asks at port 443. With a
	// DNS, it must have an IP address, to which mta-sts.NAME.fakemx.test leads.
	// If empty, there is no policy host, and no such name.
	PolicyHost string
	// HeldSteps are names of scenarios whose steps do not come by themselves:
	// [Stage.Step] takes them.
	HeldSteps []string
	// Reports is the address, host:port, at which TLS reports are taken as mail
	// (RFC 8460 section 5.3) for reports.fakemx.test; port 0 picks a free one.
	// With a PolicyHost they are taken over HTTPS too, at
	// https://post.reports.fakemx.test. Every scenario that publishes no TLSRPT
	// record of its own then publishes a right one. With a DNS, it must have an
	// IP address. If empty, no reports are taken.
	Reports string
	// PKIDir keeps the PKIs and their roots in this directory, and what the keys of
	// the DNS zones are made from, and reuses them.
	// If empty, they are made anew and kept nowhere.
	PKIDir string
	// Dir is the directory for the files that clients need: the trust anchors,
	// and a subdirectory for each peer. If empty, PKIDir; if that is empty too,
	// a temporary directory, which is created when needed and removed at the
	// end.
	Dir string
	// PeerFiles writes each peer's files, such as its chain and key, to Dir
	// when the peer starts. If false, only the files of peers whose PKI is kept
	// are written.
	PeerFiles bool
	// MessagesDir keeps the messages that peers accept in a Maildir for each
	// peer, unless the peer has its own Store. If empty, each peer keeps them
	// in memory.
	MessagesDir string
	// OnEvent is called with every event, in the goroutine of the session or
	// the query, which waits for it. It may be called from several goroutines
	// at once. It is not called before all of Peers are listening, nor if the
	// stage cannot be started. If nil, it is not called.
	OnEvent func(Event)
	// MaxEvents and MaxEventBytes limit the events that wait in a
	// [Subscription], by number and by approximate memory use in bytes. If
	// zero, the defaults above.
	MaxEvents     int
	MaxEventBytes int64
	// Now is the clock of the DNS, of the policy host, and of peers that have none of their own. If
	// nil, [time.Now].
	Now func() time.Time
}

// withDefaults fills in what is zero.
func (c Config) withDefaults() Config {
	if c.MaxEvents == 0 {
		c.MaxEvents = DefaultMaxEvents
	}
	if c.MaxEventBytes == 0 {
		c.MaxEventBytes = DefaultMaxEventBytes
	}
	return c
}

// check refuses what cannot be played.
func (c *Config) check() error {
	names := map[string]bool{}
	for i := range len(c.Peers) + len(c.Later) {
		name, of := c.peer(i).Scenario.Name, "Peers"
		if i >= len(c.Peers) {
			of = "Later"
		}
		if names[name] {
			return field(of, "scenario %q is given twice; give each peer its own name", name)
		}
		if err := c.reportsNamed(name); err != nil {
			return err
		}
		names[name] = true
	}
	switch {
	case c.MaxEvents < 0:
		return field("MaxEvents", "expected 0 or more, got %d", c.MaxEvents)
	case c.MaxEventBytes < 0:
		return field("MaxEventBytes", "expected 0 or more, got %d", c.MaxEventBytes)
	case c.Port < 0 || c.Port > 65535:
		return field("Port", "expected 0 to 65535, got %d", c.Port)
	case c.Port != 0 && !c.Network.IsValid():
		return field("Port", "expected 0 without Network, got %d; give each of Peers its own Listen", c.Port)
	case c.DNS == "" && c.DNSMode != "":
		return field("DNSMode", "expected none without DNS, got %q", c.DNSMode)
	case c.DNS == "" && c.Upstream != "":
		return field("Upstream", "expected none without DNS, got %q", c.Upstream)
	}
	return nil
}

// field is the error of a field of Config.
func field(name, format string, args ...any) error {
	return &fakemx.ConfigError{Field: name, Err: fmt.Errorf(format, args...)}
}

// writes says whether peers have their files in the stage's folder.
func (c Config) writes() bool { return c.PeerFiles || c.PKIDir != "" }

// place gives peers without a Listen an address out of the network.
func (c *Config) place() error {
	if !c.Network.IsValid() {
		return nil
	}
	c.Peers, c.Later = slices.Clone(c.Peers), slices.Clone(c.Later)
	numbers := c.numbers()
	highest := slices.Max(append(numbers, scenarios.LastNumber()))
	for i := range numbers {
		peer := c.peer(i)
		if peer.Listen != "" || peer.Listener != nil {
			continue
		}
		addr, err := Address(c.Network, numbers[i], highest)
		if err != nil {
			return field("Network", "%w", err)
		}
		peer.Listen = netip.AddrPortFrom(addr, uint16(c.Port)).String() //nolint:gosec // check has seen it
	}
	return nil
}

// numbers are those of the scenarios of Peers and Later. One that has none gets
// one behind all others.
func (c *Config) numbers() []int {
	numbers := make([]int, len(c.Peers)+len(c.Later))
	last := scenarios.LastNumber()
	for i := range numbers {
		numbers[i] = c.peer(i).Scenario.Number
		last = max(last, numbers[i])
	}
	for i := range numbers {
		if numbers[i] == 0 {
			last++
			numbers[i] = last
		}
	}
	return numbers
}

// peer is one of Peers, or behind those of Later.
func (c *Config) peer(i int) *fakemx.Config {
	if i < len(c.Peers) {
		return &c.Peers[i]
	}
	return &c.Later[i-len(c.Peers)]
}
