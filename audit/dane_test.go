package audit

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// daneDuties are what a client must do under dane and under dane-only, by what
// it finds, and by offers/completes/authentic.
var daneDuties = []struct {
	dane  scenarios.DANE
	facts string
	want  [2]string
}{
	{"", "yes/yes/yes", [2]string{"must deliver in TLS", "must not deliver"}},
	{scenarios.DANENone, "yes/yes/no", [2]string{"must deliver in TLS", "must not deliver"}},
	{scenarios.DANENone, "no/no/no", [2]string{"must deliver", "must not deliver"}},
	{scenarios.DANENone, "yes/no/no", [2]string{"may deliver", "must not deliver"}},
	{scenarios.DANEMatches, "yes/yes/yes", [2]string{"must deliver in TLS", "must deliver in TLS"}},
	{scenarios.DANEMatches, "yes/yes/no", [2]string{"must deliver in TLS", "must deliver in TLS"}},
	{scenarios.DANEMatches, "yes/weak/yes", [2]string{"may deliver in TLS", "may deliver in TLS"}},
	{scenarios.DANEMatches, "yes/no/no", [2]string{"must not deliver", "must not deliver"}},
	{scenarios.DANEMatches, "no/no/no", [2]string{"must not deliver", "must not deliver"}},
	{scenarios.DANEMismatch, "yes/yes/yes", [2]string{"must not deliver", "must not deliver"}},
	{scenarios.DANEMismatch, "no/no/no", [2]string{"must not deliver", "must not deliver"}},
	{scenarios.DANEUnusable, "yes/yes/no", [2]string{"must deliver in TLS", "must not deliver"}},
	{scenarios.DANEUnusable, "no/no/no", [2]string{"must not deliver", "must not deliver"}},
	{scenarios.DANEUnknowable, "yes/yes/yes", [2]string{"must not deliver", "must not deliver"}},
	{scenarios.DANEInsecureMX, "yes/yes/yes", [2]string{"may deliver in TLS", "must not deliver"}},
	{scenarios.DANEInsecureMX, "no/no/no", [2]string{"may deliver", "must not deliver"}},
	{scenarios.DANELenient, "yes/yes/yes", [2]string{"may deliver in TLS", "may deliver in TLS"}},
	{scenarios.DANELenient, "no/no/no", [2]string{"must not deliver", "must not deliver"}},
}

func TestTheDANETable(t *testing.T) {
	t.Parallel()
	for _, row := range daneDuties {
		for i, p := range []Policy{DANE, DANEOnly} {
			f := facts(row.facts)
			f.DANE = row.dane
			got := Expect(f, p)
			if got.String() != row.want[i] || got.Because == "" {
				t.Errorf("%s, %s, %s: a client %s because %q, want %s", row.dane, row.facts, p, got, got.Because, row.want[i])
			}
			for _, nowhere := range []scenarios.Resolution{scenarios.ResolvesTemporary, scenarios.ResolvesNever, scenarios.ResolvesNull} {
				f.Resolves = nowhere
				if got := Expect(f, p); got.Duty != MustNotDeliver {
					t.Errorf("%s, %s, %s: a client %s where the domain resolves %s", row.dane, row.facts, p, got, nowhere)
				}
			}
			f.Resolves = scenarios.ResolvesLenient
			if got := Expect(f, p); got.Duty == MustDeliver {
				t.Errorf("%s, %s, %s: a client %s where it need not follow the MX record", row.dane, row.facts, p, got)
			}
		}
	}
}

// TestOtherPoliciesIgnoreDANE, but not where the DNS leads.
func TestOtherPoliciesIgnoreDANE(t *testing.T) {
	t.Parallel()
	for _, p := range byTLS {
		for _, s := range scenarios.All() {
			plain := s.Facts
			plain.DANE = ""
			if got, want := Expect(s.Facts, p), Expect(plain, p); got != want {
				t.Errorf("%s, %s: a client %s, want %s as without DANE", s.Name, p, got, want)
			}
		}
		if got := ExpectIn(scenarios.MustGet("null-mx"), p); got.Duty != MustNotDeliver || got.Ground != "RFC 7505 section 4.1" {
			t.Errorf("null-mx, %s: a client %s by %q", p, got, got.Ground)
		}
	}
}

// asking is a client that did what the sessions say, and asked the DNS.
func asking(types string, list ...fakemx.Session) Evidence {
	e := sessions(list...)
	e.Queries = []Lookup{}
	for rrtype := range strings.FieldsSeq(types) {
		e.Queries = append(e.Queries, Lookup{Name: "x.fakemx.test.", Type: rrtype, Rcode: "NOERROR", Queries: 1})
	}
	return e
}

// TestNothingIsProvedByAClientThatNeverAsked, nor by one that delivers to the
// control's counterpart.
func TestNothingIsProvedByAClientThatNeverAsked(t *testing.T) {
	t.Parallel()
	proved := Control{Scenario: "dane", Delivered: true}
	indifferent := proved
	indifferent.Indifferent = true
	inTLS, refused := session(fakemx.DeliveredTLS), session(fakemx.Refused)
	for name, test := range map[string]struct {
		scenario string
		evidence Evidence
		control  Control
		want     Result
		says     string
	}{
		"matches":                      {"tlsa-ta", asking("MX A TLSA", inTLS), proved, Pass, "as it must"},
		"matches, refused":             {"tlsa-ta", asking("MX A TLSA", refused), proved, Fail, "did not deliver"},
		"matches, never asked":         {"tlsa-ta", asking("MX A", inTLS), proved, Unclear, "never asked for the TLSA record: either it does not do DANE, or it does not see the AD bit"},
		"matches, indifferent":         {"tlsa-rollover", asking("MX A TLSA", inTLS), indifferent, Unclear, "it delivers to tlsa-mismatch too"},
		"an anchor, indifferent":       {"tlsa-ta-private", asking("MX A TLSA", inTLS), indifferent, Unclear, "it delivers to tlsa-ta-not-sent too"},
		"an anchor, unproved":          {"tlsa-ta-expired", asking("MX A TLSA", refused), Control{Scenario: "tlsa-ta"}, Unclear, "did not deliver to the control tlsa-ta either"},
		"mismatch, refused":            {"tlsa-mismatch", asking("MX A TLSA", refused), proved, Pass, "did not deliver"},
		"mismatch, refused, unasked":   {"tlsa-mismatch", asking("MX", refused), proved, Unclear, "never asked for the TLSA record"},
		"mismatch, delivered":          {"tlsa-mismatch", asking("MX A TLSA", inTLS), proved, Fail, "no usable TLSA record matches"},
		"mismatch, delivered, unasked": {"tlsa-mismatch", asking("MX A", inTLS), proved, Fail, "it never asked for the TLSA record"},
		"mismatch, another DNS":        {"tlsa-mismatch", asking("", refused), proved, Unclear, "it does not use the DNS of the audit"},
		"unknowable, delivered":        {"tlsa-servfail", asking("MX A TLSA", inTLS), proved, Fail, "the lookup of the TLSA record fails"},
		"none, not to be asked for":    {"mx-secure-host-insecure", asking("MX A", inTLS), indifferent, Pass, "as it must"},
		"insecure MX, delivered":       {"mx-insecure-host-secure", asking("MX A", inTLS), proved, May, "as it may"},
		"no address, no question":      {"dnssec-bogus-address", asking("MX A", refused), proved, Pass, "did not deliver"},
		"an own DNS, not recorded":     {"tlsa-mismatch", sessions(refused), proved, Pass, "did not deliver"},
	} {
		v := Judge(scenarios.MustGet(test.scenario), DANE, test.evidence, test.control)
		if v.Result != test.want || !strings.Contains(v.Reason, test.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, v.Result, v.Reason, test.want, test.says)
		}
	}
}

// TestAClientNeedNotConnect where the DNS already says that it must not deliver,
// if it has asked.
func TestAClientNeedNotConnect(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		scenario string
		policy   Policy
		asked    string
		want     Result
	}{
		{"mx-servfail", Opportunistic, "MX", Pass},
		{"null-mx", Verify, "MX", Pass},
		{"null-mx", Verify, "", Unclear},
		{"dnssec-bogus", DANE, "MX", Pass},
		{"tlsa-servfail", DANE, "MX A TLSA", Pass},
		{"tlsa-servfail", DANE, "MX A", Unclear},
		{"tlsa-mismatch", DANE, "MX A TLSA", Unclear}, // it has not seen the key
		{"tlsa-no-starttls", DANE, "MX A TLSA", Unclear},
		{"tlsa-unusable-no-starttls", DANE, "MX A TLSA", Unclear},
		{"tlsa-unknown-usage", DANEOnly, "MX A TLSA", Pass},
		{"tlsa-unknown-usage", DANEOnly, "MX A", Unclear},
		{"tlsa-absent", DANEOnly, "MX A TLSA", Pass},
		{"dnssec-insecure", DANEOnly, "MX", Pass},
		{"mx-insecure-host-secure", DANEOnly, "MX", Pass},
		{"starttls-stripped", Encrypt, "MX A", Unclear},
	} {
		e := asking(test.asked)
		n := len(e.Queries)
		e.Lookups = &n
		v := Judge(scenarios.MustGet(test.scenario), test.policy, e, Control{Scenario: "dane", Delivered: true})
		if v.Result != test.want {
			t.Errorf("%s, %s, asked for %q: %s (%s), want %s", test.scenario, test.policy, test.asked, v.Result, v.Reason, test.want)
		}
		killed := e
		killed.Runs = []CommandRun{{TimedOut: true}}
		if v := Judge(scenarios.MustGet(test.scenario), test.policy, killed, Control{Scenario: "dane", Delivered: true}); v.Result != Unclear {
			t.Errorf("%s, %s, killed: %s (%s), want unclear", test.scenario, test.policy, v.Result, v.Reason)
		}
	}
}

// TestControlsOfDANE: dane for what deviates from it, and under dane-only for
// everything; tlsa-mismatch shows whether the client minds.
func TestControlsOfDANE(t *testing.T) {
	t.Parallel()
	own := scenarios.MustGet("tlsa-mismatch").With(func(p *scenarios.Peer) { p.SMTP.Extensions = nil })
	own.Name, own.Base = "mine", "tlsa-mismatch"
	for _, test := range []struct {
		scenario scenarios.Scenario
		policy   Policy
		want     string
	}{
		{scenarios.MustGet("expired"), DANE, "healthy"},
		{scenarios.MustGet("expired"), DANEOnly, "dane"},
		{scenarios.MustGet("healthy"), DANEOnly, "dane"},
		{scenarios.MustGet("tlsa-ta-expired"), DANE, "tlsa-ta"},
		{scenarios.MustGet("tlsa-ta-expired"), Verify, "tlsa-ta"},
		{scenarios.MustGet("tlsa-wrong-selector"), DANE, "dane"},
		{scenarios.MustGet("dane"), DANE, "dane"},
		{own, DANE, "dane"},
	} {
		if got := ControlFor(test.scenario, test.policy).Name; got != test.want {
			t.Errorf("%s, %s: the control is %s, want %s", test.scenario.Name, test.policy, got, test.want)
		}
	}
	list := []scenarios.Scenario{scenarios.MustGet("expired"), scenarios.MustGet("tlsa-wrong-selector"), scenarios.MustGet("tlsa-ta-expired")}
	for p, want := range map[Policy]string{
		Verify: "healthy dane tlsa-ta", DANE: "healthy dane tlsa-mismatch tlsa-ta tlsa-ta-not-sent", DANEOnly: "dane tlsa-mismatch tlsa-ta tlsa-ta-not-sent",
	} {
		var names []string
		for _, c := range Controls(list, p) {
			names = append(names, c.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: the controls are %s, want %s", p, got, want)
		}
	}
}

// TestFindingsOfDANE say what the verdicts mean together.
func TestFindingsOfDANE(t *testing.T) {
	t.Parallel()
	proved := Control{Scenario: "dane", Delivered: true}
	inTLS, inClear, refused := session(fakemx.DeliveredTLS), session(fakemx.DeliveredClear), session(fakemx.Refused)
	play := func(did map[string]fakemx.Session) (items []Item) {
		for name, s := range did {
			items = append(items, NewItem(scenarios.MustGet(name), DANE, asking("MX A TLSA", s), proved))
		}
		return items
	}
	for want, did := range map[string]map[string]fakemx.Session{
		"it delivered wherever none matches (in 2 scenarios)":        {"tlsa-mismatch": inTLS, "tlsa-wrong-selector": inTLS, "tlsa-servfail": inTLS},
		"though the lookup of the TLSA record fails (in 1 scenario)": {"tlsa-mismatch": refused, "tlsa-servfail": inTLS},
		"the client's resolver does not validate (in 1 scenario)":    {"tlsa-mismatch": refused, "dnssec-bogus-tlsa": inTLS},
		"cannot use for ones that do not match (in 1 scenario)":      {"tlsa-mismatch": refused, "tlsa-unknown-usage": refused},
		"in clear to hosts with TLSA records (in 1 scenario)":        {"tlsa-mismatch": refused, "tlsa-no-starttls": inClear},
		"TLSA records that are not secure (in 1 scenario)":           {"tlsa-mismatch": refused, "dnssec-insecure": refused},
		"": {"tlsa-mismatch": refused, "tlsa-servfail": refused, "dnssec-insecure": inTLS, "dane": inTLS},
	} {
		got := findings(DANE, play(did))
		if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || !strings.Contains(got[0], want)) {
			t.Errorf("%v, want %q alone", got, want)
		}
	}
}

// TestFindingOfDANEOnly: who delivers without a TLSA record does not demand one.
func TestFindingOfDANEOnly(t *testing.T) {
	t.Parallel()
	proved, e := Control{Scenario: "dane", Delivered: true}, asking("MX A TLSA", session(fakemx.DeliveredTLS))
	items := []Item{NewItem(scenarios.MustGet("tlsa-absent"), DANEOnly, e, proved), NewItem(scenarios.MustGet("healthy"), DANEOnly, e, proved)}
	if got := strings.Join(findings(DANEOnly, items), " "); !strings.Contains(got, "where there is no TLSA record (in 2 scenarios)") {
		t.Errorf("the findings are %q", got)
	}
	if got := findings(DANE, items); len(got) > 0 {
		t.Errorf("under dane, the findings are %q", got)
	}
}
