package stage

import (
	_ "embed"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/fakemx/fakemx/certgen"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage/internal/policyhost"
)

// A PolicyFetch is what a client did on one connection to the policy host: it
// fetched the MTA-STS policy of a domain (RFC 8461 section 3.3), or tried to.
// [PolicyFetchSchema] describes its JSON form.
type PolicyFetch struct {
	// At is when the connection was made, and Client from where, host:port.
	At     time.Time `json:"at"`
	Client string    `json:"client"`
	// Scenario is the name of the scenario to whose policy host the client
	// wanted to connect; empty if no scenario on the stage has it.
	Scenario string `json:"scenario"`
	// Host is the host in the request, Path its path and UserAgent what the
	// client calls itself, each with at most 256 bytes; empty if there was no
	// request.
	Host      string `json:"host"`
	Path      string `json:"path"`
	UserAgent string `json:"user_agent"`
	// TLS is about the handshake.
	TLS PolicyFetchTLS `json:"tls"`
	// Status is the status code of the answer; zero if there was none.
	Status int `json:"status"`
	// Bytes is how many bytes of a body were to be sent.
	Bytes int `json:"bytes"`
	// Fault is what the policy host did wrong on purpose, such as "certificate
	// expired" or "status 404"; empty if nothing. "redirect followed" is a
	// fault of the client.
	Fault string `json:"fault"`
}

// A PolicyFetchTLS is about the TLS handshake of a [PolicyFetch].
type PolicyFetchTLS struct {
	// Version is the version of TLS, such as "1.3"; empty if none was agreed on.
	Version string `json:"version"`
	// ServerName is the name that the client asked for (RFC 6066 section 3);
	// empty if it asked for none.
	ServerName string `json:"server_name"`
	// Completed is true if the handshake completed. Error says why it did not;
	// a client that refuses the certificate sends an alert, which is quoted.
	Completed bool   `json:"completed"`
	Error     string `json:"error"`
}

// policyFetchSchema describes the JSON form of PolicyFetch.
//
//go:embed policyfetch.schema.json
var policyFetchSchema string

// PolicyFetchSchema returns the JSON Schema (draft 2020-12) for the JSON form of
// a [PolicyFetch]. The policy-fetch event of the fakemx command has the same form.
func PolicyFetchSchema() string { return policyFetchSchema }

// A PolicyHostError says that the policy host of a stage could not be started,
// and why.
type PolicyHostError struct{ Err error }

// Error returns the cause.
func (e *PolicyHostError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *PolicyHostError) Unwrap() error { return e.Err }

// startPolicyHost starts the policy host, if one is wanted. Its certificates are
// made while the roots' keys are there.
func (s *Stage) startPolicyHost() error {
	for i := range len(s.config.Peers) + len(s.config.Later) {
		scenario := s.config.peer(i).Scenario
		s.steps.follow(scenario, slices.Contains(s.config.HeldSteps, scenario.Name))
	}
	if s.config.PolicyHost == "" {
		return nil
	}
	if addr := addressOf(s.config.PolicyHost); s.config.DNS != "" && (!addr.IsValid() || addr.IsUnspecified()) {
		return &PolicyHostError{field("PolicyHost", "with a DNS, the policy host needs an IP address that a client can connect to, not %q", s.config.PolicyHost)}
	}
	sites, err := s.policySites()
	if err != nil {
		return err
	}
	if reports, ok, err := s.reportSite(); err != nil {
		return err
	} else if ok {
		sites = append(sites, reports)
	}
	s.policyHost, err = policyhost.New(policyhost.Config{Listen: s.config.PolicyHost, Sites: sites, OnFetch: s.fetched, Now: s.config.Now})
	if err != nil {
		return &PolicyHostError{err}
	}
	return nil
}

// policySites are the policy hosts of all scenarios that publish a policy.
func (s *Stage) policySites() ([]policyhost.Site, error) {
	var sites []policyhost.Site
	for i := range len(s.config.Peers) + len(s.config.Later) {
		scenario := s.config.peer(i).Scenario
		if scenario.Peer.STS == nil {
			continue
		}
		part := scenario.Name
		if i < len(s.config.Peers) && len(s.config.Peers) == 1 {
			part = "" // as for the peer itself
		}
		versions, err := s.policyVersions(scenario, part)
		if err != nil {
			return nil, fmt.Errorf("the policy host of %s: %w", scenario.Name, err)
		}
		s.steps.serve(scenario.Name, versions)
		sites = append(sites, versions[0])
	}
	return sites, nil
}

// policyVersions are the policy host of a scenario at the start, and after each of
// its steps.
func (s *Stage) policyVersions(scenario scenarios.Scenario, part string) (versions []policyhost.Site, err error) {
	for step := range 1 + len(scenario.Peer.Steps) {
		now := scenario.AtStep(step)
		dir := "policy-host"
		if step > 0 {
			dir = fmt.Sprintf("policy-host-%d", step)
		}
		pki, err := s.hostPKI(now.PolicyHostPKI(), now, filepath.Join(part, dir))
		if err != nil {
			return nil, err
		}
		https := now.Peer.STS.HTTPS
		https.Redirect = now.Expand(https.Redirect)
		versions = append(versions, policyhost.Site{
			Scenario: now.Name, Name: now.PolicyHost(), Certificate: pki.TLSCertificate(), Policy: now.PolicyBody(), HTTPS: https,
		})
	}
	return versions, nil
}

// hostPKI makes the certificate of a host of HTTPS, or takes the one that is
// kept.
func (s *Stage) hostPKI(recipe certgen.Recipe, scenario scenarios.Scenario, dir string) (*certgen.PKI, error) {
	o := certgen.Options{Now: s.config.Now, Vars: scenario.Vars(nil, nil), Anchors: &s.anchors}
	if s.config.PKIDir == "" {
		return certgen.Build(recipe, o)
	}
	pki, _, err := certgen.LoadOrBuild(filepath.Join(s.config.PKIDir, dir), recipe, o)
	return pki, err
}

// fetched tells of a connection.
func (s *Stage) fetched(f policyhost.Fetch) {
	if f.Status != 0 {
		s.step(f.Scenario, 1, 0)
	}
	s.publish(Event{Fetch: &PolicyFetch{
		At: f.At, Client: f.Client, Scenario: f.Scenario, Host: f.Host, Path: f.Path, UserAgent: f.UserAgent,
		TLS: PolicyFetchTLS(f.TLS), Status: f.Status, Bytes: f.Bytes, Fault: f.Fault,
	}})
}

// PolicyHostAddr returns the address of the policy host, host:port; empty if
// there is none.
func (s *Stage) PolicyHostAddr() string {
	if s.policyHost == nil {
		return ""
	}
	return s.policyHost.Addr()
}

// policyHostAt is the address of a policy host, by its name, as the DNS has it
// unless that fails; ok is false if it is none of the stage's.
func (s *Stage) policyHostAt(name string) (address string, ok bool, err error) {
	if s.ReportsURLHost() != "" && strings.EqualFold(strings.TrimSuffix(name, "."), scenarios.ReportsHost) {
		return s.policyHost.Addr(), true, nil
	}
	for i := range len(s.config.Peers) + len(s.config.Later) {
		scenario := s.config.peer(i).Scenario
		if scenario.Peer.STS == nil || !strings.EqualFold(strings.TrimSuffix(name, "."), scenario.PolicyHost()) {
			continue
		}
		now := scenario.AtStep(s.steps.of(scenario.Name))
		switch state := now.Peer.STS.HTTPS.Host; {
		case s.policyHost == nil, state == scenarios.PolicyHostAbsent:
			return "", true, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
		case state == scenarios.PolicyHostRefuses:
			return "", true, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
		}
		return s.policyHost.Addr(), true, nil
	}
	return "", false, nil
}

// An stsPlace is what the DNS has to know of MTA-STS.
type stsPlace struct {
	// host is the address of the policy host; invalid if there is none.
	host netip.Addr
	// id is that of the policies of this run.
	id string
	// step is how many steps of a scenario have come.
	step func(scenario string) int
}

// stsPlace is where the policy host is. The id is the time, so that a client that
// remembers an earlier run asks again.
func (s *Stage) stsPlace() stsPlace {
	p := stsPlace{id: s.now().UTC().Format("20060102150405Z"), step: s.steps.of}
	if s.policyHost != nil {
		p.host = addressOf(s.policyHost.Addr()).Unmap().WithZone("")
	}
	return p
}
