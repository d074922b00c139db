package fakemx

import (
	"io"
	"time"

	"github.com/fakemx/fakemx/certgen"
)

// An Option changes the configuration of a peer before [Start] starts it. For what
// has no option below, write one: func(c *fakemx.Config) { c.MaxRecipients = 10 }.
type Option = func(*Config)

// WithUser lets a user authenticate (Config.Users).
func WithUser(identity, password string) Option {
	return func(c *Config) {
		if c.Users == nil {
			c.Users = make(map[string]string)
		}
		c.Users[identity] = password
	}
}

// WithListen listens on an address, host:port, in place of a free port of
// 127.0.0.1 (Config.Listen).
func WithListen(address string) Option { return func(c *Config) { c.Listen = address } }

// WithSMTPS also listens on a free port of 127.0.0.1 on which TLS begins with the
// first byte (Config.SMTPS): Server.SMTPSAddr and Server.SMTPSPort.
func WithSMTPS() Option { return func(c *Config) { c.SMTPS = "127.0.0.1:0" } }

// WithHostname is the name that the peer gives itself, which its certificate is
// for too (Config.Hostname).
func WithHostname(name string) Option { return func(c *Config) { c.Hostname = name } }

// WithFirst plays the scenario's faults in the first sessions only (Config.First),
// so that a client that tries again succeeds.
func WithFirst(sessions int) Option { return func(c *Config) { c.First = sessions } }

// WithTimeout bounds every wait for the client (Config.Timeout), to see what it
// does when the peer gives up.
func WithTimeout(d time.Duration) Option { return func(c *Config) { c.Timeout = d } }

// WithAnchors puts the peer under roots that it shares with others
// (Config.Anchors), for a client that is told once whom to trust.
func WithAnchors(anchors *certgen.Anchors) Option { return func(c *Config) { c.Anchors = anchors } }

// WithLog writes what is said in all sessions as it is said (Config.Log):
// GinkgoWriter, or t.Output() of a *testing.T.
func WithLog(w io.Writer) Option { return func(c *Config) { c.Log = w } }
