package scenarios

import (
	"encoding/json"
	"testing"
)

func TestDiffNamesFieldsAsYAMLDoes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"healthy":              nil,
		"missing-intermediate": {"pki.send: [leaf, intermediate] -> [leaf]"},
		"self-signed":          {"pki.certificates.leaf.issuer: intermediate -> (none)", "pki.send: [leaf, intermediate] -> [leaf]"},
		"expired":              {"pki.certificates.leaf.not_before: (none) -> -97d", "pki.certificates.leaf.not_after: (none) -> -7d"},
		"no-close-notify":      {"tls.close_notify: true -> false"},
		"no-ip-san":            {`pki.certificates.leaf.ip_addresses: [127.0.0.1, "::1", "{addresses}"] -> (none)`},
		"unrecognized-name":    {"tls.without_sni: (none) -> {alert: unrecognized_name}"},
		"reset-after-dot":      {"faults: (none) -> [{at: dot, do: reset, first: 1}]"},
		"nul-in-san": {
			`pki.certificates.leaf.subject.common_name: "{hostname}" -> "localhost\u0000.attacker.test"`,
			`pki.certificates.leaf.dns_names: [localhost, "{hostname}", "{names}"] -> ["localhost\u0000.attacker.test", "{hostname}\u0000.attacker.test"]`,
			`pki.certificates.leaf.ip_addresses: [127.0.0.1, "::1", "{addresses}"] -> (none)`,
		},
	} {
		got := Diff(Healthy(), MustGet(name).Peer)
		if len(got) != len(want) {
			t.Errorf("%s: %v, want %v", name, got, want)
			continue
		}
		for i, c := range got {
			if c.String() != want[i] {
				t.Errorf("%s: %s, want %s", name, c, want[i])
			}
		}
	}
}

// TestDiffIsSymmetric: the way back has the same paths and the values swapped.
func TestDiffIsSymmetric(t *testing.T) {
	t.Parallel()
	for _, s := range sampled(All()) {
		back := map[string]Change{}
		for _, c := range Diff(s.Peer, Healthy()) {
			back[c.Path] = c
		}
		for _, c := range Diff(Healthy(), s.Peer) {
			if b, ok := back[c.Path]; !ok || inline(b.Old) != inline(c.New) || inline(b.New) != inline(c.Old) {
				t.Errorf("%s: %s has no counterpart on the way back", s.Name, c)
			}
		}
	}
}

func TestChangesCanBeWrittenAsJSON(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(Diff(Healthy(), MustGet("reset-after-dot").Peer))
	if want := `[{"path":"faults","old":null,"new":[{"at":"dot","do":"reset","first":1}]}]`; err != nil || string(text) != want {
		t.Errorf("%s, %v; want %s", text, err, want)
	}
}
