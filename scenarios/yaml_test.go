package scenarios

import (
	"reflect"
	"strings"
	"testing"

	"github.com/fakemx/fakemx/certgen"
)

// reread writes a scenario under another name and reads it back.
func reread(t *testing.T, s Scenario) Scenario {
	t.Helper()
	s.Name, s.Aliases = "rewritten", nil
	text, err := s.YAML()
	if err != nil {
		t.Fatal(err)
	}
	all, err := Parse("rewritten.yaml", text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return all[0]
}

func TestTheWholeCatalogueSurvivesYAML(t *testing.T) {
	t.Parallel()
	for _, want := range sampled(All()) {
		t.Run(want.Name, func(t *testing.T) {
			t.Parallel()
			got := reread(t, want)
			if fingerprint(got.Peer) != fingerprint(want.Peer) {
				t.Errorf("the peer changes: %v", Diff(want.Peer, got.Peer))
			}
			got.Name, got.Number, got.SecondNumber, got.Aliases, got.Family = want.Name, want.Number, want.SecondNumber, want.Aliases, want.Family
			got.Peer, got.Edit, want.Peer, want.Edit = Peer{}, nil, Peer{}, nil
			if !reflect.DeepEqual(got, want) {
				t.Errorf("the rest changes:\n%+v\n%+v", got, want)
			}
		})
	}
}

// Fields that no built-in scenario has, or not with these values.
func TestRecipesSurviveYAML(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*Peer){
		"extension octets": func(p *Peer) {
			p.PKI.Certificates[leaf].Extensions = []certgen.Extension{{OID: exampleOID, Value: "0500"}}
		},
		"numeric octets": func(p *Peer) {
			p.PKI.Certificates[leaf].Extensions = []certgen.Extension{{OID: exampleOID, Value: "1e10"}}
		},
		"no key usage":      func(p *Peer) { p.PKI.Certificates[leaf].KeyUsages = []string{} },
		"key usages":        func(p *Peer) { p.PKI.Certificates[leaf].KeyUsages = []string{"keyAgreement", "decipherOnly"} },
		"no purpose":        func(p *Peer) { p.PKI.Certificates[leaf].ExtendedKeyUsages = []string{} },
		"a sound CRL":       func(p *Peer) { p.PKI.CRLs = map[string]*certgen.CRL{root: {}} },
		"a CRL of the past": func(p *Peer) { p.PKI.CRLs = map[string]*certgen.CRL{root: {NextUpdate: 1, SignedBy: leaf}} },
		"PSS with SHA-512": func(p *Peer) {
			p.PKI.Certificates[intermediate].Key = certgen.RSA8192
			p.PKI.Certificates[leaf].PSS, p.PKI.Certificates[leaf].Hash = true, certgen.SHA512
		},
	} {
		want := MustGet("healthy").With(edit)
		if got := reread(t, want); !reflect.DeepEqual(got.Peer, want.Peer) {
			t.Errorf("%s: the peer changes: %v", name, Diff(want.Peer, got.Peer))
		}
	}
}

func TestYAMLIsForPeople(t *testing.T) {
	t.Parallel()
	text, err := MustGet("self-signed").YAML()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"name: self-signed\n", "base: healthy\n", "\n    send: [leaf]\n",
		"\n        issuer: null\n", "\n  authentic: \"no\"\n", "\n        dns_names: [localhost, \"{hostname}\", \"{names}\"]\n",
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

// strange are strings that mean something else, or nothing, without quotes.
var strange = []string{
	"yes", "no", "~", "null", "true", "1.0", "012", "0x1f", "1e3", ".inf", "2001-01-01", "a: b", "#x", "x #y",
	" lead", "trail ", "\ttab", "", "a\x00b", "\x15\x03\x01", "\x7f", "é", "\u2028", "\u0085", "\ufeff", `"q"`, "'q'",
	"{a}", "[x]", "- a", "*x", "&x", "!t", "%x", "@x", "`x", "|", ">", "?", "? a", ":", ",", "a,b", "]", "}",
	`\`, `a\nb`, "a\nb", "a\r\nb\r\n", "<<", "=", "a]b", "---", "...", "a\n---\nb",
}

func TestStrangeTextSurvivesYAML(t *testing.T) {
	t.Parallel()
	for _, text := range strange {
		want := MustGet("healthy").With(func(p *Peer) {
			p.Faults = []Fault{{At: AtHandshake, Do: DoReply, Text: text + "."}, {At: AtSTARTTLS, Do: DoInject, Text: "." + text}}
			p.TLS.ALPN = []string{text + "x", "h2"}
		})
		want.Story = text
		got := reread(t, want)
		if fingerprint(got.Peer) != fingerprint(want.Peer) || got.Story != text {
			t.Errorf("%q becomes %v, story %q", text, Diff(want.Peer, got.Peer), got.Story)
		}
	}
}
