package certgen

import (
	"slices"
	"strings"
	"testing"
)

func TestExpandText(t *testing.T) {
	vars := map[string][]string{"{one}": {"1"}, "{two}": {"a", "b"}, "{none}": {}, "{nested}": {"{one}"}}
	for _, c := range []struct {
		text string
		want []string
	}{
		{"plain", []string{"plain"}},
		{"", []string{""}},
		{"{one}", []string{"1"}},
		{"x{two}y", []string{"xay", "xby"}},
		{"{two}.{two}", []string{"a.a", "a.b", "b.a", "b.b"}},
		{"{none}.{two}", nil},
		{"{two}.{none}", nil},
		{"{nested}", []string{"{one}"}},
		{"{} {A} {one", []string{"{} {A} {one"}},
	} {
		got, err := expandText(c.text, vars)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%q becomes %q, %v; want %q", c.text, got, err, c.want)
		}
	}
}

func TestBuildNamesUnknownPlaceholders(t *testing.T) {
	recipe := threeTier()
	recipe.Certificates["leaf"].DNSNames = []string{"localhost", "{hostname}.{hots}"}
	recipe.Certificates["leaf"].Subject.CommonName = "{name}"
	recipe.Certificates["root"].NameConstraints = &NameConstraints{PermittedDNS: []string{"{nets}"}}
	_, err := Build(recipe, options())
	want := []string{
		"certificates.leaf.dns_names[1]", "certificates.leaf.subject.common_name",
		"certificates.root.name_constraints.permitted_dns[0]",
	}
	if got := paths(err); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if err != nil && !strings.Contains(err.Error(), "placeholder {hots} is unknown; known: {hostname}, {ip}, {none}") {
		t.Error(err)
	}
}

func TestBuildChecksTheValuesOfPlaceholders(t *testing.T) {
	o := options()
	o.Vars["{ip}"] = []string{"127.0.0.1", "localhost"}
	_, err := Build(threeTier(), o)
	if got := paths(err); !slices.Equal(got, []string{"certificates.leaf.ip_addresses[1]"}) {
		t.Errorf("got %q: %v", got, err)
	}
}

func TestBuildLeavesTheRecipeAlone(t *testing.T) {
	recipe := threeTier()
	recipe.TrustSets = map[string][]string{"set": {"root"}}
	recipe.Certificates["root"].PathLength = &[]int{2}[0]
	recipe.Certificates["root"].NameConstraints = &NameConstraints{PermittedDNS: []string{"{hostname}"}}
	pki, err := Build(recipe, options())
	if err != nil {
		t.Fatal(err)
	}
	if got := recipe.Certificates["leaf"].DNSNames[0]; got != "{hostname}" {
		t.Errorf("the caller's recipe now says %q", got)
	}
	*recipe.Certificates["root"].PathLength = 0
	recipe.TrustSets["set"][0], recipe.Send[0] = "leaf", "root"
	got := pki.Recipe()
	if *got.Certificates["root"].PathLength != 2 || got.TrustSets["set"][0] != "root" || got.Send[0] != "leaf" {
		t.Error("the PKI's recipe follows the caller's")
	}
	if want := []string{"mx.fakemx.test", "localhost"}; !slices.Equal(got.Certificates["root"].NameConstraints.PermittedDNS, want) {
		t.Errorf("got %q", got.Certificates["root"].NameConstraints.PermittedDNS)
	}
}
