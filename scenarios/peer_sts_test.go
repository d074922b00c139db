package scenarios

import (
	"crypto/x509"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fakemx/fakemx/certgen"
)

func TestWhatCannotBePublishedByMTASTS(t *testing.T) {
	t.Parallel()
	https := func(h PolicyHTTPS) func(*STS) { return func(s *STS) { s.HTTPS = h } }
	for path, edits := range map[string][]func(*STS){
		"peer.sts.txt[1]":          {func(s *STS) { s.TXT = []string{"a", "b\nc"} }},
		"peer.sts.policy.version":  {func(s *STS) { s.Policy.Version = "STSv1\r" }},
		"peer.sts.policy.mode":     {func(s *STS) { s.Policy.Mode = "none\nmx: x" }},
		"peer.sts.policy.mx[0]":    {func(s *STS) { s.Policy.MX = []string{"a\nb"} }},
		"peer.sts.policy.extra[0]": {func(s *STS) { s.Policy.Extra = []string{"a: b\n"} }},
		"peer.sts.policy.max_age":  {func(s *STS) { *s.Policy.MaxAge = -1 }},
		"peer.sts.policy.eol":      {func(s *STS) { s.Policy.EOL = "cr" }},
		"peer.sts.policy.raw":      {func(s *STS) { s.Policy.Raw = "version: STSv1" }},
		"peer.sts.https.host": {
			https(PolicyHTTPS{Host: "gone"}), https(PolicyHTTPS{Host: PolicyHostAbsent, Status: 404}), https(PolicyHTTPS{Host: PolicyHostRefuses, Cut: true}),
		},
		"peer.sts.https.certificate":  {https(PolicyHTTPS{Certificate: "stolen"})},
		"peer.sts.https.status":       {https(PolicyHTTPS{Status: 199}), https(PolicyHTTPS{Status: 600})},
		"peer.sts.https.content_type": {https(PolicyHTTPS{ContentType: "text/plain\r\nX: y"})},
		"peer.sts.https.redirect":     {https(PolicyHTTPS{Redirect: "https://a\r\nX: y"}), https(PolicyHTTPS{Redirect: "https://a", Status: 200})},
		"peer.sts.https.delay":        {https(PolicyHTTPS{Delay: -1}), https(PolicyHTTPS{Delay: Span(11 * time.Minute)})},
		"peer.sts.https.size":         {https(PolicyHTTPS{Size: -1}), https(PolicyHTTPS{Size: 2 << 20})},
	} {
		for i, edit := range edits {
			s := MustGet("mta-sts")
			edit(s.Peer.STS)
			if found := fieldErrors(s.Validate()); len(found) != 1 || found[0].Path != path {
				t.Errorf("%s, %d: %v, want one problem, there", path, i+1, s.Validate())
			}
		}
	}
}

// TestNoPolicyWithoutMTASTS: a fact about what is not there is wrong.
func TestNoPolicyWithoutMTASTS(t *testing.T) {
	t.Parallel()
	s := MustGet("mta-sts")
	s.Peer.STS = nil
	if found := fieldErrors(s.Validate()); len(found) != 1 || found[0].Path != "facts.sts" {
		t.Errorf("%v, want a problem with facts.sts", s.Validate())
	}
	s.Facts.STS = STSNone
	if err := s.Validate(); err != nil {
		t.Error(err)
	}
}

func TestThePolicyAsItIsServed(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"mta-sts":         "version: STSv1\r\nmode: enforce\r\nmx: mx.mta-sts.fakemx.test\r\nmax_age: 604800\r\n",
		"sts-lf":          "version: STSv1\nmode: enforce\nmx: old-mx.sts-lf.fakemx.test\nmax_age: 604800\n",
		"sts-no-max-age":  "version: STSv1\r\nmode: enforce\r\nmx: old-mx.sts-no-max-age.fakemx.test\r\n",
		"sts-blank-line":  "version: STSv1\r\nmode: enforce\r\nmx: old-mx.sts-blank-line.fakemx.test\r\nmax_age: 604800\r\n\r\n",
		"sts-mx-wildcard": "version: STSv1\r\nmode: enforce\r\nmx: *.sts-mx-wildcard.fakemx.test\r\nmax_age: 604800\r\n",
		"sts-empty":       "",
		"healthy":         "",
	} {
		if got := MustGet(name).PolicyBody(); got != want {
			t.Errorf("%s: the policy is %q, want %q", name, got, want)
		}
	}
	raw := MustGet("mta-sts").With(func(p *Peer) { p.STS.Policy = STSPolicy{Raw: "for {domain}"} })
	if got := raw.PolicyBody(); got != "for mta-sts.fakemx.test" {
		t.Errorf("a raw policy is %q", got)
	}
	large := MustGet("sts-too-large").PolicyBody()
	if len(large) < 70000 || len(large) > 70100 || !strings.HasPrefix(large, "version: STSv1\r\n") || !strings.HasSuffix(large, "\r\n") {
		t.Errorf("a policy of at least 70000 bytes has %d, and begins with %.30q", len(large), large)
	}
}

func TestTheTXTRecords(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"mta-sts":        {"v=STSv1; id=7;"},
		"sts-txt-twice":  {"v=STSv1; id=7;", "v=STSv1; id=old7;"},
		"sts-txt-absent": nil,
		"healthy":        nil,
	} {
		if got := MustGet(name).STSRecords("7"); !slices.Equal(got, want) {
			t.Errorf("%s: the records are %q, want %q", name, got, want)
		}
	}
}

// TestCertificatesOfPolicyHosts are right, or wrong in one way.
func TestCertificatesOfPolicyHosts(t *testing.T) {
	t.Parallel()
	for kind, want := range map[PolicyCertificate]string{
		"": "", PolicyCertificateHealthy: "", PolicyCertificateWildcard: "",
		PolicyCertificateExpired: "expired", PolicyCertificateOtherName: "is valid for www.mta-sts.fakemx.test",
		PolicyCertificateNoSAN: "legacy Common Name", PolicyCertificateSelfSigned: "unknown authority", PolicyCertificateUntrusted: "unknown authority",
	} {
		s := MustGet("mta-sts").With(certifiedAs(kind))
		var anchors certgen.Anchors
		pki, err := certgen.Build(s.PolicyHostPKI(), certgen.Options{Vars: s.Vars(nil, nil), Anchors: &anchors})
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := x509.ParseCertificate(pki.Chain()[0])
		if err != nil {
			t.Fatal(err)
		}
		roots, err := anchors.Roots()
		if err != nil {
			t.Fatal(err)
		}
		_, err = leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: s.PolicyHost()})
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", kind, err, want)
		}
	}
}

// TestStepsThatCannotCome, and when they do.
func TestStepsThatCannotCome(t *testing.T) {
	t.Parallel()
	for path, edit := range map[string]func(*Peer){
		"peer.steps[0].after":          func(p *Peer) { p.Steps = []Step{{}} },
		"peer.steps[1].after":          func(p *Peer) { p.Steps = []Step{{After: StepAfter{Fetches: 1}}, {After: StepAfter{Sessions: -1}}} },
		"peer.steps[0].sts":            func(p *Peer) { p.STS, p.Steps = nil, []Step{{After: StepAfter{Fetches: 1}}} },
		"peer.steps[0].sts.txt[0]":     func(p *Peer) { p.Steps = []Step{{After: StepAfter{Fetches: 1}, STS: STS{TXT: []string{"\n"}}}} },
		"peer.steps[0].sts.policy.eol": func(p *Peer) { p.Steps = []Step{{After: StepAfter{Fetches: 1}, STS: STS{Policy: STSPolicy{EOL: "x"}}}} },
		"peer.steps[0].sts.https.certificate": func(p *Peer) {
			p.Steps = []Step{{After: StepAfter{Fetches: 1}, STS: STS{HTTPS: PolicyHTTPS{Certificate: "x"}}}}
		},
	} {
		s := MustGet("mta-sts").With(edit)
		s.Facts.STS = STSNone
		if found := fieldErrors(s.Validate()); len(found) != 1 || found[0].Path != path {
			t.Errorf("%s: %v, want one problem, there", path, s.Validate())
		}
	}
	p := Peer{Steps: []Step{{After: StepAfter{Fetches: 2}}, {After: StepAfter{Fetches: 1, Sessions: 1}}, {After: StepAfter{Sessions: 3}}}}
	for at, want := range map[[2]int]int{{0, 0}: 0, {1, 9}: 0, {2, 0}: 1, {2, 1}: 2, {2, 2}: 2, {9, 3}: 3} {
		if got := p.StepAt(at[0], at[1]); got != want {
			t.Errorf("after %d fetches and %d sessions, %d steps have come, want %d", at[0], at[1], got, want)
		}
	}
}

// TestFactsAboutStepsThatDoNotCome, or that no client can find.
func TestFactsAboutStepsThatDoNotCome(t *testing.T) {
	t.Parallel()
	for path, edit := range map[string]func(*Scenario){
		"later":            func(s *Scenario) { s.Peer.Steps = nil },
		"later.remembered": func(s *Scenario) { s.Later = LaterFacts{Renewed: STSAllows} },
		"later.renewed":    func(s *Scenario) { s.Later.Renewed = "soon" },
		"later.ground":     func(s *Scenario) { s.Later.Ground = "RFC 8461\nsection 3.3" },
	} {
		s := MustGet("sts-txt-gone")
		edit(&s)
		if found := fieldErrors(s.Validate()); len(found) != 1 || found[0].Path != path {
			t.Errorf("%s: %v, want one problem, there", path, s.Validate())
		}
	}
	for age, want := range map[int]bool{0: true, 15: true, 16: false, usualMaxAge: false} {
		if life, short := MustGet("mta-sts").With(maxAge(age)).ShortLived(); short != want || life != time.Duration(age)*time.Second {
			t.Errorf("max_age %d: %s, %t", age, life, short)
		}
	}
	if _, short := MustGet("healthy").ShortLived(); short {
		t.Error("what is not published is short-lived")
	}
}

// stepped is a scenario with a step, whose later facts have that ground.
func stepped(ground string) Scenario {
	i := slices.IndexFunc(stsSteps, func(s Scenario) bool { return s.Name == "sts-txt-gone" })
	s := stsSteps[i]
	s.Name, s.Later.Ground = "a", ground
	return s
}

// TestFactsAboutStepsInAFile are those of the base only where its steps are the
// same.
func TestFactsAboutStepsInAFile(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]LaterFacts{
		"base: sts-txt-gone": stillForbids,
		"base: sts-txt-gone\npeer: {steps: [{after: {sessions: 2}, sts: {txt: []}}]}":                                            {},
		"base: sts-txt-gone\nlater: {remembered: lenient}":                                                                       {Remembered: STSLenient},
		"base: mta-sts\nlater: {remembered: allows, ground: all stacks}\npeer: {steps: [{after: {fetches: 1}, sts: {txt: []}}]}": {Remembered: STSAllows, Ground: AllStacks},
	} {
		list, err := Parse("x.yaml", []byte("name: mine\nsummary: x\n"+text+"\n"))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := list[0].Later; got != want {
			t.Errorf("%s: %+v, want %+v", text, got, want)
		}
	}
}
