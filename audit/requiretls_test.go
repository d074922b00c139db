package audit

import (
	"context"
	"crypto/tls"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/fakemx"
	"github.com/fakemx/fakemx/scenarios"
)

// TestWhatAMessageAsksFor changes what a client has to do, under each policy.
func TestWhatAMessageAsksFor(t *testing.T) {
	t.Parallel()
	const (
		must    = "must deliver in TLS"
		may     = "may deliver"
		mayTLS  = "may deliver in TLS"
		mustNot = "must not deliver"
	)
	columns := []Policy{Opportunistic, Encrypt, Verify, DANE, DANEOnly, MTASTS, DANEAndMTASTS}
	for name, want := range map[string][]string{
		"requiretls":                      {mayTLS, mayTLS, mayTLS, must, must, must, must},
		"requiretls-over-tls-required-no": {mayTLS, mayTLS, mayTLS, must, must, must, must},
		"requiretls-unsupported":          {mustNot, mustNot, mustNot, mustNot, mustNot, mustNot, mustNot},
		"requiretls-in-clear-only":        {mustNot, mustNot, mustNot, mustNot, mustNot, mustNot, mustNot},
		"requiretls-refused":              {mustNot, mustNot, mustNot, mustNot, mustNot, mustNot, mustNot},
		"requiretls-no-starttls":          {mustNot, mustNot, mustNot, mustNot, mustNot, mustNot, mustNot},
		"requiretls-untrusted":            {mustNot, mustNot, mustNot, mustNot, mustNot, mustNot, mustNot},
		"requiretls-and-tls-required-no":  {mustNot, mustNot, mustNot, mustNot, mustNot, mustNot, mustNot},
		"requiretls-self-signed":          {mayTLS, mayTLS, mustNot, must, must, mayTLS, must},
		"requiretls-mta-sts":              {mayTLS, mayTLS, mayTLS, mayTLS, mustNot, must, must},
		"requiretls-insecure-mx":          {mayTLS, mayTLS, mayTLS, mustNot, mustNot, mustNot, mustNot},
		"tls-required-no":                 {must, must, must, must, must, must, must},
		"tls-required-no-tlsa-mismatch":   {must, must, must, may, may, must, may},
		"tls-required-no-sts-mx-mismatch": {must, must, must, must, may, may, may},
		"tls-required-no-sts-self-signed": {must, must, may, must, may, may, may},
		"tls-required-no-sts-no-starttls": {"must deliver", may, may, "must deliver", may, may, may},
	} {
		s := scenarios.MustGet(name)
		for n, p := range columns {
			e := ExpectIn(s, p)
			if e.String() != want[n] || e.Because == "" {
				t.Errorf("%s, %s: a client %s (%s), want %s", name, p, e, e.Because, want[n])
			}
			if said := e.Ground != ""; said != (e.Duty != MayDeliver) {
				t.Errorf("%s, %s: the ground is %q", name, p, e.Ground)
			}
		}
	}
}

// TestWhatIsHiddenAtTimes is nothing that a client can count on.
func TestWhatIsHiddenAtTimes(t *testing.T) {
	t.Parallel()
	s := scenarios.MustGet("requiretls").With(func(p *scenarios.Peer) {
		p.Faults = []scenarios.Fault{{At: scenarios.AtEHLO, In: scenarios.InTLS, Do: scenarios.DoHide, Text: "REQUIRETLS", First: 1}}
	})
	if e := ExpectIn(s, DANE); e.String() != "may deliver in TLS" {
		t.Errorf("a client %s", e)
	}
}

// TestWhereTheDNSLeadsNowhere no message makes a difference.
func TestWhereTheDNSLeadsNowhere(t *testing.T) {
	t.Parallel()
	for _, m := range []scenarios.Message{{RequireTLS: true}, {TLSRequired: scenarios.TLSRequiredNo}} {
		s := scenarios.MustGet("null-mx")
		s.Message = m
		if e := ExpectIn(s, Opportunistic); e.Duty != MustNotDeliver || e.Ground != "RFC 7505 section 4.1" {
			t.Errorf("%+v: a client %s by %q", m, e, e.Ground)
		}
	}
}

// demandedIn is a session in which a message was delivered with the parameter
// REQUIRETLS, or without.
func demandedIn(parameter bool) fakemx.Session {
	s := session(fakemx.DeliveredTLS)
	s.Transactions = []fakemx.Transaction{{From: "a@x.test", To: []string{"probe@y.test"}, Accepted: true, RequireTLS: parameter}}
	return s
}

// looking is a session of a client that saw what is offered inside TLS, and left.
func looking() fakemx.Session {
	s := session(fakemx.Idle)
	s.TLS = &fakemx.TLS{Mode: "starttls", Completed: true}
	s.Commands = []fakemx.CommandCount{{Verb: "EHLO", Times: 2, InClear: 1}, {Verb: "QUIT", Times: 1}}
	s.End = fakemx.End{By: fakemx.FromClient, How: fakemx.EndQuit}
	return s
}

// TestWhoTakesADemandPassesItOn, or does not deliver.
func TestWhoTakesADemandPassesItOn(t *testing.T) {
	t.Parallel()
	proved := Control{Scenario: "requiretls", Delivered: true}
	asked := asking("MX A TLSA", demandedIn(true))
	dropped := asking("MX A TLSA", demandedIn(false))
	again := asking("MX A TLSA", session(fakemx.Refused), demandedIn(false))
	returned := asking("MX A TLSA", demandedIn(true))
	returned.Sessions[0].Transactions = append(returned.Sessions[0].Transactions, fakemx.Transaction{To: []string{"a@x.test"}, Accepted: true})
	nameless := asking("MX A TLSA", demandedIn(false))
	nameless.Sessions[0].Transactions[0].From = ""
	nameless.Envelopes = []Envelope{{From: "a@x.test", To: []string{"Probe@y.test"}}}
	early := looking()
	early.Commands = []fakemx.CommandCount{{Verb: "EHLO", Times: 1, InClear: 1}}
	cut := asking("MX A TLSA", looking())
	cut.Sessions[0].ID, cut.CutOff = "1", []string{"1"}
	unable := asking("")
	unable.Problem = "it cannot be told"
	for name, test := range map[string]struct {
		scenario string
		policy   Policy
		evidence Evidence
		control  Control
		want     Result
		says     string
	}{
		"passed on":                 {"requiretls", DANE, asked, Control{}, Pass, "in TLS, as it must"},
		"passed on, may":            {"requiretls", Verify, asked, Control{}, May, "as it may"},
		"dropped":                   {"requiretls", DANE, dropped, Control{}, Fail, "dropped REQUIRETLS from MAIL, though the message demands it, by RFC 8689"},
		"dropped, may":              {"requiretls", Opportunistic, dropped, Control{}, Fail, "dropped REQUIRETLS"},
		"dropped with the sender":   {"requiretls", DANE, nameless, Control{}, Fail, "dropped REQUIRETLS"},
		"mail returned beside it":   {"requiretls", DANE, returned, Control{}, Pass, "as it must"},
		"not told":                  {"requiretls", DANE, unable, Control{}, Unclear, "it cannot be told"},
		"not offered, dropped":      {"requiretls-unsupported", DANE, dropped, proved, Fail, "though the message demands REQUIRETLS, and the peer does not offer REQUIRETLS inside TLS"},
		"not offered, passed on":    {"requiretls-unsupported", DANE, asked, proved, Fail, "delivered in TLS, though the message demands REQUIRETLS"},
		"not offered, seen":         {"requiretls-unsupported", DANE, asking("MX A TLSA", looking()), proved, Pass, "did not deliver"},
		"not offered, DNS unasked":  {"requiretls-unsupported", DANE, asking("MX A", looking()), proved, Pass, "did not deliver"},
		"not offered, not seen":     {"requiretls-unsupported", DANE, asking("MX A TLSA", early), proved, Unclear, "before it could see"},
		"not offered, cut off":      {"requiretls-unsupported", DANE, cut, proved, Unclear, "when its time was up"},
		"not offered, unproved":     {"requiretls-unsupported", DANE, asking("MX A TLSA", looking()), Control{Scenario: "requiretls"}, Unclear, "as the control requiretls demands either"},
		"refused, and again":        {"requiretls-refused", DANE, again, proved, Fail, "dropped REQUIRETLS"},
		"insecure MX, unconnected":  {"requiretls-insecure-mx", DANE, asking("MX A"), proved, Pass, "did not connect with the message"},
		"insecure MX, delivered":    {"requiretls-insecure-mx", DANE, asked, proved, Fail, "neither DNSSEC nor MTA-STS"},
		"insecure MX, told where":   {"requiretls-insecure-mx", DANE, asking("A", demandedIn(true)), proved, Unclear, "did not look up the MX record"},
		"insecure MX, own name":     {"requiretls-insecure-mx", Verify, asked, proved, May, "as it may"},
		"untrusted, unconnected":    {"requiretls-untrusted", DANE, asking("MX A TLSA"), proved, Pass, "did not connect with the message"},
		"untrusted, by nobody":      {"requiretls-untrusted", DANE, asking("MX A"), proved, Unclear, "never connected"},
		"over the field, heeded":    {"requiretls-over-tls-required-no", DANE, asking("MX A", looking()), proved, Fail, "it seems to go by TLS-Required: No"},
		"over the field, ignored":   {"requiretls-over-tls-required-no", DANE, asked, proved, Pass, "as it must"},
		"over the field, unproved":  {"requiretls-over-tls-required-no", DANE, asking("MX A", looking()), Control{Scenario: "requiretls"}, Unclear, "never asked"},
		"untrusted, in time":        {"requiretls-untrusted", MTASTS, asking("MX A"), proved, Unclear, "never connected"},
		"waived, unasked":           {"tls-required-no-tlsa-mismatch", DANE, asking("MX A", session(fakemx.DeliveredClear)), proved, May, "as it may"},
		"waived, and all is right":  {"tls-required-no", DANE, asking("MX A", session(fakemx.DeliveredTLS)), proved, Pass, "as it must"},
		"waived, and not delivered": {"tls-required-no-tlsa-mismatch", DANE, asking("MX A TLSA", session(fakemx.Refused)), proved, May, "need not"},
	} {
		v := Judge(scenarios.MustGet(test.scenario), test.policy, test.evidence, test.control)
		if v.Result != test.want || !strings.Contains(v.Reason, test.says) {
			t.Errorf("%s: %s (%s), want %s with %q", name, v.Result, v.Reason, test.want, test.says)
		}
	}
}

// TestTheControlOfDemands is delivered to with the parameter, or not at all.
func TestTheControlOfDemands(t *testing.T) {
	t.Parallel()
	control := ControlFor(scenarios.MustGet("requiretls-refused"), DANEOnly)
	if control.Name != "requiretls" || !isControl(control, Verify) {
		t.Errorf("the control is %s", control.Name)
	}
	for parameter := range map[bool]bool{false: true, true: true} {
		if c := NewControl(control, sessions(demandedIn(parameter))); c.Delivered != parameter {
			t.Errorf("with the parameter %v: %+v", parameter, c)
		}
	}
	r := &Report{Policy: DANE, Items: []Item{{Scenario: "requiretls", Verdict: Verdict{Unclear, "the command cannot be told"}, Evidence: Evidence{Problem: "the command cannot be told"}}}}
	if got := r.unproved(); got != "" {
		t.Errorf("a client that cannot be told of REQUIRETLS makes it say %q", got)
	}
}

// TestWhatTellsACommandOfREQUIRETLS is its placeholder, or its variable.
func TestWhatTellsACommandOfREQUIRETLS(t *testing.T) {
	t.Parallel()
	script := filepath.Join(t.TempDir(), "script.sh")
	if err := os.WriteFile(script, []byte("exec client $FAKEMX_REQUIRETLS"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		want bool
	}{
		{[]string{"sh", "{host}"}, false},
		{[]string{"sh", "{{requiretls}"}, false},
		{[]string{"sh", "--requiretls={requiretls}"}, true},
		{[]string{"sh", "-c", "echo $FAKEMX_REQUIRETLS"}, true},
		{[]string{"sh", script}, true},
	} {
		template, err := NewTemplate(test.args)
		if err != nil {
			t.Fatal(err)
		}
		if got := unable(Command{template}, scenarios.MustGet("requiretls")); (got == "") != test.want {
			t.Errorf("%q: %q, want told: %v", test.args, got, test.want)
		}
		if got := unable(Command{template}, scenarios.MustGet("tls-required-no")); got != "" {
			t.Errorf("%q cannot be given a header field: %q", test.args, got)
		}
	}
}

// A deafMailer does not look at what the message demands.
type deafMailer struct{ t *testing.T }

func (deafMailer) String() string { return "deaf" }
func (m deafMailer) Deliver(_ context.Context, target Target) Attempt {
	if target.RequireTLS {
		m.t.Error("it is given a message that demands REQUIRETLS")
	}
	return Attempt{}
}

// TestAMailerThatSaysNothing of REQUIRETLS is not given what demands it.
func TestAMailerThatSaysNothing(t *testing.T) {
	t.Parallel()
	list := pick("requiretls", "requiretls-refused")
	r := probedWith(t, Options{Policy: DANE, Scenarios: list, Driver: deafMailer{t}, DNS: "127.0.0.1:0"})
	wantResults(t, r, "requiretls=unclear requiretls-refused=unclear")
	if reason := r.Items[0].Reason; !strings.Contains(reason, "audit.RequireTLSDriver") || r.Unproved != "" {
		t.Errorf("the reason is %q; unproved: %q", reason, r.Unproved)
	}
}

// TestAnMTAIsGivenDemands if it offers REQUIRETLS, which it does inside TLS alone.
func TestAnMTAIsGivenDemands(t *testing.T) {
	t.Parallel()
	pki := fakemx.Start(t, scenarios.MustGet("healthy"))
	for name, test := range map[string]struct {
		offers bool
		scheme string
		want   string
		says   string
	}{
		"in TLS":      {true, "smtp+starttls", "requiretls=fail", "dropped REQUIRETLS"},
		"in clear":    {true, "smtp", "requiretls=unclear", "submit to smtp+starttls:// or smtps://"},
		"not offered": {false, "smtp+starttls", "requiretls=unclear", "it does not offer REQUIRETLS"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := &mta{requireTLS: test.offers}
			_, port, _ := net.SplitHostPort(startMTA(t, m, &tls.Config{Certificates: []tls.Certificate{pki.PKI().TLSCertificate()}}))
			s, err := NewSubmit(test.scheme+"://localhost:"+port, pki.CAFile())
			if err != nil {
				t.Fatal(err)
			}
			list := pick("requiretls")
			r := probedWith(t, Options{Policy: Encrypt, Scenarios: list, Driver: s, DNS: "127.0.0.1:0", Listen: routed(t, m, list)})
			wantResults(t, r, test.want)
			if !strings.Contains(r.Items[0].Reason, test.says) {
				t.Errorf("the reason is %q", r.Items[0].Reason)
			}
			for _, from := range m.senders() {
				if from != "probe@requiretls.fakemx.test" {
					t.Errorf("the sender is %q, of which the message could not be returned", from)
				}
			}
			if given := len(m.senders()) > 0; given != slices.Contains([]string{"in TLS"}, name) {
				t.Errorf("the MTA was given the message: %v", given)
			}
		})
	}
}

// TestTheHeaderFieldIsInTheMessage that waives TLS, and in no other.
func TestTheHeaderFieldIsInTheMessage(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios.All() {
		want := ""
		if s.Message.TLSRequired != "" {
			want = "TLS-Required: No\r\n"
		}
		if got := waiver(s); got != want {
			t.Errorf("%s: %q, want %q", s.Name, got, want)
		}
	}
}
