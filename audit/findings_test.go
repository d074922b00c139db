package audit

import (
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// conduct is a way to meet a peer that is not authentic.
type conduct int

const (
	refuses conduct = iota
	delivers
	fallsBackToClear
)

// met is what is known of a verifying client that met a scenario in a way.
func met(name string, c conduct) Item {
	inTLS := &fakemx.TLS{Mode: "starttls", Completed: true}
	e := Evidence{Sessions: []fakemx.Session{{TLS: inTLS, Outcome: fakemx.Refused}}}
	switch c {
	case refuses:
	case delivers:
		e.Sessions = []fakemx.Session{{TLS: inTLS, Outcome: fakemx.DeliveredTLS, Accepted: fakemx.Accepted{InTLS: 1}}}
	case fallsBackToClear:
		e.Sessions = append(e.Sessions, fakemx.Session{Outcome: fakemx.DeliveredClear, Accepted: fakemx.Accepted{InClear: 1}})
	}
	return NewItem(scenarios.MustGet(name), Verify, e, delivered)
}

// TestFindingsNameTheTraps: who looks at the chain alone, who falls back to
// clear text, and who looks at nothing are told apart.
func TestFindingsNameTheTraps(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name            string
		mismatch, chain conduct
		want            []string
	}{
		{"verifies", refuses, refuses, nil},
		{"ignores names", delivers, refuses, []string{"verifies the chain but not the name (in 1 scenario)"}},
		{"ignores everything", delivers, delivers, []string{"does not verify"}},
		{"falls back", fallsBackToClear, fallsBackToClear, []string{"falls back to clear text (in 2 scenarios)"}},
		{"falls back but for one", fallsBackToClear, refuses, []string{"falls back to clear text (in 1 scenario)"}},
	} {
		found := findings(Verify, []Item{met("hostname-mismatch", test.mismatch), met("self-signed", test.chain)})
		if len(found) != len(test.want) {
			t.Errorf("of a client that %s: %q, want %q", test.name, found, test.want)
			continue
		}
		for i, words := range test.want {
			if !strings.Contains(found[i], words) {
				t.Errorf("of a client that %s: %q, want %q", test.name, found[i], words)
			}
		}
	}
}

// TestOneSpecialFaultDoesNotShowThatAClientVerifiesNothing, nor one odd form of a
// name that it ignores names.
func TestOneSpecialFaultDoesNotShowThatAClientVerifiesNothing(t *testing.T) {
	t.Parallel()
	const nothing, names, narrow = "does not verify", "but not the name", "accepts certificates that it must refuse (in "
	for _, test := range []struct{ accepted, refused, want string }{
		{"wrong-eku", "", narrow + "wrong-eku)"},
		{"no-ip-san nul-in-san", "", narrow + "no-ip-san, nul-in-san)"},
		{"expired hostname-mismatch", "", narrow},
		{"wrong-eku self-signed", "", nothing},
		{"untrusted-root", "", nothing},
		{"missing-intermediate", "", nothing},
		{"self-signed hostname-mismatch", "wrong-eku", ""},
		{"nul-in-san", "self-signed expired", ""},
		{"no-ip-san wrong-eku", "self-signed", ""},
		{"wildcard-multi-label", "self-signed", ""},
		{"hostname-mismatch", "self-signed", names},
		{"hostname-mismatch nul-in-san", "expired", names + " (in 2 scenarios)"},
		{"hostname-mismatch self-signed", "expired", ""},
	} {
		var items []Item
		for name := range strings.FieldsSeq(test.accepted) {
			items = append(items, met(name, delivers))
		}
		for name := range strings.FieldsSeq(test.refused) {
			items = append(items, met(name, refuses))
		}
		got := strings.Join(findings(Verify, items), "; ")
		if !strings.Contains(got, test.want) || test.want == "" && got != "" {
			t.Errorf("accepted %s, refused %s: %q, want %q", test.accepted, test.refused, got, test.want)
		}
	}
}

// TestAClientThatVerifiesUnasked is told so once: several peers that are not
// authentic show it, and no odd certificate alone.
func TestAClientThatVerifiesUnasked(t *testing.T) {
	t.Parallel()
	const verifies = "the client verifies, though the policy "
	inTLS := ended(theClient, fakemx.EndClose, withTLS(true))
	alert := ended(theClient, fakemx.EndAlert, withAlert("unknown_ca", theClient))
	late := Evidence{Runs: []CommandRun{outOfTime()}, Sessions: []fakemx.Session{inTLS}}
	atMail := inTLS
	atMail.Transactions = make([]fakemx.Transaction, 1)
	for _, test := range []struct {
		name, refused, accepted string
		how                     Evidence
		want                    string
	}{
		{"by alert", "self-signed expired", "healthy", sessions(alert), "in 2 scenarios"},
		{"without an alert", "self-signed expired hostname-mismatch", "healthy", sessions(inTLS), "in 3 scenarios"},
		{"in one scenario", "self-signed", "healthy", sessions(alert), ""},
		{"odd certificates", "wrong-eku nul-in-san", "healthy", sessions(alert), ""},
		{"names alone", "hostname-mismatch no-ip-san", "self-signed", sessions(alert), ""},
		{"some who are untrusted", "self-signed expired", "untrusted-root", sessions(alert), ""},
		{"sound peers", "healthy wildcard", "", sessions(alert), ""},
		{"when its time was up", "self-signed expired", "healthy", late, ""},
		{"after MAIL", "self-signed expired", "healthy", sessions(atMail), ""},
		{"without TLS", "self-signed expired", "healthy", sessions(ended(theClient, fakemx.EndQuit)), ""},
		{"never, as the peer was gone", "self-signed expired", "healthy", sessions(ended(thePeer, fakemx.EndReset, withTLS(false))), ""},
	} {
		for _, p := range Policies() {
			var items []Item
			for name := range strings.FieldsSeq(test.refused) {
				items = append(items, NewItem(scenarios.MustGet(name), p, test.how, delivered))
			}
			for name := range strings.FieldsSeq(test.accepted) {
				items = append(items, NewItem(scenarios.MustGet(name), p, sessions(session(fakemx.DeliveredTLS)), delivered))
			}
			got := strings.Join(findings(p, items), "; ")
			want := test.want != "" && p != Verify && p != DANEOnly
			if strings.Contains(got, verifies+string(p)) != want || want && (!strings.Contains(got, test.want) || !strings.HasSuffix(got, "--policy verify")) {
				t.Errorf("%s, refused %s: %q, want %q", p, test.name, got, test.want)
			}
			inClear := NewItem(scenarios.MustGet("starttls-stripped"), p, sessions(session(fakemx.DeliveredClear)), delivered)
			got = strings.Join(findings(p, append(items, inClear)), "; ")
			if strings.Contains(got, "as it delivers in clear, too") != want || strings.Contains(got, "seems to be configured") {
				t.Errorf("%s, refused %s, and delivered in clear: %q", p, test.name, got)
			}
			unproved := NewItem(scenarios.MustGet("self-signed"), p, test.how, Control{Scenario: "healthy"})
			if got := findings(p, []Item{unproved, unproved}); len(got) > 0 {
				t.Errorf("%s, refused %s without a control: %q", p, test.name, got)
			}
		}
	}
}

// TestForgeries holds what the declarations say of the peers.
func TestForgeries(t *testing.T) {
	t.Parallel()
	got := map[forgery][]string{}
	for _, s := range scenarios.All() {
		if f := forgeryOf(s); f != "" && columnOf(s.Facts) == notAuthentic {
			got[f] = append(got[f], s.Name)
		}
	}
	want := map[forgery]string{
		untrusted: "missing-intermediate wrong-intermediate self-signed untrusted-root self-signed-in-chain missing-cross-sign " +
			"rekeyed-intermediate bad-signature tlsa-ee-self-signed tlsa-ta-full-not-sent tlsa-ta-private tlsa-ta-not-sent sts-self-signed sts-testing-self-signed " +
			"requiretls-untrusted requiretls-self-signed requiretls-and-tls-required-no tls-required-no-sts-self-signed",
		misnamed: "hostname-mismatch tlsa-ee-name-mismatch tlsa-ta-name-mismatch sts-name-mismatch sts-mx-pattern-in-cert sts-testing-name-mismatch dane-right-name-mismatch",
	}
	for f, names := range want {
		if text := strings.Join(got[f], " "); text != names {
			t.Errorf("%s are %q, want %q", f, text, names)
		}
	}
}

// TestForgeriesOfOnesOwn holds what is said of peers that the catalogue has not.
func TestForgeriesOfOnesOwn(t *testing.T) {
	t.Parallel()
	names := func(list ...string) func(*scenarios.Peer) {
		return func(p *scenarios.Peer) { p.PKI.Certificates["leaf"].DNSNames = list }
	}
	for name, test := range map[string]struct {
		base string
		edit func(*scenarios.Peer)
		want forgery
	}{
		"another name":               {"healthy", names("mx.example.org"), misnamed},
		"another name, and expired":  {"expired", names("mx.example.org"), ""},
		"a name with a star in it":   {"healthy", names("m*x.example.org"), ""},
		"localhost":                  {"healthy", names("localhost"), ""},
		"names of the run":           {"healthy", names("{names}"), ""},
		"no name":                    {"healthy", names(), ""},
		"sound":                      {"healthy", func(*scenarios.Peer) {}, ""},
		"signed by somebody else":    {"healthy", func(p *scenarios.Peer) { p.PKI.Certificates["leaf"].SignedBy = "root" }, untrusted},
		"signed by its issuer":       {"healthy", func(p *scenarios.Peer) { p.PKI.Certificates["leaf"].SignedBy = "intermediate" }, ""},
		"an issuer that is fetched":  {"missing-intermediate-with-url", func(*scenarios.Peer) {}, ""},
		"an issuer that is not sent": {"missing-intermediate", func(*scenarios.Peer) {}, untrusted},
		"another's name, same key": {"rekeyed-intermediate", func(p *scenarios.Peer) {
			c := p.PKI.Certificates["rekeyed"]
			c.SubjectOf, c.KeyOf = "", "intermediate"
		}, untrusted},
		"a twin of the issuer": {"rekeyed-intermediate", func(p *scenarios.Peer) {
			p.PKI.Certificates["rekeyed"].KeyOf = "intermediate"
		}, ""},
	} {
		s := scenarios.MustGet(test.base).With(test.edit)
		s.Facts.Authentic = scenarios.No
		if got := forgeryOf(s); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
		if s.ReachBy = scenarios.ReachByAddress; forgeryOf(s) == misnamed {
			t.Errorf("%s, reached by its address: the name is held against it", name)
		}
		if s.Facts.Authentic = scenarios.Lenient; forgeryOf(s) != "" {
			t.Errorf("%s, lenient: it is a forgery", name)
		}
	}
}

// TestWhoGoesOnInClearWhereTLSIsWithheld is told to demand TLS, and counts in the
// finding.
func TestWhoGoesOnInClearWhereTLSIsWithheld(t *testing.T) {
	t.Parallel()
	inClear := fakemx.Session{Outcome: fakemx.DeliveredClear, Accepted: fakemx.Accepted{InClear: 1}}
	withheld := inClear
	withheld.Fault = fakemx.Fault{At: scenarios.AtEHLO, Do: scenarios.DoHide}
	for _, p := range []Policy{Encrypt, Verify} {
		stripped := NewItem(scenarios.MustGet("starttls-stripped"), p, sessions(inClear), delivered)
		flapping := NewItem(scenarios.MustGet("starttls-flapping"), p, sessions(withheld), delivered)
		if flapping.Result != Fail || flapping.Advice != adviceDemand || flapping.Advice != stripped.Advice {
			t.Errorf("%s: %s, advice %q", p, flapping.Result, flapping.Advice)
		}
		if got := strings.Join(findings(p, []Item{stripped, flapping}), "; "); !strings.Contains(got, "goes on in clear (in 2 scenarios)") {
			t.Errorf("%s: the findings are %q", p, got)
		}
		offered := NewItem(scenarios.MustGet("starttls-flapping"), p, sessions(withheld, inClear), delivered)
		if offered.Advice != adviceTLS {
			t.Errorf("%s: of one that ignores the offer, too, the advice is %q", p, offered.Advice)
		}
	}
}
