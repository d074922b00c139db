package scenarios

import "github.com/fakemx/fakemx/certgen"

// A Peer is everything the server needs to play its part. It is plain data and
// can be written as YAML. In text fields {hostname} stands for Hostname and
// {scenario} for the scenario's name.
type Peer struct {
	// Hostname is the name the peer gives itself in its greeting, in the reply
	// to EHLO and in Received.
	Hostname string `yaml:"hostname" json:"hostname"`
	// PKI is the recipe of the peer's certificates.
	PKI certgen.Recipe `yaml:"pki" json:"pki"`
	// TLS says how the peer conducts TLS.
	TLS TLS `yaml:"tls" json:"tls"`
	// SMTP says how the peer conducts SMTP.
	SMTP SMTP `yaml:"smtp" json:"smtp"`
	// Faults are what the peer does wrong at points of the session.
	Faults []Fault `yaml:"faults,omitempty" json:"faults,omitempty"`
	// Trace says what the peer writes in Received.
	Trace Trace `yaml:"trace" json:"trace"`
}

// Span is a length of time; its text form is that of certgen.Offset.
type Span = certgen.Offset
