package scenarios

import (
	"fmt"
	"strings"
	"time"

	"github.com/fakemx/fakemx/certgen"
)

// STS is what the domain of the peer publishes by MTA-STS (RFC 8461): TXT
// records at _mta-sts.{domain}, and a policy that its policy host serves, which
// is mta-sts.{domain}. In its texts {domain} stands for the domain, {hostname}
// for the peer's host name and {scenario} for the name of the scenario. It has
// no effect unless the DNS and the policy host are served too.
type STS struct {
	// TXT are the texts of the TXT records. {id} stands for an id that is
	// another one in every run. If peer.dns.aliases has _mta-sts.{domain}, the
	// records are at the name to which that leads.
	TXT []string `yaml:"txt" json:"txt"`
	// TXTSplit writes each text as two strings of one record, which belong
	// together without a space (RFC 8461 section 3.1).
	TXTSplit bool `yaml:"txt_split,omitempty" json:"txt_split,omitempty"`
	// Policy is the policy.
	Policy STSPolicy `yaml:"policy" json:"policy"`
	// HTTPS says how the policy host serves it. If left out, as it should. If
	// peer.dns.aliases has mta-sts.{domain}, the host's address is at the name
	// to which that leads.
	HTTPS PolicyHTTPS `yaml:"https,omitempty" json:"https,omitzero"`
}

// An STSPolicy is the text of a policy, line by line, in the order of the fields
// (RFC 8461 section 3.2). A line without a value is left out. If all are, the
// policy is empty.
type STSPolicy struct {
	// Version is the value of version.
	Version string `yaml:"version,omitempty" json:"version,omitempty"`
	// Mode is the value of mode.
	Mode string `yaml:"mode,omitempty" json:"mode,omitempty"`
	// MX are the values of mx, each with a line of its own.
	MX []string `yaml:"mx,omitempty,flow" json:"mx,omitempty"`
	// MaxAge is the value of max_age, in seconds.
	MaxAge *int `yaml:"max_age,omitempty" json:"max_age,omitempty"`
	// Extra are further lines, as they are.
	Extra []string `yaml:"extra,omitempty" json:"extra,omitempty"`
	// EOL is what ends each line. If empty, EOLCRLF.
	EOL EOL `yaml:"eol,omitempty" json:"eol,omitempty"`
	// Raw is the whole policy as it is, in place of all lines.
	Raw string `yaml:"raw,omitempty" json:"raw,omitempty"`
}

// An EOL is what ends a line.
type EOL string

// The ends of lines.
const (
	EOLCRLF EOL = "crlf" // CR and LF
	EOLLF   EOL = "lf"   // LF alone
)

// PolicyHTTPS is how a policy host answers (RFC 8461 section 3.3).
type PolicyHTTPS struct {
	// Host says what is at the name of the policy host. If empty,
	// PolicyHostServes.
	Host PolicyHostState `yaml:"host,omitempty" json:"host,omitempty"`
	// Certificate is what is wrong with its certificate. If empty,
	// PolicyCertificateHealthy.
	Certificate PolicyCertificate `yaml:"certificate,omitempty" json:"certificate,omitempty"`
	// Status is the status code, from 200 to 599. If zero, 200, or 302 with
	// Redirect.
	Status int `yaml:"status,omitempty" json:"status,omitempty"`
	// ContentType is the media type. If empty, text/plain.
	ContentType string `yaml:"content_type,omitempty" json:"content_type,omitempty"`
	// Redirect is the URL to which it redirects. The policy is there, too, if it
	// is a path of the policy host.
	Redirect string `yaml:"redirect,omitempty" json:"redirect,omitempty"`
	// Delay is how long the answer takes, at most ten minutes.
	Delay Span `yaml:"delay,omitempty" json:"delay,omitempty"`
	// Size is the least size of the policy in bytes, which lines with an unknown
	// key fill up, at most a mebibyte.
	Size int `yaml:"size,omitempty" json:"size,omitempty"`
	// Cut ends the connection when half of the policy is sent.
	Cut bool `yaml:"cut,omitempty" json:"cut,omitempty"`
	// HTTP10 answers in HTTP/1.0, without the length of the policy.
	HTTP10 bool `yaml:"http_1_0,omitempty" json:"http_1_0,omitempty"`
}

// A PolicyHostState is what a client meets at the name of a policy host.
type PolicyHostState string

// What may be there.
const (
	PolicyHostServes PolicyHostState = "serves" // the policy host
	PolicyHostAbsent PolicyHostState = "absent" // the name does not exist
	// PolicyHostRefuses: nothing is at the address, so that connections are
	// refused. If the policy host has the same address as the peer, it ends the
	// connection when the client has named this host.
	PolicyHostRefuses PolicyHostState = "refuses"
)

// A PolicyCertificate is what is wrong with the certificate of a policy host.
type PolicyCertificate string

// What may be wrong.
const (
	PolicyCertificateHealthy   PolicyCertificate = "healthy"    // nothing
	PolicyCertificateWildcard  PolicyCertificate = "wildcard"   // nothing: it is for *.{domain}
	PolicyCertificateExpired   PolicyCertificate = "expired"    // it expired yesterday
	PolicyCertificateOtherName PolicyCertificate = "other-name" // it is for www.{domain}
	PolicyCertificateNoSAN     PolicyCertificate = "no-san"     // its name is only in its subject
	// PolicyCertificateSelfSigned: nobody but itself has signed it.
	PolicyCertificateSelfSigned PolicyCertificate = "self-signed"
	// PolicyCertificateUntrusted: it is from an authority that clients are not
	// told to trust.
	PolicyCertificateUntrusted PolicyCertificate = "untrusted"
)

// Limits of a policy host.
const (
	maxPolicyDelay = 10 * time.Minute
	maxPolicySize  = 1 << 20
)

// PolicyHost returns the name of the scenario's policy host (RFC 8461 section
// 3.2).
func (s Scenario) PolicyHost() string { return "mta-sts." + s.Domain() }

// STSName returns the name of the scenario's TXT records (RFC 8461 section 3.1).
func (s Scenario) STSName() string { return "_mta-sts." + s.Domain() }

// STSRecords returns the texts of the TXT records, with an id.
func (s Scenario) STSRecords(id string) []string {
	if s.Peer.STS == nil {
		return nil
	}
	var texts []string
	for _, text := range s.Peer.STS.TXT {
		texts = append(texts, strings.ReplaceAll(s.Expand(text), "{id}", id))
	}
	return texts
}

// PolicyBody returns the policy as the policy host serves it; empty if the
// scenario has none.
func (s Scenario) PolicyBody() string {
	if s.Peer.STS == nil {
		return ""
	}
	p, eol := s.Peer.STS.Policy, "\r\n"
	if p.EOL == EOLLF {
		eol = "\n"
	}
	body := s.Expand(p.Raw)
	if p.Raw == "" {
		for _, line := range p.lines() {
			body += s.Expand(line) + eol
		}
	}
	const padding = "x-padding: fakemx-fills-the-policy-up-with-lines-like-this-one"
	if missing := s.Peer.STS.HTTPS.Size - len(body); missing > 0 {
		body += strings.Repeat(padding+eol, 1+missing/len(padding+eol))
	}
	return body
}

// lines are those of a policy that is not raw.
func (p STSPolicy) lines() []string {
	var lines []string
	add := func(key, value string) {
		if value != "" {
			lines = append(lines, key+": "+value)
		}
	}
	add("version", p.Version)
	add("mode", p.Mode)
	for _, mx := range p.MX {
		add("mx", mx)
	}
	if p.MaxAge != nil {
		add("max_age", fmt.Sprint(*p.MaxAge))
	}
	return append(lines, p.Extra...)
}

// PolicyHostPKI returns the recipe of the policy host's certificate, with the
// placeholders of [Scenario.Vars]. Its root is that of the healthy peer, so that
// whoever trusts the peers trusts it, too.
func (s Scenario) PolicyHostPKI() certgen.Recipe {
	const own, rogue = "policy-host", "rogue"
	c := &certgen.Certificate{
		Issuer: root, Subject: certgen.Subject{CommonName: "mta-sts.{domain}"}, DNSNames: []string{"mta-sts.{domain}"},
	}
	r := certgen.Recipe{
		Certificates: map[string]*certgen.Certificate{root: sharedRoot(), own: c},
		Send:         []string{own}, Trust: []string{root},
	}
	if s.Peer.STS == nil {
		return r
	}
	switch s.Peer.STS.HTTPS.Certificate {
	case PolicyCertificateWildcard:
		c.DNSNames = []string{"*.{domain}"}
	case PolicyCertificateExpired:
		c.NotBefore, c.NotAfter = certgen.Days(-90), certgen.Days(-1)
	case PolicyCertificateOtherName:
		c.Subject.CommonName, c.DNSNames = "www.{domain}", []string{"www.{domain}"}
	case PolicyCertificateNoSAN:
		c.DNSNames = nil
	case PolicyCertificateSelfSigned:
		c.Issuer = ""
	case PolicyCertificateUntrusted:
		c.Issuer = rogue
		r.Certificates[rogue] = authority("policy host CA")
	}
	return r
}
