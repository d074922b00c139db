package fakemx

import (
	"io"
	"time"

	"github.com/fakemx/fakemx/certgen"
)

// An Option changes the configuration of a peer before [Start] starts it. If
// there is no option for a field, write your own: func(c *fakemx.Config) {
// c.MaxRecipients = 10 }.
type Option = func(*Config)

// WithUser adds a user who may authenticate ([Config.Users]).
func WithUser(identity, password string) Option {
	return func(c *Config) {
		if c.Users == nil {
			c.Users = make(map[string]string)
		}
		c.Users[identity] = password
	}
}

// WithListen listens on an address, host:port, instead of a free port of
// 127.0.0.1 ([Config.Listen]).
func WithListen(address string) Option { return func(c *Config) { c.Listen = address } }

// WithSMTPS also listens on a free port of 127.0.0.1 with TLS from the first
// byte ([Config.SMTPS]). See [Server.SMTPSAddr] and [Server.SMTPSPort].
func WithSMTPS() Option { return func(c *Config) { c.SMTPS = "127.0.0.1:0" } }

// WithHostname sets the name by which clients reach the peer
// ([Config.Hostname]). The healthy certificate is valid for it.
func WithHostname(name string) Option { return func(c *Config) { c.Hostname = name } }

// WithFirst plays the scenario's faults in the first sessions only
// ([Config.First]), so that a client that tries again succeeds.
func WithFirst(sessions int) Option { return func(c *Config) { c.First = sessions } }

// WithTimeout bounds every wait for the client ([Config.Timeout]), for tests of
// what the client does when the peer gives up.
func WithTimeout(d time.Duration) Option { return func(c *Config) { c.Timeout = d } }

// WithAnchors uses roots shared with other peers ([Config.Anchors]), so that a
// client needs only one set of trust anchors.
func WithAnchors(anchors *certgen.Anchors) Option { return func(c *Config) { c.Anchors = anchors } }

// WithLog writes every line of every transcript to w as it happens
// ([Config.Log]). Use GinkgoWriter, or t.Output() of a *testing.T.
func WithLog(w io.Writer) Option { return func(c *Config) { c.Log = w } }
