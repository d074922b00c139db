package audit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fakemx/fakemx/policy/postfix"
	"github.com/fakemx/fakemx/scenarios"
)

// Socketmap is the [Driver] that asks a policy daemon about the domain of each
// scenario, as Postfix asks one named in smtp_tls_policy_maps, and judges what
// Postfix would do by the answer. No MTA takes part, and nothing is delivered. It
// needs a policy that goes by what a domain publishes.
type Socketmap struct {
	endpoint postfix.Endpoint
	level    postfix.Level // empty: the usual one of the audit's policy
}

// NewSocketmap returns a driver for a daemon at an endpoint such as
// inet:127.0.0.1:8461:postfix or unix:/run/daemon.sock. level is the
// smtp_tls_security_level by which Postfix goes where the daemon has no policy;
// if empty, it is "may" for MTASTS, and for the other policies what they ask of
// Postfix itself: "dane" or "dane-only".
func NewSocketmap(endpoint, level string) (*Socketmap, error) {
	s := new(Socketmap)
	var err error
	if s.endpoint, err = postfix.ParseEndpoint(endpoint); err != nil || level == "" {
		return s, err
	}
	s.level, err = postfix.ParseLevel(level)
	if err == nil && s.level == postfix.LevelFingerprint {
		err = errors.New("what Postfix does at the level fingerprint is not known")
	}
	return s, err
}

// SocketmapLevels returns the security levels that NewSocketmap takes.
func SocketmapLevels() []string {
	var names []string
	for _, l := range postfix.Levels() {
		if l != postfix.LevelFingerprint {
			names = append(names, string(l))
		}
	}
	return names
}

// String returns the endpoint.
func (s *Socketmap) String() string { return s.endpoint.String() }

// levelFor is the security level of Postfix itself.
func (s *Socketmap) levelFor(p Policy) postfix.Level {
	switch {
	case s.level != "":
		return s.level
	case p == DANEOnly:
		return postfix.LevelDANEOnly
	case p.followsDANE():
		return postfix.LevelDANE
	}
	return postfix.LevelMay
}

// A PolicyAnswer is what a policy daemon answered about the domain of a scenario,
// and what Postfix does by that.
type PolicyAnswer struct {
	// Lookups are the requests and the answers, in order. Postfix asks for the
	// parents of a domain as long as nothing is found.
	Lookups []PolicyLookup `json:"lookups"`
	// OwnLevel is the smtp_tls_security_level by which Postfix goes if the daemon
	// has no policy. It is assumed.
	OwnLevel postfix.Level `json:"own_level"`
	// Delivers is what Postfix does: "in TLS", "in clear", "no", or "unknown" if
	// Postfix may do either. At is the host to which it delivers, and Because says
	// why.
	Delivers Delivers `json:"delivers"`
	At       string   `json:"at"`
	Because  string   `json:"because"`
}

// A PolicyLookup is a request to a policy daemon, and its answer.
type PolicyLookup struct {
	// Request and Answer are verbatim, without the netstring: the name of the map
	// and the key, and such as "OK secure match=mx.example.com".
	Request string `json:"request"`
	Answer  string `json:"answer"`
	// Took is how long the daemon took.
	Took scenarios.Span `json:"took"`
}

// Deliver asks the daemon.
func (s *Socketmap) Deliver(ctx context.Context, t Target) Attempt {
	if problem := beyondDaemons(t.Scenario); problem != "" {
		return Attempt{Problem: problem}
	}
	var lookups []PolicyLookup
	for _, key := range postfix.Keys(t.Scenario.Domain()) {
		began := time.Now()
		answer, err := s.endpoint.Lookup(ctx, key)
		if err != nil {
			return Attempt{Err: err, Problem: "the policy daemon did not answer: " + oneLine(err.Error())}
		}
		lookups = append(lookups, PolicyLookup{s.endpoint.Request(key), answer, scenarios.Span(time.Since(began))})
		if reply, err := postfix.ParseReply(answer); err != nil || reply.Status != postfix.StatusNotFound {
			break
		}
	}
	t.probe.answered(lookups)
	return Attempt{}
}

// answered notes the answers of a policy daemon.
func (p *probe) answered(lookups []PolicyLookup) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lookups = lookups
}

// answer is what a daemon answered, for a Postfix with that level of its own; nil
// if it was not asked, or did not answer.
func (p *probe) answer(level postfix.Level) *PolicyAnswer {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.lookups) == 0 {
		return nil
	}
	a := PolicyAnswer{Lookups: p.lookups, OwnLevel: level}
	a.follow(p.scenario)
	return &a
}

// beyondDaemons says why no answer about a scenario's domain tells anything of a
// policy daemon; empty if one does.
func beyondDaemons(s scenarios.Scenario) string {
	switch nowhere := leadsNowhere(s.Facts); {
	case nowhere != "":
		return "whatever a policy daemon answers, Postfix does not deliver: " + nowhere
	case len(s.Peer.Steps) > 0:
		return "a policy daemon is asked once, before what the domain publishes changes"
	case s.Message != scenarios.Message{}:
		return "a policy daemon is not told what the message asks for"
	case !s.NeedsDNS() && !scenarios.Same(s.Peer, scenarios.MustGet("healthy").Peer):
		return "a policy daemon sees nothing of the peer's own TLS and SMTP"
	}
	return ""
}

// BeyondDaemons returns the scenarios of a list that tell nothing of a policy
// daemon: they are about the TLS and SMTP of their peers alone, or about what a
// message asks for, or what they publish changes later, or no mail is delivered
// whatever the daemon answers.
func BeyondDaemons(list []scenarios.Scenario) []scenarios.Scenario {
	var beyond []scenarios.Scenario
	for _, s := range list {
		if beyondDaemons(s) != "" {
			beyond = append(beyond, s)
		}
	}
	return beyond
}

// errNotForDaemons refuses a policy that no policy daemon can keep or break.
func errNotForDaemons(p Policy) error {
	var names []string
	for _, other := range Policies() {
		if other.FollowsDNS() {
			names = append(names, string(other))
		}
	}
	return fmt.Errorf("a policy daemon goes by what domains publish, which the policy %s ignores; expected one of %s", p, strings.Join(names, ", "))
}
