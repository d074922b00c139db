package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/audit"
	"github.com/fakemx/fakemx/internal/cli/cmdline"
	"github.com/fakemx/fakemx/scenarios"
)

// planSocketmap takes a policy daemon for what is audited.
func (o *auditOptions) planSocketmap(p *auditPlan) error {
	if o.ownLevel != "" && !slices.Contains(audit.SocketmapLevels(), o.ownLevel) {
		return fmt.Errorf("--socketmap-default expects one of %s, not %q", strings.Join(audit.SocketmapLevels(), ", "), o.ownLevel)
	}
	driver, err := audit.NewSocketmap(o.socketmap, o.ownLevel)
	p.options.Driver = driver
	if err != nil {
		err = fmt.Errorf("--socketmap: %w", err)
	}
	return err
}

// followers are the policies that go by what domains publish, in words.
func followers() string {
	var names []string
	for _, p := range audit.Policies() {
		if p.FollowsDNS() {
			names = append(names, string(p))
		}
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// withoutBeyond leaves out the scenarios that tell nothing of a policy daemon, and
// notes it. One that was named is not left out.
func (o *auditOptions) withoutBeyond(p *auditPlan) error {
	if o.socketmap == "" {
		return nil
	}
	beyond := audit.BeyondDaemons(p.options.Scenarios)
	for _, s := range beyond {
		if o.isNamed(s) {
			return fmt.Errorf("%s tells nothing of a policy daemon: it is about the peer's own TLS and SMTP, or about what a message asks for or what changes later, or no mail is delivered whatever the daemon answers", s.Name)
		}
	}
	p.options.Scenarios = slices.DeleteFunc(p.options.Scenarios, func(s scenarios.Scenario) bool { return slices.ContainsFunc(beyond, cmdline.IsNamed(s.Name)) })
	if len(p.options.Scenarios) == 0 {
		return errors.New("none of these scenarios tells anything of a policy daemon; try --family mta-sts,dane")
	}
	if n := len(beyond); n > 0 {
		p.notes = append(p.notes, fmt.Sprintf("of those selected, %d scenarios are left out that tell nothing of a policy daemon: "+
			"they are about the peer's own TLS and SMTP, or about what a message asks for or what changes later, or no mail is delivered whatever the daemon answers", n))
	}
	return nil
}

// isNamed: the user asked for that scenario by its name, or wrote it.
func (o *auditOptions) isNamed(s scenarios.Scenario) bool {
	return slices.Contains(o.scenarios, s.Name) || slices.ContainsFunc(o.Own, cmdline.IsNamed(s.Name))
}
