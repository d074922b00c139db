package audit

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/policy/postfix"
	"github.com/fakemx/fakemx/scenarios"
	"github.com/fakemx/fakemx/stage"
)

// answering is what a daemon answered that looked these types up, and fetched the
// policy if "fetch" is among them. Postfix has the level before the answer, if
// there is one.
func answering(looked string, level postfix.Level, list ...string) Evidence {
	e := asking(strings.ReplaceAll(looked, "fetch", ""))
	for i, l := range e.Queries {
		if l.Type == "TXT" {
			e.Queries[i].Name = "_mta-sts.x.fakemx.test."
		}
	}
	if strings.Contains(looked, "fetch") {
		e.Fetches = []stage.PolicyFetch{{Status: 200}}
	}
	e.Answer = &PolicyAnswer{OwnLevel: level}
	for _, answer := range list {
		e.Answer.Lookups = append(e.Answer.Lookups, PolicyLookup{Request: "postfix x.fakemx.test", Answer: answer})
	}
	return e
}

// daemonCases are answers to a domain, and the verdicts on them.
var daemonCases = []struct {
	scenario string
	policy   Policy
	evidence Evidence
	want     Result
	says     string
}{
	// A host that is listed.
	{"sts-lf", MTASTS, answering("TXT A fetch", "may", "OK secure match=old-mx.sts-lf.fakemx.test"), Pass, "fits none of the names in the certificate (mx.sts-lf.fakemx.test)"},
	{"sts-mx-wildcard", MTASTS, answering("TXT A fetch", "may", "OK secure match=.sts-mx-wildcard.fakemx.test"), Pass, "Postfix delivers in TLS"},
	{"sts-mx-case", MTASTS, answering("TXT A fetch", "may", "OK secure match=MX.sts-mx-case.fakemx.test"), Pass, "Postfix delivers in TLS"},
	{"sts-mx-case", MTASTS, answering("TXT A fetch", "may", "OK verify"), Pass, "Postfix delivers in TLS"},
	{"sts-mx-case", MTASTS, answering("TXT A fetch", "may", "OK secure match=hostname:nexthop"), Pass, "Postfix delivers in TLS"},
	{"sts-mx-case", MTASTS, answering("TXT A fetch", "may", "OK secure"), Pass, "Postfix delivers in TLS"}, // dot-nexthop
	{"sts-mx-case", MTASTS, answering("TXT A fetch", "may", "OK secure match=b.test"), Fail, "though it must deliver in TLS"},
	{"sts-mx-case", MTASTS, answering("TXT A", "may", "NOTFOUND "), Pass, "its own level is may (assumed)"},
	{"sts-mx-case", MTASTS, answering("TXT A", "may", "OK none"), Fail, "Postfix delivers in clear"},
	{"sts-mx-case", MTASTS, answering("TXT A", "may", "TEMP out of order"), Fail, `"TEMP out of order", by which Postfix keeps the mail for later, though it must deliver`},
	// A peer that is listed, and not authentic or not in TLS.
	{"sts-name-mismatch", MTASTS, answering("TXT A fetch", "may", "OK secure match=mx.sts-name-mismatch.fakemx.test"), Pass, "(other.fakemx.test)"},
	{"sts-name-mismatch", MTASTS, answering("TXT A fetch", "may", "OK secure match=.fakemx.test"), Fail, "not that of the host"},
	{"sts-self-signed", MTASTS, answering("TXT A fetch", "may", "OK secure match=mx.sts-self-signed.fakemx.test"), Pass, "the peer is not authentic"},
	{"sts-expired", MTASTS, answering("TXT A fetch", "may", "OK secure match=hostname"), Pass, "the peer is not authentic"},
	{"sts-no-starttls", MTASTS, answering("TXT A fetch", "may", "OK secure match=hostname"), Pass, "STARTTLS is not usable"},
	{"sts-no-starttls", MTASTS, answering("TXT A", "may", "NOTFOUND "), Fail, "Postfix delivers in clear"},
	{"sts-self-signed", MTASTS, answering("TXT A fetch", "may", "OK encrypt"), Fail, "Postfix delivers in TLS"},
	// A host that is not listed.
	{"sts-lf", MTASTS, answering("TXT A", "may", "NOTFOUND "), Fail, "an enforced MTA-STS policy does not list the host"},
	{"sts-lf", MTASTS, answering("A", "may", "NOTFOUND "), Fail, "the daemon never asked for the TXT record of MTA-STS"},
	{"sts-lf", MTASTS, answering("TXT A", "encrypt", "NOTFOUND "), Fail, "its own level is encrypt"},
	{"sts-lf", MTASTS, answering("TXT A fetch", "may", "NOTFOUND ", "OK secure match=b.test"), Pass, "match=b.test"},
	{"sts-lf", MTASTS, answering("TXT A fetch", "may", "TEMP "), Pass, "keeps the mail for later"},
	{"sts-mx-pattern-in-cert", MTASTS, answering("TXT A fetch", "may", "OK secure match=old-mx.sts-mx-pattern-in-cert.fakemx.test"), Fail, "fits a name in the certificate that is not that of the host"},
	{"sts-mx-pattern-in-cert", MTASTS,
		answering("TXT A fetch", "may", "OK secure match=old-mx.sts-mx-pattern-in-cert.fakemx.test policy_type=sts mx_host_pattern=old-mx.sts-mx-pattern-in-cert.fakemx.test"),
		Pass, "none of whose mx_host_pattern is mx.sts-mx-pattern-in-cert.fakemx.test"},
	{"sts-mx-wildcard-two-labels", MTASTS, answering("TXT A fetch", "may", "OK secure match=.fakemx.test"), Fail, "Postfix delivers in TLS"},
	{"sts-mx-wildcard-two-labels", MTASTS, answering("TXT A fetch", "may", "OK secure match=.fakemx.test policy_type=sts mx_host_pattern=*.fakemx.test"), Pass, "does not deliver"},
	{"sts-mx-wildcard", MTASTS, answering("TXT A fetch", "may", "OK secure match=.sts-mx-wildcard.fakemx.test policy_type=sts mx_host_pattern=*.sts-mx-wildcard.fakemx.test"), Pass, "delivers in TLS"},
	// No policy to follow.
	{"sts-404", MTASTS, answering("TXT A fetch", "may", "NOTFOUND "), Pass, "Postfix delivers in TLS"},
	{"sts-404", MTASTS, answering("TXT A fetch", "may", "OK may"), Pass, "Postfix delivers in TLS"},
	{"sts-404", MTASTS, answering("TXT A fetch", "may", "PERM "), Fail, "though it must deliver in TLS"},
	{"sts-testing-no-starttls", MTASTS, answering("TXT A fetch", "may", "NOTFOUND "), Pass, "Postfix delivers in clear"},
	{"sts-html", MTASTS, answering("TXT A fetch", "may", "NOTFOUND "), May, "it is free to"},
	{"sts-html", MTASTS, answering("TXT A fetch", "may", "OK secure match=b.test"), May, "it is free to"},
	// What Postfix does not understand.
	{"sts-404", MTASTS, answering("TXT A fetch", "may", "OK strict"), Fail, `unknown security level "strict", though it must deliver`},
	{"sts-lf", MTASTS, answering("TXT A fetch", "may", "OK secure mx=b.test"), Unclear, "that is a fault of the daemon"},
	{"sts-lf", MTASTS, answering("TXT A fetch", "may", "secure match=b.test"), Unclear, "which Postfix cannot read"},
	{"sts-lf", MTASTS, answering("TXT A fetch", "may", "OK fingerprint match=AA"), Unclear, "fingerprints are not compared"},
	// What was not looked up in this audit.
	{"sts-lf", MTASTS, answering("", "may", "OK secure match=b.test"), Unclear, "it remembers an earlier answer, or uses another DNS"},
	{"sts-404", MTASTS, answering("", "may", "NOTFOUND "), Unclear, "empty its cache"},
	{"sts-404", MTASTS, answering("", "may", "PERM "), Unclear, "does it know the map that the request names, postfix?"},
	{"sts-lf", MTASTS, answering("TXT A", "may", "OK secure match=b.test"), Unclear, "did not fetch the policy"},
	{"sts-404", MTASTS, answering("A MX", "may", "NOTFOUND "), Unclear, "never asked for the TXT record"},
	{"mx-first-refused", MTASTS, answering("A MX", "may", "NOTFOUND "), Unclear, "never asked for the TXT record"},
	{"mx-first-refused", MTASTS, answering("TXT", "may", "NOTFOUND "), Pass, "Postfix delivers in TLS"},
	// DANE.
	{"tlsa-3-0-1", DANE, answering("MX A TLSA", "dane", "OK dane-only"), Pass, "a TLSA record matches"},
	{"tlsa-3-0-1", DANE, answering("MX A TLSA", "may", "NOTFOUND "), Pass, "delivers in TLS"},
	{"tlsa-3-0-1", DANE, answering("MX A", "dane", "NOTFOUND "), Unclear, "never asked for the TLSA record"},
	{"tlsa-wrong-selector", DANE, answering("MX A TLSA", "dane", "OK dane-only"), Pass, "no usable TLSA record matches"},
	{"tlsa-wrong-selector", DANE, answering("MX A TLSA", "may", "NOTFOUND "), Fail, "Postfix delivers in TLS"},
	{"tlsa-servfail", DANE, answering("MX A TLSA", "may", "TEMP "), Pass, "keeps the mail"},
	{"tlsa-servfail", DANE, answering("MX A TLSA", "may", "NOTFOUND "), Fail, "the lookup of the TLSA record fails"},
	{"tlsa-absent", DANE, answering("MX A TLSA", "may", "NOTFOUND "), Pass, "delivers in TLS"},
	{"tlsa-absent", DANE, answering("MX A TLSA", "may", "OK dane-only"), Fail, "though it must deliver"},
	{"tlsa-unknown-usage", DANE, answering("MX A TLSA", "may", "OK dane"), Pass, "none of the TLSA records is usable"},
	{"tlsa-unknown-usage", DANEOnly, answering("MX A TLSA", "may", "OK dane"), Fail, "Postfix delivers in TLS"},
	{"mx-insecure-host-secure", DANE, answering("MX A TLSA", "may", "OK dane"), May, "Postfix may deliver or not"},
	{"tlsa-first-host-mismatch", DANE, answering("MX A TLSA", "may", "OK dane-only"), Pass, "to mx2.tlsa-first-host-mismatch.fakemx.test"},
	{"tlsa-first-host-mismatch", DANE, answering("MX A TLSA", "may", "NOTFOUND "), Fail, "to mx.tlsa-first-host-mismatch.fakemx.test"},
	// Both, of which DANE comes first.
	{"dane-wrong-sts-right", DANEAndMTASTS, answering("TXT A fetch", "dane", "OK secure match=mx.dane-wrong-sts-right.fakemx.test"), Fail, "no usable TLSA record matches"},
	{"dane-wrong-sts-right", DANEAndMTASTS, answering("MX A TLSA", "dane", "OK dane-only"), Pass, "no usable TLSA record matches"},
	{"dane-right-sts-wrong", DANEAndMTASTS, answering("MX A TLSA", "dane", "OK dane-only"), May, "free to"},
	{"dane-right-sts-wrong", DANEAndMTASTS, answering("TXT A fetch", "dane", "OK secure match=b.test"), May, "does not deliver"},
	{"dane-servfail-sts-right", DANEAndMTASTS, answering("MX A TLSA", "dane", "TEMP "), Pass, "keeps the mail"},
	{"sts-lf", DANEAndMTASTS, answering("MX A TLSA TXT fetch", "dane", "OK secure match=b.test"), Pass, "does not deliver"},
}

func TestAnswersOfADaemonAreJudged(t *testing.T) {
	t.Parallel()
	for _, c := range daemonCases {
		s := scenarios.MustGet(c.scenario)
		control := Control{Scenario: ControlFor(s, c.policy).Name, Delivered: true}
		v := Judge(s, c.policy, c.evidence, control)
		last := c.evidence.Answer.Lookups[len(c.evidence.Answer.Lookups)-1].Answer
		if v.Result != c.want || !strings.Contains(v.Reason, c.says) {
			t.Errorf("%s, %s, %q: %s (%s), want %s with %q", c.scenario, c.policy, last, v.Result, v.Reason, c.want, c.says)
		}
		if item := NewItem(s, c.policy, c.evidence, control); item.Answer.Because == "" || item.Result == Fail && item.Advice != adviceDaemon {
			t.Errorf("%s, %s, %q: the item is %+v, advice %q", c.scenario, c.policy, last, item.Answer, item.Advice)
		}
		c.evidence.Answer.Delivers = DeliversInClear // as a report of another version may say
		if again := Judge(s, c.policy, c.evidence, control); again != v {
			t.Errorf("%s, %s, %q: judged again, %+v", c.scenario, c.policy, last, again)
		}
	}
}

// TestARefusalByAnswerNeedsAControl, and a delivery one that is not indifferent.
func TestARefusalByAnswerNeedsAControl(t *testing.T) {
	t.Parallel()
	refuses := answering("TXT A fetch", "may", "OK secure match=b.test")
	delivers := answering("TXT A fetch", "may", "OK secure match=hostname")
	for _, test := range []struct {
		scenario string
		evidence Evidence
		control  Control
		says     string
	}{
		{"sts-lf", refuses, Control{}, "proves nothing without a control"},
		{"sts-lf", refuses, Control{Scenario: "mta-sts"}, "does not deliver to the control mta-sts either"},
		{"sts-mx-case", delivers, Control{Scenario: "mta-sts", Delivered: true, Indifferent: true}, "it delivers to sts-mx-mismatch too"},
	} {
		if v := Judge(scenarios.MustGet(test.scenario), MTASTS, test.evidence, test.control); v.Result != Unclear || !strings.Contains(v.Reason, test.says) {
			t.Errorf("%s: %s (%s), want unclear with %q", test.scenario, v.Result, v.Reason, test.says)
		}
	}
}

// TestADaemonThatCannotFetchAnything has shown nothing, unless it could fetch the
// policy of the control.
func TestADaemonThatCannotFetchAnything(t *testing.T) {
	t.Parallel()
	distrusts := answering("TXT A", "may", "NOTFOUND ")
	distrusts.Fetches = []stage.PolicyFetch{{TLS: stage.PolicyFetchTLS{Error: "remote error: tls: unknown certificate authority"}}}
	unreached := answering("TXT A", "may", "NOTFOUND ")
	sound, unfetched := Control{Scenario: "mta-sts", Delivered: true}, NewControl(scenarios.MustGet("mta-sts"), distrusts)
	for _, test := range []struct {
		scenario string
		evidence Evidence
		control  Control
		want     Result
		says     string
	}{
		{"mta-sts", distrusts, Control{}, Unclear, "unknown certificate authority): does it trust the CA file of --pki?"},
		{"mta-sts", unreached, Control{}, Unclear, "does it reach that at port 443?"},
		{"sts-mx-mismatch", distrusts, unfetched, Unclear, "the daemon did not fetch the policy"},
		{"sts-txt-extension", distrusts, unfetched, Unclear, "the daemon did not fetch the policy"},
		{"sts-bad-version", distrusts, unfetched, Unclear, "the daemon did not fetch the policy"},
		{"sts-txt-extension", unreached, sound, Fail, "does not list the host"},
		{"sts-host-refused", unreached, sound, Pass, "Postfix delivers in TLS"},
	} {
		v := Judge(scenarios.MustGet(test.scenario), MTASTS, test.evidence, test.control)
		if v.Result != test.want || !strings.Contains(v.Reason, test.says) {
			t.Errorf("%s, %+v: %s (%s), want %s with %q", test.scenario, test.control, v.Result, v.Reason, test.want, test.says)
		}
	}
}

// TestAControlThatWasRememberedProvesNothing, however right the answer is.
func TestAControlThatWasRememberedProvesNothing(t *testing.T) {
	t.Parallel()
	control := scenarios.MustGet("mta-sts")
	for looked, want := range map[string]bool{"TXT A fetch": true, "": false} {
		if c := NewControl(control, answering(looked, "may", "OK secure match=hostname")); c.Delivered != want {
			t.Errorf("looked up %q, the control is %+v, want delivered %t", looked, c, want)
		}
	}
}

func TestWhatPostfixDoesByItselfFollowsThePolicy(t *testing.T) {
	t.Parallel()
	for p, want := range map[Policy]postfix.Level{MTASTS: "may", DANE: "dane", DANEOnly: "dane-only", DANEAndMTASTS: "dane"} {
		s, err := NewSocketmap("inet:127.0.0.1:8461", "")
		if err != nil || s.levelFor(p) != want {
			t.Errorf("%s: %s, %v; want %s", p, s.levelFor(p), err, want)
		}
		if s, err = NewSocketmap("inet:127.0.0.1:8461", "Encrypt"); err != nil || s.levelFor(p) != "encrypt" {
			t.Errorf("%s: %s, %v; want encrypt", p, s.levelFor(p), err)
		}
	}
	for _, level := range []string{"strict", "fingerprint"} {
		if _, err := NewSocketmap("inet:127.0.0.1:8461", level); err == nil {
			t.Errorf("the level %s is taken", level)
		}
	}
	if _, err := NewSocketmap("127.0.0.1:8461", ""); err == nil {
		t.Error("an endpoint without its kind is taken")
	}
}

// TestScenariosBeyondDaemons are those of the TLS and SMTP of a peer, and those in
// which no mail is delivered in any case.
func TestScenariosBeyondDaemons(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"healthy": "", "mta-sts": "", "sts-404": "", "sts-self-signed": "", "tlsa-mismatch": "", "mx-first-refused": "",
		"expired": "the peer's own TLS and SMTP", "starttls-stripped": "the peer's own TLS and SMTP", "null-mx": "a null MX", "requiretls-mta-sts": "what the message asks for", "mx-servfail": "a lookup in the DNS fails",
	} {
		got := beyondDaemons(scenarios.MustGet(name))
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	beyond := BeyondDaemons([]scenarios.Scenario{scenarios.MustGet("healthy"), scenarios.MustGet("expired"), scenarios.MustGet("mta-sts")})
	if len(beyond) != 1 || beyond[0].Name != "expired" {
		t.Errorf("%d are beyond daemons", len(beyond))
	}
}
