package audit

import (
	"path/filepath"
	"slices"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// stageConfig is the stage of the audit: all peers that it plays, each at its
// time.
func (a *auditor) stageConfig() stage.Config {
	c := stage.Config{DNS: a.DNS, DNSMode: a.DNSMode, Upstream: a.Upstream, PolicyHost: a.PolicyHost, PKIDir: a.PKIDir}
	if a.PKIDir == "" {
		c.Dir = filepath.Join(a.dir, "trust")
	}
	if a.TLSReports != nil {
		c.Reports = a.TLSReports.Listen
	}
	if a.lookups != nil {
		c.OnEvent = func(e stage.Event) {
			a.lookups.note(e)
			a.noteReports(e)
		}
	}
	known := map[string]bool{}
	for _, s := range slices.Concat(a.Scenarios, slices.Concat(a.rounds...)) { // the controls that were not selected come last
		if !known[s.Name] {
			c.Later = append(c.Later, a.peerConfig(s))
			if changes(s, a.Policy) {
				c.HeldSteps = append(c.HeldSteps, s.Name)
			}
		}
		known[s.Name] = true
	}
	return c
}

// peerConfig is a scenario's peer without its probe, which keeps the records.
func (a *auditor) peerConfig(s scenarios.Scenario) fakemx.Config {
	smtp, smtps, hostname := a.Listen(s)
	return fakemx.Config{
		Scenario: s, Listen: smtp, SMTPS: smtps, Hostname: hostname, Users: map[string]string{a.User: a.Password},
		Timeout: a.peerPatience(s), MaxSessions: -1,
	}
}
