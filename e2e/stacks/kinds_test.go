package stacks_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fakemx/fakemx/scenarios"
)

// The kinds that are of use for more than one thing.
const (
	kindUnknownIssuer = "unknown issuer"
	// kindChain is said where a stack says no more than that the chain leads
	// nowhere or does not verify.
	kindChain  = "invalid chain"
	kindAlert  = "alert"
	kindClosed = "closed"
)

// consequences say which kinds of refusal a change of the peer may lead to. The
// path is that of scenarios.Diff.
var consequences = []struct {
	path, value string
	kinds       []string
}{
	{`pki\.send`, `\[\]`, []string{"no certificate"}},
	{`pki\.(send|trust)`, ``, []string{kindUnknownIssuer}},
	{`pki\.key`, ``, []string{"handshake signature"}},
	{`pki\.certificates\.leaf\.issuer`, `.*leaf`, []string{kindUnknownIssuer, "not a CA"}},
	{`pki\.certificates\.leaf\.issuer`, ``, []string{kindUnknownIssuer}},
	{`pki\.certificates\..*\.not_after`, `-.*`, []string{"expired"}},
	{`pki\.certificates\..*\.not_before`, `[^-].*`, []string{"not yet valid"}},
	{`pki\.certificates\.leaf\.(subject\.common_name|dns_names|ip_addresses)`, ``, []string{"name"}},
	{`pki\.certificates\.(leaf|intermediate)\.key`, ``, []string{"key", "alert handshake_failure"}},
	{`pki\.certificates\.(leaf|intermediate)\.hash`, ``, []string{"hash", "certificate signature"}},
	{`pki\.certificates\.(leaf|intermediate)\.extended_key_usages`, ``, []string{"purpose"}},
	{`pki\.certificates\.[^.]*`, `.*subject_of: .*`, []string{"certificate signature"}},
	{`pki\.certificates\.leaf\.version`, ``, []string{"certificate version"}},
	{`pki\.certificates\.leaf\.negative_serial`, ``, []string{"serial number"}},
	{`pki\.certificates\.leaf\.pss`, ``, []string{"certificate signature", "hash"}},
	{`pki\.certificates\.leaf\.must_staple`, ``, []string{"no status"}},
	{`pki\.certificates\.leaf\.corrupt_signature`, ``, []string{"certificate signature"}},
	{`pki\.certificates\..*\.extensions`, `.*critical: true.*`, []string{"critical extension"}},
	{`pki\.certificates\..*\.extensions`, `.*size: \d{4,}.*`, []string{"size"}},
	{`pki\.certificates\.intermediate\.(ca|omit)`, ``, []string{"not a CA"}},
	{`pki\.certificates\.intermediate\.key_usages`, ``, []string{"not a CA", "purpose"}},
	{`pki\.certificates\..*\.path_length`, ``, []string{"path length"}},
	{`pki\.certificates\..*\.name_constraints`, ``, []string{"name constraint"}},
	{`pki\.revoked`, ``, []string{"revoked"}},
	{`tls\.staple`, `revoked`, []string{"revoked"}},
	{`tls\.staple`, `expired`, []string{"stale status"}},
	{`tls\.(min|max)_version`, ``, []string{"version", "alert protocol_version"}},
	{`tls\.groups`, ``, []string{"group", "alert handshake_failure"}},
	{`tls\.cipher_suites`, ``, []string{"no shared cipher", "alert handshake_failure"}},
	{`tls\.legacy`, `.*signature_scheme.*`, []string{"handshake signature", "hash"}},
	{`tls\.legacy`, `.*dh_prime_bits.*`, []string{"group"}},
	{`tls\.legacy`, `.*no_secure_renegotiation.*`, []string{"renegotiation"}},
	{`tls\.version_intolerant`, ``, []string{"alert handshake_failure"}},
	{`tls\.max_client_hello`, ``, []string{kindClosed}},
	{`tls\.records`, `.*corrupt_finished.*`, []string{"finished"}},
	{`tls\.records`, `.*downgrade_canary.*`, []string{"downgrade"}},
	{`tls\.records`, `.*key_updates.*`, []string{"key updates"}},
	{`tls\.records`, `.*warning_alerts.*`, []string{"alert unrecognized_name"}},
	{`tls\.records`, `.*alert_after_handshake: (\w+).*`, []string{"alert $1"}},
	{`tls\.without_sni`, `.*alert: (\w+).*`, []string{"alert $1"}},
	{`tls\.client_certificate\.mode`, `require`, []string{"alert certificate_required", "alert handshake_failure"}},
	{`tls\.client_certificate\.mode`, `enforce`, []string{"alert certificate_required", "alert handshake_failure", "alert bad_certificate"}},
}

// ofAuthorities are what a stack says that drops an authority which is not as
// it should be, and then finds no issuer.
var ofAuthorities = regexp.MustCompile(`^pki\.certificates\.(?:[^l]|l[^e]|le[^a]|lea[^f])`)

// fits are the kinds of fault that a refusal of a scenario may name: those that
// its differences from the healthy peer lead to, and those that kinds.yaml adds.
func fits(s scenarios.Scenario, added map[string][]string) []string {
	kinds := slices.Clone(added[s.Name])
	for _, change := range scenarios.Diff(scenarios.Healthy(), s.Peer) {
		kinds = append(kinds, consequencesOf(change)...)
	}
	if slices.ContainsFunc(kinds, func(k string) bool { return strings.HasPrefix(k, kindAlert+" ") }) {
		kinds = append(kinds, kindAlert, kindClosed) // for who does not name the alert, or sees the end of the connection first
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// named: one of the kinds that the words leave open is among those that fit.
func named(kind string, fitting []string) bool {
	return len(open(kind, fitting)) > 0
}

// open are those of the kinds that the words leave open that fit.
func open(kind string, fitting []string) []string {
	return slices.DeleteFunc(strings.Split(kind, " or "), func(k string) bool { return !slices.Contains(fitting, k) })
}

// narrow leaves out what cannot be meant; if nothing fits, everything stays.
func narrow(kind string, fitting []string) string {
	if left := open(kind, fitting); len(left) > 0 {
		return strings.Join(left, " or ")
	}
	return kind
}

func consequencesOf(c scenarios.Change) []string {
	var kinds []string
	_, value, _ := strings.Cut(c.String(), " -> ")
	for _, rule := range consequences {
		path, values := whole(rule.path), whole(rule.value)
		if !path.MatchString(c.Path) || rule.value != "" && !values.MatchString(value) {
			continue
		}
		for _, kind := range rule.kinds {
			kinds = append(kinds, values.ReplaceAllString(value, kind))
			if rule.value == "" {
				kinds[len(kinds)-1] = kind
			}
		}
		if rule.value != "" {
			break // it is the most particular
		}
	}
	if strings.HasPrefix(c.Path, "pki.") {
		kinds = append(kinds, kindChain)
	}
	if ofAuthorities.MatchString(c.Path) {
		kinds = append(kinds, kindUnknownIssuer)
	}
	for _, fault := range handshakeFaults(c) {
		kinds = append(kinds, map[string]string{"reset": kindClosed, "close": kindClosed}[fault], fault)
	}
	return slices.DeleteFunc(kinds, func(k string) bool { return k == "" })
}

func whole(expression string) *regexp.Regexp {
	return regexp.MustCompile(fmt.Sprintf("^(?:%s)$", expression))
}

// A wish is what the facts have a client do.
type wish string

const (
	accept wish = "accept"
	refuse wish = "refuse"
	either wish = "either"
)

// wishOf derives it from the facts.
func wishOf(f scenarios.Facts, m mode) wish {
	switch {
	case f.Completes == scenarios.No:
		return refuse
	case m == verify && f.Authentic == scenarios.No:
		return refuse
	case f.Completes != scenarios.Yes:
		return either
	case m == verify && f.Authentic != scenarios.Yes:
		return either
	}
	return accept
}
