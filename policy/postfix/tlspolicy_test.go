package postfix

import (
	"reflect"
	"strings"
	"testing"
)

func TestPolicies(t *testing.T) {
	for text, want := range map[string]TLSPolicy{
		"none":                           {Level: LevelNone},
		"none match=.example.com stuff":  {Level: LevelNone},
		"may":                            {Level: LevelMay},
		"  May ":                         {Level: LevelMay},
		"encrypt ciphers=high":           {Level: LevelEncrypt, Others: []Attribute{{"ciphers", "high"}}},
		"dane":                           {Level: LevelDANE},
		"DANE-only":                      {Level: LevelDANEOnly},
		"secure":                         {Level: LevelSecure},
		"secure match=a.test":            {Level: LevelSecure, Match: []string{"a.test"}},
		"secure match=a.test:.b.test":    {Level: LevelSecure, Match: []string{"a.test", ".b.test"}},
		"secure match=a.test match=b":    {Level: LevelSecure, Match: []string{"a.test", "b"}},
		"secure,match=a.test,,":          {Level: LevelSecure, Match: []string{"a.test"}},
		"secure match=:":                 {Level: LevelSecure},
		"verify MATCH=hostname:nexthop":  {Level: LevelVerify, Match: []string{"hostname", "nexthop"}},
		"verify { match = a.test }":      {Level: LevelVerify, Match: []string{"a.test"}},
		"fingerprint match=AA:BB|CC:DD":  {Level: LevelFingerprint, Match: []string{"AA:BB", "CC:DD"}},
		"secure match=a servername=host": {Level: LevelSecure, Match: []string{"a"}, ServerName: "host"},
		"secure match=.b.test servername=hostname policy_type=sts policy_domain=b.test mx_host_pattern=*.b.test mx_host_pattern=c { policy_string = mode: enforce } policy_ttl=60": {
			Level: LevelSecure, Match: []string{".b.test"}, ServerName: "hostname", PolicyType: "sts", MXHostPatterns: []string{"*.b.test", "c"},
			Others: []Attribute{{"policy_domain", "b.test"}, {"policy_string", "mode: enforce"}, {"policy_ttl", "60"}},
		},
	} {
		if got, err := ParseTLSPolicy(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q is %+v, %v; want %+v", text, got, err, want)
		}
	}
}

// Postfix keeps the mail in its queue where it does not understand an answer.
func TestWhatPostfixRefusesIsRefused(t *testing.T) {
	for text, hint := range map[string]string{
		"":                                       "is empty",
		" , ":                                    "is empty",
		"strict":                                 `unknown security level "strict"`,
		"secure match":                           "expected NAME=VALUE",
		"secure =a":                              "expected NAME=VALUE",
		"secure match=":                          "no value",
		"secure mx=a":                            `unknown attribute "mx"`,
		"encrypt match=a":                        "makes no sense at the level encrypt",
		"dane match=hostname":                    "makes no sense at the level dane",
		"may tafile=/a":                          "makes no sense at the level may",
		"secure servername=a servername=b":       "there twice",
		"secure servername=a..b":                 "no host name",
		"secure servername=":                     "no host name",
		"secure connection_reuse=maybe":          "not one of",
		"secure policy_type=mta-sts":             "not one of",
		"secure policy_type=sts policy_ttl=soon": "no number of seconds",
		"secure policy_ttl=60":                   `needs "policy_type"`,
		"secure mx_host_pattern=a":               `needs "policy_type"`,
		"secure { match=a":                       "a brace is not closed",
		"secure {match=a}x":                      "behind the brace",
	} {
		got, err := ParseTLSPolicy(text)
		if err == nil || !strings.Contains(err.Error(), hint) {
			t.Errorf("%q is %+v, %v; want an error with %q", text, got, err, hint)
		}
	}
}

func TestNamesInCertificates(t *testing.T) {
	const host, nextHop = "mx.a.test", "a.test"
	for _, c := range []struct {
		policy, name string
		fits         bool
	}{
		{"secure match=mx.a.test", "mx.a.test", true},
		{"secure match=mx.a.test", "MX.a.test", true},
		{"secure match=MX.a.test", "mx.a.test", true},
		{"secure match=mx.a.test", "b.a.test", false},
		{"secure match=b.test:mx.a.test", "mx.a.test", true},
		{"secure match=.a.test", "mx.a.test", true},
		{"secure match=.a.test", "a.test", false},
		{"secure match=.test", "mx.a.test", true}, // any number of labels
		{"secure match=.a.test", "mxa.test", false},
		{"secure match=mx.a.test", "*.a.test", true},
		{"secure match=y.mx.a.test", "*.a.test", false},
		{"secure match=a.test", "*.a.test", false},
		{"secure match=.a.test", "*.a.test", true},
		{"secure match=*.a.test", "mx.a.test", false},
		{"secure match=hostname", "mx.a.test", true},
		{"secure match=hostname", "a.test", false},
		{"secure", "a.test", true},
		{"secure", "mx.a.test", true},
		{"secure", "mx.b.test", false},
		{"verify", "mx.a.test", true},
		{"verify", "a.test", false},
		{"verify match=nexthop", "a.test", true},
		{"verify match=nexthop", "mx.a.test", false},
		{"verify match=dot-nexthop", "mx.a.test", true},
		{"encrypt", "mx.a.test", false},
		{"dane", "mx.a.test", false},
	} {
		p, err := ParseTLSPolicy(c.policy)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Accepts(c.name, host, nextHop); got != c.fits {
			t.Errorf("%q accepts %s: %t, want %t", c.policy, c.name, got, c.fits)
		}
	}
}

func TestPatternsAreEnforcedWhereAPolicySaysThatTheyAreOfMTASTS(t *testing.T) {
	for text, want := range map[string]bool{
		"secure match=a policy_type=sts mx_host_pattern=a": true,
		"secure match=a policy_type=STS mx_host_pattern=a": true,
		"secure match=a policy_type=sts":                   false,
		"secure policy_type=sts mx_host_pattern=a":         false,
		"secure match=a": false,
		"encrypt policy_type=sts mx_host_pattern=a": false,
		"dane-only policy_type=tlsa":                false,
	} {
		p, err := ParseTLSPolicy(text)
		if err != nil || p.EnforcesMXPatterns() != want {
			t.Errorf("%q enforces them: %t, %v; want %t", text, p.EnforcesMXPatterns(), err, want)
		}
	}
}
