package audit

import (
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// stsDuties are what a client must do under mta-sts, by what it finds, and by
// offers/completes/authentic.
var stsDuties = []struct {
	sts   scenarios.STSFact
	facts string
	want  string
}{
	{"", "yes/yes/no", "must deliver in TLS"},
	{scenarios.STSNone, "yes/yes/yes", "must deliver in TLS"},
	{scenarios.STSNone, "yes/yes/no", "must deliver in TLS"},
	{scenarios.STSNone, "no/no/no", "must deliver"},
	{scenarios.STSTesting, "yes/yes/yes", "must deliver in TLS"},
	{scenarios.STSTesting, "yes/yes/no", "must deliver in TLS"},
	{scenarios.STSTesting, "yes/no/no", "may deliver"},
	{scenarios.STSTesting, "no/no/no", "must deliver"},
	{scenarios.STSAllows, "yes/yes/yes", "must deliver in TLS"},
	{scenarios.STSAllows, "yes/yes/lenient", "may deliver in TLS"},
	{scenarios.STSAllows, "yes/weak/yes", "may deliver in TLS"},
	{scenarios.STSAllows, "yes/yes/no", "must not deliver"},
	{scenarios.STSAllows, "yes/no/no", "must not deliver"},
	{scenarios.STSAllows, "no/no/no", "must not deliver"},
	{scenarios.STSForbids, "yes/yes/yes", "must not deliver"},
	{scenarios.STSForbids, "no/no/no", "must not deliver"},
	{scenarios.STSLenient, "yes/yes/yes", "may deliver in TLS"},
	{scenarios.STSLenient, "no/no/no", "may deliver"},
}

func TestTheSTSTable(t *testing.T) {
	t.Parallel()
	for _, row := range stsDuties {
		f := facts(row.facts)
		f.STS = row.sts
		checkDuty(t, f, MTASTS, row.want)
	}
}

// checkDuty wants a duty, and none but not to deliver where the DNS leads nowhere.
func checkDuty(t *testing.T, f scenarios.Facts, p Policy, want string) {
	t.Helper()
	got := Expect(f, p)
	if got.String() != want || got.Because == "" {
		t.Errorf("%+v, %s: a client %s because %q, want %s", f, p, got, got.Because, want)
	}
	for _, nowhere := range []scenarios.Resolution{scenarios.ResolvesTemporary, scenarios.ResolvesNever, scenarios.ResolvesNull} {
		f.Resolves = nowhere
		if got := Expect(f, p); got.Duty != MustNotDeliver {
			t.Errorf("%+v, %s: a client %s where the domain resolves %s", f, p, got, nowhere)
		}
	}
	f.Resolves = scenarios.ResolvesLenient
	if got := Expect(f, p); got.Duty == MustDeliver {
		t.Errorf("%+v, %s: a client %s where it need not follow the MX record", f, p, got)
	}
}

// bothDuties are what a client must do under dane+mta-sts.
var bothDuties = []struct {
	dane  scenarios.DANE
	sts   scenarios.STSFact
	facts string
	want  string
}{
	// DANE that fails decides.
	{scenarios.DANEMismatch, scenarios.STSAllows, "yes/yes/yes", "must not deliver"},
	{scenarios.DANEMismatch, scenarios.STSNone, "yes/yes/yes", "must not deliver"},
	{scenarios.DANEUnknowable, scenarios.STSAllows, "yes/yes/yes", "must not deliver"},
	// DANE that authenticates the host does, unless the policy contradicts.
	{scenarios.DANEMatches, "", "yes/yes/no", "must deliver in TLS"},
	{scenarios.DANEMatches, scenarios.STSTesting, "yes/yes/no", "must deliver in TLS"},
	{scenarios.DANEMatches, scenarios.STSAllows, "yes/yes/yes", "must deliver in TLS"},
	{scenarios.DANEMatches, scenarios.STSAllows, "yes/yes/no", "may deliver in TLS"},
	{scenarios.DANEMatches, scenarios.STSAllows, "no/no/no", "must not deliver"},
	{scenarios.DANEMatches, scenarios.STSForbids, "yes/yes/yes", "may deliver in TLS"},
	{scenarios.DANEMatches, scenarios.STSLenient, "yes/yes/yes", "may deliver in TLS"},
	// Without DANE, the policy decides.
	{"", "", "yes/yes/no", "must deliver in TLS"},
	{scenarios.DANENone, scenarios.STSAllows, "yes/yes/yes", "must deliver in TLS"},
	{scenarios.DANENone, scenarios.STSAllows, "yes/yes/no", "must not deliver"},
	{scenarios.DANENone, scenarios.STSForbids, "yes/yes/yes", "must not deliver"},
	{scenarios.DANENone, scenarios.STSTesting, "no/no/no", "must deliver"},
	// Records that are not usable demand TLS.
	{scenarios.DANEUnusable, scenarios.STSNone, "yes/yes/no", "must deliver in TLS"},
	{scenarios.DANEUnusable, scenarios.STSNone, "no/no/no", "must not deliver"},
	{scenarios.DANEUnusable, scenarios.STSTesting, "no/no/no", "must not deliver"},
	{scenarios.DANEUnusable, scenarios.STSAllows, "yes/yes/yes", "must deliver in TLS"},
	{scenarios.DANEUnusable, scenarios.STSAllows, "yes/yes/no", "must not deliver"},
	{scenarios.DANEUnusable, scenarios.STSForbids, "yes/yes/yes", "must not deliver"},
	{scenarios.DANEUnusable, scenarios.STSLenient, "yes/yes/yes", "may deliver in TLS"},
	{scenarios.DANEUnusable, scenarios.STSLenient, "no/no/no", "must not deliver"},
	// What is left to the client stays so.
	{scenarios.DANELenient, scenarios.STSAllows, "yes/yes/yes", "may deliver in TLS"},
	{scenarios.DANELenient, scenarios.STSNone, "no/no/no", "must not deliver"},
	{scenarios.DANEInsecureMX, scenarios.STSNone, "yes/yes/yes", "may deliver in TLS"},
	{scenarios.DANEInsecureMX, scenarios.STSAllows, "yes/yes/yes", "may deliver in TLS"},
	{scenarios.DANEInsecureMX, scenarios.STSForbids, "yes/yes/yes", "may deliver in TLS"},
	{scenarios.DANEInsecureMX, scenarios.STSForbids, "no/no/no", "must not deliver"},
}

func TestTheTableOfBoth(t *testing.T) {
	t.Parallel()
	for _, row := range bothDuties {
		f := facts(row.facts)
		f.DANE, f.STS = row.dane, row.sts
		checkDuty(t, f, DANEAndMTASTS, row.want)
	}
}

// TestBothIsDANEWithoutMTASTS, and MTA-STS without DANE.
func TestBothIsDANEWithoutMTASTS(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios.All() {
		if s.Facts.STS == "" && s.Facts.DANE != "" {
			if got, want := Expect(s.Facts, DANEAndMTASTS), Expect(s.Facts, DANE); got.String() != want.String() && s.Facts.DANE != scenarios.DANEInsecureMX {
				t.Errorf("%s: a client of both %s, want %s as without MTA-STS", s.Name, got, want)
			}
		}
		if s.Facts.DANE == "" {
			if got, want := ExpectIn(s, DANEAndMTASTS), ExpectIn(s, MTASTS); got != want {
				t.Errorf("%s: a client of both %s, want %s as without DANE", s.Name, got, want)
			}
		}
	}
}

// TestOtherPoliciesIgnoreMTASTS.
func TestOtherPoliciesIgnoreMTASTS(t *testing.T) {
	t.Parallel()
	for _, p := range append(byTLS, DANE, DANEOnly) {
		for _, s := range scenarios.All() {
			plain := s.Facts
			plain.STS = ""
			if got, want := Expect(s.Facts, p), Expect(plain, p); got != want {
				t.Errorf("%s, %s: a client %s, want %s as without MTA-STS", s.Name, p, got, want)
			}
		}
	}
}

func TestGroundsOfMTASTS(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"sts-mx-mismatch":  "an enforced MTA-STS policy does not list the host, by RFC 8461 section 5",
		"sts-self-signed":  "an enforced MTA-STS policy lists the host, and the peer is not authentic, by RFC 8461 section 4.1 and RFC 8461 section 4.2",
		"sts-no-starttls":  "an enforced MTA-STS policy lists the host, and STARTTLS is not usable, by RFC 8461 section 4.1 and RFC 3207 section 4",
		"sts-redirect":     "there is no MTA-STS policy to follow, and TLS completes, by RFC 8461 section 3.3 and RFC 9325 section 3.1.1",
		"sts-testing":      "the MTA-STS policy is in mode testing, and TLS completes, by RFC 8461 section 5 and RFC 9325 section 3.1.1",
		"sts-dot-pattern":  "whether the MTA-STS policy holds, or lists the host, is left to the client, and TLS completes and the peer is authentic",
		"dane-and-mta-sts": "an enforced MTA-STS policy lists the host, and TLS completes and the peer is authentic, by RFC 8461 section 4.1 and RFC 9325 section 3.1.1 and RFC 5280 section 6.1",
	} {
		if got := ExpectIn(scenarios.MustGet(name), MTASTS).Because; got != want {
			t.Errorf("%s: because %q, want %q", name, got, want)
		}
	}
}

// fetching is a client that asked for the TXT record and got the policy.
func fetching(list ...fakemx.Session) Evidence {
	e := asking("MX A", list...)
	e.Queries = append(e.Queries, Lookup{Name: "_mta-sts.x.fakemx.test.", Type: "TXT", Rcode: "NOERROR", Queries: 1})
	e.Fetches = []stage.PolicyFetch{{Status: 200}}
	return e
}

// TestNoPolicyIsKeptByAClientThatNeverAsked, nor by one that delivers to the
// control's counterpart.
func TestNoPolicyIsKeptByAClientThatNeverAsked(t *testing.T) {
	t.Parallel()
	proved := Control{Scenario: "mta-sts", Delivered: true}
	indifferent := proved
	indifferent.Indifferent = true
	inTLS, refused := session(fakemx.DeliveredTLS), session(fakemx.Refused)
	never, cached, killed := fetching(inTLS), fetching(), fetching()
	cached.Fetches = []stage.PolicyFetch{}
	waiting, late := fetching(), cached
	waiting.Waited, late.Waited = scenarios.Span(time.Minute), scenarios.Span(time.Minute)
	killed.Runs = []CommandRun{{Args: []string{"x"}, TimedOut: true}}
	never.Fetches = []stage.PolicyFetch{{TLS: stage.PolicyFetchTLS{Error: "bad certificate"}}}
	for name, test := range map[string]struct {
		scenario string
		policy   Policy
		evidence Evidence
		control  Control
		want     Result
		says     string
	}{
		"allows":                     {"sts-mx-case", MTASTS, fetching(inTLS), proved, Pass, "as it must"},
		"allows, refused":            {"sts-mx-case", MTASTS, fetching(refused), proved, Fail, "did not deliver"},
		"allows, unasked":            {"sts-mx-case", MTASTS, asking("MX A", inTLS), proved, Unclear, "never asked for the TXT record of MTA-STS: either it does not do MTA-STS"},
		"allows, TXT of another":     {"sts-mx-case", MTASTS, asking("MX A TXT", inTLS), proved, Unclear, "never asked for the TXT record"},
		"allows, indifferent":        {"sts-mx-case", MTASTS, fetching(inTLS), indifferent, Unclear, "it delivers to sts-mx-mismatch too, so that this does not show that it does MTA-STS"},
		"none":                       {"sts-404", MTASTS, fetching(inTLS), proved, Pass, "as it must"},
		"none, unasked":              {"sts-404", MTASTS, asking("MX A", inTLS), proved, Unclear, "never asked"},
		"none, indifferent":          {"sts-404", MTASTS, fetching(inTLS), indifferent, Unclear, "it delivers to sts-mx-mismatch too"},
		"none, refused":              {"sts-404", MTASTS, fetching(refused), proved, Fail, "did not deliver"},
		"forbids, refused":           {"sts-lf", MTASTS, fetching(refused), proved, Pass, "did not deliver"},
		"forbids, refused, unasked":  {"sts-lf", MTASTS, asking("MX A", refused), proved, Unclear, "never asked"},
		"forbids, delivered":         {"sts-lf", MTASTS, fetching(inTLS), proved, Fail, "does not list the host"},
		"forbids, never fetched":     {"sts-lf", MTASTS, never, proved, Fail, "; it never fetched the policy"},
		"forbids, delivered unasked": {"sts-lf", MTASTS, asking("MX A", inTLS), proved, Fail, "it never asked for the TXT record"},
		"forbids, another DNS":       {"sts-lf", MTASTS, asking("", refused), proved, Unclear, "it does not use the DNS of the audit"},
		"forbids, unconnected":       {"sts-lf", MTASTS, fetching(), proved, Pass, "it asked for the TXT record of MTA-STS, fetched the policy, and did not connect"},
		"forbids, cached":            {"sts-lf", MTASTS, cached, proved, Pass, "it asked for the TXT record of MTA-STS, and did not connect"},
		"forbids, nothing":           {"sts-lf", MTASTS, asking("MX A"), proved, Unclear, "never connected"},
		"forbids, killed":            {"sts-lf", MTASTS, killed, proved, Unclear, "still running"},
		"allows, unconnected":        {"sts-self-signed", MTASTS, fetching(), proved, Unclear, "never connected"},
		"must, unconnected":          {"mta-sts", MTASTS, fetching(), proved, Fail, "did not deliver"},
		"MTA, misled":                {"sts-txt-twice", MTASTS, waiting, proved, Fail, "though it must deliver in TLS: it fetched the MTA-STS policy, which is not to be followed, and did not connect"},
		"MTA, late":                  {"sts-txt-twice", MTASTS, late, proved, Unclear, "the MTA never connected"},
		"verify, unconnected":        {"sts-mx-pattern-in-cert", Verify, fetching(), proved, Unclear, "never connected"},
		"TLSA failed, unconnected":   {"tlsa-servfail", DANE, asking("MX A TLSA"), proved, Pass, "it asked the DNS, and did not connect"},
		"mismatch, unconnected":      {"tlsa-mismatch", DANE, asking("MX A TLSA"), proved, Unclear, "never connected"},
		"null MX, unconnected":       {"null-mx", Verify, asking("MX"), Control{Scenario: "healthy", Delivered: true}, Pass, "it asked the DNS, and did not connect"},
		"null MX, nothing":           {"null-mx", Verify, asking(""), Control{Scenario: "healthy", Delivered: true}, Unclear, "never connected"},
		"lenient":                    {"sts-html", MTASTS, fetching(inTLS), proved, May, "as it may"},
		"without MTA-STS, unasked":   {"self-signed", MTASTS, asking("MX A", inTLS), Control{Scenario: "healthy", Delivered: true}, Pass, "as it must"},
		"an own DNS, not recorded":   {"sts-lf", MTASTS, sessions(refused), proved, Pass, "did not deliver"},
		"both, DANE decides":         {"dane-wrong-sts-right", DANEAndMTASTS, asking("MX A TLSA", refused), proved, Pass, "did not deliver"},
		"both, DANE unasked":         {"dane-wrong-sts-right", DANEAndMTASTS, fetching(refused), proved, Unclear, "never asked for the TLSA record"},
		"both, STS forbids, unasked": {"dane-right-sts-wrong", DANEAndMTASTS, fetching(refused), proved, May, "need not"},
		"both, no DANE, unasked":     {"sts-lf", DANEAndMTASTS, asking("MX A TLSA", refused), proved, Unclear, "never asked for the TXT record"},
	} {
		v := Judge(scenarios.MustGet(test.scenario), test.policy, test.evidence, test.control)
		if v.Result != test.want || !strings.Contains(v.Reason, test.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, v.Result, v.Reason, test.want, test.says)
		}
		if i := NewItem(scenarios.MustGet(test.scenario), test.policy, test.evidence, test.control); i.Verdict != v {
			t.Errorf("%s: as an item it is %s (%s)", name, i.Result, i.Reason)
		}
	}
}

func TestControlsOfMTASTS(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		scenario string
		policy   Policy
		want     string
	}{
		{"expired", MTASTS, "healthy"},
		{"sts-404", MTASTS, "mta-sts"},
		{"sts-testing-expired", Verify, "mta-sts"},
		{"sts-404", DANEOnly, "dane"},
		{"tlsa-mismatch", MTASTS, "dane"},
		{"dane-wrong-sts-right", DANEAndMTASTS, "dane-and-mta-sts"},
		{"dane-wrong-sts-right", DANEOnly, "dane-and-mta-sts"},
	} {
		if got := ControlFor(scenarios.MustGet(test.scenario), test.policy).Name; got != test.want {
			t.Errorf("%s, %s: the control is %s, want %s", test.scenario, test.policy, got, test.want)
		}
	}
	list := []scenarios.Scenario{scenarios.MustGet("expired"), scenarios.MustGet("sts-404"), scenarios.MustGet("dane-right-name-mismatch")}
	for p, want := range map[Policy]string{
		Verify: "healthy mta-sts dane-and-mta-sts", DANE: "healthy mta-sts dane-and-mta-sts dane-wrong-sts-right",
		MTASTS:        "healthy mta-sts sts-mx-mismatch dane-and-mta-sts dane-right-sts-wrong",
		DANEAndMTASTS: "healthy mta-sts sts-mx-mismatch dane-and-mta-sts dane-wrong-sts-right",
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

// TestFindingsOfMTASTS say what the verdicts mean together.
func TestFindingsOfMTASTS(t *testing.T) {
	t.Parallel()
	proved := Control{Scenario: "mta-sts", Delivered: true}
	inTLS, inClear, refused := session(fakemx.DeliveredTLS), session(fakemx.DeliveredClear), session(fakemx.Refused)
	play := func(p Policy, did map[string]fakemx.Session) (items []Item) {
		for name, s := range did {
			e := fetching(s)
			e.Queries = append(e.Queries, Lookup{Name: "x", Type: "TLSA"})
			items = append(items, NewItem(scenarios.MustGet(name), p, e, proved))
		}
		return items
	}
	for _, test := range []struct {
		policy Policy
		want   string
		did    map[string]fakemx.Session
	}{
		{MTASTS, "it delivered wherever one does not list the host (in 2 scenarios)", map[string]fakemx.Session{"sts-mx-mismatch": inTLS, "sts-lf": inTLS}},
		{MTASTS, "in clear to hosts that an enforced MTA-STS policy lists (in 1 scenario)", map[string]fakemx.Session{"sts-mx-mismatch": refused, "sts-no-starttls": inClear}},
		{MTASTS, "it accepts every certificate that it was shown (in 2 scenarios)", map[string]fakemx.Session{"sts-mx-mismatch": refused, "sts-self-signed": inTLS, "sts-name-mismatch": inTLS}},
		{MTASTS, "not the name under an enforced MTA-STS policy (in 1 scenario)", map[string]fakemx.Session{"sts-self-signed": refused, "sts-name-mismatch": inTLS}},
		{MTASTS, "in mode testing (in 1 scenario)", map[string]fakemx.Session{"sts-mx-mismatch": refused, "sts-testing-no-starttls": refused}},
		{MTASTS, "or none can be fetched (in 2 scenarios)", map[string]fakemx.Session{"sts-mx-mismatch": refused, "sts-404": refused, "sts-txt-twice": refused}},
		{DANEAndMTASTS, "override DANE that fails (in 1 scenario)", map[string]fakemx.Session{"tlsa-mismatch": refused, "dane-wrong-sts-right": inTLS, "sts-mx-mismatch": refused}},
		{DANE, "override DANE that fails (in 2 scenarios)", map[string]fakemx.Session{"dane-servfail-sts-right": inTLS, "dane-wrong-sts-right": inTLS}},
		{DANEAndMTASTS, "it delivered wherever none matches (in 2 scenarios)", map[string]fakemx.Session{"tlsa-mismatch": inTLS, "dane-wrong-sts-right": inTLS}},
		{MTASTS, "", map[string]fakemx.Session{"sts-mx-mismatch": refused, "sts-404": inTLS, "sts-self-signed": refused, "sts-name-mismatch": refused, "mta-sts": inTLS, "dane-wrong-sts-right": inTLS}},
		{DANEAndMTASTS, "", map[string]fakemx.Session{"sts-mx-mismatch": refused, "dane-wrong-sts-right": refused, "dane-right-sts-wrong": inTLS}},
	} {
		got := findings(test.policy, play(test.policy, test.did))
		if test.want == "" && len(got) > 0 || test.want != "" && (len(got) != 1 || !strings.Contains(got[0], test.want)) {
			t.Errorf("%s, %v: %v, want %q alone", test.policy, test.did, got, test.want)
		}
	}
}
