package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/policy/mtasts"
	"github.com/fakemx/fakemx/policy/postfix"
	"github.com/fakemx/fakemx/scenarios"
)

// Delivers is whether Postfix delivers, and how.
type Delivers string

// The ways.
const (
	DeliversInTLS   Delivers = "in TLS"
	DeliversInClear Delivers = "in clear"
	DeliversNot     Delivers = "no"
	DeliversUnknown Delivers = "unknown"
)

// any: it does.
func (d Delivers) any() bool { return d == DeliversInTLS || d == DeliversInClear }

// follow fills in what Postfix does with the hosts of a scenario. It goes from one
// to the next until it has delivered.
func (a *PolicyAnswer) follow(s scenarios.Scenario) {
	a.At = ""
	policy, because, usable := a.governs()
	if !usable {
		a.Delivers, a.Because = DeliversNot, because
		return
	}
	hosts := []scenarios.Scenario{s}
	if s.HasSecondHost() {
		hosts = append(hosts, s.AsSecondHost())
	}
	for _, host := range hosts {
		does, detail := doesAt(host, policy)
		a.Delivers, a.Because = does, because+detail
		if does.any() || does == DeliversUnknown {
			a.At = host.Hostname()
			return
		}
	}
}

// found is the answer that counts: the last one, as the others found nothing.
func (a *PolicyAnswer) found() PolicyLookup {
	if len(a.Lookups) == 0 {
		return PolicyLookup{}
	}
	return a.Lookups[len(a.Lookups)-1]
}

// reply is the answer that counts; its error says that Postfix cannot read it.
func (a *PolicyAnswer) reply() (postfix.Reply, error) { return postfix.ParseReply(a.found().Answer) }

// governs is the policy by which Postfix goes, and says why it is that; usable is
// false if Postfix keeps the mail instead.
func (a *PolicyAnswer) governs() (p postfix.TLSPolicy, because string, usable bool) {
	reply, err := a.reply()
	quoted := fmt.Sprintf("the answer is %q", brief(a.found().Answer))
	switch {
	case err != nil:
		return p, quoted + ", which Postfix cannot read", false
	case reply.Status == postfix.StatusNotFound:
		return postfix.TLSPolicy{Level: a.OwnLevel}, fmt.Sprintf("the answer is NOTFOUND, its own level is %s (assumed)", a.OwnLevel), true
	case reply.Status != postfix.StatusOK:
		return p, quoted + ", by which Postfix keeps the mail for later", false
	}
	if p, err = postfix.ParseTLSPolicy(reply.Text); err != nil {
		return p, quoted + ", which Postfix does not understand: " + err.Error(), false
	}
	return p, quoted, true
}

// misunderstood: Postfix can make nothing of the answer.
func (a *PolicyAnswer) misunderstood() bool {
	reply, err := a.reply()
	if err != nil || reply.Status != postfix.StatusOK {
		return err != nil
	}
	_, err = postfix.ParseTLSPolicy(reply.Text)
	return err != nil
}

// asPolicy is the policy that a Postfix at a level keeps, where names are not
// compared.
var asPolicy = map[postfix.Level]Policy{
	postfix.LevelMay: Opportunistic, postfix.LevelEncrypt: Encrypt, postfix.LevelDANE: DANE, postfix.LevelDANEOnly: DANEOnly,
}

// doesAt is what Postfix does at one host by a policy. What decides it beside the
// policy is in the detail.
func doesAt(host scenarios.Scenario, p postfix.TLSPolicy) (does Delivers, detail string) {
	if as, known := asPolicy[p.Level]; known {
		return doesAs(host, as)
	}
	switch p.Level {
	case postfix.LevelNone:
		return DeliversInClear, ""
	case postfix.LevelVerify, postfix.LevelSecure:
		return doesVerifying(host, p)
	}
	return DeliversUnknown, ", whose fingerprints are not compared here"
}

// doesAs is what a client with a policy does that keeps it.
func doesAs(host scenarios.Scenario, p Policy) (does Delivers, detail string) {
	e := expectAt(host, p)
	detail = ", and " + Expect(host.Facts, p).Because
	switch {
	case e.Duty == MustNotDeliver:
		return DeliversNot, detail
	case e.Duty == MayDeliver:
		return DeliversUnknown, detail
	case e.InTLS || columnOf(host.Facts) != notOffered && columnOf(host.Facts) != cannotComplete:
		return DeliversInTLS, detail
	}
	return DeliversInClear, detail
}

// doesVerifying is what Postfix does where it compares the certificate with names.
func doesVerifying(host scenarios.Scenario, p postfix.TLSPolicy) (does Delivers, detail string) {
	accepts := func(name string) bool { return p.Accepts(name, host.Hostname(), host.Domain()) }
	if p.EnforcesMXPatterns() {
		if !slices.ContainsFunc(p.MXHostPatterns, func(text string) bool { return mtasts.Pattern(text).Matches(host.Hostname()) }) {
			return DeliversNot, ", none of whose mx_host_pattern is " + host.Hostname()
		}
		accepts = func(name string) bool {
			return postfix.TLSPolicy{Level: postfix.LevelVerify}.Accepts(name, host.Hostname(), host.Domain())
		}
	}
	names := certifiedNames(host)
	fits := slices.ContainsFunc(names, accepts)
	sound := host.Facts.Authentic == scenarios.Yes || forgeryOf(host) == misnamed
	switch {
	case !fits:
		detail = ", which fits none of the names in the certificate (" + cmp.Or(strings.Join(names, ", "), "there are none") + ")"
	case forgeryOf(host) == misnamed:
		detail = ", which fits a name in the certificate that is not that of the host"
	}
	facts := host.Facts
	switch {
	case !fits || !sound && facts.Authentic != scenarios.Lenient:
		facts.Authentic = scenarios.No
	case sound:
		facts.Authentic = scenarios.Yes
	}
	host.Facts = facts
	does, because := doesAs(host, Verify)
	if detail == "" || columnOf(facts) != notAuthentic && columnOf(facts) != authentic {
		detail += because
	}
	return does, detail
}

// certifiedNames are the DNS names in the certificate of a host, but those that
// every peer of the audit may have.
func certifiedNames(host scenarios.Scenario) []string {
	if len(host.Peer.PKI.Send) == 0 {
		return nil
	}
	leaf := host.Peer.PKI.Certificates[host.Peer.PKI.Send[0]]
	if leaf == nil {
		return nil
	}
	var names []string
	for _, name := range leaf.DNSNames {
		if name = host.Expand(name); name != "localhost" && !strings.Contains(name, "{") {
			names = append(names, name)
		}
	}
	return names
}
