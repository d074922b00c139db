package postfix

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Level is a security level of the Postfix SMTP client.
type Level string

// The levels.
const (
	LevelNone        Level = "none"
	LevelMay         Level = "may"
	LevelEncrypt     Level = "encrypt"
	LevelDANE        Level = "dane"
	LevelDANEOnly    Level = "dane-only"
	LevelFingerprint Level = "fingerprint"
	LevelVerify      Level = "verify"
	LevelSecure      Level = "secure"
)

// Levels returns all levels, as postconf(5) orders them.
func Levels() []Level {
	return []Level{LevelNone, LevelMay, LevelEncrypt, LevelDANE, LevelDANEOnly, LevelFingerprint, LevelVerify, LevelSecure}
}

// ParseLevel returns the level with that name, in capital or small letters.
func ParseLevel(name string) (Level, error) {
	l := Level(strings.ToLower(name))
	if slices.Contains(Levels(), l) {
		return l, nil
	}
	return "", fmt.Errorf("unknown security level %q", name)
}

// verifies: a certificate is compared with names.
func (l Level) verifies() bool { return l == LevelVerify || l == LevelSecure }

// A TLSPolicy is an entry of smtp_tls_policy_maps: a security level and
// attributes.
type TLSPolicy struct {
	Level Level
	// Match are the patterns of the certificate's names, in order; with
	// LevelFingerprint, the fingerprints. If empty, those of main.cf.
	Match []string
	// ServerName is what the client sends as SNI: a name, or "hostname" for that
	// of the host. If empty, that of main.cf.
	ServerName string
	// PolicyType is "sts", "tlsa" or "no-policy-found" if the entry says where it
	// comes from (Postfix 3.10), and MXHostPatterns are the mx patterns of an
	// MTA-STS policy, as they stand in it.
	PolicyType     string
	MXHostPatterns []string
	// Others are the other attributes, in order.
	Others []Attribute
}

// An Attribute is a name, in small letters, and a value.
type Attribute struct{ Name, Value string }

// maxAttributes bounds the attributes of a policy. One of MTA-STS may list
// hundreds of hosts.
const maxAttributes = 10_000

// ParseTLSPolicy parses an entry. It refuses what Postfix refuses: an unknown
// level or attribute, one without a value, one twice that may be there once, a
// match that the level has no use for, and what is about the report (RFC 8460)
// without the type of the policy. With the level none, Postfix ignores the
// attributes, and so does ParseTLSPolicy.
func ParseTLSPolicy(text string) (TLSPolicy, error) {
	words, err := splitWords(text)
	if err != nil {
		return TLSPolicy{}, err
	}
	if len(words) == 0 {
		return TLSPolicy{}, errors.New("the policy is empty")
	}
	var p TLSPolicy
	if p.Level, err = ParseLevel(words[0]); err != nil || p.Level == LevelNone {
		return p, err
	}
	if len(words) > maxAttributes {
		return TLSPolicy{}, fmt.Errorf("the policy has more than %d attributes", maxAttributes)
	}
	seen := map[string]bool{}
	for _, word := range words[1:] {
		a, err := parseAttribute(word)
		if err != nil {
			return TLSPolicy{}, err
		}
		kind, known := attributes[a.Name]
		switch {
		case !known:
			return TLSPolicy{}, fmt.Errorf("unknown attribute %q", a.Name)
		case kind.once && seen[a.Name]:
			return TLSPolicy{}, fmt.Errorf("the attribute %q is there twice", a.Name)
		}
		seen[a.Name] = true
		if err := p.take(a, kind); err != nil {
			return TLSPolicy{}, err
		}
	}
	return p, p.checkReport(seen)
}

// take adds an attribute.
func (p *TLSPolicy) take(a Attribute, kind attributeKind) error {
	if err := kind.check(a.Value); err != nil {
		return fmt.Errorf("the attribute %q: %w", a.Name, err)
	}
	switch a.Name {
	case "match":
		return p.takeMatch(a.Value)
	case "tafile":
		if !p.Level.verifies() {
			return fmt.Errorf("the attribute %q makes no sense at the level %s", a.Name, p.Level)
		}
		p.Others = append(p.Others, a)
	case "servername":
		p.ServerName = a.Value
	case "policy_type":
		p.PolicyType = a.Value
	case "mx_host_pattern":
		p.MXHostPatterns = append(p.MXHostPatterns, a.Value)
	default:
		p.Others = append(p.Others, a)
	}
	return nil
}

func (p *TLSPolicy) takeMatch(value string) error {
	separator := ":"
	switch {
	case p.Level == LevelFingerprint:
		separator = "|"
	case !p.Level.verifies():
		return fmt.Errorf("the attribute \"match\" makes no sense at the level %s", p.Level)
	}
	for pattern := range strings.SplitSeq(value, separator) {
		if pattern != "" {
			p.Match = append(p.Match, pattern)
		}
	}
	return nil
}

// checkReport: what a report is to say needs a policy that it is about.
func (p *TLSPolicy) checkReport(seen map[string]bool) error {
	if p.PolicyType != "" {
		return nil
	}
	for _, name := range []string{"policy_ttl", "policy_domain", "policy_string", "mx_host_pattern", "policy_failure"} {
		if seen[name] {
			return fmt.Errorf("the attribute %q needs \"policy_type\"", name)
		}
	}
	return nil
}

// EnforcesMXPatterns reports whether the policy is one of MTA-STS with its
// patterns, so that Postfix from 3.10.5 on compares them with the names of the MX hosts, and the
// certificates with these names, whatever Match says
// (smtp_tls_enforce_sts_mx_patterns). It does so only if there is a Match.
func (p TLSPolicy) EnforcesMXPatterns() bool {
	return p.Level.verifies() && strings.EqualFold(p.PolicyType, "sts") && len(p.Match) > 0 && len(p.MXHostPatterns) > 0
}

// Accepts reports whether a name in a certificate fits the policy, for a host and
// the next hop, which is the domain of the recipient. Letters match in either
// case. Only the levels verify and secure compare names; without a match they
// have the strategies of main.cf's defaults.
func (p TLSPolicy) Accepts(name, host, nextHop string) bool {
	patterns := p.Match
	switch {
	case !p.Level.verifies():
		return false
	case len(patterns) == 0 && p.Level == LevelVerify:
		patterns = []string{"hostname"}
	case len(patterns) == 0:
		patterns = []string{"nexthop", "dot-nexthop"}
	}
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		switch strings.ToLower(pattern) {
		case "hostname":
			pattern = host
		case "nexthop":
			pattern = nextHop
		case "dot-nexthop":
			pattern = "." + nextHop
		}
		return fitsName(pattern, name)
	})
}

// fitsName compares a pattern with a name in a certificate. A pattern that begins
// with a dot stands for all names below, of any number of labels; a name that
// begins with "*." stands for one label.
func fitsName(pattern, name string) bool {
	pattern, name = strings.ToLower(pattern), strings.ToLower(name)
	if strings.HasPrefix(pattern, ".") {
		return len(name) > len(pattern) && strings.HasSuffix(name, pattern)
	}
	parent, wildcard := strings.CutPrefix(name, "*.")
	if !wildcard {
		return pattern == name
	}
	label, rest, _ := strings.Cut(pattern, ".")
	return label != "" && rest == parent
}
