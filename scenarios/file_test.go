package scenarios

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// minimal is the head of a scenario file: two lines.
const minimal = "name: mine\nsummary: does this\n"

func TestAFiveLineScenario(t *testing.T) {
	t.Parallel()
	all, err := Parse("mine.yaml", []byte(minimal+"facts: {authentic: no}\npeer:\n  pki: {certificates: {leaf: {not_after: -10m}}}\n"))
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	s := all[0]
	if s.Name != "mine" || s.Family != FamilyCustom || s.Facts != unauthentic {
		t.Errorf("it is %+v", s)
	}
	changes := Diff(Healthy(), s.Peer)
	if len(changes) != 1 || changes[0].String() != "pki.certificates.leaf.not_after: (none) -> -10m0s" {
		t.Errorf("it changes %v", changes)
	}
}

func TestAPeerIsLaidOverItsBase(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"nothing":        {"", nil},
		"mappings merge": {"peer: {tls: {client_certificate: {mode: request}}}", []string{"tls.client_certificate.mode: ignore -> request"}},
		"lists replace":  {"peer: {pki: {send: [leaf]}}", []string{"pki.send: [leaf, intermediate] -> [leaf]"}},
		"null removes a certificate": {"peer: {pki: {client: null, certificates: {client: null}}}", []string{
			"pki.certificates.client: {dns_names: [client.fakemx.test], extended_key_usages: [clientAuth], issuer: client-ca, subject: {common_name: client.fakemx.test}} -> (none)",
			"pki.client: client -> (none)",
		}},
		"null empties a field": {"peer: {pki: {certificates: {leaf: {ip_addresses: null}}}}", []string{
			`pki.certificates.leaf.ip_addresses: [127.0.0.1, "::1", "{addresses}"] -> (none)`,
		}},
		"a new certificate": {"peer: {pki: {certificates: {extra: {ca: true}}}}", []string{
			"pki.certificates.extra: (none) -> {ca: true}",
		}},
		"unquoted numbers": {"peer: {tls: {max_version: 1.2}, smtp: {greeting: 12}}", []string{
			`tls.max_version: "1.3" -> "1.2"`, `smtp.greeting: "{hostname} ESMTP fakemx" -> "12"`,
		}},
		"another base": {"base: wrong-host\npeer: {pki: {send: [leaf]}}", []string{
			`pki.certificates.leaf.subject.common_name: "{hostname}" -> "*.hostingplatform.test"`,
			`pki.certificates.leaf.dns_names: [localhost, "{hostname}", "{names}"] -> ["*.hostingplatform.test", hostingplatform.test]`,
			`pki.certificates.leaf.ip_addresses: [127.0.0.1, "::1", "{addresses}"] -> (none)`,
			"pki.send: [leaf, intermediate] -> [leaf]",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all, err := Parse("mine.yaml", []byte(minimal+c.text))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, change := range Diff(Healthy(), all[0].Peer) {
				got = append(got, change.String())
			}
			if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
				t.Errorf("it changes\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestFactsThatAreNotGiven(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Facts{
		"":                                       sound,
		"base: expired":                          unauthentic,
		"base: starttls-stripped":                unoffered,
		"base: expired\nfacts: {authentic: yes}": sound,
		"facts: {completes: weak}":               {Offers: Yes, Completes: Weak, Authentic: Yes},
		"facts: {completes: no}":                 unfinished,
		"facts: {offers: no}":                    unoffered,
		"peer: {smtp: {starttls: {offer: nowhere}}}": unoffered,
	} {
		all, err := Parse("mine.yaml", []byte(minimal+text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := all[0].Facts; got != want {
			t.Errorf("%s: the facts are %v, want %v", text, got, want)
		}
	}
}

func TestReachByAndTrapAreThoseOfTheBase(t *testing.T) {
	t.Parallel()
	all, err := Parse("mine.yaml", []byte("name: a\nsummary: b\nbase: no-ip-san\n---\nname: c\nsummary: d\nbase: auth-bait\nreach_by: address\n---\nname: e\nsummary: f\ntrap: repeated-message\nharmless: true\n"))
	if err != nil {
		t.Fatal(err)
	}
	if all[0].ReachBy != ReachByAddress || all[1].ReachBy != ReachByAddress || all[1].Trap != "credentials-in-clear" ||
		all[2].Trap != TrapRepeatedMessage || !all[2].Harmless {
		t.Errorf("they are %+v", all)
	}
}

func TestMistakesAreToldWithFileLineAndField(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                  "mine.yaml: contains no scenario",
		"# nothing\n---\n":                  "mine.yaml: contains no scenario",
		"name: [a\n":                        "mine.yaml:1: sequence end token",
		strings.Repeat("[", 99):             "mine.yaml:1: is nested more than 32 deep",
		minimal + strings.Repeat("- ", 99):  "mine.yaml:3: is nested more than 32 deep",
		"- a":                               "mine.yaml:1: sequence was used where mapping is expected",
		"name: a\nname: b\n":                "mine.yaml:2: mapping key \"name\" already defined",
		minimal + "colour: red":             "mine.yaml:3: colour: unknown key \"colour\"",
		minimal + "peer:\n  tls:\n    x: 1": "mine.yaml:5: peer.tls.x: unknown key \"x\"",
		minimal + "peer:\n  tls:\n    session_tickets: maybe": "mine.yaml:5: peer.tls.session_tickets: expected true or false",
		minimal + "peer:\n  faults:\n  - first: many":         "mine.yaml:5: peer.faults[0].first: expected a whole number",
		minimal + "peer: 3":                                                                "mine.yaml:3: peer: int was used where mapping",
		minimal + "peer: {faults: 3}":                                                      "mine.yaml:3: peer.faults: int was used where sequence",
		minimal + "peer: {tls: {min_version: 1.0}}":                                        `mine.yaml:3: peer.tls.min_version: "1" is not one of 1.0`,
		minimal + "peer:\n  faults:\n  - at: dot\n    do: reset\n    first: 0":             "mine.yaml:7: peer.faults[0].first: 0 is below 1",
		minimal + "peer:\n  faults:\n  - at: dot\n    do: reset\n    first: 0x0":           "mine.yaml:7: peer.faults[0].first: 0 is below 1",
		minimal + "peer:\n  faults:\n  - at: dot\n    do: reset\n    every: 0.9":           "mine.yaml:7: peer.faults[0].every: expected a whole number",
		minimal + "peer: {tls: {max_client_hello: 1.5}}":                                   "mine.yaml:3: peer.tls.max_client_hello: expected a whole number",
		minimal + "peer:\n  tls:\n    records:\n      delay: soon":                         `mine.yaml:6: peer.tls.records.delay: "soon" is not a span`,
		minimal + "peer:\n  faults:\n  - at: dot\n    do: drip\n    delay: [1]":            "mine.yaml:7: peer.faults[0].delay: expected a span of time",
		minimal + "peer:\n  faults:\n  - at: lunch\n    do: reset":                         "mine.yaml:5: peer.faults[0].at: \"lunch\" is not one of",
		minimal + "peer:\n  faults:\n  - at: dot\n    do: reply":                           "mine.yaml:5: peer.faults[0].text: ",
		minimal + "peer:\n  pki:\n    certificates:\n      leaf:\n        not_after: soon": `mine.yaml:7: peer.pki.certificates.leaf.not_after: "soon" is not a span`,
		minimal + "peer:\n  pki:\n    certificates:\n      leaf:\n        issuer: me2":     "mine.yaml:7: peer.pki.certificates.leaf.issuer: ",
		minimal + "peer:\n  tls: null":                                                     "mine.yaml:4: peer.tls.min_version: ",
		minimal + "base: expird":                                                           `mine.yaml:3: base: unknown scenario "expird"; did you mean expired?`,
		"summary: b":                                                                       "mine.yaml:1: name: is missing; give the scenario a name",
		"name: a":                                                                          "mine.yaml:1: summary: is missing; say in one line what the peer does wrong",
		"name: expired\nsummary: b":                                                        `mine.yaml:1: name: "expired" is a built-in scenario; choose another name, and use base: expired`,
		minimal + "aliases: [b, wrong-host]":                                               `mine.yaml:3: aliases[1]: "wrong-host" is a built-in scenario`,
		minimal + "---\nname: mine\nsummary: b":                                            `mine.yaml:4: name: "mine" is already taken`,
		"name: &a b\nsummary: *a":                                                          "mine.yaml:1: name: anchors and aliases are not supported",
		minimal + "facts: {offers: perhaps}":                                               "mine.yaml:3: facts.offers: \"perhaps\" is not one of yes, no",
		strings.Repeat("#", maxFile+1):                                                     "mine.yaml: is larger than",
	} {
		_, err := Parse("mine.yaml", []byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.60q: the error is\n%v\nwant\n%s", text, err, want)
		}
	}
}

// TestAMisspeltKeyIsToldWhichWasMeant, of those of its own mapping.
func TestAMisspeltKeyIsToldWhichWasMeant(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"fackts: {offers: no}": `mine.yaml:3: fackts: unknown key "fackts"; did you mean facts?`,
		"peer:\n  pki:\n    certificates:\n      leaf:\n        not_aftr: -10m": `mine.yaml:7: peer.pki.certificates.leaf.not_aftr: unknown key "not_aftr"; did you mean not_after?`,
		"peer: {faults: [{at: dot, do: reset}, {att: dot}]}":                    `mine.yaml:3: peer.faults[1].att: unknown key "att"; did you mean at?`,
		"peer: {faults: [{match: {mial: a}}]}":                                  `mine.yaml:3: peer.faults[0].match.mial: unknown key "mial"; did you mean mail?`,
		"peer: {tls: {records: {dely: 1s}}}":                                    `mine.yaml:3: peer.tls.records.dely: unknown key "dely"; did you mean delay?`,
		"peer: {tls: {Min_version: \"1.2\"}}":                                   `mine.yaml:3: peer.tls.Min_version: unknown key "Min_version"; did you mean min_version?`,
		"peer: {smtp: {reqire_tls: true}}":                                      `mine.yaml:3: peer.smtp.reqire_tls: unknown key "reqire_tls"; did you mean require_tls?`,
		"peer: {pki: {certificates: {leaf: {ocsp_crls: []}}}}":                  `mine.yaml:3: peer.pki.certificates.leaf.ocsp_crls: unknown key "ocsp_crls"; did you mean ocsp_urls?`,
		"peer: {pki: {certificates: {leaf: {urls: []}}}}":                       `mine.yaml:3: peer.pki.certificates.leaf.urls: unknown key "urls"`,
		"not_after: -10m": `mine.yaml:3: not_after: unknown key "not_after"`,
		"x: 1":            `mine.yaml:3: x: unknown key "x"`,
	} {
		if _, err := Parse("mine.yaml", []byte(minimal+text)); err == nil || err.Error() != want {
			t.Errorf("%s: the error is\n%v\nwant\n%s", text, err, want)
		}
	}
}

func TestEveryMistakeIsTold(t *testing.T) {
	t.Parallel()
	_, err := Parse("mine.yaml", []byte(minimal+"peer:\n  tls: {min_version: 7}\n  trace: {with: 8}\n---\nname: b\nsummary: c\nbase: d\n"))
	var lines []int
	for line := range strings.Lines(err.Error()) {
		var mistake *ParseError
		for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
			if errors.As(e, &mistake) && strings.Contains(line, mistake.Reason) {
				lines = append(lines, mistake.Line)
			}
		}
	}
	if got := strings.Count(err.Error(), "mine.yaml:"); got != 3 {
		t.Errorf("%d mistakes are told in lines %v, want 3:\n%v", got, lines, err)
	}
}

func TestLoadReadsFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "mine.yaml", []byte(minimal))
	if all, err := Load(filepath.Join(dir, "mine.yaml")); err != nil || all[0].Name != "mine" {
		t.Errorf("Load returns %v, %v", all, err)
	}
	if _, err := Load(filepath.Join(dir, "yours.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file gives %v", err)
	}
	if _, err := Load(dir); err == nil {
		t.Error("a folder is read")
	}
	write(t, dir, "big.yaml", make([]byte, maxFile+1))
	if _, err := Load(filepath.Join(dir, "big.yaml")); err == nil || !strings.Contains(err.Error(), "larger") {
		t.Errorf("a huge file gives %v", err)
	}
}
