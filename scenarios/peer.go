package scenarios

import "github.com/fakemx/fakemx/certgen"

// A Peer is everything that the server needs in order to play its part, as plain
// data. In text fields {hostname} stands for Hostname, {scenario} for the name of
// the scenario and {domain} for its domain, NAME.fakemx.test.
type Peer struct {
	// Hostname is the name by which the peer identifies itself in its greeting,
	// in its reply to EHLO and in Received.
	Hostname string `yaml:"hostname" json:"hostname"`
	// PKI is the recipe of the peer's certificates.
	PKI certgen.Recipe `yaml:"pki" json:"pki"`
	// TLS says how the peer speaks TLS.
	TLS TLS `yaml:"tls" json:"tls"`
	// SMTP says how the peer speaks SMTP.
	SMTP SMTP `yaml:"smtp" json:"smtp"`
	// Faults are what the peer does wrong at points of the session.
	Faults []Fault `yaml:"faults,omitempty" json:"faults,omitempty"`
	// Trace says what the peer writes in Received.
	Trace Trace `yaml:"trace" json:"trace"`
	// DNS is what the peer's domain publishes.
	DNS DNS `yaml:"dns" json:"dns"`
	// STS is what the domain publishes by MTA-STS. If left out, nothing.
	STS *STS `yaml:"sts,omitempty" json:"sts,omitempty"`
	// Steps are what changes of that while the peer is played, in this order.
	Steps []Step `yaml:"steps,omitempty" json:"steps,omitempty"`
	// TLSRPT is how the domain asks for TLS reports. If left out, it asks for
	// them rightly if fakemx takes them, and for none otherwise.
	TLSRPT *TLSRPT `yaml:"tlsrpt,omitempty" json:"tlsrpt,omitempty"`
}

// Span is a duration. Its text form is that of [certgen.Offset].
type Span = certgen.Offset
